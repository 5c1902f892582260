//! A second control-plane node: the shared files are copied, the rest is its own.

use std::fs;

use super::{names, rows};
use crate::support::{Run, Tree};

const SHARED: &[&str] = &[
    "ca.crt",
    "ca.key",
    "front-proxy-ca.crt",
    "front-proxy-ca.key",
    "etcd/ca.crt",
    "etcd/ca.key",
    "sa.key",
    "sa.pub",
];

fn second(tree: &Tree, arguments: &[&str]) -> Run {
    let node = [
        "init",
        "--node-name",
        "cp2",
        "--advertise-address",
        "192.0.2.11",
    ];
    tree.pkigen(&[&node, arguments].concat())
}

fn with_shared_files() -> Tree {
    let tree = Tree::empty();
    tree.take(&Tree::good(), SHARED);
    tree
}

#[test]
fn a_second_node_gets_all_but_super_admin_conf() {
    let tree = with_shared_files();
    let before = tree.snapshot();
    let run = second(&tree, &["--super-admin=false", "-o", "json"]).exits(0);
    assert_eq!(
        run.stderr,
        "note: nobody says what the cluster of these authorities is like; taken is service-cidrs \
         10.96.0.0/12, dns-domain cluster.local, control-plane-endpoint none; --config or flags say \
         otherwise\n"
    );
    let report = run.json();
    assert_eq!(
        rows(&report, "keep"),
        ["ca", "front-proxy-ca", "etcd-ca", "sa"]
    );
    assert_eq!(rows(&report, "create").len(), 11);
    assert!(!tree.etc("super-admin.conf").exists());
    assert!(tree.etc("kubelet.conf").exists());
    before.assert_files_kept(&tree.snapshot());
    assert!(names(&tree.pki("apiserver.crt")).contains(&"DNS:cp2".to_owned()));
    assert!(names(&tree.pki("etcd/peer.crt")).contains(&"IP:192.0.2.11".to_owned()));
    second(&tree, &[]).exits(0).shows(&["Nothing to do"]);
}

#[test]
fn before_kubeadm_join_its_own_files_are_left_out() {
    let tree = with_shared_files();
    let report = second(&tree, &["--for-join", "-o", "json"]).exits(0).json();
    assert_eq!(rows(&report, "create").len(), 10);
    for name in ["super-admin.conf", "kubelet.conf"] {
        assert!(!tree.etc(name).exists(), "{name}");
    }
    for name in ["admin.conf", "controller-manager.conf", "scheduler.conf"] {
        assert!(tree.etc(name).exists(), "{name}");
    }
    second(&tree, &["--for-join"])
        .exits(0)
        .shows(&["Nothing to do"]);
}

#[test]
fn without_the_shared_files_a_joining_node_is_refused() {
    let tree = Tree::empty();
    let before = tree.snapshot();
    let run = second(&tree, &["--for-join"]).exits(1);
    before.assert_untouched(&tree.snapshot());
    run.says(&[
        "pki/ca.crt: it is missing, and a joining node shares it",
        "pki/front-proxy-ca.crt: it is missing",
        "pki/etcd/ca.crt: it is missing",
        "pki/sa.key: it is missing",
        "to mend it: Copy from the first control-plane node: ",
        "4 problems; nothing was written",
    ]);
}

#[test]
fn each_shared_file_is_missed() {
    for (missing, says) in [
        (
            "ca.crt",
            "pki/ca.key: the key is there, its certificate is not",
        ),
        (
            "sa.key",
            "pki/sa.pub: the public key is there, its private key is not",
        ),
        (
            "etcd/ca.crt",
            "pki/etcd/ca.key: the key is there, its certificate is not",
        ),
    ] {
        let tree = with_shared_files();
        tree.remove(&[missing]);
        let before = tree.snapshot();
        second(&tree, &["--for-join"]).exits(1).says(&[says]);
        before.assert_untouched(&tree.snapshot());
    }
}

/// With an etcd run elsewhere, its authority is not among the shared files.
#[test]
fn with_an_external_etcd_fewer_files_are_shared() {
    let tree = with_shared_files();
    fs::remove_dir_all(tree.pki("etcd")).unwrap();
    tree.put_beside(
        "cluster.toml",
        "node-name = \"cp2\"\nadvertise-address = \"192.0.2.11\"\n\
         [etcd.external]\nendpoints = [\"https://192.0.2.20:2379\"]\n",
    );
    let arguments = [
        "init",
        "--config",
        "cluster.toml",
        "--for-join",
        "-o",
        "json",
    ];
    let report = tree.pkigen(&arguments).exits(0).json();
    assert_eq!(rows(&report, "keep"), ["ca", "front-proxy-ca", "sa"]);
    assert_eq!(rows(&report, "create").len(), 6);
}

/// There `kubeadm init` would start a second cluster by the same authority.
#[test]
fn a_further_node_is_not_led_to_kubeadm_init() {
    let tree = with_shared_files();
    let run = second(&tree, &["--profile", "kubeadm"]).exits(0);
    run.shows(&[
        "1. This is a further node, where `kubeadm init` would start a second cluster.",
        "--for-join makes the node without it: `pkigen undo`",
    ]);
    let tree = with_shared_files();
    let first = second(&tree, &["--profile", "kubeadm", "--new-cluster"]).exits(0);
    first.shows(&["`kubeadm init --config /etc/kubernetes/pkigen/flags/kubeadm.yaml`"]);
}
