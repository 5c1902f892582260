//! `verify`: trees and files, clean and broken, for people and for programs.

mod configured;
mod corpus;
mod drift;
mod loose;
pub(crate) mod remedies;
mod report;
mod shapes;
mod trees;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::support::{Run, Tree};

/// An instant in the life of every certificate of the fixtures.
const AT: &str = "2026-12-01T00:00:00Z";

/// Runs it and sees to it that nothing is written.
#[track_caller]
fn verify(tree: &Tree, arguments: &[&str]) -> Run {
    let before = tree.snapshot();
    let run = tree.pkigen(&[&["verify"], arguments].concat());
    before.assert_untouched(&tree.snapshot());
    run
}

/// The rules that are broken, each with its file below `/etc/kubernetes`.
#[track_caller]
fn found(tree: &Tree, arguments: &[&str]) -> Vec<(String, String)> {
    let report = verify(tree, &[&["--strict", "-o", "json"], arguments].concat()).json();
    let findings = report["findings"].as_array().unwrap().iter();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    findings
        .map(|finding| {
            let file = text(&finding["file"]);
            let file = file.trim_start_matches("/etc/kubernetes/").to_owned();
            (text(&finding["rule"]), file)
        })
        .collect()
}

#[track_caller]
fn assert_found(tree: &Tree, arguments: &[&str], expected: &[(&str, &str)]) {
    let found = found(tree, arguments);
    let found: Vec<(&str, &str)> = found
        .iter()
        .map(|(rule, file)| (&**rule, &**file))
        .collect();
    assert_eq!(found, expected);
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// What kubeadm made, with the modes that it has on a node: git keeps only one of them.
pub(crate) fn kubeadm(algorithm: &str) -> Tree {
    let tree = Tree::kubeadm(algorithm);
    let mut directories = vec![tree.etc("")];
    while let Some(directory) = directories.pop() {
        set_mode(&directory, 0o755);
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
            } else {
                let public = path.extension().is_some_and(|ending| ending == "crt");
                set_mode(&path, if public { 0o644 } else { 0o600 });
            }
        }
    }
    tree
}
