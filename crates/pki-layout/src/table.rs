//! The tables: who reads which flag, who talks to whom, when a file is read again, what the CIS
//! benchmark asks, and in which version. Data, the words for it, and
//! look-ups such as `reload::advice`; nothing here reads a file.

#[cfg(feature = "insight")]
pub mod cis;
pub(crate) mod directories;
mod file_set;
pub(crate) mod flag;
mod holders;
pub(crate) mod kubelet_files;
pub(crate) mod obsolete;
pub mod paths;
mod recorded;
pub mod reload;
mod version;

pub use directories::Directories;
pub use file_set::FileSet;
pub use flag::{ComputedValue, FLAGS, FlagSpec, FlagValue, Place, Role, Takes, When};
pub use holders::{HOLDERS, HolderSpec, Refresh};
pub use kubelet_files::{KUBELET_FILES, KubeletFile};
pub use obsolete::{OBSOLETE_FLAGS, ObsoleteFlag, Release};
pub use pki_core::spec::{Component, Party, UnknownComponent};
pub use recorded::{FlagKind, RecordedFlag};
pub use version::{InvalidKubernetesVersion, KubernetesVersion};
