//! What a read-only command can see of a transaction that was interrupted.

use std::io;
use std::path::PathBuf;

use super::Observation;
use crate::Root;
use crate::record::{JOURNAL, Record, STAGING};
use crate::tree::source::Links;

/// A transaction that was decided and not completed: some of its files may be new already, others
/// not yet. Every command that writes completes it first.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pending {
    /// Its journal, as a path of the running system.
    pub journal: PathBuf,
    /// The command and when it was run, in RFC 3339; `None` where the journal cannot be read.
    pub command: Option<(String, String)>,
}

impl Observation {
    /// The transaction that was interrupted here, if one was. Takes no lock and writes nothing,
    /// so a run that is under way at this instant looks the same.
    #[must_use]
    pub fn pending(&self) -> Option<Pending> {
        self.interrupted().ok().flatten()
    }

    /// The same, or the directory that only its owner may look into, and why nobody else can say.
    pub(super) fn interrupted(&self) -> Result<Option<Pending>, (PathBuf, io::Error)> {
        let directory = self.directories().certificates.join(STAGING);
        let journal = directory.join(JOURNAL);
        match self.status(&journal, Links::Stay) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                return Err((directory, error));
            }
            Err(_) => return Ok(None),
        }
        let text = self.read_file(&journal).ok();
        let record = text.and_then(|text| Record::decode(&text).ok());
        Ok(Some(Pending {
            journal,
            command: record.map(|record| (record.command, record.at)),
        }))
    }
}

impl Root {
    /// The transaction that was interrupted here, as [`Observation::pending`] finds it.
    #[must_use]
    pub fn pending(&self) -> Option<Pending> {
        self.observe().pending()
    }
}
