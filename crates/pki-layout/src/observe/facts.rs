//! Everything that the checks want to know of a node: what is in its files, whose they are, and
//! who uses which.

use std::path::Path;

use pki_core::observation::{
    CertificateFile, ClientFacts, ClientFiles, FileFacts, FileKind, FilePair, Found, NodeFacts,
    RowFacts, SigningFacts,
};
use pki_core::{Part, RowId};

use super::flag::HostPath;
use super::inventory::signing_file;
use super::{Machine, Observation, Sources};
use crate::Component;
use crate::tree::source::Links;

impl Observation {
    /// What the checks want to know. Never fails: what cannot be read is a fact too. Needs no configuration and writes nothing.
    #[must_use]
    pub fn facts(&self) -> NodeFacts {
        let directories = self.directories();
        let components = self.components(&Sources::default());
        let shown = |path: &Path| path.display().to_string();
        let mut facts = NodeFacts::of(
            self.inventory_told(&components),
            shown(&directories.certificates),
            shown(&directories.kubeconfigs),
        );
        facts.node = self.node_name();
        facts.user = rustix::process::geteuid().as_raw();
        for directory in [&directories.kubeconfigs, &directories.certificates] {
            self.add_file(&mut facts, directory, FileKind::Directory);
        }
        let table = self.root().table();
        let files: Vec<_> = table
            .artifacts()
            .map(|artifact| (artifact, directories.path(artifact)))
            .collect();
        for directory in files.iter().filter_map(|(_, path)| path.parent()) {
            self.add_file(&mut facts, directory, FileKind::Directory);
        }
        for (artifact, path) in files {
            let kind = match artifact.part {
                Part::Key | Part::Kubeconfig => FileKind::Secret,
                _ => FileKind::Public,
            };
            self.add_file(&mut facts, &path, kind);
        }
        for spec in table.rows() {
            self.add_row(&mut facts, spec.id);
        }
        self.add_kubelet(&mut facts, &components);
        facts.relations = self.relations(&components);
        facts.signing = self.signing(&components);
        facts.pending = self.pending().map(|pending| shown(&pending.journal));
        facts
    }

    /// What the inventory does not have of a row.
    fn add_row(&self, facts: &mut NodeFacts, id: RowId) {
        let broken_key = match facts.inventory.facts(id) {
            Some(RowFacts::Pair { key: found, .. } | RowFacts::KeyPair { private: found, .. }) => {
                matches!(found, Found::Broken { .. })
            }
            Some(RowFacts::Kubeconfig(Found::Present(kubeconfig))) => {
                if let ClientFacts::Files {
                    certificate,
                    key: Some(key),
                    ..
                } = &kubeconfig.client
                {
                    let kubeconfigs = &self.directories().kubeconfigs;
                    let (certificate, key) = (kubeconfigs.join(certificate), kubeconfigs.join(key));
                    let files = self.client_file_facts(&certificate, &key);
                    self.add_file(facts, &key, FileKind::Secret);
                    if key != certificate {
                        self.add_file(facts, &certificate, FileKind::Public);
                    }
                    facts.client_files.insert(id, files);
                }
                false
            }
            _ => false,
        };
        if broken_key {
            let path = self.directories().path(id.part(Part::Key));
            let odd = self.odd_key(&path);
            let path = path.display().to_string();
            facts.odd_keys.extend(odd.map(|odd| (path, odd)));
        }
    }

    /// A certificate and a key at paths of the running system.
    fn client_file_facts(&self, certificate: &Path, key: &Path) -> ClientFiles {
        ClientFiles {
            certificate: certificate.display().to_string(),
            key: key.display().to_string(),
            pair: FilePair {
                certificate: self.certificates(certificate),
                key: self.public_half(key),
            },
        }
    }

    /// Mode and owner of what is at a path, if anything is.
    fn add_file(&self, facts: &mut NodeFacts, path: &Path, kind: FileKind) {
        let status = self.status(path, Links::Follow);
        let path = path.display().to_string();
        if let Ok(status) = status
            && !facts.files.iter().any(|file| file.path == path)
        {
            facts.files.push(FileFacts {
                path,
                kind,
                mode: status.mode,
                owner: status.owner.0,
            });
        }
    }

    /// What the kubelet keeps: its directory is its own, and its configuration names the rest.
    fn add_kubelet(&self, facts: &mut NodeFacts, components: &Machine) {
        let directory = self.kubelet().directory;
        let file = |name: &str| directory.join(name);
        let current = |name: &str| self.own_files(&file(name), &file(name));
        facts.kubelet.client = current("kubelet-client-current.pem");
        facts.kubelet.server = current("kubelet-server-current.pem");
        facts.kubelet.own = self.own_files(&file("kubelet.crt"), &file("kubelet.key"));
        self.add_file(facts, &directory, FileKind::Directory);
        for name in [
            "kubelet-client-current.pem",
            "kubelet-server-current.pem",
            "kubelet.key",
        ] {
            self.add_file(facts, &file(name), FileKind::Secret);
        }
        let kubelet = components.instance(Component::Kubelet);
        let path = kubelet.and_then(|kubelet| kubelet.value("authentication.x509.clientCAFile"));
        if let Some(path) = path.map(Path::new).filter(|path| path.is_absolute()) {
            self.add_file(facts, path, FileKind::Public);
            facts.kubelet.client_ca = Some(self.trust_file(path));
        }
    }

    /// What kube-controller-manager signs with, as it was told.
    fn signing(&self, components: &Machine) -> Option<SigningFacts> {
        let (told, place) = signing_file(components)?;
        let is_mounted = told.is_empty() || place != HostPath::NotMounted;
        let file = match place {
            HostPath::At(path) if !told.is_empty() => self.trust_file(Path::new(&path)),
            _ => CertificateFile {
                path: told.to_owned(),
                certificates: Found::NotObserved,
            },
        };
        Some(SigningFacts { file, is_mounted })
    }

    /// `None` where the certificate is not there: not every kubelet has one of each.
    fn own_files(&self, certificate: &Path, key: &Path) -> Option<ClientFiles> {
        let files = self.client_file_facts(certificate, key);
        let found = &files.pair.certificate;
        (!matches!(found, Found::Absent | Found::NotObserved)).then_some(files)
    }

    fn trust_file(&self, path: &Path) -> CertificateFile {
        CertificateFile {
            path: path.display().to_string(),
            certificates: self.certificates(path),
        }
    }
}
