//! Where else files wait: a mount inside the certificate directory has a `.pkigen` of its own.
//! Written down before the first of them is, so that what a run that was killed has left there is
//! found, private keys perhaps.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use super::bases::Bases;
use super::recover;
use crate::LayoutError;
use crate::error::Operation;
use crate::record::{STAGED_PREFIX, is_plain};
use crate::store::directory::{Directory, Entry};
use crate::store::mode;

/// A path on each line.
const NAME: &str = "staged-in";

/// Writes down that files wait beside this directory of the running system.
pub(super) fn note(staging: &Directory, beside: &Path) -> Result<(), LayoutError> {
    if noted(staging)?.iter().any(|known| known == beside) {
        return Ok(());
    }
    let path = staging.path.join(NAME);
    let failed = |error: Errno| LayoutError::io(Operation::Stage, &path)(error);
    let mut line = beside.as_os_str().as_bytes().to_vec();
    if line.contains(&b'\n') {
        return Err(failed(Errno::INVAL));
    }
    line.push(b'\n');
    let flags = OFlags::WRONLY | OFlags::APPEND | OFlags::CREATE | OFlags::NOFOLLOW;
    let born = Mode::from_raw_mode(mode::STAGED);
    let flags = flags | OFlags::CLOEXEC;
    let file = rustix::fs::openat(&staging.fd, NAME, flags, born).map_err(failed)?;
    let written = rustix::io::write(&file, &line).map_err(failed)?;
    if written != line.len() {
        return Err(failed(Errno::NOSPC));
    }
    rustix::fs::fsync(&file).map_err(failed)?;
    staging.sync()
}

/// The directories that have been written down.
pub(super) fn noted(staging: &Directory) -> Result<Vec<PathBuf>, LayoutError> {
    let text = staging.read(NAME)?.unwrap_or_default();
    let lines = text.split(|byte| *byte == b'\n');
    let paths = lines.map(|line| PathBuf::from(OsStr::from_bytes(line)));
    Ok(paths.filter(|path| is_plain(path)).collect())
}

/// Removes what waits in the directories that have been written down, and forgets them. No journal
/// may speak of it.
pub(super) fn sweep(bases: &Bases) -> Result<(), LayoutError> {
    for beside in noted(&bases.certificates.staging)? {
        // It may be of other directories than these.
        if bases.covers(&beside)
            && let Some(directory) = bases.staging_beside(&beside)?
        {
            recover::sweep(&directory)?;
        }
    }
    forget(bases)
}

/// Forgets the directories where nothing waits any more. What cannot be found out is remembered, for
/// the next run to sweep.
pub(super) fn tidy(bases: &Bases) {
    let _ = forget(bases);
}

/// What is not there is remembered: a mount that comes back has what it had.
fn forget(bases: &Bases) -> Result<(), LayoutError> {
    let staging = &bases.certificates.staging;
    let noted = noted(staging)?;
    let mut waited = Vec::new();
    for beside in &noted {
        if !bases.covers(beside) {
            continue;
        }
        let is_over = match bases.staging_beside(beside)? {
            Some(directory) => {
                let mut names = directory.names()?.into_iter();
                !names.any(|name| name.starts_with(STAGED_PREFIX))
            }
            None => false,
        };
        if !is_over {
            waited.push(beside);
        }
    }
    if waited.len() == noted.len() {
        return Ok(());
    }
    staging.remove(NAME, Entry::File);
    waited
        .into_iter()
        .try_for_each(|beside| note(staging, beside))
}
