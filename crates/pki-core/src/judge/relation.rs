//! Who presents which chain to whom, each relation judged by itself: nothing is left out because
//! it has been said of another one, or because a common cause explains it.

use std::collections::BTreeSet;

use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;

use super::chain::{self, Chain};
use super::finding::{Finding, Findings, Place, Problem, listed};
use super::node::{Node, Presented};
use super::{Rule, certificate, identity, leaf};
use crate::authority::path::search::paths;
use crate::spec::RowId;
use crate::text::hex;
use crate::x509::Certificate;

/// Who presents a certificate to whom.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Relation {
    /// The file with the certificate that is presented, as the running system sees it.
    pub presenter: String,
    /// Who checks it.
    pub reader: &'static str,
    /// The file with the authorities that the reader goes by.
    pub trust: String,
}

/// What became of a relation.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) relation: Relation,
    /// Digests of what is presented, and of the authorities that it is checked by.
    pub(super) presented: [u8; 32],
    pub(super) trusted: [u8; 32],
    /// The row of the reader's kubeconfig, where it goes by one.
    pub(super) mends: Option<RowId>,
    /// Why the reader refuses.
    pub(super) refusals: Vec<Finding>,
}

/// Somebody who checks what is presented.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) who: &'static str,
    pub(super) trust: Place<'a>,
    pub(super) anchors: &'a [Certificate],
    /// The row of the kubeconfig that it goes by, if it does.
    pub(super) kubeconfig: Option<RowId>,
}

/// Every relation of which both ends are there.
pub(super) fn judged(node: &Node<'_>, at: OffsetDateTime) -> Vec<Judged> {
    let mut all = Vec::new();
    for presented in &node.presented {
        for reader in readers(node, presented) {
            all.push(Judged {
                relation: relation(presented, reader),
                presented: digest(chain_of(presented)),
                trusted: digest(reader.anchors),
                mends: reader.kubeconfig,
                refusals: refusals(node, presented, reader, at),
            });
        }
    }
    all
}

pub(super) fn relation(presented: &Presented<'_>, reader: Reader<'_>) -> Relation {
    Relation {
        presenter: presented.file.clone(),
        reader: reader.who,
        trust: reader.trust.file.to_owned(),
    }
}

/// Those who check what somebody presents; nobody where nothing is presented.
pub(super) fn readers<'a>(node: &'a Node<'_>, presented: &Presented<'_>) -> Vec<Reader<'a>> {
    let mut readers = Vec::new();
    let Some(authority) = presented.authority.filter(|_| presented.leaf().is_some()) else {
        return readers;
    };
    if let Some(found) = node.authority(authority) {
        let trust = found.checking(presented.usage);
        readers.push(Reader {
            who: by_authority(authority, presented),
            trust: trust.place,
            anchors: trust.certificates,
            kubeconfig: None,
        });
    }
    if presented.row() == Some(RowId::ApiserverKubeletClient.spec().name)
        && let Some(trust) = &node.facts.kubelet.client_ca
        && let Some(anchors) = trust.certificates.present()
        && !readers.iter().any(|one| one.trust.file == trust.path)
    {
        readers.push(Reader {
            who: "the kubelet",
            trust: Place {
                file: &trust.path,
                name: None,
            },
            anchors,
            kubeconfig: None,
        });
    }
    if presented.id == RowId::Apiserver {
        readers.extend(node.kubeconfigs.iter().filter_map(|kubeconfig| {
            Some(Reader {
                who: by_kubeconfig(kubeconfig.id),
                trust: kubeconfig.place(),
                anchors: kubeconfig.facts.trust.present()?,
                kubeconfig: Some(kubeconfig.id),
            })
        }));
    }
    readers
}

/// Who goes by an authority's own file.
fn by_authority(authority: RowId, presented: &Presented<'_>) -> &'static str {
    match authority {
        RowId::EtcdCa if presented.usage.serves() => "kube-apiserver and the members of etcd",
        RowId::EtcdCa => "etcd",
        RowId::FrontProxyCa => "the extension servers",
        _ if presented.id == RowId::Apiserver => "whoever dials it",
        _ if presented.id == RowId::ApiserverKubeletClient => "the kubelet",
        _ => "kube-apiserver",
    }
}

fn by_kubeconfig(id: RowId) -> &'static str {
    match id {
        RowId::ControllerManagerConf => "kube-controller-manager",
        RowId::SchedulerConf => "kube-scheduler",
        RowId::KubeletConf => "the kubelet",
        _ => "kubectl",
    }
}

/// Why a reader refuses what is presented to it.
fn refusals(
    node: &Node<'_>,
    presented: &Presented<'_>,
    reader: Reader<'_>,
    at: OffsetDateTime,
) -> Vec<Finding> {
    let mut findings = Findings::of(node.facts.table());
    let Some(leaf) = presented.leaf() else {
        return Vec::new();
    };
    if reader.kubeconfig.is_some() {
        // What is wrong with the certificate itself is the matter of those who go by ca.crt.
        if paths(chain_of(presented), reader.anchors).is_err() {
            let issuing = issuing(node, presented);
            let problem = distrust(issuing.as_deref(), leaf, reader.anchors);
            findings.certificate(reader.trust, leaf, problem);
        }
    } else {
        let wanted = node.wanted(presented);
        let problems = certificate::problems(leaf)
            .into_iter()
            .chain(certificate::dates(leaf, at))
            .chain(leaf::problems(leaf, presented.usage, &wanted))
            .chain(identity::problem(presented));
        for problem in problems {
            findings.certificate(presented.place(), leaf, problem);
        }
        let chain = Chain {
            place: presented.place(),
            certificates: chain_of(presented),
            usage: presented.usage,
            trust: reader.trust,
            anchors: reader.anchors,
            wants_root: presented
                .authority
                .and_then(|authority| node.authority(authority))
                .is_none_or(|authority| authority.wants_root(presented.usage)),
        };
        if let Err(why) = chain::judge(&mut findings, &chain, at) {
            findings.certificate(presented.place(), leaf, why.problem);
        }
    }
    let mut refusals = findings.into_list();
    refusals.retain(Finding::is_refusal);
    refusals
}

/// A server that is dialled by a kubeconfig which trusts others; `issuing` is its issuer, as it is
/// called, where that is known.
pub(super) fn distrust(
    issuing: Option<&str>,
    leaf: &Certificate,
    anchors: &[Certificate],
) -> Problem {
    let unknown = leaf.issuer().to_string();
    let message = format!(
        "it comes from {}, and who dials it trusts {}",
        issuing.unwrap_or(&unknown),
        listed(anchors.iter().map(named), "; ")
    );
    // By whom it was issued does not matter to a reader that trusts none of them.
    let identities: BTreeSet<String> = anchors
        .iter()
        .map(|one| hex::plain(&Sha256::digest(one.spki_der())))
        .collect();
    Problem::new(Rule::KubeconfigDistrustsServer, message).because(identities)
}

/// The authority above a leaf, as it is called.
fn issuing(node: &Node<'_>, presented: &Presented<'_>) -> Option<String> {
    let authority = node.authority(presented.authority?)?;
    let trust = authority.checking(presented.usage);
    let paths = paths(chain_of(presented), trust.certificates).ok()?;
    let above = paths.first()?.get(1)?;
    Some(named(above.certificate))
}

/// Authorities of one name are told apart by their numbers.
pub(super) fn named(authority: &Certificate) -> String {
    format!(
        "{} (serial {})",
        authority.subject(),
        authority.serial_number()
    )
}

fn chain_of<'a>(presented: &Presented<'a>) -> &'a [Certificate] {
    presented.certificates.present().map_or(&[], Vec::as_slice)
}

fn digest(certificates: &[Certificate]) -> [u8; 32] {
    let mut digest = Sha256::new();
    for certificate in certificates {
        digest.update(certificate.fingerprint());
    }
    digest.finalize().into()
}
