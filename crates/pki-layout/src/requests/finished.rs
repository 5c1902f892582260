//! The files of what was asked for and has come.

use pki_core::key::PrivateKey;
use pki_core::{Certificate, Form, Inventory, Part, RowId};
use zeroize::Zeroizing;

use super::RequestError;
use crate::kubeconfig::{NewKubeconfig, render, splice};
use crate::manifest::RequestRow;
use crate::observe::requested::waiting;
use crate::{LayoutError, Observation, TreeFile};

/// One request with what has come for it.
pub(super) struct Answered {
    pub(super) row: RequestRow,
    pub(super) id: RowId,
    pub(super) chain: Vec<Certificate>,
}

impl Observation {
    /// The files of a row that has its certificate.
    pub(super) fn finished(
        &self,
        one: &Answered,
        inventory: &Inventory,
    ) -> Result<Vec<TreeFile>, LayoutError> {
        let key_path = waiting(self.directories(), &one.row.name, "key");
        let key = self.load_key_file(&key_path)?;
        let failed = |source| LayoutError::Key {
            path: self.root().on_disk(&key_path),
            source,
        };
        let place = |part| self.directories().path(one.id.part(part));
        if let Form::Kubeconfig { .. } = one.id.spec().form {
            let text = self.kubeconfig_of(one, &key, inventory)?;
            let file = TreeFile::new(place(Part::Kubeconfig), text.as_bytes());
            return Ok(vec![file]);
        }
        let pem = key.to_pem().map_err(failed)?;
        let chain: String = one.chain.iter().map(Certificate::to_pem).collect();
        Ok(vec![
            TreeFile::new(place(Part::Key), pem.as_bytes()),
            TreeFile::new(place(Part::Certificate), chain.into_bytes()),
        ])
    }

    fn kubeconfig_of(
        &self,
        one: &Answered,
        key: &PrivateKey,
        inventory: &Inventory,
    ) -> Result<Zeroizing<String>, LayoutError> {
        let path = self.directories().path(one.id.part(Part::Kubeconfig));
        let failed = |reason: String| {
            LayoutError::Request(RequestError::Unusable {
                path: self.root().on_disk(&path),
                reason,
            })
        };
        if self.is_taken(&path) {
            let text = self
                .read_file(&path)
                .map_err(|error| failed(error.to_string()))?;
            let text = std::str::from_utf8(&text).map_err(|error| failed(error.to_string()))?;
            return splice(text, &one.chain, key, None).map_err(|error| failed(error.to_string()));
        }
        let (Some(server), Some(cluster)) = (&one.row.server, &one.row.cluster) else {
            return Err(failed(
                "it is gone, and the request does not say which server it dials".to_owned(),
            ));
        };
        let authority = one.id.spec().issuer.unwrap_or(RowId::ClusterCa);
        let trust = inventory.authority(authority).trust();
        let user = one
            .chain
            .first()
            .and_then(|leaf| leaf.subject().common_name());
        let text = render(&NewKubeconfig {
            cluster,
            user: user.unwrap_or_default(),
            server,
            trust: trust.of_kubeconfig(one.id.is_handed_on()).certificates(),
            chain: &one.chain,
            key,
        });
        text.map_err(|error| failed(error.to_string()))
    }
}
