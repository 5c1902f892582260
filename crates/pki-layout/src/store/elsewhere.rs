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
use crate::record::is_plain;
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

/// Removes what waits in the directories that have been written down, and remembers those that are
/// not there: a mount that comes back has it still.
pub(super) fn sweep(bases: &Bases) -> Result<(), LayoutError> {
    let staging = &bases.certificates.staging;
    let noted = noted(staging)?;
    if noted.is_empty() {
        return Ok(());
    }
    let mut gone = Vec::new();
    for beside in noted {
        // It may be of other directories than these.
        if !bases.covers(&beside) {
            continue;
        }
        match bases.staging_beside(&beside)? {
            Some(directory) => recover::sweep(&directory)?,
            None => gone.push(beside),
        }
    }
    staging.remove(NAME, Entry::File);
    gone.iter().try_for_each(|beside| note(staging, beside))
}
