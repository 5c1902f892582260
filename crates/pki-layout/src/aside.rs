//! Files and directories that are made elsewhere than in the tree: they appear with everything in
//! them, on disk, or not at all.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::Write as _;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use rustix::fs::{
    AtFlags, CWD, Mode, OFlags, RenameFlags, fsync, mkdirat, openat, renameat_with, unlinkat,
};
use rustix::io::Errno;

use crate::LayoutError;
use crate::error::Operation;

const DIRECTORY: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

/// A file: its name, its mode and what is in it.
pub(crate) type Member<'a> = (&'a str, u32, &'a [u8]);

/// What is made.
pub(crate) enum Made<'a> {
    /// A file of this mode.
    File(u32, &'a [u8]),
    /// A directory of this mode with these files.
    Directory(u32, Vec<Member<'a>>),
}

/// Makes it beside its place, and moves it there.
pub(crate) fn place(path: &Path, made: &Made<'_>, flags: RenameFlags) -> Result<(), LayoutError> {
    let failed = |error: Errno| LayoutError::io(Operation::Place, path)(error);
    let (above, name) = above(path)?;
    let mut staged = OsString::from(".");
    staged.push(name);
    staged.push(".pkigen");
    sweep(&above, &staged, made);
    let result = stage(&above, &staged, made).and_then(|()| {
        renameat_with(&above, &staged, &above, name, flags)?;
        fsync(&above)
    });
    result.map_err(|error| {
        sweep(&above, &staged, made);
        failed(error)
    })
}

/// Fails where nothing can be made at a place, and makes nothing: what goes before cannot be taken back.
pub(crate) fn check(path: &Path) -> Result<(), LayoutError> {
    let (above, name) = above(path)?;
    let mut tried = OsString::from(".");
    tried.push(name);
    // Not the name of what is staged, which a run that was cut short may have left full.
    tried.push(".pkigen-try");
    let remove = || unlinkat(&above, &tried, AtFlags::REMOVEDIR);
    let _ = remove();
    let made = mkdirat(&above, &tried, Mode::RWXU).and_then(|()| remove());
    made.map_err(LayoutError::io(Operation::Place, path))
}

/// The directory that a place is in, and its name there.
fn above(path: &Path) -> Result<(OwnedFd, &OsStr), LayoutError> {
    let name = path.file_name();
    let name = name.ok_or_else(|| LayoutError::io(Operation::Place, path)(Errno::INVAL))?;
    let parent = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let above = openat(CWD, parent, flags, Mode::empty());
    Ok((
        above.map_err(LayoutError::io(Operation::Open, parent))?,
        name,
    ))
}

fn stage(above: &OwnedFd, staged: &OsStr, made: &Made<'_>) -> Result<(), Errno> {
    match made {
        Made::File(mode, content) => write(above, staged, *mode, content),
        Made::Directory(mode, files) => {
            mkdirat(above, staged, Mode::from_raw_mode(*mode))?;
            let directory = openat(above, staged, DIRECTORY, Mode::empty())?;
            for (name, mode, content) in files {
                write(&directory, OsStr::new(name), *mode, content)?;
            }
            fsync(&directory)
        }
    }
}

fn write(directory: impl AsFd, name: &OsStr, mode: u32, content: &[u8]) -> Result<(), Errno> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let file = openat(directory, name, flags, Mode::from_raw_mode(mode))?;
    let mut file = File::from(file);
    let written = file.write_all(content).and_then(|()| file.sync_all());
    written.map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::IO))
}

/// What a run that was cut short has left. Should it not go, making it anew says so.
fn sweep(above: &OwnedFd, staged: &OsStr, made: &Made<'_>) {
    let Made::Directory(_, files) = made else {
        let _ = unlinkat(above, staged, AtFlags::empty());
        return;
    };
    if let Ok(directory) = openat(above, staged, DIRECTORY, Mode::empty()) {
        for (name, ..) in files {
            let _ = unlinkat(&directory, *name, AtFlags::empty());
        }
    }
    let _ = unlinkat(above, staged, AtFlags::REMOVEDIR);
}
