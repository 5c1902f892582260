//! One file of a transaction, with its directories open: looked at, and put in its place.

use std::fs::File;
use std::io::Seek as _;
use std::path::PathBuf;

use rustix::fs::{AtFlags, FileType, Gid, Mode, OFlags, RenameFlags, Uid};
use rustix::io::Errno;
use zeroize::Zeroizing;

use super::bases::Bases;
use crate::LayoutError;
use crate::error::Operation;
use crate::record::{Change, Version, digest};
use crate::store::directory::{Created, Directory, Entry};
use crate::tree::disk::content;

/// A change of a record, ready to be made.
pub(super) struct Step {
    pub(super) change: Change,
    pub(super) directory: Directory,
    pub(super) name: String,
    /// Where the new content waits, and under which name.
    pub(super) staged: Option<(Directory, String)>,
    /// What it has replaced or removed in this run, which somebody may be writing to still.
    pub(super) replaced: Option<File>,
}

/// What is under a name.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place {
    Free,
    /// A file with the content of this digest.
    File(String),
    /// A link to where this is the digest of.
    Link(String),
    /// Something that no transaction puts there.
    Other,
}

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    Done,
    Ready,
    /// Neither what was there before nor what is to be: somebody else's.
    Foreign,
    /// Nothing waits to be put there any more.
    Lost,
}

impl Place {
    fn of(version: &Version) -> Self {
        let sha256 = version.sha256.clone();
        if version.link {
            Self::Link(sha256)
        } else {
            Self::File(sha256)
        }
    }
}

impl Step {
    /// The step of a change that was written down by an earlier run.
    pub(super) fn reopen(change: Change, bases: &Bases) -> Result<Self, LayoutError> {
        let location = bases.locate(&change.path, &mut Created::default())?;
        let staged = match &change.staged {
            None => None,
            Some(staged) => bases
                .staging_beside(&staged.beside)?
                .map(|directory| (directory, staged.name.clone())),
        };
        Ok(Self {
            change,
            directory: location.directory,
            name: location.name,
            staged,
            replaced: None,
        })
    }

    /// Its path on disk.
    pub(super) fn path(&self) -> PathBuf {
        self.directory.path.join(&self.name)
    }

    /// What is in its place now.
    pub(super) fn place(&self) -> Result<Place, LayoutError> {
        look(&self.directory, &self.name)
    }

    /// How far it is, seen from the disk.
    pub(super) fn progress(&self) -> Result<Progress, LayoutError> {
        let place = self.place()?;
        if place == self.change.after.as_ref().map_or(Place::Free, Place::of) {
            return Ok(Progress::Done);
        }
        if place != self.change.before.as_ref().map_or(Place::Free, Place::of) {
            return Ok(Progress::Foreign);
        }
        let waits = match (&self.change.after, &self.staged) {
            (None, _) => true,
            (Some(after), Some((staging, name))) => look(staging, name)? == Place::of(after),
            (Some(_), None) => false,
        };
        Ok(if waits {
            Progress::Ready
        } else {
            Progress::Lost
        })
    }

    /// Fails where who may read what is to be replaced has changed since it was decided: what takes
    /// its place would take that back.
    pub(super) fn check_permissions(&self) -> Result<(), LayoutError> {
        let Some(before) = self.change.before.as_ref().filter(|one| !one.link) else {
            return Ok(());
        };
        let flags = AtFlags::SYMLINK_NOFOLLOW;
        let there = rustix::fs::statat(&self.directory.fd, &self.name, flags);
        let is_same = there.is_ok_and(|there| {
            (there.st_mode & 0o7777, there.st_uid, there.st_gid)
                == (before.mode, before.owner, before.group)
        });
        if is_same {
            return Ok(());
        }
        Err(LayoutError::Changed { path: self.path() })
    }

    /// Makes the change, in one call, unless somebody else has been at its place. What it takes
    /// the place of stays open.
    pub(super) fn apply(&mut self) -> Result<(), LayoutError> {
        let path = self.path();
        if let Some(before) = &self.change.before {
            let (place, file) = open(&self.directory, &self.name)?;
            if place != Place::of(before) {
                return Err(LayoutError::Changed { path });
            }
            self.replaced = file;
        }
        let failed = |error: Errno| LayoutError::io(Operation::Place, &path)(error);
        let Some((staging, name)) = &self.staged else {
            return rustix::fs::unlinkat(&self.directory.fd, &self.name, AtFlags::empty())
                .map_err(LayoutError::io(Operation::Remove, &path));
        };
        if self.change.before.is_some() {
            return rustix::fs::renameat(&staging.fd, name, &self.directory.fd, &self.name)
                .map_err(failed);
        }
        let flags = RenameFlags::NOREPLACE;
        match rustix::fs::renameat_with(&staging.fd, name, &self.directory.fd, &self.name, flags) {
            Ok(()) => Ok(()),
            Err(Errno::EXIST) => Err(LayoutError::Appeared { path }),
            // Some file systems know no NOREPLACE; a hard link refuses a taken name as well.
            Err(Errno::INVAL | Errno::NOSYS) => self.link(staging, name),
            Err(error) => Err(failed(error)),
        }
    }

    fn link(&self, staging: &Directory, name: &str) -> Result<(), LayoutError> {
        let (to, flags) = (&self.directory.fd, AtFlags::empty());
        rustix::fs::linkat(&staging.fd, name, to, &self.name, flags).map_err(|error| {
            let path = self.path();
            match error {
                Errno::EXIST => LayoutError::Appeared { path },
                error => LayoutError::io(Operation::Place, &path)(error),
            }
        })?;
        staging.remove(name, Entry::File);
        Ok(())
    }

    /// What somebody has written to the file that was replaced, between the look at it and the
    /// call that replaced it or since: it is under no name any more. `Err` says why it cannot be
    /// had.
    pub(super) fn late_content(&self) -> Option<std::io::Result<Zeroizing<Vec<u8>>>> {
        let (before, file) = (self.change.before.as_ref()?, self.replaced.as_ref()?);
        let read = || {
            let mut file = file.try_clone()?;
            file.rewind()?;
            content(file)
        };
        match read() {
            Ok(content) if digest(&content) == before.sha256 => None,
            other => Some(other),
        }
    }

    /// Whether what waits for it is in a directory that is not there: on a mount that is gone, with
    /// what was in its place.
    pub(super) fn is_out_of_reach(&self) -> bool {
        self.change.staged.is_some() && self.staged.is_none()
    }

    /// Mode and owner as they were written down, where something else has changed them since: an
    /// archive that was unpacked over an interrupted run.
    pub(super) fn restore_permissions(&self) -> Result<(), LayoutError> {
        let Some(after) = self.change.after.as_ref().filter(|after| !after.link) else {
            return Ok(());
        };
        let path = self.path();
        let failed = |error: Errno| LayoutError::io(Operation::Place, &path)(error);
        let opened = self.directory.file(&self.name, OFlags::RDONLY);
        let Some(file) = opened.map_err(failed)? else {
            return Ok(());
        };
        let stat = rustix::fs::fstat(&file).map_err(failed)?;
        let is_its = (stat.st_uid, stat.st_gid) == (after.owner, after.group);
        if is_its && stat.st_mode & 0o7777 == after.mode {
            return Ok(());
        }
        if !is_its {
            let (owner, group) = (Uid::from_raw(after.owner), Gid::from_raw(after.group));
            rustix::fs::fchown(&file, Some(owner), Some(group)).map_err(failed)?;
        }
        rustix::fs::fchmod(&file, Mode::from_raw_mode(after.mode)).map_err(failed)?;
        rustix::fs::fsync(&file).map_err(failed)
    }

    /// Removes what waits, if it still does.
    pub(super) fn unstage(&self) {
        if let Some((staging, name)) = &self.staged {
            staging.remove(name, Entry::File);
        }
    }
}

pub(super) fn look(directory: &Directory, name: &str) -> Result<Place, LayoutError> {
    Ok(open(directory, name)?.0)
}

/// What is under a name, and the file where it is one.
fn open(directory: &Directory, name: &str) -> Result<(Place, Option<File>), LayoutError> {
    let path = directory.path.join(name);
    let failed = |error: Errno| LayoutError::io(Operation::Read, &path)(error);
    let file = match directory.file(name, OFlags::RDONLY) {
        Ok(Some(file)) => file,
        Ok(None) => return Ok((Place::Free, None)),
        Err(Errno::LOOP) => {
            let target = rustix::fs::readlinkat(&directory.fd, name, Vec::new());
            let target = target.map_err(failed)?;
            return Ok((Place::Link(digest(target.to_bytes())), None));
        }
        // A socket.
        Err(Errno::NXIO) => return Ok((Place::Other, None)),
        Err(error) => return Err(failed(error)),
    };
    let stat = rustix::fs::fstat(&file).map_err(failed)?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Ok((Place::Other, None));
    }
    let file = File::from(file);
    let failed = |error: std::io::Error| LayoutError::io(Operation::Read, &path)(error);
    match content(file.try_clone().map_err(failed)?) {
        Ok(content) => Ok((Place::File(digest(&content)), Some(file))),
        Err(error) if error.kind() == std::io::ErrorKind::InvalidData => Ok((Place::Other, None)),
        Err(error) => Err(failed(error)),
    }
}
