//! `init`: what it keeps, what it makes, what it says.

pub(crate) mod authorities;
pub(crate) mod cluster;
mod elsewhere;
mod etcd;
mod join;
pub(crate) mod kept;
mod kubeadm;
mod modes;
mod output;
mod report;

use serde_json::Value;

use crate::support::Run;

/// Names of the rows with this action, in the order of the report.
fn rows(report: &Value, action: &str) -> Vec<String> {
    let rows = report["rows"].as_array().unwrap().iter();
    rows.filter(|row| row["action"] == action)
        .map(|row| row["name"].as_str().unwrap().to_owned())
        .collect()
}

/// A certificate as `inspect -o json` shows it.
fn certificate(path: &std::path::Path) -> Value {
    let run = crate::support::pkigen([
        "inspect".as_ref(),
        "-o".as_ref(),
        "json".as_ref(),
        path.as_os_str(),
    ]);
    run.exits(0).json()["files"][0]["certificates"][0].clone()
}

/// The names and addresses that a certificate serves, sorted.
pub(crate) fn names(path: &std::path::Path) -> Vec<String> {
    let certificate = certificate(path);
    let names = certificate["subjectAlternativeNames"].as_array().unwrap();
    let mut names: Vec<String> = names
        .iter()
        .map(|name| name.as_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

/// The warnings of a run, without their label.
fn warnings(run: &Run) -> Vec<&str> {
    let lines = run.stderr.lines();
    lines
        .filter_map(|line| line.strip_prefix("warning: "))
        .collect()
}
