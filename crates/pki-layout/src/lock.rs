//! One writer at a time: `flock(2)` on `.pkigen/lock` of each directory.

use std::os::fd::OwnedFd;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, Mode, OFlags};
use rustix::io::Errno;

use crate::directory::Directory;
use crate::error::Operation;
use crate::{LayoutError, mode};

/// How long a run waits for another to finish.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(20);
pub(crate) const NAME: &str = "lock";

/// Held until dropped. The file stays: removing it would let two runs lock two files.
#[derive(Debug)]
pub(crate) struct Lock {
    _fd: OwnedFd,
}

impl Lock {
    /// Waits for the lock in a staging directory, and writes down who holds it.
    pub(crate) fn acquire(staging: &Directory) -> Result<Self, LayoutError> {
        let path = staging.path.join(NAME);
        let failed = |error: Errno| LayoutError::io(Operation::Lock, &path)(error);
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let fd = rustix::fs::openat(&staging.fd, NAME, flags, Mode::from_raw_mode(mode::STAGED))
            .map_err(failed)?;
        // Whatever the umask: with no permission at all, the next run could not open it.
        rustix::fs::fchmod(&fd, Mode::from_raw_mode(mode::STAGED)).map_err(failed)?;
        wait(&fd, FlockOperation::NonBlockingLockExclusive, &path)?;
        // For whoever waits in vain; the lock itself does not depend on it.
        let text = format!("{}\n", std::process::id());
        let _ = rustix::fs::ftruncate(&fd, 0);
        let _ = rustix::io::pwrite(&fd, text.as_bytes(), 0);
        Ok(Self { _fd: fd })
    }
}

/// Waits for a lock, as long as a run may take.
pub(crate) fn wait(
    fd: &OwnedFd,
    operation: FlockOperation,
    path: &Path,
) -> Result<(), LayoutError> {
    let started = Instant::now();
    loop {
        match rustix::fs::flock(fd, operation) {
            Ok(()) => return Ok(()),
            Err(Errno::WOULDBLOCK) if started.elapsed() < PATIENCE => std::thread::sleep(PAUSE),
            Err(Errno::WOULDBLOCK) => {
                return Err(LayoutError::Locked {
                    holder: holder(fd),
                    path: path.to_owned(),
                });
            }
            Err(Errno::INTR) => {}
            Err(error) => return Err(LayoutError::io(Operation::Lock, path)(error)),
        }
    }
}

fn holder(fd: &OwnedFd) -> String {
    let mut text = [0; 32];
    let length = rustix::io::pread(fd, &mut text, 0).unwrap_or(0);
    let digits: String = text
        .iter()
        .take(length)
        .map(|byte| char::from(*byte))
        .take_while(char::is_ascii_digit)
        .collect();
    if digits.is_empty() {
        "another process".to_owned()
    } else {
        format!("the process {digits}")
    }
}
