//! The journal: what has been decided and is not done yet. In the certificate directory's
//! `.pkigen`; the kubeconfig directory's points to it, for runs that share only that one.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, FileType};
use rustix::io::Errno;

use super::bases::{Base, Bases};
use super::stage::{self, Fresh};
use crate::error::Operation;
use crate::record::{JOURNAL as NAME, Record, STAGED_PREFIX, STAGING};
use crate::store::directory::{Directory, Entry, identity};
use crate::{LayoutError, Root};

const NEW: &str = "journal.new";
/// Holds the path of the certificate directory.
const POINTER: &str = "journal-in";

pub(super) fn path(bases: &Bases) -> PathBuf {
    bases.certificates.staging.path.join(NAME)
}

/// The journal that is to be.
pub(super) fn write_new<'a>(bases: &Bases, text: &'a [u8]) -> Result<Fresh<'a>, LayoutError> {
    let staging = &bases.certificates.staging;
    stage::write_new(staging, NEW, &staging.path.join(NEW), text)
}

/// Removes a journal that nothing comes of.
pub(super) fn remove_new(bases: &Bases) {
    bases.certificates.staging.remove(NEW, Entry::File);
}

/// The commit: makes the new journal the journal. Where it takes the place of another, whose
/// transaction it takes back, it stays whatever happens: one of the two has to be there.
pub(super) fn decide(bases: &Bases, is_first: bool) -> Result<(), LayoutError> {
    let staging = &bases.certificates.staging;
    rustix::fs::renameat(&staging.fd, NEW, &staging.fd, NAME)
        .map_err(LayoutError::io(Operation::Place, &path(bases)))?;
    staging.sync().map_err(|error| {
        // Whether it would be there after a power cut is anybody's guess. Nothing has been
        // renamed yet: without it nothing has happened.
        if is_first && unlink(staging, NAME).is_ok() {
            error
        } else {
            unfinished(bases, error)
        }
    })
}

/// What is to be done, if anything is.
pub(super) fn read(staging: &Directory) -> Result<Option<Record>, LayoutError> {
    let path = staging.path.join(NAME);
    let text = match staging.read(NAME) {
        // Something huge, or a directory: none of ours.
        Err(LayoutError::Io { source, .. }) if source.kind() == ErrorKind::InvalidData => {
            let reason = source.to_string();
            return Err(LayoutError::Journal { path, reason });
        }
        text => text?,
    };
    let Some(text) = text else {
        return Ok(None);
    };
    Record::decode(&text)
        .map(Some)
        .map_err(|reason| LayoutError::Journal { path, reason })
}

/// Whether what is under the journal's name can be one at all.
pub(super) fn is_file(staging: &Directory) -> bool {
    let there = rustix::fs::statat(&staging.fd, NAME, AtFlags::SYMLINK_NOFOLLOW);
    there.is_ok_and(|there| FileType::from_raw_mode(there.st_mode) == FileType::RegularFile)
}

/// All is done. Without the journal a pointer to it means nothing. Whether it is gone from the disk
/// too makes no difference: should it be back after a power cut, there is nothing left to do.
pub(super) fn remove(bases: &Bases) -> Result<(), LayoutError> {
    let staging = &bases.certificates.staging;
    unlink(staging, NAME).map_err(LayoutError::io(Operation::Remove, &path(bases)))?;
    Pointer::remove(bases);
    let _ = staging.sync();
    Ok(())
}

/// An error after the commit.
pub(super) fn unfinished(bases: &Bases, source: LayoutError) -> LayoutError {
    LayoutError::Unfinished {
        journal: path(bases),
        source: Box::new(source),
    }
}

fn unlink(staging: &Directory, name: &str) -> Result<(), Errno> {
    match rustix::fs::unlinkat(&staging.fd, name, AtFlags::empty()) {
        Ok(()) | Err(Errno::NOENT) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Where the journal is, for a run with another certificate directory and the same kubeconfig
/// directory.
pub(super) struct Pointer;

impl Pointer {
    pub(super) fn write(bases: &Bases) -> Result<(), LayoutError> {
        let Some(base) = Self::home(bases)? else {
            return Ok(());
        };
        let staging = &base.staging;
        let name = format!("{STAGED_PREFIX}{POINTER}");
        let text = format!("{}\n", bases.certificates.path.display());
        let fresh = stage::write_new(staging, &name, &staging.path.join(POINTER), text.as_bytes())?;
        let placed = fresh.settle().and_then(|()| {
            rustix::fs::renameat(&staging.fd, &name, &staging.fd, POINTER).map_err(LayoutError::io(
                Operation::Place,
                &staging.path.join(POINTER),
            ))
        });
        placed.inspect_err(|_| staging.remove(&name, Entry::File))
    }

    pub(super) fn remove(bases: &Bases) {
        if let Ok(Some(base)) = Self::home(bases) {
            base.staging.remove(POINTER, Entry::File);
        }
    }

    /// Refuses to work on a directory that another run, with another certificate directory, has
    /// left half done.
    pub(super) fn check(bases: &Bases, root: &Root) -> Result<(), LayoutError> {
        let Some(base) = Self::home(bases)? else {
            return Ok(());
        };
        let Some(text) = base.staging.read(POINTER)? else {
            return Ok(());
        };
        let text = String::from_utf8_lossy(&text);
        let certificates = PathBuf::from(text.trim_end_matches('\n'));
        let journal = certificates.join(STAGING).join(NAME);
        if certificates == bases.certificates.path || !root.is_taken(&journal) {
            return Ok(());
        }
        Err(other(&base.path, &certificates, &base.path))
    }

    /// The directory that needs one: not the journal's own.
    fn home(bases: &Bases) -> Result<Option<&Base>, LayoutError> {
        let own = identity(&bases.certificates.staging.stat()?);
        let base = &bases.kubeconfigs;
        Ok((identity(&base.staging.stat()?) != own).then_some(base))
    }
}

/// The transaction of other directories.
pub(super) fn other(path: &Path, certificates: &Path, kubeconfigs: &Path) -> LayoutError {
    LayoutError::OtherDirectories {
        path: path.to_owned(),
        certificates: certificates.to_owned(),
        kubeconfigs: kubeconfigs.to_owned(),
    }
}
