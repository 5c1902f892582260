//! Authorities below a root that is offline, as kubeadm, a running control plane and its clients
//! take them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use crate::running::ControlPlane;
use crate::support::node::node;
use crate::support::tree::copy;
use crate::support::x509::encode;
use crate::support::{Run, Tree, program, said};
use crate::{binary, kubeadm};

const ABOVE: [&str; 4] = [
    "--root-ca",
    "offline",
    "--root-ca-passphrase",
    "file:passphrase",
];

/// A node with kubeadm's manifests and configuration, below a root. Pods believe what the table
/// says.
fn below_a_root() -> Tree {
    let fixture = node("ecdsa-p256");
    let tree = Tree::empty();
    copy(&fixture.etc("manifests"), &tree.etc("manifests"));
    let manifest = tree.etc("manifests/kube-controller-manager.yaml");
    let text = fs::read_to_string(&manifest).unwrap();
    let flag = |file: &str| format!("--root-ca-file=/etc/kubernetes/pki/{file}");
    let changed = text.replace(&flag("ca.crt"), &flag("ca-callers.crt"));
    assert_ne!(changed, text);
    fs::write(manifest, changed).unwrap();
    fs::copy(fixture.beside("kubeadm.yaml"), tree.at("kubeadm.yaml")).unwrap();
    let passphrase = tree.put_beside("passphrase", "correct horse\n");
    fs::set_permissions(passphrase, fs::Permissions::from_mode(0o600)).unwrap();
    let config = tree.at("kubeadm.yaml").display().to_string();
    above(&tree, &["init", "--config", &config]).exits(0);
    tree
}

fn above(tree: &Tree, arguments: &[&str]) -> Run {
    tree.pkigen(&[arguments, &ABOVE].concat())
}

fn openssl(tree: &Tree, arguments: &[&str]) {
    let mut command = Command::new("openssl");
    command.current_dir(tree.pki("")).args(arguments);
    let output = program(&mut command, "openssl", "");
    assert!(output.status.success(), "{arguments:?}: {}", said(&output));
}

/// Of the servers' trust in their clients nothing holds the root, and what pods believe verifies what
/// they dial.
fn everybody_believes_what_they_should(tree: &Tree) {
    let verdict = tree.pkigen(&["verify"]);
    assert_eq!(verdict.code, 0, "{}", verdict.stdout);
    for authority in ["ca", "front-proxy-ca", "etcd/ca"] {
        let text = fs::read_to_string(tree.pki(&format!("{authority}.crt"))).unwrap();
        assert_eq!(text.matches("BEGIN CERTIFICATE").count(), 1, "{authority}");
        assert!(!text.contains(&root_of(tree)), "{authority}");
    }
    let verify = ["verify", "-x509_strict", "-purpose", "sslserver"];
    let server = ["-CAfile", "ca-callers.crt", "apiserver.crt"];
    openssl(tree, &[&verify[..], &server].concat());
}

/// The middle of the root's PEM, without its frame.
fn root_of(tree: &Tree) -> String {
    let text = fs::read_to_string(tree.beside("offline/ca.crt")).unwrap();
    let lines = text.lines().filter(|line| !line.contains("-----"));
    lines.skip(4).take(4).collect::<Vec<_>>().join("\n")
}

#[test]
fn kubeadm_takes_intermediates() {
    if binary("kubeadm").is_none() {
        return;
    }
    let run = |tree: &Tree, arguments: &[&str]| {
        let config = ["--config", "/kubeadm.yaml"];
        let arguments = [arguments, &config].concat();
        kubeadm(binary("kubeadm").unwrap(), tree, &arguments)
    };
    let tree = below_a_root();
    let report = run(&tree, &["certs", "check-expiration", "-o", "json"]);
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    for list in ["certificates", "certificateAuthorities"] {
        for row in crate::rows(&report, list) {
            assert_ne!(row["missing"], true, "{row:#}");
        }
    }
    let before = tree.snapshot();
    run(&tree, &["init", "phase", "certs", "all"]);
    run(&tree, &["init", "phase", "kubeconfig", "all"]);
    before.assert_files_kept(&tree.snapshot());
    run(&tree, &["certs", "renew", "all"]);
    everybody_believes_what_they_should(&tree);
    let plane = ControlPlane::start(&tree).unwrap();
    everybody_is_served(&plane);
    for name in ["kube-controller-manager", "kube-scheduler"] {
        plane.leads(name);
    }
    // And renewed here, with the way to the root again.
    tree.pkigen(&["renew", "all"]).exits(0);
    everybody_believes_what_they_should(&tree);
}

fn everybody_is_served(plane: &ControlPlane<'_>) {
    for (name, user) in [
        ("super-admin.conf", "kubernetes-super-admin"),
        ("admin.conf", "kubernetes-admin"),
        ("kubelet.conf", "system:node:cp1"),
    ] {
        assert_eq!(plane.who(name), user, "{name}");
    }
}

/// With the root among what the API server believes of its clients, one of etcd's would be an
/// administrator.
#[test]
fn a_client_of_another_domain_is_nobody() {
    if binary("kube-apiserver").is_none() {
        return;
    }
    let tree = below_a_root();
    let plane = ControlPlane::start(&tree).unwrap();
    everybody_is_served(&plane);
    let beside = |name: &str| tree.beside(name).display().to_string();
    let [own_key, request, own, extensions] =
        ["intruder.key", "intruder.csr", "intruder.crt", "extensions"].map(beside);
    tree.put_beside("extensions", "extendedKeyUsage=clientAuth\n");
    let curve = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
    openssl(
        &tree,
        &[&["genpkey", "-out", &own_key][..], &curve].concat(),
    );
    let subject = ["-subj", "/O=system:masters/CN=intruder"];
    let ask = ["req", "-new", "-key", &own_key, "-out", &request];
    openssl(&tree, &[&ask[..], &subject].concat());
    for authority in ["etcd/ca", "front-proxy-ca"] {
        let (certificate, key) = (format!("{authority}.crt"), format!("{authority}.key"));
        let sign = ["x509", "-req", "-days", "2", "-in", &request, "-out", &own];
        let by = ["-CA", &certificate, "-CAkey", &key, "-extfile", &extensions];
        openssl(&tree, &[&sign[..], &by].concat());
        let chain = [
            fs::read(&own).unwrap(),
            fs::read(tree.pki(&certificate)).unwrap(),
            fs::read(tree.beside("offline/ca.crt")).unwrap(),
        ];
        let text = fs::read_to_string(tree.etc("super-admin.conf")).unwrap();
        let text = with(&text, "client-certificate-data", &encode(chain.concat()));
        let secret = encode(fs::read(&own_key).unwrap());
        let text = with(&text, "client-key-data", &secret);
        fs::write(tree.at("/etc/intruder.conf"), text).unwrap();
        let output = plane.kubectl("../intruder.conf", &["auth", "whoami"]);
        assert!(!output.status.success(), "{authority}: {}", said(&output));
        assert!(said(&output).contains("Unauthorized"), "{}", said(&output));
    }
}

/// A kubeconfig with another value of a field.
fn with(text: &str, field: &str, value: &str) -> String {
    let lines = text.lines().map(|line| match line.split_once(": ") {
        Some((before, _)) if before.trim() == field => format!("{before}: {value}\n"),
        _ => format!("{line}\n"),
    });
    lines.collect()
}

/// Intermediates, leaves, then the root, while the API server runs; Go judges every step by who has
/// the old files and who has the new ones.
#[test]
fn all_of_the_hierarchy_gets_new_dates_under_a_running_api_server() {
    if binary("kube-apiserver").is_none() {
        return;
    }
    let tree = below_a_root();
    let mut plane = ControlPlane::start(&tree).unwrap();
    let conf = || fs::read_to_string(tree.etc("super-admin.conf")).unwrap();
    let kubelet = fs::read_to_string(tree.etc("kubelet.conf")).unwrap();
    // Beside the directory, where nobody looks for copies.
    fs::write(tree.at("/etc/old.conf"), conf()).unwrap();
    fs::write(tree.at("/etc/old-kubelet.conf"), &kubelet).unwrap();
    let still = |plane: &ControlPlane<'_>| {
        everybody_is_served(plane);
        assert_eq!(plane.who("../old.conf"), "kubernetes-super-admin");
        assert_eq!(plane.who("../old-kubelet.conf"), "system:node:cp1");
    };
    above(&tree, &["renew", "ca", "etcd-ca", "front-proxy-ca"]).exits(0);
    still(&plane);
    tree.pkigen(&["renew", "all"]).exits(0);
    std::thread::sleep(std::time::Duration::from_secs(2));
    still(&plane);
    plane.restart();
    still(&plane);
    above(&tree, &["renew", "root-ca", "--ca-validity", "300000h"]).exits(0);
    tree.pkigen(&["renew", "ca", "--certificate", "offline/ca.crt"])
        .exits(0);
    plane.restart();
    still(&plane);
    everybody_believes_what_they_should(&tree);
    drop(plane);
    for _ in 0..3 {
        tree.pkigen(&["undo"]).exits(0);
    }
    assert_eq!(
        fs::read_to_string(tree.etc("kubelet.conf")).unwrap(),
        kubelet
    );
    let plane = ControlPlane::start(&tree).unwrap();
    everybody_is_served(&plane);
}
