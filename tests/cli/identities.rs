//! Who else there is in a cluster than one control-plane node: users, workers, further control-plane
//! nodes; and one that moves.

mod bad;
mod bundles;
mod compared;
mod kubeconfigs;
mod moved;
mod nodes;
mod users;

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Run, Tree, command, run};

/// A passphrase that `file:` takes.
fn passphrase(tree: &Tree, name: &str, text: &str) -> String {
    secret(tree, name, text);
    format!("file:{name}")
}

/// A file beside a tree that only its owner can read.
fn secret(tree: &Tree, name: &str, text: &str) -> PathBuf {
    use std::os::unix::fs::PermissionsExt as _;
    let path = tree.beside(name);
    if std::fs::read_to_string(&path).is_ok_and(|there| there == text) {
        return path;
    }
    tree.put_beside(name, text);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    path
}

/// What the nodes of this tree's cluster share, sealed by the passphrase in `pass`.
fn exported(tree: &Tree) -> PathBuf {
    let source = passphrase(tree, "pass", "correct horse battery staple\n");
    let arguments = [
        "bundle",
        "export",
        "--to",
        "cluster.age",
        "--passphrase",
        &source,
    ];
    tree.pkigen(&arguments).exits(0);
    tree.beside("cluster.age")
}

/// A further node of this tree's cluster.
fn further(first: &Tree, name: &str, address: &str, arguments: &[&str]) -> Tree {
    let tree = Tree::empty();
    take(first, &tree, name, address, arguments).exits(0);
    tree
}

fn take(first: &Tree, tree: &Tree, name: &str, address: &str, arguments: &[&str]) -> Run {
    let bundle = first.beside("cluster.age");
    if !bundle.exists() {
        exported(first);
    }
    let source = passphrase(tree, "pass", "correct horse battery staple\n");
    let mut command = tree.command(&["bundle", "import"]);
    command.arg(bundle).args(["--passphrase", &source]);
    command.args(["--node-name", name, "--advertise-address", address]);
    run(command.args(arguments))
}

/// A copy of a directory, whatever is in it.
fn copied(from: &Path, to: &Path) {
    let status = Command::new("cp").arg("-a").arg(from).arg(to).status();
    assert!(status.unwrap().success());
}

/// The command on no tree in particular.
fn pkigen(tree: &Tree, arguments: &[&str]) -> Run {
    run(command().args(arguments).current_dir(tree.beside("")))
}

/// The manifests of the static pods of kubeadm's node.
fn manifests(tree: &Tree) {
    let pods = crate::support::fixture("kubeadm-1.36.2/ecdsa-p256/manifests");
    copied(&pods, &tree.etc("manifests"));
    // A repository keeps no permissions.
    let script = "find . \\( -name '*.key' -o -name '*.conf' \\) -exec chmod 600 {} +";
    let status = Command::new("sh")
        .args(["-c", script])
        .current_dir(tree.root())
        .status();
    assert!(status.unwrap().success());
}
