//! `--accept`: somebody takes the responsibility.

use serde_json::json;

use super::{rows, second_authority};
use crate::support::Tree;

#[test]
fn what_is_accepted_is_renewed_and_remembered() {
    let tree = second_authority();
    let rule = "kubeconfig-distrusts-server";
    let run = tree
        .pkigen(&["renew", "all", "--accept", rule, "-o", "json"])
        .exits(0);
    assert_eq!(rows(&run, "left out"), [""; 0]);
    let report = tree.pkigen(&["history", "-o", "json"]).exits(0).json();
    assert_eq!(report["transactions"][1]["accepted"], json!([rule]));
}

/// What was not needed is not remembered: nothing was broken.
#[test]
fn what_was_not_needed_is_not_remembered() {
    let tree = Tree::good();
    tree.pkigen(&["renew", "all", "--accept", "expired"])
        .exits(0);
    let report = tree.pkigen(&["history", "-o", "json"]).exits(0).json();
    assert_eq!(report["transactions"][1]["accepted"], json!([]));
}

#[test]
fn another_rule_accepts_nothing() {
    let tree = second_authority();
    tree.pkigen(&["renew", "all", "--accept", "expired"])
        .exits(1)
        .says(&["apiserver was left out"]);
}

#[test]
fn a_rule_that_is_none() {
    let tree = Tree::good();
    tree.pkigen(&["renew", "all", "--accept", "expird"])
        .exits(2)
        .says(&["--accept: there is no rule \"expird\"; did you mean expired?"]);
}
