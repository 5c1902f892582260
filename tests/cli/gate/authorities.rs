//! Authorities that some readers know and others do not.

use super::{another, findings, rows, second_authority};
use crate::support::Tree;

/// Renewed with the second authority the API server would be refused by every kubeconfig: it
/// stays, and the rest, which ca.crt accepts, is renewed.
#[test]
fn a_server_that_nobody_would_believe_stays_as_it_is() {
    let tree = second_authority();
    let before = findings(&tree, &[]);
    let server = tree.text("apiserver.crt");
    let key = tree.text("apiserver.key");
    let run = tree.pkigen(&["renew", "all", "-o", "json"]).exits(1);
    assert_eq!(rows(&run, "left out"), ["apiserver"]);
    let report = run.json();
    assert_eq!(report["outcome"], "partial");
    let row = report["rows"].as_array().unwrap().iter();
    let row = row.clone().find(|row| row["name"] == "apiserver").unwrap();
    let detail = row["detail"].as_str().unwrap();
    for part in [
        "/etc/kubernetes/pki/apiserver.crt would be refused: it comes from CN=kubernetes-ca (serial ",
        ", and who dials it trusts CN=kubernetes-ca (serial ",
        "(kubeconfig-distrusts-server; by the kubelet with /etc/kubernetes/kubelet.conf, kubectl \
         with /etc/kubernetes/admin.conf, ",
        ", kube-scheduler with /etc/kubernetes/scheduler.conf)",
    ] {
        assert!(detail.contains(part), "{part}: {detail}");
    }
    let remedy = tree.rootless(row["remedy"].as_str().unwrap());
    for part in [
        "`pkigen renew all --reconcile --config FILE`",
        "Or, to have it all the same: `--accept kubeconfig-distrusts-server`.",
    ] {
        assert!(remedy.contains(part), "{part}: {remedy}");
    }
    assert_eq!(row["serialNumber"], serde_json::Value::Null);
    assert_eq!(rows(&run, "renewed").len(), 11);
    assert_eq!(tree.text("apiserver.crt"), server);
    assert_eq!(tree.text("apiserver.key"), key);
    assert_eq!(findings(&tree, &[]), before);
}

#[test]
fn people_are_told_both_sides_on_standard_error() {
    let tree = second_authority();
    let run = tree.pkigen(&["renew", "apiserver", "admin.conf"]).exits(1);
    run.shows(&[
        "renewed   admin.conf",
        "left out  apiserver   stays as it is",
    ])
    .says(&[
        "apiserver was left out: ",
        " would be refused: it comes from ",
    ]);
}

/// Nothing is signed for a dry run, and it is known all the same who trusts whom.
#[test]
fn a_dry_run_says_the_same() {
    let tree = second_authority();
    let before = tree.snapshot();
    let run = tree
        .pkigen(&["renew", "all", "--dry-run", "-o", "json"])
        .exits(1);
    assert_eq!(rows(&run, "left out"), ["apiserver"]);
    assert_eq!(rows(&run, "renew").len(), 11);
    before.assert_untouched(&tree.snapshot());
    let replaced = run.json()["replacedFiles"].to_string();
    assert!(!replaced.contains("apiserver.crt"), "{replaced}");
}

/// Where nothing is left, nothing is written: not even a transaction.
#[test]
fn what_is_left_out_alone_writes_nothing() {
    let tree = second_authority();
    let before = tree.snapshot();
    tree.pkigen(&["renew", "apiserver"])
        .exits(1)
        .says(&["apiserver was left out"]);
    before.assert_files_kept(&tree.snapshot());
    let history = tree.pkigen(&["history", "-o", "json"]).exits(0).json();
    assert_eq!(history["transactions"].as_array().unwrap().len(), 1);
}

/// With the kubeconfigs brought up to date in the same run there is nothing to be left out.
#[test]
fn together_with_its_readers_it_is_renewed() {
    let tree = second_authority();
    let config = tree.put_beside(
        "cluster.toml",
        "node-name = \"cp1\"\nadvertise-address = \"192.0.2.10\"\n",
    );
    let config = config.to_str().unwrap();
    let reconcile = ["--reconcile", "--config", config];
    tree.pkigen(&[&["renew", "all"][..], &reconcile].concat())
        .exits(0);
    tree.pkigen(&["renew", "all"]).exits(0);
    let found = findings(&tree, &[]);
    assert!(
        found.iter().all(|(rule, _)| rule == "signing-bundle"),
        "{found:?}"
    );
}

/// `init` would make the API server's certificate that no kubeconfig believes.
#[test]
fn init_makes_nothing_that_its_readers_would_refuse() {
    let tree = second_authority();
    tree.remove(&["apiserver.crt", "apiserver.key"]);
    let before = tree.snapshot();
    let rehearsed = tree.init(&["--dry-run", "-o", "json"]).exits(1).json();
    before.assert_untouched(&tree.snapshot());
    let run = tree.init(&["-o", "json"]).exits(1);
    let report = run.json();
    assert_eq!(rehearsed["outcome"], "refused");
    assert_eq!(rehearsed["refusals"].as_array().unwrap().len(), 1);
    assert_eq!(report["outcome"], "refused");
    let refusals = report["refusals"].as_array().unwrap();
    assert_eq!(refusals.len(), 1, "{refusals:#?}");
    let problem = refusals[0]["problem"].as_str().unwrap();
    assert!(
        problem.contains("it comes from CN=kubernetes-ca"),
        "{problem}"
    );
    before.assert_files_kept(&tree.snapshot());
    assert!(!tree.pki("apiserver.crt").exists());
    tree.init(&["--accept", "kubeconfig-distrusts-server"])
        .exits(0);
}

/// The authority is another one altogether: nothing comes from it, and nobody knows it.
#[test]
fn an_authority_that_was_replaced_is_refused_with_both_sides() {
    let tree = Tree::good();
    tree.take(&another(), &["ca.crt", "ca.key"]);
    let before = tree.snapshot();
    tree.pkigen(&["renew", "apiserver", "admin.conf"])
        .exits(1)
        .says(&[
            "apiserver was not renewed: ",
            "admin.conf was not renewed: ",
        ]);
    let config = tree.put_beside(
        "cluster.toml",
        "node-name = \"cp1\"\nadvertise-address = \"192.0.2.10\"\n",
    );
    // Alone the configuration would make the API server a stranger to those who dial it.
    let config = config.to_str().unwrap();
    let arguments = ["renew", "apiserver", "--reconcile", "--config", config];
    tree.pkigen(&arguments).exits(1).says(&[
        "apiserver was left out: ",
        "it comes from CN=kubernetes-ca (serial ",
        "and who dials it trusts CN=kubernetes-ca (serial ",
    ]);
    before.assert_files_kept(&tree.snapshot());
}
