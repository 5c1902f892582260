//! A control plane's certificates on disk: where they are, how they are read and written, and
//! the flags and kubeconfigs that use them.
//!
//! The only crate of the workspace that touches files. What is right is `pki-core`'s to say.

mod attributes;
mod audit;
mod cis;
mod client_files;
mod derived;
mod directory;
mod error;
mod evidence;
pub mod explain;
mod files;
mod flags;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod history;
mod init;
mod init_report;
mod inspect;
mod kubeconfig;
mod kubelet_files;
mod lock;
mod loose;
mod machine;
pub mod map;
mod mode;
mod nonce;
mod path;
mod paths;
mod read;
mod recover;
mod reload;
mod renew;
mod renew_report;
mod root;
mod survey;
mod transaction;
mod transaction_report;
mod undo;
mod version;
mod writing;

pub use audit::{
    AUDIT_RULES, Audit, AuditFinding, AuditOptions, AuditRule, AuditRuleSpec, Concern, ItemVerdict,
    PathVerdict, Seen, Selection, Subject, UnknownId, Verdict, audit,
};
pub use cis::{Ask, CIS_ITEMS, CisItem, EARLIER as CIS_EARLIER, Level, NEWEST as CIS_NEWEST};
pub use error::{LayoutError, Operation};
pub use flags::{
    Argument, Component, ComputedValue, FLAGS, Field, FlagOptions, FlagSet, FlagSpec, FlagValue,
    FlagsError, Format, OBSOLETE_FLAGS, ObsoleteFlag, Override, Place, Release, Role, Setting,
    Takes, UnknownComponent, UnknownFormat, When, kubelet_configuration_yaml, render,
};
pub use history::{ChangedFile, Effect, History, Transaction};
pub use init::{Initialised, IssuedCertificate, Outcome, Receipt};
pub use inspect::{InspectError, Inspected, inspect};
pub use kubelet_files::{KUBELET_FILES, KubeletFile};
pub use loose::{read_certificates, read_public_half};
pub use machine::{
    Contents, FileSet, FileUse, Form, Given, HostPath, Instance, Machine, Misread, Mount,
    NamedFile, Permission, Source, SourceKind, Sources, Spot, Unread,
};
pub use mode::mode_of;
pub use path::Directories;
pub use paths::{
    Guard, Held, Method, PATHS, Party, PathSpec, Proof, Property, Protection, Safeguard, Side,
};
pub use read::read_text;
pub use reload::{
    Advice, Behaviour, Connections, Material, Older, RELOADS, Reader, Reload, ReloadSpec, advice,
    restart,
};
pub use renew::{RenewFailure, Renewal, RenewedCertificate};
pub use root::Root;
pub use transaction::{Finished, Pending};
pub use undo::{UndoRefusal, Undone};
pub use version::{InvalidKubernetesVersion, KubernetesVersion};
pub use writing::Writing;
