use std::collections::BTreeMap;

use time::OffsetDateTime;

use super::authority::Lives;
use super::reconcile::{VERDICT, differences};
use super::signing::{check_authority, check_issuer, check_key, issuer};
use super::{
    Difference, Reissue, RenewAction, RenewProblem, RenewRule, Threshold, kubeconfig, kubelet,
    names, rights,
};
use crate::authority::Trust;
use crate::authority::path::verify_usage;
use crate::cluster::{Setup, Site};
use crate::key::PublicKey;
use crate::observation::{ClientFacts, Found, Inventory, RenewedBy, RowFacts};
use crate::spec::{Artifact, CertSpec, CredentialId, Owner, Part, RowId};
use crate::text::one_line;
use crate::x509::{Certificate, Template, Validity};

/// For whom the rules are resolved, by owner. The node that is at hand may have no name.
pub(super) type Sites<'a> = BTreeMap<Owner, Site<'a>>;

pub(super) fn sites(setup: &Setup) -> Sites<'_> {
    let here = setup.site();
    let own = [Owner::Cluster, Owner::ThisNode, here.owner()].map(|owner| (owner, here));
    let others = setup.others().map(|site| (site.owner(), site));
    own.into_iter().chain(others).collect()
}

/// What becomes of one credential.
pub(super) fn decide(
    id: &CredentialId,
    inventory: &Inventory,
    rule: &RenewRule,
    sites: Option<&Sites<'_>>,
    lives: &Lives,
    now: OffsetDateTime,
) -> RenewAction {
    let spec = id.row.spec();
    let Some(facts) = inventory.facts_of(id) else {
        return RenewAction::Missing;
    };
    if let Some(action) = kubelet::decide(id, facts, inventory, rule, sites, now) {
        return action;
    }
    let (chain, key) = match own_certificate(facts) {
        Ok(found) => found,
        Err(action) => return action,
    };
    let Some(leaf) = chain.first() else {
        return RenewAction::Missing;
    };
    if rule.threshold.within.is_some() && !is_past(leaf, rule, now) {
        return RenewAction::NotDue {
            not_after: leaf.validity().not_after,
        };
    }
    if let Some(sites) = sites {
        let Some(site) = sites.get(&id.owner) else {
            return RenewAction::NotOurs {
                reason: format!("the configuration does not know {}", id.owner),
            };
        };
        return reconcile(spec, inventory, (rule, *site), now, (chain, key), facts)
            .unwrap_or_else(|action| action);
    }
    match new_life(spec, inventory, rule, lives, now, (chain, key)) {
        Ok((validity, clamped)) => RenewAction::Renew {
            chain: chain.to_vec(),
            validity,
            clamped,
        },
        Err(action) => action,
    }
}

/// What becomes of an action that would write through a symbolic link.
pub(super) fn behind_links(
    id: &CredentialId,
    action: RenewAction,
    inventory: &Inventory,
    rule: &RenewRule,
) -> RenewAction {
    let writes = action.issues() || matches!(action, RenewAction::Adapt(_));
    let keeps_key = rule.reuse_key || id.row.spec().is_authority();
    let links = inventory.links(id.row);
    let links = links.filter(|file| !keeps_key || file.part != Part::Key);
    let files: Vec<Artifact> = links.collect();
    if !writes || files.is_empty() || inventory.id(id.row) != *id {
        return action;
    }
    broken(RenewProblem::Link {
        files,
        configured: rule.reconcile.is_some(),
    })
}

/// What the configuration makes of a row.
fn reconcile(
    spec: &CertSpec,
    inventory: &Inventory,
    (rule, site): (&RenewRule, Site<'_>),
    now: OffsetDateTime,
    (chain, key): (&[Certificate], &Found<PublicKey>),
    facts: &RowFacts,
) -> Result<RenewAction, RenewAction> {
    let Some(authority) = spec.issuer else {
        return Err(RenewAction::Missing);
    };
    let issuer = issuer(authority, inventory)?;
    let issuing = issuer.certificate();
    check_authority(authority, issuing, issuing.validity(), now)?;
    let found = inventory.authority(authority);
    let template = site.template(spec, now);
    let Some(mut template) = template.map_err(|error| broken(error.into()))? else {
        return Err(RenewAction::Missing);
    };
    template.validity = template
        .validity
        .clamped(issuer.certificate().validity().not_after);
    let surplus = chain
        .first()
        .map_or_else(Vec::new, |leaf| names::surplus(leaf, &template));
    if !rule.drop_names {
        template.hosts = names::joined(&template.hosts, &surplus);
    }
    if let Some(leaf) = chain.first().filter(|_| !rule.remove_rights) {
        let kept = rights::kept(spec, leaf, &template.subject);
        if let Some(subject) = kept.map_err(|error| broken(error.into()))? {
            template.subject = subject;
        }
    }
    let mut differences = differences(
        site.cluster(),
        chain,
        &template,
        &found.certificates(),
        &issuer,
    );
    differences.extend(key_difference(chain, key));
    let change = match facts {
        RowFacts::Kubeconfig(Found::Present(facts)) => {
            kubeconfig::change(spec, site, facts, &found)
        }
        _ => None,
    };
    let (kubeconfig, beside) = change.unzip();
    differences.extend(beside.into_iter().flatten());
    if differences.is_empty() {
        differences.extend(refused(chain, &template, &found.trust(), now));
    }
    if differences.is_empty() {
        return Ok(RenewAction::AsConfigured);
    }
    if !rule.drop_names && !surplus.is_empty() {
        differences.push(Difference {
            field: names::KEPT,
            actual: names::listed(&surplus),
            expected: String::new(),
        });
    }
    Ok(RenewAction::Reissue(Box::new(Reissue {
        chain: chain.to_vec(),
        template,
        differences,
        kubeconfig,
        kept: if rule.drop_names {
            Vec::new()
        } else {
            surplus.clone()
        },
        // A kubeconfig dials the API server, and nobody else.
        dialling: if spec.id == RowId::Apiserver {
            names::dialling(inventory, &surplus)
        } else {
            Vec::new()
        },
    })))
}

/// What keeps a certificate from being accepted, though it says everything that is wanted.
fn refused(
    chain: &[Certificate],
    template: &Template,
    trust: &Trust,
    now: OffsetDateTime,
) -> Option<Difference> {
    let anchors = trust.checking(template.usage).certificates();
    let refused = verify_usage(chain, anchors, template.usage, now).err()?;
    Some(Difference {
        field: VERDICT,
        actual: format!("refused ({refused})"),
        expected: "accepted".to_owned(),
    })
}

/// A certificate is of no use without its own key, however right it is.
fn key_difference(chain: &[Certificate], key: &Found<PublicKey>) -> Option<Difference> {
    let actual = match key {
        Found::Present(key) => {
            let own = chain.first()?.public_key().ok()?;
            if *key == own {
                return None;
            }
            "another certificate's"
        }
        Found::Absent | Found::NotObserved => "missing",
        // A kind that is not used here is a difference of the certificate already.
        Found::Broken { .. } | Found::Unreadable { .. } => {
            chain.first()?.public_key().ok()?;
            "unreadable"
        }
    };
    Some(Difference {
        field: "private key",
        actual: actual.to_owned(),
        expected: "this certificate's".to_owned(),
    })
}

/// Whether the certificate of a credential is due.
pub(super) fn is_due(
    id: &CredentialId,
    inventory: &Inventory,
    rule: &RenewRule,
    now: OffsetDateTime,
) -> bool {
    let chain = inventory.facts_of(id).map(own_certificate);
    let leaf = chain.and_then(|chain| chain.ok()?.0.first());
    leaf.is_some_and(|leaf| is_past(leaf, rule, now))
}

/// Due by the threshold, or past its end already.
pub(super) fn is_past(leaf: &Certificate, rule: &RenewRule, now: OffsetDateTime) -> bool {
    is_past_threshold(leaf, rule.threshold, now)
}

/// The same by a threshold alone.
pub(in crate::plan) fn is_past_threshold(
    leaf: &Certificate,
    threshold: Threshold,
    now: OffsetDateTime,
) -> bool {
    leaf.validity().not_after < now || threshold.is_due(leaf, RenewedBy::Operator, now)
}

/// The certificate of a row with its path, and the key beside it, where both are in its own files.
fn own_certificate(facts: &RowFacts) -> Result<(&[Certificate], &Found<PublicKey>), RenewAction> {
    let (certificate, key) = match facts {
        RowFacts::Pair { certificate, key } => (certificate, key),
        RowFacts::Kubeconfig(Found::Present(facts)) => match &facts.client {
            ClientFacts::Embedded { certificate, key } => (certificate, key),
            ClientFacts::Files { own: Some(own), .. } => (&own.certificate, &own.key),
            ClientFacts::Files { certificate, .. } => {
                let file = one_line(certificate);
                return Err(RenewAction::NotOurs {
                    reason: format!("its certificate is in {file}, which is left alone"),
                });
            }
            ClientFacts::Other => {
                return Err(RenewAction::NotOurs {
                    reason: "it authenticates without a certificate".to_owned(),
                });
            }
        },
        RowFacts::Kubeconfig(Found::Broken { reason }) => return Err(unusable(reason)),
        RowFacts::Kubeconfig(Found::Unreadable { reason }) => return Err(unreadable(reason)),
        RowFacts::Kubeconfig(Found::Absent | Found::NotObserved) | RowFacts::KeyPair { .. } => {
            return Err(RenewAction::Missing);
        }
    };
    match certificate {
        Found::Present(chain) => Ok((chain, key)),
        Found::Absent | Found::NotObserved => Err(RenewAction::Missing),
        Found::Broken { reason } => Err(unusable(reason)),
        Found::Unreadable { reason } => Err(unreadable(reason)),
    }
}

pub(super) fn broken(problem: RenewProblem) -> RenewAction {
    RenewAction::Broken { problem }
}

fn unusable(reason: &str) -> RenewAction {
    broken(RenewProblem::Unusable {
        reason: reason.to_owned(),
    })
}

fn unreadable(reason: &str) -> RenewAction {
    broken(RenewProblem::Unreadable {
        reason: reason.to_owned(),
    })
}

/// The new life, and whether the authority cuts it short.
fn new_life(
    spec: &CertSpec,
    inventory: &Inventory,
    rule: &RenewRule,
    lives: &Lives,
    now: OffsetDateTime,
    (chain, key): (&[Certificate], &Found<PublicKey>),
) -> Result<(Validity, bool), RenewAction> {
    let Some(authority) = spec.issuer else {
        return Err(RenewAction::Missing);
    };
    let issuer = issuer(authority, inventory)?;
    let issuing = issuer.certificate();
    if let Some(leaf) = chain.first() {
        let certificates = inventory.authority(authority).certificates();
        check_issuer(chain, &certificates).map_err(|error| broken(error.into()))?;
        check_key(leaf, key, rule).map_err(broken)?;
    }
    let life = lives.get(&authority).and_then(RenewAction::life);
    let life = life.unwrap_or_else(|| issuing.validity());
    check_authority(authority, issuing, life, now)?;
    let end = life.not_after;
    let validity = Validity::starting(now, rule.lifetime);
    Ok((validity.clamped(end), end < validity.not_after))
}
