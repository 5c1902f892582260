//! Certificates that kubeconfigs keep in files of their own, as components that re-read their
//! credentials want it.

use std::path::{Component, Path, PathBuf};

use pki_core::observation::{ClientFacts, FilePair, Found, KubeconfigFacts};

use super::Observation;
use crate::tree::source::Links;

impl Observation {
    /// A kubeconfig with what is in the files that it names, where they are ours to renew.
    pub(crate) fn own_kubeconfig(&self, path: &Path) -> Found<KubeconfigFacts> {
        self.kubeconfig(path)
            .map(|facts| self.with_own_files(facts))
    }

    fn with_own_files(&self, mut facts: KubeconfigFacts) -> KubeconfigFacts {
        if let ClientFacts::Files {
            certificate,
            key: Some(key),
            own,
        } = &mut facts.client
        {
            let (certificate, key) = (self.named(certificate), self.named(key));
            if self.is_own(&certificate) && self.is_own(&key) && certificate != key {
                *own = Some(Box::new(FilePair {
                    certificate: self.certificates(&certificate),
                    key: self.public_half(&key),
                }));
            }
        }
        facts
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
