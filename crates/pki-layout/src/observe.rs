//! What is on a node: each file opened once, and everything told from the same bytes. Facts only:
//! whether they are right is the judge's to say. The one reader of certificates, kubeconfigs,
//! command lines, units and configuration files; none of them hides another by being broken.

mod above;
mod argv;
#[cfg(feature = "config")]
mod as_made;
mod changed;
mod client_files;
mod configuration;
#[cfg(feature = "config")]
mod configured;
mod content;
mod dialled;
mod etcd;
pub(crate) mod expirations;
mod facts;
mod file;
mod file_fields;
mod flag;
pub(crate) mod halves;
#[cfg(feature = "disk")]
mod inputs;
mod inventory;
mod keys;
mod kubelet;
mod machine;
mod missed;
mod node;
mod observation;
pub(crate) mod parse;
mod pending;
mod permission;
mod pod;
mod process;
mod relations;
#[cfg(feature = "disk")]
pub(crate) mod requested;
mod script;
#[cfg(feature = "config")]
mod settings;
mod strays;
mod systemd;
mod told;
mod whereabouts;
mod yaml;

use std::collections::BTreeMap;

#[cfg(feature = "insight")]
pub(crate) use argv::GIVE;
#[cfg(feature = "insight")]
pub(crate) use dialled::is_loopback;
pub use file::{Contents, FileUse, NamedFile};
#[cfg(feature = "insight")]
pub(crate) use file_fields::told_instead;
pub use flag::{Form, HostPath, Instance, Misread, Mount, ObservedFlag, Source, SourceKind, Spot};
pub use machine::Sources;
#[cfg(feature = "insight")]
pub(crate) use machine::paths;
pub use observation::Observation;
pub use pending::Pending;
pub use permission::Permission;
use pki_core::observation::Relation;
pub use told::Told;

use crate::Directories;
use crate::table::{Component, KubernetesVersion};

/// A machine as it was found.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Machine {
    /// Every component that was found, manifests first.
    pub instances: Vec<Instance>,
    /// What is in the files that components were told of, and in those of the table that nobody
    /// was told of: an administrator's and etcdctl's.
    pub files: BTreeMap<(String, FileUse), NamedFile>,
    /// Certificates that are named beside the table: by flags and fields, the configurations that
    /// these name, and kubeconfigs.
    pub told: Vec<Told>,
    /// Every manifest of a static pod with the component that it runs, those that say the same
    /// too.
    pub manifests: Vec<(Component, String)>,
    /// Who presents what to whom, by [`PATHS`](crate::table::paths::PATHS).
    pub relations: Vec<Relation>,
    /// Modes and owners of what the CIS benchmark is about.
    pub permissions: Vec<Permission>,
    /// Sources that are there and could not be read.
    pub unread: Vec<Unread>,
    /// Every source that was looked at, there or not.
    pub looked_at: Vec<String>,
    /// The directories of the table.
    pub directories: Directories,
    /// The kubelet's unit with its drop-ins, until their permissions are known.
    kubelet_units: Vec<std::path::PathBuf>,
    /// The user and group who ask.
    pub user: (u32, u32),
}

/// A source that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unread {
    /// Which file.
    pub file: String,
    /// Why, as a sentence about the file: `is not YAML that can be read: …`.
    pub reason: String,
}

impl Unread {
    /// Whether it is this user who may not read it.
    #[must_use]
    pub fn is_denied(&self) -> bool {
        self.reason.contains("Permission denied")
    }
}

impl Machine {
    /// The first that was found of a component.
    #[must_use]
    pub fn instance(&self, component: Component) -> Option<&Instance> {
        self.instances
            .iter()
            .find(|instance| instance.component == component)
    }

    /// The version that the API server's image has, else that of another component's; `None` where
    /// no image says.
    #[must_use]
    pub fn kubernetes_version(&self) -> Option<KubernetesVersion> {
        let runs = |one: &&Instance| one.component != Component::Etcd;
        let mut releases = self.instances.iter().filter(runs);
        releases.find_map(|one| one.release.as_deref()?.parse().ok())
    }

    /// What is in a file, at its path on the host.
    #[must_use]
    pub fn file(&self, path: &str, as_what: FileUse) -> Option<&NamedFile> {
        self.files.get(&(path.to_owned(), as_what))
    }
}
