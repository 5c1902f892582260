//! A control plane's certificates on disk: where they are, how they are read and written, and
//! the flags and kubeconfigs that use them.
//!
//! The only crate of the workspace that touches files. What is right is `pki-core`'s to say.

mod error;
mod flags;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod insight;
mod kubeconfig;
mod observe;
pub mod report;
mod store;
mod table;
mod tree;
mod verb;

pub use error::{LayoutError, Operation};
pub use flags::{
    Argument, Field, FlagOptions, FlagSet, FlagsError, Format, Override, Setting, UnknownFormat,
    kubelet_configuration_yaml, render,
};
pub use insight::audit::{
    AUDIT_RULES, Audit, AuditFinding, AuditOptions, AuditRule, AuditRuleSpec, Concern, ItemVerdict,
    PathVerdict, Seen, Selection, Subject, UnknownId, Verdict, audit,
};
pub use insight::{explain, map};
pub use observe::{
    Contents, FileSet, FileUse, Form, Given, HostPath, Instance, Machine, Misread, Mount,
    NamedFile, Observation, Permission, Source, SourceKind, Sources, Spot, Unread,
};
pub use store::{ChangedFile, Effect, Finished, History, Pending, Transaction};
pub use table::cis::{
    Ask, CIS_ITEMS, CisItem, EARLIER as CIS_EARLIER, Level, NEWEST as CIS_NEWEST,
};
pub use table::paths::{
    Guard, Held, Method, PATHS, Party, PathSpec, Proof, Property, Protection, Safeguard, Side,
};
pub use table::reload::{
    Advice, Behaviour, Connections, Material, Older, RELOADS, Reader, Reload, ReloadSpec, advice,
    restart,
};
pub use table::{
    Component, ComputedValue, FLAGS, FlagSpec, FlagValue, InvalidKubernetesVersion, KUBELET_FILES,
    KubeletFile, KubernetesVersion, OBSOLETE_FLAGS, ObsoleteFlag, Place, Release, Role, Takes,
    UnknownComponent, When,
};
pub use tree::{Directories, Root, Writing, mode_of, read_text};
pub use verb::init::{Initialised, IssuedCertificate, Outcome, Receipt};
pub use verb::inspect::{InspectError, Inspected, inspect};
pub use verb::loose::{read_certificates, read_public_half};
pub use verb::renew::{RenewFailure, Renewal, RenewedCertificate};
pub use verb::undo::{UndoRefusal, Undone};
