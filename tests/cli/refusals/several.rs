//! Several problems at once, and how they are told to programs.

use std::fs;

use super::{mended, move_away, refused};
use crate::support::Tree;

fn break_three(tree: &Tree) {
    tree.remove(&["etcd/peer.key"]);
    tree.put("apiserver.key", tree.text("front-proxy-client.key"));
    fs::write(tree.etc("kubelet.conf"), "").unwrap();
}

#[test]
fn all_are_listed_and_each_remedy_works() {
    let tree = Tree::good();
    break_three(&tree);
    refused(
        &tree,
        &[],
        &[
            (
                "pki/apiserver.crt",
                "the key belongs to another certificate",
                "`pkigen renew apiserver`",
            ),
            (
                "pki/etcd/peer.crt",
                "the certificate is there, its key is not",
                "peer.crt away, then run this again: the pair",
            ),
            ("kubelet.conf", "it is empty", "kubelet.conf away"),
        ],
    );
    let apiserver = ["pki/apiserver.crt", "pki/apiserver.key"];
    move_away(&tree, &apiserver);
    // One is mended, and the others still stop everything.
    refused(
        &tree,
        &[],
        &[
            (
                "pki/etcd/peer.crt",
                "its key is not",
                "peer.crt away, then run this again: the pair",
            ),
            ("kubelet.conf", "it is empty", "kubelet.conf away"),
        ],
    );
    move_away(&tree, &["pki/etcd/peer.crt", "kubelet.conf"]);
    mended(&tree, &[], &["apiserver", "etcd-peer", "kubelet.conf"]);
}

#[test]
fn a_dry_run_refuses_the_same() {
    let tree = Tree::good();
    break_three(&tree);
    let before = tree.snapshot();
    let real = tree.init(&[]).exits(1);
    let rehearsed = tree.init(&["--dry-run"]).exits(1);
    assert_eq!(real.stderr, rehearsed.stderr);
    before.assert_untouched(&tree.snapshot());
}

#[test]
fn quiet_still_tells_what_is_wrong() {
    let tree = Tree::good();
    break_three(&tree);
    let loud = tree.init(&[]).exits(1);
    assert_eq!(tree.init(&["-q"]).exits(1).stderr, loud.stderr);
}

#[test]
fn programs_are_told_too() {
    let tree = Tree::good();
    break_three(&tree);
    let before = tree.snapshot();
    let report = tree.init(&["-o", "json"]).exits(1).json();
    before.assert_untouched(&tree.snapshot());
    assert_eq!(report["outcome"], "refused");
    assert_eq!(report["rows"].as_array().unwrap().len(), 0);
    let refusals = report["refusals"].as_array().unwrap();
    assert_eq!(refusals.len(), 3);
    assert_eq!(
        refusals[2]["file"],
        tree.etc("kubelet.conf").to_str().unwrap()
    );
    assert_eq!(refusals[2]["problem"], "it is empty");
    assert!(
        refusals[2]["remedy"]
            .as_str()
            .unwrap()
            .contains("made afresh")
    );
}

/// A broken authority says nothing about its leaves: they are not refused for its sake.
#[test]
pub(crate) fn a_broken_authority_is_one_problem() {
    let tree = Tree::good();
    tree.put("ca.crt", "garbage");
    refused(
        &tree,
        &[],
        &[("pki/ca.crt", "it holds no PEM block", "Put back the right")],
    );
}
