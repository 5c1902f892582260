//! The tables: who reads which flag, who talks to whom, when a file is read again, what the CIS
//! benchmark asks, and in which version. Data, the words for it, and
//! look-ups such as `reload::advice`; nothing here reads a file.

mod available;
mod by_version;
#[cfg(feature = "insight")]
pub mod cis;
pub(crate) mod directories;
mod file_set;
pub(crate) mod flag;
mod gates;
mod holders;
pub(crate) mod kubelet_files;
pub(crate) mod obsolete;
pub mod paths;
mod recorded;
pub mod reload;

pub use available::{NEWER_FLAGS, NewerFlag, Running, Unavailable};
#[cfg(feature = "insight")]
pub(crate) use by_version::REVOCATION_HEEDED;
pub use by_version::{BY_VERSION, ByVersion};
pub use directories::Directories;
pub use file_set::FileSet;
pub use flag::{ComputedValue, FLAGS, FlagSpec, FlagValue, Place, Role, Takes, When};
pub use gates::{GATED_FLAGS, GONE_GATES, GatedFlag, GoneGate};
pub use holders::{HOLDERS, HolderSpec, Refresh};
pub use kubelet_files::{KUBELET_FILES, KubeletFile};
pub use obsolete::{OBSOLETE_FLAGS, ObsoleteFlag, Release};
pub use pki_core::spec::{
    Component, InvalidKubernetesVersion, KubernetesVersion, Party, Since, Standing,
    UnknownComponent,
};
pub use recorded::{FlagKind, RecordedFlag};
