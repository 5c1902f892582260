//! What an earlier run has done, taken back: by a transaction of its own. What somebody else has
//! changed since stays as it is, and what was there before is kept.

use std::path::PathBuf;

use pki_core::SystemRandom;
use zeroize::Zeroizing;

use super::copies;
use super::draft::{Draft, Keep};
use super::record::reversal;
use super::recover::lost;
use super::step::{Progress, Step};
use super::{Finished, Inputs, Session, Target, Uninterrupted, Write, elsewhere, journal, nonce};
use crate::record::{Change, Record};
use crate::store::directory::Opened;
use crate::{LayoutError, Root};

/// What came of taking a transaction back.
struct Reversed {
    /// Files that somebody else has changed.
    left: Vec<PathBuf>,
    /// The directory where what was there before is kept.
    kept: Option<PathBuf>,
}

impl Session {
    /// The same of one that takes another back: what somebody else has changed stays as it is.
    pub(super) fn complete_reversal(
        &self,
        record: &Record,
        mut steps: Vec<Step>,
    ) -> Result<Finished, LayoutError> {
        let unfinished = |error| journal::unfinished(&self.bases, error);
        let mut left = put_back(record, &mut steps).map_err(|error| match error {
            LayoutError::Conflict { .. } => error,
            error => unfinished(error),
        })?;
        self.settle(record, &steps).map_err(unfinished)?;
        self.clear(record)?;
        let mut kept = None;
        // Beside its copies is the record of the one that it takes back, which others may have been
        // at before.
        if let Some(original) = copies::under_way(&self.bases.kubeconfigs.staging)? {
            for change in &original.changes {
                let step = Step::reopen(change.clone(), &self.bases)?;
                if step.progress()? == Progress::Foreign && !left.contains(&change.path) {
                    left.push(change.path.clone());
                }
            }
            kept = self.keep_of(original, &left)?;
        }
        self.sweep()?;
        Ok(Finished {
            files: steps.into_iter().map(|step| step.change.path).collect(),
            left,
            kept,
            ..Finished::from(record)
        })
    }

    /// Keeps what was in these files before a transaction that is taken back, and nothing else of
    /// it. Says where.
    fn keep_of(&self, record: Record, left: &[PathBuf]) -> Result<Option<PathBuf>, LayoutError> {
        let changes = record.changes.iter();
        let kept = changes.filter(|one| one.copy.is_some() && left.contains(&one.path));
        let changes: Vec<Change> = kept.cloned().collect();
        if changes.is_empty() || !self.root.writing().backups {
            return Ok(None);
        }
        let withdrawn = Record {
            withdrawn: true,
            changes,
            ..record
        };
        copies::keep_withdrawn(&self.bases, &withdrawn)
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
        let reversed = session.reverse(&record, &steps);
        let Reversed { left, kept } = reversed.map_err(|error| match error {
            LayoutError::Conflict { .. }
            | LayoutError::NoCopy { .. }
            | LayoutError::Unfinished { .. } => error,
            error => journal::unfinished(&session.bases, error),
        })?;
        session.sweep()?;
        let mut finished = Finished::from(&record);
        finished.files.retain(|file| !left.contains(file));
        Ok(Some(Finished {
            taken_back: true,
            left,
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
            Ok(Reversed { kept, .. }) => {
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
    /// What somebody else has changed stays as it is.
    fn reverse(&mut self, record: &Record, steps: &[Step]) -> Result<Reversed, LayoutError> {
        let mut writes = Vec::new();
        let mut left = Vec::new();
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
                Progress::Foreign => left.push(step.change.path.clone()),
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
            left.extend(put_back(&reversing, &mut reversing_steps)?);
        }
        self.settle(&reversing, &reversing_steps)?;
        self.clear(&reversing)?;
        for step in steps {
            step.unstage();
        }
        elsewhere::tidy(&self.bases);
        self.bases.leave_kubelet();
        let kept = self.keep_of(record.clone(), &left)?;
        if kept.is_none() {
            self.discard_copies(record);
        }
        Ok(Reversed { left, kept })
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
}

/// Puts back what can be, and leaves what somebody else is at: those steps are none any more, and
/// their paths are given.
fn put_back(record: &Record, steps: &mut Vec<Step>) -> Result<Vec<PathBuf>, LayoutError> {
    for step in steps.iter_mut() {
        match step.progress()? {
            Progress::Ready => match step.apply() {
                // Somebody was quicker: that is seen below.
                Ok(()) | Err(LayoutError::Changed { .. } | LayoutError::Appeared { .. }) => {}
                Err(error) => return Err(error),
            },
            Progress::Lost => return Err(lost(record, step)),
            Progress::Done | Progress::Foreign => {}
        }
    }
    let mut foreign = Vec::new();
    for step in std::mem::take(steps) {
        if step.progress()? == Progress::Done {
            steps.push(step);
        } else {
            step.unstage();
            foreign.push(step.change.path);
        }
    }
    Ok(foreign)
}
