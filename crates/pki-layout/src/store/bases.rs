//! The directories of a tree: opened once, checked, locked, each with its place for staging.

use std::path::{Path, PathBuf};

use rustix::io::Errno;

use super::{Write, elsewhere};
use crate::error::Operation;
use crate::record::{ARGUMENTS, ARGUMENTS_DIRECTORY, STAGING, is_rotated};
use crate::store::directory::{Created, Directory, Entry, Mount, identity};
use crate::store::lock::{Lock, deadline};
use crate::store::mode;
use crate::{LayoutError, Root};

/// One of the tree's directories.
#[derive(Debug)]
pub(super) struct Base {
    /// As the running system names it.
    pub(super) path: PathBuf,
    pub(super) directory: Directory,
    /// Its `.pkigen`.
    pub(super) staging: Directory,
    mount: Mount,
}

/// Both directories of a tree.
#[derive(Debug)]
pub(super) struct Bases {
    /// Holds the journal.
    pub(super) certificates: Base,
    /// Holds the copies of what is replaced: no static pod mounts it.
    pub(super) kubeconfigs: Base,
    /// The kubelet's, once it is needed: of a transaction only what the kubelet rotates is there.
    pub(super) kubelet: Option<Base>,
    /// That of the kubelet's arguments, once it is needed: of a transaction only these are there.
    pub(super) arguments: Option<Base>,
    /// Where that is.
    kubelet_path: PathBuf,
    /// Owner and group of files that are new, where they are not the user's.
    pub(super) owner: Option<(u32, u32)>,
}

/// Where a file is to be.
pub(super) struct Location {
    pub(super) directory: Directory,
    pub(super) name: String,
    /// Whether a link there is replaced as a file is: what the kubelet swaps.
    pub(super) may_be_link: bool,
}

impl Bases {
    /// Opens both, creating them where they are missing.
    pub(super) fn open(
        root: &Root,
        kubelet_path: PathBuf,
        created: &mut Created,
    ) -> Result<Self, LayoutError> {
        root.check_is_disk()?;
        let top = Directory::open(root.prefix())?;
        let directories = root.directories();
        Ok(Self {
            certificates: open(&top, &directories.certificates, created)?,
            kubeconfigs: open(&top, &directories.kubeconfigs, created)?,
            kubelet: None,
            arguments: None,
            kubelet_path,
            owner: root.writing().owner,
        })
    }

    /// Opens the kubelet's directory where one of these is what it rotates there, and says which
    /// that is.
    pub(super) fn reach(
        &mut self,
        root: &Root,
        writes: &[Write],
        created: &mut Created,
    ) -> Result<Option<PathBuf>, LayoutError> {
        let path = self.kubelet_path.clone();
        let is_there =
            |write: &Write| write.path.parent() == Some(path.as_path()) && is_rotated(&write.path);
        if !writes.iter().any(is_there) {
            return Ok(None);
        }
        self.open_kubelet(root, &path, created)?;
        Ok(Some(path))
    }

    /// Opens the directory of the kubelet's arguments where they are among these, and says which that
    /// is.
    pub(super) fn reach_arguments(
        &mut self,
        root: &Root,
        writes: &[Write],
        created: &mut Created,
    ) -> Result<Option<PathBuf>, LayoutError> {
        let path = PathBuf::from(ARGUMENTS_DIRECTORY);
        let file = path.join(ARGUMENTS);
        if !writes.iter().any(|write| write.path == file) {
            return Ok(None);
        }
        self.open_arguments(root, &path, created)?;
        Ok(Some(path))
    }

    /// Opens the directory of the kubelet's arguments, as a transaction names it.
    pub(super) fn open_arguments(
        &mut self,
        root: &Root,
        path: &Path,
        created: &mut Created,
    ) -> Result<(), LayoutError> {
        let top = Directory::open(root.prefix())?;
        self.arguments = Some(open(&top, path, created)?);
        Ok(())
    }

    /// Opens the kubelet's directory, as a transaction names it.
    pub(super) fn open_kubelet(
        &mut self,
        root: &Root,
        path: &Path,
        created: &mut Created,
    ) -> Result<(), LayoutError> {
        let top = Directory::open(root.prefix())?;
        self.kubelet = Some(open(&top, path, created)?);
        Ok(())
    }

    /// The kubelet's directories and the places for staging in them, where a run that was killed has
    /// left these.
    pub(super) fn left_with_kubelet(
        &self,
        root: &Root,
    ) -> Result<Vec<(Directory, Directory)>, LayoutError> {
        let mut left = Vec::new();
        for path in [self.kubelet_path.as_path(), Path::new(ARGUMENTS_DIRECTORY)] {
            if !root.is_taken(&path.join(STAGING)) {
                continue;
            }
            let top = Directory::open(root.prefix())?;
            let directory = top.below(path.strip_prefix("/").unwrap_or(path))?;
            let Some(directory) = directory else { continue };
            let staging = directory.child(STAGING)?;
            left.extend(staging.map(|staging| (directory, staging)));
        }
        Ok(left)
    }

    /// Takes the places for staging out of the kubelet's directories, which are not ours.
    pub(super) fn leave_kubelet(&self) {
        for base in self.kubelet.iter().chain(&self.arguments) {
            base.directory.remove(STAGING, Entry::Directory);
        }
    }

    /// Locks both. In the order of their inodes, which is the same for every run whatever it
    /// calls them: two runs that each hold one would wait for each other.
    pub(super) fn lock(&self, root: &Root) -> Result<Vec<Lock>, LayoutError> {
        let mut bases = [
            (
                identity(&self.certificates.directory.stat()?),
                &self.certificates,
            ),
            (
                identity(&self.kubeconfigs.directory.stat()?),
                &self.kubeconfigs,
            ),
        ];
        bases.sort_by_key(|(inode, _)| *inode);
        let mut locks = Vec::new();
        let mut known = None;
        let until = deadline(root.writing());
        for (inode, base) in bases {
            // Two names of one directory share its lock: a second one would wait for the first.
            if known.replace(inode) != Some(inode) {
                locks.push(Lock::acquire(&base.staging, root.writing(), until)?);
            }
        }
        Ok(locks)
    }

    /// Fails where what is locked is not under its name any more: the next run would make another
    /// and lock that.
    pub(super) fn check_held(&self) -> Result<(), LayoutError> {
        for base in [&self.certificates, &self.kubeconfigs] {
            let named = base.directory.child(STAGING)?;
            let named = named.map(|named| named.stat()).transpose()?;
            let held = base.staging.stat()?;
            if named.is_none_or(|named| identity(&named) != identity(&held)) {
                let path = base.staging.path.clone();
                return Err(LayoutError::LockLost { path });
            }
        }
        Ok(())
    }

    /// The base that a path of the running system is in, and the path below it: the deeper of
    /// the two where one is inside the other.
    pub(super) fn of<'a>(&self, path: &'a Path) -> Result<(&Base, &'a Path), LayoutError> {
        let bases = [&self.certificates, &self.kubeconfigs];
        let bases = bases
            .into_iter()
            .chain(&self.kubelet)
            .chain(&self.arguments);
        let mut bases: Vec<&Base> = bases.collect();
        bases.sort_by_key(|base| std::cmp::Reverse(base.path.components().count()));
        bases
            .into_iter()
            .find_map(|base| Some((base, path.strip_prefix(&base.path).ok()?)))
            .ok_or_else(|| LayoutError::io(Operation::Stage, path)(Errno::XDEV))
    }

    /// Where a file is, or will be: creates the directories that are missing below the base, and
    /// follows no link.
    pub(super) fn locate(
        &self,
        path: &Path,
        created: &mut Created,
    ) -> Result<Location, LayoutError> {
        let (base, relative) = self.of(path)?;
        let on_disk = base.directory.path.join(relative);
        let invalid = || LayoutError::io(Operation::Stage, &on_disk)(Errno::INVAL);
        let names: Option<Vec<&str>> = relative.iter().map(|name| name.to_str()).collect();
        let names = names.ok_or_else(invalid)?;
        let (name, parents) = names.split_last().ok_or_else(invalid)?;
        let mut directory = base.directory.clone_handle()?;
        for parent in parents {
            directory = created.child(&directory, parent, mode::DIRECTORY)?;
            directory.check_owner(&directory.stat()?)?;
        }
        let kubelet = self.kubelet.as_ref();
        Ok(Location {
            directory,
            name: (*name).to_owned(),
            may_be_link: kubelet.is_some_and(|kubelet| std::ptr::eq(kubelet, base))
                && is_rotated(path),
        })
    }

    /// The directory that a file waits in until it is renamed into its place, and the directory
    /// whose `.pkigen` that is. A rename cannot leave a mount, and `pki/etcd` may be one of its
    /// own.
    pub(super) fn staging(
        &self,
        path: &Path,
        directory: &Directory,
        created: &mut Created,
    ) -> Result<(Directory, PathBuf), LayoutError> {
        let (base, _) = self.of(path)?;
        if directory.mount()? == base.mount {
            return Ok((base.staging.clone_handle()?, base.path.clone()));
        }
        let beside = path.parent().unwrap_or(&base.path).to_owned();
        elsewhere::note(&self.certificates.staging, &beside)?;
        let staging = created.child(directory, STAGING, mode::STAGING_DIRECTORY)?;
        Ok((staging, beside))
    }

    /// Whether a path is in one of the directories.
    pub(super) fn covers(&self, path: &Path) -> bool {
        self.of(path).is_ok()
    }

    /// The staging directory beside a directory of the running system, where there is one.
    pub(super) fn staging_beside(&self, beside: &Path) -> Result<Option<Directory>, LayoutError> {
        let (base, relative) = self.of(beside)?;
        let mut directory = base.directory.clone_handle()?;
        let names = relative.iter().filter_map(|name| name.to_str());
        for name in names.chain([STAGING]) {
            match directory.child(name)? {
                Some(child) => directory = child,
                None => return Ok(None),
            }
        }
        Ok(Some(directory))
    }
}

fn open(top: &Directory, path: &Path, created: &mut Created) -> Result<Base, LayoutError> {
    let top_stat = top.stat()?;
    let relative = path.strip_prefix("/").unwrap_or(path);
    // What is there is checked before anything is created in it.
    nearest(top, relative)?.check_safe(&top_stat)?;
    let directory = created.open(top, relative)?;
    directory.check_safe(&top_stat)?;
    directory.check_outside(STAGING)?;
    let staging = created.child(&directory, STAGING, mode::STAGING_DIRECTORY)?;
    staging.check_safe(&top_stat)?;
    Ok(Base {
        mount: directory.mount()?,
        path: path.to_owned(),
        directory,
        staging,
    })
}

/// The deepest directory of a path that is there.
fn nearest(top: &Directory, relative: &Path) -> Result<Directory, LayoutError> {
    for path in relative.ancestors() {
        if let Some(directory) = top.below(path)? {
            return Ok(directory);
        }
    }
    top.clone_handle()
}
