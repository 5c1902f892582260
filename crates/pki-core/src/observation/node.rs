use std::collections::{BTreeMap, BTreeSet};

use super::{CertificateFile, ClientFacts, FilePair, Found, Inventory, Relation, RowFacts};
use crate::cluster::Setup;
use crate::spec::{Artifact, NodeName, Part, RowId, Table};
use crate::text::FramingError;
use crate::x509::{Certificate, CertificateError};

/// Facts about a node's files, gathered by whoever can read them (`pki-layout` does). Paths are
/// those of the running system. No private key is in here, only public halves.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct NodeFacts {
    /// What is in the files of the table.
    pub inventory: Inventory,
    /// The node's name, where something there says it.
    pub node: Option<NodeName>,
    /// Directory of certificates and keys.
    pub certificates: String,
    /// Directory of kubeconfigs.
    pub kubeconfigs: String,
    /// Names below these directories that are not the table's.
    pub names: BTreeMap<Artifact, String>,
    /// Modes and owners of the directories, and of every file that is there.
    pub files: Vec<FileFacts>,
    /// The user who asks.
    pub user: u32,
    /// Private keys that were understood and are of no use, with their files.
    pub odd_keys: BTreeMap<String, OddKey>,
    /// Why certificates do not decode, by their file.
    pub malformed: BTreeMap<String, CertificateError>,
    /// How files are framed that not everybody reads alike.
    pub framings: BTreeMap<String, FramingError>,
    /// What is in the files that kubeconfigs name for their certificate and key.
    pub client_files: BTreeMap<RowId, ClientFiles>,
    /// The kubelet's own files.
    pub kubelet: KubeletFacts,
    /// Who presents what to whom.
    pub relations: Vec<Relation>,
    /// What kube-controller-manager signs with, where its manifest is there; else that is taken to
    /// be the cluster authority's file, as kubeadm has it.
    pub signing: Option<ToldFile>,
    /// Every other file of certificates that a flag or field names.
    pub told_files: Vec<ToldFile>,
    /// What says who was told what and could not be read: each file or directory, with what is
    /// wrong with it.
    pub unread: BTreeMap<String, String>,
    /// The journal of a transaction that was interrupted.
    pub pending: Option<String>,
    /// What the configuration says; without one, nothing is compared with it.
    pub setup: Option<Box<Setup>>,
}

/// Mode and owner of a file or directory; of a link, those of what it leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileFacts {
    /// Where it is.
    pub path: String,
    /// What it is for.
    pub kind: FileKind,
    /// Permissions, with the set-id and sticky bits: the low twelve bits of `st_mode`.
    pub mode: u32,
    /// Number of the user it belongs to.
    pub owner: u32,
}

/// What a file is for, as far as its permissions depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FileKind {
    /// A directory with such files.
    Directory,
    /// Certificates or public keys.
    Public,
    /// A private key, or a kubeconfig with one.
    Secret,
}

/// A private key that is of no use here.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum OddKey {
    /// RSA of a size that is not accepted.
    RsaSize {
        /// Length of the modulus in bits.
        bits: u32,
    },
    /// A kind that is not used.
    Kind {
        /// Its name.
        name: String,
    },
}

/// Certificate and key of a kubeconfig that keeps them in files of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientFiles {
    /// The certificate's file.
    pub certificate: String,
    /// The key's file; the certificate's own where both are in one.
    pub key: String,
    /// What is in them.
    pub pair: FilePair,
}

/// What the kubelet keeps, outside the table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct KubeletFacts {
    /// The client certificate that it rotates: `kubelet-client-current.pem`.
    pub client: Option<ClientFiles>,
    /// The serving certificate that it rotates: `kubelet-server-current.pem`.
    pub server: Option<ClientFiles>,
    /// The serving certificate that it signs for itself: `kubelet.crt` and `kubelet.key`.
    pub own: Option<ClientFiles>,
}

/// A file of certificates that a component was told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldFile {
    /// The component and its flag: `kube-apiserver --client-ca-file`.
    pub by: String,
    /// The file that says so: a manifest, a unit.
    pub told_in: String,
    /// The file, and what is in it; without a name where the flag is empty.
    pub file: CertificateFile,
    /// Whether it is in the container: beneath something that is mounted there.
    pub is_mounted: bool,
}

impl NodeFacts {
    /// The rows that were looked for.
    #[must_use]
    pub fn table(&self) -> &Table {
        self.inventory.table()
    }

    /// Where a file of the table is.
    #[must_use]
    pub fn path(&self, artifact: Artifact) -> String {
        let directory = match artifact.part {
            Part::Kubeconfig => &self.kubeconfigs,
            _ => &self.certificates,
        };
        let directory = directory.trim_end_matches('/');
        match self.names.get(&artifact) {
            Some(name) => format!("{directory}/{name}"),
            None => format!("{directory}/{artifact}"),
        }
    }

    /// Facts about a node where nothing is.
    #[must_use]
    pub fn of(inventory: Inventory, certificates: String, kubeconfigs: String) -> Self {
        Self {
            inventory,
            certificates,
            kubeconfigs,
            ..Self::default()
        }
    }

    /// How many files there are, directories not counted.
    #[must_use]
    pub fn file_count(&self) -> usize {
        let files = self.files.iter();
        files
            .filter(|file| file.kind != FileKind::Directory)
            .count()
    }

    /// How many different certificates there are in everything that was found.
    #[must_use]
    pub fn certificate_count(&self) -> usize {
        let mut known = BTreeSet::new();
        let mut add = |found: &Found<Vec<Certificate>>| {
            let certificates = found.present().map_or(&[][..], Vec::as_slice);
            known.extend(certificates.iter().map(Certificate::fingerprint));
        };
        for spec in self.table().rows() {
            match self.inventory.facts(spec.id) {
                Some(RowFacts::Pair { certificate, .. }) => add(certificate),
                Some(RowFacts::Kubeconfig(Found::Present(facts))) => {
                    add(&facts.trust);
                    if let ClientFacts::Embedded { certificate, .. } = &facts.client {
                        add(certificate);
                    }
                }
                _ => {}
            }
        }
        let kubelet = [
            &self.kubelet.client,
            &self.kubelet.server,
            &self.kubelet.own,
        ];
        let kubelet = kubelet.into_iter().flatten();
        for files in self.client_files.values().chain(kubelet) {
            add(&files.pair.certificate);
        }
        for told in &self.told_files {
            add(&told.file.certificates);
        }
        known.len()
    }
}
