//! `renew`: new certificates in the places of the old ones, in one go or not at all.

pub(crate) mod beside;
mod copies;
mod done;
mod files;
pub(crate) mod holders;
mod kubelet;
pub(crate) mod prepare;
pub(crate) mod report;
mod steady;
mod told_names;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use copies::Sought;
pub use done::{CopyLeft, RenewFailure, Renewal, RenewedCertificate};
use pki_core::judge::expiration::{Expirations, RenewedBy, State, Threshold, judge};
use pki_core::judge::gate::distrusted;
use pki_core::judge::{Offence, Rule};
use pki_core::key::PremadeKeys;
use pki_core::observation::is_control_plane;
use pki_core::plan::renew::{RenewAction, RenewPlan, RenewRule};
use pki_core::{Certificate, Form, Part, Provider, RowId};
use prepare::{Prepared, PreparedRow, of_each, own_certificates};
use time::OffsetDateTime;

use crate::observe::Observation;
use crate::observe::halves::PublicHalves;
use crate::record::Issued;
use crate::store::{Commit, Session, Write};
use crate::verb::gate::{self, Verdict};
use crate::{LayoutError, Root};

impl Root {
    /// Decides what [`renew`](Self::renew) would do, and writes nothing.
    #[must_use]
    pub fn plan_renew(&self, rule: RenewRule, now: OffsetDateTime) -> RenewPlan {
        self.observe().plan_renew(rule, now)
    }

    /// Renews what the rule asks for. What cannot be renewed is said in the plan and does not
    /// stop the rest; what can is written in one transaction.
    ///
    /// # Errors
    ///
    /// [`LayoutError`]. No certificate has changed then.
    pub fn renew(
        &self,
        rule: &RenewRule,
        now: OffsetDateTime,
        provider: &Provider<'_>,
    ) -> Result<Renewal, LayoutError> {
        self.observe_to_write().renew(rule, now, provider)
    }

    /// What [`renew`](Self::renew) would do; writes nothing. Nothing is signed for it, which a key
    /// that is kept elsewhere could not do in passing: of what would be left out it knows what
    /// nobody trusts who reads it, and not what else may be wrong with a certificate that is not
    /// there yet.
    #[must_use]
    pub fn rehearse_renew(&self, rule: RenewRule, now: OffsetDateTime) -> Renewal {
        self.observe().rehearse_renew(rule, now)
    }

    /// The secrets among these that everybody may read as they are now.
    fn open_to_others(&self, writes: &[Write]) -> Vec<PathBuf> {
        let secrets = writes.iter().filter(|write| write.secret);
        secrets
            .filter(|write| self.is_open_to_others(&write.path))
            .map(|write| write.path.clone())
            .collect()
    }

    /// Those that have another name too.
    pub(crate) fn linked(&self, writes: &[Write]) -> Vec<PathBuf> {
        let paths = writes.iter().map(|write| &write.path);
        paths.filter(|path| self.is_linked(path)).cloned().collect()
    }
}

impl Observation {
    /// As [`Root::renew`], for those who looked before: what has not changed since is not opened
    /// again.
    ///
    /// # Errors
    ///
    /// As [`Root::renew`].
    pub fn renew(
        self,
        rule: &RenewRule,
        now: OffsetDateTime,
        provider: &Provider<'_>,
    ) -> Result<Renewal, LayoutError> {
        let root = self.root().clone();
        root.check_provider(provider)?;
        // Without the lock first: it is a file, and where nothing is renewed none is written.
        // Unless an earlier run is to be completed: its half of the work says nothing.
        let mut premade = PremadeKeys::default();
        let mut observation = self;
        if observation.pending().is_none() {
            let (looked, plan) = observation.steady_plan(rule, now);
            observation = looked;
            if plan.is_idle() {
                return Ok(observation.nothing_renewed(plan));
            }
            // Slow, and nobody has to wait for it.
            premade = plan.make_keys(provider)?;
        }
        let provider = &provider.with_premade(&premade);
        let session = Session::open(&root, observation.kubelet().directory)?;
        let recovered = session.recovered().cloned();
        let (observation, plan) = observation.refreshed().steady_plan(rule, now);
        if plan.is_idle() {
            session.abandon();
            return Ok(Renewal {
                recovered,
                ..observation.nothing_renewed(plan)
            });
        }
        let prepared = observation.prepare_renewal(&plan, provider);
        let Prepared {
            mut rows,
            bundles,
            failures,
            halves,
            copies,
        } = match prepared {
            Ok(prepared) => prepared,
            Err(error) => {
                session.abandon();
                return Err(error);
            }
        };
        let (left_out, accepted) = observation.leave_out(&rows, &bundles, &Arc::new(halves), now);
        let left_out = of_each(&rows, &left_out);
        rows.retain(|row| !left_out.contains_key(&row.id));
        let mut renewed = Vec::new();
        let mut writes = Vec::new();
        for row in rows {
            renewed.extend(row.renewed);
            writes.extend(row.writes);
        }
        if !writes.is_empty() {
            writes.extend(bundles);
        }
        let own = own_certificates(&renewed);
        let mut copies_left = observation.copies_elsewhere(&own);
        copies_left.extend(copies.left);
        let unchanged = if writes.is_empty() {
            own.iter().map(|one| one.row).collect()
        } else {
            BTreeSet::new()
        };
        let result = Renewal {
            narrowed: root.open_to_others(&writes),
            linked: root.linked(&writes),
            renewed,
            replaced: writes.iter().map(|write| write.path.clone()).collect(),
            failures,
            left_out,
            unchanged,
            copies_left,
            not_searched: copies.not_searched,
            first_end: copies.first_end,
            recovered,
            ..observation.nothing_renewed(plan)
        };
        if writes.is_empty() {
            session.abandon();
            return Ok(result);
        }
        let inputs = observation.inputs(&writes);
        let issued = result.renewed.iter();
        let issued: Vec<Issued> = issued
            .map(|one| Issued::of(&one.id, &one.certificate))
            .collect();
        let done = session.commit(&Commit {
            writes: &writes,
            inputs: &inputs,
            now,
            undoes: None,
            accepted: &accepted,
            issued: &issued,
            random: provider.random,
        })?;
        Ok(Renewal {
            late: done.late,
            ..result
        })
    }

    fn plan_renew(&self, mut rule: RenewRule, now: OffsetDateTime) -> RenewPlan {
        rule.remove_rights |= self.root().writing().accept.contains(&Rule::RightRemoved);
        RenewPlan::new(&self.inventory(), rule, now)
    }

    /// The rows that somebody would refuse, and the rules that were let through.
    fn leave_out(
        &self,
        rows: &[PreparedRow],
        bundles: &[Write],
        halves: &Arc<PublicHalves>,
        now: OffsetDateTime,
    ) -> (BTreeMap<RowId, Vec<Offence>>, BTreeSet<Rule>) {
        let find = |id: RowId| rows.iter().filter(move |row| row.id == id);
        gate::leave_out(
            rows.iter().map(|row| row.id).collect(),
            |kept| {
                let rows = rows.iter().filter(|row| kept.contains(&row.id));
                self.gate(rows.flat_map(|row| &row.writes).chain(bundles), halves, now)
            },
            |id, file| {
                let mut writes = find(id).flat_map(|row| &row.writes);
                writes.any(|write| write.path == Path::new(file))
            },
        )
    }

    /// As [`Root::rehearse_renew`].
    #[must_use]
    pub fn rehearse_renew(&self, rule: RenewRule, now: OffsetDateTime) -> Renewal {
        let plan = self.plan_renew(rule, now);
        let facts = self.facts();
        let (left_out, _) = gate::leave_out(
            plan.renewals().map(|id| id.row).collect(),
            |kept| {
                let offences = distrusted(&facts, &plan, kept, now);
                Verdict::of(offences, &self.root().writing().accept)
            },
            |id, file| self.is_of_row(id, Path::new(file)),
        );
        let renewed = plan.renewals().filter(|id| !left_out.contains_key(&id.row));
        let adapted = plan
            .adaptations()
            .map(|(id, _)| id.row.part(Part::Kubeconfig));
        let adapted = adapted.map(|artifact| self.directories().path(artifact));
        let files = renewed.flat_map(|id| {
            if self.rotated_files(id.row).is_some() {
                return self.kubelet_files(now).to_vec();
            }
            let spec = id.row.spec();
            let parts: &[Part] = match spec.form {
                Form::Kubeconfig { .. } => &[Part::Kubeconfig],
                _ if plan.rule().reuse_key || spec.is_authority() => &[Part::Certificate],
                _ => &[Part::Key, Part::Certificate],
            };
            let paths = parts
                .iter()
                .map(|part| self.directories().path(id.row.part(*part)));
            paths.collect()
        });
        let mut replaced: Vec<PathBuf> = files.chain(adapted).collect();
        let sought = sought(&plan);
        let mut renewal = Renewal {
            left_out,
            copies_left: self.copies_elsewhere(&sought),
            dry_run: true,
            ..self.nothing_renewed(plan)
        };
        if sought.is_empty() {
            return Renewal {
                replaced,
                ..renewal
            };
        }
        // What is taken over may be in its place.
        let is_same = |path: &PathBuf| {
            let mut new = sought.iter().filter(|one| one.is_new);
            new.any(|one| {
                let own = one.row.part(Part::Certificate);
                *path == self.directories().path(own)
                    && self.certificates(path).present() == Some(&vec![one.certificate.clone()])
            })
        };
        replaced.retain(|path| !is_same(path));
        match self.copies(&sought, &replaced.iter().cloned().collect()) {
            Ok(copies) => {
                replaced.extend(copies.paths().cloned());
                renewal.copies_left.extend(copies.left);
                renewal.not_searched = copies.not_searched;
                renewal.first_end = copies.first_end;
            }
            // All of it fails then.
            Err(reason) => {
                let ids = renewal.plan.renewals().cloned();
                let failed = ids.map(|id| RenewFailure {
                    id,
                    reason: reason.clone(),
                });
                renewal.failures = failed.collect();
                replaced.clear();
            }
        }
        if replaced.is_empty() && renewal.failures.is_empty() {
            renewal.unchanged = sought.iter().map(|one| one.row).collect();
        }
        Renewal {
            replaced,
            ..renewal
        }
    }
}

/// The certificates of the authorities that a plan renews: what was issued elsewhere is at hand, what
/// is to be signed is not.
fn sought(plan: &RenewPlan) -> Vec<Sought> {
    let authorities = plan.renewals().filter(|id| id.row.spec().is_authority());
    let sought = authorities.filter_map(|id| {
        let action = plan.action(id)?;
        let (certificate, is_new) = match action {
            RenewAction::Take { new, .. } => ((**new).clone(), true),
            action => (action.old()?.clone(), false),
        };
        Some(Sought {
            row: id.row,
            certificate,
            is_new,
        })
    });
    sought.collect()
}

impl Observation {
    fn nothing_renewed(&self, plan: RenewPlan) -> Renewal {
        let expirations = self.expirations();
        let expired = expired(&expirations, plan.now());
        let named_elsewhere = named_elsewhere(&expirations, &plan);
        let told_names = self.told_names(&plan);
        Renewal {
            node: self.node_name(),
            plan,
            renewed: Vec::new(),
            replaced: Vec::new(),
            failures: Vec::new(),
            left_out: BTreeMap::new(),
            unchanged: BTreeSet::new(),
            copies_left: Vec::new(),
            not_searched: Vec::new(),
            first_end: None,
            narrowed: Vec::new(),
            linked: Vec::new(),
            late: Vec::new(),
            told_names,
            older_above: self.older_above(),
            on_worker: self.is_worker(),
            expired,
            named_elsewhere,
            recovered: None,
            dry_run: false,
        }
    }
}

impl Observation {
    /// Whether what was given to sign has a newer certificate than the one that is here.
    fn older_above(&self) -> Option<RowId> {
        let inventory = self.inventory();
        let newest = inventory.superior()?.certificate();
        let is_older = |one: &Certificate| {
            newest.is_renewal_of(one) && one.validity().not_after < newest.validity().not_after
        };
        let rows = self.root().table().rows();
        let mut authorities = rows.filter(|spec| spec.is_authority()).map(|spec| spec.id);
        authorities.find(|row| {
            let certificates = inventory.authority(*row).certificates();
            certificates.iter().any(is_older)
        })
    }

    /// Whether this is a node that runs no part of the control plane.
    fn is_worker(&self) -> bool {
        let there = |row| self.is_there(row);
        there(RowId::KubeletConf) && !is_control_plane(there) && !there(RowId::EtcdServer)
    }
}

/// The rows that have expired.
fn expired(expirations: &Expirations, now: OffsetDateTime) -> Vec<RowId> {
    let judged = judge(expirations, now, Threshold::default());
    let rows = judged.rows.iter().map(|(row, state)| (Some(row.id), state));
    let others = judged.others.iter().map(|(other, state)| (other.id, state));
    let expired = rows
        .chain(others)
        .filter(|(_, state)| **state == State::Expired);
    expired.filter_map(|(row, _)| row).collect()
}

/// What is due beside the rows, where all of them were asked for. What the kubelet rotates is not
/// the operator's.
fn named_elsewhere(expirations: &Expirations, plan: &RenewPlan) -> Expirations {
    let rule = plan.rule();
    let judged = judge(expirations, plan.now(), rule.threshold);
    let due = judged.others.iter().filter(|(other, state)| {
        rule.names.is_empty()
            && other.named_by.is_some()
            && other.renewed_by == RenewedBy::Operator
            && matches!(state, State::Due | State::Expired)
    });
    Expirations {
        others: due.map(|(other, _)| (*other).clone()).collect(),
        ..Expirations::default()
    }
}
