//! What an earlier run has left behind: completed, or taken back.

use std::path::PathBuf;

use pki_core::SystemRandom;
use zeroize::Zeroizing;

use super::copies::{self, Past};
use super::draft::{Draft, Keep};
use super::record::reversal;
use super::step::{Progress, Step};
use super::{Inputs, LateWrite, Session, Target, Uninterrupted, Write, elsewhere, journal, nonce};
use crate::record::{Record, STAGED_PREFIX, STAGING};
use crate::store::directory::{Directory, Entry, Opened};
use crate::{LayoutError, Root};

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
    fn complete(&self, record: Record, mut steps: Vec<Step>) -> Result<Finished, LayoutError> {
        if record.takes_back() {
            return self.complete_reversal(&record, steps);
        }
        let progress = steps.iter().map(Step::progress);
        let progress = progress.collect::<Result<Vec<Progress>, _>>()?;
        for (step, progress) in steps.iter().zip(&progress) {
            let why = match progress {
                Progress::Done | Progress::Ready => continue,
                Progress::Foreign => "was changed by somebody else meanwhile",
                Progress::Lost => "has lost the content that waited to be put there",
            };
            return Err(LayoutError::Conflict {
                path: step.path(),
                why,
                command: record.command,
            });
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

    /// The same of one that takes another back: what somebody else has changed stays as it is.
    fn complete_reversal(
        &self,
        record: &Record,
        mut steps: Vec<Step>,
    ) -> Result<Finished, LayoutError> {
        let unfinished = |error| journal::unfinished(&self.bases, error);
        put_back(&mut steps).map_err(unfinished)?;
        self.settle(record, &steps).map_err(unfinished)?;
        self.clear(record)?;
        self.sweep()?;
        Ok(Finished {
            files: steps.iter().map(|step| step.change.path.clone()).collect(),
            ..Finished::from(record)
        })
    }

    /// The transaction that is in the journal.
    fn undone(&mut self) -> Result<Option<(Record, Vec<Step>)>, LayoutError> {
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
            return Err(error);
        };
        for change in record.changes {
            if Step::reopen(change, &self.bases)?.progress()? != Progress::Done {
                return Err(error);
            }
        }
        journal::remove(&self.bases)?;
        Ok(None)
    }

    /// Takes back what an earlier run has done of a transaction. Files that somebody else has
    /// changed stay as they are.
    pub(crate) fn take_back_undone(
        root: &Root,
        kubelet: PathBuf,
    ) -> Result<Option<Finished>, LayoutError> {
        let mut session = Self::locked(root, kubelet)?;
        journal::Pointer::check(&session.bases, &session.root)?;
        let Some((record, steps)) = session.undone()? else {
            session.sweep()?;
            return Ok(None);
        };
        if record.takes_back() {
            // An earlier run has decided the same.
            return session.complete(record, steps).map(Some);
        }
        // Of one that was killed before it had decided.
        journal::remove_new(&session.bases);
        let foreign = steps.iter().filter(|step| {
            let progress = step.progress();
            matches!(progress, Ok(Progress::Foreign))
        });
        let foreign: Vec<PathBuf> = foreign.map(|step| step.change.path.clone()).collect();
        let reversed = session.reverse(&record, &steps);
        let kept = reversed.map_err(|error| match error {
            LayoutError::Conflict { .. }
            | LayoutError::NoCopy { .. }
            | LayoutError::Unfinished { .. } => error,
            error => journal::unfinished(&session.bases, error),
        })?;
        session.sweep()?;
        let mut finished = Finished::from(&record);
        finished.files.retain(|file| !foreign.contains(file));
        Ok(Some(Finished {
            taken_back: true,
            left: foreign,
            kept,
            ..finished
        }))
    }

    /// Takes back what could not be completed, and says why it could not.
    pub(super) fn take_back(
        &mut self,
        record: &Record,
        steps: &[Step],
        error: LayoutError,
    ) -> LayoutError {
        match self.reverse(record, steps) {
            Ok(kept) => {
                self.created.undo();
                match error {
                    LayoutError::Changed { path } => LayoutError::Overtaken { path, kept },
                    error => error,
                }
            }
            // The journal is still there, this one's or the one that takes it back: either leads
            // to a whole tree.
            Err(_) => journal::unfinished(&self.bases, error),
        }
    }

    /// The same as a transaction of its own, whose journal takes the place of the first one's.
    /// What somebody else has changed stays as it is; the directory where what was there before is
    /// kept then.
    fn reverse(&mut self, record: &Record, steps: &[Step]) -> Result<Option<PathBuf>, LayoutError> {
        let mut writes = Vec::new();
        let mut foreign = Vec::new();
        for step in reversal(steps, |step| &step.change) {
            if step.is_out_of_reach() {
                return Err(LayoutError::Conflict {
                    path: step.path(),
                    why: "is in a directory that was mounted then and is not now",
                    command: record.command.clone(),
                });
            }
            match step.progress()? {
                Progress::Done => writes.push(self.reversed(record, step)?),
                Progress::Foreign => foreign.push(step.change.clone()),
                Progress::Ready | Progress::Lost => {}
            }
        }
        copies::withdraw(&self.bases, record)?;
        let reversing = Record {
            copies: None,
            changes: Vec::new(),
            ..record.clone()
        };
        // It reads nothing but what it puts back.
        let inputs = Inputs::default();
        let draft = Draft::new(
            reversing,
            &nonce::hex(&SystemRandom)?,
            (&writes, &inputs),
            Keep::Nothing,
            &self.bases,
            &mut self.created,
        )?;
        let decided = draft.decide(&self.root, &self.bases, &self.created);
        if !matches!(decided, Ok(()) | Err(LayoutError::Unfinished { .. })) {
            draft.discard(&self.bases);
        }
        decided?;
        let (reversing, mut reversing_steps) = draft.into_parts();
        {
            let _uninterrupted = Uninterrupted::new(self.root.writing());
            put_back(&mut reversing_steps)?;
        }
        self.settle(&reversing, &reversing_steps)?;
        self.clear(&reversing)?;
        for step in steps {
            step.unstage();
        }
        self.bases.leave_kubelet();
        foreign.retain(|change| change.copy.is_some());
        if !foreign.is_empty() && self.root.writing().backups {
            let withdrawn = Record {
                withdrawn: true,
                changes: foreign,
                ..record.clone()
            };
            return copies::keep_withdrawn(&self.bases, &withdrawn);
        }
        self.discard_copies(record);
        Ok(None)
    }

    fn reversed(&self, record: &Record, step: &Step) -> Result<Write, LayoutError> {
        let change = &step.change;
        let mut write = Write {
            path: change.path.clone(),
            contents: Zeroizing::new(Vec::new()),
            mode: 0,
            owner: None,
            attributes: None,
            secret: change.secret,
            link: false,
            target: Target::Removed,
        };
        if let Some(before) = &change.before {
            write.link = before.link;
            let Opened { content, file } = self.copy_of(record, step)?;
            write.contents = content;
            write.attributes = Some(file);
            write.mode = before.mode;
            write.owner = Some((before.owner, before.group));
            write.target = match change.after {
                Some(_) => Target::Replaced,
                None => Target::New,
            };
        }
        Ok(write)
    }

    /// What was there before, from among the copies.
    fn copy_of(&self, record: &Record, step: &Step) -> Result<Opened, LayoutError> {
        let lost = || LayoutError::NoCopy {
            path: step.path(),
            command: record.command.clone(),
            journal: journal::path(&self.bases),
        };
        let directory = copies::directory(&self.bases, record)?.ok_or_else(lost)?;
        copies::open(&directory, &step.change)?.ok_or_else(lost)
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
    fn sweep(&self) -> Result<(), LayoutError> {
        journal::remove_new(&self.bases);
        journal::Pointer::remove(&self.bases);
        if let Some(past) = Past::open(&self.bases.kubeconfigs.staging)? {
            past.sweep()?;
        }
        let (certificates, kubeconfigs) = (&self.bases.certificates, &self.bases.kubeconfigs);
        sweep(&certificates.staging)?;
        sweep(&kubeconfigs.staging)?;
        if let Some((directory, staging)) = self.bases.left_with_kubelet(&self.root)? {
            sweep(&staging)?;
            directory.remove(STAGING, Entry::Directory);
        }
        elsewhere::sweep(&self.bases)?;
        Ok(())
    }
}

/// Puts back what can be, and leaves what somebody else is at: those steps are none any more.
fn put_back(steps: &mut Vec<Step>) -> Result<(), LayoutError> {
    let mut kept = Vec::new();
    for mut step in steps.drain(..) {
        match step.progress()? {
            Progress::Done => kept.push(step),
            Progress::Ready => match step.apply() {
                Ok(()) => kept.push(step),
                Err(LayoutError::Changed { .. } | LayoutError::Appeared { .. }) => {
                    step.unstage();
                }
                Err(error) => return Err(error),
            },
            Progress::Foreign | Progress::Lost => step.unstage(),
        }
    }
    *steps = kept;
    // Somebody may have been quicker than the look at the end.
    let mut place = Vec::new();
    for step in steps.drain(..) {
        if step.progress()? == Progress::Done {
            place.push(step);
        }
    }
    *steps = place;
    Ok(())
}

pub(super) fn sweep(staging: &Directory) -> Result<(), LayoutError> {
    for name in staging.names()? {
        if name.starts_with(STAGED_PREFIX) {
            staging.remove(&name, Entry::File);
        }
    }
    Ok(())
}
