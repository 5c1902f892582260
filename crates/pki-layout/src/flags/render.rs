//! Writing flag sets in the forms that installers need.

mod json;
mod kubeadm;
mod systemd;
mod yaml;

use std::fmt;
use std::fmt::Write as _;
use std::str::FromStr;

pub use yaml::kubelet_configuration_yaml;

use super::{FlagSet, FlagsError};

/// A form to write flag sets in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Format {
    /// One `--name=value` per line, nothing quoted: for a file that is read line by line.
    #[default]
    Args,
    /// A list for a static pod's `command:`, and the kubelet's configuration as a document.
    Yaml,
    /// An object with every flag and its purpose.
    Json,
    /// A systemd drop-in that sets a variable for `ExecStart=`.
    Systemd,
    /// `extraArgs` of kubeadm's configuration, v1beta4.
    Kubeadm,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 5] = [
        Self::Args,
        Self::Yaml,
        Self::Json,
        Self::Systemd,
        Self::Kubeadm,
    ];

    /// The name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Args => "args",
            Self::Yaml => "yaml",
            Self::Json => "json",
            Self::Systemd => "systemd",
            Self::Kubeadm => "kubeadm",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, UnknownFormat> {
        Self::ALL
            .into_iter()
            .find(|format| format.name() == text)
            .ok_or_else(|| UnknownFormat {
                name: text.to_owned(),
            })
    }
}

pki_core::serde_as_text!(Format);

/// A name that is none of [`Format::ALL`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown format {name:?}; use args, yaml, json, systemd or kubeadm")]
#[non_exhaustive]
pub struct UnknownFormat {
    /// What was given.
    pub name: String,
}

/// Writes flag sets in one form, ending in a line break unless empty.
///
/// One set and several differ in `args` (several get a header line each) and in `yaml` (one is a
/// list, several are a map of lists). The other forms always have the same shape.
///
/// ```
/// use pki_core::{Cluster, Node};
/// use pki_layout::table::Component;
/// use pki_layout::Directories;
/// use pki_layout::FlagOptions;
/// use pki_layout::flags::FlagSet;
/// use pki_layout::flags::Format;
/// use pki_layout::flags::render;
///
/// let cluster = Cluster::builder().build()?;
/// let node = Node::builder("cp1".parse()?, "192.0.2.10".parse()?).build(&cluster)?;
/// let directories = Directories::default();
/// let set = FlagSet::of(
///     Component::KubeScheduler,
///     cluster.at(&node),
///     &directories,
///     &FlagOptions::new(),
/// )?;
/// assert!(render(&[set], Format::Args)?.contains("--kubeconfig=/etc/kubernetes/scheduler.conf\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`FlagsError::NotInKubeadm`] when only components that kubeadm does not know are asked for in
/// its form; [`FlagsError::RepeatedInKubeadm`] where an old kubeadm takes one value of a flag alone;
/// [`FlagsError::Yaml`] and [`FlagsError::Json`] when a serializer refuses.
pub fn render(sets: &[FlagSet], format: Format) -> Result<String, FlagsError> {
    match format {
        Format::Args => Ok(args(sets)),
        Format::Yaml => yaml::yaml(sets),
        Format::Json => json::json(sets),
        Format::Systemd => Ok(systemd::systemd(sets)),
        Format::Kubeadm => kubeadm::kubeadm(sets),
    }
}

/// The kubelet's configuration file is not made of arguments and has no place here.
fn args(sets: &[FlagSet]) -> String {
    let mut text = String::new();
    for set in sets {
        if sets.len() > 1 {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "# {}", set.component());
        }
        for argument in set.arguments() {
            let _ = writeln!(text, "{argument}");
        }
    }
    text
}
