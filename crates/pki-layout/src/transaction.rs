//! The only writer. Everything is staged, forced to disk and read back before the first name
//! changes, and a name changes by rename alone: no file is ever seen absent, empty or partial.

mod staged;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, Mode, OFlags};
use rustix::io::Errno;
use zeroize::Zeroizing;

use self::staged::{Staged, fill, place, read_back, replaceable, take_back};
use crate::directory::{Created, Directory, Entry};
use crate::error::Operation;
use crate::lock::{Lock, NAME as LOCK, wait};
use crate::{LayoutError, Root, mode};

impl Root {
    /// Waits until no other run is writing here, and says whether there has ever been one.
    /// Writes nothing.
    pub(crate) fn wait_for_writer(&self) -> Result<bool, LayoutError> {
        let path = self.directories().certificates.join(STAGING).join(LOCK);
        match self.open(&path, OFlags::RDONLY | OFlags::NOFOLLOW) {
            Ok(file) => wait(
                &file,
                FlockOperation::NonBlockingLockShared,
                &self.on_disk(&path),
            )
            .map(|()| true),
            // Without a lock to be held, or with one that only another user may open, there is
            // nobody to wait for.
            Err(_) => Ok(false),
        }
    }
}

/// Holds the lock, and private keys for a moment. Its name and those in it end in nothing that
/// a reader of certificate directories looks for.
const STAGING: &str = ".pkigen";
const STAGED_PREFIX: &str = "stage-";
/// How many threads wait for the disk at once, at most.
const THREADS: usize = 32;

/// A file that is to be.
#[derive(Debug)]
pub(crate) struct Write {
    /// Its path in the running system.
    pub(crate) path: PathBuf,
    pub(crate) contents: Zeroizing<Vec<u8>>,
    pub(crate) mode: u32,
    pub(crate) target: Target,
}

/// What may be at the path already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// Nothing: what appears there meanwhile is somebody else's, and stays.
    New,
    /// An older version of the same file.
    Replaced,
}

/// The directories of a tree, open, checked and locked.
#[derive(Debug)]
pub(crate) struct Session {
    bases: Vec<Base>,
    created: Created,
    _locks: Vec<Lock>,
}

/// One of the tree's directories, with its place for staging.
#[derive(Debug)]
struct Base {
    path: PathBuf,
    directory: Directory,
    staging: Directory,
}

impl Session {
    /// Opens the two directories, creating them where they are missing, and locks them in a
    /// fixed order.
    pub(crate) fn open(root: &Root) -> Result<Self, LayoutError> {
        let mut created = Created::default();
        let directories = root.directories();
        let paths = [&directories.certificates, &directories.kubeconfigs];
        let opened = open_bases(root, &paths, &mut created);
        let (bases, locks) = opened.inspect_err(|_| created.undo())?;
        let session = Self {
            bases,
            created,
            _locks: locks,
        };
        session.remove_stale()?;
        Ok(session)
    }

    /// Nothing is to be written after all: what was created for it goes.
    pub(crate) fn abandon(self) {
        self.created.undo();
    }

    /// Stages every file, and when all of them are on disk, puts them in their places in the
    /// order given.
    pub(crate) fn commit(mut self, writes: &[Write]) -> Result<(), LayoutError> {
        let mut staged = Vec::with_capacity(writes.len());
        let done = self
            .stage(writes, &mut staged)
            .and_then(|()| place(&staged))
            .and_then(|()| {
                let settled = self.settle(&staged);
                settled.inspect_err(|_| take_back(&staged))
            });
        if done.is_err() {
            for file in &staged {
                file.staging.remove(&file.name, Entry::File);
            }
            self.created.undo();
        }
        done
    }

    /// Forces the new names to disk, each directory once: to sync one that is on disk already
    /// still costs a flush of the disk's cache.
    fn settle(&self, staged: &[Staged]) -> Result<(), LayoutError> {
        let mut seen = BTreeSet::new();
        let mut directories = Vec::new();
        let of_files = staged.iter().map(|file| &file.directory);
        for directory in of_files.chain(self.created.parents()) {
            let stat = directory.stat()?;
            if seen.insert((stat.st_dev, stat.st_ino)) {
                directories.push(directory);
            }
        }
        at_once(&directories, |directory| directory.sync())
    }

    fn stage(&mut self, writes: &[Write], staged: &mut Vec<Staged>) -> Result<(), LayoutError> {
        let run = crate::nonce::hex()?;
        for (number, write) in writes.iter().enumerate() {
            let name = format!("{STAGED_PREFIX}{run}-{number}");
            let file = self.stage_one(write, name)?;
            staged.push(file);
        }
        // Forced only when all are written, and all at once: the disk then flushes a few times,
        // not once for each.
        let pairs: Vec<(&Staged, &Write)> = staged.iter().zip(writes).collect();
        at_once(&pairs, |(file, write)| {
            rustix::fs::fsync(&file.file)
                .map_err(LayoutError::io(Operation::Sync, &file.path()))?;
            read_back(file, write)
        })
    }

    fn stage_one(&mut self, write: &Write, name: String) -> Result<Staged, LayoutError> {
        let base = self
            .bases
            .iter()
            .find(|base| write.path.starts_with(&base.path))
            .ok_or_else(|| LayoutError::io(Operation::Stage, &write.path)(Errno::XDEV))?;
        let relative = write.path.strip_prefix(&base.path).unwrap_or(&write.path);
        // As it is on disk, which is not write.path below a --root.
        let path = base.directory.path.join(relative);
        let failed = |error: Errno| LayoutError::io(Operation::Stage, &path)(error);
        let (directory, target_name) = descend(&base.directory, relative, &mut self.created)?;
        // A rename cannot cross file systems, and pki/etcd may be a mount of its own.
        let same_device = directory.stat()?.st_dev == base.directory.stat()?.st_dev;
        let staging = if same_device {
            base.staging.clone_handle()?
        } else {
            self.created
                .child(&directory, STAGING, mode::STAGING_DIRECTORY)?
        };
        let replaced = match write.target {
            Target::New => None,
            Target::Replaced => replaceable(&directory, &target_name)?,
        };
        let flags =
            OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let born = Mode::from_raw_mode(mode::STAGED);
        let file = rustix::fs::openat(&staging.fd, &name, flags, born).map_err(failed)?;
        let staged = Staged {
            file,
            name,
            staging,
            directory,
            target_name,
            target: write.target,
        };
        let written = fill(&staged.file, write, replaced.as_ref()).map_err(failed);
        if written.is_err() {
            staged.staging.remove(&staged.name, Entry::File);
        }
        written.map(|()| staged)
    }

    /// Under the lock nobody else stages: what is left is a run's that was killed, and may hold
    /// private keys.
    fn remove_stale(&self) -> Result<(), LayoutError> {
        for base in &self.bases {
            let path = &base.staging.path;
            let failed = |error: Errno| LayoutError::io(Operation::Read, path)(error);
            for entry in rustix::fs::Dir::read_from(&base.staging.fd).map_err(failed)? {
                let entry = entry.map_err(failed)?;
                if let Ok(name) = entry.file_name().to_str()
                    && name.starts_with(STAGED_PREFIX)
                {
                    base.staging.remove(name, Entry::File);
                }
            }
        }
        Ok(())
    }
}

/// Does something for every item on a few threads, which spend their time waiting for the disk:
/// file systems make one commit and one flush of the syncs that wait together.
fn at_once<T: Sync>(
    items: &[T],
    task: impl Fn(&T) -> Result<(), LayoutError> + Sync,
) -> Result<(), LayoutError> {
    let task = &task;
    let share = items.len().div_ceil(THREADS).max(1);
    std::thread::scope(|scope| {
        let mut results = Vec::new();
        let mut workers = Vec::new();
        for chunk in items.chunks(share) {
            let work = move || chunk.iter().try_for_each(task);
            match std::thread::Builder::new().spawn_scoped(scope, work) {
                Ok(worker) => workers.push(worker),
                // No thread to be had: this one does it.
                Err(_) => results.push(work()),
            }
        }
        for worker in workers {
            let result = worker.join();
            results.push(result.unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        results.into_iter().collect()
    })
}

fn open_bases(
    root: &Root,
    paths: &[&PathBuf],
    created: &mut Created,
) -> Result<(Vec<Base>, Vec<Lock>), LayoutError> {
    let top = Directory::open(root.prefix())?;
    let top_stat = top.stat()?;
    let mut bases: Vec<Base> = Vec::new();
    let mut locks = Vec::new();
    for path in paths {
        let relative = path.strip_prefix("/").unwrap_or(path);
        // What is there is checked before anything is created in it.
        nearest(&top, relative)?.check_safe(&top_stat)?;
        let directory = created.open(&top, relative)?;
        directory.check_safe(&top_stat)?;
        let staging = created.child(&directory, STAGING, mode::STAGING_DIRECTORY)?;
        staging.check_safe(&top_stat)?;
        let stat = directory.stat()?;
        let mut is_known = false;
        for base in &bases {
            let other = base.directory.stat()?;
            is_known |= (other.st_dev, other.st_ino) == (stat.st_dev, stat.st_ino);
        }
        // Two names of one directory share its lock: a second one would wait for the first.
        if !is_known {
            locks.push(Lock::acquire(&staging)?);
        }
        bases.push(Base {
            path: (*path).clone(),
            directory,
            staging,
        });
    }
    Ok((bases, locks))
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

/// Opens the directory of a file below a base, creating what is missing; never through a link.
fn descend(
    base: &Directory,
    relative: &Path,
    created: &mut Created,
) -> Result<(Directory, String), LayoutError> {
    let invalid = || LayoutError::io(Operation::Stage, &base.path.join(relative))(Errno::INVAL);
    let mut directory = base.clone_handle()?;
    let names: Option<Vec<&str>> = relative.iter().map(|name| name.to_str()).collect();
    let names = names.ok_or_else(invalid)?;
    let (file, parents) = names.split_last().ok_or_else(invalid)?;
    for name in parents {
        directory = created.child(&directory, name, mode::DIRECTORY)?;
    }
    Ok((directory, (*file).to_owned()))
}
