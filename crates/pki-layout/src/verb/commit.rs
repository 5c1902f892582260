//! `commit`: files that somebody else has made, put in place as ours are: judged as the tree would
//! become, all of them or none, and kept for `undo`.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use pki_core::Random;
use pki_core::judge::Offence;
use pki_core::text::hex;
use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::gate::Verdict;
use crate::error::Operation;
use crate::record::{digest, is_plain};
use crate::store::{Commit, Finished, Inputs, LateWrite, Session, Target, Write};
use crate::tree::source::{Links, MAX_SIZE, Status};
use crate::{LayoutError, Observation, Outcome, Root, TreeFile};

/// Files that are to be, and files that are to go, for [`Root::commit`].
///
/// They change in the order in which they are given: trust first, of a pair the key first and the
/// certificate last, because its arrival is what readers wait for.
#[derive(Debug, Default)]
pub struct Changes {
    wanted: Vec<(PathBuf, Option<TreeFile>)>,
    read: BTreeMap<PathBuf, Option<[u8; 32]>>,
}

/// What [`Root::commit`] did.
#[derive(Debug)]
#[non_exhaustive]
pub struct Committed {
    /// How it ended.
    pub outcome: Outcome,
    /// What the change would make worse; nothing was written then.
    pub offences: Vec<Offence>,
    /// Its number in the history, where something was written and the history keeps it.
    pub transaction: Option<u64>,
    /// Files that were not there, as paths of the running system.
    pub created: Vec<PathBuf>,
    /// Files that had another content.
    pub replaced: Vec<PathBuf>,
    /// Files that are gone.
    pub removed: Vec<PathBuf>,
    /// Replaced files that have another name too, which keeps what they held.
    pub linked: Vec<PathBuf>,
    /// What other programs wrote to files while they were replaced.
    pub late: Vec<LateWrite>,
    /// What an earlier run had left undone, and was completed first.
    pub recovered: Option<Finished>,
    /// Whether nothing was to be written.
    pub dry_run: bool,
}

impl Changes {
    /// None.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With a file that is to have these contents, whatever is there now. Its mode counts where it
    /// is new; what is replaced keeps mode, owner and group, except that a private key loses what
    /// it grants to others.
    #[must_use]
    pub fn with_file(self, mut file: TreeFile) -> Self {
        file.path = plain(&file.path);
        self.with(file.path.clone(), Some(file))
    }

    /// With a file that is to be there no more.
    #[must_use]
    pub fn without_file(self, path: impl Into<PathBuf>) -> Self {
        self.with(plain(&path.into()), None)
    }

    /// With a file that has been read for them, to be changed or not: SHA-256 of what was in it,
    /// `None` where it was not there. When it is not like that any more, nothing is done.
    #[must_use]
    pub fn based_on(mut self, path: impl Into<PathBuf>, sha256: Option<[u8; 32]>) -> Self {
        self.read.insert(plain(&path.into()), sha256);
        self
    }

    /// What was said of a file before is of no account.
    fn with(mut self, path: PathBuf, wanted: Option<TreeFile>) -> Self {
        self.wanted.retain(|(known, _)| *known != path);
        self.wanted.push((path, wanted));
        self
    }
}

/// One spelling for each path: what is read and judged is told by its text.
fn plain(path: &Path) -> PathBuf {
    path.components().collect()
}

impl Root {
    /// Puts files in place that somebody else has made, in one transaction: judged as the tree
    /// would become, all of them or none. What is there already as it is wanted is left alone. It
    /// knows paths and contents, and no rows: what it is given need not be of the table, but lies
    /// in one of the two directories.
    ///
    /// ```
    /// use pki_core::SystemRandom;
    /// use pki_layout::Changes;
    /// use pki_layout::Directories;
    /// use pki_layout::Outcome;
    /// use pki_layout::Root;
    /// use pki_layout::TreeFile;
    /// use time::macros::datetime;
    ///
    /// # let directory = tempfile::tempdir()?;
    /// # let prefix = directory.path();
    /// let root = Root::new(prefix, Directories::default())?;
    /// let policy = TreeFile::new("/etc/kubernetes/pki/webhook/policy.txt", b"deny".to_vec());
    /// let changes = Changes::new().based_on(&policy.path, None).with_file(policy);
    /// let now = datetime!(2026-11-23 12:00 UTC);
    ///
    /// let done = root.commit(&changes, now, &SystemRandom)?;
    /// assert_eq!((done.outcome, done.transaction), (Outcome::Done, Some(1)));
    /// assert!(prefix.join("etc/kubernetes/pki/webhook/policy.txt").exists());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LayoutError::Elsewhere`] for a path in neither directory, [`LayoutError::Changed`] when a
    /// file is not what it was [based on](Changes::based_on), [`LayoutError::NotReplaceable`], and
    /// what keeps a transaction from being made. No file has changed then.
    pub fn commit(
        &self,
        changes: &Changes,
        now: OffsetDateTime,
        random: &dyn Random,
    ) -> Result<Committed, LayoutError> {
        self.check_directories()?;
        // Without the lock first: it is a file, and where nothing is done none is written. Unless
        // an earlier run is to be completed: its half of the work says nothing.
        let observation = self.observe_to_write();
        if observation.pending().is_none() {
            let prepared = observation.prepare_changes(changes, now)?;
            if prepared.outcome() != Outcome::Planned {
                return Ok(prepared.committed());
            }
        }
        let session = Session::open(self, observation.kubelet().directory)?;
        let recovered = session.recovered().cloned();
        let prepared = match observation.refreshed().prepare_changes(changes, now) {
            Ok(prepared) => prepared,
            Err(error) => {
                session.abandon();
                return Err(error);
            }
        };
        let committed = Committed {
            recovered,
            ..prepared.committed()
        };
        if committed.outcome != Outcome::Planned {
            session.abandon();
            return Ok(committed);
        }
        let linked = self.linked(&prepared.writes);
        let done = session.commit(&Commit {
            writes: &prepared.writes,
            inputs: &prepared.inputs,
            now,
            undoes: None,
            accepted: &prepared.verdict.accepted,
            issued: &[],
            random,
        })?;
        Ok(Committed {
            outcome: Outcome::Done,
            transaction: self.writing().backups.then_some(done.number),
            linked,
            late: done.late,
            ..committed
        })
    }

    /// What [`commit`](Self::commit) would do; writes nothing.
    ///
    /// # Errors
    ///
    /// As [`commit`](Self::commit).
    pub fn rehearse_commit(
        &self,
        changes: &Changes,
        now: OffsetDateTime,
    ) -> Result<Committed, LayoutError> {
        self.check_directories()?;
        let prepared = self.observe_to_write().prepare_changes(changes, now)?;
        Ok(Committed {
            dry_run: true,
            linked: self.linked(&prepared.writes),
            ..prepared.committed()
        })
    }

    /// Whether a path of the running system is in one of the directories, and not among what
    /// transactions leave there.
    fn is_inside(&self, path: &Path) -> bool {
        let directories = self.directories();
        let bases = [&directories.certificates, &directories.kubeconfigs];
        // A directory is no file, even where it is not there yet.
        is_plain(path)
            && bases.iter().any(|base| path.starts_with(base))
            && !bases.iter().any(|base| base.starts_with(path))
    }
}

/// What changes come to.
struct Prepared {
    writes: Vec<Write>,
    inputs: Inputs,
    verdict: Verdict,
}

impl Observation {
    fn prepare_changes(
        &self,
        changes: &Changes,
        now: OffsetDateTime,
    ) -> Result<Prepared, LayoutError> {
        for (path, sha256) in &changes.read {
            let there = self.read_file(path).ok().map(|text| digest(&text));
            let is_so = match sha256 {
                Some(sha256) => there == Some(hex::plain(sha256)),
                None => self.there(path)?.is_none(),
            };
            if !is_so {
                let path = self.root().on_disk(path);
                return Err(LayoutError::Changed { path });
            }
        }
        let mut writes = Vec::new();
        for (path, wanted) in &changes.wanted {
            writes.extend(self.prepare_change(path, wanted.as_ref())?);
        }
        let verdict = self.gate_of_changes(&writes, now);
        let mut inputs = self.inputs(&writes);
        for (path, sha256) in &changes.read {
            inputs.insert(path, sha256.as_ref().map(|sha256| hex::plain(sha256)));
        }
        Ok(Prepared {
            writes,
            inputs,
            verdict,
        })
    }

    /// What is at a path. Where that is not known, nothing is done.
    fn there(&self, path: &Path) -> Result<Option<Status>, LayoutError> {
        match self.status(path, Links::Stay) {
            Ok(there) => Ok(Some(there)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => {
                let path = self.root().on_disk(path);
                Err(LayoutError::io(Operation::Read, &path)(error))
            }
        }
    }

    /// `None` where everything is as it is wanted.
    fn prepare_change(
        &self,
        path: &Path,
        wanted: Option<&TreeFile>,
    ) -> Result<Option<Write>, LayoutError> {
        let root = self.root();
        if !root.is_inside(path) {
            let path = path.to_owned();
            return Err(LayoutError::Elsewhere { path });
        }
        let large = |size: Option<u64>| size.is_some_and(|size| size > MAX_SIZE);
        let there = self.there(path)?;
        let size = there.and_then(|there| there.identity).map(|one| one.size);
        let what = match there.and_then(|there| there.obstacle) {
            // What cannot be read back cannot be taken back.
            None if large(size) => Some("larger than 1 MiB"),
            what => what,
        };
        if let Some(what) = what {
            let path = root.on_disk(path);
            return Err(LayoutError::NotReplaceable { path, what });
        }
        let is_taken = there.is_some();
        let Some(file) = wanted else {
            let gone = Write {
                path: path.to_owned(),
                contents: Zeroizing::default(),
                mode: 0,
                owner: None,
                attributes: None,
                secret: self.is_private(path),
                link: false,
                target: Target::Removed,
            };
            return Ok(is_taken.then_some(gone));
        };
        if large(u64::try_from(file.contents.len()).ok()) {
            let path = root.on_disk(path);
            return Err(LayoutError::TooLarge { path });
        }
        let is_same = self
            .read_file(path)
            .is_ok_and(|there| *there == **file.contents);
        let target = if is_taken {
            Target::Replaced
        } else {
            Target::New
        };
        Ok((!is_same).then(|| Write::of(file.clone(), target)))
    }
}

impl Prepared {
    fn outcome(&self) -> Outcome {
        if !self.verdict.offences.is_empty() {
            Outcome::Refused
        } else if self.writes.is_empty() {
            Outcome::Unchanged
        } else {
            Outcome::Planned
        }
    }

    fn committed(&self) -> Committed {
        let outcome = self.outcome();
        let paths = |target| {
            let writes = self.writes.iter().filter(move |one| one.target == target);
            let planned = writes.filter(|_| outcome == Outcome::Planned);
            planned.map(|one| one.path.clone()).collect()
        };
        Committed {
            outcome,
            offences: self.verdict.offences.clone(),
            transaction: None,
            created: paths(Target::New),
            replaced: paths(Target::Replaced),
            removed: paths(Target::Removed),
            linked: Vec::new(),
            late: Vec::new(),
            recovered: None,
            dry_run: false,
        }
    }
}
