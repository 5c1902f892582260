//! What kubeadm does well is matched, what it does badly is better.

use std::fs;
use std::os::unix::fs::MetadataExt as _;

use super::{AT, renew, rows};
use crate::support::x509::embedded;
use crate::support::{Facts, LEAVES, Tree};

fn tree() -> Tree {
    Tree::kubeadm("ecdsa-p256")
}

/// Eleven certificates with local etcd, seven without; a missing etcd is no finding.
#[test]
fn etcd_may_be_elsewhere() {
    let tree = tree();
    let present = |tree: &Tree| {
        let report = tree
            .pkigen(&["check-expiration", "--at", AT, "-o", "json"])
            .exits(0)
            .json();
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
fn files_are_replaced_and_not_written_into() {
    let tree = tree();
    for (name, file, _) in LEAVES {
        let inode = || fs::metadata(tree.etc(file)).unwrap().ino();
        let before = inode();
        renew(&tree, &[name]).exits(0);
        assert_ne!(before, inode(), "{name}");
    }
}

/// kubeadm puts the first certificate of ca.crt in the place of the kubeconfig's bundle, and
/// fails on file references.
#[test]
fn what_a_kubeconfig_trusts_stays() {
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
fn a_key_is_followed_by_one_of_its_kind() {
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
fn a_configured_life_that_is_none() {
    let tree = tree();
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
