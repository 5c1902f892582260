use std::ffi::OsString;
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
use crate::tree::archive;
use crate::tree::disk::read_file;
use crate::tree::source::MAX_SIZE;

/// Files that are carried from one machine to another, by their plain names.
pub type Carried = Vec<(String, Vec<u8>)>;

/// More than a cluster of any size asks for at once.
const MOST_FILES: usize = 4096;

/// Reads what was carried: a directory, or a tar, packed or not.
///
/// # Errors
///
/// [`LayoutError::Io`] when it cannot be read, [`LayoutError::Archive`] when it is no archive, or
/// larger than there is reason for.
pub fn read_carried(path: &Path) -> Result<Carried, LayoutError> {
    let unusable = |reason: String| LayoutError::Archive {
        path: path.to_owned(),
        reason,
    };
    if !path.is_dir() {
        let file = openat(CWD, path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())
            .map_err(LayoutError::io(Operation::Read, path))?;
        let files = archive::files(File::from(file)).map_err(unusable)?;
        if files.len() > MOST_FILES {
            return Err(unusable(format!("it has more than {MOST_FILES} files")));
        }
        return Ok(files);
    }
    let entries = std::fs::read_dir(path).map_err(LayoutError::io(Operation::Read, path))?;
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry.map_err(LayoutError::io(Operation::Read, path))?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let file = entry.path();
        if !file.is_file() {
            continue;
        }
        if files.len() >= MOST_FILES {
            return Err(unusable(format!("it has more than {MOST_FILES} files")));
        }
        let content = read_file(&file).map_err(LayoutError::io(Operation::Read, &file))?;
        files.push((name, content.to_vec()));
    }
    files.sort();
    Ok(files)
}

/// Writes what is to be carried: a tar where the name ends so, else a directory. It appears with
/// everything in it, on disk, or not at all; what is there already is never written over.
///
/// # Errors
///
/// [`LayoutError::Io`]. Nothing is there then.
pub fn carry(path: &Path, files: &Carried) -> Result<(), LayoutError> {
    let failed = |error: Errno| LayoutError::io(Operation::Stage, path)(error);
    let name = path.file_name().ok_or_else(|| failed(Errno::INVAL))?;
    let parent = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let above = openat(CWD, parent, flags, Mode::empty())
        .map_err(LayoutError::io(Operation::Open, parent))?;
    let mut staged = OsString::from(".");
    staged.push(name);
    staged.push(".pkigen");
    let is_tar = path.extension().is_some_and(|ending| ending == "tar");
    sweep(&above, &staged, files);
    let result = if is_tar {
        archived(files)
            .map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::IO))
            .and_then(|bytes| write(&above, &staged, &bytes))
    } else {
        directory(&above, &staged, files)
    };
    let result = result.and_then(|()| {
        renameat_with(&above, &staged, &above, name, RenameFlags::NOREPLACE)?;
        fsync(&above)
    });
    result.map_err(|error| {
        sweep(&above, &staged, files);
        failed(error)
    })
}

fn directory(above: &OwnedFd, staged: &OsString, files: &Carried) -> Result<(), Errno> {
    mkdirat(above, staged, Mode::from_raw_mode(0o755))?;
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let directory = openat(above, staged, flags, Mode::empty())?;
    for (name, content) in files {
        write(&directory, &OsString::from(name), content)?;
    }
    fsync(&directory)
}

fn write(directory: impl AsFd, name: &OsString, content: &[u8]) -> Result<(), Errno> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let file = openat(directory, name, flags, Mode::from_raw_mode(0o644))?;
    let mut file = File::from(file);
    let written = file.write_all(content).and_then(|()| file.sync_all());
    written.map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::IO))
}

/// What a run that was cut short has left. Should it not go, making it anew says so.
fn sweep(above: &OwnedFd, staged: &OsString, files: &Carried) {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    if let Ok(directory) = openat(above, staged, flags, Mode::empty()) {
        for (name, _) in files {
            let _ = unlinkat(&directory, name.as_str(), AtFlags::empty());
        }
        let _ = unlinkat(above, staged, AtFlags::REMOVEDIR);
    } else {
        let _ = unlinkat(above, staged, AtFlags::empty());
    }
}

fn archived(files: &Carried) -> std::io::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len().try_into().unwrap_or(MAX_SIZE));
        header.set_mode(0o644);
        // The same files make the same archive.
        header.set_mtime(0);
        header.set_uid(0);
        header.set_gid(0);
        archive.append_data(&mut header, name, content.as_slice())?;
    }
    archive.into_inner()
}
