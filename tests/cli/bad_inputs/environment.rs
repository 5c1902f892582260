//! Directories and configuration files that are not what they should be.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::os::unix::process::CommandExt as _;

use rustix::fs::{CWD, Mode, mknodat};

use super::{ENVIRONMENT, USAGE, check, outcome};
use crate::support::{NODE, Run, Tree};

type Prepare = fn(&Tree);

/// What is the matter, how to make it so, the action, exit code, what is said.
type Row = (
    &'static str,
    Prepare,
    fn(&Tree) -> Run,
    i32,
    &'static [&'static str],
);

fn configured(tree: &Tree) -> Run {
    tree.pkigen(&["init", "--config", "cluster.conf"])
}

fn init(tree: &Tree) -> Run {
    tree.init(&[])
}

/// `init` below something that `Tree::beside` has instead of a root.
fn init_below(tree: &Tree, root: &str, arguments: &[&str]) -> Run {
    let mut command = crate::support::command();
    command.current_dir(tree.beside("")).arg("init").args(NODE);
    crate::support::run(command.arg("--root").arg(root).args(arguments))
}

fn writable_by_all(tree: &Tree, name: &str) {
    let path = tree.at(name);
    fs::create_dir_all(&path).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o777)).unwrap();
}

const NOTHING: Prepare = |_| {};

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    ("no such configuration", NOTHING, configured, ENVIRONMENT,
     &["cluster.conf", "No such file or directory"]),
    ("a directory for a configuration", |tree| fs::create_dir(tree.beside("cluster.conf")).unwrap(),
     configured, USAGE, &["cluster.conf", "is a directory, not a file"]),
    ("a pipe for a configuration", |tree| fifo(&tree.beside("cluster.conf")), configured, USAGE,
     &["cluster.conf", "is not a regular file"]),
    ("a huge configuration", |tree| drop(tree.put_beside("cluster.conf", "#".repeat(1 << 21))),
     configured, USAGE, &["cluster.conf", "larger than 1 MiB"]),
    ("a configuration that is a link to nowhere", |tree| symlink("nowhere", tree.beside("cluster.conf")).unwrap(),
     configured, ENVIRONMENT, &["cluster.conf", "No such file or directory"]),
    ("no such root", NOTHING, |tree| init_below(tree, "nowhere", &[]), ENVIRONMENT,
     &["nowhere", "No such file or directory"]),
    ("no such root, in a dry run", NOTHING, |tree| init_below(tree, "nowhere", &["--dry-run"]), ENVIRONMENT,
     &["nowhere", "No such file or directory"]),
    ("a file for a root", |tree| drop(tree.put_beside("file", "")), |tree| init_below(tree, "file", &[]), ENVIRONMENT,
     &["file", "Not a directory"]),
    ("everybody may write to the certificate directory", |tree| writable_by_all(tree, "etc/kubernetes/pki"),
     init, ENVIRONMENT, &["etc/kubernetes/pki is not safe to keep private keys in", "mode 0777", "change its owner, mode or access list"]),
    ("everybody may write above it", |tree| writable_by_all(tree, "etc"),
     init, ENVIRONMENT, &["etc is not safe to keep private keys in", "mode 0777", "change its owner, mode or access list"]),
    ("a file for the certificate directory", |tree| {
        fs::create_dir_all(tree.etc("")).unwrap();
        fs::write(tree.etc("pki"), "").unwrap();
     }, init, ENVIRONMENT, &["etc/kubernetes/pki", "Not a directory"]),
];

pub(super) fn fifo(path: &std::path::Path) {
    let mode = Mode::from_raw_mode(0o644);
    mknodat(CWD, path, rustix::fs::FileType::Fifo, mode, 0).unwrap();
}

#[test]
fn what_is_in_the_way_is_named() {
    check(ROWS, |(name, prepare, action, code, says)| {
        let tree = Tree::empty();
        prepare(&tree);
        outcome(name, &tree, action, *code, says)
    });
}

/// Where nothing is to be written, nothing has to be safe.
#[test]
fn a_complete_tree_is_not_checked_for_writers() {
    let tree = Tree::good();
    writable_by_all(&tree, "etc/kubernetes/pki");
    let before = tree.snapshot();
    tree.init(&[]).exits(0).shows(&["Nothing to do"]);
    before.assert_untouched(&tree.snapshot());
}

/// Whoever may not look is told who may.
#[test]
fn another_user_is_told_to_be_root() {
    let tree = Tree::good();
    for directory in [tree.beside(""), tree.root()] {
        fs::set_permissions(directory, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let is_root = crate::support::remedy::is_root();
    if !is_root {
        let closed = fs::Permissions::from_mode(0o000);
        fs::set_permissions(tree.etc(".pkigen"), closed).unwrap();
    }
    for command in ["history", "undo"] {
        let mut command = tree.command(&[command]);
        if is_root {
            command.uid(65534).gid(65534);
        }
        crate::support::run(&mut command).exits(ENVIRONMENT).says(&[
            "Permission denied",
            "; run this again as root, or as the user",
        ]);
    }
    let open = fs::Permissions::from_mode(0o700);
    fs::set_permissions(tree.etc(".pkigen"), open).unwrap();
}
