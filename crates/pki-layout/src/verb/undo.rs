//! `undo`: what a transaction replaced is put back, by a transaction of its own.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use pki_core::judge::gate::{grouped, told};
use pki_core::judge::{Offence, Rule};
use pki_core::{NodeName, RowId, SystemRandom};
use time::OffsetDateTime;
use zeroize::Zeroizing;

use crate::observe::Sources;
use crate::record::{Change, Record, digest};
use crate::store::directory::Opened;
use crate::store::{Commit, Finished, LateWrite, Past, Session, Target, Write, reversal};
use crate::table::KubernetesVersion;
use crate::verb::gate::Verdict;
use crate::{ChangedFile, Effect, History, LayoutError, Observation, Root, Transaction};

/// What [`Root::undo`] did.
#[derive(Debug)]
#[non_exhaustive]
pub struct Undone {
    /// The transaction that was taken back, or would be.
    pub transaction: Option<Transaction>,
    /// Number of the transaction that took it back, where the history keeps it.
    pub number: Option<u64>,
    /// Files that are as they were before it, or would be.
    pub files: Vec<ChangedFile>,
    /// The rows of the table that these files belong to.
    pub rows: Vec<RowId>,
    /// The node's name, where something there says it.
    pub node: Option<NodeName>,
    /// The version of Kubernetes that runs, where an image says it.
    pub running: Option<KubernetesVersion>,
    /// Why nothing was done.
    pub refusals: Vec<UndoRefusal>,
    /// Replaced files that have another name too, which keeps what they held.
    pub linked: Vec<PathBuf>,
    /// What other programs wrote to files while they were replaced.
    pub late: Vec<LateWrite>,
    /// What an earlier run had left undone, and was completed first. Where that was an undo
    /// itself, nothing more was done.
    pub recovered: Option<Finished>,
    /// Whether nothing was to be written.
    pub dry_run: bool,
}

/// Why a transaction cannot be taken back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UndoRefusal {
    /// There is none left to take back.
    #[error("there is no transaction to take back")]
    Nothing,
    /// There is none of that number.
    #[error("there is no transaction {number}")]
    Unknown {
        /// The number that was asked for.
        number: u64,
    },
    /// Its record is damaged, or that of a later one: which is the last is not known then.
    #[error("the record of transaction {number} {problem}")]
    Unreadable {
        /// Its number.
        number: u64,
        /// What is wrong with it.
        problem: String,
    },
    /// It is taken back already.
    #[error("transaction {number} is taken back already, by transaction {by}")]
    AlreadyUndone {
        /// Its number.
        number: u64,
        /// The transaction that took it back.
        by: u64,
    },
    /// It made authorities, or the key of service accounts, which would be gone, and nobody has
    /// said that it is this one that is to be taken back.
    #[error(
        "transaction {number} made {}, and taking it back removes {}",
        names.join(", "),
        if names.len() == 1 { "it" } else { "them" }
    )]
    Removes {
        /// Its number.
        number: u64,
        /// Names of the rows.
        names: Vec<String>,
    },
    /// It was taken back while it was made.
    #[error(
        "transaction {number} was taken back while it was made, because another program had changed \
         its files; what was there before is kept in its directory of .pkigen/backup"
    )]
    Withdrawn {
        /// Its number.
        number: u64,
    },
    /// What it replaced is not there any more.
    #[error("what transaction {number} replaced is not kept any more")]
    NotKept {
        /// Its number.
        number: u64,
    },
    /// Somebody, a later transaction perhaps, has changed one of its files.
    #[error(
        "{} is not as transaction {number} left it; what has changed it since comes first",
        path.display()
    )]
    ChangedSince {
        /// Its number.
        number: u64,
        /// The file.
        path: PathBuf,
    },
    /// The tree would be worse afterwards: one file of it.
    #[error("after taking back transaction {number}, {}", told(offences).join("; "))]
    Unsound {
        /// Its number.
        number: u64,
        /// What would be refused, and by whom.
        offences: Vec<Offence>,
    },
    /// It was made in other directories.
    #[error(
        "transaction {number} was made with the certificates in {} and the kubeconfigs in {}",
        certificates.display(),
        kubeconfigs.display()
    )]
    OtherDirectories {
        /// Its number.
        number: u64,
        /// Its certificate directory.
        certificates: PathBuf,
        /// Its kubeconfig directory.
        kubeconfigs: PathBuf,
    },
}

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

/// What taking a transaction back does to its files, in the order of [`reversal`].
fn reversed_files(transaction: &Transaction) -> impl Iterator<Item = ChangedFile> {
    let is_replaced = |file: &&ChangedFile| file.effect == Effect::Replaced;
    let replaced = transaction.files.iter().filter(is_replaced);
    let others = transaction.files.iter().rev();
    let others = others.filter(move |file| !is_replaced(file));
    replaced.chain(others).map(|file| ChangedFile {
        path: file.path.clone(),
        effect: match file.effect {
            Effect::Created => Effect::Removed,
            Effect::Replaced => Effect::Replaced,
            Effect::Removed => Effect::Created,
        },
    })
}

impl Undone {
    /// What taking a transaction back does, on a node as it was before.
    fn of(transaction: Option<Transaction>, observation: &Observation) -> Self {
        let files: Vec<ChangedFile> = transaction.iter().flat_map(reversed_files).collect();
        // Of what is not there any more nobody reads anything again.
        let there = files.iter().filter(|file| file.effect != Effect::Removed);
        Self {
            rows: observation.rows_of(there.map(|file| file.path.as_path())),
            node: observation.node_name(),
            running: observation
                .components(&Sources::on_disk())
                .kubernetes_version(),
            files,
            transaction,
            ..Self::refused(Vec::new())
        }
    }

    fn refused(refusals: Vec<UndoRefusal>) -> Self {
        Self {
            transaction: None,
            number: None,
            files: Vec::new(),
            rows: Vec::new(),
            node: None,
            running: None,
            refusals,
            linked: Vec::new(),
            late: Vec::new(),
            recovered: None,
            dry_run: false,
        }
    }
}
