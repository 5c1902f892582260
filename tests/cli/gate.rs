//! The gate: nothing is written that makes somebody refuse what was accepted before.

mod accept;
mod authorities;
mod told;
mod undo;
mod unrelated;

use crate::support::{Run, Tree};

/// A second cluster, whose authorities are others of the same names.
fn another() -> Tree {
    let tree = Tree::empty();
    tree.init(&[]).exits(0);
    tree
}

/// A second authority of the cluster beside the first, with the key that signs from now on; the
/// kubeconfigs know the first one only.
fn second_authority() -> Tree {
    let tree = Tree::good();
    let other = another();
    tree.put("ca.crt", other.text("ca.crt") + &tree.text("ca.crt"));
    tree.put("ca.key", other.text("ca.key"));
    tree
}

/// What `verify` finds, as rule and file.
#[track_caller]
fn findings(tree: &Tree, arguments: &[&str]) -> Vec<(String, String)> {
    let report = tree
        .pkigen(&[&["verify", "-o", "json"], arguments].concat())
        .json();
    let rows = report["findings"].as_array().unwrap().iter();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    rows.map(|row| (text(&row["rule"]), text(&row["file"])))
        .collect()
}

/// The names of the rows of a JSON report with this action.
#[track_caller]
fn rows(run: &Run, action: &str) -> Vec<String> {
    crate::renew::rows(run, action)
}
