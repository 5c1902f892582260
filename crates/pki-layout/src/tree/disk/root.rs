//! A tree on disk, and an archive that is a file there.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{Mode, OFlags, Stat};

use super::Disk;
use crate::error::Operation;
use crate::tree::archive::Archive;
use crate::tree::source::Links;
use crate::{Directories, LayoutError, Root};

impl Root {
    /// The directories below a prefix; `/` is the running system.
    ///
    /// # Errors
    ///
    /// [`LayoutError::Directory`] when one of them is relative or has `..` in it.
    pub fn new(prefix: impl Into<PathBuf>, directories: Directories) -> Result<Self, LayoutError> {
        let prefix = prefix.into();
        let disk = Disk::new(prefix.clone());
        let root = Self::of(prefix, directories, Arc::new(disk))?;
        let user = rustix::process::geteuid().as_raw();
        Ok(root.with_user(user, rustix::process::getegid().as_raw()))
    }

    /// The same machine with other directories.
    pub(crate) fn with_directories(
        &self,
        certificates: PathBuf,
        kubeconfigs: PathBuf,
    ) -> Result<Self, LayoutError> {
        let mut directories = self.directories.clone();
        directories.certificates = certificates;
        directories.kubeconfigs = kubeconfigs;
        let checked = Self::of(self.prefix.clone(), directories, Arc::clone(&self.tree))?;
        Ok(Self {
            directories: checked.directories,
            ..self.clone()
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
            Archive::read(reader, &root.directories().kubeconfigs).map_err(|reason| {
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
        Ok((
            Self {
                tree: Arc::new(archive),
                ..root
            },
            true,
        ))
    }

    /// Why a file cannot be replaced by renaming another over it, if it cannot: what reads a
    /// link's target would go on reading the old one.
    pub(crate) fn obstacle(&self, path: &Path) -> Option<&'static str> {
        self.tree().status(path, Links::Stay).ok()?.obstacle
    }

    /// Fails where no file can be, so that this is said once and not of each file: the prefix is
    /// missing, or a directory is a file.
    ///
    /// # Errors
    ///
    /// [`LayoutError::Io`] names it.
    pub fn check_directories(&self) -> Result<(), LayoutError> {
        self.check_is_disk()?;
        let flags = OFlags::PATH | OFlags::DIRECTORY;
        let ending = self.prefix().extension().and_then(|ending| ending.to_str());
        let is_named_so = matches!(ending, Some("tar" | "gz" | "tgz"));
        if self.prefix() == Path::new("-") || (is_named_so && self.prefix().is_file()) {
            let path = self.prefix().to_owned();
            return Err(LayoutError::ArchiveIsNotWritten { path });
        }
        rustix::fs::open(self.prefix(), flags | OFlags::CLOEXEC, Mode::empty())
            .map_err(LayoutError::io(Operation::Open, self.prefix()))?;
        let directories = self.directories();
        for directory in [&directories.kubeconfigs, &directories.certificates] {
            if let Err(error) = self.open(directory, flags)
                && matches!(
                    error.kind(),
                    io::ErrorKind::NotADirectory | io::ErrorKind::Unsupported
                )
            {
                return Err(LayoutError::io(Operation::Open, &self.on_disk(directory))(
                    error,
                ));
            }
        }
        Ok(())
    }

    /// Fails for what is looked at and not changed: a tree in memory, be it that of an archive.
    pub(crate) fn check_is_disk(&self) -> Result<(), LayoutError> {
        if !self.is_in_memory() {
            return Ok(());
        }
        let path = self.prefix().to_owned();
        Err(if path == Path::new("/") {
            LayoutError::InMemory
        } else {
            LayoutError::ArchiveIsNotWritten { path }
        })
    }

    /// Whether a file grants anything to everybody.
    pub(crate) fn is_open_to_others(&self, path: &Path) -> bool {
        let status = self.tree().status(path, Links::Stay);
        status.is_ok_and(|status| Mode::from_raw_mode(status.mode).intersects(Mode::RWXO))
    }

    /// Whether a file has another name too.
    pub(crate) fn is_linked(&self, path: &Path) -> bool {
        self.stat(path).is_some_and(|stat| stat.st_nlink > 1)
    }

    /// Where a link leads to, as it is written there; nothing of what is no link.
    pub(crate) fn link_target(&self, path: &Path) -> Option<Vec<u8>> {
        let link = self.open(path, OFlags::PATH | OFlags::NOFOLLOW).ok()?;
        let target = rustix::fs::readlinkat(&link, "", Vec::new()).ok()?;
        Some(target.into_bytes())
    }

    fn stat(&self, path: &Path) -> Option<Stat> {
        let file = self.open(path, OFlags::PATH | OFlags::NOFOLLOW).ok()?;
        rustix::fs::fstat(&file).ok()
    }

    /// Opens a path of the running system on disk, as [`Disk::open`].
    pub(crate) fn open(&self, path: &Path, flags: OFlags) -> io::Result<OwnedFd> {
        Disk::new(self.prefix().to_owned()).open(path, flags)
    }
}
