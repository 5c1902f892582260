//! The files themselves, and whether they are what they should be.

use std::path::{Path, PathBuf};

use pki_core::cluster::Etcd;
use pki_core::key::PublicKey;
use pki_core::{Certificate, Part, RowId};
use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::BundleError;
use crate::{Changes, Directories, LayoutError, Observation, TreeFile};

/// One of them.
#[derive(Debug)]
#[non_exhaustive]
pub struct SharedFile {
    /// What it is called, below the certificate directory: `etcd/ca.crt`.
    pub name: String,
    /// Where it is in the running system, where that is not its name below the certificate directory.
    pub path: Option<PathBuf>,
    /// Whether it holds a private key.
    pub secret: bool,
    contents: Zeroizing<Vec<u8>>,
}

/// What nodes share. Wiped when dropped.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Shared {
    /// The files, keys before what they belong to.
    pub files: Vec<SharedFile>,
}

/// The authorities, and the key pair that is no authority's.
const ROWS: [RowId; 4] = [
    RowId::ClusterCa,
    RowId::FrontProxyCa,
    RowId::EtcdCa,
    RowId::ServiceAccount,
];

impl SharedFile {
    pub(super) fn new(name: impl Into<String>, secret: bool, contents: Zeroizing<Vec<u8>>) -> Self {
        Self {
            name: name.into(),
            path: None,
            secret,
            contents,
        }
    }

    pub(super) fn at(mut self, path: PathBuf) -> Self {
        self.path = Some(path);
        self
    }

    /// What is in it.
    #[must_use]
    pub fn contents(&self) -> &[u8] {
        &self.contents
    }
}

impl Shared {
    /// One of the files.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&SharedFile> {
        self.files.iter().find(|file| file.name == name)
    }

    /// The authorities whose keys are not among the files: they are kept elsewhere.
    #[must_use]
    pub fn keyless(&self) -> Vec<RowId> {
        let authorities = ROWS.into_iter().filter(|row| row.spec().is_authority());
        let keyless = authorities.filter(|row| {
            let has = |part| self.find(&row.part(part).to_string()).is_some();
            has(Part::Certificate) && !has(Part::Key)
        });
        keyless.collect()
    }

    /// Fails for what is not what it should be: a key that is not its certificate's, an authority that
    /// is none or is over.
    ///
    /// # Errors
    ///
    /// [`BundleError::File`] names it, and [`BundleError::Missing`] what is not there.
    pub fn check(&self, now: OffsetDateTime) -> Result<(), BundleError> {
        for row in ROWS {
            if row.spec().is_authority() {
                self.check_authority(row, now)?;
            } else {
                self.check_service_account(row)?;
            }
        }
        if let (Some(certificate), Some(key)) =
            (self.find(EXTERNAL_CERTIFICATE), self.find(EXTERNAL_KEY))
        {
            let certificates = certificates(certificate)?;
            let leaf = certificates.first();
            if leaf.is_none_or(|leaf| leaf.spki_der() != half(key).unwrap_or_default()) {
                return Err(wrong(key, "it is not the key of the certificate beside it"));
            }
        }
        Ok(())
    }

    fn check_authority(&self, row: RowId, now: OffsetDateTime) -> Result<(), BundleError> {
        let certificate = row.part(Part::Certificate).to_string();
        let Some(file) = self.find(&certificate) else {
            // With an external etcd its authority is another file.
            return if row == RowId::EtcdCa && self.find(EXTERNAL_CA).is_some() {
                Ok(())
            } else {
                Err(BundleError::Missing {
                    path: certificate.into(),
                })
            };
        };
        let all = certificates(file)?;
        let key = self.find(&row.part(Part::Key).to_string());
        let issuing = match key {
            Some(key) => {
                let half = half(key).map_err(|reason| wrong(key, &reason))?;
                let own = all.iter().find(|one| one.spki_der() == half);
                own.ok_or_else(|| wrong(key, "it is not the key of the certificate beside it"))?
            }
            None => all
                .first()
                .ok_or_else(|| wrong(file, "it holds no certificate"))?,
        };
        if !issuing.is_authority() {
            return Err(wrong(file, "its certificate is no authority's"));
        }
        if !issuing.validity().contains(now) {
            return Err(wrong(file, "its certificate is not valid now"));
        }
        Ok(())
    }

    fn check_service_account(&self, row: RowId) -> Result<(), BundleError> {
        let name = |part| row.part(part).to_string();
        let find = |part: Part| {
            self.find(&name(part)).ok_or_else(|| BundleError::Missing {
                path: name(part).into(),
            })
        };
        let (key, public) = (find(Part::Key)?, find(Part::PublicKey)?);
        let half = half(key).map_err(|reason| wrong(key, &reason))?;
        let halves = PublicKey::all_from_pem(public.contents());
        let halves = halves.map_err(|error| wrong(public, &error.to_string()))?;
        if halves.iter().any(|one| one.spki_der() == half) {
            Ok(())
        } else {
            Err(wrong(
                public,
                "the public half of the key beside it is not in it",
            ))
        }
    }

    /// The files as they are to be in a tree. Of a pair the key first.
    ///
    /// # Errors
    ///
    /// [`BundleError::Elsewhere`] for one that is to be in neither directory.
    pub fn changes(&self, directories: &Directories) -> Result<Changes, BundleError> {
        let mut changes = Changes::new();
        for file in &self.files {
            let path = match &file.path {
                Some(path) => path.clone(),
                None => directories.certificates.join(&file.name),
            };
            let bases = [&directories.certificates, &directories.kubeconfigs];
            if !bases.iter().any(|base| path.starts_with(base)) {
                return Err(BundleError::Elsewhere { path });
            }
            let mut new = TreeFile::new(path, file.contents.to_vec());
            if !file.secret {
                new.mode = crate::tree::mode::PUBLIC;
            }
            changes = changes.with_file(new);
        }
        Ok(changes)
    }
}

fn wrong(file: &SharedFile, reason: &str) -> BundleError {
    BundleError::File {
        name: file.name.clone(),
        reason: reason.to_owned(),
    }
}

fn certificates(file: &SharedFile) -> Result<Vec<Certificate>, BundleError> {
    let all = Certificate::all_from_pem(file.contents());
    all.map_err(|error| wrong(file, &error.to_string()))
}

fn half(key: &SharedFile) -> Result<Vec<u8>, String> {
    let half = PublicKey::of_private_pem(key.contents());
    half.map(|half| half.spki_der().to_vec())
        .map_err(|error| error.to_string())
}

/// What is called so of an external etcd, as kubeadm's Secret calls it.
pub(super) const EXTERNAL_CA: &str = "external-etcd-ca.crt";
pub(super) const EXTERNAL_CERTIFICATE: &str = "external-etcd.crt";
pub(super) const EXTERNAL_KEY: &str = "external-etcd.key";

impl Observation {
    /// What the nodes of this cluster share, as it is here.
    ///
    /// # Errors
    ///
    /// [`BundleError`] for what is missing or is not what it should be, and [`LayoutError::Io`].
    pub fn shared(&self, etcd: &Etcd, now: OffsetDateTime) -> Result<Shared, LayoutError> {
        let mut shared = Shared::default();
        let directories = self.directories();
        for row in ROWS {
            if row == RowId::EtcdCa && matches!(etcd, Etcd::External { .. }) {
                continue;
            }
            let parts = row.spec().artifacts();
            // The key first.
            let mut parts: Vec<Part> = parts.into_iter().map(|artifact| artifact.part).collect();
            parts.sort_by_key(|part| *part != Part::Key);
            for part in parts {
                let path = directories.path(row.part(part));
                match self.shared_file(&path)? {
                    Some(contents) => {
                        let name = row.part(part).to_string();
                        let file = SharedFile::new(name, part == Part::Key, contents);
                        // A directory that has other names for the files has them on every node.
                        let usual = directories.certificates.join(&file.name);
                        shared
                            .files
                            .push(if usual == path { file } else { file.at(path) });
                    }
                    None if part == Part::Key && row.spec().is_authority() => {}
                    None => {
                        let path = self.root().on_disk(&path);
                        return Err(BundleError::Missing { path }.into());
                    }
                }
            }
            if row.spec().is_authority() {
                for path in [directories.callers_file(row), directories.issuing_file(row)] {
                    if let Some(contents) = self.shared_file(&path)? {
                        let name = path.strip_prefix(&directories.certificates);
                        let name = name.unwrap_or(&path).display().to_string();
                        shared.files.push(SharedFile::new(name, false, contents));
                    }
                }
            }
        }
        if let Etcd::External {
            ca_file,
            client_pair,
            ..
        } = etcd
        {
            let pair = client_pair.as_ref();
            let named = [
                (EXTERNAL_KEY, pair.map(|(_, key)| key), true),
                (
                    EXTERNAL_CERTIFICATE,
                    pair.map(|(certificate, _)| certificate),
                    false,
                ),
                (EXTERNAL_CA, ca_file.as_ref(), false),
            ];
            for (name, path, secret) in named {
                let Some(path) = path.map(PathBuf::from) else {
                    continue;
                };
                let Some(contents) = self.shared_file(&path)? else {
                    let path = self.root().on_disk(&path);
                    return Err(BundleError::Missing { path }.into());
                };
                shared
                    .files
                    .push(SharedFile::new(name, secret, contents).at(path));
            }
        }
        shared.check(now)?;
        Ok(shared)
    }

    fn shared_file(&self, path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>, LayoutError> {
        match self.read_file(path) {
            Ok(text) => Ok(Some(Zeroizing::new(text.to_vec()))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => {
                let path = self.root().on_disk(path);
                Err(LayoutError::io(crate::Operation::Read, &path)(error))
            }
        }
    }
}
