//! Files that are there and are the wrong ones.

use std::fs;

use super::{Case, Node, assert_cases};
use crate::support::x509::{embedded, encode};
use crate::support::{Tree, days_from_now};

const PKI: &str = "/etc/kubernetes/pki";

/// Adds the authorities of one file to another.
fn append(node: &Node, to: &str, from: &str) {
    let text = node.tree().text(to) + &node.tree().text(from);
    node.tree().put(to, text);
}

/// Replaces a value of a kubeconfig.
#[track_caller]
fn replace(node: &Node, file: &str, key: &str, value: &str) {
    let path = format!("/etc/kubernetes/{file}");
    let old = embedded(&node.read(&path), key).unwrap();
    node.edit(&path, &old, value);
}

/// A client certificate of the cluster's authority for another subject.
fn client(node: &Node, subject: &str) -> String {
    let shop = node.tree().workshop("ca");
    shop.key("one", "P-256");
    let extensions = "extendedKeyUsage=clientAuth\nkeyUsage=critical,digitalSignature\n\
                      subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n";
    let certificate = shop.signed("one", "ca", subject, extensions);
    encode(certificate)
}

pub(super) const WRONG_AUTHORITIES: &[Case] = &[
    (
        "the cluster's for etcd's",
        |node| {
            node.set(
                "kube-apiserver",
                "etcd-cafile",
                Some(&format!("{PKI}/ca.crt")),
            );
        },
        &["wrong-authority kube-apiserver --etcd-cafile 1.2.26"],
    ),
    (
        "the front proxy's for clients",
        |node| {
            let file = format!("{PKI}/front-proxy-ca.crt");
            node.set("kube-apiserver", "client-ca-file", Some(&file));
        },
        &["wrong-authority kube-apiserver --client-ca-file 1.2.25"],
    ),
    (
        "etcd's for kubelets",
        |node| {
            let file = format!("{PKI}/etcd/ca.crt");
            node.set(
                "kube-apiserver",
                "kubelet-certificate-authority",
                Some(&file),
            );
        },
        &["wrong-authority kube-apiserver --kubelet-certificate-authority 1.2.5"],
    ),
    (
        "the cluster's for the front proxy",
        |node| {
            let file = format!("{PKI}/ca.crt");
            node.set(
                "kube-apiserver",
                "requestheader-client-ca-file",
                Some(&file),
            );
        },
        &["wrong-authority kube-apiserver --requestheader-client-ca-file"],
    ),
    (
        "the cluster's for etcd's clients",
        |node| node.set("etcd", "trusted-ca-file", Some(&format!("{PKI}/ca.crt"))),
        &["wrong-authority etcd --trusted-ca-file 2.7"],
    ),
    (
        "the cluster's for members",
        |node| {
            node.set(
                "etcd",
                "peer-trusted-ca-file",
                Some(&format!("{PKI}/ca.crt")),
            );
        },
        &["wrong-authority etcd --peer-trusted-ca-file"],
    ),
    (
        "etcd's for the kubelet's clients",
        |node| {
            let path = super::KUBELET;
            node.edit(path, "pki/ca.crt", "pki/etcd/ca.crt");
        },
        &["wrong-authority kubelet authentication.x509.clientCAFile 4.2.3"],
    ),
    (
        "etcd's for pods",
        |node| {
            let file = format!("{PKI}/etcd/ca.crt");
            node.set("kube-controller-manager", "root-ca-file", Some(&file));
        },
        &["wrong-authority kube-controller-manager --root-ca-file 1.3.5"],
    ),
    (
        "etcd's for callers of kube-controller-manager",
        |node| {
            let file = format!("{PKI}/etcd/ca.crt");
            node.set("kube-controller-manager", "client-ca-file", Some(&file));
        },
        &["wrong-authority kube-controller-manager --client-ca-file"],
    ),
    (
        "etcd's for proxies of kube-controller-manager",
        |node| {
            let file = format!("{PKI}/etcd/ca.crt");
            node.set(
                "kube-controller-manager",
                "requestheader-client-ca-file",
                Some(&file),
            );
        },
        &["wrong-authority kube-controller-manager --requestheader-client-ca-file"],
    ),
    (
        "etcd's for signing",
        |node| {
            let file = format!("{PKI}/etcd/ca.crt");
            node.set(
                "kube-controller-manager",
                "cluster-signing-cert-file",
                Some(&file),
            );
        },
        &["wrong-authority kube-controller-manager --cluster-signing-cert-file"],
    ),
    (
        "two certificates for signing",
        |node| {
            let other = Tree::good();
            let both = node.tree().text("ca.crt") + &other.text("ca.crt");
            node.tree().put("signing.crt", both);
            let file = format!("{PKI}/signing.crt");
            node.set(
                "kube-controller-manager",
                "cluster-signing-cert-file",
                Some(&file),
            );
        },
        &["signing-bundle kube-controller-manager --cluster-signing-cert-file"],
    ),
    (
        "etcd accepts clients of the cluster",
        |node| append(node, "etcd/ca.crt", "ca.crt"),
        &["shared-trust etcd --trusted-ca-file 2.7"],
    ),
    (
        "clients of the cluster speak for others",
        |node| append(node, "front-proxy-ca.crt", "ca.crt"),
        &["shared-trust kube-apiserver --requestheader-client-ca-file"],
    ),
];

pub(super) const WRONG_CERTIFICATES: &[Case] = &[
    (
        "etcd's client for kubelets",
        |node| {
            let file = |end: &str| format!("{PKI}/apiserver-etcd-client.{end}");
            node.set(
                "kube-apiserver",
                "kubelet-client-certificate",
                Some(&file("crt")),
            );
            node.set("kube-apiserver", "kubelet-client-key", Some(&file("key")));
        },
        &["unknown-issuer kube-apiserver --kubelet-client-certificate 1.2.4"],
    ),
    (
        "the kubelets' client for etcd",
        |node| {
            let file = |end: &str| format!("{PKI}/apiserver-kubelet-client.{end}");
            node.set("kube-apiserver", "etcd-certfile", Some(&file("crt")));
            node.set("kube-apiserver", "etcd-keyfile", Some(&file("key")));
        },
        &["unknown-issuer kube-apiserver --etcd-certfile 1.2.23"],
    ),
    (
        "the two swapped on disk",
        |node| {
            for end in ["crt", "key"] {
                let names = ["apiserver-etcd-client", "apiserver-kubelet-client"];
                let [one, other] = names.map(|name| node.tree().pki(&format!("{name}.{end}")));
                let aside = node.tree().beside("aside");
                fs::rename(&one, &aside).unwrap();
                fs::rename(&other, &one).unwrap();
                fs::rename(&aside, &other).unwrap();
            }
        },
        &[
            "unknown-issuer kube-apiserver --etcd-certfile 1.2.23",
            "unknown-issuer kube-apiserver --kubelet-client-certificate 1.2.4",
        ],
    ),
    (
        "etcd's certificate for the API server",
        |node| {
            let file = |end: &str| format!("{PKI}/etcd/server.{end}");
            node.set("kube-apiserver", "tls-cert-file", Some(&file("crt")));
            node.set("kube-apiserver", "tls-private-key-file", Some(&file("key")));
        },
        &["unknown-issuer kube-apiserver --tls-cert-file 1.2.24"],
    ),
    (
        "a client's certificate for the API server",
        |node| {
            let file = |end: &str| format!("{PKI}/apiserver-kubelet-client.{end}");
            node.set("kube-apiserver", "tls-cert-file", Some(&file("crt")));
            node.set("kube-apiserver", "tls-private-key-file", Some(&file("key")));
        },
        &[
            "no-alternative-name kube-apiserver --tls-cert-file 1.2.24",
            "wrong-purpose kube-apiserver --tls-cert-file 1.2.24",
        ],
    ),
    (
        "an address that the API server does not serve",
        |node| {
            let path = "/etc/kubernetes/scheduler.conf";
            node.edit(path, "https://192.0.2.10:6443", "https://192.0.2.99:6443");
        },
        &["name-not-served kube-apiserver --tls-cert-file 1.2.24"],
    ),
    (
        "an address that etcd does not serve",
        |node| {
            let urls = "https://127.0.0.1:2379,https://192.0.2.77:2379";
            node.set("etcd", "listen-client-urls", Some(urls));
            node.set(
                "kube-apiserver",
                "etcd-servers",
                Some("https://192.0.2.77:2379"),
            );
        },
        &["name-not-served etcd --cert-file 2.1"],
    ),
    (
        "an address that members do not serve",
        |node| {
            let url = Some("https://192.0.2.77:2380");
            node.set("etcd", "initial-advertise-peer-urls", url);
        },
        &["name-not-served etcd --peer-cert-file 2.4"],
    ),
    (
        "a service network that the certificate does not know",
        |node| {
            let range = Some("10.200.0.0/16");
            node.set("kube-apiserver", "service-cluster-ip-range", range);
        },
        &["name-not-served kube-apiserver --tls-cert-file 1.2.24"],
    ),
    (
        "a proxy of another name",
        |node| {
            let names = Some("somebody-else");
            node.set("kube-apiserver", "requestheader-allowed-names", names);
        },
        &["wrong-identity kube-apiserver --proxy-client-cert-file"],
    ),
    (
        "a kubelet in another group",
        |node| {
            let value = client(node, "/O=system:masters/CN=system:node:cp1");
            replace(node, "kubelet.conf", "client-certificate-data", &value);
        },
        &["wrong-identity kubelet kubeconfig"],
    ),
    (
        "a scheduler that is somebody else",
        |node| {
            let value = client(node, "/CN=alice");
            replace(node, "scheduler.conf", "client-certificate-data", &value);
        },
        &["wrong-identity kube-scheduler --kubeconfig"],
    ),
    (
        "a kubeconfig of an earlier installation",
        |node| {
            let other = Tree::good();
            fs::copy(
                other.etc("scheduler.conf"),
                node.tree().etc("scheduler.conf"),
            )
            .unwrap();
        },
        &["stale-kubeconfig kube-scheduler --kubeconfig"],
    ),
    (
        "an administrator's kubeconfig of an earlier installation",
        |node| {
            let other = Tree::good();
            fs::copy(other.etc("admin.conf"), node.tree().etc("admin.conf")).unwrap();
        },
        &["stale-kubeconfig /etc/kubernetes/admin.conf"],
    ),
    (
        "a kubeconfig that trusts another",
        |node| {
            let other = encode(Tree::good().text("ca.crt"));
            replace(
                node,
                "controller-manager.conf",
                "certificate-authority-data",
                &other,
            );
        },
        &["kubeconfig-distrusts-server kube-controller-manager --kubeconfig"],
    ),
    (
        "a kubeconfig that trusts everyone",
        |node| {
            let path = "/etc/kubernetes/scheduler.conf";
            let data = embedded(&node.read(path), "certificate-authority-data").unwrap();
            let from = format!("certificate-authority-data: {data}");
            node.edit(path, &from, "insecure-skip-tls-verify: true");
        },
        &["unverified-server kube-scheduler --kubeconfig"],
    ),
    (
        "an administrator's kubeconfig that trusts everyone",
        |node| {
            let path = "/etc/kubernetes/admin.conf";
            let data = embedded(&node.read(path), "certificate-authority-data").unwrap();
            let from = format!("certificate-authority-data: {data}");
            node.edit(path, &from, "insecure-skip-tls-verify: true");
        },
        &["unverified-server /etc/kubernetes/admin.conf"],
    ),
    (
        "all authorities of the cluster replaced",
        |node| node.tree().take(&Tree::good(), &["ca.crt"]),
        &[
            "authority-replaced kube-apiserver --kubelet-certificate-authority 1.2.5 4.2.3 1.2.25 1.3.5",
        ],
    ),
];

#[test]
fn wrong_authorities_are_found_and_nothing_else() {
    assert_cases(WRONG_AUTHORITIES, &[]);
}

#[test]
fn wrong_certificates_are_found_and_nothing_else() {
    assert_cases(WRONG_CERTIFICATES, &[]);
}

/// One certificate ends before the others.
#[test]
fn what_has_expired_is_found_and_nothing_else() {
    let node = Node::good();
    let renew = [
        "renew",
        "apiserver-etcd-client",
        "--certificate-validity",
        "24h",
    ];
    node.tree().pkigen(&renew).exits(0);
    assert_eq!(node.found(&[]), [""; 0]);
    let at = days_from_now(2);
    let found = node.found(&["--at", &at]);
    assert_eq!(found, ["expired kube-apiserver --etcd-certfile 1.2.23"]);
    let report = node.audit(&["-o", "json", "--at", &at]).json();
    let remedy = &report["findings"][0]["remedy"];
    let command = node.tree().typed("pkigen renew apiserver-etcd-client");
    assert!(remedy.as_str().unwrap().contains(&command), "{remedy}");
}
