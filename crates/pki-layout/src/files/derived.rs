//! What goes with the certificates: the flag sets that use them, the bindings that give their
//! names rights, and the bundles of an authority that is more than one file. Derived from the
//! configuration and the tree, so written anew when these change.

use std::path::{Path, PathBuf};

use pki_core::authority::Domain;
use pki_core::{Certificate, Inventory, RowId, Site};
use zeroize::Zeroizing;

use crate::flags::{FlagOptions, FlagSet, FlagsError, Format, kubelet_configuration_yaml, render};
use crate::table::directories::below;
use crate::table::{Component, Role};
use crate::tree::mode;
use crate::{Directories, Observation, TreeFile};

const RBAC: &str = include_str!("rbac.yaml");

impl Directories {
    /// Where the derived files are: `pkigen` in the kubeconfig directory.
    #[must_use]
    pub fn derived(&self) -> PathBuf {
        below(&self.kubeconfigs, "pkigen")
    }

    /// The bindings that give the certificates' names their rights.
    #[must_use]
    pub fn rbac(&self) -> PathBuf {
        below(&self.derived(), "rbac.yaml")
    }

    /// Where the flag sets are.
    #[must_use]
    pub fn flags(&self) -> PathBuf {
        below(&self.derived(), "flags")
    }
}

/// What goes with the certificates, as it is to be: the flag sets, the bindings, and the bundles of
/// authorities that are more than one file. The inventory is what there will be then; the options
/// are completed by it, as [`Observation::flag_options`](crate::Observation::flag_options) does.
///
/// # Errors
///
/// [`FlagsError`] when a flag set cannot be made.
///
/// ```
/// use pki_core::{Cluster, Inventory, Node};
/// use pki_layout::Directories;
/// use pki_layout::FlagOptions;
/// use pki_layout::derived_files;
///
/// let cluster = Cluster::builder().build()?;
/// let node = Node::builder("cp1".parse()?, "192.0.2.10".parse()?).build(&cluster)?;
/// let directories = Directories::default();
/// let nothing = Inventory::empty();
/// let files = derived_files(cluster.at(&node), &nothing, &directories, &FlagOptions::new())?;
/// assert!(files.iter().any(|file| file.path == directories.rbac()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn derived_files(
    site: Site<'_>,
    inventory: &Inventory,
    directories: &Directories,
    options: &FlagOptions,
) -> Result<Vec<TreeFile>, FlagsError> {
    let mut files = bundles(inventory, directories);
    let options = self::options(options, inventory, directories);
    files.extend(
        derived(site, directories, &options)?
            .into_iter()
            .map(|(path, text)| public(path, text)),
    );
    Ok(files)
}

/// Flag sets and bindings: path in the running system, and text.
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
        files.push((below(&flags, &format!("{}.args", set.component())), text));
        if set.component() == Component::Kubelet {
            files.push((
                below(&flags, "kubelet-configuration.yaml"),
                kubelet_configuration_yaml(set)?,
            ));
        }
    }
    files.push((
        below(&flags, "kubeadm.yaml"),
        render(&sets, Format::Kubeadm)?,
    ));
    Ok(files)
}

/// The bindings alone.
#[cfg(feature = "disk")]
pub(crate) fn bindings(directories: &Directories) -> TreeFile {
    public(directories.rbac(), RBAC.to_owned())
}

fn authorities(inventory: &Inventory) -> impl Iterator<Item = RowId> {
    let rows = inventory.table().rows().filter(|spec| spec.is_authority());
    rows.map(|spec| spec.id)
}

/// The files of authorities that are more than one: the issuing certificate alone, for
/// kube-controller-manager, which takes no more than one, while its own file holds several; and
/// what callers believe, where that is another bundle than what servers do.
pub(crate) fn bundles(inventory: &Inventory, directories: &Directories) -> Vec<TreeFile> {
    let pem = |list: &[Certificate]| list.iter().map(Certificate::to_pem).collect::<String>();
    let mut files = Vec::new();
    for id in authorities(inventory) {
        let facts = inventory.authority(id);
        let Ok(issuer) = facts.issuer() else {
            continue;
        };
        let path = directories.issuing_file(id);
        if id == RowId::ClusterCa && issuing_place(inventory, directories) == Some(path.clone()) {
            files.push(public(path, issuer.certificate().to_pem()));
        }
        let trust = facts.trust();
        let servers = trust.servers.certificates();
        if facts.callers_file().is_some() || servers != trust.clients.certificates() {
            files.push(public(directories.callers_file(id), pem(servers)));
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

impl Observation {
    /// The flag options as this tree has it: whether the cluster authority's key is there, and
    /// which files are what of its authorities.
    #[must_use]
    pub fn flag_options(&self, options: &FlagOptions) -> FlagOptions {
        self::options(options, &self.inventory(), self.directories())
    }
}

/// The options as a tree has it: whether the cluster authority's key is there, and the files that
/// its authorities are in.
fn options(options: &FlagOptions, inventory: &Inventory, directories: &Directories) -> FlagOptions {
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

fn public(path: PathBuf, text: String) -> TreeFile {
    TreeFile {
        path,
        mode: mode::PUBLIC,
        secret: false,
        contents: Zeroizing::new(text.into_bytes()),
    }
}
