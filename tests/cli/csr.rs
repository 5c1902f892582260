//! Certificates of authorities whose keys are elsewhere: asked for, signed, taken.

mod answers;
mod bad;
mod intermediates;
mod requests;
mod taken;
mod waiting;

use std::fs;
use std::path::PathBuf;

use crate::support::{NODE, Run, Snapshot, Tree, run};

/// What `init` makes below the authorities.
pub(crate) const LEAVES: [&str; 12] = [
    "apiserver",
    "apiserver-kubelet-client",
    "front-proxy-client",
    "etcd-server",
    "etcd-peer",
    "etcd-healthcheck-client",
    "apiserver-etcd-client",
    "admin.conf",
    "super-admin.conf",
    "kubelet.conf",
    "controller-manager.conf",
    "scheduler.conf",
];
const AUTHORITIES: [&str; 3] = ["ca", "front-proxy-ca", "etcd/ca"];

/// What a client's certificate says beside its name.
const CLIENT: &str = "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n\
                      extendedKeyUsage=clientAuth";

/// A node whose authorities' keys are in `ca`, beside it.
fn without_keys() -> Tree {
    let tree = Tree::good();
    fs::create_dir_all(tree.beside("ca/etcd")).unwrap();
    for name in AUTHORITIES {
        fs::copy(
            tree.pki(&format!("{name}.crt")),
            tree.beside(&format!("ca/{name}.crt")),
        )
        .unwrap();
        fs::rename(
            tree.pki(&format!("{name}.key")),
            tree.beside(&format!("ca/{name}.key")),
        )
        .unwrap();
    }
    tree
}

/// The same, with nothing below them yet.
fn bare() -> Tree {
    let tree = without_keys();
    for name in [
        "apiserver",
        "apiserver-kubelet-client",
        "front-proxy-client",
        "etcd/server",
        "etcd/peer",
        "etcd/healthcheck-client",
        "apiserver-etcd-client",
    ] {
        tree.remove(&[&format!("{name}.crt"), &format!("{name}.key")]);
    }
    for name in LEAVES.iter().filter(|name| name.contains(".conf")) {
        fs::remove_file(tree.etc(name)).unwrap();
    }
    tree
}

fn create(tree: &Tree, arguments: &[&str]) -> Run {
    run(tree.command(&["csr", "create"]).args(NODE).args(arguments))
}

fn sign(tree: &Tree, arguments: &[&str]) -> Run {
    let mut command = crate::support::command();
    command.args(["csr", "sign"]).args(arguments);
    run(command.current_dir(tree.beside("")))
}

fn import(tree: &Tree, arguments: &[&str]) -> Run {
    tree.pkigen(&[&["csr", "import"], arguments].concat())
}

/// Everything up to the certificates, in the directory `certificates`, unpacked.
fn signed(tree: &Tree) -> PathBuf {
    create(tree, &["--to", "requests"]).exits(0);
    sign(
        tree,
        &["requests", "--authorities", "ca", "--to", "certificates"],
    )
    .exits(0);
    tree.beside("certificates")
}

fn etc(tree: &Tree) -> Snapshot {
    Snapshot::of(&tree.etc(""))
}
