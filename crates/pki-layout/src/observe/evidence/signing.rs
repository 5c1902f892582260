//! Which file kube-controller-manager signs with, as its static pod says.

use std::path::Path;

use pki_core::judge::Evidence;
use pki_core::observation::CertificateFile;
use pki_core::{Part, RowId};
use serde::Deserialize;

use crate::Root;
use crate::tree::read::parse_certificates;

const FLAG: &str = "--cluster-signing-cert-file";

#[derive(Deserialize)]
struct Pod {
    spec: Spec,
}

#[derive(Deserialize)]
struct Spec {
    containers: Vec<Container>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Container {
    command: Vec<String>,
    args: Vec<String>,
}

impl Root {
    /// What is in the file that it signs with, where that is not ca.crt.
    pub(super) fn add_signing(&self, evidence: &mut Evidence) {
        let authority = evidence.path(RowId::ClusterCa.part(Part::Certificate));
        let path = evidence.signing_file.as_ref();
        let path = path.filter(|path| !path.is_empty() && **path != authority);
        evidence.signing = path.map(|path| CertificateFile {
            path: path.clone(),
            certificates: self.parsed(Path::new(path), parse_certificates),
        });
    }

    /// The value of `--cluster-signing-cert-file`; empty where it signs with none. `None` where
    /// there is no manifest that can be read.
    pub(crate) fn signing_file(&self) -> Option<String> {
        let manifests = self.directories().kubeconfigs.join("manifests");
        let text = self
            .read_file(&manifests.join("kube-controller-manager.yaml"))
            .ok()?;
        let text = std::str::from_utf8(&text).ok()?;
        let pod: Pod =
            serde_saphyr::from_str_with_options(text, crate::kubeconfig::options()).ok()?;
        let containers = pod.spec.containers.into_iter();
        let arguments = containers.flat_map(|one| one.command.into_iter().chain(one.args));
        let arguments: Vec<String> = arguments.collect();
        let value = arguments
            .iter()
            .enumerate()
            .find_map(|(position, argument)| match argument.strip_prefix(FLAG)? {
                "" => arguments.get(position + 1).map(String::as_str),
                value => value.strip_prefix('='),
            });
        Some(value.unwrap_or_default().to_owned())
    }
}
