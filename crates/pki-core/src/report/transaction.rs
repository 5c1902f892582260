use serde::Serialize;

use super::RestartRow;

/// What has been done to a tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HistoryReport {
    /// [`SCHEMA_VERSION`](super::SCHEMA_VERSION).
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
    /// Whether everything is kept that taking it back needs.
    pub kept: bool,
    /// The files, in the order in which they changed.
    pub files: Vec<ChangedFileRow>,
}

/// A file that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChangedFileRow {
    /// Its path.
    pub path: String,
    /// `created`, `replaced` or `removed`.
    pub effect: &'static str,
}

/// A record of the history that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UnreadableRecord {
    /// The number of its transaction.
    pub number: u64,
    /// What is wrong with it.
    pub problem: String,
}

/// A transaction that was decided and not completed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingRow {
    /// Its journal.
    pub journal: String,
    /// The command that was interrupted; `null` where the journal cannot be read.
    pub command: Option<String>,
    /// When it was run.
    pub at: Option<String>,
}

/// A transaction that an earlier run had left undone, and that was completed or taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
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
}

/// What `undo` did, or with `dryRun` would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UndoReport {
    /// [`SCHEMA_VERSION`](super::SCHEMA_VERSION).
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
    /// What is worth knowing.
    pub warnings: Vec<String>,
    /// What was completed first.
    pub recovered: Option<RecoveredRow>,
    /// What the readers of the files need.
    pub readers: Vec<RestartRow>,
}

/// What `recover` did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RecoverReport {
    /// [`SCHEMA_VERSION`](super::SCHEMA_VERSION).
    pub schema_version: u32,
    /// `RecoverReport`.
    pub kind: &'static str,
    /// `done`, `taken-back`, or `unchanged` when there was nothing to do.
    pub outcome: &'static str,
    /// The transaction that was interrupted.
    pub transaction: Option<RecoveredRow>,
    /// What the readers of its files need.
    pub readers: Vec<RestartRow>,
}

/// A command that writes and failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FailureReport {
    /// [`SCHEMA_VERSION`](super::SCHEMA_VERSION).
    pub schema_version: u32,
    /// `FailureReport`.
    pub kind: &'static str,
    /// `failed`: nothing has changed. `locked`: another run is writing, and nothing has changed.
    /// `recovery-needed`: `recover` completes what was decided. `conflict`: it cannot, because
    /// somebody else has changed a file.
    pub outcome: &'static str,
    /// What went wrong, with every cause.
    pub error: String,
}
