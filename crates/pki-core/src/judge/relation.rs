//! Who presents which chain to whom, each relation judged by itself: nothing is left out because
//! it has been said of another one, or because a common cause explains it.

use std::collections::BTreeSet;

use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;

use super::chain::{self, Chain};
use super::finding::{Finding, Findings, Place, Problem, listed};
use super::node::{Node, Presented};
use super::standing::Standing;
use super::{Rule, certificate, identity, leaf};
use crate::authority::path::search::paths;
use crate::spec::{Party, RowId};
use crate::text::hex;
use crate::x509::{Certificate, Usage};

/// Who checks what somebody presents.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Reader {
    /// Who.
    pub who: &'static str,
    /// The file with the authorities that they go by.
    pub trust: String,
}

/// What became of a relation.
#[derive(Debug)]
pub(super) struct Judged {
    /// The file with the certificate that is presented, as the running system sees it.
    pub(super) presenter: String,
    pub(super) reader: Reader,
    /// Digests of what is presented, and of the authorities that it is checked by.
    pub(super) presented: [u8; 32],
    pub(super) trusted: [u8; 32],
    /// The row of the reader's kubeconfig, where it goes by one.
    pub(super) mends: Option<RowId>,
    /// Why the reader refuses.
    pub(super) refusals: Vec<Finding>,
}

impl Judged {
    /// What tells it from others.
    pub(super) fn key(&self) -> (&str, &Reader) {
        (&self.presenter, &self.reader)
    }
}

/// Somebody who checks what is presented.
#[derive(Clone, Copy)]
pub(super) struct Check<'a> {
    pub(super) who: &'static str,
    pub(super) usage: Usage,
    pub(super) trust: Place<'a>,
    pub(super) anchors: &'a [Certificate],
    /// Whether it goes by a kubeconfig, and by that of which row.
    pub(super) by_kubeconfig: bool,
    pub(super) mends: Option<RowId>,
}

impl Check<'_> {
    pub(super) fn reader(&self) -> Reader {
        Reader {
            who: self.who,
            trust: self.trust.file.to_owned(),
        }
    }
}

/// Every relation of which both ends are there.
pub(super) fn judged(node: &Node<'_>, at: OffsetDateTime) -> Vec<Judged> {
    let mut all = Vec::new();
    for presented in &node.presented {
        for check in checks(node, presented) {
            all.push(Judged {
                presenter: presented.file.clone(),
                reader: check.reader(),
                presented: digest(presented.certificates),
                trusted: digest(check.anchors),
                mends: check.mends,
                refusals: refusals(node, presented, check, at),
            });
        }
    }
    all
}

/// Those who check what somebody presents. Where nobody is told to but by a kubeconfig, whoever
/// goes by the authority's own file; nobody where nothing is presented.
pub(super) fn checks<'a>(node: &'a Node<'_>, presented: &Presented<'_>) -> Vec<Check<'a>> {
    let mut checks: Vec<Check<'a>> = Vec::new();
    let Some(authority) = presented.authority.filter(|_| presented.leaf().is_some()) else {
        return checks;
    };
    for relation in node.relations_of(&presented.file) {
        let reader = &relation.reader;
        let is_own = relation.credential == presented.id;
        let check = Check {
            who: called(relation.checked_by()),
            usage: if is_own {
                presented.usage
            } else {
                relation.usage
            },
            trust: Place {
                file: reader.named(),
                name: reader.row.map(|row| row.spec().name),
            },
            anchors: &reader.certificates,
            by_kubeconfig: reader.kubeconfig.is_some(),
            mends: reader.row.filter(|_| reader.kubeconfig.is_some()),
        };
        let is_same = |one: &Check<'_>| {
            (one.who, one.usage, one.trust.file) == (check.who, check.usage, check.trust.file)
        };
        if !checks.iter().any(is_same) {
            checks.push(check);
        }
    }
    if checks.iter().all(|check| check.by_kubeconfig)
        && let Some(found) = node.authority(authority)
    {
        let trust = found.checking(presented.usage);
        checks.push(Check {
            who: "whoever checks it",
            usage: presented.usage,
            trust: trust.place,
            anchors: trust.certificates,
            by_kubeconfig: false,
            mends: None,
        });
    }
    checks
}

/// A person reads kubeconfigs with kubectl.
fn called(party: Party) -> &'static str {
    match party {
        Party::Administrator => Party::Kubectl.title(),
        party => party.title(),
    }
}

/// How a chain is judged by somebody who checks it.
pub(super) fn chain<'a>(
    node: &Node<'_>,
    presented: &'a Presented<'_>,
    check: &Check<'a>,
) -> Chain<'a> {
    let authority = presented.authority.and_then(|id| node.authority(id));
    Chain {
        place: presented.place(),
        certificates: presented.certificates,
        usage: check.usage,
        trust: check.trust,
        anchors: check.anchors,
        wants_root: authority.is_none_or(|authority| node.wants_root(authority, check.usage)),
    }
}

/// Why a reader refuses what is presented to it.
fn refusals(
    node: &Node<'_>,
    presented: &Presented<'_>,
    check: Check<'_>,
    at: OffsetDateTime,
) -> Vec<Finding> {
    let mut findings = Findings::of(node.facts);
    let Some(leaf) = presented.leaf() else {
        return Vec::new();
    };
    if check.by_kubeconfig {
        // What is wrong with the certificate itself is the matter of those who go by ca.crt.
        if let Err(broken) = paths(presented.certificates, check.anchors) {
            let problem = if broken.is_certain() {
                let issuing = issuing(node, presented);
                distrust(issuing.as_deref(), leaf, check.anchors)
            } else {
                let error = broken.error(leaf);
                let message = format!("whether who dials it trusts it is not known: {error}");
                Problem::new(Rule::NotChecked, message)
            };
            findings.certificate(check.trust, leaf, problem);
        }
    } else {
        let wanted = node.wanted(presented);
        let standing = Standing::Leaf(check.usage);
        let problems = certificate::problems(leaf, standing)
            .into_iter()
            .chain(certificate::dates(leaf, standing, at))
            .chain(leaf::problems(leaf, check.usage, &wanted))
            .chain(identity::problems(node, presented));
        for problem in problems {
            findings.certificate(presented.place(), leaf, problem);
        }
        let chain = chain(node, presented, &check);
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
    let paths = paths(presented.certificates, trust.certificates).ok()?;
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

fn digest(certificates: &[Certificate]) -> [u8; 32] {
    let mut digest = Sha256::new();
    for certificate in certificates {
        digest.update(certificate.fingerprint());
    }
    digest.finalize().into()
}
