//! What a renewal writes, before anybody has judged it: row by row, or all of it at once where an
//! authority is renewed.

use std::collections::BTreeMap;

use pki_core::judge::Offence;
use pki_core::plan::renew::{RenewAction, RenewPlan};
use pki_core::{Authorities, CredentialId, IssueError, Provider, RowId};

use super::copies::{Copies, Sought};
use super::{RenewFailure, RenewedCertificate};
use crate::LayoutError;
use crate::observe::Observation;
use crate::observe::halves::PublicHalves;
use crate::store::Write;
use crate::verb::outdated;

/// Everything that is ready to be written.
pub(crate) struct Prepared {
    pub(crate) rows: Vec<PreparedRow>,
    /// Files of authorities that are written with them.
    pub(crate) bundles: Vec<Write>,
    pub(crate) failures: Vec<RenewFailure>,
    pub(crate) halves: PublicHalves,
    /// What else holds the old certificates of authorities.
    pub(super) copies: Copies,
}

/// What belongs together: one row's certificate, with its key or in its kubeconfig; or everything,
/// where an authority is renewed.
pub(crate) struct PreparedRow {
    pub(crate) id: RowId,
    pub(crate) writes: Vec<Write>,
    pub(crate) renewed: Vec<RenewedCertificate>,
}

impl Observation {
    pub(crate) fn prepare_renewal(
        &self,
        plan: &RenewPlan,
        provider: &Provider<'_>,
    ) -> Result<Prepared, LayoutError> {
        let inventory = self.inventory();
        let mut authorities = Authorities::new();
        for id in plan.renewals() {
            let is_taken = matches!(plan.action(id), Some(RenewAction::Take { .. }));
            let signs = id.row.spec().issuer.unwrap_or(id.row);
            if !is_taken && !authorities.contains_key(&signs) {
                authorities.insert(signs, self.load_authority(signs, &inventory)?);
            }
        }
        let mut prepared = Prepared {
            rows: Vec::new(),
            bundles: outdated::bundles(self, &inventory),
            failures: Vec::new(),
            halves: PublicHalves::default(),
            copies: Copies::default(),
        };
        if plan.removed_rights().next().is_some() {
            prepared.bundles.extend(outdated::bindings(self));
        }
        let provider = &self.root().provided(provider);
        let kept_key = |id: &CredentialId| self.own_key(id.row);
        plan.issue_each(&authorities, kept_key, provider, |id, one| {
            // One odd certificate or file must not keep the others from their new lives.
            let written = one.map_err(|error| row_reason(&error)).and_then(|one| {
                let writes = self.renewal_writes(&one, plan)?;
                if let Some(key) = &one.key {
                    prepared.halves.add(key);
                }
                Ok((writes, RenewedCertificate::of(&one)))
            });
            match written {
                Ok((writes, renewed)) => prepared.rows.push(PreparedRow {
                    id: id.row,
                    writes,
                    renewed: renewed.into_iter().collect(),
                }),
                Err(reason) => prepared.failures.push(RenewFailure {
                    id: id.clone(),
                    reason,
                }),
            }
            Ok::<(), LayoutError>(())
        })?;
        for (id, adaptation) in plan.adaptations() {
            match self.adapted(id.row, adaptation) {
                Ok(writes) => prepared.rows.push(PreparedRow {
                    id: id.row,
                    writes,
                    renewed: Vec::new(),
                }),
                Err(reason) => prepared.failures.push(RenewFailure {
                    id: id.clone(),
                    reason,
                }),
            }
        }
        self.with_copies(&mut prepared);
        Ok(prepared)
    }

    /// Where authorities are renewed, everything is written or nothing: with what else holds their
    /// old certificates.
    fn with_copies(&self, prepared: &mut Prepared) {
        let renewed = prepared.rows.iter().flat_map(|row| &row.renewed);
        let authorities = own_certificates(renewed);
        let Some(id) = prepared.rows.first().map(|row| row.id) else {
            return;
        };
        if authorities.is_empty() {
            return;
        }
        let mut all = PreparedRow {
            id,
            writes: Vec::new(),
            renewed: Vec::new(),
        };
        for row in prepared.rows.drain(..) {
            all.writes.extend(row.writes);
            all.renewed.extend(row.renewed);
        }
        all.writes.append(&mut prepared.bundles);
        match self.renew_copies(&authorities, &mut all.writes) {
            Ok(copies) => {
                prepared.copies = copies;
                prepared.rows.push(all);
            }
            Err(reason) => {
                let failed = all.renewed.into_iter().map(|one| RenewFailure {
                    id: one.id,
                    reason: reason.clone(),
                });
                prepared.failures.extend(failed);
            }
        }
    }
}

/// The new certificates of authorities among these.
pub(super) fn own_certificates<'a>(
    renewed: impl IntoIterator<Item = &'a RenewedCertificate>,
) -> Vec<Sought> {
    let renewed = renewed.into_iter();
    let own = renewed.filter(|one| one.id.row.spec().is_authority());
    let sought = own.map(|one| Sought {
        row: one.id.row,
        certificate: one.certificate.clone(),
        is_new: true,
    });
    sought.collect()
}

/// What is left out of everything that belongs together.
pub(super) fn of_each(
    rows: &[PreparedRow],
    left_out: &BTreeMap<RowId, Vec<Offence>>,
) -> BTreeMap<RowId, Vec<Offence>> {
    let mut of_each = BTreeMap::new();
    for row in rows {
        if let Some(offences) = left_out.get(&row.id) {
            let members = row.renewed.iter().map(|one| one.id.row).chain([row.id]);
            of_each.extend(members.map(|member| (member, offences.clone())));
        }
    }
    of_each
}

/// Why one row was not issued; the report names the row.
fn row_reason(error: &IssueError) -> String {
    match error {
        IssueError::Check { source, .. } => {
            format!("the new certificate is not accepted: {source}")
        }
        IssueError::Sign { source, .. } => with_causes(source),
        IssueError::Key { source, .. } => with_causes(source),
        other => with_causes(other),
    }
}

/// An error with what is behind it: a service that signs has reasons of its own.
fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |error| error.source());
    let texts = std::iter::once(error.to_string()).chain(causes.map(ToString::to_string));
    let mut texts: Vec<String> = texts.collect();
    // What is passed on as it is says the same twice.
    texts.dedup();
    texts.join(": ")
}
