//! Acceptance cases 47 to 62: what kubeadm does well is matched, what it does badly is better.

use std::fs;
use std::os::unix::fs::MetadataExt as _;

use crate::renew::identity::{ODD, odd_leaf};
use crate::renew::{AT, renew, renew_at, rows};
use crate::support::x509::embedded;
use crate::support::{Facts, LEAVES, Run, Tree};

fn tree() -> Tree {
    Tree::kubeadm("ecdsa-p256")
}

fn check(tree: &Tree, at: &str) -> Run {
    tree.pkigen(&["check-expiration", "--at", at, "-o", "json"])
}

/// Eleven certificates with local etcd, seven without; a missing etcd is no finding.
#[test]
fn case_47() {
    let tree = tree();
    let present = |tree: &Tree| {
        let report = check(tree, AT).exits(0).json();
        let rows = report["certificates"].as_array().unwrap().clone();
        rows.iter().filter(|row| row["missing"] == false).count()
    };
    assert_eq!(present(&tree), 11);
    fs::remove_dir_all(tree.pki("etcd")).unwrap();
    tree.remove(&["apiserver-etcd-client.crt", "apiserver-etcd-client.key"]);
    assert_eq!(present(&tree), 7);
    assert_eq!(
        rows(&renew(&tree, &["all", "-o", "json"]).exits(0), "missing").len(),
        4
    );
}

#[test]
fn case_48() {
    let tree = tree();
    let before = Facts::all(&tree);
    renew_at(&tree, "2028-01-01T00:00:00Z", &["apiserver", "admin.conf"]).exits(0);
    for file in ["pki/apiserver.crt", "admin.conf"] {
        let name = LEAVES.iter().find(|leaf| leaf.1 == file).unwrap().0;
        let after = Facts::at(&tree, file);
        before[name].assert_renewed(&after);
        assert_eq!(after.not_before, "2027-12-31 23:55:00Z");
        assert_eq!(after.not_after, "2028-12-31 00:00:00Z");
    }
}

#[test]
fn case_49() {
    let tree = tree();
    renew(&tree, &["apiserver", "admin.conf"]).exits(0);
    let server = Facts::at(&tree, "pki/apiserver.crt");
    // The last is serverAuth.
    for text in [
        &b"kube-apiserver"[..],
        b"api.example.org",
        b"\x2b\x06\x01\x05\x05\x07\x03\x01",
    ] {
        assert!(server.holds(text), "{text:?} in {server:?}");
    }
    let admin = Facts::at(&tree, "admin.conf").identity;
    let name = "\nCN=kubernetes-admin,O=kubeadm:cluster-admins ";
    assert!(admin.contains(name), "{admin}");
}

/// Requests for certificates are no part of these commands: none is left behind.
#[test]
fn case_50() {
    let tree = tree();
    renew(&tree, &["all"]).exits(0);
    let files = tree.snapshot();
    assert!(
        files
            .files()
            .iter()
            .all(|file| file.extension().is_none_or(|end| end != "csr"))
    );
}

#[test]
fn case_51() {
    let tree = tree();
    let report = check(&tree, AT).json();
    let rows = report["certificateAuthorities"].as_array().unwrap().iter();
    let names: Vec<&str> = rows.map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["ca", "etcd-ca", "front-proxy-ca"]);
    renew(&tree, &["unknown"]).exits(2);
    tree.remove(&["apiserver.crt"]);
    renew(&tree, &["apiserver"])
        .exits(1)
        .shows(&["missing  apiserver"]);
}

/// Without ca.key kubeconfigs are read. A directory is no missing file, but said.
#[test]
fn case_52() {
    let tree = tree();
    tree.remove(&["ca.key", "apiserver.crt"]);
    check(&tree, AT).exits(0).shows(&["2027-11-23T18:30:4"]);
    fs::create_dir(tree.pki("apiserver.crt")).unwrap();
    check(&tree, AT).exits(1).shows(&["is a directory"]);
}

#[test]
fn case_53() {
    let tree = tree();
    for (name, file, _) in LEAVES {
        let inode = || fs::metadata(tree.etc(file)).unwrap().ino();
        let before = inode();
        renew(&tree, &[name]).exits(0);
        assert_ne!(before, inode(), "{name}");
    }
}

#[test]
fn case_54() {
    let tree = tree();
    let run = tree.pkigen(&["check-expiration", "--at", AT]).exits(0);
    let tables = run.stdout.split("\nOTHER").next().unwrap();
    assert_eq!(tables.lines().filter(|line| !line.is_empty()).count(), 16);
    tree.remove(&["apiserver.crt"]);
    tree.pkigen(&["check-expiration", "--at", AT])
        .exits(0)
        .shows(&["!MISSING! apiserver "]);
    check(&tree, AT).shows(&["\"missing\": true"]);
}

/// The same lives by the clock: each instant is that much before the end of apiserver.
#[test]
fn case_55() {
    let tree = Tree::kubeadm("rsa-2048");
    for (at, left) in [
        ("2027-11-23T18:29:37Z", "70s"),
        ("2027-11-23T18:27:37Z", "3m10s"),
        ("2027-11-23T17:20:47Z", "70m"),
        ("2027-11-21T19:30:47Z", "47h"),
        ("2027-11-21T17:30:47Z", "2d1h"),
        ("2027-11-15T16:30:47Z", "8d"),
        ("2027-11-23T18:30:49Z", "<invalid>"),
    ] {
        let run = tree.pkigen(&["check-expiration", "--at", at]);
        let line = run
            .stdout
            .lines()
            .find(|line| line.starts_with("apiserver "))
            .unwrap();
        assert_eq!(
            line.split("UTC").nth(1).unwrap().split_whitespace().next(),
            Some(left)
        );
    }
}

#[test]
fn case_56() {
    let tree = tree();
    tree.remove(&["ca.key"]);
    let run = renew(&tree, &["all", "-o", "json"]).exits(0);
    assert_eq!(
        (rows(&run, "external").len(), rows(&run, "renewed").len()),
        (7, 5)
    );
}

/// kubeadm stops at the first error.
#[test]
fn case_57() {
    let tree = tree();
    tree.put("etcd/peer.crt", "garbage");
    let run = renew(&tree, &["all", "-o", "json"]).exits(1);
    assert_eq!(rows(&run, "failed"), ["etcd-peer"]);
    assert_eq!(rows(&run, "renewed").len(), 11);
}

/// kubeadm prints no table.
#[test]
fn case_58() {
    let tree = tree();
    tree.remove(&["ca.key"]);
    let run = tree
        .pkigen(&["check-expiration", "--at", "2028-01-01T00:00:00Z"])
        .exits(1);
    run.shows(&["apiserver: has expired", "<invalid>", "yes     \n"]);
}

/// kubeadm keeps CN, O, DNS names, addresses and the usages it knows.
#[test]
fn case_59() {
    let tree = tree();
    odd_leaf(&tree, "P-256", ODD.0, ODD.1);
    let before = Facts::at(&tree, "pki/apiserver.crt");
    renew(&tree, &["apiserver"]).exits(0);
    before.assert_renewed(&Facts::at(&tree, "pki/apiserver.crt"));
}

/// kubeadm puts the first certificate of ca.crt in the place of the kubeconfig's bundle, and
/// fails on file references.
#[test]
fn case_60() {
    let tree = tree();
    tree.put("ca.crt", tree.text("ca.crt") + &tree.text("etcd/ca.crt"));
    let trust = || {
        let text = fs::read_to_string(tree.etc("admin.conf")).unwrap();
        embedded(&text, "certificate-authority-data").unwrap()
    };
    let before = trust();
    renew(&tree, &["admin.conf"]).exits(0);
    assert_eq!(before, trust());
}

/// Plain renewal keeps the type of the key, whatever the configuration says.
#[test]
fn case_61() {
    let tree = Tree::kubeadm("rsa-2048");
    let config = tree.beside("kubeadm.yaml");
    let text = fs::read_to_string(&config).unwrap();
    let changed = text.replace("RSA-2048", "ECDSA-P384");
    fs::write(&config, changed).unwrap();
    let before = Facts::at(&tree, "pki/apiserver.crt");
    renew(&tree, &["apiserver", "--config", "kubeadm.yaml"]).exits(0);
    before.assert_renewed(&Facts::at(&tree, "pki/apiserver.crt"));
}

/// kubeadm writes a dead certificate.
#[test]
fn case_62() {
    let tree = tree();
    let before = tree.snapshot();
    for life in ["0s", "-48h"] {
        renew(&tree, &["all", &format!("--certificate-validity={life}")]).exits(2);
    }
    before.assert_untouched(&tree.snapshot());
    for life in ["0s", "-48h"] {
        let text = format!(
            "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\ncertificateValidityPeriod: {life}\n"
        );
        tree.put_beside("dead.yaml", text);
        let before = tree.snapshot();
        renew(&tree, &["all", "--config", "dead.yaml"]).exits(2);
        before.assert_untouched(&tree.snapshot());
    }
}
