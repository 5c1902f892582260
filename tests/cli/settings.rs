//! Where settings come from: the configuration, flags, the tree itself, and the host last of all.

pub(crate) mod configuration;
pub(crate) mod shared;
mod tree;

use std::fs;

use crate::support::{Tree, fixture};

/// An instant in the life of every certificate of the fixtures.
const AT: &str = "2026-12-01T00:00:00Z";

/// A control-plane node that kubeadm made and that runs: with the manifests of its static pods.
fn running() -> Tree {
    let tree = crate::verify::kubeadm("rsa-2048");
    let manifests = tree.etc("manifests");
    fs::create_dir_all(&manifests).unwrap();
    for entry in fs::read_dir(fixture("kubeadm-1.36.2/rsa-2048/manifests")).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), manifests.join(entry.file_name())).unwrap();
    }
    tree
}

/// What the fixture was made by, without the document that is of its node.
fn cluster_alone(tree: &Tree) -> String {
    let whole = fs::read_to_string(tree.beside("kubeadm.yaml")).unwrap();
    let (_, cluster) = whole.split_once("---\n").unwrap();
    let path = tree.put_beside("cluster.yaml", cluster);
    path.display().to_string()
}
