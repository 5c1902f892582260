use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;

use super::{Run, Snapshot, Workshop, command, fixture, run};

/// The arguments that every tree here is made with.
pub(crate) const NODE: &[&str] = &["--node-name", "cp1", "--advertise-address", "192.0.2.10"];

/// When [`Tree::good`] was made: before every instant that tests judge by.
pub(crate) const MADE: &str = "2026-11-24T00:00:00Z";

/// Path, permissions, and the content of what is a file.
type Entry = (PathBuf, u32, Option<Vec<u8>>);

/// A node's file system, below a directory that goes when the test is over. What a test puts
/// beside it, such as a configuration, is in [`Tree::beside`].
#[derive(Debug)]
pub(crate) struct Tree {
    directory: TempDir,
}

impl Tree {
    /// A node without anything.
    pub(crate) fn empty() -> Self {
        let directory = TempDir::new().unwrap();
        fs::create_dir(directory.path().join("root")).unwrap();
        Self { directory }
    }

    /// A node after `init`. Made once and then copied: making it waits for the disk.
    pub(crate) fn good() -> Self {
        static GOOD: OnceLock<Vec<Entry>> = OnceLock::new();
        let made = GOOD.get_or_init(|| {
            let tree = Self::empty();
            tree.init(&["--at", MADE]).exits(0);
            let mut entries = Vec::new();
            collect(&tree.root(), Path::new(""), &mut entries);
            entries
        });
        let tree = Self::empty();
        for (path, mode, content) in made {
            let path = tree.root().join(path);
            match content {
                Some(content) => fs::write(&path, content).unwrap(),
                None => fs::create_dir_all(&path).unwrap(),
            }
            fs::set_permissions(&path, fs::Permissions::from_mode(*mode)).unwrap();
        }
        tree
    }

    /// A node that kubeadm 1.36.2 made, and in [`Tree::beside`] the `kubeadm.yaml` it did so by.
    pub(crate) fn kubeadm(algorithm: &str) -> Self {
        let fixture = fixture("kubeadm-1.36.2").join(algorithm);
        let tree = Self::empty();
        copy(&fixture.join("etc"), &tree.root().join("etc"));
        fs::copy(fixture.join("kubeadm.yaml"), tree.beside("kubeadm.yaml")).unwrap();
        tree
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.directory.path().join("root")
    }

    /// A path of the running system, on disk.
    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.root().join(path.trim_start_matches('/'))
    }

    /// A file below `/etc/kubernetes`.
    pub(crate) fn etc(&self, name: &str) -> PathBuf {
        self.at("/etc/kubernetes").join(name)
    }

    /// A file below `/etc/kubernetes/pki`.
    pub(crate) fn pki(&self, name: &str) -> PathBuf {
        self.etc("pki").join(name)
    }

    /// A file that is no part of the node.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Writes a file that is no part of the node.
    pub(crate) fn put_beside(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.beside(name);
        fs::write(&path, content).unwrap();
        path
    }

    /// Replaces what is at `name` below `/etc/kubernetes/pki`.
    pub(crate) fn put(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.pki(name), content).unwrap();
    }

    /// Content of a file below `/etc/kubernetes/pki`.
    pub(crate) fn text(&self, name: &str) -> String {
        fs::read_to_string(self.pki(name)).unwrap()
    }

    pub(crate) fn remove(&self, names: &[&str]) {
        for name in names {
            fs::remove_file(self.pki(name)).unwrap();
        }
    }

    /// Puts the files of another tree in the place of this one's.
    pub(crate) fn take(&self, other: &Self, names: &[&str]) {
        for name in names {
            fs::create_dir_all(self.pki(name).parent().unwrap()).unwrap();
            fs::copy(other.pki(name), self.pki(name)).unwrap();
        }
    }

    /// A workshop with an authority of this tree, by its name below pki, as `ca`.
    pub(crate) fn workshop(&self, authority: &str) -> Workshop {
        let read = |ending| self.text(&format!("{authority}.{ending}"));
        Workshop::of(read("crt"), read("key"))
    }

    /// A command that works on this node.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = command();
        command.arg("--root").arg(self.root()).args(arguments);
        // Messages name a configuration as it was given: relative, and so the same everywhere.
        command.current_dir(self.directory.path());
        command
    }

    /// A command as it is printed to whoever looks at this tree.
    pub(crate) fn typed(&self, line: &str) -> String {
        format!("{line} --root {}", self.root().display())
    }

    /// What is printed, as if no command said which tree it does.
    pub(crate) fn rootless(&self, text: &str) -> String {
        text.replace(&self.typed(""), "")
    }

    pub(crate) fn pkigen(&self, arguments: &[&str]) -> Run {
        run(&mut self.command(arguments))
    }

    /// `init` of the node cp1.
    pub(crate) fn init(&self, arguments: &[&str]) -> Run {
        run(self.command(&["init"]).args(NODE).args(arguments))
    }

    /// Everything, also what is beside the node.
    pub(crate) fn snapshot(&self) -> Snapshot {
        Snapshot::of(self.directory.path())
    }
}

fn collect(root: &Path, relative: &Path, entries: &mut Vec<Entry>) {
    let path = root.join(relative);
    let metadata = fs::symlink_metadata(&path).unwrap();
    let mode = metadata.permissions().mode() & 0o7777;
    if metadata.is_dir() {
        entries.push((relative.to_owned(), mode, None));
        for entry in fs::read_dir(&path).unwrap() {
            collect(root, &relative.join(entry.unwrap().file_name()), entries);
        }
    } else {
        entries.push((relative.to_owned(), mode, Some(fs::read(&path).unwrap())));
    }
}

/// Copies a directory with everything in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).unwrap();
        }
    }
}
