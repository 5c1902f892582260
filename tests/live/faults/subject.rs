//! The commands that faults are tried on, each with a tree to run on that is made once and then
//! copied.

#[path = "subject/elsewhere.rs"]
pub(super) mod elsewhere;

use std::fs::Metadata;
use std::os::unix::fs::{MetadataExt as _, chown, symlink};
use std::path::Path;
use std::process::Command;

use base64ct::{Base64, Encoding as _};
use tempfile::TempDir;

use super::state::{Came, Contents, State, attributes, came, record, records};
use super::strace::{self, Point};
use crate::support::{INIT, PKIGEN, Run, Tree, run};

/// A command that writes, and the tree before it.
#[derive(Debug)]
pub(super) struct Subject {
    pub(super) name: &'static str,
    pub(super) arguments: &'static [&'static str],
    /// Where a run that is not disturbed ends.
    pub(super) ends: Came,
    /// Every which of the points is tried.
    stride: usize,
    directory: TempDir,
    /// The contents that are wholly old.
    pub(super) old: Contents,
    /// How many transactions its history has.
    transactions: usize,
}

impl Subject {
    fn new(
        name: &'static str,
        arguments: &'static [&'static str],
        prepare: impl FnOnce(&Tree),
    ) -> Self {
        let tree = Tree::in_memory();
        std::fs::create_dir_all(tree.path().join("etc")).unwrap();
        prepare(&tree);
        let journal = tree.pki().join(".pkigen/journal");
        Self {
            name,
            arguments,
            ends: Came::New,
            stride: 1,
            old: if journal.exists() {
                before(&tree, &record(&journal))
            } else {
                State::of(&tree).contents()
            },
            transactions: records(&tree).len(),
            directory: tree.into_directory(),
        }
    }

    /// One that has most points in common with another, of which every one is tried.
    fn thinly(mut self) -> Self {
        self.stride = 2;
        self
    }

    /// It ends with what was there before.
    fn taking_back(mut self) -> Self {
        self.ends = Came::Old;
        self
    }

    /// A tree for it to run on.
    pub(super) fn tree(&self) -> Tree {
        copy(self.directory.path())
    }

    /// The command on a tree.
    pub(super) fn command(&self, tree: &Tree) -> Command {
        command(tree, self.arguments)
    }

    /// Where it can be disturbed.
    pub(super) fn points(&self) -> strace::Points {
        let mut points = strace::points(&self.command(&self.tree()));
        if std::env::var_os("PKIGEN_EVERY_POINT").is_none() {
            points.thin_out(self.stride);
        }
        eprintln!(
            "{}: {} of {} points at which it writes",
            self.name,
            points.tried.len(),
            points.all
        );
        points
    }

    /// Kills it before the n-th call of a kind. Gives the tree as it is then.
    pub(super) fn kill(&self, point: Point) -> Tree {
        let tree = self.tree();
        kill(&tree, &self.command(&tree), point);
        tree
    }

    /// What holds when all is over and done: the tree is wholly old or wholly new, it holds
    /// together, the history says so, and nothing is left over.
    pub(super) fn settled(&self, tree: &Tree, what: &str) -> Came {
        tree.assert_sound(what);
        assert_nothing_left(tree, what);
        let came = came(tree, &self.old, what);
        let transactions = records(tree).len();
        match came {
            Came::Old => assert_eq!(transactions, self.transactions, "{what}: history"),
            Came::New => assert!(transactions > self.transactions, "{what}: history"),
        }
        came
    }
}

/// The contents before the changes of a record that is being carried out.
fn before(tree: &Tree, record: &serde_json::Value) -> Contents {
    let mut contents = State::of(tree).contents();
    for change in record["changes"].as_array().unwrap() {
        let path = std::path::PathBuf::from(change["path"].as_str().unwrap());
        match change["before"]["sha256"].as_str() {
            Some(digest) => contents.insert(path, digest.to_owned()),
            None => contents.remove(&path),
        };
    }
    contents
}

/// `pkigen` on a tree.
pub(super) fn command(tree: &Tree, arguments: &[&str]) -> Command {
    let mut command = Command::new(PKIGEN);
    command.args(arguments).arg("--root").arg(tree.path());
    command.current_dir(tree.path());
    command
}

/// `pkigen` on a tree, run.
pub(super) fn pkigen(tree: &Tree, arguments: &[&str]) -> Run {
    run(&mut command(tree, arguments))
}

/// Kills a command before the n-th call of a kind.
pub(super) fn kill(tree: &Tree, command: &Command, point: Point) {
    let killed = run(&mut strace::at(command, point, "signal=KILL"));
    assert_eq!(
        killed.code,
        None,
        "{point}: {}: {killed:#?}",
        tree.path().display()
    );
}

/// Nothing that a run puts down for a while is there.
pub(super) fn assert_nothing_left(tree: &Tree, what: &str) {
    let left = tree.leftovers();
    assert!(left.is_empty(), "{what}: left over: {left:?}");
}

/// A copy of a directory, with modes, owners, attributes and times.
pub(super) fn copy(from: &Path) -> Tree {
    let tree = Tree::in_memory();
    copy_to(from, tree.path());
    tree
}

/// The same into a directory that is there.
pub(super) fn copy_to(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let (from, name) = entry
            .map(|entry| (entry.path(), entry.file_name()))
            .unwrap();
        let to = to.join(name);
        let metadata = from.symlink_metadata().unwrap();
        if metadata.is_symlink() {
            symlink(std::fs::read_link(&from).unwrap(), &to).unwrap();
            continue;
        }
        if metadata.is_dir() {
            std::fs::create_dir_all(&to).unwrap();
            copy_to(&from, &to);
        } else {
            std::fs::copy(&from, &to).unwrap();
        }
        dress(&to, &from, &metadata);
    }
    dress(to, from, &from.metadata().unwrap());
}

fn copy_file(from: &Path, to: &Path) {
    std::fs::copy(from, to).unwrap();
    dress(to, from, &from.metadata().unwrap());
}

/// Owner, mode, attributes and times of another file.
fn dress(to: &Path, from: &Path, metadata: &Metadata) {
    chown(to, Some(metadata.uid()), Some(metadata.gid())).unwrap();
    std::fs::set_permissions(to, metadata.permissions()).unwrap();
    for (name, value) in attributes(from) {
        let flags = rustix::fs::XattrFlags::empty();
        rustix::fs::setxattr(to, &name, &value, flags).unwrap();
    }
    let file = std::fs::File::open(to).unwrap();
    file.set_modified(metadata.modified().unwrap()).unwrap();
}

/// `init`, with attributes on some files that are to stay there.
fn initialised(tree: &Tree) {
    run(command(tree, &INIT).arg("-q")).expect(0, "init");
    for name in ["admin.conf", "pki/apiserver.key", "pki/etcd/peer.crt"] {
        // Not on every file system.
        let flags = rustix::fs::XattrFlags::empty();
        let path = tree.kubernetes().join(name);
        let _ = rustix::fs::setxattr(&path, "user.owner", b"operations", flags);
    }
}

/// Kills a command half way through its renames.
fn half(tree: &Tree, arguments: &[&str], call: &'static str) {
    kill(tree, &command(tree, arguments), Point { call, number: 12 });
    assert!(tree.pki().join(".pkigen/journal").exists());
}

const ALL: [&str; 2] = ["renew", "all"];

/// `init` on an empty machine.
pub(super) fn init() -> Subject {
    Subject::new("init", &INIT, |_| {})
}

/// `renew` of everything.
pub(super) fn renew() -> Subject {
    Subject::new("renew", &ALL, initialised)
}

/// `renew` of the authorities, which many files hold.
pub(super) fn renew_authorities() -> Subject {
    let arguments = &["renew", "ca", "etcd-ca", "front-proxy-ca"];
    Subject::new("renew of authorities", arguments, initialised)
}

/// Where the kubelet keeps its own.
const KUBELET: &str = "/var/lib/kubelet/pki";

/// What is embedded becomes a file of the kubelet's, and the link leads nowhere.
fn rotated(tree: &Tree) {
    initialised(tree);
    let path = tree.kubernetes().join("kubelet.conf");
    let text = std::fs::read_to_string(&path).unwrap();
    let link = format!("{KUBELET}/kubelet-client-current.pem");
    let (mut pem, mut kept) = (Vec::new(), Vec::new());
    for line in text.lines() {
        match line.trim().split_once("-data: ") {
            Some((field @ ("client-certificate" | "client-key"), data)) => {
                pem.extend(Base64::decode_vec(data).unwrap());
                kept.push(format!("    {field}: {link}\n"));
            }
            _ => kept.push(format!("{line}\n")),
        }
    }
    std::fs::write(&path, kept.concat()).unwrap();
    let on_disk = |path: &str| tree.path().join(path.trim_start_matches('/'));
    std::fs::create_dir_all(on_disk(KUBELET)).unwrap();
    let last = on_disk(&format!("{KUBELET}/kubelet-client-2026-01-02-03-04-05.pem"));
    std::fs::write(&last, pem).unwrap();
    std::fs::set_permissions(&last, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    symlink(format!("{KUBELET}/gone.pem"), on_disk(&link)).unwrap();
}

/// `renew` of what the kubelet cannot renew any more.
pub(super) fn kubelet() -> Subject {
    Subject::new("renew of a kubelet", &["renew", "kubelet.conf"], rotated)
}

/// `undo` of that.
pub(super) fn undo_kubelet() -> Subject {
    Subject::new("undo of a kubelet", &["undo"], |tree| {
        rotated(tree);
        pkigen(tree, &["renew", "kubelet.conf"]).expect(0, "renew");
        // So that what it puts back is of use.
        let directory = tree.path().join(KUBELET.trim_start_matches('/'));
        let last = directory.join("kubelet-client-2026-01-02-03-04-05.pem");
        copy_file(&last, &directory.join("gone.pem"));
    })
    .thinly()
}

/// `undo` of a renewal.
pub(super) fn undo() -> Subject {
    Subject::new("undo", &["undo"], |tree| {
        initialised(tree);
        pkigen(tree, &ALL).expect(0, "renew");
    })
}

/// `undo` of an `init`: removes every file.
pub(super) fn undo_init() -> Subject {
    Subject::new("undo of init", &["undo", "1"], initialised).thinly()
}

/// `recover` after a renewal that was killed half way through its renames.
pub(super) fn recover() -> Subject {
    Subject::new("recover", &["recover"], |tree| {
        initialised(tree);
        half(tree, &ALL, "renameat");
    })
}

/// The same taken back.
pub(super) fn abandon() -> Subject {
    let arguments = &["recover", "--abandon"];
    Subject::new("recover --abandon", arguments, |tree| {
        initialised(tree);
        half(tree, &ALL, "renameat");
    })
    .thinly()
    .taking_back()
}

/// Of a renewal that was killed when all was in its place, and the history had it already.
pub(super) fn abandon_late() -> Subject {
    let arguments = &["recover", "--abandon"];
    let subject = Subject::new("late recover --abandon", arguments, |tree| {
        initialised(tree);
        let point = Point {
            call: "unlinkat",
            number: 3,
        };
        kill(tree, &command(tree, &ALL), point);
        assert!(tree.pki().join(".pkigen/journal").exists());
        assert_eq!(records(tree).len(), 2);
    });
    Subject {
        transactions: 1,
        ..subject.thinly().taking_back()
    }
}

/// After an `init` that was killed half way through its renames, taken back.
pub(super) fn abandon_init() -> Subject {
    let arguments = &["recover", "--abandon"];
    Subject::new("recover --abandon of init", arguments, |tree| {
        half(tree, &INIT, "renameat2");
    })
    .thinly()
    .taking_back()
}
