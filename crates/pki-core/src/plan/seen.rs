use std::collections::{BTreeMap, BTreeSet};

use crate::observation::Inventory;
use crate::spec::RowId;
use crate::x509::Certificate;

/// Digests of the certificates that were there of each authority when a plan was made: by no
/// others is it executed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SeenAuthorities {
    rows: BTreeMap<RowId, BTreeSet<[u8; 32]>>,
    superior: Option<[u8; 32]>,
}

impl SeenAuthorities {
    pub(super) fn of(inventory: &Inventory) -> Self {
        let authorities = inventory.table().rows().filter(|spec| spec.is_authority());
        let seen = authorities.map(|spec| {
            let certificates = inventory.authority(spec.id).certificates();
            let digests = certificates.iter().map(Certificate::fingerprint);
            (spec.id, digests.collect())
        });
        Self {
            rows: seen.collect(),
            superior: inventory
                .superior()
                .map(|superior| superior.certificate().fingerprint()),
        }
    }

    /// Whether this is what was to sign the authorities.
    pub(crate) fn is_superior(&self, certificate: &Certificate) -> bool {
        self.superior == Some(certificate.fingerprint())
    }

    /// Whether this certificate was there.
    pub(crate) fn has(&self, authority: RowId, certificate: &Certificate) -> bool {
        let seen = self.rows.get(&authority);
        seen.is_some_and(|seen| seen.contains(&certificate.fingerprint()))
    }
}
