//! Where the files of the table are.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

#[cfg(feature = "config")]
use pki_core::config::{Settings, Sourced};
use pki_core::{Artifact, CERTS, Part, RowId};

use crate::record::STAGING;

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
    names: BTreeMap<Artifact, String>,
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
            names: BTreeMap::new(),
        }
    }

    /// With another name for one file of the table: a path below the certificate directory, or
    /// below the kubeconfig directory for a kubeconfig. Everything that uses the file follows:
    /// flags, relations, what is written.
    ///
    /// ```
    /// use pki_core::{Part, RowId};
    /// use pki_layout::Directories;
    ///
    /// let serving = RowId::Apiserver.part(Part::Certificate);
    /// let directories = Directories::default().with_name(serving, "serving/tls.crt");
    /// let path = directories.path(serving);
    /// assert_eq!(path.to_str(), Some("/etc/kubernetes/pki/serving/tls.crt"));
    /// ```
    #[must_use]
    pub fn with_name(mut self, file: Artifact, name: impl Into<String>) -> Self {
        self.names.insert(file, name.into());
        self
    }

    /// The names that are not the table's.
    pub(crate) const fn names(&self) -> &BTreeMap<Artifact, String> {
        &self.names
    }

    /// A name that leads out of its directory, or is another file's too, and what is wrong with it.
    pub(crate) fn wrong_name(&self) -> Option<(&str, &'static str)> {
        self.names.iter().find_map(|(file, name)| {
            let straight = |part| matches!(part, Component::Normal(part) if part != STAGING);
            let names = name.split('/').collect::<Vec<_>>();
            let is_plain = names.iter().all(|part| !matches!(*part, "" | "."));
            if !is_plain || !Path::new(name).components().all(straight) {
                let why = "it must go straight down from the file's directory";
                return Some((name.as_str(), why));
            }
            let path = self.path(*file);
            let own = CERTS.iter().flat_map(|spec| spec.artifacts());
            let others = own.chain(self.names.keys().copied());
            let others = others.filter(|other| other != file);
            let authorities = CERTS.iter().filter(|spec| spec.is_authority());
            let beside = authorities
                .flat_map(|spec| [self.issuing_file(spec.id), self.callers_file(spec.id)]);
            let derived = [below(&self.kubeconfigs, "pkigen"), self.requests()];
            let mut taken = others
                .map(|other| self.path(other))
                .chain(beside)
                .chain(derived);
            // Nor may one be the directory of another.
            let is_taken = taken.any(|other| other.starts_with(&path) || path.starts_with(&other));
            is_taken.then_some((name.as_str(), "another file has that name"))
        })
    }

    /// Name of one file of the table, below its directory.
    fn name(&self, file: Artifact) -> String {
        let own = self.names.get(&file);
        own.map_or_else(|| file.to_string(), Clone::clone)
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
        Self::new(
            chosen(&settings.cert_dir, defaults.certificates),
            chosen(&settings.kubeconfig_dir, defaults.kubeconfigs),
        )
    }

    /// Path of one file of the table.
    #[must_use]
    pub fn path(&self, artifact: Artifact) -> PathBuf {
        let directory: &Path = match artifact.part {
            Part::Kubeconfig => &self.kubeconfigs,
            _ => &self.certificates,
        };
        below(directory, &self.name(artifact))
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

    /// Where requests wait for their certificates, with their keys: `requests` in the certificate
    /// directory.
    #[must_use]
    pub fn requests(&self) -> PathBuf {
        below(&self.certificates, "requests")
    }

    fn beside(&self, authority: RowId, role: &str) -> PathBuf {
        let own = self.name(authority.part(Part::Certificate));
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
