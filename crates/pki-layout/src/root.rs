use std::path::{Component, Path, PathBuf};

use pki_core::Artifact;

use crate::{Directories, LayoutError};

/// Where a node's file system is, and its two directories in it.
///
/// Flags, kubeconfigs and messages about the running system use the directories as they are;
/// files are read and written below the prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    prefix: PathBuf,
    directories: Directories,
}

impl Root {
    /// The directories below a prefix; `/` is the running system.
    ///
    /// # Errors
    ///
    /// [`LayoutError::Directory`] when one of them is relative or has `..` in it.
    pub fn new(prefix: impl Into<PathBuf>, directories: Directories) -> Result<Self, LayoutError> {
        for (purpose, path) in [
            ("the certificate directory", &directories.certificates),
            ("the kubeconfig directory", &directories.kubeconfigs),
        ] {
            let invalid = |why| {
                Err(LayoutError::Directory {
                    purpose,
                    path: path.clone(),
                    why,
                })
            };
            if !path.is_absolute() {
                return invalid("it must be an absolute path");
            }
            if path.components().any(|part| part == Component::ParentDir) {
                return invalid("it must not contain ..");
            }
            if path.parent().is_none() {
                return invalid("it is the root of the file system");
            }
        }
        Ok(Self {
            prefix: prefix.into(),
            directories,
        })
    }

    /// The prefix.
    #[must_use]
    pub fn prefix(&self) -> &Path {
        &self.prefix
    }

    /// The directories as the running system sees them.
    #[must_use]
    pub fn directories(&self) -> &Directories {
        &self.directories
    }

    /// Where a path of the running system is on disk.
    #[must_use]
    pub fn on_disk(&self, path: &Path) -> PathBuf {
        self.prefix.join(path.strip_prefix("/").unwrap_or(path))
    }

    /// Where a file of the table is on disk.
    #[must_use]
    pub fn path(&self, artifact: Artifact) -> PathBuf {
        self.on_disk(&self.directories.path(artifact))
    }
}
