use serde::Serialize;

use super::{Readdressed, Task};
use crate::Outcome;
use crate::report::{RecoveredRow, SCHEMA_VERSION};
use crate::store::Finished;

/// What `readdress` did, or with `dryRun` would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ReaddressReport {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// `ReaddressReport`.
    pub kind: &'static str,
    /// `done`, `planned` in a dry run, `unchanged` where nothing has the old address, or `refused`.
    pub outcome: &'static str,
    /// Whether nothing was to be written.
    pub dry_run: bool,
    /// The node, where its name is known.
    pub node: Option<String>,
    /// The old address.
    pub old: String,
    /// The new one.
    pub new: String,
    /// Names of the rows whose certificates were issued anew.
    pub renewed: Vec<String>,
    /// The files that changed, in their order.
    pub files: Vec<String>,
    /// Why nothing was done.
    pub refusals: Vec<String>,
    /// What is left to be done elsewhere, in order.
    pub tasks: Vec<Task>,
    /// Its number in the history.
    pub transaction: Option<u64>,
    /// What other programs wrote to files at the moment at which they were replaced, and where it is kept.
    pub late_writes: Vec<String>,
    /// What was completed first, because it had been interrupted.
    pub recovered: Option<RecoveredRow>,
}

impl Readdressed {
    /// The report of this run.
    #[must_use]
    pub fn report(&self) -> ReaddressReport {
        ReaddressReport {
            schema_version: SCHEMA_VERSION,
            kind: "ReaddressReport",
            outcome: match self.outcome {
                Outcome::Done => "done",
                Outcome::Planned => "planned",
                Outcome::Refused => "refused",
                Outcome::Unchanged => "unchanged",
            },
            dry_run: self.dry_run,
            node: self.node.clone(),
            old: self.addresses.old.to_string(),
            new: self.addresses.new.to_string(),
            renewed: self.renewed.iter().map(ToString::to_string).collect(),
            files: self
                .files
                .iter()
                .map(|path| path.display().to_string())
                .collect(),
            refusals: self.refusals.clone(),
            tasks: self.tasks.clone(),
            transaction: self.transaction,
            late_writes: self.late.iter().map(ToString::to_string).collect(),
            recovered: self.recovered.as_ref().map(Finished::row),
        }
    }
}
