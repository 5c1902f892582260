//! What is clean, and what is not.

use std::fs;

use super::{AT, assert_found, kubeadm, set_mode, verify};
use crate::support::{Tree, days_from_now};

#[test]
fn what_kubeadm_makes_is_clean() {
    for algorithm in ["ecdsa-p256", "rsa-2048"] {
        let tree = kubeadm(algorithm);
        verify(&tree, &["--at", AT])
            .exits(0)
            .shows(&["15 certificates in 27 files"]);
    }
}

#[test]
fn what_does_not_apply_may_be_missing() {
    let tree = Tree::good();
    fs::remove_file(tree.etc("super-admin.conf")).unwrap();
    fs::remove_file(tree.pki("ca.key")).unwrap();
    fs::remove_dir_all(tree.pki("etcd")).unwrap();
    tree.remove(&["apiserver-etcd-client.crt", "apiserver-etcd-client.key"]);
    assert_found(&tree, &[], &[]);
    let joined = Tree::empty();
    let shared = ["ca", "front-proxy-ca", "etcd/ca"];
    let shared = shared.map(|stem| [format!("{stem}.crt"), format!("{stem}.key")]);
    let first = Tree::good();
    for name in shared.as_flattened() {
        joined.take(&first, &[name]);
    }
    joined.take(&first, &["sa.key", "sa.pub"]);
    joined.init(&["--for-join"]).exits(0);
    assert_found(&joined, &[], &[]);
}

#[test]
fn an_authority_that_has_ended_is_one_finding() {
    let tree = Tree::empty();
    let years = ["--ca-validity", "8760h", "--certificate-validity", "8760h"];
    tree.init(&years).exits(0);
    let found = super::found(&tree, &["--at", &days_from_now(366)]);
    let authorities = found.iter().filter(|(rule, _)| rule == "authority-expired");
    assert_eq!(authorities.count(), 3, "{found:?}");
    let outlives = found
        .iter()
        .filter(|(rule, _)| rule == "outlives-authority");
    assert_eq!(outlives.count(), 0, "{found:?}");
}

#[test]
fn modes_of_several_files() {
    let tree = Tree::good();
    set_mode(&tree.pki("ca.key"), 0o640);
    set_mode(&tree.pki("ca.crt"), 0o664);
    assert_found(&tree, &[], &[]);
    set_mode(&tree.pki("ca.key"), 0o604);
    set_mode(&tree.pki("ca.crt"), 0o666);
    set_mode(&tree.etc("admin.conf"), 0o620);
    set_mode(&tree.pki("etcd"), 0o757);
    let expected = [
        ("writable-by-others", "pki/etcd"),
        ("writable-by-others", "pki/ca.crt"),
        ("key-exposed", "pki/ca.key"),
        ("key-exposed", "admin.conf"),
    ];
    assert_found(&tree, &[], &expected);
}

/// The kubelet's files are outside the table: what it rotates, and whose clients it accepts.
#[test]
fn files_of_the_kubelet() {
    let tree = Tree::good();
    let kubelet = tree.at("/var/lib/kubelet");
    fs::create_dir_all(kubelet.join("pki")).unwrap();
    let configuration = "authentication:\n  x509:\n    clientCAFile: /var/lib/kubelet/ca.crt\n";
    fs::write(kubelet.join("config.yaml"), configuration).unwrap();
    fs::copy(tree.pki("ca.crt"), kubelet.join("ca.crt")).unwrap();
    assert_found(&tree, &[], &[]);

    let server = tree.text("apiserver.crt") + &tree.text("apiserver-etcd-client.key");
    let current = kubelet.join("pki/kubelet-server-current.pem");
    fs::write(&current, server).unwrap();
    set_mode(&current, 0o600);
    let file = "/var/lib/kubelet/pki/kubelet-server-current.pem";
    assert_found(&tree, &[], &[("pair-mismatch", file)]);
}

/// What a component was told is in there, and nobody knows what.
#[test]
fn a_manifest_that_does_not_decode() {
    let tree = Tree::good();
    fs::create_dir_all(tree.etc("manifests")).unwrap();
    fs::write(tree.etc("manifests/kube-apiserver.yaml"), "a: [\n").unwrap();
    let run = tree.pkigen(&["verify", "--warn-only", "missing-file"]);
    run.exits(1).shows(&[
        "manifests/kube-apiserver.yaml",
        "not-checked",
        "what is told in it is not known",
    ]);
}

/// So it is with a unit.
#[test]
fn a_command_line_that_does_not_decode() {
    let tree = Tree::good();
    let units = tree.at("/etc/systemd/system");
    fs::create_dir_all(&units).unwrap();
    let unit = "[Service]\nExecStart=/usr/bin/kubelet '--config=/x\n";
    fs::write(units.join("kubelet.service"), unit).unwrap();
    let file = "/etc/systemd/system/kubelet.service";
    assert_found(&tree, &[], &[("not-checked", file)]);
}

/// A script is taken apart as its shell would do; what only that decides is said.
#[test]
fn a_shell_script_that_starts_a_component() {
    let tree = Tree::good();
    let units = tree.at("/etc/systemd/system");
    fs::create_dir_all(&units).unwrap();
    let start = |script: &str| {
        let unit = format!("[Service]\nExecStart=/bin/sh -c \"{script}\"\n");
        fs::write(units.join("etcd.service"), unit).unwrap();
    };
    start("set -e; exec etcd --cert-file=/nowhere/etcd.crt >/dev/null");
    assert_found(&tree, &[], &[("missing-file", "/nowhere/etcd.crt")]);
    start("exec etcd --cert-file=$PKI/etcd.crt");
    let file = "/etc/systemd/system/etcd.service";
    assert_found(&tree, &[], &[("not-checked", file)]);
}

/// Larger than what is read here: others may read it, so that nobody is said to refuse it.
#[test]
fn limits_of_our_own_are_nobody_s_refusal() {
    let tree = Tree::good();
    let authorities = tree.text("front-proxy-ca.crt");
    tree.put("front-proxy-ca.crt", authorities.repeat(300));
    let report = verify(&tree, &["-o", "json"]).exits(1).json();
    let findings = report["findings"].as_array().unwrap();
    let mut findings = findings.iter();
    let finding = findings.find(|one| one["rule"] == "not-checked").unwrap();
    assert_eq!(finding["file"], "/etc/kubernetes/pki/front-proxy-ca.crt");
    assert_eq!(finding["refusedBy"], serde_json::json!([]));
}

/// What is dialled is looked for in the certificate, underscores and all; what is no name cannot
/// be.
#[test]
fn servers_of_odd_names() {
    let tree = Tree::good();
    let kubeconfig = fs::read_to_string(tree.etc("admin.conf")).unwrap();
    let line = kubeconfig.lines().find(|line| line.contains("server:"));
    let line = line.unwrap();
    let dial = |server: &str| {
        let new = format!("    server: {}", serde_json::json!(server));
        fs::write(tree.etc("admin.conf"), kubeconfig.replace(line, &new)).unwrap();
    };
    dial("https://my_api:6443");
    assert_found(&tree, &[], &[("name-not-served", "pki/apiserver.crt")]);
    dial("my_api:6443");
    assert_found(&tree, &[], &[("name-not-served", "pki/apiserver.crt")]);
    dial("https://a..b:6443");
    assert_found(&tree, &[], &[("not-checked", "pki/apiserver.crt")]);
    dial("https://api\u{7}.example.org:6443");
    let expected = [
        ("not-checked", "pki/apiserver.crt"),
        ("kubeconfig-unusable", "admin.conf"),
    ];
    assert_found(&tree, &[], &expected);
}
