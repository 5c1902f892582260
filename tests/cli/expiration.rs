//! `check-expiration`: kubeadm's tables byte for byte, and everything that kubeadm leaves out.

mod absent;
mod broken;
mod colour;
mod kubeadm;
mod kubelet;
mod metrics;
mod more;
mod remedies;
mod told;
mod zones;

use serde_json::Value;

use crate::support::{Run, Tree};

/// An instant in the life of every certificate of the fixtures.
const AT: &str = "2026-12-01T00:00:00Z";

/// Runs it and sees to it that nothing is written.
#[track_caller]
fn check_at(tree: &Tree, at: &str, arguments: &[&str]) -> Run {
    let before = tree.snapshot();
    let run = tree.pkigen(&[&["check-expiration", "--at", at], arguments].concat());
    before.assert_untouched(&tree.snapshot());
    run
}

#[track_caller]
fn check(tree: &Tree, arguments: &[&str]) -> Run {
    check_at(tree, AT, arguments)
}

/// The entry of that name in one of the report's lists.
#[track_caller]
fn row(report: &Value, list: &str, name: &str) -> Value {
    let mut rows = report[list].as_array().unwrap().iter();
    let found = rows.find(|row| row["name"] == name);
    found
        .unwrap_or_else(|| panic!("{name} is not in {report:#}"))
        .clone()
}
