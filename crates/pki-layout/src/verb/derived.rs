//! What goes with the certificates: the flag sets that use them, and the bindings that give
//! their names rights. Derived from the configuration, so written anew when that changes.

use std::path::{Path, PathBuf};

use pki_core::Site;
use zeroize::Zeroizing;

use crate::flags::{FlagOptions, FlagSet, FlagsError, Format, kubelet_configuration_yaml, render};
use crate::store::{Target, Write};
use crate::table::Component;
use crate::tree::mode;
use crate::{Directories, Observation};

const RBAC: &str = include_str!("rbac.yaml");

impl Directories {
    /// Where the derived files are: `pkigen` in the kubeconfig directory.
    #[must_use]
    pub fn derived(&self) -> PathBuf {
        self.kubeconfigs.join("pkigen")
    }

    /// The bindings that give the certificates' names their rights.
    #[must_use]
    pub fn rbac(&self) -> PathBuf {
        self.derived().join("rbac.yaml")
    }

    /// Where the flag sets are.
    #[must_use]
    pub fn flags(&self) -> PathBuf {
        self.derived().join("flags")
    }
}

/// Every derived file: path in the running system, and text.
fn derived(
    site: Site<'_>,
    directories: &Directories,
    options: &FlagOptions,
) -> Result<Vec<(PathBuf, String)>, FlagsError> {
    let mut sets = FlagSet::all(site, directories, options)?;
    sets.retain(|set| !set.arguments().is_empty());
    let flags = directories.flags();
    let mut files = vec![(directories.rbac(), RBAC.to_owned())];
    for set in &sets {
        let text = render(std::slice::from_ref(set), Format::Args)?;
        files.push((flags.join(format!("{}.args", set.component())), text));
        if set.component() == Component::Kubelet {
            files.push((
                flags.join("kubelet-configuration.yaml"),
                kubelet_configuration_yaml(set)?,
            ));
        }
    }
    files.push((flags.join("kubeadm.yaml"), render(&sets, Format::Kubeadm)?));
    Ok(files)
}

/// The derived files that are missing or no longer right.
pub(crate) fn writes(
    site: Site<'_>,
    observation: &Observation,
    options: &FlagOptions,
) -> Result<Vec<Write>, FlagsError> {
    let files = derived(site, observation.directories(), options)?;
    let outdated = files.into_iter().filter_map(|(path, text)| {
        let target = target(observation, &path, &text)?;
        Some(Write {
            path,
            contents: Zeroizing::new(text.into_bytes()),
            mode: mode::PUBLIC,
            owner: None,
            attributes: None,
            secret: false,
            target,
        })
    });
    Ok(outdated.collect())
}

/// `None` when the file is right as it is.
fn target(observation: &Observation, path: &Path, text: &str) -> Option<Target> {
    match observation.read_file(path) {
        Ok(there) if *there == *text.as_bytes() => None,
        _ if observation.is_taken(path) => Some(Target::Replaced),
        _ => Some(Target::New),
    }
}
