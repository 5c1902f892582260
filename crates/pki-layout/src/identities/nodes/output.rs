//! The directory that the nodes' files are made in. Each node's appear at once, whole and on disk.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;

use pki_core::Certificate;
use pki_core::text::hex;
use rustix::fs::{AtFlags, FileType, Mode, OFlags, RenameFlags};
use rustix::io::Errno;

use super::NodeForm;
use super::files::{Held, MadeNode, NodeFile};
use crate::error::Operation;
use crate::record::STAGING;
use crate::store::directory::{Created, Directory};
use crate::store::lock::{Lock, deadline};
use crate::store::{Line, mode};
use crate::tree::mode::DIRECTORY;
use crate::{LayoutError, Writing};

/// A batch that is being staged.
const STAGED: &str = "batch-new";
/// A batch that is decided.
const DECIDED: &str = "batch";
/// The certificates that are in a batch.
const LINES: &str = "issued";
/// The nodes of a batch.
const NODES: &str = "nodes";
/// Which authority signs what is in the directory.
const AUTHORITY: &str = "authority";

/// The directory, locked.
pub(super) struct Output {
    directory: Directory,
    /// Its `.pkigen`.
    home: Directory,
    _lock: Lock,
}

/// A batch that is decided.
pub(super) struct Batch {
    pub(super) lines: Vec<Line>,
    directory: Directory,
    nodes: Directory,
}

impl Output {
    /// Opens it, or makes it. What an earlier run was staging goes.
    pub(super) fn open(
        path: &Path,
        writing: &Writing,
        authority: &[Certificate],
    ) -> Result<Self, LayoutError> {
        let refused = |why| LayoutError::Directory {
            purpose: "the directory of nodes' files",
            path: path.to_owned(),
            why,
        };
        let mut created = Created::default();
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.ok_or_else(|| refused("it has no name"))?;
        let parent = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let above = Directory::open(parent)?;
        let directory = created.child(&above, name, mode::STAGING_DIRECTORY)?;
        directory.check_owner(&directory.stat()?)?;
        let names = directory.names()?;
        if !names.is_empty() && !names.iter().any(|name| name == STAGING) {
            return Err(refused(
                "there is something else in it; name one that is not there yet, or an earlier run's",
            ));
        }
        let home = created.child(&directory, STAGING, mode::STAGING_DIRECTORY)?;
        let lock = Lock::acquire(&home, writing, deadline(writing))?;
        let output = Self {
            directory,
            home,
            _lock: lock,
        };
        let sign: Vec<String> = authority
            .iter()
            .map(|one| hex::plain(&one.fingerprint()))
            .collect();
        let sign = sign.join("\n");
        match output.home.read(AUTHORITY)? {
            Some(there) if *there != *sign.as_bytes() => {
                return Err(refused(
                    "the nodes in it were made by another certificate of the cluster's CA; name another \
                     directory",
                ));
            }
            Some(_) => {}
            None => {
                write(&output.home, AUTHORITY, mode::STAGED, sign.as_bytes())?;
                output.home.sync()?;
            }
        }
        remove_tree(&output.home, STAGED)?;
        Ok(output)
    }

    /// Whether a node's files are there.
    pub(super) fn has(&self, name: &str) -> Result<bool, LayoutError> {
        let archive = format!("{name}.tar");
        for name in [name, &archive] {
            match rustix::fs::statat(&self.directory.fd, name, AtFlags::SYMLINK_NOFOLLOW) {
                Ok(_) => return Ok(true),
                Err(Errno::NOENT) => {}
                Err(error) => {
                    let path = self.directory.path.join(name);
                    return Err(LayoutError::io(Operation::Read, &path)(error));
                }
            }
        }
        Ok(false)
    }

    /// Writes the files of some nodes, forces all of them to disk at once, and decides that they are
    /// to be.
    pub(super) fn stage(
        &self,
        made: &[MadeNode],
        form: NodeForm,
        lines: &[Line],
    ) -> Result<Batch, LayoutError> {
        let staged = create(&self.home, STAGED)?;
        let nodes = create(&staged, NODES)?;
        for node in made {
            match form {
                NodeForm::Directory => directory(&nodes, node)?,
                NodeForm::Archive => {
                    let name = format!("{}.tar", node.name);
                    write(&nodes, &name, mode::STAGED, &archive(&nodes, node)?)?;
                }
            }
        }
        let mut text = Vec::new();
        for line in lines {
            serde_json::to_writer(&mut text, line)
                .map_err(|error| staging(&staged, LINES)(error.into()))?;
            text.push(b'\n');
        }
        write(&staged, LINES, mode::STAGED, &text)?;
        rustix::fs::syncfs(&self.home.fd)
            .map_err(LayoutError::io(Operation::Sync, &self.home.path))?;
        let path = self.home.path.join(DECIDED);
        rustix::fs::renameat(&self.home.fd, STAGED, &self.home.fd, DECIDED)
            .map_err(LayoutError::io(Operation::Place, &path))?;
        self.home.sync()?;
        Ok(Batch {
            lines: lines.to_vec(),
            directory: staged,
            nodes,
        })
    }

    /// What an earlier run had decided, and did not put in its place.
    pub(super) fn decided(&self) -> Result<Option<Batch>, LayoutError> {
        let Some(directory) = self.home.child(DECIDED)? else {
            return Ok(None);
        };
        let Some(nodes) = directory.child(NODES)? else {
            remove_tree(&self.home, DECIDED)?;
            return Ok(None);
        };
        let path = directory.path.join(LINES);
        let failed = |error: std::io::Error| LayoutError::io(Operation::Read, &path)(error);
        let file = directory.file(LINES, OFlags::RDONLY);
        let file = file.map_err(|error| failed(error.into()))?;
        let mut lines = Vec::new();
        for line in file
            .into_iter()
            .flat_map(|file| BufReader::new(File::from(file)).lines())
        {
            let line = line.map_err(failed)?;
            lines.push(serde_json::from_str(&line).map_err(|error| failed(error.into()))?);
        }
        Ok(Some(Batch {
            lines,
            directory,
            nodes,
        }))
    }

    /// Gives the nodes of a batch their names. How many that were.
    pub(super) fn place(&self, batch: &Batch) -> Result<usize, LayoutError> {
        let names = batch.nodes.names()?;
        for name in &names {
            let placed = rustix::fs::renameat_with(
                &batch.nodes.fd,
                name.as_str(),
                &self.directory.fd,
                name.as_str(),
                RenameFlags::NOREPLACE,
            );
            let path = self.directory.path.join(name);
            placed.map_err(LayoutError::io(Operation::Place, &path))?;
        }
        self.directory.sync()?;
        batch.nodes.sync()?;
        let remove = |directory: &Directory, name: &str, flags| {
            let path = directory.path.join(name);
            let removed = rustix::fs::unlinkat(&directory.fd, name, flags);
            removed.map_err(LayoutError::io(Operation::Remove, &path))
        };
        remove(&batch.directory, NODES, AtFlags::REMOVEDIR)?;
        remove(&batch.directory, LINES, AtFlags::empty())?;
        remove(&self.home, DECIDED, AtFlags::REMOVEDIR)?;
        Ok(names.len())
    }
}

fn staging(
    directory: &Directory,
    name: impl AsRef<Path>,
) -> impl FnOnce(std::io::Error) -> LayoutError {
    let path = directory.path.join(name);
    move |error| LayoutError::io(Operation::Stage, &path)(error)
}

fn create(parent: &Directory, name: &str) -> Result<Directory, LayoutError> {
    let created = parent.create(name, mode::STAGING_DIRECTORY)?;
    created.ok_or_else(|| staging(parent, name)(Errno::EXIST.into()))
}

fn write(
    directory: &Directory,
    name: impl AsRef<Path>,
    permissions: u32,
    content: &[u8],
) -> Result<(), LayoutError> {
    let name = name.as_ref();
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let permissions = Mode::from_raw_mode(permissions);
    let file = rustix::fs::openat(&directory.fd, name, flags, permissions)
        .map_err(|error| staging(directory, name)(error.into()))?;
    // Whatever the umask.
    rustix::fs::fchmod(&file, permissions)
        .map_err(|error| staging(directory, name)(error.into()))?;
    File::from(file)
        .write_all(content)
        .map_err(staging(directory, name))
}

/// The files of a node, below a directory of its name.
fn directory(nodes: &Directory, node: &MadeNode) -> Result<(), LayoutError> {
    let made = nodes.create(&node.name, DIRECTORY)?;
    let top = made.ok_or_else(|| staging(nodes, &node.name)(Errno::EXIST.into()))?;
    for parent in parents(&node.files) {
        let permissions = Mode::from_raw_mode(DIRECTORY);
        let made = rustix::fs::mkdirat(&top.fd, parent, permissions)
            .and_then(|()| rustix::fs::chmodat(&top.fd, parent, permissions, AtFlags::empty()));
        made.map_err(|error| staging(&top, parent)(error.into()))?;
    }
    for file in &node.files {
        match &file.content {
            Held::Bytes(bytes) => write(&top, &file.path, file.mode, bytes)?,
            Held::Link(target) => rustix::fs::symlinkat(target.as_str(), &top.fd, &file.path)
                .map_err(|error| staging(&top, &file.path)(error.into()))?,
        }
    }
    Ok(())
}

/// The directories that files are in, each after the one above it.
fn parents(files: &[NodeFile]) -> Vec<&Path> {
    let above = files.iter().flat_map(|file| file.path.ancestors().skip(1));
    let mut parents: Vec<&Path> = above.filter(|path| !path.as_os_str().is_empty()).collect();
    parents.sort_unstable();
    parents.dedup();
    parents
}

/// The same in an archive. The same files make the same one.
fn archive(nodes: &Directory, node: &MadeNode) -> Result<zeroize::Zeroizing<Vec<u8>>, LayoutError> {
    let failed = |error| staging(nodes, format!("{}.tar", node.name))(error);
    let mut archive = tar::Builder::new(Vec::new());
    let header = |kind, permissions, size: usize| {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_mode(permissions);
        header.set_size(size.try_into().unwrap_or(u64::MAX));
        header.set_mtime(0);
        header.set_uid(0);
        header.set_gid(0);
        header
    };
    for parent in parents(&node.files) {
        let mut header = header(tar::EntryType::Directory, DIRECTORY, 0);
        archive
            .append_data(&mut header, parent, std::io::empty())
            .map_err(failed)?;
    }
    for file in &node.files {
        let added = match &file.content {
            Held::Bytes(bytes) => {
                let mut header = header(tar::EntryType::Regular, file.mode, bytes.len());
                archive.append_data(&mut header, &file.path, bytes.as_slice())
            }
            Held::Link(target) => {
                let mut header = header(tar::EntryType::Symlink, file.mode, 0);
                archive.append_link(&mut header, &file.path, target)
            }
        };
        added.map_err(failed)?;
    }
    Ok(zeroize::Zeroizing::new(
        archive.into_inner().map_err(failed)?,
    ))
}

/// Takes away what a run was staging when it was cut short: nobody has seen it.
fn remove_tree(parent: &Directory, name: &str) -> Result<(), LayoutError> {
    let Some(directory) = parent.child(name)? else {
        return Ok(());
    };
    for entry in directory.names()? {
        let path = directory.path.join(&entry);
        let failed = |error: Errno| LayoutError::io(Operation::Remove, &path)(error);
        let status = rustix::fs::statat(&directory.fd, entry.as_str(), AtFlags::SYMLINK_NOFOLLOW);
        let status = status.map_err(failed)?;
        if FileType::from_raw_mode(status.st_mode) == FileType::Directory {
            remove_tree(&directory, &entry)?;
        } else {
            rustix::fs::unlinkat(&directory.fd, entry.as_str(), AtFlags::empty())
                .map_err(failed)?;
        }
    }
    let path = parent.path.join(name);
    rustix::fs::unlinkat(&parent.fd, name, AtFlags::REMOVEDIR)
        .map_err(LayoutError::io(Operation::Remove, &path))
}
