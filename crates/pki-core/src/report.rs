//! What commands report, as programs read it: field names and types are stable within a schema
//! version. Instants are RFC 3339 in UTC, paths are those of the running system.

mod audit;
mod expiration;
mod explain;
mod init;
mod inspect;
mod renew;
mod transaction;
mod verify;

pub use audit::{
    AuditFindingRow, AuditReport, AuditedComponent, AuditedItem, AuditedPath, CisNumber,
    ConcernRow, PlaceRow,
};
pub use expiration::{
    ExpirationReport, ExpirationRow, ExpirationSummary, NextExpiration, OtherExpiration,
    ServiceAccountKey,
};
pub use explain::{ExplainReport, ExplainedExpiration, ExplainedSection, ExplainedTopic};
pub use init::{InitReport, InitRow, RefusalRow};
pub use inspect::{
    CertificateReport, CertificateRequestReport, InspectReport, InspectedFile, KeyReport,
    KubeconfigReport,
};
pub use renew::{RenewReport, RenewRow, RestartRow};
pub use transaction::{
    ChangedFileRow, FailureReport, HistoryReport, PendingRow, RecoverReport, RecoveredRow,
    TransactionRow, UndoReport, UnreadableRecord,
};
pub use verify::{FindingRow, Looked, VerifyReport};

/// The version of every object in this module.
pub const SCHEMA_VERSION: u32 = 1;
