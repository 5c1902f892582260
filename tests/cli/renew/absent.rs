//! Nothing that could be renewed is not the same as nothing to renew.

use std::fs;
use std::os::unix::fs::symlink;

use super::{AT, renew, renew_at, rows};
use crate::support::Tree;
use crate::support::told::{expired, manifest};

#[test]
fn nothing_is_there() {
    let tree = Tree::empty();
    let before = tree.snapshot();
    let run = renew(&tree, &["all", "-q"]).exits(1);
    run.says(&["error: /etc/kubernetes/pki: there is none of the table's files"]);
    before.assert_untouched(&tree.snapshot());
    fs::create_dir_all(tree.etc("")).unwrap();
    symlink("/etc/kubernetes/ssl", tree.etc("pki")).unwrap();
    let said = "/etc/kubernetes/pki: it is a symbolic link to what is not there";
    let run = renew(&tree, &["all", "-o", "json"]).exits(1);
    let report = run.json();
    assert_eq!(report["nothingFound"], said);
    assert_eq!(report["outcome"], "partial");
    renew(&tree, &["all", "--dry-run"]).exits(1).says(&[said]);
}

#[test]
fn it_is_in_another_directory() {
    let tree = Tree::kubeadm("ecdsa-p256");
    fs::rename(tree.etc("pki"), tree.etc("ssl")).unwrap();
    fs::create_dir(tree.etc("pki")).unwrap();
    let flag = "--client-ca-file=/etc/kubernetes/ssl/ca.crt";
    manifest(&tree, "kube-apiserver.yaml", "kube-apiserver", &[flag]);
    let said = "kube-apiserver --client-ca-file names files in /etc/kubernetes/ssl";
    renew(&tree, &["all"]).exits(1).says(&[said]);
    renew(&tree, &["all", "--cert-dir", "/etc/kubernetes/ssl"]).exits(0);
}

/// What is due and cannot be renewed is said, however quiet it is to be.
#[test]
fn due_without_the_key_that_signs() {
    let tree = Tree::kubeadm("ecdsa-p256");
    tree.remove(&["ca.key", "front-proxy-ca.key", "etcd/ca.key"]);
    renew(&tree, &["all"]).exits(0);
    let said = "apiserver is due and was not renewed: the key of its authority ca is not here";
    let late = "2028-12-01T00:00:00Z";
    let run = renew_at(&tree, late, &["all", "-q"]).exits(1).says(&[said]);
    assert_eq!(run.stdout, "");
    renew_at(&tree, AT, &["all", "-q", "--within", "2y"])
        .exits(1)
        .says(&[said]);
    renew_at(&tree, AT, &["all", "--within", "30d"]).exits(0);
    let report = renew_at(&tree, late, &["all", "-o", "json"]).exits(1);
    assert_eq!(rows(&report, "external").len(), 12);
    assert_eq!(report.json()["rows"][0]["pressing"], true);
}

#[test]
fn a_row_that_this_node_needs() {
    let tree = Tree::kubeadm("ecdsa-p256");
    fs::remove_file(tree.etc("scheduler.conf")).unwrap();
    let run = renew(&tree, &["all", "-q"]).exits(1);
    run.says(&["error: scheduler.conf is missing"]);
}

/// What is named and missing is made by another command, and that is said.
#[test]
fn what_is_missing_leads_to_init() {
    let tree = Tree::good();
    tree.remove(&["apiserver.crt", "apiserver.key"]);
    let command = tree.typed("pkigen init --config FILE");
    let remedy = format!("error: apiserver is missing\n  to mend it: `{command}`.\n");
    renew(&tree, &["apiserver"]).exits(1).says(&[
        &remedy,
        "kubectl -n kube-system get configmap kubeadm-config -o yaml > FILE",
    ]);
    let config = tree.put_beside("own.toml", crate::verify::remedies::GOOD);
    let config = config.display().to_string();
    let run = renew(&tree, &["apiserver", "--config", &config]).exits(1);
    let command = tree.typed(&format!("pkigen init --config {config}"));
    run.says(&[&format!("to mend it: `{command}`.\n")]);
}

/// Until they are renewed nothing comes back that starts with them.
#[test]
fn what_has_expired_beside_comes_before_restarts() {
    let tree = Tree::kubeadm("ecdsa-p256");
    let later = "2030-01-01T00:00:00Z";
    let expired = "Before anything is restarted:\n  apiserver, ";
    let run = renew_at(&tree, later, &["ca"]).exits(0);
    run.shows(&[
        expired,
        &format!(
            "\n  `{}`; then what follows\n\nRestart, in",
            tree.typed("pkigen renew all")
        ),
    ]);
    // Where nothing is restarted, nothing stays away.
    let run = renew_at(&tree, later, &["apiserver"]).exits(0);
    assert!(!run.stdout.contains("Before anything"), "{run:#?}");
}

/// Every command leads to the same directory, and says so once.
#[test]
fn another_directory_is_named_by_all() {
    let tree = Tree::kubeadm("ecdsa-p256");
    fs::rename(tree.etc("pki"), tree.etc("ssl")).unwrap();
    let flag = "--client-ca-file=/etc/kubernetes/ssl/ca.crt";
    manifest(&tree, "kube-apiserver.yaml", "kube-apiserver", &[flag]);
    let commands = [
        &["renew", "all"][..],
        &["init"],
        &["check-expiration"],
        &["verify"],
    ];
    for command in commands {
        let run = tree.pkigen(command).exits(1);
        let text = run.stdout.clone() + &run.stderr;
        // The command that does the other directory, or where that is.
        let is_named = text.contains("/etc/kubernetes/ssl");
        assert!(is_named, "{command:?}: {run:#?}");
    }
}

/// A certificate that a flag names in the place of a row's: it is not missing, and where it is over
/// nobody renews it here.
#[test]
fn a_certificate_that_a_flag_names_elsewhere() {
    let tree = Tree::kubeadm("ecdsa-p256");
    tree.remove(&["apiserver-etcd-client.crt", "apiserver-etcd-client.key"]);
    let (certificate, key) = expired(&tree, "/CN=etcd-client");
    fs::create_dir_all(tree.etc("external")).unwrap();
    fs::write(tree.etc("external/client.pem"), certificate).unwrap();
    fs::write(tree.etc("external/client-key.pem"), key).unwrap();
    let flags = [
        "--etcd-certfile=/etc/kubernetes/external/client.pem",
        "--etcd-keyfile=/etc/kubernetes/external/client-key.pem",
    ];
    manifest(&tree, "kube-apiserver.yaml", "kube-apiserver", &flags);
    let run = renew(&tree, &["all", "-o", "json"]).exits(1);
    let place =
        "kube-apiserver --etcd-certfile names /etc/kubernetes/external/client.pem in its place";
    let alone = rows(&run, "left alone");
    assert_eq!(alone.len(), 1, "{alone:?}");
    let report = run.json();
    let row = report["rows"].as_array().unwrap().iter();
    let mut row = row.filter(|row| row["name"] == "apiserver-etcd-client");
    assert_eq!(row.next().unwrap()["detail"], place);
    let named = &report["namedElsewhere"][0];
    assert_eq!(
        (&named["path"], &named["state"]),
        (
            &"/etc/kubernetes/external/client.pem".into(),
            &"expired".into()
        )
    );
    renew(&tree, &["all"]).exits(1).says(&[
        "kube-apiserver --etcd-certfile: /etc/kubernetes/external/client.pem expired ",
        "and is not renewed here",
        "Have it issued again by whoever issued it",
    ]);
    // Whoever names one asks for that one alone.
    renew(&tree, &["apiserver"]).exits(0);
}
