//! Directories held by descriptor: resolved once, so that nobody can swap them under a name.

use std::fs::File;
use std::io::ErrorKind;
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, Mode, OFlags, ResolveFlags, Stat, StatxFlags};
use rustix::io::Errno;
use zeroize::Zeroizing;

use crate::LayoutError;
use crate::error::Operation;
use crate::store::mode;
use crate::store::writers::other_writer;
use crate::tree::disk::{content, open_below};

/// An open directory and its path for messages.
#[derive(Debug)]
pub(crate) struct Directory {
    pub(crate) fd: OwnedFd,
    pub(crate) path: PathBuf,
}

/// A file and what it holds.
pub(crate) struct Opened {
    pub(crate) content: Zeroizing<Vec<u8>>,
    pub(crate) file: OwnedFd,
}

const OPEN: OFlags = OFlags::DIRECTORY
    .union(OFlags::RDONLY)
    .union(OFlags::CLOEXEC);

impl Directory {
    /// Opens an existing directory by name, following links in it.
    pub(crate) fn open(path: &Path) -> Result<Self, LayoutError> {
        let fd = rustix::fs::open(path, OPEN, Mode::empty())
            .map_err(LayoutError::io(Operation::Open, path))?;
        Ok(Self {
            fd,
            path: path.to_owned(),
        })
    }

    /// Opens a directory below this one, following links that stay below. `None` when it is not
    /// there.
    pub(crate) fn below(&self, relative: &Path) -> Result<Option<Self>, LayoutError> {
        let path = self.path.join(relative);
        if relative.as_os_str().is_empty() {
            return Self::open(&self.path).map(Some);
        }
        let resolve = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
        match open_below(&self.fd, relative, OPEN, resolve) {
            Ok(fd) => Ok(Some(Self { fd, path })),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(LayoutError::io(Operation::Open, &path)(error)),
        }
    }

    /// A second handle of the same directory.
    pub(crate) fn clone_handle(&self) -> Result<Self, LayoutError> {
        let fd = rustix::io::fcntl_dupfd_cloexec(&self.fd, 0)
            .map_err(LayoutError::io(Operation::Open, &self.path))?;
        Ok(Self {
            fd,
            path: self.path.clone(),
        })
    }

    /// Opens a directory inside this one without following any link. `None` when it is not there.
    pub(crate) fn child(&self, name: &str) -> Result<Option<Self>, LayoutError> {
        let path = self.path.join(name);
        let resolve =
            ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
        match open_below(&self.fd, Path::new(name), OPEN, resolve) {
            Ok(fd) => Ok(Some(Self { fd, path })),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) if Errno::from_io_error(&error) == Some(Errno::LOOP) => {
                Err(LayoutError::LinkedDirectory { path })
            }
            Err(error) => Err(LayoutError::io(Operation::Open, &path)(error)),
        }
    }

    /// Creates a directory inside this one, with exactly this mode whatever the umask. `None` when
    /// it is there meanwhile: another run starts at the same time, and neither holds a lock yet.
    pub(crate) fn create(&self, name: &str, mode: u32) -> Result<Option<Self>, LayoutError> {
        let path = self.path.join(name);
        let failed = |error: Errno| LayoutError::io(Operation::CreateDirectory, &path)(error);
        // Born as it ends up, save for what the umask takes: never wider, and a run that is killed
        // before the next call leaves no directory that readers cannot enter.
        let mode = Mode::from_raw_mode(mode);
        match rustix::fs::mkdirat(&self.fd, name, mode) {
            Ok(()) => {}
            Err(Errno::EXIST) => return Ok(None),
            Err(error) => return Err(failed(error)),
        }
        let born = OPEN | OFlags::NOFOLLOW;
        let fd = match rustix::fs::openat(&self.fd, name, born, Mode::empty()) {
            Ok(fd) => fd,
            // A umask has left its owner out.
            Err(Errno::ACCESS) => self.let_in(name, mode).map_err(failed)?,
            Err(error) => return Err(failed(error)),
        };
        // Whoever could swap it would have another one opened up: it is changed by descriptor, and
        // only where it is one's own. The group that its own directory gives on stays.
        let stat = rustix::fs::fstat(&fd).map_err(failed)?;
        if stat.st_uid != rustix::process::geteuid().as_raw() {
            return Err(failed(Errno::STALE));
        }
        let group = Mode::from_raw_mode(stat.st_mode) & Mode::SGID;
        rustix::fs::fchmod(&fd, mode | group).map_err(failed)?;
        Ok(Some(Self { fd, path }))
    }

    /// Opens a directory that was made a moment ago and whose mode does not let its owner in.
    fn let_in(&self, name: &str, mode: Mode) -> Result<OwnedFd, Errno> {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let closed = rustix::fs::openat(&self.fd, name, flags, Mode::empty())?;
        if rustix::fs::fstat(&closed)?.st_uid != rustix::process::geteuid().as_raw() {
            return Err(Errno::STALE);
        }
        // Such a descriptor takes no fchmod before Linux 6.6.
        let itself = format!("/proc/self/fd/{}", closed.as_raw_fd());
        rustix::fs::chmod(itself.as_str(), mode)?;
        rustix::fs::openat(&closed, ".", OPEN, Mode::empty())
    }

    /// Removes an empty directory or a file inside this one. Used when undoing: what fails to go
    /// is not worth a second error.
    pub(crate) fn remove(&self, name: &str, kind: Entry) {
        let flags = match kind {
            Entry::Directory => AtFlags::REMOVEDIR,
            Entry::File => AtFlags::empty(),
        };
        let _ = rustix::fs::unlinkat(&self.fd, name, flags);
    }

    /// Forces its names to disk.
    pub(crate) fn sync(&self) -> Result<(), LayoutError> {
        rustix::fs::fsync(&self.fd).map_err(LayoutError::io(Operation::Sync, &self.path))
    }

    /// Whose a new file is in a directory that gives its group on, where this user may give files
    /// to that.
    pub(crate) fn given_group(&self) -> Result<Option<(u32, u32)>, LayoutError> {
        let stat = self.stat()?;
        if stat.st_mode & Mode::SGID.as_raw_mode() == 0 {
            return Ok(None);
        }
        let user = rustix::process::geteuid();
        let further = rustix::process::getgroups();
        let further = further.map_err(LayoutError::io(Operation::Open, &self.path))?;
        let mut groups = further.into_iter().chain([rustix::process::getegid()]);
        let may_give = user.is_root() || groups.any(|group| group.as_raw() == stat.st_gid);
        Ok(may_give.then_some((user.as_raw(), stat.st_gid)))
    }

    /// What a rename cannot leave: two mounts of one file system are two.
    pub(crate) fn mount(&self) -> Result<Mount, LayoutError> {
        let flags = StatxFlags::MNT_ID;
        let status = rustix::fs::statx(&self.fd, "", AtFlags::EMPTY_PATH, flags)
            .map_err(LayoutError::io(Operation::Open, &self.path))?;
        // Linux before 5.8 does not say.
        let said = StatxFlags::from_bits_retain(status.stx_mask).contains(flags);
        Ok(Mount {
            device: (status.stx_dev_major, status.stx_dev_minor),
            number: said.then_some(status.stx_mnt_id),
        })
    }

    pub(crate) fn stat(&self) -> Result<Stat, LayoutError> {
        rustix::fs::fstat(&self.fd).map_err(LayoutError::io(Operation::Open, &self.path))
    }

    /// Refuses a directory in which somebody else could swap files: this one and every one above
    /// it up to `top` must belong to root or to the user who runs this, and must not be writable
    /// by others, unless it is sticky and root's, as /tmp is.
    pub(crate) fn check_safe(&self, top: &Stat) -> Result<(), LayoutError> {
        let mut current = self.clone_handle()?;
        loop {
            let stat = current.stat()?;
            current.check_owner(&stat)?;
            if identity(&stat) == identity(top) {
                return Ok(());
            }
            let parent = rustix::fs::openat(&current.fd, "..", OPEN, Mode::empty())
                .map_err(LayoutError::io(Operation::Open, &current.path))?;
            let path = current.path.parent().unwrap_or(Path::new("/")).to_owned();
            let above = Self { fd: parent, path };
            let up = above.stat()?;
            // The root of the file system is its own parent.
            if identity(&up) == identity(&stat) {
                return Ok(());
            }
            current = above;
        }
    }

    /// Refuses a directory that is one of this name or inside one, whatever it is called here.
    pub(crate) fn check_outside(&self, name: &str) -> Result<(), LayoutError> {
        let mut current = self.clone_handle()?;
        loop {
            let above = rustix::fs::openat(&current.fd, "..", OPEN, Mode::empty())
                .map_err(LayoutError::io(Operation::Open, &self.path))?;
            let above = Self {
                fd: above,
                path: self.path.clone(),
            };
            let here = identity(&current.stat()?);
            let named = rustix::fs::statat(&above.fd, name, AtFlags::SYMLINK_NOFOLLOW);
            if named.is_ok_and(|named| identity(&named) == here) {
                return Err(LayoutError::Directory {
                    purpose: "a directory",
                    path: self.path.clone(),
                    why: "it leads into .pkigen, which is what runs keep for themselves",
                });
            }
            if identity(&above.stat()?) == here {
                return Ok(());
            }
            current = above;
        }
    }

    /// Whether this directory alone keeps others from swapping files in it.
    pub(crate) fn check_owner(&self, stat: &Stat) -> Result<(), LayoutError> {
        let user = rustix::process::geteuid().as_raw();
        let why = if stat.st_uid != 0 && stat.st_uid != user {
            Some(format!(
                "it belongs to the user with the id {}",
                stat.st_uid
            ))
        } else {
            other_writer(&self.fd, stat, user)
        };
        why.map_or(Ok(()), |why| {
            let path = self.path.clone();
            Err(LayoutError::Unsafe { path, why })
        })
    }

    /// Opens what is under a name of this directory, never through a link and without waiting
    /// for the other end of a pipe. `None` when there is nothing.
    pub(crate) fn file(&self, name: &str, flags: OFlags) -> Result<Option<OwnedFd>, Errno> {
        let flags = flags | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        match rustix::fs::openat(&self.fd, name, flags, Mode::empty()) {
            Ok(file) => Ok(Some(file)),
            Err(Errno::NOENT) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The content of a regular file of bounded size under a name of this directory. `None` when
    /// there is nothing.
    pub(crate) fn read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, LayoutError> {
        let opened = self.read_open(name)?;
        Ok(opened.map(|opened| opened.content))
    }

    /// The same, and the file.
    pub(crate) fn read_open(&self, name: &str) -> Result<Option<Opened>, LayoutError> {
        let path = self.path.join(name);
        let file = self.file(name, OFlags::RDONLY);
        let Some(file) = file.map_err(LayoutError::io(Operation::Read, &path))? else {
            return Ok(None);
        };
        let failed = |error: std::io::Error| LayoutError::io(Operation::Read, &path)(error);
        let file = File::from(file);
        let content = content(file.try_clone().map_err(failed)?).map_err(failed)?;
        Ok(Some(Opened {
            content,
            file: file.into(),
        }))
    }

    /// The names in it.
    pub(crate) fn names(&self) -> Result<Vec<String>, LayoutError> {
        let failed = |error: Errno| LayoutError::io(Operation::Read, &self.path)(error);
        let mut names = Vec::new();
        for entry in rustix::fs::Dir::read_from(&self.fd).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            if let Ok(name) = entry.file_name().to_str()
                && name != "."
                && name != ".."
            {
                names.push(name.to_owned());
            }
        }
        Ok(names)
    }
}

/// A mount, as far as the kernel tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mount {
    device: (u32, u32),
    number: Option<u64>,
}

/// Two names of one directory, or one directory under two names.
pub(crate) fn identity(stat: &Stat) -> (u64, u64) {
    (stat.st_dev, stat.st_ino)
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry {
    Directory,
    File,
}

/// Directories that a command had to create, removed again when it fails before it is done.
#[derive(Debug, Default)]
pub(crate) struct Created(Vec<(Directory, String)>);

impl Created {
    /// Opens a directory below `top`, creating what is missing of it.
    pub(crate) fn open(
        &mut self,
        top: &Directory,
        relative: &Path,
    ) -> Result<Directory, LayoutError> {
        if let Some(directory) = top.below(relative)? {
            return Ok(directory);
        }
        let parent = relative.parent().unwrap_or(Path::new(""));
        let Some(name) = relative.file_name().and_then(|name| name.to_str()) else {
            return Err(LayoutError::io(Operation::Open, &top.path.join(relative))(
                Errno::INVAL,
            ));
        };
        let parent = self.open(top, parent)?;
        self.create(&parent, name, mode::DIRECTORY)
    }

    /// Opens a directory inside `parent`, creating it when it is missing.
    pub(crate) fn child(
        &mut self,
        parent: &Directory,
        name: &str,
        mode: u32,
    ) -> Result<Directory, LayoutError> {
        match parent.child(name)? {
            Some(directory) => Ok(directory),
            None => self.create(parent, name, mode),
        }
    }

    fn create(
        &mut self,
        parent: &Directory,
        name: &str,
        mode: u32,
    ) -> Result<Directory, LayoutError> {
        if let Some(created) = parent.create(name, mode)? {
            self.0.push((parent.clone_handle()?, name.to_owned()));
            return Ok(created);
        }
        let missing = || {
            let path = parent.path.join(name);
            LayoutError::io(Operation::Open, &path)(Errno::NOENT)
        };
        parent.child(name)?.ok_or_else(missing)
    }

    /// The directories that hold the new names.
    pub(crate) fn parents(&self) -> impl Iterator<Item = &Directory> {
        self.0.iter().map(|(parent, _)| parent)
    }

    /// Removes what is still empty, the deepest first.
    pub(crate) fn undo(&self) {
        for (parent, name) in self.0.iter().rev() {
            parent.remove(name, Entry::Directory);
        }
    }
}
