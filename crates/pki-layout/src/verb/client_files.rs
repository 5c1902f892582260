//! The files of a kubeconfig that keeps its certificate and key in files of ours.

use std::path::PathBuf;

use pki_core::observation::ClientFacts;
use pki_core::{Part, RowId};

use crate::Observation;

/// Where a kubeconfig keeps its certificate and key, as paths of the running system.
pub(crate) struct ClientFiles {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

impl Observation {
    /// The files of a kubeconfig that keeps its certificate in files of ours.
    pub(crate) fn client_files(&self, id: RowId) -> Option<ClientFiles> {
        let file = self.directories().path(id.part(Part::Kubeconfig));
        match self.own_kubeconfig(&file).present()?.client.clone() {
            ClientFacts::Files {
                certificate,
                key: Some(key),
                own: Some(_),
                ..
            } => Some(ClientFiles {
                certificate: self.named(&certificate),
                key: self.named(&key),
            }),
            _ => None,
        }
    }
}
