use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use pki_core::key::Passphrase;
use pki_core::text::hex;
use pki_core::{Certificate, Lifetime, Random, Validity};
use rustix::fs::RenameFlags;
use rustix::io::Errno;
use serde::Serialize;
use time::OffsetDateTime;

use super::{CERTIFICATE, OfflineAuthority};
use crate::LayoutError;
use crate::aside::{self, Made};
use crate::error::Operation;
use crate::report::SCHEMA_VERSION;
use crate::view::schema::rfc3339;

/// A root's new certificate, which exists in memory until it is written: of the same key, name and
/// key identifier, so that everything below it goes on.
#[derive(Debug)]
#[non_exhaustive]
pub struct RenewedRoot {
    directory: PathBuf,
    /// The one that is there.
    pub old: Certificate,
    /// The new one.
    pub certificate: Certificate,
}

/// The same for programs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RootRenewal {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// `RootRenewal`.
    pub kind: &'static str,
    /// Whether nothing was written.
    pub dry_run: bool,
    /// The file.
    pub path: String,
    /// Whose certificate it is.
    pub subject: String,
    /// When the old one ends.
    pub old_not_after: String,
    /// When the new one does.
    pub not_after: String,
    /// SHA-256 of the new one, in lower-case hexadecimal.
    pub sha256: String,
}

impl OfflineAuthority {
    /// Gives a root new dates, in memory: for as long as it was made for, or for another life.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open); [`LayoutError::Io`] where nothing is there, and [`LayoutError::Sign`]
    /// for one that is below another: that one gives it its dates. [`LayoutError::Directory`] for a life
    /// that would end before the one that is there.
    pub fn renew(
        &self,
        passphrase: Option<&Passphrase>,
        lifetime: Option<Lifetime>,
        now: OffsetDateTime,
        random: &dyn Random,
    ) -> Result<RenewedRoot, LayoutError> {
        let path = self.directory.join(CERTIFICATE);
        let missing = || LayoutError::io(Operation::Read, &path)(Errno::NOENT);
        let authority = self.open(passphrase)?.ok_or_else(missing)?;
        let old = authority.issuing().clone();
        let lifetime = lifetime.unwrap_or_else(|| old.validity().lifetime());
        let renewed = authority.renewed(Validity::starting(now, lifetime), random);
        let renewed = renewed.map_err(|source| LayoutError::Sign { path, source })?;
        if renewed.issuing().validity().not_after < old.validity().not_after {
            // What is below it would end with it, and who holds the old one goes on believing that.
            return Err(LayoutError::Directory {
                purpose: "that of a root to be renewed",
                path: self.directory.clone(),
                why: "the new certificate would end before the one that is there; it is given \
                      a longer life, and no shorter one",
            });
        }
        Ok(RenewedRoot {
            directory: self.directory.clone(),
            old,
            certificate: renewed.issuing().clone(),
        })
    }
}

impl RenewedRoot {
    /// The file that holds it.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.directory.join(CERTIFICATE)
    }

    /// Puts it in the place of the old one, on disk when this returns.
    ///
    /// # Errors
    ///
    /// [`LayoutError::Io`], and [`LayoutError::NotReplaceable`] for what is no file there. The old one
    /// is in its place then.
    pub fn write(&self) -> Result<(), LayoutError> {
        let path = self.path();
        let there = path.symlink_metadata();
        let there = there.map_err(LayoutError::io(Operation::Read, &path))?;
        if !there.is_file() {
            let what = "no plain file";
            return Err(LayoutError::NotReplaceable { path, what });
        }
        let mode = there.permissions().mode() & 0o777;
        let text = self.certificate.to_pem();
        let made = Made::File(mode, text.as_bytes());
        aside::place(&path, &made, RenameFlags::empty())
    }

    /// The report.
    #[must_use]
    pub fn report(&self, dry_run: bool) -> RootRenewal {
        let end = |one: &Certificate| rfc3339(one.validity().not_after);
        RootRenewal {
            schema_version: SCHEMA_VERSION,
            kind: "RootRenewal",
            dry_run,
            path: self.path().display().to_string(),
            subject: self.certificate.subject().to_string(),
            old_not_after: end(&self.old),
            not_after: end(&self.certificate),
            sha256: hex::plain(&self.certificate.fingerprint()),
        }
    }
}
