//! What is not there: an empty or wrong directory, rows that are needed; and where it is instead.

use std::fs;
use std::os::unix::fs::symlink;

use super::{check, row};
use crate::support::Tree;
use crate::support::told::{expired, manifest};

#[test]
fn a_directory_of_another_distribution() {
    let tree = Tree::empty();
    let directory = "/var/lib/rancher/k3s/server/tls";
    fs::create_dir_all(tree.at(directory)).unwrap();
    let (certificate, key) = expired(&Tree::good(), "/O=system:masters/CN=system:admin");
    fs::write(tree.at(directory).join("client-admin.crt"), certificate).unwrap();
    fs::write(tree.at(directory).join("client-admin.key"), key).unwrap();
    let now = crate::support::days_from_now(0);
    let arguments = ["--cert-dir", directory];
    let run = super::check_at(&tree, &now, &arguments).exits(1);
    run.shows(&[
        &format!(
            "{directory}: there is none of the table's files, neither here nor in /etc/kubernetes\n"
        ),
        "client-admin.crt: has expired\n",
        "0 green, 0 yellow, 0 red, 1 expired\n",
    ]);
    let arguments = [&arguments[..], &["-o", "json"]].concat();
    let report = super::check_at(&tree, &now, &arguments).exits(1).json();
    let other = row(&report, "otherCertificates", "client-admin.crt");
    assert_eq!(other["state"], "expired");
    assert_eq!(other["path"], format!("{directory}/client-admin.crt"));
    assert_eq!(report["outcome"], "findings");
    let nothing = report["nothingFound"].as_str().unwrap();
    assert!(nothing.starts_with(directory), "{nothing}");
}

#[test]
fn nothing_at_all_and_a_link_to_nothing() {
    let tree = Tree::empty();
    check(&tree, &[])
        .exits(1)
        .shows(&["/etc/kubernetes/pki: there is none"]);
    fs::create_dir_all(tree.etc("")).unwrap();
    symlink("/etc/kubernetes/ssl", tree.etc("pki")).unwrap();
    let said = "/etc/kubernetes/pki: it is a symbolic link to what is not there\n";
    check(&tree, &[]).exits(1).shows(&[said]);
}

/// Kubespray has `ssl`, and a directory that was named wrong has nothing.
#[test]
fn where_the_manifests_point_instead() {
    let tree = Tree::kubeadm("ecdsa-p256");
    fs::rename(tree.etc("pki"), tree.etc("ssl")).unwrap();
    let flags = [
        "--client-ca-file=/etc/kubernetes/ssl/ca.crt",
        "--tls-cert-file=/etc/kubernetes/ssl/apiserver.crt",
    ];
    manifest(&tree, "kube-apiserver.yaml", "kube-apiserver", &flags);
    let said = "/etc/kubernetes/pki: there is none of the table's certificates; kube-apiserver \
                --client-ca-file names files in /etc/kubernetes/ssl\n";
    let run = check(&tree, &[]).exits(1).shows(&[said]);
    // What flags name is shown all the same.
    run.shows(&["kube-apiserver --tls-cert-file  "]);
    check(&tree, &["--cert-dir", "/etc/kubernetes/ssl"]).exits(0);
}

#[test]
fn a_row_that_this_node_needs() {
    let tree = Tree::kubeadm("ecdsa-p256");
    tree.remove(&["front-proxy-client.crt", "front-proxy-client.key"]);
    let said = "front-proxy-client: /etc/kubernetes/pki/front-proxy-client.crt is not there\n";
    check(&tree, &[])
        .exits(1)
        .shows(&["!MISSING! front-proxy-client", said]);
    let report = check(&tree, &["-o", "json"]).exits(1).json();
    let missing = row(&report, "certificates", "front-proxy-client");
    assert_eq!(
        (&missing["missing"], &missing["needed"]),
        (&true.into(), &true.into())
    );
    assert_eq!(report["nothingFound"], serde_json::Value::Null);
    // A flag that names another file says that this one is not needed.
    tree.put("other.crt", tree.text("apiserver.crt"));
    let flag = "--proxy-client-cert-file=/etc/kubernetes/pki/other.crt";
    manifest(&tree, "kube-apiserver.yaml", "kube-apiserver", &[flag]);
    check(&tree, &[])
        .exits(0)
        .shows(&["kube-apiserver --proxy-client-cert-file  "]);
}

/// An administrator's file may be kept elsewhere, and a worker has next to nothing.
#[test]
fn what_may_be_missing() {
    let tree = Tree::kubeadm("ecdsa-p256");
    for name in ["admin.conf", "super-admin.conf"] {
        fs::remove_file(tree.etc(name)).unwrap();
    }
    check(&tree, &[]).exits(0);
    for name in ["controller-manager.conf", "scheduler.conf"] {
        fs::remove_file(tree.etc(name)).unwrap();
    }
    let ca = tree.text("ca.crt");
    fs::remove_dir_all(tree.etc("pki")).unwrap();
    fs::create_dir(tree.etc("pki")).unwrap();
    tree.put("ca.crt", ca);
    check(&tree, &[]).exits(0);
}

#[test]
fn metrics_say_what_is_missing() {
    let tree = Tree::kubeadm("ecdsa-p256");
    fs::remove_file(tree.etc("super-admin.conf")).unwrap();
    fs::remove_file(tree.etc("scheduler.conf")).unwrap();
    let text = check(&tree, &["-o", "openmetrics"]).exits(1).stdout;
    let line = |name: &str, value: u8| {
        format!(
            "pkigen_certificate_missing{{certificate=\"{name}\",path=\"/etc/kubernetes/{name}\"}} {value}\n"
        )
    };
    assert!(text.contains(&line("scheduler.conf", 1)), "{text}");
    assert!(text.contains(&line("controller-manager.conf", 0)), "{text}");
    // Nobody but people needs these.
    assert!(
        !text.contains("certificate_missing{certificate=\"super-admin"),
        "{text}"
    );
    let nothing = Tree::empty();
    let text = check(&nothing, &["-o", "openmetrics"]).exits(1).stdout;
    let ca = "certificate_missing{certificate=\"ca\",path=\"/etc/kubernetes/pki/ca.crt\"} 1\n";
    assert!(text.contains(ca), "{text}");
}
