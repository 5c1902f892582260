//! A control plane's certificates on disk: where they are, how they are read and written, and
//! the flags and kubeconfigs that use them.
//!
//! The only crate of the workspace that touches files. What is right is `pki-core`'s to say.

mod error;
mod flags;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
#[cfg(feature = "insight")]
mod insight;
mod kubeconfig;
mod observe;
mod store;
mod table;
mod tree;
mod verb;

pub use error::{LayoutError, Operation};
pub use flags::{
    Argument, Field, FlagOptions, FlagSet, FlagsError, Format, Override, Setting, UnknownFormat,
    kubelet_configuration_yaml, render,
};
#[cfg(feature = "insight")]
pub use insight::audit::{
    AUDIT_RULES, Audit, AuditFinding, AuditOptions, AuditRule, AuditRuleSpec, Concern, ItemVerdict,
    PathVerdict, Seen, Selection, Subject, UnknownId, Verdict, audit,
};
#[cfg(feature = "insight")]
pub use insight::{explain, map};
pub use observe::{
    Contents, FileUse, Form, HostPath, Instance, Machine, Misread, Mount, NamedFile, Observation,
    ObservedFlag, Permission, Source, SourceKind, Sources, Spot, Unread,
};
pub use store::{ChangedFile, Effect, Finished, History, Pending, Transaction};
#[cfg(feature = "insight")]
pub use table::cis::{
    Ask, CIS_ITEMS, CisItem, EARLIER as CIS_EARLIER, Level, NEWEST as CIS_NEWEST,
};
pub use table::paths::{
    Guard, Held, Method, PATHS, PathSpec, Proof, Property, Protection, Safeguard, Side,
};
pub use table::reload::{
    Advice, Behaviour, Connections, Material, Older, RELOADS, Reload, ReloadSpec, advice, restart,
};
pub use table::{
    Component, ComputedValue, Directories, FLAGS, FileSet, FlagSpec, FlagValue,
    InvalidKubernetesVersion, KUBELET_FILES, KubeletFile, KubernetesVersion, OBSOLETE_FLAGS,
    ObsoleteFlag, Party, Place, Release, Role, Takes, UnknownComponent, When,
};
pub use tree::{Root, Writing, mode_of, read_text};
pub use verb::init::{Initialised, IssuedCertificate, Outcome, Receipt};
pub use verb::inspect::{InspectError, Inspected, inspect};
pub use verb::loose::{read_certificates, read_public_half};
pub use verb::renew::{RenewFailure, Renewal, RenewedCertificate};
pub use verb::undo::{UndoRefusal, Undone};

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
    pub use crate::verb::expiration::{
        ExpirationReport, ExpirationRow, ExpirationSummary, NextExpiration, OtherExpiration,
        ServiceAccountKey,
    };
    pub use crate::verb::init::report::{InitReport, InitRow, RefusalRow};
    pub use crate::verb::inspect::report::{
        CertificateReport, CertificateRequestReport, InspectReport, InspectedFile, KeyReport,
        KubeconfigReport,
    };
    pub use crate::verb::owner::{CredentialRow, OwnerRow};
    pub use crate::verb::remedy::{EditRow, RemedyRow, StepRow, Words};
    pub use crate::verb::renew::report::{RenewReport, RenewRow};
    pub use crate::verb::restart::RestartRow;
    pub use crate::verb::schema::{FailureReport, SCHEMA_VERSION};
    pub use crate::verb::transaction::{
        ChangedFileRow, HistoryReport, PendingRow, RecoverReport, RecoveredRow, TransactionRow,
        UndoReport, UnreadableRecord,
    };
    pub use crate::verb::verify::{FindingRow, Looked, VerifyReport};
}
