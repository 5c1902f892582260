//! `undo`, `history` and `recover`.

mod damaged;
mod history;
mod recover;
mod undo;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{Snapshot, Tree};

/// A node after `init` and `renew all`.
fn renewed() -> Tree {
    let tree = Tree::good();
    tree.pkigen(&["renew", "all"]).exits(0);
    tree
}

/// Path and content of every file but those that pkigen keeps for itself.
fn contents(tree: &Tree) -> Vec<(PathBuf, Vec<u8>)> {
    let snapshot = Snapshot::of(&tree.root());
    let files = snapshot.files().into_iter();
    files
        .map(|path| (path.to_owned(), snapshot.entry(path).content.clone()))
        .collect()
}

/// A record as it is written: what it is, one object, its digest.
fn record(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap();
    serde_json::from_str(text.lines().nth(1).unwrap()).unwrap()
}

/// A tree whose last transaction was interrupted when this many of its files were in their place,
/// and the contents before it.
fn interrupted(done: usize) -> (Tree, Vec<(PathBuf, Vec<u8>)>) {
    let tree = Tree::good();
    let before = contents(&tree);
    tree.pkigen(&["renew", "all"]).exits(0);
    let backup = tree.etc(".pkigen/backup");
    let copies = backup.join("000002");
    let record = record(&copies.join("record"));
    for change in record["changes"].as_array().unwrap().iter().skip(done) {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let path = tree.at(&text(&change["path"]));
        let staging = tree.at(&text(&change["staged"]["beside"])).join(".pkigen");
        fs::rename(&path, staging.join(text(&change["staged"]["name"]))).unwrap();
        fs::copy(copies.join(text(&change["copy"])), &path).unwrap();
    }
    fs::copy(copies.join("record"), tree.pki(".pkigen/journal")).unwrap();
    fs::write(tree.etc(".pkigen/journal-in"), "/etc/kubernetes/pki\n").unwrap();
    fs::rename(&copies, backup.join(record["copies"].as_str().unwrap())).unwrap();
    (tree, before)
}

/// Nothing that a run puts down for a while is there.
fn assert_nothing_left(tree: &Tree) {
    let snapshot = Snapshot::of(&tree.root());
    for (path, _, _) in snapshot.modes() {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let left = name.starts_with("stage-") || name.starts_with("journal");
        assert!(!left, "{} is left over", path.display());
    }
}
