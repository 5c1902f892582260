//! `recover`: what an interrupted run had decided, completed or taken back.

use std::io::ErrorKind;

use crate::record::STAGING;
use crate::store::{Finished, Session};
use crate::{LayoutError, Observation, Root};

impl Root {
    /// Completes the transaction that was interrupted here, if one was, be it one of a run with other
    /// directories that shares one of these, and removes what a run
    /// that was killed before it decided anything has left behind. Every command that writes does
    /// the same first.
    ///
    /// # Errors
    ///
    /// [`LayoutError::Conflict`] when somebody else has changed a file of it meanwhile,
    /// [`LayoutError::Journal`] when the journal is damaged; nothing has changed then.
    /// [`LayoutError::Unfinished`] when it could not be completed this time either.
    pub fn recover(&self) -> Result<Option<Finished>, LayoutError> {
        self.where_it_was_interrupted(Self::recover_here)
    }

    /// A run with other directories, of which it shares one, has its journal there.
    fn where_it_was_interrupted(
        &self,
        recover: impl Fn(&Self) -> Result<Option<Finished>, LayoutError>,
    ) -> Result<Option<Finished>, LayoutError> {
        match recover(self) {
            Err(LayoutError::OtherDirectories {
                certificates,
                kubeconfigs,
                ..
            }) => recover(&self.with_directories(certificates, kubeconfigs)?),
            done => done,
        }
    }

    fn recover_here(&self) -> Result<Option<Finished>, LayoutError> {
        if !self.has_been_written_to() {
            return Ok(None);
        }
        match Session::open(self, self.observe().kubelet().directory) {
            Ok(session) => {
                let recovered = session.recovered().cloned();
                session.abandon();
                Ok(recovered)
            }
            // Nothing is written there, and nothing has to be.
            Err(error) if is_read_only(&error) && self.pending().is_none() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Takes back what was done of the transaction that was interrupted here. A file that
    /// somebody else has changed meanwhile stays as it is.
    ///
    /// # Errors
    ///
    /// As [`recover`](Self::recover); [`LayoutError::Conflict`] when what was there before is not
    /// kept.
    pub fn abandon_pending(&self) -> Result<Option<Finished>, LayoutError> {
        self.where_it_was_interrupted(Self::abandon_here)
    }

    fn abandon_here(&self) -> Result<Option<Finished>, LayoutError> {
        if !self.has_been_written_to() {
            return Ok(None);
        }
        Session::take_back_undone(self, self.observe().kubelet().directory)
    }

    /// Whether there is a place where a run could have left something: to look costs nothing, to
    /// lock would make one.
    fn has_been_written_to(&self) -> bool {
        let directories = self.directories();
        let mut both = [&directories.certificates, &directories.kubeconfigs].into_iter();
        both.any(|directory| self.is_taken(&directory.join(STAGING)))
    }
}

impl Observation {
    /// The same tree, and where an earlier run is to be completed first, what it is then.
    pub(crate) fn completed(self) -> Result<(Self, Option<Finished>), LayoutError> {
        if self.pending().is_none() {
            return Ok((self, None));
        }
        let recovered = self.root().recover()?;
        Ok((self.refreshed(), recovered))
    }
}

/// Whether the file system is mounted read-only.
fn is_read_only(error: &LayoutError) -> bool {
    let LayoutError::Io { source, .. } = error else {
        return false;
    };
    source.kind() == ErrorKind::ReadOnlyFilesystem
}
