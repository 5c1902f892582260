//! Flags that are missing or say the wrong thing.

use super::{Case, KUBELET, Node, assert_cases, manifest_path};

/// Takes lines away that begin like this.
fn without(node: &Node, starts: &[&str]) {
    let text = node.read(KUBELET);
    let kept = text.lines().filter(|line| {
        !starts
            .iter()
            .any(|start| line.trim_start().starts_with(start))
    });
    node.write(KUBELET, &(kept.collect::<Vec<_>>().join("\n") + "\n"));
}

pub(super) const MISSING: &[Case] = &[
    (
        "client-ca-file",
        |node| node.set("kube-apiserver", "client-ca-file", None),
        &["missing-flag kube-apiserver --client-ca-file 1.2.25"],
    ),
    (
        "kubelet-certificate-authority",
        |node| node.set("kube-apiserver", "kubelet-certificate-authority", None),
        &["missing-flag kube-apiserver --kubelet-certificate-authority 1.2.5"],
    ),
    (
        "both of the kubelet client pair",
        |node| {
            node.set("kube-apiserver", "kubelet-client-certificate", None);
            node.set("kube-apiserver", "kubelet-client-key", None);
        },
        &["missing-flag kube-apiserver --kubelet-client-certificate 1.2.4"],
    ),
    (
        "one of the kubelet client pair",
        |node| node.set("kube-apiserver", "kubelet-client-key", None),
        &["missing-flag kube-apiserver --kubelet-client-key 1.2.4"],
    ),
    (
        "etcd-cafile",
        |node| node.set("kube-apiserver", "etcd-cafile", None),
        &["missing-flag kube-apiserver --etcd-cafile 1.2.26"],
    ),
    (
        "etcd client pair",
        |node| {
            node.set("kube-apiserver", "etcd-certfile", None);
            node.set("kube-apiserver", "etcd-keyfile", None);
        },
        &["missing-flag kube-apiserver --etcd-certfile 1.2.23"],
    ),
    (
        "serving pair",
        |node| {
            node.set("kube-apiserver", "tls-cert-file", None);
            node.set("kube-apiserver", "tls-private-key-file", None);
        },
        &["missing-flag kube-apiserver --tls-cert-file 1.2.24"],
    ),
    (
        "empty is as good as missing",
        |node| node.set("kube-apiserver", "etcd-cafile", Some("")),
        &["missing-flag kube-apiserver --etcd-cafile 1.2.26"],
    ),
    (
        "service-account-key-file",
        |node| node.set("kube-apiserver", "service-account-key-file", None),
        &["missing-flag kube-apiserver --service-account-key-file 1.2.22"],
    ),
    (
        "service-account-signing-key-file",
        |node| node.set("kube-apiserver", "service-account-signing-key-file", None),
        &["missing-flag kube-apiserver --service-account-signing-key-file"],
    ),
    (
        "authorization-mode: one cause, three items",
        |node| node.set("kube-apiserver", "authorization-mode", None),
        &["missing-flag kube-apiserver --authorization-mode 1.2.6 1.2.7 1.2.8"],
    ),
    (
        "enable-admission-plugins",
        |node| node.set("kube-apiserver", "enable-admission-plugins", None),
        &["missing-flag kube-apiserver --enable-admission-plugins 1.2.14"],
    ),
    (
        "root-ca-file",
        |node| node.set("kube-controller-manager", "root-ca-file", None),
        &["missing-flag kube-controller-manager --root-ca-file 1.3.5"],
    ),
    (
        "service-account-private-key-file",
        |node| {
            node.set(
                "kube-controller-manager",
                "service-account-private-key-file",
                None,
            );
        },
        &["missing-flag kube-controller-manager --service-account-private-key-file 1.3.4"],
    ),
    (
        "a scheduler's kubeconfig",
        |node| node.set("kube-scheduler", "kubeconfig", None),
        &["missing-flag kube-scheduler --kubeconfig"],
    ),
    (
        "etcd's serving pair",
        |node| {
            node.set("etcd", "cert-file", None);
            node.set("etcd", "key-file", None);
        },
        &["missing-flag etcd --cert-file 2.1"],
    ),
    (
        "etcd's peer pair",
        |node| {
            node.set("etcd", "peer-cert-file", None);
            node.set("etcd", "peer-key-file", None);
        },
        &["missing-flag etcd --peer-cert-file 2.4"],
    ),
    (
        "trusted-ca-file",
        |node| node.set("etcd", "trusted-ca-file", None),
        &["missing-flag etcd --trusted-ca-file 2.7"],
    ),
    (
        "peer-trusted-ca-file",
        |node| node.set("etcd", "peer-trusted-ca-file", None),
        &["missing-flag etcd --peer-trusted-ca-file"],
    ),
    (
        "clientCAFile",
        |node| without(node, &["clientCAFile"]),
        &["missing-flag kubelet authentication.x509.clientCAFile 4.2.3"],
    ),
    (
        "tlsCertFile and tlsPrivateKeyFile",
        |node| without(node, &["tls"]),
        &["missing-flag kubelet tlsCertFile 4.2.9"],
    ),
];

pub(super) const WRONG: &[Case] = &[
    (
        "anonymous-auth",
        |node| node.set("kube-apiserver", "anonymous-auth", Some("true")),
        &["?unsafe-setting kube-apiserver --anonymous-auth 1.2.1"],
    ),
    (
        "a kubelet that waits for its serving certificate",
        |node| {
            let kubelet = "/var/lib/kubelet/config.yaml";
            let text = node.read(kubelet);
            let kept = text.lines().filter(|line| !line.starts_with("tls"));
            let kept: Vec<&str> = kept.collect();
            node.write(kubelet, &(kept.join("\n") + "\nserverTLSBootstrap: true\n"));
        },
        &["serving-not-issued kubelet serverTLSBootstrap"],
    ),
    (
        "everything allowed",
        |node| node.set("kube-apiserver", "authorization-mode", Some("AlwaysAllow")),
        &["unsafe-setting kube-apiserver --authorization-mode 1.2.6 1.2.7 1.2.8"],
    ),
    (
        "no Node authorizer",
        |node| node.set("kube-apiserver", "authorization-mode", Some("RBAC")),
        &["unsafe-setting kube-apiserver --authorization-mode 1.2.7"],
    ),
    (
        "no NodeRestriction",
        |node| {
            node.set(
                "kube-apiserver",
                "enable-admission-plugins",
                Some("PodSecurity"),
            );
        },
        &["unsafe-setting kube-apiserver --enable-admission-plugins 1.2.14"],
    ),
    (
        "tokens of the dead",
        |node| node.set("kube-apiserver", "service-account-lookup", Some("false")),
        &["unsafe-setting kube-apiserver --service-account-lookup 1.2.21"],
    ),
    (
        "a file of tokens",
        |node| {
            let path = "/etc/kubernetes/tokens.csv";
            node.write(path, "t,u,1\n");
            node.set("kube-apiserver", "token-auth-file", Some(path));
        },
        &["unsafe-setting kube-apiserver --token-auth-file 1.2.2"],
    ),
    (
        "weak suites",
        |node| {
            let suites = "TLS_AES_128_GCM_SHA256,TLS_RSA_WITH_AES_128_CBC_SHA";
            node.set("kube-apiserver", "tls-cipher-suites", Some(suites));
        },
        &["weak-tls kube-apiserver --tls-cipher-suites 1.2.29"],
    ),
    (
        "an old version of TLS",
        |node| node.set("kube-apiserver", "tls-min-version", Some("VersionTLS10")),
        &["weak-tls kube-apiserver --tls-min-version"],
    ),
    (
        "the word of every proxy",
        |node| node.set("kube-apiserver", "requestheader-allowed-names", Some("")),
        &["?unsafe-setting kube-apiserver --requestheader-allowed-names"],
    ),
    (
        "one identity for all controllers",
        |node| {
            node.set(
                "kube-controller-manager",
                "use-service-account-credentials",
                None,
            );
        },
        &["unsafe-setting kube-controller-manager --use-service-account-credentials 1.3.3"],
    ),
    (
        "no serving certificates for kubelets",
        |node| {
            let gate = Some("X=true,RotateKubeletServerCertificate=false");
            node.set("kube-controller-manager", "feature-gates", gate);
        },
        &["unsafe-setting kube-controller-manager --feature-gates 1.3.6"],
    ),
    (
        "etcd does not ask clients",
        |node| node.set("etcd", "client-cert-auth", Some("false")),
        &["unsafe-setting etcd --client-cert-auth 2.2"],
    ),
    (
        "etcd is not told to ask clients",
        |node| node.set("etcd", "client-cert-auth", None),
        &["unsafe-setting etcd --client-cert-auth 2.2"],
    ),
    (
        "etcd signs for itself",
        |node| node.set("etcd", "auto-tls", Some("true")),
        &["unsafe-setting etcd --auto-tls 2.3"],
    ),
    (
        "members are not asked",
        |node| node.set("etcd", "peer-client-cert-auth", Some("false")),
        &["unsafe-setting etcd --peer-client-cert-auth 2.5"],
    ),
    (
        "members sign for themselves",
        |node| node.set("etcd", "peer-auto-tls", Some("true")),
        &["unsafe-setting etcd --peer-auto-tls 2.6"],
    ),
    (
        "members from anywhere",
        |node| node.add("etcd", "--peer-skip-client-san-verification"),
        &["?unsafe-setting etcd --peer-skip-client-san-verification"],
    ),
    (
        "the kubelet serves everyone",
        |node| node.edit(KUBELET, "enabled: false", "enabled: true"),
        &["unsafe-setting kubelet authentication.anonymous.enabled 4.2.1"],
    ),
    (
        "the kubelet allows everything",
        |node| node.edit(KUBELET, "mode: Webhook", "mode: AlwaysAllow"),
        &["unsafe-setting kubelet authorization.mode 4.2.2"],
    ),
    (
        "a port for everyone",
        |node| node.edit(KUBELET, "rotateC", "readOnlyPort: 10255\nrotateC"),
        &["unsafe-setting kubelet readOnlyPort 4.2.4"],
    ),
    (
        "no rotation",
        |node| {
            node.edit(
                KUBELET,
                "rotateCertificates: true",
                "rotateCertificates: false",
            );
        },
        &["unsafe-setting kubelet rotateCertificates 4.2.10"],
    ),
    (
        "no rotation said",
        |node| without(node, &["rotateCertificates"]),
        &["unsafe-setting kubelet rotateCertificates 4.2.10"],
    ),
    (
        "the kubelet's gate",
        |node| {
            let gate = "featureGates:\n  RotateKubeletServerCertificate: false\nrotateC";
            node.edit(KUBELET, "rotateC", gate);
        },
        &["unsafe-setting kubelet featureGates.RotateKubeletServerCertificate 4.2.11"],
    ),
    (
        "the kubelet's weak suites",
        |node| {
            node.edit(
                KUBELET,
                "rotateC",
                "tlsCipherSuites: [TLS_RSA_WITH_AES_128_CBC_SHA]\nrotateC",
            );
        },
        &["weak-tls kubelet tlsCipherSuites 4.2.12"],
    ),
];

pub(super) const ADDRESSES: &[Case] = &[
    (
        "etcd is dialled without TLS",
        |node| {
            node.set(
                "kube-apiserver",
                "etcd-servers",
                Some("http://127.0.0.1:2379"),
            );
        },
        &["plain-http kube-apiserver --etcd-servers"],
    ),
    (
        "etcd serves without TLS",
        |node| {
            let urls = "https://192.0.2.10:2379,http://127.0.0.1:2379";
            node.set("etcd", "listen-client-urls", Some(urls));
        },
        &["plain-http etcd --listen-client-urls"],
    ),
    (
        "members are served without TLS",
        |node| node.set("etcd", "listen-peer-urls", Some("http://192.0.2.10:2380")),
        &["plain-http etcd --listen-peer-urls"],
    ),
    (
        "metrics for everyone",
        |node| node.set("etcd", "listen-metrics-urls", Some("http://0.0.0.0:2381")),
        &["?plain-http etcd --listen-metrics-urls"],
    ),
    (
        "the API server is dialled without TLS",
        |node| {
            node.edit(
                "/etc/kubernetes/scheduler.conf",
                "server: https:",
                "server: http:",
            );
        },
        &["plain-http kube-scheduler --kubeconfig"],
    ),
    (
        "metrics on every address, unsigned",
        |node| node.set("kube-controller-manager", "bind-address", Some("0.0.0.0")),
        &["?missing-flag kube-controller-manager --tls-cert-file"],
    ),
];

#[test]
fn what_is_missing_is_found_and_nothing_else() {
    assert_cases(MISSING, &[]);
}

#[test]
fn what_is_set_wrong_is_found_and_nothing_else() {
    assert_cases(WRONG, &[]);
}

#[test]
fn what_is_not_encrypted_is_found_and_nothing_else() {
    assert_cases(ADDRESSES, &[]);
}

/// The line is that of the flag, and what is missing is in the file it would be in.
#[test]
fn findings_say_where_they_are() {
    let node = Node::good();
    node.set("etcd", "client-cert-auth", Some("false"));
    node.set("etcd", "peer-trusted-ca-file", None);
    let report = node.audit(&["-o", "json"]).json();
    let path = manifest_path("etcd");
    let line = 1 + node
        .read(&path)
        .lines()
        .position(|line| line.contains("--client-cert-auth"))
        .unwrap();
    let places: Vec<_> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["place"])
        .collect();
    assert_eq!(places[0]["file"], path);
    assert!(places[0]["line"].is_null());
    assert_eq!(places[1]["file"], path);
    assert_eq!(places[1]["line"], line);
}
