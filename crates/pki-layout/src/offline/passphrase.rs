use std::path::PathBuf;

use pki_core::key::Passphrase;
use rustix::fs::{CWD, Mode, OFlags, fstat, openat};
use rustix::io::Errno;
use zeroize::Zeroizing;

use crate::LayoutError;
use crate::error::Operation;
use crate::tree::disk::stream;

/// Where a passphrase is read from: never an argument, nor the environment, which others see.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PassphraseSource {
    /// The first line of a file that nobody but its owner can read.
    File(PathBuf),
    /// The first line of what comes from a file descriptor, such as a pipe.
    Descriptor(u32),
}

impl PassphraseSource {
    /// Reads it.
    ///
    /// # Errors
    ///
    /// [`LayoutError::Io`] when it cannot be read, [`LayoutError::PassphraseExposed`] where others
    /// can read it too, [`LayoutError::Key`] where it is empty.
    pub fn read(&self) -> Result<Passphrase, LayoutError> {
        let path = match self {
            Self::File(path) => path.clone(),
            Self::Descriptor(number) => PathBuf::from(format!("/proc/self/fd/{number}")),
        };
        let failed = |source: Errno| LayoutError::io(Operation::Read, &path)(source);
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOCTTY;
        let file = openat(CWD, &path, flags, Mode::empty()).map_err(failed)?;
        let status = fstat(&file).map_err(failed)?;
        if matches!(self, Self::File(_)) && status.st_mode & 0o077 != 0 {
            return Err(LayoutError::PassphraseExposed {
                path,
                mode: status.st_mode & 0o7777,
            });
        }
        let read = stream(std::fs::File::from(file));
        let read = read.map_err(LayoutError::io(Operation::Read, &path))?;
        let end = read.iter().position(|octet| *octet == b'\n');
        let line = read.get(..end.unwrap_or(read.len())).unwrap_or_default();
        let line = Zeroizing::new(line.strip_suffix(b"\r").unwrap_or(line).to_vec());
        let passphrase = Passphrase::new(line.as_slice());
        passphrase.map_err(|source| LayoutError::Key { path, source })
    }
}
