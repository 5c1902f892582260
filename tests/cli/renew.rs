//! `renew`: a new life for what is there, which stays what it is.

mod absent;
mod authorities;
mod broken;
mod copies;
mod exchanged;
mod files;
pub(crate) mod identity;
mod kubeadm;
mod kubeconfigs;
mod kubelet;
mod names;
mod references;
mod report;

use crate::support::{Run, Tree};

/// An instant in the life of every certificate of the fixtures, a week after they were made.
pub(crate) const AT: &str = "2026-12-01T00:00:00Z";

#[track_caller]
pub(crate) fn renew_at(tree: &Tree, at: &str, arguments: &[&str]) -> Run {
    tree.pkigen(&[&["renew", "--at", at], arguments].concat())
}

#[track_caller]
pub(crate) fn renew(tree: &Tree, arguments: &[&str]) -> Run {
    renew_at(tree, AT, arguments)
}

/// The rows of a JSON report with this action.
#[track_caller]
pub(crate) fn rows(run: &Run, action: &str) -> Vec<String> {
    let report = run.json();
    let rows = report["rows"].as_array().unwrap().iter();
    rows.filter(|row| row["action"] == action)
        .map(|row| row["name"].as_str().unwrap().to_owned())
        .collect()
}
