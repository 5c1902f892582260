//! What is not there, and is missed.

use std::path::Path;

use pki_core::judge::expiration::{ExpirationFacts, Expirations, FurtherExpiration};
use pki_core::observation::needed;
use pki_core::{CertSpec, Form, Need, Part, RowId};

use super::Observation;
use super::expirations::other;

impl Observation {
    /// Which rows this node cannot do without. Of one where nothing is, that is not known: it is
    /// taken to be what was meant to be looked at.
    pub(super) fn add_needed(&self, expirations: &mut Expirations) {
        let table = self.root().table();
        let found_nothing = expirations.whereabouts.nothing.is_some();
        let there = |id| self.is_there(id);
        let whereabouts = &expirations.whereabouts;
        let asked_for = &expirations.requested;
        let needed = needed(table, whereabouts, there, asked_for, self.external_etcd);
        for row in &mut expirations.rows {
            let spec = row.id.spec();
            let is_pair = matches!(spec.form, Form::Pair { .. });
            let is_lost = found_nothing && is_pair && spec.need == Need::Always;
            row.needed = is_lost || needed.iter().any(|spec| spec.id == row.id);
        }
        // Where there is no key at all, somebody looks at a copy that is without.
        let keys = table.artifacts().filter(|one| one.part == Part::Key);
        let is_without_keys = !keys.into_iter().any(|one| self.exists(one));
        let is_left_out = |row: RowId| is_without_keys && row == RowId::ServiceAccount;
        let is_missed = |spec: &&CertSpec| !there(spec.id) && !is_left_out(spec.id);
        // kubeadm's table has no row for a kubelet.conf, nor for the key of tokens.
        for spec in needed.into_iter().filter(is_missed) {
            let is_row = expirations.rows.iter().any(|row| row.id == spec.id);
            let Some(artifact) = spec.artifacts().first().copied() else {
                continue;
            };
            let path = self.directories().path(artifact);
            let mut told = expirations.others.iter().map(|one| Path::new(&one.path));
            if !is_row && self.is_absent(&path) && !told.any(|told| told == path) {
                expirations.others.push(FurtherExpiration {
                    id: Some(spec.id),
                    ..other(
                        spec.name,
                        &path,
                        ExpirationFacts::Absent,
                        self.renewer_of(&path),
                    )
                });
            }
        }
    }
}
