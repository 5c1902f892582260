//! What exists of the table.

use std::path::PathBuf;

use pki_core::observation::{CertificateFile, Inventory, Places, RowFacts};
use pki_core::spec::Form;
use pki_core::{Part, RowId};

use super::{HostPath, Observation, Sources};
use crate::Component;

impl Observation {
    /// Every file of the table. Never fails: what cannot be read is a fact too.
    #[must_use]
    pub fn inventory(&self) -> Inventory {
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
            inventory.insert(spec.id, facts);
        }
        for spec in table.rows().filter(|spec| spec.is_authority()) {
            if let Some(domain) = spec.id.domain() {
                inventory.set_places(domain, self.places(spec.id));
            }
        }
        inventory
    }

    /// The files of an authority that are not the table's: what kube-controller-manager was told
    /// to sign with, and what lies where this project puts them.
    fn places(&self, id: RowId) -> Places {
        let directories = self.directories();
        let file = |path: PathBuf| {
            self.is_taken(&path).then(|| CertificateFile {
                certificates: self.certificates(&path),
                path: path.display().to_string(),
            })
        };
        let own = directories.path(id.part(Part::Certificate));
        let told = (id == RowId::ClusterCa)
            .then(|| self.signing_file().map(PathBuf::from))
            .flatten()
            .filter(|path| !path.as_os_str().is_empty() && *path != own);
        Places {
            issuing: told
                .and_then(file)
                .or_else(|| file(directories.issuing_file(id))),
            servers: file(directories.callers_file(id)),
        }
    }

    /// The file that kube-controller-manager signs with, as it was told; empty where it signs with
    /// none. `None` where nothing says how it is run, or what it was told is in a volume that is
    /// no directory of the node's.
    pub(super) fn signing_file(&self) -> Option<String> {
        let components = self.components(&Sources::default());
        let manager = components.instance(Component::KubeControllerManager)?;
        match manager.value("cluster-signing-cert-file") {
            None | Some("") => Some(String::new()),
            Some(told) => match manager.on_host(told) {
                HostPath::At(path) => Some(path),
                _ => Some(told.to_owned()),
            },
        }
    }
}
