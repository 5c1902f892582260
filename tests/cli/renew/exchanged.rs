//! Where an authority is another than the one that had signed, and where its key is not here.

use std::fs;

use crate::corpus::files::set_mode;
use crate::support::{Tree, day};

const WANT: &str = "node-name = \"cp1\"\nadvertise-address = \"192.0.2.10\"\n";
const ALL: [&str; 5] = ["renew", "all", "--reconcile", "--config", "want.toml"];

fn with_authority_of_another(names: [&str; 2]) -> Tree {
    let tree = Tree::good();
    tree.take(&Tree::kubeadm("ecdsa-p256"), &names);
    set_mode(&tree.pki(names[1]), 0o600);
    tree.put_beside("want.toml", WANT);
    tree
}

/// The new authority is read at a start, and everybody else goes on trusting the old one.
#[test]
fn who_reads_the_authority_starts_anew() {
    let tree = with_authority_of_another(["etcd/ca.crt", "etcd/ca.key"]);
    let run = tree.pkigen(&ALL).exits(0);
    run.shows(&[
        "1. etcd, which reads it at start only (etcd-ca)",
        "2. kube-apiserver, which reads it at start only (etcd-ca)",
    ])
    .says(&[
        "etcd-ca is another authority than the one that had signed: every other node goes on \
         trusting that one",
    ]);
    // What is as configured says nothing of it.
    let again = tree.pkigen(&ALL).exits(0);
    assert!(!again.stderr.contains("another authority"), "{again:?}");
}

/// One certificate of somebody else's says nothing of the authority.
#[test]
fn a_single_stranger_is_no_other_authority() {
    let tree = Tree::good();
    tree.take(
        &Tree::kubeadm("ecdsa-p256"),
        &["etcd/peer.crt", "etcd/peer.key"],
    );
    tree.put_beside("want.toml", WANT);
    for command in [
        &ALL[..],
        &["renew", "etcd-peer", "--reconcile", "--config", "want.toml"],
    ] {
        let copy = Tree::good();
        copy.take(&tree, &["etcd/peer.crt", "etcd/peer.key"]);
        copy.put_beside("want.toml", WANT);
        let run = copy
            .pkigen(command)
            .exits(0)
            .shows(&["renewed", "etcd-peer"]);
        assert!(!run.stderr.contains("another authority"), "{run:?}");
        assert!(!run.stdout.contains("(etcd-ca)"), "{run:?}");
    }
}

/// Which of the two is meant is not known.
#[test]
fn to_put_the_old_one_back_comes_first() {
    let tree = with_authority_of_another(["ca.crt", "ca.key"]);
    let way = "ca.key; or see that the authority's files are as they are meant to be, on every \
               control-plane node, then `pkigen renew all --reconcile --config ";
    for command in [&["renew", "all"][..], &["init", "--config", "want.toml"]] {
        let run = tree.pkigen(command).exits(1);
        run.says(&["to mend it: Put back the right ", way]);
    }
}

/// The same command once more would renew no better.
#[test]
fn what_cannot_be_renewed_here_is_not_to_be_renewed_first() {
    let tree = Tree::good();
    tree.remove(&["etcd/ca.key"]);
    let at = day(400);
    let run = tree.pkigen(&["renew", "all", "--at", &at]).exits(1);
    let before = run.stdout.split("Before anything is restarted:").nth(1);
    let before = before.unwrap().split("; then what follows").next().unwrap();
    assert!(
        before.contains("Put here, from another control-plane node"),
        "{before}"
    );
    assert!(!before.contains("pkigen renew all"), "{before}");
}

/// A node that is no control plane's is not to get the cluster's key.
#[test]
fn a_worker_joins_again() {
    let tree = Tree::good();
    crate::corpus::trees::kubelet(&tree);
    for name in [
        "pki",
        "admin.conf",
        "super-admin.conf",
        "controller-manager.conf",
        "scheduler.conf",
    ] {
        let path = tree.etc(name);
        let removed = if path.is_dir() {
            fs::remove_dir_all(&path)
        } else {
            fs::remove_file(&path)
        };
        removed.unwrap();
    }
    tree.take(&Tree::good(), &["ca.crt"]);
    let at = day(400);
    let run = tree.pkigen(&["renew", "all", "--at", &at]).exits(1);
    let run = run.says(&[
        "Have the node join again: ",
        "`kubeadm token create --print-join-command`",
    ]);
    assert!(!run.stderr.contains("Put here"), "{run:?}");
}

/// A bundle may hold others too, that end later and are in place already.
#[test]
fn of_a_bundle_the_one_that_signs_is_taken() {
    let (tree, other) = (Tree::good(), Tree::kubeadm("ecdsa-p256"));
    let long = fs::read_to_string(other.pki("ca.crt")).unwrap();
    let own = tree.text("ca.crt");
    tree.put("ca.crt", own.clone() + &long);
    let copy = Tree::good();
    copy.put("ca.crt", own + &long);
    tree.pkigen(&["renew", "ca", "--ca-validity", "5y"])
        .exits(0);
    let file = tree.pki("ca.crt").display().to_string();
    let taken = copy
        .pkigen(&["renew", "ca", "--certificate", &file])
        .exits(0);
    taken.shows(&["renewed  ca"]);
    assert_eq!(copy.text("ca.crt"), tree.text("ca.crt"));
}

/// What flags alone say, no other command knows.
#[test]
fn flags_of_init_go_into_the_configuration_first() {
    let tree = Tree::good();
    tree.put_beside("want.toml", WANT);
    let init = ["init", "--config", "want.toml", "--san", "kube.example.org"];
    tree.pkigen(&init).exits(1).says(&[
        "it does not serve kube.example.org",
        "What the flags say goes into that configuration first: no other command has them.",
    ]);
}

/// Which half is the cluster's is not known.
#[test]
fn a_key_for_tokens_that_was_replaced_is_put_back_first() {
    let tree = Tree::good();
    tree.take(&Tree::kubeadm("ecdsa-p256"), &["sa.key"]);
    set_mode(&tree.pki("sa.key"), 0o600);
    tree.put_beside("want.toml", WANT);
    tree.pkigen(&["init", "--config", "want.toml"])
        .exits(1)
        .says(&[
            "to mend it: Put back the key that signs this cluster's tokens: ",
            "tokens that another has signed become invalid",
        ]);
    tree.remove(&["sa.key", "sa.pub"]);
    tree.pkigen(&["check-expiration"])
        .exits(1)
        .shows(&["!MISSING! sa ", ", 1 missing; "]);
}
