//! A tree of files that is read and never written: what is asked of it, whatever it is made of.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use time::OffsetDateTime;
use zeroize::Zeroizing;

/// The largest certificate, key or kubeconfig that is read, in bytes.
pub(crate) const MAX_SIZE: u64 = 1 << 20;

/// What is read and looked up. Paths are those of the running system; links in them, absolute
/// ones too, stay inside.
pub(crate) trait Tree: Send + Sync {
    /// The content of a regular file of at most [`MAX_SIZE`]. Anything else, such as a directory
    /// or a pipe, is [`io::ErrorKind::InvalidData`].
    fn read(&self, path: &Path) -> io::Result<Zeroizing<Vec<u8>>>;

    /// What is at a path. Opens nothing for its content.
    fn status(&self, path: &Path, links: Links) -> io::Result<Status>;

    /// The names in a directory, sorted. Of one that is not there, none.
    fn names(&self, directory: &Path) -> io::Result<Vec<String>>;

    /// The same tree for somebody who is going to ask for much at once: what every answer takes is
    /// opened once and held. `None` where that is nothing.
    fn held(&self) -> Option<Arc<dyn Tree>> {
        None
    }

    /// Whether it is what can be written to.
    fn is_disk(&self) -> bool {
        false
    }
}

/// What is done with a link at the end of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Links {
    /// What it leads to is looked at.
    Follow,
    /// It is looked at itself.
    Stay,
}

/// What is at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Status {
    pub(crate) kind: Kind,
    /// The low twelve bits of `st_mode`.
    pub(crate) mode: u32,
    /// Numbers of the user and the group it belongs to.
    pub(crate) owner: (u32, u32),
    pub(crate) modified: OffsetDateTime,
    /// Why it cannot be replaced by renaming another over it, if it cannot.
    pub(crate) obstacle: Option<&'static str>,
    /// The same for the same content, whatever the path; of what is nowhere but in memory, none.
    pub(crate) identity: Option<Identity>,
}

/// What kind of thing is at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    File,
    Directory,
    Link,
    Other,
}

/// Which file it is, and in which state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Identity {
    /// Of a disk: device and inode.
    pub(crate) file: (u64, u64),
    pub(crate) size: u64,
    /// Seconds and nanoseconds of the last change of content, and of anything.
    pub(crate) changed: [(i64, u32); 2],
}

/// The tree does not go so far: whether there is something, nobody has looked.
#[derive(Debug, Clone, thiserror::Error)]
#[error("was not looked at")]
pub(crate) struct NotObserved {
    /// The uppermost directory, or the file, that is not known.
    pub(crate) path: PathBuf,
}

impl NotObserved {
    /// As an error of reading.
    pub(crate) fn at(path: PathBuf) -> io::Error {
        io::Error::other(Self { path })
    }

    /// What an error of reading says was not looked at.
    pub(crate) fn of(error: &io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }
}
