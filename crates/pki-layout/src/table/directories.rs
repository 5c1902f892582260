//! Where the files of the table are.

use std::path::{Path, PathBuf};

use pki_core::{Artifact, Part};

/// The two directories of a control-plane node, as the running system sees them.
///
/// Flags and manifests hold these paths. Where the files are on disk right now is a matter of
/// the [`Root`](crate::Root).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Directories {
    /// Certificates and keys: `/etc/kubernetes/pki`.
    pub certificates: PathBuf,
    /// Kubeconfigs: `/etc/kubernetes`.
    pub kubeconfigs: PathBuf,
}

impl Default for Directories {
    fn default() -> Self {
        Self::new("/etc/kubernetes/pki", "/etc/kubernetes")
    }
}

impl Directories {
    /// Other than the default directories.
    #[must_use]
    pub fn new(certificates: impl Into<PathBuf>, kubeconfigs: impl Into<PathBuf>) -> Self {
        Self {
            certificates: certificates.into(),
            kubeconfigs: kubeconfigs.into(),
        }
    }

    /// Path of one file of the table.
    #[must_use]
    pub fn path(&self, artifact: Artifact) -> PathBuf {
        let directory: &Path = match artifact.part {
            Part::Kubeconfig => &self.kubeconfigs,
            _ => &self.certificates,
        };
        directory.join(artifact.to_string())
    }
}
