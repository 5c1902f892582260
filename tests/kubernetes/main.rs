//! Kubernetes' own programs with pkigen's files. They are looked for in the directory that the
//! variable `PKIGEN_KUBERNETES` names, and need root, for `kubeadm --rootfs` changes its root.
//! Where it is not set, nothing is tried and that is said.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests say what they expect, stop when it is not so, and start other programs"
)]

mod authorities;
#[path = "../corpus/mod.rs"]
mod corpus;
mod etcd;
mod flags;
mod hierarchy;
mod identities;
mod remedies;
mod running;
#[path = "../support/mod.rs"]
mod support;
mod versions;

use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::Once;

use support::{Tree, program, said};

/// A program of the directory, where that is named; it has to be there then.
fn binary(name: &str) -> Option<Command> {
    static SAID: Once = Once::new();
    let Some(directory) = std::env::var_os("PKIGEN_KUBERNETES") else {
        // Past the test harness, which swallows what a passing test prints.
        SAID.call_once(|| {
            let line = b"did not run: PKIGEN_KUBERNETES is not set to a directory with programs\n";
            std::io::stderr().write_all(line).unwrap();
        });
        return None;
    };
    let path = Path::new(&directory).join(name);
    assert!(path.is_file(), "{} is not there", path.display());
    Some(Command::new(path))
}

/// The rows of a list in a report.
fn rows(report: &serde_json::Value, list: &str) -> Vec<serde_json::Value> {
    report[list].as_array().unwrap().clone()
}

/// A tree made from kubeadm's own configuration, which is in it as `/kubeadm.yaml`.
fn made() -> Tree {
    let fixture = Tree::kubeadm("ecdsa-p256");
    let tree = Tree::empty();
    std::fs::copy(fixture.beside("kubeadm.yaml"), tree.at("kubeadm.yaml")).unwrap();
    let config = tree.at("kubeadm.yaml").display().to_string();
    tree.pkigen(&["init", "--config", &config]).exits(0);
    tree
}

/// Runs kubeadm in a tree, and gives what it printed. It must succeed.
fn kubeadm(mut command: Command, tree: &Tree, arguments: &[&str]) -> String {
    command.arg("--rootfs").arg(tree.root()).args(arguments);
    let output = program(&mut command, "kubeadm", "");
    assert!(output.status.success(), "{arguments:?}: {}", said(&output));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn kubeadm_reads_every_certificate() {
    let Some(command) = binary("kubeadm") else {
        return;
    };
    let tree = made();
    let arguments = [
        "certs",
        "check-expiration",
        "--config",
        "/kubeadm.yaml",
        "-o",
        "json",
    ];
    let report = kubeadm(command, &tree, &arguments);
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    for list in ["certificates", "certificateAuthorities"] {
        let rows = report[list].as_array().unwrap();
        assert!(!rows.is_empty(), "{report:#}");
        for row in rows {
            assert_ne!(row["missing"], true, "{row:#}");
        }
    }
}

#[test]
fn kubeadm_keeps_every_certificate() {
    let Some(command) = binary("kubeadm") else {
        return;
    };
    let tree = made();
    let before = tree.snapshot();
    let arguments = ["init", "phase", "certs", "all", "--config", "/kubeadm.yaml"];
    kubeadm(command, &tree, &arguments);
    before.assert_files_kept(&tree.snapshot());
}
