//! What of a node is whose: what decides between the ways of a remedy.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{Rule, remedies};
use super::Findings;
use crate::authority::Issuer;
use crate::observation::{Found, NodeFacts, RowFacts};
use crate::plan::remedies::from_elsewhere;
use crate::remedy::{Edit, Remedy};
use crate::spec::{Part, RowId};

/// The rows whose authority's key is not here, authorities that somebody else has issued, and
/// kubeconfigs whose certificate is somebody else's to renew.
pub(super) fn elsewhere(facts: &NodeFacts) -> impl Iterator<Item = RowId> {
    let is_left_alone = |id: RowId| match facts.inventory.facts(id) {
        Some(RowFacts::Kubeconfig(Found::Present(facts))) => facts.client.is_left_alone(),
        _ => false,
    };
    let has_no_key = |id: RowId| {
        let authority = facts.inventory.facts(id);
        matches!(
            authority,
            Some(RowFacts::Pair {
                key: Found::Absent,
                ..
            })
        )
    };
    let is_issued = |id: RowId| {
        let certificates = facts.inventory.certificates(id);
        certificates
            .first()
            .is_some_and(|own| !own.is_self_issued())
    };
    let rows = facts.table().rows().filter(move |spec| match spec.issuer {
        Some(authority) => has_no_key(authority) || is_left_alone(spec.id),
        None => spec.is_authority() && (has_no_key(spec.id) || is_issued(spec.id)),
    });
    rows.map(|spec| spec.id)
}

/// The rows whose authority's key is kept elsewhere, and which would be issued here were it not, and
/// authorities that are below another, each with whether it is asked for already.
pub(super) fn external(facts: &NodeFacts) -> impl Iterator<Item = (RowId, bool)> {
    let inventory = &facts.inventory;
    let is_left_alone = |id: RowId| match inventory.facts(id) {
        Some(RowFacts::Kubeconfig(Found::Present(facts))) => facts.client.is_left_alone(),
        facts => facts.is_some_and(RowFacts::is_rotated),
    };
    let is_below = |id: RowId| {
        let issuer = inventory.authority(id).issuer();
        issuer.is_ok_and(|issuer| !issuer.certificate().is_self_issued())
    };
    let rows = facts.table().rows().filter(move |spec| {
        let is_external = |authority| inventory.is_external(authority);
        match spec.issuer {
            Some(authority) => is_external(authority) && !is_left_alone(spec.id),
            None => spec.is_authority() && is_below(spec.id),
        }
    });
    rows.map(|spec| (spec.id, inventory.requested().contains(&spec.id)))
}

/// The certificates that are above authorities, each with the first of those.
pub(super) fn above(facts: &NodeFacts) -> BTreeMap<[u8; 32], RowId> {
    let mut above = BTreeMap::new();
    for (row, issuer) in issuers(facts) {
        for one in issuer.above() {
            above.entry(one.fingerprint()).or_insert(row);
        }
    }
    above
}

/// The certificates that issue, and are below another.
pub(super) fn below(facts: &NodeFacts) -> BTreeSet<[u8; 32]> {
    let issuers = issuers(facts).map(|(_, issuer)| issuer.certificate().clone());
    let below = issuers.filter(|one| !one.is_self_issued());
    below.map(|one| one.fingerprint()).collect()
}

fn issuers(facts: &NodeFacts) -> impl Iterator<Item = (RowId, Issuer)> {
    let authorities = facts.table().rows().filter(|spec| spec.is_authority());
    authorities
        .filter_map(|spec| Some((spec.id, facts.inventory.authority(spec.id).issuer().ok()?)))
}

impl Findings {
    /// How a certificate of an authority comes whose key is kept elsewhere. What is missing or has
    /// ended comes with the rest of it.
    pub(super) fn asked_for(&self, id: RowId, rule: Rule) -> Option<Remedy> {
        let is_requested = *self.external.get(&id)?;
        let with_all = matches!(rule, Rule::MissingFile | Rule::Expired);
        Some(from_elsewhere(id, is_requested, with_all))
    }

    /// Whether nothing can be issued for a row; what the kubelet renews itself is issued only
    /// where that cannot any more, and what is beside it is changed all the same.
    pub(super) fn is_elsewhere(&self, id: RowId, rule: Rule) -> bool {
        let is_changed = matches!(
            rule,
            Rule::Expired
                | Rule::PairMismatch
                | Rule::KubeletIdentity
                | Rule::KubeletNoLink
                | Rule::KubeconfigDistrustsServer
                | Rule::KubeconfigTrustNarrow
                | Rule::ConfigurationDrift
                | Rule::UnknownIssuer
                | Rule::BadSignature
        );
        // What is written beside an authority, or below it, is no new certificate of its own.
        match rule {
            Rule::SigningBundle if id.spec().is_authority() => return false,
            Rule::KubeconfigTrustNarrow if id.spec().is_authority() => {
                return self.elsewhere.contains(&RowId::AdminConf);
            }
            _ => {}
        }
        self.elsewhere.contains(&id) || (self.rotated.contains(&id) && !is_changed)
    }
}

/// Whether a kubelet.conf names a certificate that is gone, and none that was there before.
pub(super) fn is_unidentified(facts: &NodeFacts) -> bool {
    match facts.inventory.facts(RowId::KubeletConf) {
        Some(RowFacts::Kubeconfig(Found::Present(facts))) => facts.client.is_unidentified(),
        _ => false,
    }
}

/// The rows whose certificates the kubelet renews itself.
pub(super) fn rotated(facts: &NodeFacts) -> impl Iterator<Item = RowId> {
    let rows = facts.table().rows().map(|spec| spec.id);
    rows.filter(|id| facts.inventory.facts(*id).is_some_and(RowFacts::is_rotated))
}

/// The file that holds exactly one certificate: ca.crt, or while that holds several the one
/// beside it.
pub(super) fn signing(facts: &NodeFacts) -> Option<Edit> {
    let told = facts.signing.as_ref()?;
    let authority = RowId::ClusterCa;
    let file = match facts.inventory.facts(authority)? {
        RowFacts::Pair {
            certificate: Found::Present(certificates),
            ..
        } if certificates.len() > 1 => format!("{}/ca-issuing.crt", facts.certificates),
        _ => facts.path(authority.part(Part::Certificate)),
    };
    Some(Edit::new(
        &told.told_in,
        remedies::signing_flag(),
        Some(file),
    ))
}
