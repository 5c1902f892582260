//! Transactions, as programs read them.

use std::path::Path;

use pki_core::report::{
    ChangedFileRow, HistoryReport, PendingRow, RecoverReport, RecoveredRow, SCHEMA_VERSION,
    TransactionRow, UndoReport, UnreadableRecord,
};
use pki_core::{CERTS, CertId};

use crate::reload::restart_rows;
use crate::renew_report::another_name;
use crate::{
    ChangedFile, Effect, Finished, History, KubernetesVersion, Pending, Root, Transaction, Undone,
};

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
        }
    }
}

impl Pending {
    /// As reports have it.
    #[must_use]
    pub fn row(&self) -> PendingRow {
        let (command, at) = self.command.clone().unzip();
        PendingRow {
            journal: self.journal.display().to_string(),
            command,
            at,
        }
    }
}

impl History {
    /// The report, with the transaction that was interrupted if one was.
    #[must_use]
    pub fn report(&self, pending: Option<&Pending>) -> HistoryReport {
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
            transactions: self.transactions.iter().map(transaction).collect(),
            unreadable: unreadable.collect(),
            pending: pending.map(Pending::row),
        }
    }
}

impl Undone {
    /// The report of this run on a tree.
    #[must_use]
    pub fn report(&self, root: &Root, version: KubernetesVersion) -> UndoReport {
        // Of what is not there any more nobody reads anything again.
        let there = self
            .files
            .iter()
            .filter(|file| file.effect != Effect::Removed);
        let changed = there.map(|file| file.path.as_path());
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
            transaction: self.transaction.as_ref().map(transaction),
            files: self.files.iter().map(changed_file).collect(),
            refusals: self.refusals.iter().map(ToString::to_string).collect(),
            warnings: self.linked.iter().map(|path| another_name(path)).collect(),
            recovered: self.recovered.as_ref().map(Finished::row),
            readers: restart_rows(&root.rows_of(changed), version),
        }
    }
}

impl Root {
    /// The report on [`recover`](Self::recover), or on [`abandon_pending`](Self::abandon_pending).
    #[must_use]
    pub fn recover_report(
        &self,
        finished: Option<&Finished>,
        version: KubernetesVersion,
    ) -> RecoverReport {
        let files = finished.map_or(&[][..], |finished| &finished.files);
        RecoverReport {
            schema_version: SCHEMA_VERSION,
            kind: "RecoverReport",
            outcome: match finished {
                None => "unchanged",
                Some(finished) if finished.taken_back => "taken-back",
                Some(_) => "done",
            },
            transaction: finished.map(Finished::row),
            readers: restart_rows(&self.rows_of(files.iter().map(AsRef::as_ref)), version),
        }
    }

    /// The rows of the table that these files belong to.
    fn rows_of<'a>(&self, files: impl Iterator<Item = &'a Path>) -> Vec<CertId> {
        let files: Vec<&Path> = files.collect();
        let is_changed = |id: CertId| {
            let mut own = id.spec().artifacts().into_iter();
            let named = self.client_files(id);
            own.any(|artifact| files.contains(&self.directories().path(artifact).as_path()))
                || named.is_some_and(|named| files.contains(&named.certificate.as_path()))
        };
        let ids = CERTS.iter().map(|spec| spec.id);
        ids.filter(|id| is_changed(*id)).collect()
    }
}

fn transaction(transaction: &Transaction) -> TransactionRow {
    TransactionRow {
        number: transaction.number,
        at: transaction.at.clone(),
        command: transaction.command.clone(),
        undoes: transaction.undoes,
        undone_by: transaction.undone_by,
        kept: transaction.is_kept,
        files: transaction.files.iter().map(changed_file).collect(),
    }
}

fn changed_file(file: &ChangedFile) -> ChangedFileRow {
    ChangedFileRow {
        path: file.path.display().to_string(),
        effect: match file.effect {
            Effect::Created => "created",
            Effect::Replaced => "replaced",
            Effect::Removed => "removed",
        },
    }
}
