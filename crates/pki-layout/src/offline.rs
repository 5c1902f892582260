//! An authority that is kept outside of the tree, in a directory of its own: a root that is offline,
//! or what a company signs with.
//!
//! `ca.crt` holds its certificate, and those above it where it is no root; `ca.key` its key, which a
//! passphrase may protect. Nothing of either gets into the tree but the certificates.

mod create;
mod passphrase;
mod renew;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use create::NewRoot;
pub use passphrase::PassphraseSource;
use pki_core::key::{KeyError, Passphrase, PrivateKey, SigningKey};
use pki_core::{Authority, Certificate};
pub use renew::{RenewedRoot, RootRenewal};

use crate::error::Operation;
use crate::tree::disk::read_file;
use crate::{LayoutError, Root};

/// Its certificate, and those above it.
const CERTIFICATE: &str = "ca.crt";
/// Its key.
const KEY: &str = "ca.key";

/// The directory of an authority that is kept outside of the tree.
#[derive(Debug, Clone)]
pub struct OfflineAuthority {
    directory: PathBuf,
    /// Its key, where that is not in the directory.
    signer: Option<Arc<dyn SigningKey>>,
}

impl OfflineAuthority {
    /// The authority that is in a directory, or is to be.
    #[must_use]
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self {
            directory: directory.into(),
            signer: None,
        }
    }

    /// The same, whose key is kept elsewhere: the directory has its certificate alone.
    #[must_use]
    pub fn with_signer(mut self, signer: Arc<dyn SigningKey>) -> Self {
        self.signer = Some(signer);
        self
    }

    /// The directory.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Fails where the directory is in a tree, or a tree in it: what may sign everything is not kept
    /// beside what it signs.
    ///
    /// # Errors
    ///
    /// [`LayoutError::Directory`].
    pub fn check_apart(&self, root: &Root) -> Result<(), LayoutError> {
        let resolved = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let own = match (self.directory.parent(), self.directory.file_name()) {
            (Some(parent), Some(name)) if !self.directory.exists() => {
                let parent = if parent.as_os_str().is_empty() {
                    Path::new(".")
                } else {
                    parent
                };
                resolved(parent).join(name)
            }
            _ => resolved(&self.directory),
        };
        let directories = root.directories();
        let of_tree = [&directories.certificates, &directories.kubeconfigs];
        let is_in = of_tree.iter().any(|directory| {
            let directory = resolved(&root.on_disk(directory));
            own.starts_with(&directory) || directory.starts_with(&own)
        });
        if is_in {
            return Err(LayoutError::Directory {
                purpose: "the directory of a root",
                path: self.directory.clone(),
                why: "the tree is there; a root is kept apart from what it signs",
            });
        }
        Ok(())
    }

    /// Opens it; `None` where there is no such directory yet, or nothing in it.
    ///
    /// # Errors
    ///
    /// [`LayoutError::Io`] for one of the two files without the other, and for what cannot be read;
    /// [`LayoutError::Key`], [`LayoutError::Certificate`] and [`LayoutError::Authority`] for what is
    /// no authority; [`LayoutError::Directory`] where the certificates above it are not there too;
    /// [`LayoutError::NoPassphrase`] where its key needs one and none was given.
    pub fn open(
        &self,
        passphrase: Option<&Passphrase>,
    ) -> Result<Option<Arc<Authority>>, LayoutError> {
        let (certificate, key) = (self.directory.join(CERTIFICATE), self.directory.join(KEY));
        let is_there = |path: &Path| path.try_exists().unwrap_or(true);
        if !is_there(&certificate) && (self.signer.is_some() || !is_there(&key)) {
            return Ok(None);
        }
        let authority = match &self.signer {
            Some(signer) => open_with(&certificate, Box::new(Arc::clone(signer)))?,
            None => open_pair(&certificate, &key, passphrase)?,
        };
        if authority.issuer().root().is_none() {
            // Callers that want a path with an end would have none.
            return Err(LayoutError::Directory {
                purpose: "the directory of what is above the cluster's authorities",
                path: self.directory.clone(),
                why: "the path from its ca.crt ends with none that is self-signed; add the \
                      certificates above to that file",
            });
        }
        Ok(Some(Arc::new(authority)))
    }
}

/// An authority that is in two files.
pub(crate) fn open_pair(
    certificate: &Path,
    key: &Path,
    passphrase: Option<&Passphrase>,
) -> Result<Authority, LayoutError> {
    let text = read_file(key).map_err(|error| match error.kind() {
        ErrorKind::NotFound if certificate.exists() => LayoutError::NoKey {
            path: key.to_owned(),
        },
        _ => LayoutError::io(Operation::Read, key)(error),
    })?;
    let opened = match passphrase {
        Some(passphrase) => PrivateKey::from_encrypted_pem(&text, passphrase),
        None => PrivateKey::from_pem(&text),
    };
    let path = key.to_owned();
    let opened = match opened {
        Err(KeyError::Encrypted) => return Err(LayoutError::NoPassphrase { path }),
        opened => opened.map_err(|source| LayoutError::Key { path, source })?,
    };
    open_with(certificate, Box::new(opened))
}

/// An authority whose certificate is in a file, and whose key is at hand.
pub(crate) fn open_with(
    certificate: &Path,
    key: Box<dyn SigningKey>,
) -> Result<Authority, LayoutError> {
    let text = read_file(certificate).map_err(LayoutError::io(Operation::Read, certificate))?;
    let path = certificate.to_owned();
    let certificates = match Certificate::all_from_pem(&text) {
        Ok(certificates) => certificates,
        Err(source) => return Err(LayoutError::Certificate { path, source }),
    };
    let authority = Authority::open(certificates, key);
    authority.map_err(|source| LayoutError::Authority { path, source })
}
