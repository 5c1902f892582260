//! The kubelet's own certificates, which it renews by itself.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use super::{check, check_at, row};
use crate::support::{AUTHORITY, How, Tree, Workshop};

const DIRECTORY: &str = "/var/lib/kubelet/pki";

/// A node whose kubelet keeps its client certificate and key in one file, behind a link.
fn node() -> Tree {
    let tree = Tree::kubeadm("rsa-2048");
    fs::create_dir_all(tree.at(DIRECTORY)).unwrap();
    let combined =
        tree.text("apiserver-kubelet-client.crt") + &tree.text("apiserver-kubelet-client.key");
    let dated = format!("{DIRECTORY}/kubelet-client-2026-11-23-18-30-50.pem");
    fs::write(tree.at(&dated), combined).unwrap();
    let current = tree.at(&format!("{DIRECTORY}/kubelet-client-current.pem"));
    symlink("kubelet-client-2026-11-23-18-30-50.pem", current).unwrap();
    tree
}

#[test]
fn the_rotated_certificate_and_the_serving_one_are_listed() {
    let tree = node();
    fs::copy(
        tree.pki("apiserver.crt"),
        tree.at(&format!("{DIRECTORY}/kubelet.crt")),
    )
    .unwrap();
    let report = check(&tree, &["-o", "json"]).exits(0).json();
    let client = row(&report, "otherCertificates", "kubelet-client-current.pem");
    assert_eq!(client["renewedBy"], "kubelet");
    assert_eq!(client["expirationDate"], "2027-11-23T18:30:47Z");
    assert_eq!(
        client["path"],
        "/var/lib/kubelet/pki/kubelet-client-current.pem"
    );
    let serving = row(&report, "otherCertificates", "kubelet.crt");
    assert_eq!(serving["renewedBy"], "operator");
    check(&tree, &[])
        .exits(0)
        .shows(&["\nkubelet-client-current.pem  Nov 23, 2027 18:30 UTC  357d"]);
}

/// Static pods run in a kubelet, and without it none of them comes back.
#[test]
fn one_that_is_gone_is_missed() {
    let node = crate::audit::Node::good();
    let tree = node.tree();
    fs::remove_file(tree.etc("kubelet.conf")).unwrap();
    let run = check(tree, &[]).exits(1);
    run.shows(&[
        "\n!MISSING! kubelet.conf",
        "\nkubelet.conf: /etc/kubernetes/kubelet.conf is not there\n",
        " expired, 1 missing; next: ",
    ]);
    let report = check(tree, &["-o", "json"]).exits(1).json();
    assert_eq!(
        row(&report, "otherCertificates", "kubelet.conf")["state"],
        "missing"
    );
    assert_eq!(report["summary"]["missing"], 1);
    check(tree, &["-o", "openmetrics"])
        .exits(1)
        .shows(&["pkigen_certificate_missing{certificate=\"kubelet.conf\""]);
    tree.pkigen(&["verify"]).exits(1).shows(&[
        "/etc/kubernetes/kubelet.conf\n  missing-file\n",
        "refused by  kubelet\n",
    ]);
    tree.pkigen(&["renew", "all", "--at", super::AT])
        .exits(1)
        .says(&["kubelet.conf is missing"]);
    // One that joins asks for it.
    fs::write(tree.etc("bootstrap-kubelet.conf"), "").unwrap();
    check(tree, &[]).exits(0);
}

/// What a flag names is read at the next start. Who keeps the key elsewhere gives no flag.
#[test]
fn a_signing_key_that_is_gone_is_missed_by_verify() {
    let node = crate::audit::Node::good();
    let tree = node.tree();
    tree.remove(&["ca.key"]);
    tree.pkigen(&["verify"]).exits(1).shows(&[
        "/etc/kubernetes/pki/ca.key\n  missing-file\n",
        "kube-controller-manager --cluster-signing-key-file names it,\n                and it is not \
         there\n",
        "refused by  kube-controller-manager\n",
    ]);
    check(tree, &[]).exits(0);
}

/// A year: nine tenths are over on 18 October.
#[test]
fn due_only_past_nine_tenths_of_its_life() {
    let tree = node();
    for (at, due) in [
        ("2027-10-17T00:00:00Z", false),
        ("2027-10-19T00:00:00Z", true),
    ] {
        let report = check_at(&tree, at, &["--within", "60d", "-o", "json"])
            .exits(1)
            .json();
        let client = row(&report, "otherCertificates", "kubelet-client-current.pem");
        assert_eq!(client["state"] == "due", due, "{at}");
        // The operator's are due by the time asked about alone.
        assert_eq!(row(&report, "certificates", "apiserver")["state"], "due");
    }
}

#[test]
fn a_kubelet_conf_that_names_its_files() {
    let tree = node();
    let text = fs::read_to_string(tree.etc("kubelet.conf")).unwrap();
    let (head, _) = text.split_once("    client-certificate-data").unwrap();
    let file = format!("{DIRECTORY}/kubelet-client-current.pem");
    let user = format!("    client-certificate: {file}\n    client-key: {file}\n");
    fs::write(tree.etc("kubelet.conf"), format!("{head}{user}")).unwrap();
    let report = check_at(
        &tree,
        "2027-10-17T00:00:00Z",
        &["-o", "json", "--within", "60d"],
    )
    .json();
    let conf = row(&report, "otherCertificates", "kubelet.conf");
    assert_eq!(conf["state"], "valid");
    assert_eq!(conf["renewedBy"], "kubelet");
    assert_eq!(conf["expirationDate"], "2027-11-23T18:30:47Z");
    // The link leads nowhere.
    fs::remove_file(tree.at(&format!(
        "{DIRECTORY}/kubelet-client-2026-11-23-18-30-50.pem"
    )))
    .unwrap();
    check(&tree, &[])
        .exits(1)
        .shows(&["!UNREADABLE! kubelet.conf", "names /var/lib/kubelet/pki/kubelet-client-current.pem, which is a symbolic link to a file that is not there"]);
}

/// What the kubelet has signed for itself by an authority that it threw away: a year later it has
/// expired on every node, and nobody checks it.
#[test]
fn what_the_kubelet_signs_for_itself_is_nobodys_concern() {
    let tree = Tree::good();
    fs::create_dir_all(tree.at(DIRECTORY)).unwrap();
    let shop = Workshop::new();
    shop.key("throwaway", "2048");
    shop.self_signed("throwaway", "/CN=cp1-ca@1700000000", AUTHORITY);
    shop.key("kubelet", "2048");
    let serving = "keyUsage=critical,digitalSignature,keyEncipherment\n\
                   extendedKeyUsage=serverAuth\nbasicConstraints=critical,CA:FALSE\n\
                   subjectAltName=DNS:cp1\n";
    let how = How::days(30);
    let own = shop.signed_as("kubelet", "throwaway", "/CN=cp1@1700000000", serving, how);
    fs::write(tree.at(&format!("{DIRECTORY}/kubelet.crt")), own).unwrap();
    let key = tree.at(&format!("{DIRECTORY}/kubelet.key"));
    fs::write(&key, shop.read("kubelet.key")).unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    let later = (OffsetDateTime::now_utc() + Duration::days(300))
        .replace_nanosecond(0)
        .unwrap();
    let later = &later.format(&Rfc3339).unwrap();
    let report = check_at(&tree, later, &["-o", "json"]).exits(0).json();
    let serving = row(&report, "otherCertificates", "kubelet.crt");
    assert_eq!(
        (serving["state"].as_str(), serving["renewedBy"].as_str()),
        (Some("not checked"), Some("nobody"))
    );
    assert_eq!(report["summary"]["expired"], 0);
    check_at(&tree, later, &[])
        .exits(0)
        .shows(&["kubelet.crt: made by the kubelet for itself"]);
    let metrics = check_at(&tree, later, &["-o", "openmetrics"]).exits(0);
    assert!(!metrics.stdout.contains("kubelet.crt"), "{metrics:#?}");
    tree.pkigen(&["verify", "--at", later]).exits(0);
}

#[test]
fn a_garbage_file_of_the_kubelets() {
    let tree = node();
    fs::write(tree.at(&format!("{DIRECTORY}/kubelet.crt")), "junk").unwrap();
    check(&tree, &[])
        .exits(1)
        .shows(&["!UNREADABLE! kubelet.crt", "holds no PEM block"]);
}
