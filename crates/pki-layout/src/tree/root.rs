use std::fmt;
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

#[cfg(feature = "disk")]
use pki_core::Provider;
use pki_core::{Artifact, Authority, Signers, Table};

use super::archive::Archive;
use super::file::TreeFile;
use super::source::{Links, Tree};
use crate::record::STAGING;
use crate::{Directories, LayoutError, Writing};

/// Where a node's file system is, and its two directories in it.
///
/// Flags, kubeconfigs and messages about the running system use the directories as they are;
/// files are read and written below the prefix.
#[derive(Clone)]
pub struct Root {
    pub(super) prefix: PathBuf,
    pub(super) directories: Directories,
    pub(super) table: Arc<Table>,
    pub(super) writing: Writing,
    pub(super) signers: Arc<Signers>,
    pub(super) superior: Option<Arc<Authority>>,
    pub(super) tree: Arc<dyn Tree>,
    pub(super) user: (u32, u32),
}

impl Root {
    /// The directories of a tree of any kind, which is at a prefix.
    pub(super) fn of(
        prefix: PathBuf,
        directories: Directories,
        tree: Arc<dyn Tree>,
    ) -> Result<Self, LayoutError> {
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
            // Whether it is absolute is the node's matter, and not that of whoever looks at it.
            if !path.has_root() {
                return invalid("it must be an absolute path");
            }
            if path.components().any(|part| part == Component::ParentDir) {
                return invalid("it must not contain ..");
            }
            if path.components().any(|part| part.as_os_str() == STAGING) {
                return invalid(
                    "it must not be in .pkigen, which is what runs keep for themselves",
                );
            }
            if path.parent().is_none() {
                return invalid("it is the root of the file system");
            }
        }
        if let Some((name, why)) = directories.wrong_name() {
            return Err(LayoutError::Directory {
                purpose: "a name of a file",
                path: name.into(),
                why,
            });
        }
        Ok(Self {
            prefix,
            directories,
            table: Arc::default(),
            writing: Writing::default(),
            signers: Arc::default(),
            superior: None,
            tree,
            user: (0, 0),
        })
    }

    /// A tree of files that are in memory, from Secrets or an object store: to be observed,
    /// judged and planned for like one on disk. In the two directories there is nothing else; of
    /// what lies elsewhere, nothing is known but these.
    ///
    /// # Errors
    ///
    /// [`LayoutError::Directory`] when a directory is relative or has `..` in it.
    ///
    /// ```
    /// use pki_layout::Directories;
    /// use pki_layout::Root;
    /// use pki_layout::TreeFile;
    ///
    /// let ca = TreeFile::new("/etc/kubernetes/pki/ca.crt", b"nonsense".to_vec());
    /// let root = Root::of_files([ca], Directories::default())?;
    /// let ca = root.observe().inventory().row(pki_core::RowId::ClusterCa);
    /// assert!(ca.is_there());
    /// # Ok::<(), pki_layout::LayoutError>(())
    /// ```
    pub fn of_files(
        files: impl IntoIterator<Item = TreeFile>,
        directories: Directories,
    ) -> Result<Self, LayoutError> {
        let known = [&directories.certificates, &directories.kubeconfigs];
        let tree = Archive::of_files(files, &known);
        Self::of(PathBuf::from("/"), directories, Arc::new(tree))
    }

    /// A tree in a tar of another machine, packed by gzip or not; whatever is above the kubeconfig
    /// directory stands for `/`. What is not in it was not looked at.
    ///
    /// # Errors
    ///
    /// [`LayoutError::Directory`] as [`of_files`](Self::of_files); [`LayoutError::Archive`], with
    /// the path `-`, for an archive that cannot be used.
    pub fn of_archive(archive: impl Read, directories: Directories) -> Result<Self, LayoutError> {
        let place = PathBuf::from("-");
        let tree = Archive::read(archive, &directories.kubeconfigs).map_err(|reason| {
            let path = place.clone();
            LayoutError::Archive { path, reason }
        })?;
        Self::of(place, directories, Arc::new(tree))
    }

    /// The directories of no node in particular: whatever is looked for is not there.
    ///
    /// # Errors
    ///
    /// [`LayoutError::Directory`] as [`of_files`](Self::of_files).
    pub fn nowhere(directories: Directories) -> Result<Self, LayoutError> {
        let tree = Archive::of_files([], &[Path::new("/")]);
        Self::of(PathBuf::from("/"), directories, Arc::new(tree))
    }

    /// The same, asked about by this user and group; else it is the superuser.
    #[must_use]
    pub fn with_user(self, user: u32, group: u32) -> Self {
        Self {
            user: (user, group),
            ..self
        }
    }

    /// The user and group who ask.
    #[must_use]
    pub fn user(&self) -> (u32, u32) {
        self.user
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
    ///
    /// # Errors
    ///
    /// [`LayoutError::UnknownSigner`] names it.
    pub fn check_signers(&self) -> Result<(), LayoutError> {
        for (name, _) in self.signers.public_keys() {
            let row = self.table.find(name);
            if !row.is_some_and(|id| id.spec().is_authority()) {
                let name = name.to_owned();
                return Err(LayoutError::UnknownSigner { name });
            }
        }
        Ok(())
    }

    /// Fails for a key that is given with a provider and not with the tree: what it was meant for
    /// would be signed by another.
    #[cfg(feature = "disk")]
    pub(crate) fn check_provider(&self, provider: &Provider<'_>) -> Result<(), LayoutError> {
        self.check_signers()?;
        let given = provider.signers.into_iter().flat_map(Signers::public_keys);
        for (name, key) in given {
            let own = self.signers.get(name);
            if own.is_none_or(|own| own.public_key() != key) {
                let name = name.to_owned();
                return Err(LayoutError::SignerOfProvider { name });
            }
        }
        Ok(())
    }

    /// A provider that has what signs authorities too.
    #[cfg(feature = "disk")]
    pub(crate) fn provided<'a>(&'a self, provider: &Provider<'a>) -> Provider<'a> {
        match self.superior() {
            Some(superior) => provider.with_superior(superior),
            None => *provider,
        }
    }

    /// The keys of authorities that are kept elsewhere.
    #[must_use]
    pub fn signers(&self) -> &Signers {
        &self.signers
    }

    /// The same directories, with an authority that signs those which are made: a root, or whatever a
    /// company has. Without it each of them signs itself.
    #[must_use]
    pub fn with_superior(mut self, superior: Arc<Authority>) -> Self {
        self.superior = Some(superior);
        self
    }

    /// What signs the authorities that are made.
    #[must_use]
    pub fn superior(&self) -> Option<&Authority> {
        self.superior.as_deref()
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

    /// Whether a file of the table is there, whatever it is.
    #[must_use]
    pub fn exists(&self, artifact: Artifact) -> bool {
        self.is_taken(&self.directories().path(artifact))
    }

    /// Whether a path of the running system is a name of something, be it of a link to nothing.
    pub(crate) fn is_taken(&self, path: &Path) -> bool {
        self.tree().status(path, Links::Stay).is_ok()
    }

    /// Whether it is a tree in memory, be it that of an archive: looked at, and not changed.
    #[must_use]
    pub fn is_in_memory(&self) -> bool {
        !self.tree.is_disk()
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
