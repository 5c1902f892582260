//! A tree on disk, below a prefix. The one reader of files of this crate; the store opens its own.

mod obstacle;
mod root;

use std::fs::File;
use std::io::{self, Read as _};
use std::os::fd::OwnedFd;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{AtFlags, FileType, Mode, OFlags, ResolveFlags, Statx, StatxFlags};
use rustix::io::Errno;
use time::{Duration, OffsetDateTime};
use zeroize::Zeroizing;

pub(crate) use self::obstacle::obstacle;
use super::source::{Identity, Kind, Links, MAX_SIZE, Status, Tree};
use crate::LayoutError;
use crate::error::Operation;

/// More names than any directory that is looked at here has; a full one must not take for ever.
const MOST_NAMES: usize = 10_000;

/// NONBLOCK: opening a pipe must not wait for a writer.
const READ: OFlags = OFlags::RDONLY.union(OFlags::NONBLOCK);

/// What is on disk now.
pub(crate) struct Disk {
    prefix: PathBuf,
    /// The prefix, where it is held open.
    top: Option<OwnedFd>,
}

impl Disk {
    pub(crate) fn new(prefix: PathBuf) -> Self {
        Self { prefix, top: None }
    }

    fn open_top(&self) -> io::Result<OwnedFd> {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(rustix::fs::open(&self.prefix, flags, Mode::empty())?)
    }

    /// Opens a path of the running system. Links in it, absolute ones too, stay below the
    /// prefix: what is read is what the node would see, and what would be written.
    pub(crate) fn open(&self, path: &Path, flags: OFlags) -> io::Result<OwnedFd> {
        let relative = path.strip_prefix("/").unwrap_or(path);
        let resolve = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
        let flags = flags | OFlags::CLOEXEC;
        match &self.top {
            Some(top) => open_below(top, relative, flags, resolve),
            None => open_below(&self.open_top()?, relative, flags, resolve),
        }
    }
}

/// Opens a path below a directory, which only the kernel can do without somebody swapping a name
/// on the way.
pub(crate) fn open_below(
    top: &OwnedFd,
    relative: &Path,
    flags: OFlags,
    resolve: ResolveFlags,
) -> io::Result<OwnedFd> {
    let opened = rustix::fs::openat2(top, relative, flags, Mode::empty(), resolve);
    opened.map_err(|error| match error {
        Errno::NOSYS => io::Error::new(
            io::ErrorKind::Unsupported,
            "this kernel does not have openat2(2), or something forbids it; it takes Linux 5.6 or \
             newer",
        ),
        error => error.into(),
    })
}

impl Tree for Disk {
    fn read(&self, path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
        content(File::from(self.open(path, READ)?))
    }

    fn status(&self, path: &Path, links: Links) -> io::Result<Status> {
        let flags = match links {
            Links::Follow => OFlags::PATH,
            Links::Stay => OFlags::PATH | OFlags::NOFOLLOW,
        };
        let file = self.open(path, flags)?;
        let flags = AtFlags::EMPTY_PATH;
        let status = rustix::fs::statx(&file, "", flags, StatxFlags::BASIC_STATS)?;
        Ok(Status::of(&status))
    }

    fn names(&self, directory: &Path) -> io::Result<Vec<String>> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY;
        let directory = match self.open(directory, flags) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            opened => opened?,
        };
        let mut names = Vec::new();
        for entry in rustix::fs::Dir::read_from(&directory)? {
            if names.len() >= MOST_NAMES {
                let message = format!("it has more than {MOST_NAMES} names");
                return Err(io::Error::other(message));
            }
            if let Ok(name) = entry?.file_name().to_str()
                && !matches!(name, "." | "..")
            {
                names.push(name.to_owned());
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    fn held(&self) -> Option<Arc<dyn Tree>> {
        let top = self.open_top().ok()?;
        Some(Arc::new(Self {
            prefix: self.prefix.clone(),
            top: Some(top),
        }))
    }

    fn is_disk(&self) -> bool {
        true
    }
}

impl Status {
    fn of(status: &Statx) -> Self {
        let mode = u32::from(status.stx_mode);
        let modified = status.stx_mtime;
        let changed = status.stx_ctime;
        Self {
            kind: match FileType::from_raw_mode(mode) {
                FileType::RegularFile => Kind::File,
                FileType::Directory => Kind::Directory,
                FileType::Symlink => Kind::Link,
                _ => Kind::Other,
            },
            mode: mode & 0o7777,
            owner: (status.stx_uid, status.stx_gid),
            modified: OffsetDateTime::from_unix_timestamp(modified.tv_sec)
                .unwrap_or(OffsetDateTime::UNIX_EPOCH)
                .saturating_add(Duration::nanoseconds(modified.tv_nsec.into())),
            obstacle: obstacle(status),
            identity: Some(Identity {
                file: (
                    u64::from(status.stx_dev_major) << 32 | u64::from(status.stx_dev_minor),
                    status.stx_ino,
                ),
                size: status.stx_size,
                changed: [
                    (modified.tv_sec, modified.tv_nsec),
                    (changed.tv_sec, changed.tv_nsec),
                ],
            }),
        }
    }
}

/// The content of a file that belongs to no tree, as [`content`].
pub(crate) fn read_file(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    content(File::from(rustix::fs::open(
        path,
        READ | OFlags::CLOEXEC,
        Mode::empty(),
    )?))
}

/// The content of what somebody names to be looked at: a file, a pipe, or `-` for what comes in.
pub(crate) fn read_given(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    if path.as_os_str() == "-" {
        return stream(io::stdin().lock());
    }
    let file = File::from(rustix::fs::open(
        path,
        OFlags::RDONLY | OFlags::NOCTTY | OFlags::CLOEXEC,
        Mode::empty(),
    )?);
    let metadata = file.metadata()?;
    if metadata.is_file() || metadata.is_dir() {
        content(file)
    } else {
        stream(file)
    }
}

/// What comes in, of bounded size.
pub(crate) fn stream(from: impl io::Read) -> io::Result<Zeroizing<Vec<u8>>> {
    // Reserved once: growing would leave copies of a key behind.
    let capacity = usize::try_from(MAX_SIZE).unwrap_or(0) + 1;
    let mut content = Zeroizing::new(Vec::with_capacity(capacity));
    from.take(MAX_SIZE + 1).read_to_end(&mut content)?;
    if content.len() == capacity {
        let reason = "is larger than 1 MiB";
        return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
    }
    Ok(content)
}

/// The content of a regular file of bounded size, wiped when dropped. Anything else, such as a
/// directory or a pipe, is [`io::ErrorKind::InvalidData`].
pub(crate) fn content(file: File) -> io::Result<Zeroizing<Vec<u8>>> {
    let metadata = file.metadata()?;
    let invalid = |reason: &str| io::Error::new(io::ErrorKind::InvalidData, reason);
    if metadata.is_dir() {
        return Err(invalid("is a directory, not a file"));
    }
    if !metadata.is_file() {
        return Err(invalid("is not a regular file"));
    }
    if metadata.len() > MAX_SIZE {
        return Err(invalid("is larger than 1 MiB"));
    }
    // Reserved once: growing would leave copies of a key behind.
    let capacity = usize::try_from(metadata.len()).unwrap_or(0) + 1;
    let mut content = Zeroizing::new(Vec::with_capacity(capacity));
    file.take(MAX_SIZE).read_to_end(&mut content)?;
    Ok(content)
}

/// A text file of at most 1 MiB, such as a configuration.
///
/// # Errors
///
/// [`LayoutError::Io`] when it cannot be read, [`LayoutError::NotText`] when it is not UTF-8.
pub fn read_text(path: &Path) -> Result<String, LayoutError> {
    let bytes = read_file(path).map_err(LayoutError::io(Operation::Read, path))?;
    String::from_utf8(bytes.to_vec()).map_err(|_| LayoutError::NotText {
        path: path.to_owned(),
    })
}

/// Fails for a file that another user than this one and root can write to: it names programs that are
/// loaded.
///
/// # Errors
///
/// [`LayoutError::Untrusted`], and [`LayoutError::Io`] where it cannot be looked at.
pub fn check_trusted(path: &Path) -> Result<(), LayoutError> {
    let found = std::fs::metadata(path).map_err(LayoutError::io(Operation::Read, path))?;
    let own = rustix::process::geteuid().as_raw();
    let mode = found.permissions().mode();
    let is_of_others = found.uid() != 0 && found.uid() != own;
    if is_of_others || mode & 0o022 != 0 {
        return Err(LayoutError::Untrusted {
            path: path.to_owned(),
            mode: mode & 0o7777,
        });
    }
    Ok(())
}
