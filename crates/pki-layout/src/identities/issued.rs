//! What was issued, for people and programs.

use std::fs::File;
use std::path::Path;

use rustix::fs::{CWD, Mode, OFlags, RenameFlags, openat};
use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use zeroize::Zeroizing;

use crate::aside::{self, Made};
use crate::error::Operation;
use crate::record::Issued;
use crate::report::SCHEMA_VERSION;
use crate::store::Ledger;
use crate::tree::disk::read_given;
use crate::{Directories, LayoutError, Root};

/// What was issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct IssuedReport {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// `IssuedReport`.
    pub kind: &'static str,
    /// `done`, or `incomplete` where something cannot be read that may name more.
    pub outcome: &'static str,
    /// The certificates, the oldest first.
    pub certificates: Vec<IssuedRow>,
    /// What cannot be read, in sentences.
    pub unreadable: Vec<String>,
    /// The oldest transaction that is remembered here, where there were earlier ones: what those issued
    /// is not known.
    pub remembered_since: Option<u64>,
}

/// A certificate that was issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct IssuedRow {
    /// The certificate.
    #[serde(flatten)]
    pub certificate: Issued,
    /// What the API server's audit log and authorization rules call it.
    pub credential_id: String,
    /// Whether it is valid at the instant of the report.
    pub valid: bool,
    /// When it was issued.
    pub at: String,
    /// The command that issued it.
    pub command: String,
    /// The transaction that it was issued for, where it was put in a place of the tree.
    pub transaction: Option<u64>,
    /// Where this is known from, where that is not this tree.
    pub source: Option<String>,
}

/// Which of them are of interest.
fn is_valid(issued: &Issued, now: OffsetDateTime) -> bool {
    let instant = |text: &str| OffsetDateTime::parse(text, &Rfc3339).ok();
    let begins = instant(&issued.not_before).is_none_or(|begins| begins <= now);
    begins && instant(&issued.not_after).is_none_or(|ends| now <= ends)
}

impl IssuedReport {
    /// Of this tree's ledger, and of those of others by where they come from.
    #[must_use]
    pub fn new(own: Ledger, others: Vec<(String, Ledger)>, now: OffsetDateTime) -> Self {
        let mut certificates: Vec<IssuedRow> = Vec::new();
        let mut unreadable = Vec::new();
        let transactions = own.rows.iter().filter_map(|row| row.transaction);
        let remembered_since = transactions.min().filter(|first| *first > 1);
        let all = std::iter::once((None, own));
        let others = others
            .into_iter()
            .map(|(from, ledger)| (Some(from), ledger));
        for (source, ledger) in all.chain(others) {
            unreadable.extend(ledger.unreadable);
            certificates.extend(ledger.rows.into_iter().map(|row| IssuedRow {
                credential_id: row.issued.credential_id(),
                valid: is_valid(&row.issued, now),
                certificate: row.issued,
                at: row.at,
                command: row.command,
                transaction: row.transaction,
                source: source.clone(),
            }));
        }
        // A ledger that was copied says the same once more.
        let mut known = std::collections::BTreeSet::new();
        certificates.retain(|row| known.insert(row.certificate.sha256.clone()));
        certificates.sort_by(|one, other| one.at.cmp(&other.at));
        Self {
            schema_version: SCHEMA_VERSION,
            kind: "IssuedReport",
            outcome: if unreadable.is_empty() {
                "done"
            } else {
                "incomplete"
            },
            certificates,
            unreadable,
            remembered_since,
        }
    }

    /// Only what is valid at the instant of the report.
    #[must_use]
    pub fn valid_only(mut self) -> Self {
        self.certificates.retain(|row| row.valid);
        self
    }

    /// Only what answers to this: a user name, a group, a node, a kind (`user`, `apiserver`), a serial
    /// number, a fingerprint or a credential id.
    #[must_use]
    pub fn matching(mut self, text: &str) -> Self {
        let plain = |text: &str| text.replace(':', "").to_ascii_lowercase();
        let wanted = text.strip_prefix("X509SHA256=").unwrap_or(text);
        self.certificates.retain(|row| {
            let certificate = &row.certificate;
            certificate.name == text
                || certificate.row == text
                || certificate.groups.iter().any(|group| group == text)
                || certificate.owner.as_deref() == Some(text)
                || certificate.sha256 == plain(wanted)
                || plain(&certificate.serial_number) == plain(text)
        });
        self
    }
}

/// Writes what somebody is to carry away to a file of its own, which is theirs alone: mode 0600. What
/// is there already is never written over.
///
/// # Errors
///
/// [`LayoutError::Io`]. Nothing is there then.
pub fn hand_out(path: &Path, secret: &[u8]) -> Result<(), LayoutError> {
    aside::place(path, &Made::File(0o600, secret), RenameFlags::NOREPLACE)
}

/// Reads what somebody has carried here, and which may be a secret.
///
/// # Errors
///
/// [`LayoutError::Io`].
pub fn read_handed(path: &Path) -> Result<Zeroizing<Vec<u8>>, LayoutError> {
    read_given(path).map_err(LayoutError::io(Operation::Read, path))
}

/// What was issued on another node: its tree, in a directory or an archive, or its ledger alone.
///
/// # Errors
///
/// [`LayoutError`] when it cannot be read.
pub fn read_ledger(path: &Path, directories: Directories) -> Result<Ledger, LayoutError> {
    let failed = |error: std::io::Error| LayoutError::io(Operation::Read, path)(error);
    if path.is_dir()
        || path
            .extension()
            .is_some_and(|ending| ending == "tar" || ending == "gz")
    {
        return Root::to_look_at(path, std::io::empty(), directories)?.issued();
    }
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = openat(CWD, path, flags, Mode::empty()).map_err(|error| failed(error.into()))?;
    Ledger::read(File::from(file), &path.display().to_string()).map_err(failed)
}
