//! `renew`: new certificates in the places of the old ones, in one go or not at all.

mod files;
pub(crate) mod report;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pki_core::issue::Renewed;
use pki_core::judge::gate::distrusted;
use pki_core::judge::{Offence, Rule};
use pki_core::plan::renew::{RenewPlan, RenewRule};
use pki_core::{
    Authorities, Certificate, CredentialId, Form, IssueError, NodeName, Part, Provider, RowId,
};
use time::OffsetDateTime;

use crate::observe::Observation;
use crate::observe::halves::PublicHalves;
use crate::store::{Commit, Finished, Session, Write};
use crate::verb::gate::{self, Verdict};
use crate::{LayoutError, Root};

/// What [`Root::renew`] did.
#[derive(Debug)]
#[non_exhaustive]
pub struct Renewal {
    /// The plan it executed.
    pub plan: RenewPlan,
    /// The node's name, where something there says it.
    pub node: Option<NodeName>,
    /// What was issued, in the order of the plan.
    pub renewed: Vec<RenewedCertificate>,
    /// Files that were replaced, as paths of the running system.
    pub replaced: Vec<PathBuf>,
    /// What could not be written in its place, and was left as it is.
    pub failures: Vec<RenewFailure>,
    /// What was left as it is because somebody would refuse the new one, who accepts the old.
    pub left_out: BTreeMap<RowId, Vec<Offence>>,
    /// Files with a private key that others could read, and no longer can.
    pub narrowed: Vec<PathBuf>,
    /// Replaced files that have another name too, which keeps what they held.
    pub linked: Vec<PathBuf>,
    /// What an earlier run had left undone, and was completed first.
    pub recovered: Option<Finished>,
    /// Whether nothing was to be written.
    pub dry_run: bool,
}

/// A row that could not be issued again, or not be put in its place. The others were renewed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RenewFailure {
    /// Which.
    pub id: CredentialId,
    /// Why.
    pub reason: String,
}

/// Everything that is ready to be written.
struct Prepared {
    rows: Vec<PreparedRow>,
    /// Files of authorities that are written with them.
    bundles: Vec<Write>,
    failures: Vec<RenewFailure>,
    halves: PublicHalves,
}

/// What belongs together: one row's certificate, with its key or in its kubeconfig.
struct PreparedRow {
    id: RowId,
    writes: Vec<Write>,
    renewed: Option<RenewedCertificate>,
}

/// A certificate that was renewed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RenewedCertificate {
    /// Which.
    pub id: CredentialId,
    /// The new certificate.
    pub certificate: Certificate,
    /// How many certificates of the old file are no part of the path and were kept.
    pub kept: usize,
}

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
        if self.pending().is_none() {
            let plan = self.plan_renew(rule.clone(), now);
            if plan.renewals().next().is_none() {
                return Ok(self.nothing_renewed(plan));
            }
        }
        let session = Session::open(&root)?;
        let recovered = session.recovered().cloned();
        let observation = self.refreshed();
        let plan = observation.plan_renew(rule.clone(), now);
        if plan.renewals().next().is_none() {
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
        } = match prepared {
            Ok(prepared) => prepared,
            Err(error) => {
                session.abandon();
                return Err(error);
            }
        };
        let (left_out, accepted) = observation.leave_out(&rows, &bundles, &Arc::new(halves), now);
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
        let result = Renewal {
            narrowed: root.open_to_others(&writes),
            linked: root.linked(&writes),
            renewed,
            replaced: writes.iter().map(|write| write.path.clone()).collect(),
            failures,
            left_out,
            recovered,
            ..observation.nothing_renewed(plan)
        };
        if writes.is_empty() {
            session.abandon();
            return Ok(result);
        }
        session.commit(&Commit {
            writes: &writes,
            now,
            undoes: None,
            accepted: &accepted,
            random: provider.random,
        })?;
        Ok(result)
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
        let files = renewed.flat_map(|id| {
            let parts: &[Part] = match id.row.spec().form {
                Form::Kubeconfig { .. } => &[Part::Kubeconfig],
                _ if plan.rule().reuse_key => &[Part::Certificate],
                _ => &[Part::Key, Part::Certificate],
            };
            parts
                .iter()
                .map(move |part| self.directories().path(id.row.part(*part)))
        });
        let replaced = files.collect();
        Renewal {
            replaced,
            left_out,
            dry_run: true,
            ..self.nothing_renewed(plan)
        }
    }

    fn prepare_renewal(
        &self,
        plan: &RenewPlan,
        provider: &Provider<'_>,
    ) -> Result<Prepared, LayoutError> {
        let inventory = self.inventory();
        let mut authorities = Authorities::new();
        for id in plan.renewals() {
            if let Some(issuer) = id.row.spec().issuer
                && !authorities.contains_key(&issuer)
            {
                authorities.insert(issuer, self.load_authority(issuer, &inventory)?);
            }
        }
        let mut prepared = Prepared {
            rows: Vec::new(),
            bundles: super::outdated::bundles(self, &inventory),
            failures: Vec::new(),
            halves: PublicHalves::default(),
        };
        if plan.removed_rights().next().is_some() {
            prepared.bundles.extend(super::outdated::bindings(self));
        }
        let kept_key = |id: &CredentialId| self.own_key(id.row);
        plan.issue_each(&authorities, kept_key, provider, |id, one| {
            // One odd certificate or file must not keep the others from their new lives.
            let written = one.map_err(|error| row_reason(&error)).and_then(|one| {
                let writes = self.renewal_writes(&one, plan)?;
                prepared.halves.add(&one.key);
                Ok((writes, RenewedCertificate::of(&one)))
            });
            match written {
                Ok((writes, renewed)) => prepared.rows.push(PreparedRow {
                    id: id.row,
                    writes,
                    renewed,
                }),
                Err(reason) => prepared.failures.push(RenewFailure {
                    id: id.clone(),
                    reason,
                }),
            }
            Ok::<(), LayoutError>(())
        })?;
        Ok(prepared)
    }
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

impl Observation {
    fn nothing_renewed(&self, plan: RenewPlan) -> Renewal {
        Renewal {
            node: self.node_name(),
            plan,
            renewed: Vec::new(),
            replaced: Vec::new(),
            failures: Vec::new(),
            left_out: BTreeMap::new(),
            narrowed: Vec::new(),
            linked: Vec::new(),
            recovered: None,
            dry_run: false,
        }
    }
}

impl RenewedCertificate {
    fn of(renewed: &Renewed) -> Option<Self> {
        Some(Self {
            id: renewed.id.clone(),
            certificate: renewed.chain.first()?.clone(),
            kept: renewed.kept,
        })
    }
}
