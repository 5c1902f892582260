//! What the explanations must say, written out from the kubernetes.io page "PKI certificates and
//! requirements" and from the talk's paths, and not from the tables that they are made from.

use super::{explain, unfolded};
use crate::support::Tree;

/// The page's 14 rows: CN, file stem, authority, command, key flag, certificate flags.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    Option<&'static str>,
    &'static [&'static str],
);

const ROWS: [Row; 14] = [
    (
        "etcd-ca",
        "etcd/ca",
        "",
        "kube-apiserver",
        None,
        &["--etcd-cafile"],
    ),
    (
        "kube-apiserver-etcd-client",
        "apiserver-etcd-client",
        "etcd-ca",
        "kube-apiserver",
        Some("--etcd-keyfile"),
        &["--etcd-certfile"],
    ),
    (
        "kubernetes-ca",
        "ca",
        "",
        "kube-apiserver",
        None,
        &["--client-ca-file"],
    ),
    (
        "kubernetes-ca",
        "ca",
        "",
        "kube-controller-manager",
        Some("--cluster-signing-key-file"),
        &[
            "--client-ca-file",
            "--root-ca-file",
            "--cluster-signing-cert-file",
        ],
    ),
    (
        "kube-apiserver",
        "apiserver",
        "ca",
        "kube-apiserver",
        Some("--tls-private-key-file"),
        &["--tls-cert-file"],
    ),
    (
        "kube-apiserver-kubelet-client",
        "apiserver-kubelet-client",
        "ca",
        "kube-apiserver",
        Some("--kubelet-client-key"),
        &["--kubelet-client-certificate"],
    ),
    (
        "kubernetes-front-proxy-ca",
        "front-proxy-ca",
        "",
        "kube-apiserver",
        None,
        &["--requestheader-client-ca-file"],
    ),
    (
        "kubernetes-front-proxy-ca",
        "front-proxy-ca",
        "",
        "kube-controller-manager",
        None,
        &["--requestheader-client-ca-file"],
    ),
    (
        "front-proxy-client",
        "front-proxy-client",
        "front-proxy-ca",
        "kube-apiserver",
        Some("--proxy-client-key-file"),
        &["--proxy-client-cert-file"],
    ),
    (
        "etcd-ca",
        "etcd/ca",
        "",
        "etcd",
        None,
        &["--trusted-ca-file", "--peer-trusted-ca-file"],
    ),
    (
        "kube-etcd",
        "etcd/server",
        "etcd-ca",
        "etcd",
        Some("--key-file"),
        &["--cert-file"],
    ),
    (
        "kube-etcd-peer",
        "etcd/peer",
        "etcd-ca",
        "etcd",
        Some("--peer-key-file"),
        &["--peer-cert-file"],
    ),
    ("etcd-ca", "etcd/ca", "", "etcdctl", None, &["--cacert"]),
    (
        "kube-etcd-healthcheck-client",
        "etcd/healthcheck-client",
        "etcd-ca",
        "etcdctl",
        Some("--key"),
        &["--cert"],
    ),
];

#[test]
fn every_row_of_the_page_by_file_name_and_flag() {
    let tree = Tree::empty();
    for (name, stem, authority, command, key_flag, certificate_flags) in ROWS {
        let file = format!("{stem}.crt");
        let text = unfolded(&explain(&tree, &[&file]).exits(0).stdout);
        assert!(text.starts_with(&format!("{file}: ")), "{text}");
        assert!(text.contains(&format!("CN {name}")), "{name}: {text}");
        assert!(
            text.contains(&format!("/etc/kubernetes/pki/{file}")),
            "{text}"
        );
        let signed = if authority.is_empty() {
            "signed by itself".to_owned()
        } else {
            format!("signed by {authority}")
        };
        assert!(text.contains(&signed), "{name}: {text}");
        for flag in certificate_flags {
            assert!(text.contains(command), "{file} by {command}: {text}");
            assert!(text.contains(flag), "{file} by {flag}: {text}");
            let flag_text = unfolded(&explain(&tree, &[command, flag]).exits(0).stdout);
            assert!(
                flag_text.contains(&format!("/etc/kubernetes/pki/{file}")),
                "{flag_text}"
            );
            assert!(
                flag_text.contains(&format!("a flag of {command}")),
                "{flag_text}"
            );
        }
        if let Some(flag) = key_flag {
            let flag_text = unfolded(&explain(&tree, &[command, flag]).exits(0).stdout);
            let key = format!("/etc/kubernetes/pki/{stem}.key, as private key");
            assert!(flag_text.contains(&key), "{flag_text}");
        }
        // By its common name; kube-apiserver is the component first.
        if name != "kube-apiserver" {
            let by_name = unfolded(&explain(&tree, &[name]).exits(0).stdout);
            assert!(
                by_name.contains(&format!("/etc/kubernetes/pki/{file}")),
                "{by_name}"
            );
        }
    }
}

/// Certificate, who shows it by which flag, who checks it by which flag against which authority.
const CHECKS: [(&str, &str, &[&str]); 12] = [
    (
        "apiserver-etcd-client",
        "Shown by kube-apiserver, by --etcd-certfile, --etcd-keyfile",
        &["etcd, by --trusted-ca-file, --client-cert-auth, against etcd-ca"],
    ),
    (
        "apiserver-kubelet-client",
        "Shown by kube-apiserver, by --kubelet-client-certificate, --kubelet-client-key",
        &["the kubelet, by authentication.x509.clientCAFile, against ca"],
    ),
    (
        "kubelet-serving",
        "Shown by the kubelet, by tlsCertFile, tlsPrivateKeyFile",
        &["kube-apiserver, by --kubelet-certificate-authority, against ca"],
    ),
    (
        "apiserver",
        "Shown by kube-apiserver, by --tls-cert-file, --tls-private-key-file",
        &[
            "the kubelet, by --kubeconfig, against ca",
            "an administrator, against ca",
            "kube-controller-manager, by --kubeconfig, --authentication-kubeconfig, --authorization-kubeconfig, against ca",
            "kube-scheduler, by --kubeconfig, --authentication-kubeconfig, --authorization-kubeconfig, against ca",
        ],
    ),
    (
        "front-proxy-client",
        "Shown by kube-apiserver, by --proxy-client-cert-file, --proxy-client-key-file",
        &["an extension API server, against front-proxy-ca"],
    ),
    (
        "etcd-server",
        "Shown by etcd, by --cert-file, --key-file",
        &[
            "kube-apiserver, by --etcd-cafile, against etcd-ca",
            "etcdctl, by --cacert, against etcd-ca",
        ],
    ),
    (
        "etcd-peer",
        "Shown by etcd, by --peer-cert-file, --peer-key-file",
        &["etcd, by --peer-trusted-ca-file, --peer-client-cert-auth, against etcd-ca"],
    ),
    (
        "etcd-healthcheck-client",
        "Shown by etcdctl, by --cert, --key",
        &["etcd, by --trusted-ca-file, --client-cert-auth, against etcd-ca"],
    ),
    (
        "kubelet.conf",
        "Shown by the kubelet, by --kubeconfig",
        &["kube-apiserver, by --client-ca-file, against ca"],
    ),
    (
        "controller-manager.conf",
        "Shown by kube-controller-manager, by --kubeconfig",
        &["kube-apiserver, by --client-ca-file, against ca"],
    ),
    (
        "scheduler.conf",
        "Shown by kube-scheduler, by --kubeconfig",
        &["kube-apiserver, by --client-ca-file, against ca"],
    ),
    (
        "admin.conf",
        "Shown by an administrator",
        &["kube-apiserver, by --client-ca-file, against ca"],
    ),
];

#[test]
fn every_certificate_names_who_shows_and_who_checks_it() {
    let tree = Tree::empty();
    for (certificate, shown, checked) in CHECKS {
        let text = unfolded(&explain(&tree, &[certificate]).exits(0).stdout);
        assert!(text.contains(shown), "{certificate}: {text}");
        for check in checked {
            assert!(text.contains(check), "{certificate} by {check}: {text}");
        }
        assert!(
            text.contains(&format!("Renew pkigen renew {certificate}")),
            "{text}"
        );
    }
}

#[test]
fn the_service_account_key_pair() {
    let text = unfolded(&explain(&Tree::empty(), &["sa.key"]).exits(0).stdout);
    for phrase in [
        "kube-apiserver --service-account-signing-key-file",
        "kube-controller-manager --service-account-private-key-file",
        "Checked by kube-apiserver --service-account-key-file",
        "never expires",
    ] {
        assert!(text.contains(phrase), "{phrase}: {text}");
    }
}

/// The talk's benchmark numbers, of CIS 1.5, and what they are about.
#[test]
fn the_benchmark_s_items_by_the_talk_s_numbers() {
    let tree = Tree::empty();
    for (number, flags) in [
        ("1.2.6", &["--kubelet-certificate-authority"][..]),
        ("1.2.29", &["--etcd-certfile", "--etcd-keyfile"]),
        ("1.2.30", &["--tls-cert-file", "--tls-private-key-file"]),
        ("2.2", &["--client-cert-auth"]),
        ("2.5", &["--peer-client-cert-auth"]),
        ("2.7", &["--trusted-ca-file"]),
        ("4.2.10", &["tlsCertFile", "tlsPrivateKeyFile"]),
        ("4.2.11", &["rotateCertificates"]),
        ("4.2.12", &["RotateKubeletServerCertificate"]),
    ] {
        let text = unfolded(&explain(&tree, &["cis", number]).exits(0).stdout);
        for flag in flags {
            assert!(text.contains(flag), "{number}: {flag}: {text}");
        }
    }
}

/// What expired or stolen certificates mean, for those whom it wakes at night.
#[test]
fn what_stops_and_what_is_restarted() {
    let tree = Tree::empty();
    for (what, phrases) in [
        (
            "scheduler.conf",
            &[
                "new pods stay Pending",
                "crictl ps --quiet --name '^kube-scheduler$' | xargs -r crictl stop -t 30",
            ][..],
        ),
        ("kubelet.conf", &["NotReady", "systemctl restart kubelet"]),
        (
            "apiserver",
            &["certificate has expired", "Restart nothing after a renewal"],
        ),
        (
            "apiserver-kubelet-client",
            &["kubectl logs", "within 5 minutes"],
        ),
        (
            "etcd-ca",
            &[
                "reads it at start only",
                "crictl ps --quiet --name '^etcd$' | xargs -r crictl stop",
                "gives it new dates",
            ],
        ),
    ] {
        let run = explain(&tree, &[what]).exits(0);
        let text = unfolded(&run.stdout);
        for phrase in phrases {
            assert!(text.contains(phrase), "{what}: {phrase:?} in {text}");
        }
    }
    // A command can be copied: it is on one line.
    let run = explain(&tree, &["controller-manager.conf"]).exits(0);
    let command =
        "crictl ps --quiet --name '^kube-controller-manager$' | xargs -r crictl stop -t 30";
    assert!(
        run.stdout.lines().any(|line| line.ends_with(command)),
        "{}",
        run.stdout
    );
}
