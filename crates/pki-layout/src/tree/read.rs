//! Looking at what is on disk now, without opening it for its content.

use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;

use pki_core::Artifact;
use rustix::fs::{Mode, OFlags, Stat};

use super::disk::Disk;
use super::source::Links;
use crate::error::Operation;
use crate::{LayoutError, Root};

impl Root {
    /// Whether a file of the table is there, whatever it is.
    #[must_use]
    pub fn exists(&self, artifact: Artifact) -> bool {
        self.is_taken(&self.directories().path(artifact))
    }

    /// Whether a path of the running system is a name of something, be it of a link to nothing.
    pub(crate) fn is_taken(&self, path: &Path) -> bool {
        self.tree().status(path, Links::Stay).is_ok()
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
                && error.kind() == io::ErrorKind::NotADirectory
            {
                return Err(LayoutError::io(Operation::Open, &self.on_disk(directory))(
                    error,
                ));
            }
        }
        Ok(())
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

    fn stat(&self, path: &Path) -> Option<Stat> {
        let file = self.open(path, OFlags::PATH | OFlags::NOFOLLOW).ok()?;
        rustix::fs::fstat(&file).ok()
    }

    /// Opens a path of the running system on disk, as [`Disk::open`].
    pub(crate) fn open(&self, path: &Path, flags: OFlags) -> io::Result<OwnedFd> {
        let prefix = self.prefix().to_owned();
        Disk { prefix }.open(path, flags)
    }
}
