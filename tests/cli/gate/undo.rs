//! Taking back what others have come to rely on.

use serde_json::json;

use crate::support::{Tree, day};

/// The transaction is three hundred days old, and what it replaced has expired since.
fn expired() -> (Tree, String) {
    let tree = Tree::good();
    tree.pkigen(&["renew", "all", "--at", &day(300)]).exits(0);
    (tree, day(370))
}

#[test]
fn is_refused_with_the_relation() {
    let (tree, now) = expired();
    let before = tree.snapshot();
    tree.pkigen(&["undo", "--at", &now]).exits(1).says(&[
        "after taking back transaction 2, /etc/kubernetes/pki/apiserver.crt would be refused: it \
         expired on ",
        " (expired; by a program in a pod with /etc/kubernetes/pki/ca.crt)",
        "(expired; by kube-apiserver with /etc/kubernetes/pki/ca.crt)",
        "\n  To have it all the same: `--accept expired`.\n",
        "nothing was written",
    ]);
    before.assert_untouched(&tree.snapshot());
}

#[test]
fn is_let_through_and_remembered() {
    let (tree, now) = expired();
    tree.pkigen(&["undo", "--at", &now, "--accept", "expired"])
        .exits(0);
    let report = tree.pkigen(&["history", "-o", "json"]).exits(0).json();
    let rows = report["transactions"].as_array().unwrap();
    assert_eq!(rows[2]["accepted"], json!(["expired"]));
    let command = rows[2]["command"].as_str().unwrap();
    assert!(command.ends_with("--accept expired"), "{command}");
    assert_eq!(rows[1]["accepted"], json!([]));
    tree.pkigen(&["history", "-v"])
        .exits(0)
        .shows(&["accepted  expired"]);
}
