use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// Everything that can be seen of a directory tree. Two are equal when nobody wrote in between,
/// not even the same bytes again.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Snapshot(BTreeMap<PathBuf, Entry>);

#[derive(Debug, PartialEq, Eq, Clone)]
pub(crate) struct Entry {
    /// Type and permissions.
    pub(crate) mode: u32,
    owner: (u32, u32),
    /// Seconds and nanoseconds.
    modified: (i64, i64),
    inode: u64,
    links: u64,
    pub(crate) content: Vec<u8>,
}

impl Snapshot {
    pub(crate) fn of(root: &Path) -> Self {
        let mut entries = BTreeMap::new();
        visit(root, Path::new(""), &mut entries);
        Self(entries)
    }

    /// Paths of what is neither a directory nor kept by pkigen for itself.
    pub(crate) fn files(&self) -> Vec<&Path> {
        let files = self.0.iter().filter(|(path, entry)| {
            entry.mode & 0o170_000 != 0o040_000
                && !path.components().any(|part| part.as_os_str() == ".pkigen")
        });
        files.map(|(path, _)| path.as_path()).collect()
    }

    /// What is at a path.
    #[track_caller]
    pub(crate) fn entry(&self, path: impl AsRef<Path>) -> &Entry {
        let path = path.as_ref();
        self.0
            .get(path)
            .unwrap_or_else(|| panic!("{} is not there", path.display()))
    }

    /// Every path, with its permissions and whether it is a directory.
    pub(crate) fn modes(&self) -> impl Iterator<Item = (&Path, u32, bool)> {
        let entries = self.0.iter();
        entries.map(|(path, entry)| {
            let is_directory = entry.mode & 0o170_000 == 0o040_000;
            (path.as_path(), entry.mode & 0o7777, is_directory)
        })
    }

    /// The paths that differ between two states, each with what happened to it.
    pub(crate) fn changes(&self, after: &Self) -> Vec<String> {
        let mut changes = Vec::new();
        for (path, entry) in &self.0 {
            match after.0.get(path) {
                None => changes.push(format!("{} is gone", path.display())),
                Some(now) if now != entry => changes.push(format!("{} changed", path.display())),
                Some(_) => {}
            }
        }
        let new = after.0.keys().filter(|path| !self.0.contains_key(*path));
        changes.extend(new.map(|path| format!("{} appeared", path.display())));
        changes
    }

    /// Fails the test unless nothing was written.
    #[track_caller]
    pub(crate) fn assert_untouched(&self, after: &Self) {
        let changes = self.changes(after);
        assert!(changes.is_empty(), "{}", changes.join("\n"));
    }

    /// Fails the test unless every file of this state is as it was; others may have appeared,
    /// and directories may hold more names.
    #[track_caller]
    pub(crate) fn assert_files_kept(&self, after: &Self) {
        for path in self.files() {
            assert_eq!(
                self.entry(path),
                after.entry(path),
                "{} is not as it was",
                path.display()
            );
        }
    }
}

fn visit(root: &Path, relative: &Path, entries: &mut BTreeMap<PathBuf, Entry>) {
    let path = root.join(relative);
    let metadata = fs::symlink_metadata(&path).unwrap();
    let content = if metadata.is_symlink() {
        fs::read_link(&path)
            .unwrap()
            .into_os_string()
            .into_encoded_bytes()
    } else if metadata.is_file() {
        // Not everybody may read everything; that a file cannot be read is seen from its mode.
        fs::read(&path).unwrap_or_default()
    } else {
        Vec::new()
    };
    if metadata.is_dir() {
        for entry in fs::read_dir(&path).unwrap() {
            visit(root, &relative.join(entry.unwrap().file_name()), entries);
        }
    }
    let entry = Entry {
        mode: metadata.mode(),
        owner: (metadata.uid(), metadata.gid()),
        modified: (metadata.mtime(), metadata.mtime_nsec()),
        inode: metadata.ino(),
        links: metadata.nlink(),
        content,
    };
    entries.insert(relative.to_owned(), entry);
}
