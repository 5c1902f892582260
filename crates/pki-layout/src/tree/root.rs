use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::{fmt, io};

use pki_core::Artifact;
use zeroize::Zeroizing;

use crate::{Directories, LayoutError, Writing};

/// Where a node's file system is, and its two directories in it.
///
/// Flags, kubeconfigs and messages about the running system use the directories as they are;
/// files are read and written below the prefix.
#[derive(Clone)]
pub struct Root {
    prefix: PathBuf,
    directories: Directories,
    writing: Writing,
    overlay: Arc<Overlay>,
}

/// Contents that are read in the place of those on disk; nothing where a file is as good as gone.
pub(crate) type Overlay = BTreeMap<PathBuf, Option<Zeroizing<Vec<u8>>>>;

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
            writing: Writing::default(),
            overlay: Arc::default(),
        })
    }

    /// The directories of no node in particular: whatever is looked for is not there.
    ///
    /// # Errors
    ///
    /// As [`Root::new`].
    pub fn nowhere(directories: Directories) -> Result<Self, LayoutError> {
        // A device has no files in it.
        Self::new("/dev/null", directories)
    }

    /// The same directories, written to in another way than [`Writing::default`].
    #[must_use]
    pub fn with_writing(mut self, writing: Writing) -> Self {
        self.writing = writing;
        self
    }

    /// How commands that write get along with others.
    #[must_use]
    pub fn writing(&self) -> &Writing {
        &self.writing
    }

    /// The tree as it would be with these contents, for reading only.
    pub(crate) fn with_overlay(&self, overlay: Overlay) -> Self {
        Self {
            overlay: Arc::new(overlay),
            ..self.clone()
        }
    }

    /// What is read in the place of a file, if that is not what is on disk.
    pub(crate) fn overlaid(&self, path: &Path) -> Option<io::Result<&Zeroizing<Vec<u8>>>> {
        let content = self.overlay.get(path)?.as_ref();
        Some(content.ok_or_else(|| io::ErrorKind::NotFound.into()))
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

impl fmt::Debug for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What is laid over it holds private keys.
        f.debug_struct("Root")
            .field("prefix", &self.prefix)
            .field("directories", &self.directories)
            .finish_non_exhaustive()
    }
}
