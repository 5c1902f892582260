use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use pki_core::{Artifact, Signers, Table};
use rustix::fs::{Mode, OFlags};

use super::archive::Archive;
use super::disk::Disk;
use super::source::Tree;
use crate::error::Operation;
use crate::{Directories, LayoutError, Writing};

/// Where a node's file system is, and its two directories in it.
///
/// Flags, kubeconfigs and messages about the running system use the directories as they are;
/// files are read and written below the prefix.
#[derive(Clone)]
pub struct Root {
    prefix: PathBuf,
    directories: Directories,
    table: Arc<Table>,
    writing: Writing,
    signers: Arc<Signers>,
    tree: Arc<dyn Tree>,
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
        let prefix = prefix.into();
        Ok(Self {
            tree: Arc::new(Disk {
                prefix: prefix.clone(),
            }),
            prefix,
            directories,
            table: Arc::default(),
            writing: Writing::default(),
            signers: Arc::default(),
        })
    }

    /// Where a tree is that is looked at and not written: a directory, or a tar, packed by gzip or
    /// not. `-` is one that comes from `input`.
    ///
    /// # Errors
    ///
    /// As [`Root::new`]; [`LayoutError::Archive`] for an archive that cannot be used;
    /// [`LayoutError::Io`] as [`check_directories`](Self::check_directories).
    pub fn to_look_at(
        place: &Path,
        input: impl Read,
        directories: Directories,
    ) -> Result<Self, LayoutError> {
        let (root, is_archive) = Self::wherever(place, input, directories)?;
        if !is_archive {
            root.check_directories()?;
        }
        Ok(root)
    }

    /// The same, where it need not be there yet.
    ///
    /// # Errors
    ///
    /// As [`Root::new`]; [`LayoutError::Archive`] for an archive that cannot be used.
    pub fn to_plan_for(
        place: &Path,
        input: impl Read,
        directories: Directories,
    ) -> Result<Self, LayoutError> {
        Ok(Self::wherever(place, input, directories)?.0)
    }

    /// The root of a place, and whether that is an archive.
    fn wherever(
        place: &Path,
        input: impl Read,
        directories: Directories,
    ) -> Result<(Self, bool), LayoutError> {
        let root = Self::new(place, directories)?;
        let read = |reader: Box<dyn Read + '_>| {
            Archive::read(reader, &root.directories.kubeconfigs).map_err(|reason| {
                LayoutError::Archive {
                    path: place.to_owned(),
                    reason,
                }
            })
        };
        let archive = if place == Path::new("-") {
            read(Box::new(input))?
        } else if place.is_file() {
            let flags = OFlags::RDONLY | OFlags::CLOEXEC;
            let file = rustix::fs::open(place, flags, Mode::empty())
                .map_err(LayoutError::io(Operation::Read, place))?;
            read(Box::new(File::from(file)))?
        } else {
            return Ok((root, false));
        };
        let tree = Arc::new(archive);
        Ok((Self { tree, ..root }, true))
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

    /// The same directories, with the files of an embedder's own rows in them: planned, issued and
    /// written, looked at, judged and renewed as those of Kubernetes are.
    #[must_use]
    pub fn with_table(mut self, table: Table) -> Self {
        self.table = Arc::new(table);
        self
    }

    /// The rows whose files are in the directories.
    #[must_use]
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// The same directories, with the keys of authorities that are kept elsewhere: what signs, in
    /// every command, is these, and not a file.
    #[must_use]
    pub fn with_signers(mut self, signers: Signers) -> Self {
        self.signers = Arc::new(signers);
        self
    }

    /// Fails for a key that is given for nothing: what it was meant for would be signed by a file.
    pub(crate) fn check_signers(&self) -> Result<(), LayoutError> {
        for (name, _) in self.signers.public_keys() {
            let row = self.table.find(name);
            if !row.is_some_and(|id| id.spec().is_authority()) {
                let name = name.to_owned();
                return Err(LayoutError::UnknownSigner { name });
            }
        }
        Ok(())
    }

    /// The keys of authorities that are kept elsewhere.
    #[must_use]
    pub fn signers(&self) -> &Signers {
        &self.signers
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

    /// Where what is looked at comes from.
    pub(crate) fn tree(&self) -> &Arc<dyn Tree> {
        &self.tree
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
        f.debug_struct("Root")
            .field("prefix", &self.prefix)
            .field("directories", &self.directories)
            .finish_non_exhaustive()
    }
}
