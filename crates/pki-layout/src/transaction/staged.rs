//! One file of a transaction: filled, read back, put in its place or taken back.

use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, FileType, Gid, Mode, RenameFlags, Stat, Uid};
use rustix::io::Errno;
use zeroize::Zeroizing;

use super::{Target, Write};
use crate::directory::{Directory, Entry};
use crate::error::Operation;
use crate::{LayoutError, mode};

/// A staged file and where it goes.
pub(super) struct Staged {
    pub(super) file: OwnedFd,
    pub(super) name: String,
    pub(super) staging: Directory,
    pub(super) directory: Directory,
    pub(super) target_name: String,
    pub(super) target: Target,
}

/// What a file to be replaced is now. A link or a special file is not ours to replace: who
/// reads it would go on reading the old one.
pub(super) fn replaceable(directory: &Directory, name: &str) -> Result<Option<Stat>, LayoutError> {
    let path = directory.path.join(name);
    let stat = match rustix::fs::statat(&directory.fd, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(stat) => stat,
        Err(Errno::NOENT) => return Ok(None),
        Err(error) => return Err(LayoutError::io(Operation::Read, &path)(error)),
    };
    let what = match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => return Ok(Some(stat)),
        FileType::Symlink => "a symbolic link; put the file itself there",
        FileType::Directory => "a directory",
        _ => "not a regular file",
    };
    Err(LayoutError::NotReplaceable { path, what })
}

pub(super) fn fill(file: &OwnedFd, write: &Write, replaced: Option<&Stat>) -> Result<(), Errno> {
    let mut rest = write.contents.as_slice();
    while !rest.is_empty() {
        match rustix::io::write(file, rest) {
            Ok(0) => return Err(Errno::IO),
            Ok(written) => rest = rest.get(written..).unwrap_or_default(),
            Err(Errno::INTR) => {}
            Err(error) => return Err(error),
        }
    }
    let Some(old) = replaced else {
        return rustix::fs::fchmod(file, Mode::from_raw_mode(write.mode));
    };
    // A rootless control plane's files belong to its own users and groups, and stay theirs. A
    // private key loses what it grants to others.
    let (owner, group) = (Uid::from_raw(old.st_uid), Gid::from_raw(old.st_gid));
    rustix::fs::fchown(file, Some(owner), Some(group))?;
    let mut mode = Mode::from_raw_mode(old.st_mode);
    if write.mode == mode::SECRET {
        mode.remove(Mode::RWXO);
    }
    rustix::fs::fchmod(file, mode)
}

/// What is on disk must be what was written: a write may lie.
pub(super) fn read_back(staged: &Staged, write: &Write) -> Result<(), LayoutError> {
    let mut content = Zeroizing::new(vec![0; write.contents.len() + 1]);
    let mut length = 0;
    while let Some(rest) = content.get_mut(length..).filter(|rest| !rest.is_empty()) {
        let offset = u64::try_from(length).unwrap_or(u64::MAX);
        match rustix::io::pread(&staged.file, rest, offset) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(Errno::INTR) => {}
            Err(error) => return Err(LayoutError::io(Operation::Read, &staged.path())(error)),
        }
    }
    if content.get(..length) == Some(write.contents.as_slice()) {
        Ok(())
    } else {
        Err(LayoutError::ReadBack {
            path: staged.path(),
        })
    }
}

/// Renames every staged file into its place. Should one fail, the new ones before it go again.
pub(super) fn place(staged: &[Staged]) -> Result<(), LayoutError> {
    for (number, file) in staged.iter().enumerate() {
        if let Err(error) = file.place() {
            take_back(staged.get(..number).unwrap_or_default());
            return Err(error);
        }
    }
    Ok(())
}

/// Removes the new ones of what was placed.
pub(super) fn take_back(placed: &[Staged]) {
    for file in placed.iter().filter(|file| file.target == Target::New) {
        file.directory.remove(&file.target_name, Entry::File);
    }
}

impl Staged {
    /// Where it goes, for messages.
    pub(super) fn path(&self) -> PathBuf {
        self.directory.path.join(&self.target_name)
    }

    fn place(&self) -> Result<(), LayoutError> {
        let path = self.path();
        let flags = match self.target {
            Target::New => RenameFlags::NOREPLACE,
            Target::Replaced => RenameFlags::empty(),
        };
        let renamed = rustix::fs::renameat_with(
            &self.staging.fd,
            &self.name,
            &self.directory.fd,
            &self.target_name,
            flags,
        );
        match renamed {
            Ok(()) => Ok(()),
            Err(Errno::EXIST) => Err(LayoutError::Appeared { path }),
            // Some file systems know no NOREPLACE; a hard link refuses a taken name as well.
            Err(Errno::INVAL | Errno::NOSYS) if self.target == Target::New => self.link(&path),
            Err(error) => Err(LayoutError::io(Operation::Place, &path)(error)),
        }
    }

    fn link(&self, path: &Path) -> Result<(), LayoutError> {
        rustix::fs::linkat(
            &self.staging.fd,
            &self.name,
            &self.directory.fd,
            &self.target_name,
            AtFlags::empty(),
        )
        .map_err(|error| match error {
            Errno::EXIST => LayoutError::Appeared {
                path: path.to_owned(),
            },
            error => LayoutError::io(Operation::Place, path)(error),
        })?;
        self.staging.remove(&self.name, Entry::File);
        Ok(())
    }
}
