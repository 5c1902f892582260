//! Files that flags and configurations name, other users of kubeconfigs, files of other names.

use std::fs;

use super::{check, check_at, row};
use crate::support::told::{add_user, expired, manifest};
use crate::support::{AUTHORITY, How, Tree, Workshop, days_from_now};

#[test]
fn what_flags_name() {
    let tree = Tree::good();
    let (certificate, key) = expired(&tree, "/CN=public");
    tree.put("public.crt", certificate);
    tree.put("public.key", key);
    let shop = Workshop::new();
    shop.key("issuer", "P-256");
    let old = shop.self_signed_as("issuer", "/CN=issuer", AUTHORITY, How::days(-30));
    let new = shop.self_signed_as("issuer", "/CN=issuer", AUTHORITY, How::days(300));
    fs::write(tree.etc("issuer.pem"), [old, new].concat()).unwrap();
    let flags = [
        "--tls-sni-cert-key=/etc/kubernetes/pki/public.crt,/etc/kubernetes/pki/public.key",
        "--oidc-ca-file=/etc/kubernetes/issuer.pem",
        "--etcd-certfile=/etc/kubernetes/pki/not-there.crt",
    ];
    manifest(&tree, "kube-apiserver.yaml", "kube-apiserver", &flags);
    let now = days_from_now(0);
    let report = check_at(&tree, &now, &["-o", "json"]).exits(1).json();
    let other = |name: &str| row(&report, "otherCertificates", name);
    let sni = other("kube-apiserver --tls-sni-cert-key");
    assert_eq!(
        (&sni["state"], &sni["path"]),
        (&"expired".into(), &"/etc/kubernetes/pki/public.crt".into())
    );
    // Of authorities one that lives is enough.
    let issuer = other("kube-apiserver --oidc-ca-file");
    assert_eq!(
        (&issuer["state"], &issuer["zone"]),
        (&"valid".into(), &"green".into())
    );
    let etcd = other("kube-apiserver --etcd-certfile");
    assert_eq!(
        (&etcd["state"], &etcd["error"]),
        (&"unreadable".into(), &"is not there".into())
    );
    let rows = report["otherCertificates"].as_array().unwrap();
    let of_sni = rows.iter().filter(|row| row["path"] == sni["path"]).count();
    assert_eq!(of_sni, 1, "{rows:#?}");
}

#[test]
fn what_a_configuration_names() {
    let tree = Tree::good();
    let (certificate, key) = expired(&tree, "/CN=etcd-client");
    tree.put("node.pem", certificate);
    tree.put("node-key.pem", key);
    let configuration = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n\
                         etcd:\n  external:\n    endpoints: [https://192.0.2.21:2379]\n    \
                         caFile: /etc/kubernetes/pki/ca.crt\n    \
                         certFile: /etc/kubernetes/pki/node.pem\n    \
                         keyFile: /etc/kubernetes/pki/node-key.pem\n";
    tree.put_beside("k.yaml", configuration);
    let now = days_from_now(0);
    let arguments = ["--config", "k.yaml", "-o", "json"];
    let report = check_at(&tree, &now, &arguments).exits(1).json();
    let rows = report["otherCertificates"].as_array().unwrap();
    let named = rows
        .iter()
        .filter(|row| row["path"] == "/etc/kubernetes/pki/node.pem");
    let named: Vec<_> = named.collect();
    let name = named[0]["name"].as_str().unwrap();
    assert!(name.ends_with("etcd.external.certFile"), "{name}");
    assert_eq!((named.len(), &named[0]["state"]), (1, &"expired".into()));
    let run = tree.pkigen(&["verify", "--config", "k.yaml"]).exits(1);
    run.shows(&["expired", "/etc/kubernetes/pki/node.pem", "CN=etcd-client"]);
}

#[test]
fn other_users_of_a_kubeconfig() {
    let tree = Tree::good();
    let jane = expired(&tree, "/O=ops/CN=jane");
    add_user(&tree, "admin.conf", "jane", jane);
    let run = check_at(&tree, &days_from_now(0), &[]).exits(1);
    run.shows(&["admin.conf user jane: has expired\n", "1 expired"]);
}

#[test]
fn other_kubeconfigs_and_what_holds_no_certificate() {
    let tree = Tree::good();
    fs::copy(tree.etc("admin.conf"), tree.etc("jane.conf")).unwrap();
    fs::write(tree.etc("audit.conf"), "rules: []\n").unwrap();
    tree.put("lonely.pem", tree.text("apiserver.key"));
    tree.put("apiserver.crt.bak", tree.text("apiserver.crt"));
    fs::create_dir_all(tree.pki("more/deep")).unwrap();
    tree.put(
        "more/deep/one.cer",
        tree.text("ca.crt") + &tree.text("etcd/ca.crt"),
    );
    let report = check_at(&tree, &days_from_now(0), &["-o", "json"])
        .exits(0)
        .json();
    let rows = report["otherCertificates"].as_array().unwrap().iter();
    let names: Vec<&str> = rows.map(|row| row["name"].as_str().unwrap()).collect();
    let expected = [
        "kubelet.conf",
        "more/deep/one.cer",
        "more/deep/one.cer #2",
        "jane.conf user kubernetes-admin",
    ];
    assert_eq!(names, expected);
}

/// A certificate that would not be read is one that would not be renewed.
#[test]
fn a_file_of_another_name_that_is_cut_off() {
    let tree = Tree::kubeadm("ecdsa-p256");
    let text = tree.text("apiserver.crt");
    tree.put("extra.crt", text.replace('M', "!"));
    check(&tree, &[])
        .exits(1)
        .shows(&["!UNREADABLE! extra.crt"]);
}
