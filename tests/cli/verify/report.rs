//! The report, for people and for programs.

use super::{kubeadm, set_mode, verify};
use crate::corpus::all;
use crate::support::Tree;

#[test]
fn a_clean_tree_in_both_forms() {
    let tree = Tree::good();
    let text = verify(&tree, &[]).exits(0);
    assert_eq!(text.stdout.lines().count(), 1, "{text:#?}");
    assert!(
        text.stdout
            .starts_with("15 certificates in 27 files checked for "),
        "{text:#?}"
    );
    assert_eq!(verify(&tree, &["-q"]).exits(0).stdout, "");
    let report = verify(&tree, &["-o", "json"]).exits(0).json();
    assert_eq!(report["schemaVersion"], 1);
    assert_eq!(report["kind"], "VerifyReport");
    assert_eq!(report["outcome"], "clean");
    assert_eq!(report["files"], 27);
    assert_eq!(report["certificates"], 15);
    assert_eq!(report["findings"], serde_json::json!([]));
    assert_eq!(report["warnings"], serde_json::json!([]));
    assert!(report["configuration"].is_null() && report["at"].is_string());
}

#[test]
fn a_finding_in_both_forms() {
    let tree = kubeadm("ecdsa-p256");
    let at = ["--at", "2027-12-01T00:00:00Z"];
    std::fs::remove_file(tree.etc("super-admin.conf")).unwrap();
    let report = verify(&tree, &[&at[..], &["-o", "json"]].concat())
        .exits(1)
        .json();
    assert_eq!(report["outcome"], "findings");
    let first = &report["findings"][0];
    assert_eq!(first["rule"], "expired");
    assert_eq!(first["file"], "/etc/kubernetes/pki/apiserver.crt");
    let credential = serde_json::json!({
        "name": "apiserver",
        "owner": {"kind": "node", "name": "cp1"},
    });
    assert_eq!(first["credential"], credential);
    assert_eq!(first["title"], "a certificate whose life is over");
    let certificate = first["certificate"].as_str().unwrap();
    assert!(
        certificate.starts_with("CN=kube-apiserver (serial "),
        "{certificate}"
    );
    assert_eq!(
        first["refusedBy"],
        serde_json::json!(["go", "openssl", "gnutls", "webpki"])
    );
    let command = tree.typed("pkigen renew apiserver");
    let remedy = format!("`{command}`, and restart what it says.");
    assert_eq!(first["remedy"], remedy);
    assert_eq!(first["reference"], "RFC 5280 section 4.1.2.5.");
    let message = first["message"].as_str().unwrap();
    assert!(
        message.ends_with(", and it is 2027-12-01 00:00:00 UTC"),
        "{message}"
    );
    verify(&tree, &at).exits(1).shows(&[
        "/etc/kubernetes/pki/apiserver.crt\n  expired\n    certificate  CN=kube-apiserver",
        "\n    refused by   go, openssl, gnutls, webpki\n",
        // In one line, however long.
        &format!("\n    remedy       `{command}`, and\n                 restart what it says.\n\n"),
        " files checked for Dec 01, 2027 00:00 UTC: 11 findings\n",
    ]);
}

/// Whether the machine's own authorities are the API server's is not on the disk.
#[test]
fn a_kubeconfig_without_authorities_is_a_warning() {
    let tree = Tree::good();
    let text = std::fs::read_to_string(tree.etc("admin.conf")).unwrap();
    let text = text.replace("certificate-authority-data", "comment");
    std::fs::write(tree.etc("admin.conf"), text).unwrap();
    let report = verify(&tree, &["-o", "json"]).exits(0).json();
    assert_eq!(report["findings"], serde_json::json!([]));
    let warning = &report["warnings"][0];
    assert_eq!(warning["rule"], "kubeconfig-without-authorities");
    assert_eq!(warning["refusedBy"], serde_json::json!([]));
    verify(&tree, &["--strict"]).exits(1);
    let expirations = tree.pkigen(&["check-expiration"]).exits(0);
    assert!(!expirations.stdout.contains("admin.conf CA data"));
    tree.pkigen(&["renew", "admin.conf"]).exits(0);
    verify(&tree, &[]).exits(0);
}

#[test]
fn rules_that_only_warn() {
    let tree = Tree::good();
    set_mode(&tree.pki("ca.key"), 0o604);
    set_mode(&tree.pki("ca.crt"), 0o666);
    let warn = ["--warn-only", "key-exposed"];
    let report = verify(&tree, &[&warn[..], &["-o", "json"]].concat())
        .exits(1)
        .json();
    assert_eq!(report["findings"].as_array().unwrap().len(), 1);
    assert_eq!(report["warnings"][0]["rule"], "key-exposed");
    let both = [&warn[..], &["--warn-only", "writable-by-others"]].concat();
    verify(&tree, &both).exits(0).shows(&[
        "/etc/kubernetes/pki/ca.key\n  key-exposed (warning)\n",
        "0 findings, 2 warnings\n",
    ]);
    let report = verify(&tree, &[&both[..], &["-o", "json"]].concat())
        .exits(0)
        .json();
    assert_eq!(report["outcome"], "clean");
}

#[test]
fn a_rule_that_is_none() {
    let tree = Tree::good();
    verify(&tree, &["--warn-only", "key-exposd"])
        .exits(2)
        .says(&["--warn-only: there is no rule \"key-exposd\"; did you mean key-exposed?"]);
    verify(&tree, &["--warn-only", "zzz"])
        .exits(2)
        .says(&["docs/rules.md lists them"]);
}

#[test]
fn a_tree_that_is_not_there() {
    let tree = Tree::empty();
    verify(&tree, &["--root", "/nowhere/at/all"]).exits(3);
    verify(&tree, &[]).exits(1).shows(&[
        "/etc/kubernetes/pki\n  missing-file\n",
        "0 certificates in 0 files",
    ]);
}

#[test]
fn no_line_is_wider_than_80_columns() {
    let tree = kubeadm("ecdsa-p256");
    tree.put("apiserver.key", tree.text("etcd/peer.key"));
    set_mode(&tree.pki("apiserver.key"), 0o644);
    let fits = |text: &str| {
        // A command is in one line, however long the tree's name is.
        let lines = text.lines().filter(|line| !line.contains('`'));
        let widest = lines.max_by_key(|line| line.chars().count());
        let widest = widest.unwrap_or_default();
        assert!(widest.chars().count() <= 80, "{widest}\n{text}");
    };
    let at = ["--at", "2037-12-01T00:00:00Z"];
    fits(&verify(&tree, &at).exits(1).stdout);
}

/// Each message names both sides, and who it is that is concerned.
#[test]
fn messages_name_both_sides() {
    let said = |name: &str| {
        let case = all().find(|case| case.name == name).unwrap();
        let tree = Tree::good();
        (case.breaks)(&tree);
        let report = verify(&tree, &["-o", "json"]).json();
        report["findings"][0]["message"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    for (name, texts) in [
        (
            "an authority that was made anew",
            &["none of its 7 certificates"][..],
        ),
        (
            "a kubeconfig that trusts another cluster",
            &["it trusts CN=kubernetes-ca", "CN=kubernetes-ca"],
        ),
        (
            "a root that etcd and the front proxy share",
            &["CN=Common Root is trusted in /etc/kubernetes/pki/front-proxy-ca.crt"],
        ),
        (
            "without a name that every cluster has",
            &[
                "kubernetes.default.svc (every cluster has it)",
                "; it serves kubernetes",
            ],
        ),
        (
            "a name that a kubeconfig dials",
            &["lb.example.org (admin.conf dials it)"],
        ),
        ("an empty certificate", &["it is empty"]),
    ] {
        let message = said(name);
        for text in texts {
            assert!(message.contains(text), "{name}: {text:?} in {message:?}");
        }
    }
}

/// What the kubelet rotates itself is not for `renew`.
#[test]
fn a_remedy_is_one_that_can_work() {
    let case = all().find(|case| case.name == "a kubelet's file with another key");
    let tree = Tree::good();
    (case.unwrap().breaks)(&tree);
    std::fs::remove_file(tree.etc("kubelet.conf")).unwrap();
    let report = verify(&tree, &["-o", "json"]).json();
    let remedy = report["findings"][0]["remedy"].as_str().unwrap();
    assert!(!remedy.contains("renew"), "{remedy}");
}
