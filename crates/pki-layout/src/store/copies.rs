//! Byte copies of what a transaction replaces, and the record beside them: in the kubeconfig
//! directory's `.pkigen/backup`, which no static pod mounts. Copies and not links: a second name
//! of a replaced file keeps its readers from noticing (inotify follows the inode).

use std::path::PathBuf;

use rustix::fs::{AtFlags, RenameFlags};
use rustix::io::Errno;

use super::bases::Bases;
use super::stage::write_new;
use crate::error::Operation;
use crate::record::{Change, Record, STAGED_PREFIX, STAGING, digest};
use crate::store::directory::{Created, Directory, Entry, Opened};
use crate::store::mode;
use crate::{LayoutError, Root};

pub(super) const HOME: &str = "backup";
/// Beside the copies, whose names are numbers.
pub(super) const RECORD: &str = "record";
/// A directory with a larger number is nobody's count.
const LARGEST: u64 = 1 << 48;
/// Records are small and stay longer than the copies they belong to.
const RECORDS: usize = 100;

/// The copies of a transaction that is under way.
pub(super) struct Copies {
    pub(super) home: Directory,
    pub(super) directory: Directory,
    pub(super) name: String,
}

/// What a file was before a transaction, with its extended attributes; owner and mode are in the
/// record. `None` when it is not there, or is not what was copied.
pub(super) fn open(directory: &Directory, change: &Change) -> Result<Option<Opened>, LayoutError> {
    let (Some(name), Some(before)) = (&change.copy, &change.before) else {
        return Ok(None);
    };
    let opened = directory.read_open(name)?;
    Ok(opened.filter(|copy| digest(&copy.content) == before.sha256))
}

/// The copies of all transactions, the directory and the numbers in it.
pub(crate) struct Past {
    home: Directory,
    /// Ascending.
    pub(crate) numbers: Vec<u64>,
}

impl Copies {
    pub(super) fn create(
        bases: &Bases,
        run: &str,
        created: &mut Created,
    ) -> Result<Self, LayoutError> {
        let staging = &bases.kubeconfigs.staging;
        let home = created.child(staging, HOME, mode::STAGING_DIRECTORY)?;
        let name = format!("{STAGED_PREFIX}{run}");
        let directory = created.child(&home, &name, mode::STAGING_DIRECTORY)?;
        Ok(Self {
            home,
            directory,
            name,
        })
    }

    /// Removes them.
    pub(super) fn discard(&self) {
        remove_directory(&self.home, &self.name);
    }
}

/// Where the copies of a transaction are, under the name that they have until it is done or under
/// its lasting one.
pub(super) fn directory(bases: &Bases, record: &Record) -> Result<Option<Directory>, LayoutError> {
    let Some(past) = Past::open(&bases.kubeconfigs.staging)? else {
        return Ok(None);
    };
    let Some(name) = &record.copies else {
        return Ok(None);
    };
    match past.home.child(name)? {
        Some(directory) => Ok(Some(directory)),
        None => Ok(past.of(record)?.map(|(_, directory)| directory)),
    }
}

/// The record beside the copies of the transaction that is under way. `None` where there is none
/// that is whole, or more than one.
pub(super) fn under_way(staging: &Directory) -> Result<Option<Record>, LayoutError> {
    let Some(past) = Past::open(staging)? else {
        return Ok(None);
    };
    let mut whole = Vec::new();
    for name in past.home.names()? {
        if name.starts_with(STAGED_PREFIX)
            && let Some(directory) = past.home.child(&name)?
            && let Some(text) = directory.read(RECORD)?
        {
            let record = Record::decode(&text).ok();
            whole.extend(record.filter(|record| record.copies.as_deref() == Some(&*name)));
        }
    }
    let only = whole.pop();
    Ok(only.filter(|_| whole.is_empty()))
}

/// Where the copies of the transaction that is under way are, whatever is known of it.
pub(super) fn whereabouts(staging: &Directory) -> Option<PathBuf> {
    let home = staging.child(HOME).ok().flatten()?;
    let names = home.names().ok()?;
    let name = names.iter().find(|name| name.starts_with(STAGED_PREFIX))?;
    Some(home.path.join(name))
}

/// The record of the last transaction that is done, where none is under way any more: one whose
/// journal alone was left to be removed.
pub(super) fn last_done(staging: &Directory) -> Result<Option<Record>, LayoutError> {
    let Some(past) = Past::open(staging)? else {
        return Ok(None);
    };
    let mut names = past.home.names()?.into_iter();
    let is_done = !names.any(|name| name.starts_with(STAGED_PREFIX));
    let last = past.numbers.last().filter(|_| is_done);
    Ok(last.and_then(|number| past.record(*number).ok()))
}

/// Gives the copies of a transaction that is done their lasting name, unless they have it. A number
/// that is taken, as by an archive that was restored, is left to whoever has it. The directory of
/// all copies, and theirs.
pub(super) fn keep(
    bases: &Bases,
    record: &Record,
) -> Result<Option<(Directory, Directory)>, LayoutError> {
    let Some(past) = Past::open(&bases.kubeconfigs.staging)? else {
        return Ok(None);
    };
    let Some(name) = &record.copies else {
        return Ok(None);
    };
    if past.home.child(name)?.is_none() {
        // An earlier run came as far as this.
        let directory = past.of(record)?.map(|(_, directory)| directory);
        return Ok(directory.map(|directory| (past.home, directory)));
    }
    let mut number = record.number;
    loop {
        let lasting = lasting(number);
        let flags = RenameFlags::NOREPLACE;
        let is_taken = past.is_taken(&lasting);
        match rustix::fs::renameat_with(&past.home.fd, name, &past.home.fd, &lasting, flags) {
            Ok(()) => {}
            Err(Errno::EXIST | Errno::INVAL | Errno::NOSYS) if is_taken => {
                number = Past::next(Some(&past)).max(number.saturating_add(1));
                continue;
            }
            // Of an overlay's lower layer, a directory stays where it is.
            Err(Errno::XDEV) => past.copy_directory(name, &lasting)?,
            // Some file systems know no NOREPLACE.
            Err(Errno::INVAL | Errno::NOSYS) => past.rename(name, &lasting)?,
            Err(error) => return Err(past.misplaced(&lasting, error)),
        }
        let directory = past.home.child(&lasting)?;
        return Ok(directory.map(|directory| (past.home, directory)));
    }
}

/// Keeps the copies of those files of a transaction which others have changed while it was made,
/// and no more of it. Says where.
pub(super) fn keep_withdrawn(
    bases: &Bases,
    record: &Record,
) -> Result<Option<PathBuf>, LayoutError> {
    let home = bases.kubeconfigs.staging.child(HOME)?;
    let (Some(home), Some(name)) = (home, &record.copies) else {
        return Ok(None);
    };
    let Some(directory) = home.child(name)? else {
        return Ok(None);
    };
    let text = record.encode();
    let text = text.map_err(|reason| LayoutError::TooMany { reason })?;
    let path = directory.path.join(RECORD);
    let fresh = format!("{STAGED_PREFIX}{RECORD}");
    write_new(&directory, &fresh, &path, &text)?.settle()?;
    rustix::fs::renameat(&directory.fd, &fresh, &directory.fd, RECORD)
        .map_err(LayoutError::io(Operation::Place, &path))?;
    let is_kept = |name: &str| {
        let mut changes = record.changes.iter();
        changes.any(|change| change.copy.as_deref() == Some(name))
    };
    remove_files(&directory, |name| name != RECORD && !is_kept(name));
    directory.sync()?;
    let Some((home, directory)) = keep(bases, record)? else {
        return Ok(None);
    };
    home.sync()?;
    Ok(Some(directory.path))
}

/// The opposite: the transaction is going to be taken back, and will never have been.
pub(super) fn withdraw(bases: &Bases, record: &Record) -> Result<(), LayoutError> {
    let past = Past::open(&bases.kubeconfigs.staging)?;
    let (Some(past), Some(name)) = (past, &record.copies) else {
        return Ok(());
    };
    // It may not have come as far as that.
    let Some((number, _)) = past.of(record)? else {
        return Ok(());
    };
    let lasting = lasting(number);
    match rustix::fs::renameat(&past.home.fd, &lasting, &past.home.fd, name) {
        Ok(()) => past.home.sync(),
        Err(Errno::XDEV) => past.copy_directory(&lasting, name),
        Err(error) => Err(past.misplaced(&lasting, error)),
    }
}

/// The name of the directory of a transaction that is done; sorts by age.
pub(super) fn lasting(number: u64) -> String {
    format!("{number:06}")
}

impl Past {
    /// `None` when there has not been any transaction.
    pub(super) fn open(staging: &Directory) -> Result<Option<Self>, LayoutError> {
        let Some(home) = staging.child(HOME)? else {
            return Ok(None);
        };
        let names = home.names()?;
        let number = |name: &String| {
            let number = name.parse().ok().filter(|number| *number <= LARGEST)?;
            (lasting(number) == *name).then_some(number)
        };
        let mut numbers: Vec<u64> = names.iter().filter_map(number).collect();
        numbers.sort_unstable();
        Ok(Some(Self { home, numbers }))
    }

    /// The record of a transaction.
    pub(crate) fn record(&self, number: u64) -> Result<Record, String> {
        let directory = self.home.child(&lasting(number));
        let text = directory.and_then(|directory| match directory {
            Some(directory) => directory.read(RECORD),
            None => Ok(None),
        });
        match text {
            // Its own number is that of the directory, where another had been taken.
            Ok(Some(text)) => Record::decode(&text).map(|record| Record { number, ..record }),
            Ok(None) => Err("is not there".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// The directory of a transaction that is done, and its number.
    fn of(&self, record: &Record) -> Result<Option<(u64, Directory)>, LayoutError> {
        let is_its = |number: &&u64| {
            let there = self.record(**number);
            there.is_ok_and(|there| there.copies == record.copies)
        };
        let Some(number) = self.numbers.iter().rev().find(is_its) else {
            return Ok(None);
        };
        let directory = self.home.child(&lasting(*number))?;
        Ok(directory.map(|directory| (*number, directory)))
    }

    fn is_taken(&self, name: &str) -> bool {
        rustix::fs::statat(&self.home.fd, name, AtFlags::SYMLINK_NOFOLLOW).is_ok()
    }

    fn rename(&self, from: &str, to: &str) -> Result<(), LayoutError> {
        let renamed = rustix::fs::renameat(&self.home.fd, from, &self.home.fd, to);
        renamed.map_err(|error| self.misplaced(to, error))
    }

    fn misplaced(&self, name: &str, error: Errno) -> LayoutError {
        LayoutError::io(Operation::Place, &self.home.path.join(name))(error)
    }

    /// The same copies under another name, and no more under the old one.
    fn copy_directory(&self, from: &str, to: &str) -> Result<(), LayoutError> {
        let path = self.home.path.join(to);
        let failed = |error| LayoutError::io(Operation::CreateDirectory, &path)(error);
        let source = self.home.child(from)?.ok_or(Errno::NOENT);
        let source = source.map_err(failed)?;
        // What a run that was cut short has copied already is copied again.
        let partial = format!("{STAGED_PREFIX}{to}");
        remove_directory(&self.home, &partial);
        let target = self.home.create(&partial, mode::STAGING_DIRECTORY)?;
        let target = target.ok_or(Errno::EXIST).map_err(failed)?;
        for name in source.names()? {
            if let Some(content) = source.read(&name)? {
                write_new(&target, &name, &target.path.join(&name), &content)?.settle()?;
            }
        }
        target.sync()?;
        self.rename(&partial, to)?;
        self.home.sync()?;
        remove_directory(&self.home, from);
        Ok(())
    }

    /// What a file was before a transaction. `None` when its copy is not kept, or damaged.
    pub(crate) fn copy(&self, number: u64, change: &Change) -> Result<Option<Opened>, LayoutError> {
        match self.home.child(&lasting(number))? {
            Some(directory) => open(&directory, change),
            None => Ok(None),
        }
    }

    /// The number of the next transaction.
    pub(super) fn next(past: Option<&Self>) -> u64 {
        past.and_then(|past| past.numbers.last())
            .map_or(1, |last| last.saturating_add(1))
    }

    /// Removes the copies of all but the last transactions, and in the end their records too. Those
    /// that took another back are kept with the ones around them: nothing that can be taken back
    /// goes because something was. What does not go is in nobody's way.
    pub(super) fn prune(&self, keep: usize) {
        let mut counted = 0;
        for (age, number) in self.numbers.iter().rev().enumerate() {
            let name = lasting(*number);
            if age >= RECORDS.max(keep) {
                remove_directory(&self.home, &name);
            } else if counted >= keep
                && let Ok(Some(directory)) = self.home.child(&name)
            {
                remove_files(&directory, |name| name != RECORD);
            }
            // Of one that cannot be read nobody knows, and it takes nobody's place.
            let is_counted = |record: Record| record.undoes.is_none() && !record.withdrawn;
            counted += usize::from(counted < keep && self.record(*number).is_ok_and(is_counted));
        }
    }

    /// Removes the copies of runs that never came to an end.
    pub(super) fn sweep(&self) -> Result<(), LayoutError> {
        for name in self.home.names()? {
            if name.starts_with(STAGED_PREFIX) {
                remove_directory(&self.home, &name);
            }
        }
        Ok(())
    }
}

fn remove_files(directory: &Directory, which: impl Fn(&str) -> bool) {
    let names = directory.names().unwrap_or_default();
    for name in names.iter().filter(|name| which(name)) {
        directory.remove(name, Entry::File);
    }
}

pub(super) fn remove_directory(home: &Directory, name: &str) {
    if let Ok(Some(directory)) = home.child(name) {
        remove_files(&directory, |_| true);
    }
    home.remove(name, Entry::Directory);
}

impl Root {
    /// The transactions of this tree. `None` when there has not been any. Takes no lock and
    /// writes nothing.
    pub(crate) fn past(&self) -> Result<Option<Past>, LayoutError> {
        self.check_is_disk()?;
        let top = Directory::open(self.prefix())?;
        let directory = &self.directories().kubeconfigs;
        let relative = directory.strip_prefix("/").unwrap_or(directory);
        let Some(directory) = top.below(relative)? else {
            return Ok(None);
        };
        match directory.child(STAGING)? {
            Some(staging) => Past::open(&staging),
            None => Ok(None),
        }
    }
}
