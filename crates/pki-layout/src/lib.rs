//! A control plane's certificates on disk: where they are, how they are read and written, and
//! the flags and kubeconfigs that use them.
//!
//! The only crate of the workspace that touches files. What is right is `pki-core`'s to say.
//!
//! The feature `disk`, on by default, is for trees on disk: reading them, the transaction, and the
//! verbs that write, on Linux. Without it, everything is of values, on any system: the tables,
//! flags and kubeconfig text, the files of a bundle ([`bundle_files`]) and what is derived from it
//! ([`derived_files`]), and trees in memory or in an archive ([`Root::of_files`],
//! [`Root::of_archive`]), observed, judged and planned for as those on disk are.

#[cfg(feature = "disk")]
mod aside;
#[cfg(feature = "bundles")]
pub mod bundle;
mod error;
mod files;
pub mod flags;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
#[cfg(feature = "disk")]
pub mod identities;
#[cfg(feature = "insight")]
mod insight;
pub mod kubeconfig;
#[cfg(feature = "disk")]
mod manifest;
pub mod observe;
#[cfg(feature = "disk")]
mod offline;
mod record;
#[cfg(feature = "disk")]
pub mod requests;
#[cfg(feature = "disk")]
mod store;
pub mod table;
#[cfg(feature = "pkcs11")]
pub mod token;
mod tree;
#[cfg(feature = "disk")]
mod verb;
mod view;

pub use error::{LayoutError, Operation};
pub use files::bundle::{bundle_files, credential_files, renewed_files};
pub use files::derived::derived_files;
pub use flags::FlagOptions;
#[cfg(all(feature = "config", feature = "insight"))]
pub use insight::compare;
#[cfg(feature = "insight")]
pub use insight::{audit, explain, map};
pub use observe::Observation;
#[cfg(feature = "disk")]
pub use offline::{NewRoot, OfflineAuthority, PassphraseSource, RenewedRoot};
pub use record::Issued;
#[cfg(feature = "disk")]
pub use store::{ChangedFile, Effect, Finished, History, LateWrite, Transaction};
pub use table::Directories;
pub use tree::{Root, TreeFile, Writing, mode_of};
#[cfg(feature = "disk")]
pub use tree::{check_trusted, read_text};
#[cfg(feature = "disk")]
pub use verb::commit::{Changes, Committed};
#[cfg(feature = "disk")]
pub use verb::init::{Initialised, IssuedCertificate, Outcome, Receipt, Situation};
#[cfg(feature = "disk")]
pub use verb::inspect::{inspect, judge_certificates, judge_key, read_certificates};
#[cfg(all(feature = "config", feature = "disk"))]
pub use verb::readdress::{Move, MoveError, Phase, ReaddressReport, Readdressed, Task};
#[cfg(feature = "disk")]
pub use verb::renew::{CopyLeft, RenewFailure, Renewal, RenewedCertificate};
#[cfg(feature = "disk")]
pub use verb::undo::{UndoRefusal, Undone};
pub use view::inspect::{InspectError, Inspected, inspect_text};

/// What commands report, as programs read it: field names and types are stable within a schema
/// version. Instants are RFC 3339 in UTC, paths are those of the running system. Each type is
/// beside the verb that fills it.
pub mod report {
    #[cfg(feature = "insight")]
    pub use crate::insight::audit::report::{
        AuditFindingRow, AuditReport, AuditedComponent, AuditedItem, AuditedPath, CisNumber,
        ConcernRow, PlaceRow,
    };
    #[cfg(feature = "insight")]
    pub use crate::insight::explain::report::{
        ExplainReport, ExplainedExpiration, ExplainedSection, ExplainedTopic,
    };
    #[cfg(feature = "disk")]
    pub use crate::offline::RootRenewal;
    #[cfg(feature = "disk")]
    pub use crate::verb::init::report::{InitReport, InitRow, RefusalRow, SuperiorRow};
    #[cfg(feature = "disk")]
    pub use crate::verb::renew::beside::NamedRow;
    #[cfg(feature = "disk")]
    pub use crate::verb::renew::holders::CopyRow;
    #[cfg(feature = "disk")]
    pub use crate::verb::renew::report::{RenewReport, RenewRow};
    #[cfg(feature = "disk")]
    pub use crate::verb::transaction::{
        ChangedFileRow, HistoryReport, RecoverReport, RecoveredRow, TransactionRow, UndoReport,
        UnreadableRecord,
    };
    pub use crate::view::expiration::{
        ExpirationNote, ExpirationRemedy, ExpirationReport, ExpirationRow, ExpirationSummary,
        NextExpiration, OtherExpiration, ServiceAccountKey,
    };
    pub use crate::view::inspect::report::{
        CertificateReport, CertificateRequestReport, InspectReport, InspectedFile, KeyReport,
        KubeconfigReport, KubeconfigUserReport,
    };
    pub use crate::view::owner::{CredentialRow, OwnerRow};
    pub use crate::view::pending::PendingRow;
    pub use crate::view::remedy::{EditRow, RemedyRow, StepRow, Words};
    pub use crate::view::restart::{RestartRow, restart_rows};
    pub use crate::view::schema::{FailureReport, SCHEMA_VERSION};
    pub use crate::view::verify::{FindingRow, Levels, Looked, VerifyReport};
}
