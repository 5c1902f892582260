use std::ffi::OsString;
use std::fs::File;
use std::io::Write as _;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pki_core::key::{KeyAlgorithm, KeyRequest, Passphrase, PrivateKey};
use pki_core::x509::{DistinguishedName, Profile, SubjectAltNames, Template, Usage, Validity};
use pki_core::{Authority, Lifetime, Provider};
use rustix::fs::{AtFlags, CWD, Mode, OFlags, fsync, mkdirat, openat, renameat, unlinkat};
use rustix::io::Errno;
use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::{CERTIFICATE, KEY, OfflineAuthority};
use crate::LayoutError;
use crate::error::Operation;

/// What a root that is made here is called.
const COMMON_NAME: &str = "kubernetes-root-ca";

/// A root that exists in memory, until it is written.
#[derive(Debug)]
pub struct NewRoot {
    directory: PathBuf,
    authority: Arc<Authority>,
    key: Zeroizing<String>,
}

impl OfflineAuthority {
    /// Makes a root, its key encrypted, in memory.
    ///
    /// # Errors
    ///
    /// [`LayoutError::Key`] and [`LayoutError::Sign`].
    pub fn make_root(
        &self,
        (algorithm, lifetime): (KeyAlgorithm, Lifetime),
        passphrase: &Passphrase,
        now: OffsetDateTime,
        provider: &Provider<'_>,
    ) -> Result<NewRoot, LayoutError> {
        let failed = |source| LayoutError::Key {
            path: self.directory.join(KEY),
            source,
        };
        let request = KeyRequest::new("root-ca", algorithm);
        let key: PrivateKey = provider
            .keys
            .generate(request, provider.random)
            .map_err(failed)?;
        let pem = key
            .to_encrypted_pem(passphrase, provider.random)
            .map_err(failed)?;
        let template = Template::new(
            DistinguishedName::new(COMMON_NAME, &[])?,
            Usage::Authority,
            SubjectAltNames::none(),
            Validity::starting(now, lifetime),
            Profile::KubernetesIo,
        );
        let authority = Authority::create(&template, Box::new(key), provider.random);
        let authority = authority.map_err(|source| LayoutError::Sign {
            path: self.directory.join(CERTIFICATE),
            source,
        })?;
        Ok(NewRoot {
            directory: self.directory.clone(),
            authority: Arc::new(authority),
            key: pem,
        })
    }
}

impl NewRoot {
    /// What signs.
    #[must_use]
    pub fn authority(&self) -> &Arc<Authority> {
        &self.authority
    }

    /// Writes both files, on disk when this returns: the directory appears with both in it, or not
    /// at all.
    ///
    /// # Errors
    ///
    /// [`LayoutError::Io`]. Nothing is there then but a hidden directory beside it, should that not
    /// be removable; the next call removes it.
    pub fn write(&self) -> Result<(), LayoutError> {
        let name = self.directory.file_name().map(OsString::from);
        let (parent, name) = match (self.directory.parent(), name) {
            (Some(parent), Some(name)) if parent.as_os_str().is_empty() => (Path::new("."), name),
            (Some(parent), Some(name)) => (parent, name),
            _ => {
                return Err(LayoutError::Directory {
                    purpose: "the directory of a new root",
                    path: self.directory.clone(),
                    why: "it has no name of its own",
                });
            }
        };
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let above = openat(CWD, parent, flags, Mode::empty())
            .map_err(|error| LayoutError::io(Operation::Open, parent)(error))?;
        let mut staged = OsString::from(".");
        staged.push(&name);
        staged.push(".pkigen");
        let result = self.stage(&above, &staged).and_then(|()| {
            renameat(&above, &staged, &above, &name)?;
            fsync(&above)
        });
        result.map_err(|error| {
            sweep(&above, &staged);
            LayoutError::io(Operation::CreateDirectory, &self.directory)(error)
        })
    }

    fn stage(&self, above: &OwnedFd, staged: &OsString) -> Result<(), Errno> {
        sweep(above, staged);
        mkdirat(above, staged, Mode::RWXU)?;
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let directory = openat(above, staged, flags, Mode::empty())?;
        let certificate = self.authority.issuing().to_pem();
        write(&directory, KEY, 0o600, self.key.as_bytes())?;
        write(&directory, CERTIFICATE, 0o644, certificate.as_bytes())?;
        fsync(&directory)
    }
}

pub(super) fn write(
    directory: &OwnedFd,
    name: &str,
    mode: u32,
    content: &[u8],
) -> Result<(), Errno> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let file = openat(directory, name, flags, Mode::from_raw_mode(mode))?;
    let mut file = File::from(file);
    let written = file.write_all(content).and_then(|()| file.sync_all());
    written.map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::IO))
}

/// What a run that was cut short has left. Should it not go, making it anew says so.
fn sweep(above: &OwnedFd, staged: &OsString) {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    if let Ok(directory) = openat(above, staged, flags, Mode::empty()) {
        for name in [KEY, CERTIFICATE] {
            let _ = unlinkat(&directory, name, AtFlags::empty());
        }
    }
    let _ = unlinkat(above, staged, AtFlags::REMOVEDIR);
}
