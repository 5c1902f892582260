use std::fs::File;
use std::path::Path;

use rustix::fs::{CWD, Mode, OFlags, RenameFlags, openat};

use crate::LayoutError;
use crate::aside::{self, Made};
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
    let is_tar = path.extension().is_some_and(|ending| ending == "tar");
    if is_tar {
        let archive = archived(files).map_err(LayoutError::io(Operation::Stage, path))?;
        return aside::place(path, &Made::File(0o644, &archive), RenameFlags::NOREPLACE);
    }
    let files = files
        .iter()
        .map(|(name, content)| (name.as_str(), 0o644, content.as_slice()));
    let made = Made::Directory(0o755, files.collect());
    aside::place(path, &made, RenameFlags::NOREPLACE)
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
