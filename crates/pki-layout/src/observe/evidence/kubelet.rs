//! What the kubelet keeps: its directory is its own, and its configuration names the rest.

use std::path::{Path, PathBuf};

use pki_core::judge::{ClientFiles, Evidence, FileKind};
use pki_core::observation::CertificateFile;
use serde::Deserialize;

use crate::Root;
use crate::tree::read::parse_certificates;

/// Where the kubelet keeps what it rotates (`--cert-dir` of the kubelet).
const DIRECTORY: &str = "/var/lib/kubelet/pki";
/// Where kubeadm writes the kubelet's configuration.
const CONFIGURATION: &str = "/var/lib/kubelet/config.yaml";

/// As much of `kubelet.config.k8s.io/v1beta1` `KubeletConfiguration` as is about trust.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Configuration {
    authentication: Authentication,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Authentication {
    x509: X509,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct X509 {
    #[serde(rename = "clientCAFile")]
    client_ca_file: Option<PathBuf>,
}

impl Root {
    pub(super) fn add_kubelet(&self, evidence: &mut Evidence) {
        let file = |name: &str| Path::new(DIRECTORY).join(name);
        let current = |name: &str| self.own_files(&file(name), &file(name));
        evidence.kubelet.client = current("kubelet-client-current.pem");
        evidence.kubelet.server = current("kubelet-server-current.pem");
        evidence.kubelet.own = self.own_files(&file("kubelet.crt"), &file("kubelet.key"));
        self.add_file(evidence, Path::new(DIRECTORY), FileKind::Directory);
        for name in [
            "kubelet-client-current.pem",
            "kubelet-server-current.pem",
            "kubelet.key",
        ] {
            self.add_file(evidence, &file(name), FileKind::Secret);
        }
        if let Some(path) = self.kubelet_client_ca() {
            self.add_file(evidence, &path, FileKind::Public);
            evidence.kubelet.client_ca = Some(CertificateFile {
                certificates: self.parsed(&path, parse_certificates),
                path: path.display().to_string(),
            });
        }
    }

    /// `None` where the certificate is not there: not every kubelet has one of each.
    fn own_files(&self, certificate: &Path, key: &Path) -> Option<ClientFiles> {
        let files = self.client_file_facts(certificate, key);
        (!files.pair.certificate.is_absent()).then_some(files)
    }

    /// What a configuration that cannot be read names is not known; that is the kubelet's matter.
    fn kubelet_client_ca(&self) -> Option<PathBuf> {
        let text = self.read_file(Path::new(CONFIGURATION)).ok()?;
        let text = std::str::from_utf8(&text).ok()?;
        let options = crate::kubeconfig::options();
        let configuration: Configuration =
            serde_saphyr::from_str_with_options(text, options).ok()?;
        let path = configuration.authentication.x509.client_ca_file?;
        path.is_absolute().then_some(path)
    }
}
