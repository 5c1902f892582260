//! What a renewal would make worse, as far as that can be known before anything is signed.

use std::collections::BTreeSet;

use time::OffsetDateTime;

use super::{Offence, Picture};
use crate::authority::path::search::paths;
use crate::judge::Rule;
use crate::judge::finding::{Findings, Problem};
use crate::judge::node::{Node, Presented};
use crate::judge::relation::{self, Check};
use crate::observation::{Found, NodeFacts, RowFacts};
use crate::plan::renew::{RenewAction, RenewPlan};
use crate::spec::RowId;
use crate::x509::Certificate;

/// The readers of these rows of a plan who trust nobody that would sign for them, and do not
/// refuse already.
#[must_use]
pub fn distrusted(
    facts: &NodeFacts,
    plan: &RenewPlan,
    rows: &BTreeSet<RowId>,
    at: OffsetDateTime,
) -> Vec<Offence> {
    let after = planned(facts, plan, rows);
    let node = Node::of(&after);
    let mut offences = Vec::new();
    for presented in &node.presented {
        let is_renewed = presented.row().is_some() && rows.contains(&presented.id);
        if let Some(issuer) = is_renewed.then(|| issuer(&node, presented)).flatten() {
            let checks = relation::checks(&node, presented).into_iter();
            let strangers = checks.filter(|check| !leads(&issuer, *check));
            offences.extend(strangers.filter_map(|check| offence(presented, &issuer, check)));
        }
    }
    if !offences.is_empty() {
        let before = Picture::of(facts, at);
        offences.retain(|offence| !before.refuses(offence));
    }
    offences
}

/// The tree with what kubeconfigs would trust.
fn planned(facts: &NodeFacts, plan: &RenewPlan, rows: &BTreeSet<RowId>) -> NodeFacts {
    let mut after = facts.clone();
    for id in plan.renewals().filter(|id| rows.contains(&id.row)) {
        if let Some(RenewAction::Reissue(reissue)) = plan.action(id)
            && let Some(change) = &reissue.kubeconfig
            && let Some(trust) = &change.trust
            && let RowFacts::Kubeconfig(Found::Present(mut facts)) = after.inventory.row(id.row)
        {
            facts.trust = Found::Present(trust.clone());
            let readers = after.relations.iter_mut().map(|one| &mut one.reader);
            for reader in readers.filter(|reader| reader.row == Some(id.row)) {
                reader.certificates = trust.as_slice().into();
            }
            let facts = RowFacts::Kubeconfig(Found::Present(facts));
            after.inventory.insert(id.row, facts);
        }
    }
    after
}

/// The certificate that would sign, and the path above it.
fn issuer(node: &Node<'_>, presented: &Presented<'_>) -> Option<Vec<Certificate>> {
    let found = node.facts.inventory.authority(presented.authority?);
    let issuer = found.issuer().ok()?;
    let mut path = vec![issuer.certificate().clone()];
    path.extend_from_slice(issuer.above());
    Some(path)
}

/// Whether what the first of these would sign is accepted.
fn leads(path: &[Certificate], check: Check<'_>) -> bool {
    let Some(issuing) = path.first() else {
        return false;
    };
    let is_it = |anchor: &Certificate| {
        anchor.spki_der() == issuing.spki_der() && anchor.subject() == issuing.subject()
    };
    check.anchors.iter().any(is_it) || paths(path, check.anchors).is_ok()
}

fn offence(presented: &Presented<'_>, issuer: &[Certificate], check: Check<'_>) -> Option<Offence> {
    let leaf = presented.leaf()?;
    let issuing = issuer.first().map(relation::named);
    let mut problem = relation::distrust(issuing.as_deref(), leaf, check.anchors);
    if !check.by_kubeconfig {
        problem = Problem::new(Rule::UnknownIssuer, problem.message);
    }
    let mut findings = Findings::default();
    findings.certificate(check.trust, leaf, problem);
    let finding = findings.into_list().into_iter().next()?;
    Some(Offence {
        file: presented.file.clone(),
        through: BTreeSet::from([presented.file.clone()]),
        ..Offence::at(&finding, check.reader(), check.mends)
    })
}
