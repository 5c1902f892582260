//! What kubeadm's tables have no place for: bundles, kubeconfigs of other kinds, sa.key.

use std::fs;
use std::time::{Duration, SystemTime};

use super::{check, row};
use crate::support::x509::{decode, embedded, encode};
use crate::support::{AUTHORITY, Tree, Workshop};

/// Another authority, as it stands beside the first while clusters change theirs.
fn another() -> Vec<u8> {
    let shop = Workshop::new();
    shop.key("next", "P-256");
    shop.self_signed("next", "/CN=next", AUTHORITY)
}

#[test]
fn every_certificate_of_a_bundle() {
    let tree = Tree::kubeadm("rsa-2048");
    let bundle = tree.text("ca.crt") + &tree.text("etcd/ca.crt") + &tree.text("front-proxy-ca.crt");
    tree.put("ca.crt", bundle);
    let report = check(&tree, &["-o", "json"]).exits(0).json();
    for name in ["ca.crt #2", "ca.crt #3"] {
        let other = row(&report, "otherCertificates", name);
        assert_eq!(other["path"], "/etc/kubernetes/pki/ca.crt");
        assert_eq!(other["renewedBy"], "nobody");
        assert_eq!(other["expirationDate"], "2036-11-20T18:30:47Z");
    }
    check(&tree, &[]).shows(&["ca.crt #2 ", "ca.crt #3 "]);
}

#[test]
fn an_authority_that_only_a_kubeconfig_trusts() {
    let tree = Tree::kubeadm("rsa-2048");
    let path = tree.etc("admin.conf");
    let text = fs::read_to_string(&path).unwrap();
    let old = embedded(&text, "certificate-authority-data").unwrap();
    let mut trust = decode(&old);
    trust.extend(tree.text("etcd/ca.crt").into_bytes());
    fs::write(&path, text.replace(&old, &encode(trust))).unwrap();
    let report = check(&tree, &["-o", "json"]).exits(0).json();
    let other = row(&report, "otherCertificates", "admin.conf CA data");
    assert_eq!(other["expirationDate"], "2036-11-20T18:30:47Z");
    // A wider bundle of the node itself: nothing is listed twice.
    tree.put(
        "ca.crt",
        [tree.text("ca.crt").into_bytes(), another()].concat(),
    );
    let report = check(&tree, &["-o", "json"]).json();
    let count = report["otherCertificates"].as_array().unwrap().len();
    assert_eq!(
        count, 3,
        "kubelet.conf, ca.crt #2, admin.conf's: {report:#}"
    );
}

#[test]
fn a_user_with_a_token() {
    let tree = Tree::kubeadm("rsa-2048");
    let path = tree.etc("admin.conf");
    let text = fs::read_to_string(&path).unwrap();
    let (head, _) = text.split_once("    client-certificate-data").unwrap();
    fs::write(&path, format!("{head}    token: abcdef\n")).unwrap();
    let run = check(&tree, &[]).exits(0);
    assert!(!run.stdout.contains("abcdef"));
    let run = run.shows(&["admin.conf: authenticates without a certificate"]);
    assert!(!run.stdout.contains("!MISSING!"), "{run:#?}");
    let report = check(&tree, &["-o", "json"]).exits(0).json();
    assert_eq!(
        row(&report, "certificates", "admin.conf")["state"],
        "no certificate"
    );
}

#[test]
fn the_service_account_key_and_its_age() {
    for (algorithm, shown) in [("rsa-2048", "RSA 2048"), ("ecdsa-p256", "ECDSA P-256")] {
        let tree = Tree::kubeadm(algorithm);
        // 40 days before the instant of these tests.
        let written = SystemTime::UNIX_EPOCH + Duration::from_secs(1_796_083_200 - 40 * 86_400);
        let file = fs::File::options()
            .append(true)
            .open(tree.pki("sa.key"))
            .unwrap();
        file.set_modified(written).unwrap();
        let line = format!("\nsa.key: {shown}, last written 40d ago; it does not expire\n");
        check(&tree, &[]).exits(0).shows(&[&line]);
        let report = check(&tree, &["-o", "json"]).json();
        let key = &report["serviceAccountKey"];
        assert_eq!(key["keyType"], shown);
        assert_eq!(key["age"], 40 * 86_400);
    }
}

#[test]
fn a_broken_service_account_key_is_said() {
    let tree = Tree::kubeadm("rsa-2048");
    tree.put("sa.key", "junk");
    check(&tree, &[])
        .exits(0)
        .shows(&["\nsa.key: it holds no PEM block"]);
}

#[test]
fn a_tree_of_our_own() {
    let tree = Tree::good();
    let at = crate::support::days_from_now(1);
    let run = super::check_at(&tree, &at, &[]).exits(0);
    assert!(!run.stdout.contains('!'), "{run:#?}");
}
