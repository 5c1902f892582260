//! What goes with the certificates: the flag sets that use them, the bindings that give their
//! names rights, and the bundles of an authority that is more than one file. Derived from the
//! configuration and the tree, so written anew when these change.

use std::path::{Path, PathBuf};

use pki_core::authority::Domain;
use pki_core::{Certificate, Inventory, RowId, Site};
use zeroize::Zeroizing;

use crate::flags::{FlagOptions, FlagSet, FlagsError, Format, kubelet_configuration_yaml, render};
use crate::store::{Target, Write};
use crate::table::{Component, Role};
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
    inventory: &Inventory,
    options: &FlagOptions,
) -> Result<Vec<Write>, FlagsError> {
    let directories = observation.directories();
    let mut files = bundles(inventory, directories);
    let options = self::options(options, inventory, directories);
    files.extend(derived(site, directories, &options)?);
    Ok(outdated(observation, files))
}

/// The bundles that are there and no longer right.
pub(crate) fn outdated_bundles(observation: &Observation, inventory: &Inventory) -> Vec<Write> {
    let mut writes = outdated(observation, bundles(inventory, observation.directories()));
    writes.retain(|write| write.target == Target::Replaced);
    writes
}

fn outdated(observation: &Observation, files: Vec<(PathBuf, String)>) -> Vec<Write> {
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
    outdated.collect()
}

fn authorities(inventory: &Inventory) -> impl Iterator<Item = RowId> {
    let rows = inventory.table().rows().filter(|spec| spec.is_authority());
    rows.map(|spec| spec.id)
}

/// The files of authorities that are more than one: the issuing certificate alone, for
/// kube-controller-manager, which takes no more than one, while its own file holds several; and
/// what callers believe, where that is another bundle than what servers do.
fn bundles(inventory: &Inventory, directories: &Directories) -> Vec<(PathBuf, String)> {
    let pem = |list: &[Certificate]| list.iter().map(Certificate::to_pem).collect::<String>();
    let mut files = Vec::new();
    for id in authorities(inventory) {
        let facts = inventory.authority(id);
        let Ok(issuer) = facts.issuer() else {
            continue;
        };
        let path = directories.issuing_file(id);
        if id == RowId::ClusterCa && issuing_place(inventory, directories) == Some(path.clone()) {
            files.push((path, issuer.certificate().to_pem()));
        }
        let trust = facts.trust();
        let servers = trust.servers.certificates();
        if facts.callers_file().is_some() || servers != trust.clients.certificates() {
            files.push((directories.callers_file(id), pem(servers)));
        }
    }
    files
}

/// Where kube-controller-manager finds the one certificate that it signs with, when that is not
/// the cluster authority's own file.
fn issuing_place(inventory: &Inventory, directories: &Directories) -> Option<PathBuf> {
    let id = RowId::ClusterCa;
    let facts = inventory.authority(id);
    let issuer = facts.issuer().ok()?;
    let alone = |certificates: &[Certificate]| certificates == [issuer.certificate().clone()];
    let made_here = directories.issuing_file(id);
    // One that somebody else put there, and told kube-controller-manager of, stays in use.
    let told = facts.issuing_file().filter(|file| {
        let certificates = file.certificates.present();
        certificates.is_some_and(|certificates| alone(certificates))
            && Path::new(&file.path) != made_here
    });
    match told {
        Some(file) => Some(PathBuf::from(&file.path)),
        None if alone(inventory.certificates(id)) => None,
        None => Some(made_here),
    }
}

/// The options as a tree has it: whether the cluster authority's key is there, and the files that
/// its authorities are in.
pub(crate) fn options(
    options: &FlagOptions,
    inventory: &Inventory,
    directories: &Directories,
) -> FlagOptions {
    let external = inventory.is_external(RowId::ClusterCa);
    let mut options = options.clone().with_cluster_ca_key_present(!external);
    if let Some(path) = issuing_place(inventory, directories) {
        options = options.with_place(Domain::Cluster, Role::IssuingCertificate, path);
    }
    for id in authorities(inventory) {
        let facts = inventory.authority(id);
        let trust = facts.trust();
        if let Some(domain) = id.domain()
            && (facts.callers_file().is_some() || trust.servers != trust.clients)
        {
            let path = directories.callers_file(id);
            options = options.with_place(domain, Role::ServerTrust, path);
        }
    }
    options
}

/// `None` when the file is right as it is.
fn target(observation: &Observation, path: &Path, text: &str) -> Option<Target> {
    match observation.read_file(path) {
        Ok(there) if *there == *text.as_bytes() => None,
        _ if observation.is_taken(path) => Some(Target::Replaced),
        _ => Some(Target::New),
    }
}
