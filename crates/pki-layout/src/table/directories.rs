//! Where the files of the table are.

use std::path::{Path, PathBuf};

#[cfg(feature = "config")]
use pki_core::config::{Settings, Sourced};
use pki_core::{Artifact, Part, RowId};

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

    /// The directories that settings name, and the defaults for those they do not.
    #[cfg(feature = "config")]
    #[must_use]
    pub fn from_settings(settings: &Settings) -> Self {
        let defaults = Self::default();
        let chosen = |setting: &Option<Sourced<String>>, default: PathBuf| {
            let named = setting.as_ref();
            named.map_or(default, |one| one.value.clone().into())
        };
        Self {
            certificates: chosen(&settings.cert_dir, defaults.certificates),
            kubeconfigs: chosen(&settings.kubeconfig_dir, defaults.kubeconfigs),
        }
    }

    /// Path of one file of the table.
    #[must_use]
    pub fn path(&self, artifact: Artifact) -> PathBuf {
        let directory: &Path = match artifact.part {
            Part::Kubeconfig => &self.kubeconfigs,
            _ => &self.certificates,
        };
        below(directory, &artifact.to_string())
    }

    /// Where the one certificate that an authority issues with is, while the authority's own file
    /// holds several: `ca-issuing.crt`.
    #[must_use]
    pub fn issuing_file(&self, authority: RowId) -> PathBuf {
        self.beside(authority, "issuing")
    }

    /// Where what callers believe is, when that is not the authority's own file:
    /// `ca-callers.crt`.
    #[must_use]
    pub fn callers_file(&self, authority: RowId) -> PathBuf {
        self.beside(authority, "callers")
    }

    fn beside(&self, authority: RowId, role: &str) -> PathBuf {
        let own = authority.part(Part::Certificate).to_string();
        let stem = own.strip_suffix(".crt").unwrap_or(&own);
        below(&self.certificates, &format!("{stem}-{role}.crt"))
    }
}

/// A name in a directory of the node, whose separator is `/` whatever system this runs on.
pub(crate) fn below(directory: &Path, name: &str) -> PathBuf {
    let mut path = directory.as_os_str().to_owned();
    if !path.as_encoded_bytes().ends_with(b"/") {
        path.push("/");
    }
    path.push(name);
    path.into()
}
