//! Everything that the checks want to know of a node: what is in its files, whose they are, and
//! who uses which.

mod kubelet;
mod signing;

use std::path::Path;

use pki_core::judge::{ClientFiles, Evidence, FileFacts, FileKind, OddKey};
use pki_core::key::{KeyError, PrivateKey};
use pki_core::observation::{ClientFacts, FilePair, Found, RowFacts};
use pki_core::{CERTS, CertSpec, Part, RowId};
use rustix::fs::OFlags;

use crate::Root;
use crate::tree::read::{parse_certificates, parse_public_half};

impl Root {
    /// Gathers the evidence. Never fails: what cannot be read is a fact too. Of private keys only
    /// the public halves are kept. Needs no configuration and writes nothing.
    #[must_use]
    pub fn evidence(&self) -> Evidence {
        let directories = self.directories();
        let shown = |path: &Path| path.display().to_string();
        let mut evidence = Evidence::of(
            self.read(),
            shown(&directories.certificates),
            shown(&directories.kubeconfigs),
        );
        evidence.user = rustix::process::geteuid().as_raw();
        let etcd = directories.certificates.join("etcd");
        for directory in [&directories.kubeconfigs, &directories.certificates, &etcd] {
            self.add_file(&mut evidence, directory, FileKind::Directory);
        }
        for artifact in CERTS.iter().copied().flat_map(CertSpec::artifacts) {
            let path = directories.path(artifact);
            let kind = match artifact.part {
                Part::Key | Part::Kubeconfig => FileKind::Secret,
                _ => FileKind::Public,
            };
            self.add_file(&mut evidence, &path, kind);
        }
        for spec in CERTS {
            self.add_row(&mut evidence, spec.id);
        }
        self.add_kubelet(&mut evidence);
        evidence.signing_file = self.signing_file();
        self.add_signing(&mut evidence);
        evidence.pending = self.pending().map(|pending| shown(&pending.journal));
        evidence
    }

    /// What the inventory does not have of a row.
    fn add_row(&self, evidence: &mut Evidence, id: RowId) {
        let broken_key = match evidence.inventory.facts(id) {
            Some(RowFacts::Pair { key: found, .. } | RowFacts::KeyPair { private: found, .. }) => {
                matches!(found, Found::Broken { .. })
            }
            Some(RowFacts::Kubeconfig(Found::Present(facts))) => {
                if let ClientFacts::Files {
                    certificate,
                    key: Some(key),
                    ..
                } = &facts.client
                {
                    let kubeconfigs = &self.directories().kubeconfigs;
                    let (certificate, key) = (kubeconfigs.join(certificate), kubeconfigs.join(key));
                    let files = self.client_file_facts(&certificate, &key);
                    self.add_file(evidence, &key, FileKind::Secret);
                    if key != certificate {
                        self.add_file(evidence, &certificate, FileKind::Public);
                    }
                    evidence.client_files.insert(id, files);
                }
                false
            }
            _ => false,
        };
        if broken_key {
            self.add_odd_key(evidence, &self.directories().path(id.part(Part::Key)));
        }
    }

    /// A certificate and a key at paths of the running system.
    fn client_file_facts(&self, certificate: &Path, key: &Path) -> ClientFiles {
        ClientFiles {
            certificate: certificate.display().to_string(),
            key: key.display().to_string(),
            pair: FilePair {
                certificate: self.parsed(certificate, parse_certificates),
                key: self.parsed(key, parse_public_half),
            },
        }
    }

    /// Mode and owner of what is at a path, if anything is.
    fn add_file(&self, evidence: &mut Evidence, path: &Path, kind: FileKind) {
        let stat = self
            .open(path, OFlags::PATH)
            .and_then(|file| Ok(rustix::fs::fstat(file)?));
        let path = path.display().to_string();
        if let Ok(stat) = stat
            && !evidence.files.iter().any(|file| file.path == path)
        {
            evidence.files.push(FileFacts {
                path,
                kind,
                mode: stat.st_mode & 0o7777,
                owner: stat.st_uid,
            });
        }
    }

    /// Says of a key that could not be used why, where its kind or size is the reason.
    fn add_odd_key(&self, evidence: &mut Evidence, path: &Path) {
        let Ok(text) = self.read_file(path) else {
            return;
        };
        let odd = match PrivateKey::from_pem(&text) {
            Err(KeyError::RsaSize { bits }) => OddKey::RsaSize { bits },
            Err(KeyError::Unsupported { name }) => OddKey::Kind { name },
            _ => return,
        };
        evidence.odd_keys.insert(path.display().to_string(), odd);
    }
}
