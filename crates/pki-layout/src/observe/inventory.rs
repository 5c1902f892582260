//! What exists of the table.

use std::path::{Path, PathBuf};

use pki_core::observation::{CertificateFile, Inventory, Places, RowFacts};
use pki_core::spec::Form;
use pki_core::{Part, RowId};

use super::{HostPath, Machine, Observation, Sources};
use crate::table::Component;
use crate::tree::source::{Kind, Links};

impl Observation {
    /// Every file of the table. Never fails: what cannot be read is a fact too.
    #[must_use]
    pub fn inventory(&self) -> Inventory {
        self.inventory_told(&self.components(&Sources::on_disk()))
    }

    /// The same, where it is known what the components were told.
    pub(super) fn inventory_told(&self, components: &Machine) -> Inventory {
        let table = self.root().table();
        let mut inventory = Inventory::empty().with_table(table.clone());
        for spec in table.rows() {
            let path = |part| self.directories().path(spec.id.part(part));
            let facts = match spec.form {
                Form::Pair { .. } => RowFacts::Pair {
                    certificate: self.certificates(&path(Part::Certificate)),
                    key: self.public_half(&path(Part::Key)),
                },
                Form::KeyPair { .. } => RowFacts::KeyPair {
                    private: self.public_half(&path(Part::Key)),
                    public: self.public_keys(&path(Part::PublicKey)),
                },
                _ => RowFacts::Kubeconfig(self.own_kubeconfig(&path(Part::Kubeconfig))),
            };
            for file in spec.artifacts() {
                let path = self.directories().path(file);
                if self.is_link(&path) {
                    inventory.set_link(file);
                }
                let framing = facts.has_broken_file().then(|| self.framing(&path));
                if framing.flatten().is_some_and(|error| error.framing.hides()) {
                    inventory.set_misframed(file);
                }
            }
            inventory.insert(spec.id, facts);
        }
        for (name, key) in self.root().signers().public_keys() {
            if let Some(authority) = table.find(name) {
                inventory.set_signer(authority, key.clone());
            }
        }
        #[cfg(feature = "disk")]
        for row in self.requested_rows() {
            inventory.set_requested(row);
        }
        if let Some(superior) = self.root().superior() {
            inventory.set_superior(superior.issuer().clone());
        }
        for spec in table.rows().filter(|spec| spec.is_authority()) {
            if let Some(domain) = spec.id.domain() {
                inventory.set_places(domain, self.places(spec.id, components));
            }
        }
        inventory.set_whereabouts(self.whereabouts(components));
        inventory
    }

    /// Whether there is a symbolic link to a file.
    pub(super) fn is_link(&self, path: &Path) -> bool {
        let kind = |links| self.status(path, links).map(|status| status.kind).ok();
        kind(Links::Stay) == Some(Kind::Link) && kind(Links::Follow) == Some(Kind::File)
    }

    /// The files of an authority that are not the table's: what kube-controller-manager was told
    /// to sign with, and what lies where this project puts them.
    fn places(&self, id: RowId, components: &Machine) -> Places {
        let directories = self.directories();
        let file = |path: PathBuf| {
            self.is_taken(&path).then(|| CertificateFile {
                certificates: self.certificates(&path),
                path: path.display().to_string(),
            })
        };
        let own = directories.path(id.part(Part::Certificate));
        let told = match signing_file(components) {
            Some((told, HostPath::At(path))) if id == RowId::ClusterCa && !told.is_empty() => {
                Some(PathBuf::from(path)).filter(|path| *path != own)
            }
            _ => None,
        };
        Places {
            issuing: told
                .and_then(file)
                .or_else(|| file(directories.issuing_file(id))),
            servers: file(directories.callers_file(id)),
        }
    }
}

/// What kube-controller-manager was told to sign with, and where that is: the argument is empty
/// where it signs with none. `None` where nothing says how it is run.
pub(super) fn signing_file(machine: &Machine) -> Option<(&str, HostPath)> {
    let manager = machine.instance(Component::KubeControllerManager)?;
    let told = manager.value("cluster-signing-cert-file");
    let told = told.unwrap_or_default();
    Some((told, manager.on_host(told)))
}
