use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use pki_core::Certificate;
use pki_core::x509::CertificateError;
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

/// Reads what was carried: a directory, a tar, packed or not, or one file by itself.
///
/// # Errors
///
/// [`LayoutError::Io`] when it cannot be read, [`LayoutError::Archive`] when it is larger than there is
/// reason for, or a tar that is damaged.
pub fn read_carried(path: &Path) -> Result<Carried, LayoutError> {
    let unusable = |reason: String| LayoutError::Archive {
        path: path.to_owned(),
        reason,
    };
    if !path.is_dir() {
        let file = openat(CWD, path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())
            .map_err(LayoutError::io(Operation::Read, path))?;
        let file = File::from(file);
        let is_named_so = path.extension().is_some_and(|ending| ending == "tar");
        if !is_named_so && !is_archive(&file) {
            let content = read_file(path).map_err(LayoutError::io(Operation::Read, path))?;
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            return Ok(vec![(name.into_owned(), content.to_vec())]);
        }
        let files = archive::files(file).map_err(unusable)?;
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

/// Whether it begins as a tar does, or packed. What cannot be looked at twice, such as a pipe, is taken
/// for one.
fn is_archive(file: &File) -> bool {
    let mut head = [0; 512];
    let Ok(length) = file.read_at(&mut head, 0) else {
        return true;
    };
    let head = head.get(..length).unwrap_or_default();
    head.starts_with(&[0x1f, 0x8b]) || head.get(257..262) == Some(b"ustar")
}

/// The certificates of a file: in PEM, or one in DER, as some authorities send it.
pub(super) fn of_file(content: &[u8]) -> Result<Vec<Certificate>, CertificateError> {
    match Certificate::from_der(content) {
        Ok(certificate) => Ok(vec![certificate]),
        Err(_) => Certificate::all_from_pem(content),
    }
}

/// The certificates of what was carried here.
///
/// # Errors
///
/// As [`read_carried`]; [`LayoutError::Certificate`] for one file without any, and
/// [`LayoutError::Archive`] for several.
pub fn read_certificates(path: &Path) -> Result<Vec<Certificate>, LayoutError> {
    let carried = read_carried(path)?;
    if let [(_, text)] = carried.as_slice() {
        return of_file(text).map_err(|source| LayoutError::Certificate {
            path: path.to_owned(),
            source,
        });
    }
    let all = carried.iter().filter_map(|(_, text)| of_file(text).ok());
    let all: Vec<Certificate> = all.flatten().collect();
    if all.is_empty() {
        return Err(LayoutError::Archive {
            path: path.to_owned(),
            reason: "no file in it has a certificate".to_owned(),
        });
    }
    Ok(all)
}

/// Fails where [`carry`] could not write, before anything is made that is to be carried.
///
/// # Errors
///
/// [`LayoutError::Io`].
pub fn check_place(path: &Path) -> Result<(), LayoutError> {
    aside::check(path)
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
