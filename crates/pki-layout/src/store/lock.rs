//! One writer at a time: `flock(2)` on `.pkigen/lock` of each directory.

use std::os::fd::OwnedFd;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::fs::{AtFlags, FlockOperation, Mode, OFlags};
use rustix::io::Errno;
use rustix::process::Pid;

use crate::error::Operation;
use crate::store::directory::{Directory, identity};
use crate::store::mode;
use crate::{LayoutError, Writing};

const PAUSE: Duration = Duration::from_millis(20);
pub(crate) const NAME: &str = "lock";
/// Of what a lock says about its holder.
const HOLDER: usize = 200;
/// How often to look who holds a lock: whoever has just got it has yet to write that down.
const LOOKS: usize = 10;

/// Until when to wait for another run: for ever is a year.
pub(crate) fn deadline(writing: &Writing) -> Instant {
    const EVER: Duration = Duration::from_secs(365 * 24 * 3600);
    Instant::now() + writing.lock_timeout.min(EVER)
}

/// Held until dropped. The file stays: removing it would let two runs lock two files.
#[derive(Debug)]
pub(crate) struct Lock {
    fd: OwnedFd,
    directory: Directory,
}

impl Lock {
    /// Waits for the lock in a staging directory, and writes down who holds it.
    pub(crate) fn acquire(
        staging: &Directory,
        writing: &Writing,
        deadline: Instant,
    ) -> Result<Self, LayoutError> {
        let path = staging.path.join(NAME);
        let failed = |error: Errno| LayoutError::io(Operation::Lock, &path)(error);
        loop {
            let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let born = Mode::from_raw_mode(mode::STAGED);
            let fd = rustix::fs::openat(&staging.fd, NAME, flags, born).map_err(failed)?;
            // Whatever the umask: with no permission at all, the next run could not open it.
            rustix::fs::fchmod(&fd, born).map_err(failed)?;
            let exclusive = FlockOperation::NonBlockingLockExclusive;
            wait(&fd, exclusive, &path, writing, deadline)?;
            let lock = Self {
                fd,
                directory: staging.clone_handle()?,
            };
            // Somebody has taken the file away meanwhile: the next run would lock another one.
            if lock.is_lost() {
                continue;
            }
            // For whoever waits in vain; the lock itself does not depend on it.
            let command = super::remembered(&writing.command);
            let text = format!("{} {command}\n", std::process::id());
            let _ = rustix::fs::ftruncate(&lock.fd, 0);
            let _ = rustix::io::pwrite(&lock.fd, text.as_bytes(), 0);
            return Ok(lock);
        }
    }

    /// Fails where the file that is locked is not the one that others would lock.
    pub(super) fn check(&self) -> Result<(), LayoutError> {
        if self.is_lost() {
            let path = self.directory.path.join(NAME);
            return Err(LayoutError::LockLost { path });
        }
        Ok(())
    }

    fn is_lost(&self) -> bool {
        let named = rustix::fs::statat(&self.directory.fd, NAME, AtFlags::SYMLINK_NOFOLLOW);
        let locked = rustix::fs::fstat(&self.fd);
        !matches!((named, locked), (Ok(named), Ok(locked)) if identity(&named) == identity(&locked))
    }
}

/// Waits for a lock, until the deadline.
pub(crate) fn wait(
    fd: &OwnedFd,
    operation: FlockOperation,
    path: &Path,
    writing: &Writing,
    deadline: Instant,
) -> Result<(), LayoutError> {
    loop {
        match rustix::fs::flock(fd, operation) {
            Ok(()) => return Ok(()),
            Err(Errno::WOULDBLOCK) if Instant::now() < deadline => std::thread::sleep(PAUSE),
            Err(Errno::WOULDBLOCK) => {
                return Err(LayoutError::Locked {
                    holder: holder(fd),
                    path: path.to_owned(),
                    waited: writing.lock_timeout,
                });
            }
            Err(Errno::INTR) => {}
            Err(error) => return Err(LayoutError::io(Operation::Lock, path)(error)),
        }
    }
}

/// Who holds a lock, as far as it says.
fn holder(fd: &OwnedFd) -> String {
    for _ in 1..LOOKS {
        let (process, text) = written(fd);
        // What the one before has left there says nothing.
        if process.is_some_and(|process| rustix::process::test_kill_process(process).is_ok()) {
            return text;
        }
        std::thread::sleep(PAUSE);
    }
    written(fd).1
}

/// What a lock says: the process that holds it or held it last, and the same in words.
fn written(fd: &OwnedFd) -> (Option<Pid>, String) {
    let mut text = [0; HOLDER];
    let length = rustix::io::pread(fd, &mut text, 0).unwrap_or(0);
    let text = String::from_utf8_lossy(text.get(..length).unwrap_or_default());
    let line = text.lines().next().unwrap_or_default().trim_end();
    let (process, command) = line.split_once(' ').unwrap_or((line, ""));
    let Some(pid) = process.parse().ok().and_then(Pid::from_raw) else {
        return (None, "another process".to_owned());
    };
    let text = if command.is_empty() {
        format!("the process {process}")
    } else {
        format!("the process {process} ({})", command.escape_debug())
    };
    (Some(pid), text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(lock_timeout: Duration) -> Writing {
        Writing {
            lock_timeout,
            ..Writing::default()
        }
    }

    fn taken_away(staging: &Directory) {
        rustix::fs::renameat(&staging.fd, NAME, &staging.fd, "aside").unwrap();
    }

    /// Somebody who takes the file away lets another run in; who held it does not decide any more.
    #[test]
    fn a_lock_that_was_taken_away_is_noticed() {
        let directory = tempfile::tempdir().unwrap();
        let staging = Directory::open(directory.path()).unwrap();
        let writing = waiting(Duration::ZERO);
        let acquire = || Lock::acquire(&staging, &writing, deadline(&writing));
        let first = acquire().unwrap();
        assert!(first.check().is_ok());
        assert!(matches!(acquire(), Err(LayoutError::Locked { .. })));
        taken_away(&staging);
        assert!(matches!(first.check(), Err(LayoutError::LockLost { .. })));
        let second = acquire().unwrap();
        assert!(second.check().is_ok());
        assert!(matches!(first.check(), Err(LayoutError::LockLost { .. })));
    }

    /// Who waits for a file that is taken away meanwhile locks the one that is there.
    #[test]
    fn who_waits_locks_the_file_that_is_there() {
        let directory = tempfile::tempdir().unwrap();
        let staging = Directory::open(directory.path()).unwrap();
        let writing = waiting(Duration::from_secs(20));
        let acquire = || Lock::acquire(&staging, &writing, deadline(&writing));
        let first = acquire().unwrap();
        std::thread::scope(|scope| {
            let waiting = scope.spawn(acquire);
            std::thread::sleep(5 * PAUSE);
            taken_away(&staging);
            drop(first);
            let lock = waiting.join().unwrap().unwrap();
            assert!(lock.check().is_ok());
        });
    }
}
