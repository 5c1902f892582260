//! Files that are missing, broken, or open to others.

use std::fs;

use super::{Case, KUBELET, Node, assert_cases, manifest_path};

pub(super) const CONTENT: &[Case] = &[
    (
        "a certificate that is missing",
        |node| node.tree().remove(&["apiserver-etcd-client.crt"]),
        &["missing-file kube-apiserver --etcd-certfile 1.2.23"],
    ),
    (
        "a key that is missing",
        |node| node.tree().remove(&["etcd/server.key"]),
        &["missing-file etcd --key-file 2.1"],
    ),
    (
        "a kubeconfig that is missing",
        |node| fs::remove_file(node.tree().etc("scheduler.conf")).unwrap(),
        &["missing-file kube-scheduler --kubeconfig"],
    ),
    (
        "certificate and key the wrong way round",
        |node| {
            let file = |end: &str| format!("/etc/kubernetes/pki/apiserver.{end}");
            node.set("kube-apiserver", "tls-cert-file", Some(&file("key")));
            node.set("kube-apiserver", "tls-private-key-file", Some(&file("crt")));
        },
        &["malformed-file kube-apiserver --tls-cert-file 1.2.24"],
    ),
    (
        "a directory for a file",
        |node| {
            node.set(
                "kube-apiserver",
                "etcd-cafile",
                Some("/etc/kubernetes/pki/etcd"),
            );
        },
        &["malformed-file kube-apiserver --etcd-cafile 1.2.26"],
    ),
    (
        "public keys that are none",
        |node| node.tree().put("sa.pub", "nothing\n"),
        &["malformed-file kube-apiserver --service-account-key-file 1.2.22"],
    ),
    (
        "a kubeconfig that is none",
        |node| node.write("/etc/kubernetes/scheduler.conf", "nothing\n"),
        &["kubeconfig-unusable kube-scheduler --kubeconfig"],
    ),
    (
        "a path that the container does not have",
        |node| {
            fs::create_dir_all(node.tree().at("/opt/etcd")).unwrap();
            let from = node.tree().pki("etcd/ca.crt");
            fs::copy(from, node.tree().at("/opt/etcd/ca.crt")).unwrap();
            node.set("kube-apiserver", "etcd-cafile", Some("/opt/etcd/ca.crt"));
        },
        &["not-mounted kube-apiserver --etcd-cafile 1.2.26"],
    ),
    (
        "a manifest that is no YAML",
        |node| node.write(&manifest_path("kube-scheduler"), "spec: [\n"),
        &["unread-source /etc/kubernetes/manifests/kube-scheduler.yaml"],
    ),
    (
        "a broken manifest beside others that are wrong",
        |node| {
            node.write(&manifest_path("kube-scheduler"), "\u{0}");
            node.set("kube-apiserver", "client-ca-file", None);
        },
        &[
            "missing-flag kube-apiserver --client-ca-file 1.2.25",
            "unread-source /etc/kubernetes/manifests/kube-scheduler.yaml",
        ],
    ),
    (
        "a kubelet's configuration that is none",
        |node| node.write(KUBELET, "a: [\n"),
        &["unread-source /var/lib/kubelet/config.yaml"],
    ),
];

pub(super) const MODES: &[Case] = &[
    (
        "a key that everybody can read",
        |node| node.chmod("/etc/kubernetes/pki/apiserver.key", 0o644),
        &["loose-mode /etc/kubernetes/pki/apiserver.key 1.1.21"],
    ),
    (
        "a key outside of pki that a group can read",
        |node| {
            let to = node.tree().etc("server.key");
            fs::copy(node.tree().pki("etcd/server.key"), to).unwrap();
            node.set("etcd", "key-file", Some("/etc/kubernetes/server.key"));
            node.chmod("/etc/kubernetes/server.key", 0o640);
        },
        &["loose-mode /etc/kubernetes/server.key 1.1.21"],
    ),
    (
        "admin.conf",
        |node| node.chmod("/etc/kubernetes/admin.conf", 0o644),
        &["loose-mode /etc/kubernetes/admin.conf 1.1.13"],
    ),
    (
        "super-admin.conf",
        |node| node.chmod("/etc/kubernetes/super-admin.conf", 0o604),
        &["loose-mode /etc/kubernetes/super-admin.conf 1.1.13"],
    ),
    (
        "scheduler.conf",
        |node| node.chmod("/etc/kubernetes/scheduler.conf", 0o640),
        &["loose-mode /etc/kubernetes/scheduler.conf 1.1.15"],
    ),
    (
        "controller-manager.conf",
        |node| node.chmod("/etc/kubernetes/controller-manager.conf", 0o640),
        &["loose-mode /etc/kubernetes/controller-manager.conf 1.1.17"],
    ),
    (
        "kubelet.conf",
        |node| node.chmod("/etc/kubernetes/kubelet.conf", 0o644),
        &["loose-mode /etc/kubernetes/kubelet.conf 4.1.5"],
    ),
    (
        "a manifest",
        |node| node.chmod(&manifest_path("etcd"), 0o644),
        &["loose-mode /etc/kubernetes/manifests/etcd.yaml 1.1.7"],
    ),
    (
        "the kubelet's configuration, as kubeadm writes it",
        |node| node.chmod(KUBELET, 0o644),
        &["loose-mode /var/lib/kubelet/config.yaml 4.1.9"],
    ),
    (
        "authorities that everybody can write: one file, two items",
        |node| node.chmod("/etc/kubernetes/pki/ca.crt", 0o666),
        &["loose-mode /etc/kubernetes/pki/ca.crt 1.1.20 4.1.7"],
    ),
    (
        "etcd's data",
        |node| node.chmod("/var/lib/etcd", 0o755),
        &["loose-mode /var/lib/etcd 1.1.11"],
    ),
    (
        "the pod network's configuration",
        |node| {
            node.write("/etc/cni/net.d/10-net.conf", "{}\n");
            node.chmod("/etc/cni/net.d/10-net.conf", 0o644);
        },
        &["?loose-mode /etc/cni/net.d/10-net.conf 1.1.9"],
    ),
];

#[test]
fn broken_files_are_found_and_nothing_else() {
    assert_cases(CONTENT, &[]);
}

#[test]
fn open_files_are_found_and_nothing_else() {
    assert_cases(MODES, &[]);
}

/// It reads, and that is all.
#[test]
fn nothing_is_written() {
    let node = Node::good();
    node.set("etcd", "client-cert-auth", Some("false"));
    let before = node.tree().snapshot();
    for output in ["text", "json", "sarif", "html"] {
        node.audit(&["-o", output, "--systemd", "--proc"]).exits(1);
    }
    before.assert_untouched(&node.tree().snapshot());
}
