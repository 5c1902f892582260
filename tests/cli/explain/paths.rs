//! What the explanations of the talk's paths must say, written out from the talk.

use super::{explain, unfolded};
use crate::support::Tree;

/// The talk's paths: name, and what must be said of it.
const PATHS: [(&str, &[&str]); 12] = [
    (
        "apiserver->kubelet",
        &[
            "TLS, server not authenticated",
            "checked by kube-apiserver, by --kubelet-certificate-authority, against ca",
            "checked by the kubelet, by authentication.x509.clientCAFile, against ca",
            "by kubeadm: server authentication no, client authentication yes",
            "kube-apiserver --kubelet-certificate-authority: server authentication, integrity, \
             encryption",
        ],
    ),
    (
        "apiserver->proxied",
        &["Plain HTTP", "unprotected", "nodes, pods and services"],
    ),
    (
        "kubelet->apiserver",
        &[
            "mutual TLS",
            "Node authorizer",
            "rotateCertificates",
            "--client-ca-file",
            "system:nodes",
        ],
    ),
    (
        "pod->apiserver",
        &[
            "service-account token signed with sa",
            "--service-account-key-file",
            "--service-account-signing-key-file",
            "kube-root-ca.crt",
        ],
    ),
    (
        "apiserver->etcd",
        &[
            "checked by kube-apiserver, by --etcd-cafile, against etcd-ca",
            "--etcd-certfile, --etcd-keyfile",
            "checked by etcd, by --trusted-ca-file, --client-cert-auth, against etcd-ca",
        ],
    ),
    (
        "etcd->apiserver",
        &[
            "etcd never dials kube-apiserver",
            "--client-cert-auth",
            "--trusted-ca-file",
        ],
    ),
    (
        "etcd->etcd",
        &[
            "mutual TLS",
            "--peer-client-cert-auth",
            "--peer-trusted-ca-file",
            "port 2380",
        ],
    ),
    (
        "administrator->apiserver",
        &[
            "OpenID Connect token (not by default); checked by kube-apiserver, by --oidc-issuer-url",
            "admin.conf, shown by an administrator; checked by kube-apiserver, by --client-ca-file",
            "static token (not by default); checked by kube-apiserver, by --token-auth-file",
            "static password (not by default). --basic-auth-file is gone since Kubernetes 1.19.",
            "authenticating proxy (not by default); checked by kube-apiserver, by \
             --requestheader-client-ca-file",
            "nothing at all (anonymous); checked by kube-apiserver, by --anonymous-auth",
            "cannot be revoked",
        ],
    ),
    (
        "controller-manager->apiserver",
        &["mutual TLS", "controller-manager.conf"],
    ),
    ("scheduler->apiserver", &["mutual TLS", "scheduler.conf"]),
    (
        "apiserver->extension-apiserver",
        &[
            "front-proxy-client",
            "--proxy-client-cert-file",
            "against front-proxy-ca",
        ],
    ),
    (
        "node->node",
        &[
            "Neither authenticated nor encrypted",
            "unprotected",
            "shows nothing",
        ],
    ),
];

#[test]
fn every_path_of_the_talk() {
    let tree = Tree::empty();
    for (path, phrases) in PATHS {
        let text = unfolded(&explain(&tree, &[path]).exits(0).stdout);
        for phrase in phrases {
            assert!(text.contains(phrase), "{path}: {phrase:?} in {text}");
        }
    }
    let text = unfolded(&explain(&tree, &["pod->pod"]).exits(0).stdout);
    assert!(
        text.contains("NetworkPolicy") && text.contains("service mesh"),
        "{text}"
    );
}
