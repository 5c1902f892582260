//! What an earlier run has left behind: completed, or taken back.

use std::path::PathBuf;

use super::copies::{self, Past};
use super::step::{Progress, Step};
use super::{LateWrite, Session, elsewhere, journal};
use crate::LayoutError;
use crate::record::{Record, STAGED_PREFIX, STAGING};
use crate::store::directory::{Directory, Entry};

/// A transaction that an earlier run had left undone.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finished {
    /// Its number in the history.
    pub number: u64,
    /// The command that was interrupted.
    pub command: String,
    /// When that was, in RFC 3339.
    pub at: String,
    /// The transaction that it takes back.
    pub undoes: Option<u64>,
    /// Whether it was taken back and not completed: the files are as they were before it.
    pub taken_back: bool,
    /// The certificate directory that it was at work in.
    pub certificates: PathBuf,
    /// The kubeconfig directory.
    pub kubeconfigs: PathBuf,
    /// The files, as paths of the running system.
    pub files: Vec<PathBuf>,
    /// What others wrote to them while they were replaced.
    pub late: Vec<LateWrite>,
    /// Files of one that was taken back which somebody else has changed, and which stay so.
    pub left: Vec<PathBuf>,
    /// The directory with copies of what was in these before, on disk.
    pub kept: Option<PathBuf>,
}

impl From<&Record> for Finished {
    fn from(record: &Record) -> Self {
        Self {
            number: record.number,
            command: record.command.clone(),
            at: record.at.clone(),
            undoes: record.undoes,
            taken_back: record.takes_back(),
            certificates: record.certificates.clone(),
            kubeconfigs: record.kubeconfigs.clone(),
            files: record.changes.iter().map(|one| one.path.clone()).collect(),
            late: Vec::new(),
            left: Vec::new(),
            kept: None,
        }
    }
}

impl Session {
    /// Completes what an earlier run has decided, and removes what it has left lying about.
    pub(super) fn recover(&mut self) -> Result<Option<Finished>, LayoutError> {
        journal::Pointer::check(&self.bases, &self.root)?;
        let Some((record, steps)) = self.undone()? else {
            self.sweep()?;
            return Ok(None);
        };
        self.complete(record, steps).map(Some)
    }

    /// Makes the changes of a journal that have not been made yet, unless somebody else has been
    /// at one of the files.
    pub(super) fn complete(
        &self,
        record: Record,
        mut steps: Vec<Step>,
    ) -> Result<Finished, LayoutError> {
        if record.takes_back() {
            return self.complete_reversal(&record, steps);
        }
        let progress = steps.iter().map(Step::progress);
        let progress = progress.collect::<Result<Vec<Progress>, _>>()?;
        for (step, progress) in steps.iter().zip(&progress) {
            match progress {
                Progress::Done | Progress::Ready => {}
                Progress::Lost => return Err(lost(&record, step)),
                Progress::Foreign => {
                    return Err(LayoutError::Conflict {
                        path: step.path(),
                        why: "was changed by somebody else meanwhile",
                        command: record.command,
                    });
                }
            }
        }
        let unfinished = |error| journal::unfinished(&self.bases, error);
        for (step, progress) in steps.iter_mut().zip(&progress) {
            if *progress == Progress::Ready {
                step.apply().map_err(unfinished)?;
            }
        }
        for step in &steps {
            step.restore_permissions().map_err(unfinished)?;
        }
        let late = self.settle(&record, &steps).map_err(unfinished)?;
        self.clear(&record)?;
        self.sweep()?;
        Ok(Finished {
            late,
            ..Finished::from(&record)
        })
    }

    /// The transaction that is in the journal.
    pub(super) fn undone(&mut self) -> Result<Option<(Record, Vec<Step>)>, LayoutError> {
        let record = match journal::read(&self.bases.certificates.staging) {
            // It is there a second time, beside the copies.
            Err(error @ LayoutError::Journal { .. })
                if journal::is_file(&self.bases.certificates.staging) =>
            {
                let home = &self.bases.kubeconfigs.staging;
                let Some(record) = copies::under_way(home)? else {
                    return self.done_but_for_its_journal(error);
                };
                Some(record)
            }
            record => record?,
        };
        let Some(record) = record else {
            return Ok(None);
        };
        let (certificates, kubeconfigs) = (&self.bases.certificates, &self.bases.kubeconfigs);
        if record.certificates != certificates.path || record.kubeconfigs != kubeconfigs.path {
            let path = &certificates.path;
            let other = journal::other(path, &record.certificates, &record.kubeconfigs);
            return Err(other);
        }
        if let Some(kubelet) = &record.kubelet {
            let (root, created) = (&self.root, &mut self.created);
            self.bases.open_kubelet(root, kubelet, created)?;
        }
        if let Some(arguments) = &record.arguments {
            let (root, created) = (&self.root, &mut self.created);
            self.bases.open_arguments(root, arguments, created)?;
        }
        let changes = record.changes.iter().cloned();
        let steps = changes.map(|change| Step::reopen(change, &self.bases));
        let steps = steps.collect::<Result<Vec<Step>, _>>()?;
        Ok(Some((record, steps)))
    }

    /// A damaged journal of a transaction that is done: everything is as its record has it.
    fn done_but_for_its_journal(
        &mut self,
        error: LayoutError,
    ) -> Result<Option<(Record, Vec<Step>)>, LayoutError> {
        let last = copies::last_done(&self.bases.kubeconfigs.staging)?;
        let Some(record) = last.filter(|one| one.certificates == self.bases.certificates.path)
        else {
            return Err(self.with_copies(error));
        };
        for change in record.changes {
            if Step::reopen(change, &self.bases)?.progress()? != Progress::Done {
                return Err(self.with_copies(error));
            }
        }
        journal::remove(&self.bases)?;
        Ok(None)
    }

    /// What was there before is kept all the same, and somebody may put it back by hand.
    fn with_copies(&self, error: LayoutError) -> LayoutError {
        match (error, copies::whereabouts(&self.bases.kubeconfigs.staging)) {
            (LayoutError::Journal { path, reason }, Some(kept)) => {
                let kept = kept.display();
                let reason = format!(
                    "{reason}, and no other copy of it is whole; what it replaces is kept in {kept}"
                );
                LayoutError::Journal { path, reason }
            }
            (error, _) => error,
        }
    }

    pub(super) fn discard_copies(&self, record: &Record) {
        if let (Ok(Some(home)), Some(name)) = (
            self.bases.kubeconfigs.staging.child(copies::HOME),
            &record.copies,
        ) {
            copies::remove_directory(&home, name);
        }
    }

    /// Under the lock nobody else stages, and no journal names what is left: it is of a run that
    /// was killed before it decided anything, and may hold private keys.
    pub(super) fn sweep(&self) -> Result<(), LayoutError> {
        journal::remove_new(&self.bases);
        journal::Pointer::remove(&self.bases);
        if let Some(past) = Past::open(&self.bases.kubeconfigs.staging)? {
            past.sweep()?;
        }
        let (certificates, kubeconfigs) = (&self.bases.certificates, &self.bases.kubeconfigs);
        sweep(&certificates.staging)?;
        sweep(&kubeconfigs.staging)?;
        for (directory, staging) in self.bases.left_with_kubelet(&self.root)? {
            sweep(&staging)?;
            directory.remove(STAGING, Entry::Directory);
        }
        elsewhere::sweep(&self.bases)?;
        Ok(())
    }
}

/// What waited to be put there is gone.
pub(super) fn lost(record: &Record, step: &Step) -> LayoutError {
    LayoutError::Conflict {
        path: step.path(),
        why: "has lost the content that waited to be put there",
        command: record.command.clone(),
    }
}

pub(super) fn sweep(staging: &Directory) -> Result<(), LayoutError> {
    for name in staging.names()? {
        if name.starts_with(STAGED_PREFIX) {
            staging.remove(&name, Entry::File);
        }
    }
    Ok(())
}
