//! A kubeconfig made of another, in files.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags, RenameFlags};
use zeroize::Zeroizing;

use crate::LayoutError;
use crate::aside::{self, Made};
use crate::error::Operation;
use crate::kubeconfig::{Data, Edit, KubeconfigError, edited, merged};
use crate::tree::disk::read_file;

/// Where a kubeconfig goes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Destination {
    /// It is given back.
    Given,
    /// A file that is not there yet.
    New(PathBuf),
    /// A file that it is added to, or that is made.
    Merged {
        /// The file.
        path: PathBuf,
        /// Whether what is there under the same names is replaced.
        replace: bool,
        /// Whether its context becomes the current one.
        make_current: bool,
    },
}

/// Changes the kubeconfig of a file. The text of the new one, where it is given back.
///
/// # Errors
///
/// [`LayoutError::Kubeconfig`] names the file and what is wrong with it; [`LayoutError::Io`]. Nothing
/// has changed then.
pub fn remake_kubeconfig(
    path: &Path,
    edit: &Edit,
    to: &Destination,
) -> Result<Option<Zeroizing<String>>, LayoutError> {
    let text = read_text(path)?;
    let beside = path.parent().unwrap_or(Path::new("."));
    let edited = edited(&text, edit, |file| read_file(&beside.join(file)));
    let edited = edited.map_err(|error| of_file(path, error))?;
    let locked = match to {
        Destination::Merged { path, .. } => Some(Locked::new(path)?),
        _ => None,
    };
    let merged = match (to, &locked) {
        (
            Destination::Merged {
                replace,
                make_current,
                ..
            },
            Some(locked),
        ) => {
            let there = match read_file(&locked.path) {
                Err(error) if error.kind() == ErrorKind::NotFound => Zeroizing::default(),
                there => there.map_err(LayoutError::io(Operation::Read, &locked.path))?,
            };
            let there = text_of(&locked.path, &there)?;
            let merged = merged(&there, &edited.text, *replace, *make_current);
            Some(merged.map_err(|error| of_file(&locked.path, error))?)
        }
        _ => None,
    };
    if let Data::Files(directory) = &edit.data {
        let files = edited.files.iter().map(|(name, secret, content)| {
            let mode = if *secret { 0o600 } else { 0o644 };
            (name.as_str(), mode, content.as_slice())
        });
        let made = Made::Directory(0o700, files.collect());
        aside::place(Path::new(directory), &made, RenameFlags::NOREPLACE)?;
    }
    match (to, locked, merged) {
        (Destination::New(path), ..) => {
            let made = Made::File(0o600, edited.text.as_bytes());
            aside::place(path, &made, RenameFlags::NOREPLACE)?;
            Ok(None)
        }
        (Destination::Merged { .. }, Some(locked), Some(text)) => {
            let made = Made::File(0o600, text.as_bytes());
            aside::place(&locked.path, &made, RenameFlags::empty())?;
            Ok(None)
        }
        _ => Ok(Some(edited.text)),
    }
}

fn read_text(path: &Path) -> Result<Zeroizing<String>, LayoutError> {
    let bytes = read_file(path).map_err(LayoutError::io(Operation::Read, path))?;
    text_of(path, &bytes)
}

fn text_of(path: &Path, bytes: &[u8]) -> Result<Zeroizing<String>, LayoutError> {
    let text = std::str::from_utf8(bytes).map_err(|_| LayoutError::NotText {
        path: path.to_owned(),
    })?;
    Ok(Zeroizing::new(text.to_owned()))
}

fn of_file(path: &Path, error: KubeconfigError) -> LayoutError {
    LayoutError::Kubeconfig {
        path: path.to_owned(),
        problem: error,
    }
}

/// A kubeconfig that nobody else changes, as kubectl keeps others from it: by a file beside it
/// (client-go, tools/clientcmd/config.go).
struct Locked {
    /// The file itself, whatever leads to it.
    path: PathBuf,
    lock: PathBuf,
}

impl Locked {
    fn new(path: &Path) -> Result<Self, LayoutError> {
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let mut lock = path.clone().into_os_string();
        lock.push(".lock");
        let lock = PathBuf::from(lock);
        let flags = OFlags::CREATE | OFlags::EXCL | OFlags::RDONLY | OFlags::CLOEXEC;
        rustix::fs::open(&lock, flags, Mode::empty())
            .map_err(LayoutError::io(Operation::Lock, &lock))?;
        Ok(Self { path, lock })
    }
}

impl Drop for Locked {
    fn drop(&mut self) {
        let _ = rustix::fs::unlink(&self.lock);
    }
}
