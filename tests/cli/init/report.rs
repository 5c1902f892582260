//! `-o json`, and the dry run that prints what the real run does.

use serde_json::{Value, json};

use super::rows;
use crate::support::Tree;

fn report(tree: &Tree, arguments: &[&str]) -> Value {
    let run = tree.init(&[arguments, &["-o", "json"]].concat()).exits(0);
    assert_eq!(run.stderr, "");
    run.json()
}

/// A report without what only the real run knows.
fn comparable(mut report: Value) -> Value {
    report["outcome"] = json!(null);
    report["dryRun"] = json!(null);
    for row in report["rows"].as_array_mut().unwrap() {
        row["sha256"] = json!(null);
    }
    report
}

#[test]
fn a_dry_run_writes_nothing_and_tells_the_same() {
    let at = ["--at", "2026-11-23T12:00:00Z"];
    let fresh = Tree::empty();
    let partial = Tree::good();
    partial.remove(&["sa.pub", "etcd/peer.crt", "etcd/peer.key"]);
    std::fs::remove_file(partial.etc("pkigen/rbac.yaml")).unwrap();
    std::fs::write(partial.etc("pkigen/flags/etcd.args"), "--old\n").unwrap();
    for (tree, arguments) in [(fresh, &at[..]), (partial, &[])] {
        let before = tree.snapshot();
        let planned = report(&tree, &[arguments, &["--dry-run"]].concat());
        before.assert_untouched(&tree.snapshot());
        assert_eq!(planned["outcome"], "planned");
        assert_eq!(planned["dryRun"], true);
        let done = report(&tree, arguments);
        assert_eq!(done["outcome"], "done");
        assert_eq!(done["dryRun"], false);
        let instants = arguments.is_empty();
        let (planned, done) = (comparable(planned), comparable(done));
        if instants {
            // The clock went on between the two.
            assert_eq!(rows(&planned, "create"), rows(&done, "create"));
            assert_eq!(planned["derivedFiles"], done["derivedFiles"]);
        } else {
            assert_eq!(planned, done);
        }
    }
}

#[test]
fn for_people_a_dry_run_says_would() {
    let tree = Tree::empty();
    let before = tree.snapshot();
    let run = tree.init(&["--dry-run"]).exits(0);
    before.assert_untouched(&tree.snapshot());
    run.shows(&[
        "Would complete control-plane node cp1 (192.0.2.10)",
        "create  ca ",
    ]);
    let tree = Tree::good();
    let run = tree.init(&["--dry-run"]).exits(0);
    run.shows(&["Nothing to do for control-plane node cp1", "keep  ca "]);
}

#[test]
fn fields_have_stable_names_and_types() {
    let tree = Tree::empty();
    let report = report(&tree, &["--at", "2026-11-23T12:00:00Z"]);
    assert_eq!(report["schemaVersion"], 1);
    assert_eq!(report["kind"], "InitReport");
    assert_eq!(report["node"], "cp1");
    assert_eq!(report["advertiseAddress"], "192.0.2.10");
    assert_eq!(report["profile"], "kubernetes-io");
    assert_eq!(report["keyAlgorithm"], "ecdsa-p256");
    assert_eq!(report["firstExpiration"], "2027-11-23T12:00:00Z");
    assert_eq!(report["refusals"], json!([]));
    assert_eq!(report["warnings"], json!([]));
    let mut keys: Vec<&String> = report.as_object().unwrap().keys().collect();
    keys.sort();
    let expected = [
        "advertiseAddress",
        "derivedFiles",
        "dryRun",
        "firstExpiration",
        "keyAlgorithm",
        "kind",
        "lateWrites",
        "node",
        "notBoundByKubeadm",
        "outcome",
        "profile",
        "readers",
        "recovered",
        "refusals",
        "rows",
        "schemaVersion",
        "situation",
        "superior",
        "warnings",
    ];
    assert_eq!(keys, expected);
    assert_eq!(report["situation"], "new");
    let ca = &report["rows"][0];
    assert_eq!(ca["name"], "ca");
    assert_eq!(ca["owner"], json!({"kind": "cluster", "name": null}));
    let apiserver = &report["rows"][1];
    assert_eq!(apiserver["name"], "apiserver");
    assert_eq!(apiserver["owner"], json!({"kind": "node", "name": "cp1"}));
    assert_eq!(ca["action"], "create");
    assert_eq!(ca["reason"], "missing");
    assert_eq!(ca["expires"], "2036-11-20T12:00:00Z");
    assert_eq!(ca["sha256"].as_str().unwrap().len(), 64);
    assert_eq!(
        ca["files"],
        json!(["/etc/kubernetes/pki/ca.crt", "/etc/kubernetes/pki/ca.key"])
    );
}

/// The digest in the report is the file's.
#[test]
fn digests_are_those_of_the_files() {
    let tree = Tree::empty();
    let report = report(&tree, &[]);
    for row in report["rows"].as_array().unwrap() {
        let file = row["files"][0].as_str().unwrap();
        if row["sha256"].is_string() && row["files"].as_array().unwrap().len() == 2 {
            let certificate = super::certificate(&tree.at(file));
            assert_eq!(row["sha256"], certificate["sha256"], "{file}");
        }
    }
}

/// Every file that the report names is there, and no other.
#[test]
fn the_report_names_every_file() {
    let tree = Tree::empty();
    let report = report(&tree, &["--kubelet-serving"]);
    let rows = report["rows"].as_array().unwrap().iter();
    let mut named: Vec<&str> = rows
        .flat_map(|row| row["files"].as_array().unwrap())
        .chain(report["derivedFiles"].as_array().unwrap())
        .map(|file| file.as_str().unwrap().trim_start_matches('/'))
        .collect();
    named.sort_unstable();
    let snapshot = crate::support::Snapshot::of(&tree.root());
    let mut there: Vec<&str> = snapshot
        .files()
        .iter()
        .map(|path| path.to_str().unwrap())
        .collect();
    there.sort_unstable();
    assert_eq!(named, there);
}

#[test]
fn warnings_are_in_the_report() {
    let tree = Tree::good();
    tree.remove(&["etcd/ca.key"]);
    let report = report(&tree, &[]);
    let warning = report["warnings"][0].as_str().unwrap();
    assert!(
        warning.starts_with("etcd/ca.crt has no key beside it"),
        "{warning}"
    );
}
