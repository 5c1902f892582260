//! A transaction that was interrupted, as programs read it.

use serde::Serialize;

use crate::observe::Pending;

/// A transaction that was decided and not completed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PendingRow {
    /// Its journal.
    pub journal: String,
    /// The command that was interrupted; `null` where the journal cannot be read.
    pub command: Option<String>,
    /// When it was run.
    pub at: Option<String>,
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
