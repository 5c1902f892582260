//! Certificates that kubeconfigs keep in files of their own, as components that re-read their
//! credentials want it.

use std::path::{Component, Path, PathBuf};

use pki_core::observation::{ClientFacts, FilePair, Found, KubeconfigFacts, Rotated};
use pki_core::{Certificate, Part, RowId};

use super::Observation;
use crate::record::is_rotated;
use crate::table::kubelet_files::CLIENT;
use crate::tree::source::{Kind, Links};

impl Observation {
    /// A kubeconfig with what is in the files that it names, where they are ours to renew.
    pub(crate) fn own_kubeconfig(&self, path: &Path) -> Found<KubeconfigFacts> {
        self.kubeconfig(path)
            .map(|facts| self.with_named_files(path, facts))
    }

    fn with_named_files(&self, path: &Path, mut facts: KubeconfigFacts) -> KubeconfigFacts {
        if let ClientFacts::Files {
            certificate,
            key: Some(key),
            own,
            rotated,
        } = &mut facts.client
        {
            let (certificate, key) = (self.named(certificate), self.named(key));
            let pair = || FilePair {
                certificate: self.certificates(&certificate),
                key: self.public_half(&key),
            };
            let kubelet = RowId::KubeletConf.part(Part::Kubeconfig);
            if self.is_own(&certificate) && self.is_own(&key) && certificate != key {
                *own = Some(Box::new(pair()));
            } else if path == self.directories().path(kubelet) && self.is_observed(&certificate) {
                *rotated = Some(Box::new(self.rotated(&certificate, pair())));
            }
        }
        facts
    }

    fn rotated(&self, certificate: &Path, pair: FilePair) -> Rotated {
        let current = self.kubelet().directory.join(CLIENT);
        let last = match pair.certificate.present() {
            Some(_) => Vec::new(),
            None => self.last_rotated().unwrap_or_default(),
        };
        Rotated {
            pair,
            last,
            is_no_link: certificate == current && self.is_no_link(&current),
        }
    }

    /// Whether there is something else than a link.
    pub(super) fn is_no_link(&self, path: &Path) -> bool {
        let status = self.status(path, Links::Stay);
        status.is_ok_and(|status| status.kind != Kind::Link)
    }

    /// What is in the newest of the files with the kubelet's client certificates of which one can
    /// be read.
    pub(super) fn last_rotated(&self) -> Option<Vec<Certificate>> {
        let directory = self.kubelet().directory;
        let names = self.names_in(&directory).unwrap_or_default();
        let files = names.iter().rev().map(|name| directory.join(name));
        let mut files = files.filter(|file| is_rotated(file) && !file.ends_with(CLIENT));
        files.find_map(|file| self.certificates(&file).present().cloned())
    }

    /// Relative names are relative to the kubeconfig.
    pub(crate) fn named(&self, file: &str) -> PathBuf {
        self.directories().kubeconfigs.join(file)
    }

    /// A regular file beneath one of the two directories that is no row of the table: those are
    /// renewed by their own names, and what the kubelet keeps it renews itself.
    fn is_own(&self, path: &Path) -> bool {
        let directories = self.directories();
        let mut rows = self.root().table().artifacts();
        (path.starts_with(&directories.certificates) || path.starts_with(&directories.kubeconfigs))
            && !path.components().any(|part| part == Component::ParentDir)
            && !rows.any(|artifact| directories.path(artifact) == path)
            && self
                .status(path, Links::Stay)
                .is_ok_and(|status| status.obstacle.is_none())
    }
}
