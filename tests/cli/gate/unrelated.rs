//! What is wrong already, and is not made worse.

use std::fs;

use super::{findings, rows};
use crate::support::{Tree, day};

/// One file is no certificate, and another certificate has expired.
#[test]
fn does_not_block_the_renewal_of_something_else() {
    let tree = Tree::good();
    tree.put("apiserver-kubelet-client.crt", "x");
    fs::write(tree.etc("scheduler.conf"), "{").unwrap();
    let before = findings(&tree, &[]);
    let run = tree.pkigen(&["renew", "apiserver", "-o", "json"]).exits(0);
    assert_eq!(rows(&run, "renewed"), ["apiserver"]);
    assert_eq!(findings(&tree, &[]), before);
}

#[test]
fn an_expired_tree_is_renewed() {
    let tree = Tree::good();
    let later = day(400);
    let at = ["--at", &later];
    assert!(!findings(&tree, &at).is_empty());
    tree.pkigen(&["renew", "all", "--at", &later]).exits(0);
    assert_eq!(findings(&tree, &at), []);
}

/// A kubeconfig of another cluster distrusts the API server whatever its certificate is.
#[test]
fn who_refused_before_may_go_on_refusing() {
    let tree = Tree::good();
    let other = super::another();
    fs::copy(other.etc("scheduler.conf"), tree.etc("scheduler.conf")).unwrap();
    let before = findings(&tree, &[]);
    assert!(!before.is_empty());
    let run = tree.pkigen(&["renew", "apiserver", "-o", "json"]).exits(0);
    assert_eq!(rows(&run, "renewed"), ["apiserver"]);
    assert_eq!(findings(&tree, &[]), before);
}
