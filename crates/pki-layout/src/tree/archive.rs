//! A tree in a tar of another machine, read into memory. What is not in it was not looked at; but
//! of a directory that is in it, everything is known.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, BufRead as _, BufReader, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use tar::EntryType;
use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::source::{Identity, Kind, Links, MAX_SIZE, NotObserved, Status, Tree};

/// More than a control plane's configuration by far.
const MOST_ENTRIES: usize = 100_000;
/// How much is unpacked, in bytes.
const MOST_BYTES: u64 = 256 << 20;
/// As many links as Linux follows.
const MOST_LINKS: usize = 40;

/// The files of an archive, by their paths below what stands for `/`.
pub(crate) struct Archive {
    pub(super) nodes: BTreeMap<PathBuf, Node>,
}

#[derive(Clone)]
pub(super) enum Node {
    /// A directory, with what its own entry says; without one only what lies in it is known.
    Directory(Option<Status>),
    /// A file; without content where it is larger than anything that is read.
    File(Status, Option<Arc<Zeroizing<Vec<u8>>>>),
    Link(Status, PathBuf),
    Other(Status),
    /// A hard link to what is not in the archive.
    Unknown,
}

impl Archive {
    /// Reads a tar, packed by gzip or not. Whatever is above `directory`, such as
    /// `etc/kubernetes`, stands for `/`. Of several entries by one name the last counts, as tar
    /// unpacks it.
    pub(crate) fn read(reader: impl Read, directory: &Path) -> Result<Self, String> {
        let nodes = unpacked(reader)?;
        let prefix = prefix(&nodes, directory)?;
        let nodes = nodes.into_iter().filter_map(|(path, node)| {
            let path = path.strip_prefix(&prefix).ok()?.to_owned();
            Some((path, node))
        });
        Ok(Self {
            nodes: nodes.collect(),
        })
    }

    /// What is at a path, after every link.
    fn find(&self, path: &Path, links: Links) -> io::Result<&Node> {
        let mut at = PathBuf::new();
        let mut rest = parts(path);
        let mut followed = 0;
        let mut found = self.nodes.get(&at);
        while let Some(part) = rest.pop() {
            if part == ".." {
                at.pop();
                continue;
            }
            let Some(Node::Directory(known)) = self.nodes.get(&at) else {
                return Err(io::ErrorKind::NotADirectory.into());
            };
            let next = at.join(part);
            found = self.nodes.get(&next);
            match found {
                None if known.is_some() => return Err(io::ErrorKind::NotFound.into()),
                None | Some(Node::Unknown) => {
                    return Err(NotObserved::at(Path::new("/").join(next)));
                }
                Some(Node::Link(_, target)) if links == Links::Follow || !rest.is_empty() => {
                    followed += 1;
                    if followed > MOST_LINKS {
                        return Err(io::Error::other("is behind too many symbolic links"));
                    }
                    if target.has_root() {
                        at = PathBuf::new();
                    }
                    rest.extend(parts(target));
                    found = self.nodes.get(&at);
                }
                Some(_) => at = next,
            }
        }
        // After `..` it is the directory.
        match self.nodes.get(&at) {
            Some(Node::Link(..)) | None => found,
            node => node,
        }
        .ok_or_else(|| NotObserved::at(Path::new("/").join(at)))
    }
}

/// The names of a path, the last first.
fn parts(path: &Path) -> Vec<OsString> {
    let parts = path.components().rev();
    parts
        .filter_map(|part| match part {
            Component::Normal(name) => Some(name.to_owned()),
            Component::ParentDir => Some("..".into()),
            _ => None,
        })
        .collect()
}

impl Tree for Archive {
    fn read(&self, path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
        let invalid = |reason: &str| io::Error::new(io::ErrorKind::InvalidData, reason);
        match self.find(path, Links::Follow)? {
            Node::File(_, Some(content)) => Ok(Zeroizing::clone(content)),
            Node::File(_, None) => Err(invalid("is larger than 1 MiB")),
            Node::Directory(_) => Err(invalid("is a directory, not a file")),
            _ => Err(invalid("is not a regular file")),
        }
    }

    fn status(&self, path: &Path, links: Links) -> io::Result<Status> {
        match self.find(path, links)? {
            Node::Directory(Some(status))
            | Node::File(status, _)
            | Node::Link(status, _)
            | Node::Other(status) => Ok(*status),
            Node::Directory(None) | Node::Unknown => Err(NotObserved::at(path.to_owned())),
        }
    }

    fn names(&self, directory: &Path) -> io::Result<Vec<String>> {
        let at = match self.find(directory, Links::Follow) {
            Ok(node @ Node::Directory(_)) => node,
            Ok(_) => return Err(io::ErrorKind::NotADirectory.into()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut nodes = self.nodes.iter();
        let own = nodes.find(|(_, node)| std::ptr::eq(*node, at));
        let below = nodes.filter(|(path, _)| path.parent() == own.map(|(path, _)| path.as_path()));
        let names = below.filter_map(|(path, _)| Some(path.file_name()?.to_str()?.to_owned()));
        Ok(names.collect())
    }
}

/// The files of an archive that is no tree: by their plain names, whatever directory they are in.
#[cfg(feature = "disk")]
pub(crate) fn files(archive: impl Read) -> Result<Vec<(String, Vec<u8>)>, String> {
    let nodes = unpacked(archive)?;
    let mut files = Vec::new();
    for (path, node) in nodes {
        let Node::File(_, content) = node else {
            continue;
        };
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.ok_or("a name in it is none of a file")?.to_owned();
        let content = content.ok_or_else(|| format!("{name} is larger than 1 MiB"))?;
        if files.iter().any(|(known, _)| *known == name) {
            return Err(format!("{name} is in it twice"));
        }
        files.push((name, content.to_vec()));
    }
    Ok(files)
}

/// Every entry by its name, of a tar that is packed by gzip or not.
fn unpacked(reader: impl Read) -> Result<BTreeMap<PathBuf, Node>, String> {
    let mut reader = BufReader::new(reader);
    let start = reader.fill_buf().map_err(|error| error.to_string())?;
    if start.starts_with(&[0x1f, 0x8b]) {
        entries(flate2::bufread::MultiGzDecoder::new(reader))
    } else {
        entries(reader)
    }
}

fn entries(reader: impl Read) -> Result<BTreeMap<PathBuf, Node>, String> {
    let failed = |error: io::Error| format!("it is no tar that can be read: {error}");
    let mut nodes = BTreeMap::from([(PathBuf::new(), Node::Directory(None))]);
    let mut archive = tar::Archive::new(reader.take(MOST_BYTES));
    let mut bytes = 0;
    for (number, entry) in archive.entries().map_err(failed)?.enumerate() {
        if number >= MOST_ENTRIES {
            return Err(format!("it has more than {MOST_ENTRIES} entries"));
        }
        let mut entry = entry.map_err(|error| {
            if bytes >= MOST_BYTES {
                too_large()
            } else {
                failed(error)
            }
        })?;
        let path = plain(&entry.path().map_err(failed)?)?;
        bytes = entry.raw_file_position() + entry.size();
        if bytes > MOST_BYTES {
            return Err(too_large());
        }
        let kind = match entry.header().entry_type() {
            EntryType::Directory => Kind::Directory,
            EntryType::Symlink => Kind::Link,
            EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => Kind::File,
            _ => Kind::Other,
        };
        let status = status(entry.header(), kind, number, entry.size()).map_err(failed)?;
        let target = entry.link_name().map_err(failed)?;
        let node = match entry.header().entry_type() {
            EntryType::Link => {
                let target = plain(&target.unwrap_or_default())?;
                nodes.get(&target).cloned().unwrap_or(Node::Unknown)
            }
            EntryType::Symlink => Node::Link(status, target.unwrap_or_default().into_owned()),
            EntryType::Directory => Node::Directory(Some(status)),
            EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {
                let content = if entry.size() > MAX_SIZE {
                    None
                } else {
                    // Reserved once: growing would leave copies of a key behind.
                    let capacity = usize::try_from(entry.size()).unwrap_or(0) + 1;
                    let mut content = Zeroizing::new(Vec::with_capacity(capacity));
                    entry.read_to_end(&mut content).map_err(failed)?;
                    Some(Arc::new(content))
                };
                Node::File(status, content)
            }
            EntryType::XGlobalHeader => continue,
            _ => Node::Other(status),
        };
        for above in path.ancestors().skip(1) {
            let known = nodes.entry(above.to_owned());
            known.or_insert(Node::Directory(None));
        }
        nodes.insert(path, node);
    }
    Ok(nodes)
}

fn too_large() -> String {
    format!(
        "it is larger than {} MiB unpacked; pack what is asked about alone, such as \
         etc/kubernetes and var/lib/kubelet",
        MOST_BYTES >> 20
    )
}

fn status(header: &tar::Header, kind: Kind, number: usize, size: u64) -> io::Result<Status> {
    let number_of = |id: u64| u32::try_from(id).unwrap_or(u32::MAX);
    let modified = i64::try_from(header.mtime()?).unwrap_or_default();
    Ok(Status {
        kind,
        mode: header.mode()? & 0o7777,
        owner: (number_of(header.uid()?), number_of(header.gid()?)),
        modified: OffsetDateTime::from_unix_timestamp(modified)
            .unwrap_or(OffsetDateTime::UNIX_EPOCH),
        obstacle: match kind {
            Kind::File => None,
            Kind::Link => Some("a symbolic link"),
            _ => Some("not a regular file"),
        },
        identity: Some(Identity {
            file: (0, u64::try_from(number).unwrap_or_default()),
            size,
            changed: [(modified, 0); 2],
        }),
    })
}

/// A name as tar unpacks it: relative, and never upwards.
fn plain(path: &Path) -> Result<PathBuf, String> {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => plain.push(name),
            Component::ParentDir => {
                return Err(format!("an entry has .. in its name: {}", path.display()));
            }
            _ => {}
        }
    }
    Ok(plain)
}

/// What stands for `/`: what is above the directory, and if there are several, nearest to the top.
fn prefix(nodes: &BTreeMap<PathBuf, Node>, directory: &Path) -> Result<PathBuf, String> {
    let directory = directory.strip_prefix("/").unwrap_or(directory);
    let levels = directory.components().count();
    let is_directory = |node: &Node| matches!(node, Node::Directory(_) | Node::Link(..));
    let mut found: Vec<&Path> = nodes
        .iter()
        .filter(|(path, node)| path.ends_with(directory) && is_directory(node))
        .filter_map(|(path, _)| path.ancestors().nth(levels))
        .collect();
    let depth = |path: &Path| path.components().count();
    found.sort_by_key(|path| depth(path));
    match found.as_slice() {
        [] => Err(format!("there is no {} in it", directory.display())),
        [one, other, ..] if depth(one) == depth(other) => Err(format!(
            "{} is in it more than once: below {} and {}",
            directory.display(),
            one.display(),
            other.display()
        )),
        [one, ..] => Ok((*one).to_owned()),
    }
}
