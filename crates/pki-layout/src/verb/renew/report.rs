//! What `renew` did, as programs read it.

use std::collections::BTreeMap;
use std::path::Path;

use pki_core::judge::gate::told;
use pki_core::judge::where_to_look;
use pki_core::plan::renew::{Difference, Reissue, RenewAction, RenewStep};
use pki_core::spec::OwnerKind;
use pki_core::text::hex;
use pki_core::text::instant::readable;
use pki_core::{Certificate, CredentialId, RowId};
use serde::Serialize;

use super::beside::{NamedRow, of_exchanged};
use super::holders::CopyRow;
use crate::report::{
    OwnerRow, RecoveredRow, RemedyRow, RestartRow, SCHEMA_VERSION, StepRow, Words, restart_rows,
};
use crate::table::{Component, KubernetesVersion};
use crate::verb::offence::what_to_do;
use crate::view::expiration::nothing_found;
use crate::view::schema::rfc3339;
use crate::{Finished, RenewFailure, Renewal, RenewedCertificate, Root};

/// What `renew` did, or with `dryRun` would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RenewReport {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// `RenewReport`.
    pub kind: &'static str,
    /// `done`, `unchanged` where nothing was renewed, `planned` in a dry run; with `partial`
    /// something that should have been renewed was not.
    pub outcome: &'static str,
    /// Whether nothing was to be written.
    pub dry_run: bool,
    /// The rows that were asked for, in the order of the table.
    pub rows: Vec<RenewRow>,
    /// Files that were replaced, or would be.
    pub replaced_files: Vec<String>,
    /// The minor version of Kubernetes that the readers are of.
    pub kubernetes_version: String,
    /// That nothing is where it was looked for, and where components are told to look.
    pub nothing_found: Option<String>,
    /// What to do about that.
    pub nothing_found_remedy: Option<String>,
    /// What is worth knowing.
    pub warnings: Vec<String>,
    /// What other programs wrote to files at the moment at which they were replaced, and where it is kept.
    pub late_writes: Vec<String>,
    /// What an earlier run had left undone, and was completed first.
    pub recovered: Option<RecoveredRow>,
    /// What the readers of the renewed certificates need.
    pub readers: Vec<RestartRow>,
    /// Copies of a renewed authority's old certificate that were not replaced.
    pub copies: Vec<CopyRow>,
    /// What has expired beside what was renewed, and comes first where something is restarted: a
    /// component that shows it, or checks by it, does not come back.
    pub expired: Vec<String>,
    /// What to do about that.
    pub expired_remedy: Option<String>,
    /// What is due or over and is no row's to renew, though somebody here is told of it: said where
    /// all rows were asked for.
    pub named_elsewhere: Vec<NamedRow>,
    /// When the old certificate of a renewed authority ends, and with it what readers hold who
    /// have not read the new one.
    pub old_authority_ends: Option<String>,
    /// Whether that is over already.
    pub old_authority_is_over: bool,
}

impl RenewReport {
    /// Whether a file has changed.
    #[must_use]
    pub fn has_changed(&self) -> bool {
        !self.dry_run && !self.replaced_files.is_empty()
    }
}

/// One row of a [`RenewReport`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RenewRow {
    /// Name of the row.
    pub name: String,
    /// Whose it is.
    pub owner: OwnerRow,
    /// `renewed`, `renew` in a dry run, `adapted` or `adapt` where the certificate stays and its
    /// kubeconfig changes, `unchanged` where what was issued elsewhere is in its place, `as configured`, `not due`, `missing`, `external`,
    /// `left alone`, `left out` where somebody would refuse the new one, or `failed`.
    pub action: &'static str,
    /// Whether the cluster suffers where nothing was done: it is due, or this node cannot do
    /// without it.
    pub pressing: bool,
    /// What else is to be said.
    pub detail: Option<String>,
    /// What to do about it, where it was left out or failed.
    pub remedy: Option<String>,
    /// The same for programs, as [`RemedyRow::ways`].
    pub ways: Vec<Vec<StepRow>>,
    /// How it differed from the configuration, where that was asked.
    pub differences: Vec<String>,
    /// When it expired or would have.
    pub old_expiration: Option<String>,
    /// When it expires now.
    pub new_expiration: Option<String>,
    /// How long the old one lived, as a duration, where the new one ends before it does and not
    /// because its authority ends.
    pub longer_life: Option<String>,
    /// Serial number of the new certificate.
    pub serial_number: Option<String>,
    /// SHA-256 of the new certificate, in lower-case hexadecimal.
    pub sha256: Option<String>,
}

/// What became of each credential, so that nobody has to look for it.
struct Outcomes<'a> {
    renewed: BTreeMap<&'a CredentialId, &'a RenewedCertificate>,
    failures: BTreeMap<&'a CredentialId, &'a RenewFailure>,
}

impl<'a> Outcomes<'a> {
    fn of(renewal: &'a Renewal) -> Self {
        let renewed = renewal.renewed.iter().map(|one| (&one.id, one));
        let failures = renewal.failures.iter().map(|one| (&one.id, one));
        Self {
            renewed: renewed.collect(),
            failures: failures.collect(),
        }
    }
}

impl Renewal {
    /// Whether something that should have been renewed was not.
    #[must_use]
    pub fn has_findings(&self) -> bool {
        self.plan.has_findings()
            || !self.failures.is_empty()
            || !self.left_out.is_empty()
            || !self.late.is_empty()
            || self.is_something_left()
    }

    /// The report of this run on a tree, with what the readers of the certificates need in this
    /// version of Kubernetes.
    #[must_use]
    pub fn report(&self, root: &Root, version: KubernetesVersion, words: Words<'_>) -> RenewReport {
        let adapted = self.plan.adaptations().map(|(id, _)| id);
        let adapted = adapted.filter(|id| !self.failures.iter().any(|one| one.id == **id));
        let planned = self.plan.renewals().filter(|_| self.dry_run);
        let renewed = self.renewed.iter().map(|renewed| &renewed.id);
        let done = planned.chain(renewed).chain(adapted).map(|id| id.row);
        let has_failed = |id: &RowId| self.failures.iter().any(|one| one.id.row == *id);
        let is_done = |id: &RowId| {
            !self.left_out.contains_key(id) && !self.unchanged.contains(id) && !has_failed(id)
        };
        let done: Vec<RowId> = done.filter(is_done).collect();
        let narrowed = self.narrowed.iter().map(|path| {
            format!(
                "{} could be read by everybody, and no longer can",
                path.display()
            )
        });
        let told = self.told_names.iter().map(|(file, flags)| {
            let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
            format!(
                "{file} still says a name that the configuration does not have: {}; where it is the \
                 node's old one, its probes and annotations may say it too, and what they ask is \
                 gone: write the new one in its place throughout the file",
                flags.join(", ")
            )
        });
        let linked = self.linked.iter().map(|path| another_name(path));
        let not_searched = self.not_searched.iter().map(|one| {
            format!("{one}; whether it holds a copy of the old certificate is not known")
        });
        let outcomes = Outcomes::of(self);
        let exchanged = self.exchanged(&done);
        let changed: Vec<RowId> = done.iter().chain(&exchanged).copied().collect();
        let mut readers = restart_rows(&changed, version);
        if self.on_worker {
            readers.retain(|reader| reader.reader == Component::Kubelet.name());
        }
        let is_restarted = readers.iter().any(|reader| reader.restart.is_some());
        let expired = self.expired.iter().copied();
        let expired = expired.filter(|row| is_restarted && !done.contains(row));
        let expired: Vec<RowId> = expired.collect();
        let named_elsewhere = self.named_rows(words);
        RenewReport {
            schema_version: SCHEMA_VERSION,
            kind: "RenewReport",
            outcome: if self.has_findings() {
                "partial"
            } else if done.is_empty() {
                "unchanged"
            } else if self.dry_run {
                "planned"
            } else {
                "done"
            },
            dry_run: self.dry_run,
            rows: self
                .plan
                .steps()
                .iter()
                .map(|step| self.row(step, &outcomes, root, words))
                .collect(),
            replaced_files: self
                .replaced
                .iter()
                .map(|path| path.display().to_string())
                .collect(),
            kubernetes_version: version.to_string(),
            nothing_found: nothing_found(self.plan.whereabouts()),
            nothing_found_remedy: nothing_found(self.plan.whereabouts())
                .map(|_| words(&where_to_look(self.plan.whereabouts())).text),
            warnings: narrowed
                .chain(linked)
                .chain(not_searched)
                .chain(told)
                .chain(self.older_above(words))
                .chain(self.removed_rights(root))
                .chain(exchanged.iter().copied().map(of_exchanged))
                .chain(version.caveat())
                .collect(),
            late_writes: self.late.iter().map(ToString::to_string).collect(),
            recovered: self.recovered.as_ref().map(Finished::row),
            expired: expired.iter().map(ToString::to_string).collect(),
            expired_remedy: self.first_of_all(&expired, root, words),
            readers,
            named_elsewhere,
            copies: if self.on_worker {
                Vec::new()
            } else {
                self.copy_rows(&exchanged, root, words)
            },
            old_authority_ends: self.restart_before().map(rfc3339),
            old_authority_is_over: self
                .restart_before()
                .is_some_and(|end| end < self.plan.now()),
        }
    }

    fn row(
        &self,
        step: &RenewStep,
        outcomes: &Outcomes<'_>,
        root: &Root,
        words: Words<'_>,
    ) -> RenewRow {
        let mut row = RenewRow {
            name: step.id.row.to_string(),
            owner: OwnerRow::of(&step.id, self.node.as_ref()),
            action: "failed",
            pressing: step.pressing,
            detail: None,
            remedy: None,
            ways: Vec::new(),
            old_expiration: None,
            new_expiration: None,
            longer_life: None,
            serial_number: None,
            sha256: None,
            differences: Vec::new(),
        };
        let issues = step.action.issues();
        if let Some(failure) = outcomes.failures.get(&step.id) {
            row.detail = Some(failure.reason.clone());
            return row;
        }
        if let Some(offences) = self.left_out.get(&step.id.row) {
            row.action = "left out";
            row.old_expiration = row_end(step.action.old());
            row.detail = Some(told(offences).join("; "));
            row.mended_by(what_to_do(
                offences,
                |command| self.has_run(command),
                root,
                words,
            ));
            return row;
        }
        if issues {
            row.action = match self.dry_run {
                _ if self.unchanged.contains(&step.id.row) => "unchanged",
                true => "renew",
                false => "renewed",
            };
        }
        let renewed = outcomes.renewed.get(&step.id);
        if let Some(renewed) = renewed {
            row.serial_number = Some(renewed.certificate.serial_number().to_string());
            row.sha256 = Some(hex::plain(&renewed.certificate.fingerprint()));
        }
        row.old_expiration = row_end(step.action.old());
        row.new_expiration = step.action.life().map(|life| rfc3339(life.not_after));
        match &step.action {
            RenewAction::Renew { clamped, .. } => {
                row.longer_life = step.longer_life().map(|life| life.to_string());
                row.detail = of_renewal(step, *clamped, renewed.copied());
            }
            RenewAction::Take {
                new,
                is_above: true,
                ..
            } => row.detail = Some(format!("that is {}, which is above it", new.subject())),
            RenewAction::Reissue(reissue) => {
                row.differences = in_words(&reissue.differences);
                let stays = [
                    dialled(&reissue.dialling),
                    kept_groups(step.id.row, reissue),
                ];
                let stays: Vec<String> = stays.into_iter().flatten().collect();
                row.detail = (!stays.is_empty()).then(|| stays.join("; "));
            }
            RenewAction::Adapt(adaptation) => {
                row.action = if self.dry_run { "adapt" } else { "adapted" };
                row.detail = Some(format!("its certificate in {} stays", adaptation.file));
                row.differences = in_words(&adaptation.differences);
            }
            RenewAction::AsConfigured => {
                row.action = "as configured";
            }
            RenewAction::NotDue { not_after } => {
                row.action = "not due";
                row.old_expiration = Some(rfc3339(*not_after));
                row.detail = Some(format!("valid until {}", readable(*not_after)));
            }
            RenewAction::Missing => {
                row.action = "missing";
                row.mended_if_asked(step, root, words);
            }
            RenewAction::External { authority } => {
                row.action = "external";
                row.detail = Some(no_key(step.id.row, *authority));
                row.mended_if_asked(step, root, words);
            }
            RenewAction::NotOurs { reason } => {
                row.action = "left alone";
                row.detail = Some(reason.clone());
            }
            RenewAction::Broken { problem } => {
                row.detail = Some(problem.to_string());
                let remedy = step.remedy(|file| root.path(file).display().to_string());
                row.mended_by(words(&remedy.unwrap_or_default()));
            }
            _ => {}
        }
        row
    }
}

fn no_key(row: RowId, authority: RowId) -> String {
    if authority == row {
        "its key is not here".to_owned()
    } else {
        format!("the key of its authority {authority} is not here")
    }
}

/// What else is to be said of a certificate that is as it was.
fn of_renewal(
    step: &RenewStep,
    clamped: bool,
    renewed: Option<&RenewedCertificate>,
) -> Option<String> {
    let mut details = Vec::new();
    if let Some(authority) = step.with {
        details.push(format!("with {authority}, whose serial number it named"));
    }
    if clamped {
        details.push("ends with its authority, earlier than asked".to_owned());
    }
    if let Some(kept) = renewed.map(|one| one.kept).filter(|kept| *kept > 0) {
        details.push(format!(
            "{kept} further in its file are no part of its path and were kept"
        ));
    }
    (!details.is_empty()).then(|| details.join("; "))
}

fn row_end(old: Option<&Certificate>) -> Option<String> {
    old.map(|old| rfc3339(old.validity().not_after))
}

/// What the configuration does not say and stays.
fn kept_groups(row: RowId, reissue: &Reissue) -> Option<String> {
    let own = row.spec().groups;
    let groups = reissue.template.subject.groups();
    let kept: Vec<&str> = groups.filter(|group| !own.contains(group)).collect();
    let is_user = row.spec().owner == OwnerKind::User;
    (!kept.is_empty() && !is_user).then(|| {
        format!(
            "stays in {}, which an earlier kubeadm gave it",
            kept.join(", ")
        )
    })
}

impl RenewRow {
    /// What to do about it, where it was named or is pressing.
    fn mended_if_asked(&mut self, step: &RenewStep, root: &Root, words: Words<'_>) {
        let remedy = step.remedy(|file| root.path(file).display().to_string());
        if let Some(remedy) = remedy.filter(|_| step.named || step.pressing) {
            self.mended_by(words(&remedy));
        }
    }

    fn mended_by(&mut self, remedy: RemedyRow) {
        self.remedy = Some(remedy.text);
        self.ways = remedy.ways;
    }
}

fn in_words(differences: &[Difference]) -> Vec<String> {
    differences.iter().map(ToString::to_string).collect()
}

/// Who here still holds an old name.
fn dialled(by: &[String]) -> Option<String> {
    (!by.is_empty()).then(|| {
        let files = by.join(" and ");
        format!("here {files} dial a name that the configuration has not; others may too")
    })
}

/// What to know of a file that was replaced and has another name: `inotify` follows the inode.
pub(crate) fn another_name(path: &Path) -> String {
    format!(
        "{} had another name too (a hard link), which keeps the old content: whoever watches the \
         file may miss the change until that name is removed",
        path.display()
    )
}
