//! `undo`: what a transaction replaced is put back, by a transaction of its own.

mod done;

use std::collections::BTreeSet;
use std::sync::Arc;

pub use done::{UndoRefusal, Undone};
use pki_core::SystemRandom;
use pki_core::judge::Rule;
use pki_core::judge::gate::grouped;
use time::OffsetDateTime;
use zeroize::Zeroizing;

use crate::record::{Change, Record, digest};
use crate::store::directory::Opened;
use crate::store::{Commit, Finished, Past, Session, Target, Write, reversal};
use crate::verb::gate::Verdict;
use crate::{History, LayoutError, Observation, Root, Transaction};

/// What would be done.
struct Reversal {
    transaction: Transaction,
    writes: Vec<Write>,
    accepted: BTreeSet<Rule>,
}

impl Root {
    /// Takes back the transaction of a number, or the last one that is not taken back yet, unless
    /// that made authorities: what it replaced or removed is there again, what it created goes. What is there now is copied
    /// first, so that this can be taken back as well.
    ///
    /// # Errors
    ///
    /// [`LayoutError`]. Why a transaction cannot be taken back is no error but in
    /// [`Undone::refusals`].
    pub fn undo(&self, number: Option<u64>, now: OffsetDateTime) -> Result<Undone, LayoutError> {
        // Without the lock first: it is a file, and a refusal writes none.
        let observation = self.observe_to_write();
        if observation.pending().is_none()
            && let Err(refusals) = self.reversal(&observation, number, now)?
        {
            return Ok(Undone::refused(refusals));
        }
        let session = Session::open(self, observation.kubelet().directory)?;
        let recovered = session.recovered().cloned();
        let undone = |one: &Finished| one.undoes.is_some() && !one.taken_back;
        if let Some(finished) = recovered.clone().filter(undone) {
            // It is the undo that was asked for: another one would go one further back.
            session.abandon();
            let transaction = self
                .history()?
                .find(finished.undoes.unwrap_or_default())
                .cloned();
            return Ok(Undone {
                number: Some(finished.number),
                recovered,
                ..Undone::of(transaction, &observation.refreshed())
            });
        }
        let observation = observation.refreshed();
        let Reversal {
            transaction,
            writes,
            accepted,
        } = match self.reversal(&observation, number, now)? {
            Ok(reversal) => reversal,
            Err(refusals) => {
                session.abandon();
                return Ok(Undone {
                    recovered,
                    ..Undone::refused(refusals)
                });
            }
        };
        let linked = self.linked(&writes);
        let undoes = transaction.number;
        let undone = Undone::of(Some(transaction), &observation);
        let inputs = observation.inputs(&writes);
        let done = session.commit(&Commit {
            writes: &writes,
            inputs: &inputs,
            now,
            undoes: Some(undoes),
            accepted: &accepted,
            issued: &[],
            random: &SystemRandom,
        })?;
        Ok(Undone {
            number: self.writing().backups.then_some(done.number),
            linked,
            late: done.late,
            recovered,
            ..undone
        })
    }

    /// What [`undo`](Self::undo) would do; writes nothing.
    ///
    /// # Errors
    ///
    /// As [`undo`](Self::undo).
    pub fn rehearse_undo(
        &self,
        number: Option<u64>,
        now: OffsetDateTime,
    ) -> Result<Undone, LayoutError> {
        let observation = self.observe_to_write();
        let mut undone = match self.reversal(&observation, number, now)? {
            Err(refusals) => Undone::refused(refusals),
            Ok(reversal) => Undone::of(Some(reversal.transaction), &observation),
        };
        undone.dry_run = true;
        Ok(undone)
    }

    /// What taking a transaction back means, or why it cannot be taken back.
    fn reversal(
        &self,
        observation: &Observation,
        number: Option<u64>,
        now: OffsetDateTime,
    ) -> Result<Result<Reversal, Vec<UndoRefusal>>, LayoutError> {
        let refused = |refusal| Ok(Err(vec![refusal]));
        let Some(past) = self.past()? else {
            return refused(UndoRefusal::Nothing);
        };
        let history = History::of(&past);
        let found = match number {
            Some(number) => history.find(number),
            None => history.last(),
        };
        let later = found.map_or(0, |found| found.number);
        let unreadable = history
            .unreadable
            .iter()
            .rev()
            .find(|(one, _)| match number {
                Some(number) => *one == number,
                None => *one > later,
            });
        if let Some((number, problem)) = unreadable.cloned() {
            return refused(UndoRefusal::Unreadable { number, problem });
        }
        let Some(transaction) = found else {
            return refused(match number {
                Some(number) => UndoRefusal::Unknown { number },
                None => UndoRefusal::Nothing,
            });
        };
        let asked = number;
        let number = transaction.number;
        if let Some(by) = transaction.undone_by {
            return refused(UndoRefusal::AlreadyUndone { number, by });
        }
        if transaction.is_withdrawn {
            return refused(UndoRefusal::Withdrawn { number });
        }
        // It was read a moment ago.
        let Ok(record) = past.record(number) else {
            return refused(UndoRefusal::NotKept { number });
        };
        let made = record.changes.iter().filter(|one| one.before.is_none());
        let made = observation.rows_of(made.map(|one| one.path.as_path()));
        let vital = made.iter().filter(|row| row.spec().issuer.is_none());
        let names: Vec<String> = vital.map(ToString::to_string).collect();
        if asked.is_none() && !names.is_empty() {
            return refused(UndoRefusal::Removes { number, names });
        }
        let directories = self.directories();
        if record.certificates != directories.certificates
            || record.kubeconfigs != directories.kubeconfigs
        {
            return refused(UndoRefusal::OtherDirectories {
                number,
                certificates: record.certificates,
                kubeconfigs: record.kubeconfigs,
            });
        }
        let changed = record
            .changes
            .iter()
            .filter(|one| !observation.is_as_left(one));
        let changed: Vec<UndoRefusal> = changed
            .map(|change| UndoRefusal::ChangedSince {
                number,
                path: self.on_disk(&change.path),
            })
            .collect();
        if !changed.is_empty() {
            return Ok(Err(changed));
        }
        let Some(writes) = reversed(&past, &record)? else {
            return refused(UndoRefusal::NotKept { number });
        };
        let Verdict { offences, accepted } = observation.gate(&writes, &Arc::default(), now);
        if !offences.is_empty() {
            let groups = grouped(&offences).into_iter();
            let unsound = groups.map(|offences| UndoRefusal::Unsound { number, offences });
            return Ok(Err(unsound.collect()));
        }
        Ok(Ok(Reversal {
            transaction: transaction.clone(),
            writes,
            accepted,
        }))
    }
}

impl Observation {
    /// Whether a file is what a transaction has made of it.
    fn is_as_left(&self, change: &Change) -> bool {
        match &change.after {
            None => !self.is_taken(&change.path),
            Some(after) if after.link => {
                let target = self.root().link_target(&change.path);
                target.is_some_and(|target| digest(&target) == after.sha256)
            }
            Some(after) => self
                .read_file(&change.path)
                .is_ok_and(|content| digest(&content) == after.sha256),
        }
    }
}

/// The opposite of every change, in the opposite order. `None` when a copy is missing.
fn reversed(past: &Past, record: &Record) -> Result<Option<Vec<Write>>, LayoutError> {
    let changes = reversal(&record.changes, |change| change);
    let mut writes = Vec::new();
    for change in changes {
        let before = change.before.as_ref();
        let (contents, attributes) = match before {
            Some(_) => {
                let Some(Opened { content, file }) = past.copy(record.number, change)? else {
                    return Ok(None);
                };
                (content, Some(file))
            }
            None => (Zeroizing::new(Vec::new()), None),
        };
        writes.push(Write {
            path: change.path.clone(),
            contents,
            attributes,
            mode: before.map_or(0, |before| before.mode),
            owner: before.map(|before| (before.owner, before.group)),
            secret: change.secret,
            link: before.is_some_and(|before| before.link),
            target: match (before, &change.after) {
                (None, _) => Target::Removed,
                (Some(_), Some(_)) => Target::Replaced,
                (Some(_), None) => Target::New,
            },
        });
    }
    Ok(Some(writes))
}
