//! What of a node is whose: what decides between the ways of a remedy.

use super::super::remedies;
use crate::observation::{Found, NodeFacts, RowFacts};
use crate::remedy::Edit;
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
