//! `pkigen map`: what is in every form. What reads them is in `tests/tools`.

mod disk;
mod forms;

use crate::support::{Run, Tree};

/// The instant at which kubeadm's tree was made, so that nothing in it has expired.
const AT: &str = "2026-11-24T12:00:00Z";

/// A map of kubeadm's tree, as its files have it.
fn of_kubeadm(arguments: &[&str]) -> Run {
    let tree = Tree::kubeadm("ecdsa-p256");
    let all = [&["map", "--at", AT], arguments].concat();
    tree.pkigen(&all).exits(0)
}

/// Arguments for one node and for several, etcd here, elsewhere and nowhere.
const CLUSTERS: [&[&str]; 5] = [
    &[],
    &["--node", "cp1", "--node", "cp2", "--node", "cp3"],
    &[
        "--node", "cp1", "--node", "cp2", "--node", "cp3", "--node", "cp4", "--node", "cp5",
    ],
    &["--node", "cp1", "--etcd", "external"],
    &["--etcd", "none", "--defaults", "pkigen"],
];
