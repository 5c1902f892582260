//! What commands report, as programs read it: field names and types are stable within a schema
//! version. Instants are RFC 3339 in UTC, paths are those of the running system. Each type is
//! beside the verb that fills it.

use serde::Serialize;

pub use crate::insight::audit::report::{
    AuditFindingRow, AuditReport, AuditedComponent, AuditedItem, AuditedPath, CisNumber,
    ConcernRow, PlaceRow,
};
pub use crate::insight::explain::report::{
    ExplainReport, ExplainedExpiration, ExplainedSection, ExplainedTopic,
};
pub use crate::verb::expiration::{
    ExpirationReport, ExpirationRow, ExpirationSummary, NextExpiration, OtherExpiration,
    ServiceAccountKey,
};
pub use crate::verb::init::report::{InitReport, InitRow, RefusalRow};
pub use crate::verb::inspect::report::{
    CertificateReport, CertificateRequestReport, InspectReport, InspectedFile, KeyReport,
    KubeconfigReport,
};
pub use crate::verb::renew::report::{RenewReport, RenewRow};
pub use crate::verb::restart::RestartRow;
pub use crate::verb::transaction::{
    ChangedFileRow, HistoryReport, PendingRow, RecoverReport, RecoveredRow, TransactionRow,
    UndoReport, UnreadableRecord,
};
pub use crate::verb::verify::{FindingRow, Looked, VerifyReport};

/// The version of every object in this module.
pub const SCHEMA_VERSION: u32 = 1;

/// A command that writes and failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FailureReport {
    /// [`SCHEMA_VERSION`].
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
