//! Transactions, as programs read them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use pki_core::judge::gate::responsibility;
use pki_core::judge::{Offence, Rule, tree};
use pki_core::remedy::{Question, Remedy};
use pki_core::{NodeName, RowId};
use serde::Serialize;
use time::OffsetDateTime;

use crate::observe::Pending;
use crate::record::is_rotated;
use crate::report::{
    CredentialRow, FindingRow, PendingRow, RestartRow, SCHEMA_VERSION, Words, restart_rows,
};
use crate::table::KubernetesVersion;
use crate::verb::renew::report::another_name;
use crate::{
    ChangedFile, Effect, Finished, History, Observation, Root, Transaction, UndoRefusal, Undone,
};

/// What has been done to a tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct HistoryReport {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// `HistoryReport`.
    pub kind: &'static str,
    /// `unchanged`, or `recovery-needed` when a transaction was interrupted.
    pub outcome: &'static str,
    /// The oldest first.
    pub transactions: Vec<TransactionRow>,
    /// Records that cannot be read.
    pub unreadable: Vec<UnreadableRecord>,
    /// The transaction that was interrupted.
    pub pending: Option<PendingRow>,
}

/// A transaction that is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TransactionRow {
    /// Counts them, from 1.
    pub number: u64,
    /// When.
    pub at: String,
    /// The command that made it.
    pub command: String,
    /// The transaction that it took back.
    pub undoes: Option<u64>,
    /// The transaction that took it back.
    pub undone_by: Option<u64>,
    /// The rules that it was allowed to break, with `--accept`.
    pub accepted: Vec<String>,
    /// Whether everything is kept that taking it back needs.
    pub kept: bool,
    /// Whether it was taken back while it was made, because another program had changed its files.
    pub withdrawn: bool,
    /// The files, in the order in which they changed.
    pub files: Vec<ChangedFileRow>,
}

/// A file that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ChangedFileRow {
    /// Its path.
    pub path: String,
    /// `created`, `replaced` or `removed`.
    pub effect: &'static str,
    /// The credential that it is a file of; `null` where it is of none.
    pub credential: Option<CredentialRow>,
}

/// A record of the history that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UnreadableRecord {
    /// The number of its transaction.
    pub number: u64,
    /// What is wrong with it.
    pub problem: String,
}

/// A transaction that an earlier run had left undone, and that was completed or taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RecoveredRow {
    /// Its number in the history.
    pub number: u64,
    /// The command that was interrupted.
    pub command: String,
    /// When it was run.
    pub at: String,
    /// Whether it was taken back: the files are as they were before it.
    pub taken_back: bool,
    /// Its files.
    pub files: Vec<String>,
    /// What other programs wrote to files at the moment at which they were replaced, and where it is kept.
    pub late_writes: Vec<String>,
    /// Files of one that was taken back that stay as another program has left them.
    pub left: Vec<String>,
    /// The directory with copies of what was in those before.
    pub kept: Option<String>,
}

/// What `undo` did, or with `dryRun` would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UndoReport {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// `UndoReport`.
    pub kind: &'static str,
    /// `done`, `planned` in a dry run, or `refused`.
    pub outcome: &'static str,
    /// Whether nothing was to be written.
    pub dry_run: bool,
    /// Number of the transaction that took it back.
    pub number: Option<u64>,
    /// The transaction that was taken back.
    pub transaction: Option<TransactionRow>,
    /// What happened to the files.
    pub files: Vec<ChangedFileRow>,
    /// Why nothing was done.
    pub refusals: Vec<String>,
    /// How to have it done all the same, where that is for somebody to decide.
    pub remedy: Option<String>,
    /// What is worth knowing.
    pub warnings: Vec<String>,
    /// What other programs wrote to files at the moment at which they were replaced, and where it is kept.
    pub late_writes: Vec<String>,
    /// What was completed first.
    pub recovered: Option<RecoveredRow>,
    /// What the readers of the files need.
    pub readers: Vec<RestartRow>,
}

/// What `recover` did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RecoverReport {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// `RecoverReport`.
    pub kind: &'static str,
    /// `done`, `taken-back`, or `unchanged` when there was nothing to do.
    pub outcome: &'static str,
    /// The transaction that was interrupted.
    pub transaction: Option<RecoveredRow>,
    /// What the readers of its files need.
    pub readers: Vec<RestartRow>,
    /// What a component would refuse now.
    pub findings: Vec<FindingRow>,
}

impl Finished {
    pub(crate) fn row(&self) -> RecoveredRow {
        RecoveredRow {
            number: self.number,
            command: self.command.clone(),
            at: self.at.clone(),
            taken_back: self.taken_back,
            files: self
                .files
                .iter()
                .map(|file| file.display().to_string())
                .collect(),
            late_writes: self.late.iter().map(ToString::to_string).collect(),
            left: self
                .left
                .iter()
                .map(|file| file.display().to_string())
                .collect(),
            kept: self.kept.as_ref().map(|kept| kept.display().to_string()),
        }
    }
}

impl History {
    /// The report on a tree, with the transaction that was interrupted if one was.
    #[must_use]
    pub fn report(&self, root: &Root, pending: Option<&Pending>) -> HistoryReport {
        let node = root.observe().node_name();
        let files = Files::of(root, node.as_ref());
        let transactions = self.transactions.iter();
        let unreadable = self
            .unreadable
            .iter()
            .map(|(number, problem)| UnreadableRecord {
                number: *number,
                problem: problem.clone(),
            });
        HistoryReport {
            schema_version: SCHEMA_VERSION,
            kind: "HistoryReport",
            outcome: if pending.is_some() {
                "recovery-needed"
            } else {
                "unchanged"
            },
            transactions: transactions.map(|one| files.transaction(one)).collect(),
            unreadable: unreadable.collect(),
            pending: pending.map(Pending::row),
        }
    }
}

static WITH_WHAT_WAS_BESIDE: Question = Question::new(
    "put back first what went with these files and is another by now (the authority's files, manifests), \
     then run this again",
    "what has changed beside a transaction is in no history",
);

impl Undone {
    fn remedy(&self, words: Words<'_>) -> Option<String> {
        let refusals = self.refusals.iter();
        let offences = refusals.filter_map(|refusal| match refusal {
            UndoRefusal::Unsound { offences, .. } => Some(offences.clone()),
            _ => None,
        });
        let offences: Vec<Offence> = offences.flatten().collect();
        // What is over by now is over whatever is beside it.
        let is_beside = offences.iter().any(|one| one.rule != Rule::Expired);
        let otherwise = responsibility(&offences);
        let remedy = if is_beside {
            Remedy::ask(&WITH_WHAT_WAS_BESIDE).or(otherwise)
        } else {
            otherwise
        };
        (!offences.is_empty()).then(|| words(&remedy).text)
    }

    /// The report of this run on a tree.
    #[must_use]
    pub fn report(&self, root: &Root, version: KubernetesVersion, words: Words<'_>) -> UndoReport {
        let files = Files::of(root, self.node.as_ref());
        UndoReport {
            schema_version: SCHEMA_VERSION,
            kind: "UndoReport",
            outcome: if !self.refusals.is_empty() {
                "refused"
            } else if self.dry_run {
                "planned"
            } else {
                "done"
            },
            dry_run: self.dry_run,
            number: self.number,
            transaction: self.transaction.as_ref().map(|one| files.transaction(one)),
            files: self.files.iter().map(|file| files.changed(file)).collect(),
            refusals: self.refusals.iter().map(ToString::to_string).collect(),
            remedy: self.remedy(words),
            warnings: self.linked.iter().map(|path| another_name(path)).collect(),
            late_writes: self.late.iter().map(ToString::to_string).collect(),
            recovered: self.recovered.as_ref().map(Finished::row),
            readers: restart_rows(&self.rows, version),
        }
    }
}

impl Root {
    /// The report on [`recover`](Self::recover), or on [`abandon_pending`](Self::abandon_pending):
    /// what was decided is completed whatever it is, and judged then, as it is at an instant.
    #[must_use]
    pub fn recover_report(
        &self,
        finished: Option<&Finished>,
        version: KubernetesVersion,
        at: OffsetDateTime,
        words: Words<'_>,
    ) -> RecoverReport {
        let files = finished.map_or(&[][..], |finished| &finished.files);
        let elsewhere = finished.and_then(|finished| {
            let (certificates, kubeconfigs) = (&finished.certificates, &finished.kubeconfigs);
            self.with_directories(certificates.clone(), kubeconfigs.clone())
                .ok()
        });
        let observation = elsewhere.as_ref().unwrap_or(self).observe();
        let mut findings = match finished {
            // Without a clock nothing is known of dates, and what was decided is completed.
            Some(_) if at >= pki_core::EARLIEST_NOW => tree(&observation.facts(), at),
            _ => Vec::new(),
        };
        // What is missing after an undo is missing because that was asked for.
        let took_away = finished.is_some_and(|one| one.taken_back || one.undoes.is_some());
        findings.retain(|one| one.is_refusal() && !(took_away && one.rule == Rule::MissingFile));
        let node = observation.node_name();
        RecoverReport {
            schema_version: SCHEMA_VERSION,
            kind: "RecoverReport",
            outcome: match finished {
                None => "unchanged",
                Some(finished) if finished.taken_back => "taken-back",
                Some(_) => "done",
            },
            transaction: finished.map(Finished::row),
            readers: restart_rows(
                &observation.rows_of(files.iter().map(AsRef::as_ref)),
                version,
            ),
            findings: findings
                .iter()
                .map(|finding| FindingRow::of(finding, node.as_ref(), words))
                .collect(),
        }
    }

    /// Whether a file is one of a row's own.
    fn is_own(&self, id: RowId, file: &Path) -> bool {
        let mut own = id.spec().artifacts().into_iter();
        own.any(|artifact| self.directories().path(artifact) == file)
    }
}

impl Observation {
    /// The rows of the table that these files belong to.
    pub(crate) fn rows_of<'a>(&self, files: impl Iterator<Item = &'a Path>) -> Vec<RowId> {
        let files: Vec<&Path> = files.collect();
        // Only a row of which nothing else has changed is opened, for the files that it names.
        let is_changed = |id: RowId| {
            let mut own = files.iter();
            own.any(|file| self.root().is_own(id, file))
                || files.iter().any(|file| self.is_of_row(id, file))
        };
        let ids = self.root().table().rows().map(|spec| spec.id);
        ids.filter(|id| is_changed(*id)).collect()
    }

    /// Whether a file is one of a row's own, or holds its certificate.
    pub(crate) fn is_of_row(&self, id: RowId, file: &Path) -> bool {
        self.root().is_own(id, file)
            || self
                .client_files(id)
                .is_some_and(|named| named.certificate == file)
            || (id == RowId::KubeletConf
                && is_rotated(file)
                && file.parent() == Some(self.kubelet().directory.as_path()))
    }
}

/// Whose files there are in a tree.
struct Files<'a> {
    rows: BTreeMap<PathBuf, RowId>,
    node: Option<&'a NodeName>,
}

impl<'a> Files<'a> {
    fn of(root: &Root, node: Option<&'a NodeName>) -> Self {
        let files = root.table().artifacts();
        let files = files.map(|file| (root.directories().path(file), file.id));
        Self {
            rows: files.collect(),
            node,
        }
    }

    fn transaction(&self, transaction: &Transaction) -> TransactionRow {
        let files = transaction.files.iter();
        TransactionRow {
            number: transaction.number,
            at: transaction.at.clone(),
            command: transaction.command.clone(),
            undoes: transaction.undoes,
            undone_by: transaction.undone_by,
            accepted: transaction.accepted.clone(),
            kept: transaction.is_kept,
            withdrawn: transaction.is_withdrawn,
            files: files.map(|file| self.changed(file)).collect(),
        }
    }

    fn changed(&self, file: &ChangedFile) -> ChangedFileRow {
        let row = self.rows.get(&file.path);
        ChangedFileRow {
            path: file.path.display().to_string(),
            effect: match file.effect {
                Effect::Created => "created",
                Effect::Replaced => "replaced",
                Effect::Removed => "removed",
            },
            credential: row.map(|row| CredentialRow::at_hand(*row, self.node)),
        }
    }
}
