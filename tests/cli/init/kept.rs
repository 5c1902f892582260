//! What is there and right stays, byte for byte.

use std::fs;

use super::{certificate, rows};
use crate::support::{AUTHORITY, Facts, Tree, Workshop, days_from_now};

#[test]
fn a_second_run_changes_nothing() {
    let tree = Tree::empty();
    let first = tree.init(&["-o", "json"]).exits(0).json();
    assert_eq!(first["outcome"], "done");
    assert_eq!(rows(&first, "create").len(), 16);
    let before = tree.snapshot();
    let second = tree.init(&["-o", "json"]).exits(0).json();
    before.assert_untouched(&tree.snapshot());
    assert_eq!(second["outcome"], "unchanged");
    assert_eq!(rows(&second, "keep").len(), 16);
    assert_eq!(second["derivedFiles"].as_array().unwrap().len(), 0);
    tree.init(&[]).exits(0).shows(&["Nothing to do", "kept"]);
    before.assert_untouched(&tree.snapshot());
}

#[test]
fn only_what_is_missing_is_made() {
    let tree = Tree::good();
    tree.remove(&["etcd/peer.crt", "etcd/peer.key"]);
    fs::remove_file(tree.etc("scheduler.conf")).unwrap();
    let before = tree.snapshot();
    let report = tree.init(&["-o", "json"]).exits(0).json();
    assert_eq!(rows(&report, "create"), ["etcd-peer", "scheduler.conf"]);
    assert_eq!(rows(&report, "keep").len(), 14);
    before.assert_files_kept(&tree.snapshot());
}

#[test]
fn sa_pub_is_rebuilt_from_sa_key() {
    let tree = Tree::good();
    let public = tree.text("sa.pub");
    tree.remove(&["sa.pub"]);
    let before = tree.snapshot();
    let report = tree.init(&["-o", "json"]).exits(0).json();
    before.assert_files_kept(&tree.snapshot());
    assert_eq!(rows(&report, "create"), ["sa"]);
    let mut rows = report["rows"].as_array().unwrap().iter();
    let row = rows.find(|row| row["name"] == "sa").unwrap();
    assert_eq!(row["files"].as_array().unwrap().len(), 1);
    assert_eq!(row["reason"], "sa.pub is missing and rebuilt from sa.key");
    assert_eq!(tree.text("sa.pub"), public);
}

/// During a rotation of the service-account key, the file holds the old one too.
#[test]
fn several_public_service_account_keys_are_kept() {
    let (tree, other) = (Tree::good(), Tree::empty());
    other.init(&[]).exits(0);
    tree.put("sa.pub", other.text("sa.pub") + &tree.text("sa.pub"));
    let before = tree.snapshot();
    tree.init(&[]).exits(0);
    before.assert_untouched(&tree.snapshot());
}

/// An authority's name is its owner's business.
#[test]
fn a_corporate_authority_is_used_as_it_is() {
    let (tree, shop) = (Tree::empty(), Workshop::new());
    fs::create_dir_all(tree.pki("")).unwrap();
    tree.put("ca.key", shop.key("ca", "3072"));
    let subject = "/DC=com/DC=example/O=Example/CN=Example-Issuing-CA-7";
    tree.put("ca.crt", shop.self_signed("ca", subject, AUTHORITY));
    let before = tree.snapshot();
    let run = tree.init(&["-o", "json"]).exits(0);
    assert_eq!(run.stderr, "");
    before.assert_files_kept(&tree.snapshot());
    assert!(rows(&run.json(), "keep").contains(&"ca".to_owned()));
    let leaf = certificate(&tree.pki("apiserver.crt"));
    let issuer = certificate(&tree.pki("ca.crt"))["subject"].clone();
    assert!(issuer.as_str().unwrap().contains("Example-Issuing-CA-7"));
    assert_eq!(leaf["issuer"], issuer);
    tree.init(&[]).exits(0).shows(&["Nothing to do"]);
}

#[test]
fn a_leaf_with_another_name_is_kept() {
    let tree = Tree::good();
    let shop = tree.workshop("ca");
    tree.put("apiserver.key", shop.key("leaf", "2048"));
    let names = "extendedKeyUsage=serverAuth\nsubjectAltName=DNS:cp1,DNS:kubernetes,\
        DNS:kubernetes.default,DNS:kubernetes.default.svc,\
        DNS:kubernetes.default.svc.cluster.local,DNS:*.example.org,IP:10.96.0.1,IP:192.0.2.10\n";
    tree.put(
        "apiserver.crt",
        shop.signed("leaf", "ca", "/CN=whatever", names),
    );
    let before = tree.text("apiserver.crt");
    // What is written for kubeadm follows the names that are there.
    let run = tree.init(&["-o", "json"]).exits(0).json();
    let configuration = "/etc/kubernetes/pkigen/flags/kubeadm.yaml";
    assert_eq!(run["derivedFiles"], serde_json::json!([configuration]));
    tree.init(&[]).exits(0).shows(&["Nothing to do"]);
    // A wildcard serves the names it covers.
    tree.init(&["--san", "lb.example.org"]).exits(0);
    tree.init(&["--san", "a.b.example.org"]).exits(1);
    assert_eq!(tree.text("apiserver.crt"), before);
}

/// A profile is for what is new; it is no reason to refuse, and none to make anything again.
#[test]
fn another_profile_changes_nothing_that_is_there() {
    let tree = Tree::good();
    let before = tree.snapshot();
    tree.init(&["--profile", "kubeadm"]).exits(0);
    let after = tree.snapshot();
    for path in before.files() {
        if !path.starts_with("root/etc/kubernetes/pkigen") {
            assert_eq!(before.entry(path), after.entry(path), "{}", path.display());
        }
    }
}

/// Flags and bindings come from the configuration, so they follow it.
#[test]
fn derived_files_follow_the_configuration() {
    let tree = Tree::good();
    let before = tree.snapshot();
    let longer = ["--cluster-signing-duration", "24h", "-o", "json"];
    let report = tree.init(&longer).exits(0).json();
    assert_eq!(report["outcome"], "done");
    assert_eq!(rows(&report, "create").len(), 0);
    let flags = "/etc/kubernetes/pkigen/flags";
    let expected = [
        format!("{flags}/kube-controller-manager.args"),
        format!("{flags}/kubeadm.yaml"),
    ];
    let derived = report["derivedFiles"].as_array().unwrap();
    let derived: Vec<&str> = derived.iter().map(|file| file.as_str().unwrap()).collect();
    assert_eq!(derived, expected);
    let after = tree.snapshot();
    for path in before.files() {
        if !path.starts_with("root/etc/kubernetes/pkigen") {
            assert_eq!(before.entry(path), after.entry(path), "{}", path.display());
        }
    }
}

/// The authority may be older: no certificate is valid before it exists.
#[test]
pub(crate) fn a_new_kubeconfig_begins_now() {
    let tree = Tree::empty();
    tree.init(&["--at", &days_from_now(-30)]).exits(0);
    fs::remove_file(tree.etc("admin.conf")).unwrap();
    tree.init(&[]).exits(0);
    let [new, old] = ["admin.conf", "scheduler.conf"].map(|file| Facts::at(&tree, file));
    assert!(new.not_before > old.not_before, "{new:?}");
}

#[test]
pub(crate) fn a_kubeconfig_may_trust_another_authority_first() {
    let tree = Tree::good();
    let both = tree.text("etcd/ca.crt") + &tree.text("ca.crt");
    tree.embed("scheduler.conf", "certificate-authority-data", &both);
    tree.init(&[]).exits(0).shows(&["Nothing to do"]);
}
