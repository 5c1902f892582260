//! The only writer. Everything is staged, forced to disk and read back before the first name
//! changes; then what is going to change is written down, and from that instant, the commit, a
//! run that is cut short is completed by the next one. A name changes by rename alone: no file is
//! ever seen absent, empty or partial.

mod attributes;
mod bases;
mod copies;
pub(crate) mod directory;
mod draft;
mod elsewhere;
mod history;
mod inputs;
mod journal;
mod late;
mod ledger;
pub(crate) mod lock;
pub(crate) mod mode;
pub(crate) mod nonce;
mod record;
mod recover;
mod retention;
mod reverse;
mod stage;
mod step;
mod sync;
mod uninterrupted;
mod writers;

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::os::fd::OwnedFd;
use std::path::PathBuf;

use pki_core::Random;
use pki_core::judge::Rule;
use rustix::fs::{FlockOperation, OFlags};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use zeroize::Zeroizing;

use self::bases::Bases;
pub(crate) use self::copies::Past;
use self::draft::{Draft, Keep};
pub use self::history::{ChangedFile, Effect, History, Transaction};
pub(crate) use self::inputs::Inputs;
pub use self::late::LateWrite;
pub use self::ledger::{Ledger, LedgerRow};
pub(crate) use self::ledger::{Line, batch};
pub(crate) use self::record::{remembered, reversal};
pub use self::recover::Finished;
use self::step::{Progress, Step};
use crate::error::Operation;
use crate::record::{Issued, JOURNAL, Record, STAGING};
use crate::store::directory::Created;
use crate::store::lock::{Lock, NAME as LOCK, deadline, wait};
use crate::store::uninterrupted::Uninterrupted;
use crate::{LayoutError, Root, TreeFile};

/// A file that is to be, or to be no more.
#[derive(Debug)]
pub(crate) struct Write {
    /// Its path in the running system.
    pub(crate) path: PathBuf,
    pub(crate) contents: Zeroizing<Vec<u8>>,
    /// Its mode, where there is none to be kept.
    pub(crate) mode: u32,
    /// Its owner and group, where there are none to be kept and it is not the user's own.
    pub(crate) owner: Option<(u32, u32)>,
    /// A file whose extended attributes it gets, where there are none to be kept.
    pub(crate) attributes: Option<OwnedFd>,
    /// Whether it holds a private key.
    pub(crate) secret: bool,
    /// Whether it is a symbolic link, whose content is where it leads to: the one that the kubelet
    /// swaps, and no other.
    pub(crate) link: bool,
    pub(crate) target: Target,
}

impl Write {
    /// A file whose owner, where there is none to be kept, is the user.
    pub(crate) fn of(file: TreeFile, target: Target) -> Self {
        Self {
            path: file.path,
            contents: file.contents,
            mode: file.mode,
            owner: None,
            attributes: None,
            secret: file.secret,
            link: false,
            target,
        }
    }
}

/// What may be at the path already, and what becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// Nothing: what appears there meanwhile is somebody else's, and stays.
    New,
    /// An older version of the same file.
    Replaced,
    /// A file that goes.
    Removed,
}

/// What a command wants done.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Commit<'a> {
    /// The files, in the order in which they change: trust first, of a pair the key first and the
    /// certificate last, because its arrival is what readers wait for.
    pub(crate) writes: &'a [Write],
    /// What they are made from.
    pub(crate) inputs: &'a Inputs,
    /// When, for the history.
    pub(crate) now: OffsetDateTime,
    /// The transaction that this one takes back.
    pub(crate) undoes: Option<u64>,
    /// The rules that it may break.
    pub(crate) accepted: &'a BTreeSet<Rule>,
    /// The certificates that were issued for it.
    pub(crate) issued: &'a [Issued],
    /// What its files are called until they are in their places.
    pub(crate) random: &'a dyn Random,
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Done {
    /// The transaction's number.
    pub(crate) number: u64,
    /// What others wrote while it was done.
    pub(crate) late: Vec<LateWrite>,
}

/// The directories of a tree, open, checked and locked, with nothing left over from runs before.
#[derive(Debug)]
pub(crate) struct Session {
    root: Root,
    bases: Bases,
    created: Created,
    recovered: Option<Finished>,
    locks: Vec<Lock>,
}

impl Session {
    /// Opens the two directories, creating them where they are missing, locks them, and completes
    /// what an earlier run has left undone. The kubelet's own directory is looked into only where
    /// something is left in it, or is to be.
    pub(crate) fn open(root: &Root, kubelet: PathBuf) -> Result<Self, LayoutError> {
        let mut session = Self::locked(root, kubelet)?;
        let recovered = session.recover();
        session.recovered = recovered.inspect_err(|_| session.created.undo())?;
        Ok(session)
    }

    /// As [`open`](Self::open), but what was left undone stays so.
    fn locked(root: &Root, kubelet: PathBuf) -> Result<Self, LayoutError> {
        let mut created = Created::default();
        let opened = Bases::open(root, kubelet, &mut created)
            .and_then(|bases| bases.lock(root).map(|locks| (bases, locks)));
        let opened = opened.inspect_err(|_| created.undo());
        let (bases, locks) = opened.map_err(|error| left_undone(root, error))?;
        Ok(Self {
            root: root.clone(),
            bases,
            created,
            recovered: None,
            locks,
        })
    }

    /// What an earlier run had left undone, and is done now.
    pub(crate) fn recovered(&self) -> Option<&Finished> {
        self.recovered.as_ref()
    }

    /// Nothing is to be written after all: what was created for it goes.
    pub(crate) fn abandon(self) {
        self.created.undo();
    }

    /// Changes the files, all or none, and gives the transaction its number in the history.
    pub(crate) fn commit(mut self, commit: &Commit<'_>) -> Result<Done, LayoutError> {
        let home = &self.bases.kubeconfigs.staging;
        let past = Past::open(home)?;
        if let Some(keep) = self.root.writing().keep {
            retention::remember(home, keep)?;
        }
        let reached = self
            .bases
            .reach(&self.root, commit.writes, &mut self.created);
        let kubelet = reached.inspect_err(|_| self.created.undo())?;
        let reached = self
            .bases
            .reach_arguments(&self.root, commit.writes, &mut self.created);
        let arguments = reached.inspect_err(|_| self.created.undo())?;
        let record = Record {
            number: Past::next(past.as_ref()),
            command: remembered(&self.root.writing().command),
            at: commit.now.format(&Rfc3339).unwrap_or_default(),
            undoes: commit.undoes,
            accepted: commit.accepted.iter().map(ToString::to_string).collect(),
            issued: commit.issued.to_vec(),
            certificates: self.bases.certificates.path.clone(),
            kubeconfigs: self.bases.kubeconfigs.path.clone(),
            kubelet,
            arguments,
            copies: None,
            withdrawn: false,
            changes: Vec::new(),
        };
        let number = record.number;
        let run = nonce::hex(commit.random).inspect_err(|_| self.created.undo())?;
        let (bases, created) = (&self.bases, &mut self.created);
        let what = (commit.writes, commit.inputs);
        let drafted = Draft::new(record, &run, what, Keep::Copies, bases, created);
        let draft = drafted.inspect_err(|_| self.created.undo())?;
        let locked = self.locks.iter().try_for_each(Lock::check);
        let decided = locked.and_then(|()| draft.decide(&self.root, &self.bases, &self.created));
        if let Err(error) = decided {
            if !matches!(error, LayoutError::Unfinished { .. }) {
                draft.discard(&self.bases);
                self.created.undo();
            }
            return Err(error);
        }
        let (record, mut steps) = draft.into_parts();
        let done = self.carry_out(&record, &mut steps).and_then(|late| {
            // An authority that was exchanged meanwhile has signed none of it.
            commit.inputs.check_beside(&self.root, commit.writes)?;
            Ok(late)
        });
        match done {
            Ok(late) => self.clear(&record).map(|()| Done { number, late }),
            Err(error) => Err(self.take_back(&record, &steps, error)),
        }
    }

    /// Makes the changes that are in the journal, of which none may have been made yet, and sees
    /// them on disk.
    fn carry_out(
        &self,
        record: &Record,
        steps: &mut [Step],
    ) -> Result<Vec<LateWrite>, LayoutError> {
        {
            let _uninterrupted = Uninterrupted::new(self.root.writing());
            for step in steps.iter_mut() {
                step.check_permissions()?;
                step.apply()?;
            }
        }
        self.settle(record, steps)
    }

    /// Everything is as it should be; now it is to stay so.
    fn settle(&self, record: &Record, steps: &[Step]) -> Result<Vec<LateWrite>, LayoutError> {
        // Under the name that they have until then, they go with the next run at the latest.
        let backups = self.root.writing().backups;
        let kept = if backups {
            copies::keep(&self.bases, record)?
        } else {
            None
        };
        let (home, copies) = kept.unzip();
        let directories = steps.iter().map(|step| &step.directory);
        sync::directories(directories.chain(home.as_ref()))?;
        for step in steps {
            if step.progress()? != Progress::Done {
                return Err(LayoutError::Changed { path: step.path() });
            }
        }
        Ok(late::keep(steps, copies.as_ref()))
    }

    /// The transaction is done.
    fn clear(&self, record: &Record) -> Result<(), LayoutError> {
        journal::remove(&self.bases).map_err(|source| journal::unfinished(&self.bases, source))?;
        elsewhere::tidy(&self.bases);
        if record.copies.is_some()
            && let Ok(Some(past)) = Past::open(&self.bases.kubeconfigs.staging)
        {
            // What cannot be known takes nothing away.
            if let Ok(keep) = retention::remembered(&self.bases.kubeconfigs.staging) {
                past.prune(keep);
            }
        }
        if !self.root.writing().backups {
            self.discard_copies(record);
        }
        self.bases.leave_kubelet();
        Ok(())
    }
}

/// What stands in the way of writing, where something is left undone: that has to be completed once
/// it is out of the way.
fn left_undone(root: &Root, error: LayoutError) -> LayoutError {
    let is_read_only = matches!(
        &error,
        LayoutError::Io { source, .. } if source.kind() == ErrorKind::ReadOnlyFilesystem
    );
    let directory = root.directories().certificates.join(STAGING);
    if is_read_only && root.pending().is_some() {
        return LayoutError::Unfinished {
            journal: root.on_disk(&directory.join(JOURNAL)),
            source: Box::new(error),
        };
    }
    error
}

impl Root {
    /// Waits until no other run is writing here, and says whether there has ever been one.
    /// Writes nothing.
    pub(crate) fn wait_for_writer(&self) -> Result<bool, LayoutError> {
        let path = self.directories().certificates.join(STAGING).join(LOCK);
        match self.open(&path, OFlags::RDONLY | OFlags::NOFOLLOW) {
            Ok(file) => {
                let until = deadline(self.writing());
                let shared = FlockOperation::NonBlockingLockShared;
                let path = self.on_disk(&path);
                wait(&file, shared, &path, self.writing(), until).map(|()| true)
            }
            // Without a lock to be held, or with one that only another user may open, there is
            // nobody to wait for.
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::PermissionDenied
                ) =>
            {
                Ok(false)
            }
            Err(error) => Err(LayoutError::io(Operation::Open, &self.on_disk(&path))(
                error,
            )),
        }
    }
}
