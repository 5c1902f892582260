//! Which node it is.

use std::path::PathBuf;

use pki_core::observation::{ClientFacts, Found};
use pki_core::{Certificate, NodeName, Part, RowId};

use super::Observation;

/// What the common name of a node's user starts with.
const NODE_USER: &str = "system:node:";

impl Observation {
    /// The node's name, as its kubelet's certificate has it.
    #[must_use]
    pub fn node_name(&self) -> Option<NodeName> {
        self.node_name_and_file().map(|(name, _)| name)
    }

    /// The same, with the file that has it.
    pub(super) fn node_name_and_file(&self) -> Option<(NodeName, PathBuf)> {
        let directories = self.directories();
        let path = directories.path(RowId::KubeletConf.part(Part::Kubeconfig));
        let kubeconfig = self.kubeconfig(&path);
        let of_file = |path: PathBuf| Some((name_in(&self.certificates(&path))?, path));
        let named = match kubeconfig.present().map(|facts| &facts.client) {
            Some(ClientFacts::Embedded { certificate, .. }) => {
                name_in(certificate).map(|name| (name, path))
            }
            Some(ClientFacts::Files { certificate, .. }) => {
                of_file(directories.kubeconfigs.join(certificate))
            }
            _ => None,
        };
        named.or_else(|| {
            let directory = self.kubelet().directory;
            of_file(directory.join("kubelet-client-current.pem"))
        })
    }
}

fn name_in(found: &Found<Vec<Certificate>>) -> Option<NodeName> {
    let subject = found.present()?.first()?.subject();
    subject.common_name()?.strip_prefix(NODE_USER)?.parse().ok()
}
