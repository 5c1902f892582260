//! Readers that a manifest sends to files of their own.

use super::{another, findings, rows};
use crate::audit::Node;

/// etcd's authority has a second generation that signs; kube-apiserver was told to believe the
/// first.
#[test]
fn a_server_that_its_client_was_told_not_to_believe_stays_as_it_is() {
    let node = Node::good();
    let (tree, other) = (node.tree(), another());
    let first = tree.text("etcd/ca.crt");
    tree.put("etcd/first.crt", &first);
    tree.put("etcd/ca.crt", other.text("etcd/ca.crt") + &first);
    tree.put("etcd/ca.key", other.text("etcd/ca.key"));
    let believed = "/etc/kubernetes/pki/etcd/first.crt";
    node.set("kube-apiserver", "etcd-cafile", Some(believed));
    let server = tree.text("etcd/server.crt");
    let arguments = ["renew", "etcd-server", "etcd-peer", "-o", "json"];
    let run = tree.pkigen(&arguments).exits(1);
    assert_eq!(rows(&run, "left out"), ["etcd-server"]);
    assert_eq!(rows(&run, "renewed"), ["etcd-peer"]);
    let reader = format!("by kube-apiserver with {believed}");
    assert!(run.stdout.contains(&reader), "{run:#?}");
    assert_eq!(tree.text("etcd/server.crt"), server);
    // Told of both, it accepts either.
    node.set(
        "kube-apiserver",
        "etcd-cafile",
        Some("/etc/kubernetes/pki/etcd/ca.crt"),
    );
    tree.pkigen(&arguments).exits(0);
}

/// What none of its clients comes from is at fault, and not every one of them.
#[test]
fn a_trust_file_that_a_flag_names_is_judged_by_what_is_shown_to_it() {
    let node = Node::good();
    let tree = node.tree();
    tree.put("clients.crt", another().text("ca.crt"));
    let clients = "/etc/kubernetes/pki/clients.crt";
    node.set("kube-apiserver", "client-ca-file", Some(clients));
    let replaced = ("authority-replaced".to_owned(), clients.to_owned());
    assert_eq!(findings(tree, &[]), [replaced]);
}

/// A certificate that only a manifest knows of is checked like the table's.
#[test]
fn a_certificate_that_a_flag_names_is_judged_by_who_reads_it() {
    let node = Node::good();
    let tree = node.tree();
    tree.put("other.crt", another().text("apiserver.crt"));
    let file = "/etc/kubernetes/pki/other.crt";
    node.set("kube-apiserver", "tls-cert-file", Some(file));
    let found = findings(tree, &[]);
    let foreign = ("bad-signature".to_owned(), file.to_owned());
    assert!(found.contains(&foreign), "{found:?}");
}
