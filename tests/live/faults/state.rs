//! Everything that can be seen of a tree's files, and whether a transaction is wholly in it or
//! not at all.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::support::Tree;

/// One file, as anybody can see it. Two are equal when nobody wrote in between, not even the same
/// bytes again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct File {
    pub(super) sha256: String,
    pub(super) mode: u32,
    pub(super) owner: (u32, u32),
    pub(super) attributes: Vec<(String, Vec<u8>)>,
    inode: u64,
    links: u64,
    modified: (i64, i64),
}

/// Every file of a tree but those that pkigen keeps for itself, by its path in the running system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct State(pub(super) BTreeMap<PathBuf, File>);

/// What a transaction has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Came {
    /// Nothing: every file is as it was before.
    Old,
    /// Everything: every file is what it was to be.
    New,
}

impl State {
    pub(super) fn of(tree: &Tree) -> Self {
        let mut files = BTreeMap::new();
        for path in tree.all_files() {
            let metadata = path.symlink_metadata().unwrap();
            let relative = path.strip_prefix(tree.path()).unwrap();
            if metadata.is_dir() || is_own(relative) {
                continue;
            }
            let content = if metadata.is_file() {
                std::fs::read(&path).unwrap()
            } else {
                let target = std::fs::read_link(&path).unwrap();
                target.into_os_string().into_encoded_bytes()
            };
            let file = File {
                sha256: digest(&content),
                mode: metadata.mode(),
                owner: (metadata.uid(), metadata.gid()),
                attributes: attributes(&path),
                inode: metadata.ino(),
                links: metadata.nlink(),
                modified: (metadata.mtime(), metadata.mtime_nsec()),
            };
            files.insert(Path::new("/").join(relative), file);
        }
        Self(files)
    }

    /// Path and digest of every file.
    pub(super) fn contents(&self) -> Contents {
        let files = self.0.iter();
        files
            .map(|(path, file)| (path.clone(), file.sha256.clone()))
            .collect()
    }

    /// Fails unless owners, permissions and attributes are the same as in another state, whatever
    /// the contents.
    pub(super) fn assert_dressed_as(&self, other: &Self, what: &str) {
        let dress = |file: &File| (file.mode, file.owner, file.attributes.clone());
        for (path, file) in &self.0 {
            if let Some(other) = other.0.get(path) {
                assert_eq!(dress(file), dress(other), "{what}: {}", path.display());
            }
        }
    }
}

/// Path and digest.
pub(super) type Contents = BTreeMap<PathBuf, String>;

/// Whether it is in a `.pkigen`.
fn is_own(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == ".pkigen")
}

pub(super) fn digest(content: &[u8]) -> String {
    pki_core::text::hex::plain(&Sha256::digest(content))
}

/// The extended attributes of a file, ACLs among them.
pub(super) fn attributes(path: &Path) -> Vec<(String, Vec<u8>)> {
    let mut names = vec![0; 65_536];
    let Ok(length) = rustix::fs::llistxattr(path, names.as_mut_slice()) else {
        return Vec::new();
    };
    let names = String::from_utf8_lossy(&names[..length]).into_owned();
    let names = names.split_terminator('\0');
    let read = |name: &str| {
        let mut value = vec![0; 65_536];
        let length = rustix::fs::lgetxattr(path, name, value.as_mut_slice()).unwrap();
        value.truncate(length);
        (name.to_owned(), value)
    };
    names.map(read).collect()
}

/// A record, as it is written: the journal, or an entry of the history.
pub(super) fn record(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap();
    serde_json::from_str(text.lines().nth(1).unwrap()).unwrap()
}

/// The transactions that the history has.
pub(super) fn records(tree: &Tree) -> Vec<Value> {
    let Ok(backup) = std::fs::read_dir(tree.kubernetes().join(".pkigen/backup")) else {
        return Vec::new();
    };
    let mut numbers: Vec<PathBuf> = backup.map(|entry| entry.unwrap().path()).collect();
    numbers.retain(|path| {
        !path
            .file_name()
            .unwrap()
            .to_string_lossy()
            .starts_with("stage-")
    });
    numbers.sort();
    let records = numbers.iter().map(|path| record(&path.join("record")));
    records.collect()
}

/// A state after the changes of a record.
pub(super) fn after(contents: &Contents, record: &Value) -> Contents {
    let mut contents = contents.clone();
    for change in record["changes"].as_array().unwrap() {
        let path = PathBuf::from(change["path"].as_str().unwrap());
        match change["after"]["sha256"].as_str() {
            Some(digest) => contents.insert(path, digest.to_owned()),
            None => contents.remove(&path),
        };
    }
    contents
}

/// Whether a tree is wholly as it was, or wholly as the last transaction of its history made it.
/// Fails when it is neither.
pub(super) fn came(tree: &Tree, old: &Contents, what: &str) -> Came {
    let now = State::of(tree).contents();
    if now == *old {
        return Came::Old;
    }
    let records = records(tree);
    let last = records
        .last()
        .unwrap_or_else(|| panic!("{what}: changed, and no transaction did it"));
    let new = after(old, last);
    let differs = |path: &&PathBuf| now.get(*path) != new.get(*path);
    let wrong: Vec<&PathBuf> = now.keys().chain(new.keys()).filter(differs).collect();
    assert!(wrong.is_empty(), "{what}: neither old nor new: {wrong:?}");
    Came::New
}
