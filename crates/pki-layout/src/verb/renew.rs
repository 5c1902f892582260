//! `renew`: new certificates in the places of the old ones, in one go or not at all.

pub(crate) mod report;

use std::collections::BTreeMap;
use std::path::PathBuf;

use pki_core::issue::Renewed;
use pki_core::key::PrivateKey;
use pki_core::plan::renew::{RenewAction, RenewPlan, RenewRule};
use pki_core::{Authorities, Certificate, Form, IssueError, Part, Provider, RowId};
use time::OffsetDateTime;
use zeroize::Zeroizing;

use crate::error::Operation;
use crate::observe::{ClientFiles, Observation};
use crate::store::{Commit, Finished, Session, Target, Write};
use crate::tree::mode::{PUBLIC, SECRET};
use crate::{LayoutError, Root};

/// What [`Root::renew`] did.
#[derive(Debug)]
#[non_exhaustive]
pub struct Renewal {
    /// The plan it executed.
    pub plan: RenewPlan,
    /// What was issued, in the order of the plan.
    pub renewed: Vec<RenewedCertificate>,
    /// Files that were replaced, as paths of the running system.
    pub replaced: Vec<PathBuf>,
    /// What could not be written in its place, and was left as it is.
    pub failures: Vec<RenewFailure>,
    /// Files with a private key that others could read, and no longer can.
    pub narrowed: Vec<PathBuf>,
    /// Replaced files that have another name too, which keeps what they held.
    pub linked: Vec<PathBuf>,
    /// What an earlier run had left undone, and was completed first.
    pub recovered: Option<Finished>,
    /// Whether nothing was to be written.
    pub dry_run: bool,
}

/// A row that was issued again and could not be put in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RenewFailure {
    /// The row.
    pub id: RowId,
    /// Why.
    pub reason: String,
}

/// Everything that is ready to be written.
struct Prepared {
    renewed: Vec<RenewedCertificate>,
    writes: Vec<Write>,
    failures: Vec<RenewFailure>,
}

/// A certificate that was renewed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RenewedCertificate {
    /// The row.
    pub id: RowId,
    /// The new certificate.
    pub certificate: Certificate,
    /// How many certificates of the old file are no part of the path and were kept.
    pub kept: usize,
}

impl Root {
    /// Decides what [`renew`](Self::renew) would do, and writes nothing.
    #[must_use]
    pub fn plan_renew(&self, rule: RenewRule, now: OffsetDateTime) -> RenewPlan {
        RenewPlan::new(&self.observe().inventory(), rule, now)
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

    /// What [`renew`](Self::renew) would do; writes nothing.
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
        // Without the lock first: it is a file, and where nothing is renewed none is written.
        // Unless an earlier run is to be completed: its half of the work says nothing.
        if self.pending().is_none() {
            let plan = RenewPlan::new(&self.inventory(), rule.clone(), now);
            if plan.renewals().next().is_none() {
                return Ok(Renewal::nothing(plan, false));
            }
        }
        let session = Session::open(&root)?;
        let recovered = session.recovered().cloned();
        let observation = self.refreshed();
        let plan = RenewPlan::new(&observation.inventory(), rule.clone(), now);
        if plan.renewals().next().is_none() {
            session.abandon();
            return Ok(Renewal {
                recovered,
                ..Renewal::nothing(plan, false)
            });
        }
        match observation.prepare_renewal(&plan, provider) {
            Ok(Prepared {
                renewed,
                writes,
                failures,
            }) => {
                let narrowed = root.open_to_others(&writes);
                let linked = root.linked(&writes);
                session.commit(&Commit {
                    writes: &writes,
                    now,
                    undoes: None,
                })?;
                Ok(Renewal {
                    narrowed,
                    linked,
                    renewed,
                    replaced: writes.into_iter().map(|write| write.path).collect(),
                    failures,
                    recovered,
                    ..Renewal::nothing(plan, false)
                })
            }
            Err(error) => {
                session.abandon();
                Err(error)
            }
        }
    }

    /// As [`Root::rehearse_renew`].
    #[must_use]
    pub fn rehearse_renew(&self, rule: RenewRule, now: OffsetDateTime) -> Renewal {
        let plan = RenewPlan::new(&self.inventory(), rule, now);
        let files = plan.renewals().flat_map(|id| {
            let parts: &[Part] = match id.spec().form {
                Form::Kubeconfig { .. } => &[Part::Kubeconfig],
                _ if plan.rule().reuse_key => &[Part::Certificate],
                _ => &[Part::Key, Part::Certificate],
            };
            parts
                .iter()
                .map(move |part| self.directories().path(id.part(*part)))
        });
        let replaced = files.collect();
        Renewal {
            replaced,
            ..Renewal::nothing(plan, true)
        }
    }

    fn prepare_renewal(
        &self,
        plan: &RenewPlan,
        provider: &Provider<'_>,
    ) -> Result<Prepared, LayoutError> {
        let mut authorities = Authorities::new();
        let mut keys = BTreeMap::new();
        for id in plan.renewals() {
            if let Some(issuer) = id.spec().issuer
                && !authorities.contains_key(&issuer)
            {
                authorities.insert(issuer, self.load_authority(issuer)?);
            }
            if plan.rule().reuse_key {
                keys.insert(id, self.own_key(id)?);
            }
        }
        let mut prepared = Prepared {
            renewed: Vec::new(),
            writes: Vec::new(),
            failures: Vec::new(),
        };
        for (id, one) in plan.execute(&authorities, keys, provider)? {
            // One odd certificate or file must not keep the others from their new lives.
            let written = one.map_err(|error| row_reason(&error)).and_then(|one| {
                let writes = self.renewal_writes(&one, plan)?;
                Ok((writes, RenewedCertificate::of(&one)))
            });
            match written {
                Ok((writes, one)) => {
                    prepared.writes.extend(writes);
                    prepared.renewed.extend(one);
                }
                Err(reason) => prepared.failures.push(RenewFailure { id, reason }),
            }
        }
        Ok(prepared)
    }

    /// The files of one row, key first and certificate last.
    fn renewal_writes(&self, renewed: &Renewed, plan: &RenewPlan) -> Result<Vec<Write>, String> {
        let id = renewed.id;
        let mut writes = Vec::new();
        let directories = self.directories();
        let write = |path: PathBuf, contents: Zeroizing<Vec<u8>>, mode: u32| {
            if let Some(what) = self.root().obstacle(&path) {
                return Err(format!(
                    "{} is {what}",
                    self.root().on_disk(&path).display()
                ));
            }
            // A key that was lost has nothing to replace.
            let target = if self.is_taken(&path) {
                Target::Replaced
            } else {
                Target::New
            };
            Ok(Write {
                path,
                contents,
                mode,
                owner: None,
                attributes: None,
                secret: mode == SECRET,
                target,
            })
        };
        let files = self.client_files(id);
        if let (Form::Kubeconfig { .. }, None) = (id.spec().form, &files) {
            let text = self
                .kubeconfig_text(id)
                .map_err(|error| error.to_string())?;
            let change = match plan.action(id) {
                Some(RenewAction::Reissue(reissue)) => reissue.kubeconfig.as_ref(),
                _ => None,
            };
            let spliced = crate::kubeconfig::splice(&text, &renewed.chain, &renewed.key, change)
                .map_err(|reason| format!("it {reason}"))?;
            let contents = Zeroizing::new(spliced.as_bytes().to_vec());
            let path = directories.path(id.part(Part::Kubeconfig));
            writes.push(write(path, contents, SECRET)?);
            return Ok(writes);
        }
        let files = files.unwrap_or_else(|| ClientFiles {
            certificate: directories.path(id.part(Part::Certificate)),
            key: directories.path(id.part(Part::Key)),
        });
        // With the key kept, renewal is a change of one file: no reader ever sees a mismatch.
        if !plan.rule().reuse_key {
            let pem = renewed.key.to_pem().map_err(|error| error.to_string())?;
            let contents = Zeroizing::new(pem.as_bytes().to_vec());
            writes.push(write(files.key, contents, SECRET)?);
        }
        let pem: String = renewed.chain.iter().map(Certificate::to_pem).collect();
        let contents = Zeroizing::new(pem.into_bytes());
        writes.push(write(files.certificate, contents, PUBLIC)?);
        Ok(writes)
    }

    fn kubeconfig_text(&self, id: RowId) -> Result<Zeroizing<String>, LayoutError> {
        let file = self.directories().path(id.part(Part::Kubeconfig));
        let path = self.root().on_disk(&file);
        let bytes = self
            .read_file(&file)
            .map_err(LayoutError::io(Operation::Read, &path))?;
        let text = std::str::from_utf8(&bytes).map_err(|_| LayoutError::NotText { path })?;
        Ok(Zeroizing::new(text.to_owned()))
    }

    /// The private key of a row, to be kept.
    fn own_key(&self, id: RowId) -> Result<PrivateKey, LayoutError> {
        if let Some(files) = self.client_files(id) {
            return self.load_key_file(&files.key);
        }
        if let Form::Kubeconfig { .. } = id.spec().form {
            let text = self.kubeconfig_text(id)?;
            return crate::kubeconfig::own_key(&text).map_err(|reason| LayoutError::Encode {
                path: self.root().path(id.part(Part::Kubeconfig)),
                source: reason.into(),
            });
        }
        self.load_key(id)
    }
}

/// Why one row was not issued; the report names the row.
fn row_reason(error: &IssueError) -> String {
    match error {
        IssueError::Check { source, .. } => {
            format!("the new certificate is not accepted: {source}")
        }
        IssueError::Sign { source, .. } => source.to_string(),
        IssueError::Key { source, .. } => source.to_string(),
        other => other.to_string(),
    }
}

impl Renewal {
    fn nothing(plan: RenewPlan, dry_run: bool) -> Self {
        Self {
            plan,
            renewed: Vec::new(),
            replaced: Vec::new(),
            failures: Vec::new(),
            narrowed: Vec::new(),
            linked: Vec::new(),
            recovered: None,
            dry_run,
        }
    }
}

impl RenewedCertificate {
    fn of(renewed: &Renewed) -> Option<Self> {
        Some(Self {
            id: renewed.id,
            certificate: renewed.chain.first()?.clone(),
            kept: renewed.kept,
        })
    }
}
