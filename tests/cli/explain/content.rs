//! Files that are told by their content.

use std::fs;

use super::{explain, unfolded};
use crate::support::{Tree, pkigen};

fn topics(tree: &Tree, what: &str) -> Vec<String> {
    let report = explain(tree, &[what, "-o", "json"]).exits(0).json();
    let topics = report["topics"].as_array().unwrap().iter();
    topics
        .map(|topic| topic["name"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_pem_file_anywhere_is_what_it_holds() {
    for tree in [Tree::kubeadm("ecdsa-p256"), Tree::good()] {
        for (file, name) in [
            ("apiserver.crt", "apiserver"),
            ("apiserver-etcd-client.crt", "apiserver-etcd-client"),
            ("etcd/healthcheck-client.crt", "etcd-healthcheck-client"),
            ("front-proxy-client.crt", "front-proxy-client"),
            ("ca.crt", "ca"),
            ("front-proxy-ca.crt", "front-proxy-ca"),
            ("etcd/ca.crt", "etcd-ca"),
            ("../admin.conf", "admin.conf"),
            ("../kubelet.conf", "kubelet.conf"),
        ] {
            let copy = tree.beside("some file.pem");
            fs::copy(tree.pki(file), &copy).unwrap();
            assert_eq!(topics(&tree, copy.to_str().unwrap()), [name]);
            let run = explain(&tree, &[copy.to_str().unwrap()]).exits(0);
            run.says(&["some file.pem holds ", &format!("by that it is {name}")]);
        }
    }
}

/// kubeadm names both after the node, and nothing in them tells one from the other.
#[test]
fn what_cannot_be_told_apart_is_both() {
    let tree = Tree::kubeadm("ecdsa-p256");
    let copy = tree.beside("copy");
    fs::copy(tree.pki("etcd/peer.crt"), &copy).unwrap();
    let copy = copy.to_str().unwrap();
    let both = ["etcd-server", "etcd-peer"];
    assert_eq!(topics(&Tree::empty(), copy), both);
    // Unless this node has the very same one.
    assert_eq!(topics(&tree, copy), ["etcd-peer"]);
    let ours = Tree::good();
    let copy = ours.beside("copy");
    fs::copy(ours.pki("etcd/peer.crt"), &copy).unwrap();
    assert_eq!(topics(&ours, copy.to_str().unwrap()), ["etcd-peer"]);
}

#[test]
fn a_file_that_is_not_what_it_is_called() {
    let tree = Tree::good();
    let path = tree.pki("apiserver.crt");
    fs::copy(tree.pki("etcd/server.crt"), &path).unwrap();
    let run = explain(&tree, &[path.to_str().unwrap()]).exits(0);
    let text = unfolded(&run.stderr);
    assert!(
        text.contains("is called like apiserver, but it holds CN=kube-etcd"),
        "{text}"
    );
    assert!(run.stdout.starts_with("apiserver.crt: "));
}

#[test]
fn what_is_none_of_ours_is_said() {
    let tree = Tree::good();
    for (content, said) in [
        ("no pem at all", "is neither PEM nor a kubeconfig"),
        ("", "is empty"),
        (
            include_str!("../../fixtures/authorities/root.crt"),
            "which bears no name of a control plane",
        ),
    ] {
        let path = tree.put_beside("odd", content);
        let run = pkigen(["explain", path.to_str().unwrap()]).exits(2);
        assert!(run.stderr.contains(said), "{}", run.stderr);
    }
    // A key is not opened, and never shown.
    let path = tree.beside("odd");
    fs::copy(tree.pki("apiserver.key"), &path).unwrap();
    let run = pkigen(["explain", path.to_str().unwrap()]).exits(2);
    run.says(&["holds no certificate; `pkigen inspect` compares"]);
    let directory = tree.root();
    pkigen(["explain", directory.to_str().unwrap()]).exits(2);
}

#[test]
fn nothing_is_written_and_no_key_is_read() {
    let tree = Tree::good();
    let before = tree.snapshot();
    for name in ["apiserver.key", "etcd/peer.key", "sa.key"] {
        tree.put(name, "unreadable");
    }
    for what in [
        "apiserver.key",
        "sa.key",
        "etcd-peer",
        "kube-apiserver",
        "admin.conf",
    ] {
        let run = explain(&tree, &[what]).exits(0);
        assert_eq!(run.stderr, "", "{what}");
        assert!(!run.stdout.contains("unknown: "), "{}", run.stdout);
    }
    assert_ne!(tree.snapshot(), before);
    let after = tree.snapshot();
    explain(&tree, &["ca"]).exits(0);
    assert_eq!(tree.snapshot(), after);
}
