//! Filling files that nobody looks at yet: new contents, copies, records.

use std::ffi::OsStr;
use std::fs::File;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{
    AtFlags, FileType, Gid, Mode, OFlags, Stat, StatVfsMountFlags, StatxAttributes, StatxFlags, Uid,
};
use rustix::io::Errno;
use zeroize::Zeroizing;

use super::step::{Place, look};
use super::{Write, attributes};
use crate::LayoutError;
use crate::error::Operation;
use crate::record::digest;
use crate::store::directory::{Directory, Entry};
use crate::store::mode;
use crate::tree::disk::{content, obstacle};

/// A file that was filled and is not on disk yet.
pub(super) struct Fresh<'a> {
    pub(super) file: OwnedFd,
    /// What it is for, for messages.
    pub(super) path: PathBuf,
    pub(super) contents: &'a [u8],
}

/// What is in the place of a new file until now.
pub(super) struct Old {
    /// Of a link, where it leads to.
    pub(super) content: Zeroizing<Vec<u8>>,
    /// Nothing of a link: that has neither attributes nor a mode that matter.
    pub(super) file: Option<OwnedFd>,
    pub(super) stat: Stat,
}

/// Creates a file under a free name and fills it; open to its owner alone. `path` is what it is
/// for.
pub(super) fn write_new<'a>(
    directory: &Directory,
    name: &str,
    path: &Path,
    contents: &'a [u8],
) -> Result<Fresh<'a>, LayoutError> {
    let failed = |error: Errno| LayoutError::io(Operation::Stage, path)(error);
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let born = Mode::from_raw_mode(mode::STAGED);
    let file = rustix::fs::openat(&directory.fd, name, flags, born).map_err(failed)?;
    // Whatever the umask has left of it.
    let filled = rustix::fs::fchmod(&file, born).and_then(|()| fill(&file, contents));
    filled
        .inspect_err(|_| directory.remove(name, Entry::File))
        .map_err(failed)?;
    Ok(Fresh {
        file,
        path: path.to_owned(),
        contents,
    })
}

/// Creates a link under a free name, to where the contents of what is to be written say. `path` is
/// what it is for.
pub(super) fn link_new(
    directory: &Directory,
    name: &str,
    path: &Path,
    write: &Write,
    owner: Option<(u32, u32)>,
) -> Result<Stat, LayoutError> {
    let failed = |error: Errno| LayoutError::io(Operation::Stage, path)(error);
    let target = OsStr::from_bytes(&write.contents);
    rustix::fs::symlinkat(target, &directory.fd, name).map_err(failed)?;
    let dressed = || {
        let stay = AtFlags::SYMLINK_NOFOLLOW;
        if let Some((owner, group)) = owner {
            let (owner, group) = (Uid::from_raw(owner), Gid::from_raw(group));
            rustix::fs::chownat(&directory.fd, name, Some(owner), Some(group), stay)?;
        }
        rustix::fs::statat(&directory.fd, name, stay)
    };
    let there = dressed().map_err(failed).and_then(|stat| {
        if look(directory, name)? == Place::Link(digest(&write.contents)) {
            Ok(stat)
        } else {
            let path = path.to_owned();
            Err(LayoutError::ReadBack { path })
        }
    });
    there.inspect_err(|_| directory.remove(name, Entry::File))
}

fn fill(file: &OwnedFd, contents: &[u8]) -> Result<(), Errno> {
    let mut rest = contents;
    while !rest.is_empty() {
        match rustix::io::write(file, rest) {
            Ok(0) => return Err(Errno::IO),
            Ok(written) => rest = rest.get(written..).unwrap_or_default(),
            Err(Errno::INTR) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

impl Fresh<'_> {
    /// Gives it owner, attributes and mode of its place, still under a name that nobody reads. A
    /// rootless control plane's files belong to its own users and groups, and stay theirs; a
    /// private key loses what it grants to others. `new` owns what nobody did.
    pub(super) fn dress(
        &self,
        write: &Write,
        old: Option<&Old>,
        new: Option<(u32, u32)>,
    ) -> Result<Stat, LayoutError> {
        self.dress_as(write, old, new).map_err(|error| {
            let owner = old.map(|old| (old.stat.st_uid, old.stat.st_gid));
            match (error, owner.or(write.owner).or(new)) {
                (Errno::PERM, Some((owner, group))) => LayoutError::NotGiven {
                    path: self.path.clone(),
                    owner,
                    group,
                },
                (error, _) => LayoutError::io(Operation::Stage, &self.path)(error),
            }
        })
    }

    fn dress_as(
        &self,
        write: &Write,
        old: Option<&Old>,
        new: Option<(u32, u32)>,
    ) -> Result<Stat, Errno> {
        let owner = old.map(|old| (old.stat.st_uid, old.stat.st_gid));
        if let Some((owner, group)) = owner.or(write.owner).or(new) {
            // No user has that number: for the system call it is none at all.
            if owner == u32::MAX || group == u32::MAX {
                return Err(Errno::INVAL);
            }
            let (owner, group) = (Uid::from_raw(owner), Gid::from_raw(group));
            self.give(owner, group)?;
        }
        let mut mode = Mode::from_raw_mode(write.mode);
        let replaced = old.filter(|old| old.file.is_some());
        let replaced_file = replaced.and_then(|old| old.file.as_ref());
        if let Some(from) = replaced_file.or(write.attributes.as_ref()) {
            attributes::copy(from, &self.file)?;
        }
        if let Some(old) = replaced {
            mode = Mode::from_raw_mode(old.stat.st_mode);
        }
        if write.secret {
            mode.remove(Mode::RWXO);
        }
        // Last: changing the owner clears bits, and an ACL brings its own.
        rustix::fs::fchmod(&self.file, mode)?;
        rustix::fs::fstat(&self.file)
    }

    fn give(&self, owner: Uid, group: Gid) -> Result<(), Errno> {
        let now = rustix::fs::fstat(&self.file)?;
        if (now.st_uid, now.st_gid) == (owner.as_raw(), group.as_raw()) {
            return Ok(());
        }
        rustix::fs::fchown(&self.file, Some(owner), Some(group))
    }

    /// Gives a copy the attributes of what it is of. They may grant something to somebody, but not
    /// here.
    pub(super) fn label(&self, old: &Old) -> Result<(), LayoutError> {
        let copied = match &old.file {
            Some(file) => attributes::copy(file, &self.file),
            None => Ok(()),
        };
        copied
            .and_then(|()| rustix::fs::fchmod(&self.file, Mode::from_raw_mode(mode::STAGED)))
            .map_err(LayoutError::io(Operation::Stage, &self.path))
    }

    /// Forces it to disk, and compares: a write may lie.
    pub(super) fn settle(&self) -> Result<(), LayoutError> {
        rustix::fs::fsync(&self.file).map_err(LayoutError::io(Operation::Sync, &self.path))?;
        let mut there = Zeroizing::new(vec![0; self.contents.len() + 1]);
        let mut length = 0;
        while let Some(rest) = there.get_mut(length..).filter(|rest| !rest.is_empty()) {
            let offset = u64::try_from(length).unwrap_or(u64::MAX);
            match rustix::io::pread(&self.file, rest, offset) {
                Ok(0) => break,
                Ok(read) => length += read,
                Err(Errno::INTR) => {}
                Err(error) => return Err(LayoutError::io(Operation::Read, &self.path)(error)),
            }
        }
        if there.get(..length) == Some(self.contents) {
            Ok(())
        } else {
            Err(LayoutError::ReadBack {
                path: self.path.clone(),
            })
        }
    }
}

impl Old {
    /// What is in a place, if it can be replaced at all. `None` when nothing is there.
    pub(super) fn open(
        directory: &Directory,
        name: &str,
        may_be_link: bool,
    ) -> Result<Option<Self>, LayoutError> {
        let path = directory.path.join(name);
        let failed = |error: Errno| LayoutError::io(Operation::Read, &path)(error);
        let flags = AtFlags::SYMLINK_NOFOLLOW;
        let status = match rustix::fs::statx(&directory.fd, name, flags, StatxFlags::BASIC_STATS) {
            Ok(status) => status,
            Err(Errno::NOENT) => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let is_link = FileType::from_raw_mode(status.stx_mode.into()) == FileType::Symlink;
        if may_be_link && is_link {
            let target = rustix::fs::readlinkat(&directory.fd, name, Vec::new());
            let target = target.map_err(failed)?;
            return Ok(Some(Self {
                content: Zeroizing::new(target.into_bytes()),
                file: None,
                stat: rustix::fs::statat(&directory.fd, name, flags).map_err(failed)?,
            }));
        }
        if let Some(what) = obstacle(&status) {
            return Err(LayoutError::NotReplaceable { path, what });
        }
        let Some(file) = directory.file(name, OFlags::RDONLY).map_err(failed)? else {
            return Ok(None);
        };
        let stat = rustix::fs::fstat(&file).map_err(failed)?;
        let copy = rustix::io::fcntl_dupfd_cloexec(&file, 0).map_err(failed)?;
        let content = content(File::from(copy)).map_err(LayoutError::io(Operation::Read, &path))?;
        Ok(Some(Self {
            content,
            file: Some(file),
            stat,
        }))
    }

    /// Whether a place still holds this very file, unchanged.
    pub(super) fn is_still(&self, directory: &Directory, name: &str) -> bool {
        let now = rustix::fs::statat(&directory.fd, name, AtFlags::SYMLINK_NOFOLLOW);
        let key = |stat: &Stat| {
            let changed = (stat.st_ctime, stat.st_ctime_nsec);
            (stat.st_dev, stat.st_ino, stat.st_size, changed)
        };
        now.is_ok_and(|now| key(&now) == key(&self.stat))
    }
}

/// Refuses a directory in which no name can change, before anything is decided that needs it to.
pub(super) fn check_writable(directory: &Directory) -> Result<(), LayoutError> {
    let failed = |error: Errno| LayoutError::io(Operation::Place, &directory.path)(error);
    let file_system = rustix::fs::fstatvfs(&directory.fd).map_err(failed)?;
    if file_system.f_flag.contains(StatVfsMountFlags::RDONLY) {
        return Err(failed(Errno::ROFS));
    }
    let status = rustix::fs::statx(
        &directory.fd,
        "",
        AtFlags::EMPTY_PATH,
        StatxFlags::BASIC_STATS,
    );
    let fixed = StatxAttributes::IMMUTABLE | StatxAttributes::APPEND;
    if status.map_err(failed)?.stx_attributes.intersects(fixed) {
        return Err(failed(Errno::PERM));
    }
    Ok(())
}
