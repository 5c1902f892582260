//! Flags by themselves, and which findings are wanted.

use super::{Case, KUBELET, Node, assert_cases, manifest_path};

pub(super) const FLAGS: &[Case] = &[
    (
        "a flag that is gone",
        |node| node.add("kube-apiserver", "--insecure-port=0"),
        &["removed-flag kube-apiserver --insecure-port"],
    ),
    (
        "a flag of etcd's that is on its way out",
        |node| {
            node.add(
                "etcd",
                "--experimental-peer-skip-client-san-verification=false",
            );
        },
        &["?deprecated-flag etcd --experimental-peer-skip-client-san-verification"],
    ),
    (
        "a slip: what is missing by it is said once",
        |node| {
            node.edit(
                &manifest_path("kube-apiserver"),
                "--etcd-cafile",
                "--etcd-ca-file",
            );
        },
        &["unknown-flag kube-apiserver --etcd-ca-file 1.2.26"],
    ),
    (
        "an invention",
        |node| node.add("kube-apiserver", "--ingress-tls-certificate=/x"),
        &["unknown-flag kube-apiserver --ingress-tls-certificate"],
    ),
    (
        "a flag that has nothing to do with it",
        |node| node.add("kube-apiserver", "--profiling=false"),
        &[],
    ),
    (
        "one dash",
        |node| {
            node.edit(
                &manifest_path("kube-scheduler"),
                "- --kubeconfig",
                "- -kubeconfig",
            );
        },
        &["malformed-flag kube-scheduler --kubeconfig"],
    ),
    (
        "a switch with a word after it",
        |node| {
            let path = manifest_path("kube-apiserver");
            node.edit(
                &path,
                "--anonymous-auth=false",
                "--anonymous-auth\n    - 'false'",
            );
        },
        &["malformed-flag kube-apiserver --anonymous-auth"],
    ),
    (
        "a switch that is neither",
        |node| {
            let path = manifest_path("kube-apiserver");
            node.edit(&path, "--anonymous-auth=false", "--anonymous-auth=no");
        },
        &["malformed-flag kube-apiserver --anonymous-auth 1.2.1"],
    ),
    (
        "a word that is no flag",
        |node| node.add("kube-scheduler", "leader"),
        &["malformed-flag /etc/kubernetes/manifests/kube-scheduler.yaml"],
    ),
    (
        "the same twice, the last one right",
        |node| {
            let path = manifest_path("kube-apiserver");
            let right = "    - --etcd-cafile=";
            let wrong = "    - --etcd-cafile=/etc/kubernetes/pki/ca.crt\n    - --etcd-cafile=";
            node.edit(&path, right, wrong);
        },
        &["?duplicate-flag kube-apiserver --etcd-cafile"],
    ),
    (
        "the same twice, the last one wrong",
        |node| node.add("kube-apiserver", "--etcd-cafile=/etc/kubernetes/pki/ca.crt"),
        &[
            "wrong-authority kube-apiserver --etcd-cafile 1.2.26",
            "?duplicate-flag kube-apiserver --etcd-cafile",
        ],
    ),
];

#[test]
fn flags_by_themselves_are_found_and_nothing_else() {
    assert_cases(FLAGS, &[]);
}

/// A flag that is gone today still worked then.
#[test]
fn the_version_decides_which_flags_there_are() {
    let node = Node::good();
    node.add("kube-apiserver", "--insecure-port=0");
    let gone = ["removed-flag kube-apiserver --insecure-port"];
    let old = ["?deprecated-flag kube-apiserver --insecure-port"];
    assert_eq!(node.found(&[]), gone);
    assert_eq!(node.found(&["--kubernetes-version", "1.24"]), gone);
    assert_eq!(node.found(&["--kubernetes-version", "v1.23.17"]), old);
    // The image's tag, where nothing is said.
    node.edit(&manifest_path("kube-apiserver"), "v1.36.2", "v1.23.17");
    assert_eq!(node.found(&[]), old);
    let run = node.audit(&[]).exits(0);
    run.says(&["note: Kubernetes 1.23 is older than 1.31"]);
    node.audit(&["--kubernetes-version", "1.99"])
        .says(&["1.99 is newer than 1.38"]);
}

/// Three things are wrong: a missing flag (1.2.5), an open switch (2.2), a mode (4.1.9).
fn broken() -> Node {
    let node = Node::good();
    node.set("kube-apiserver", "kubelet-certificate-authority", None);
    node.set("etcd", "client-cert-auth", Some("false"));
    node.chmod(KUBELET, 0o644);
    node
}

const MISSING: &str = "missing-flag kube-apiserver --kubelet-certificate-authority 1.2.5";
const OPEN: &str = "unsafe-setting etcd --client-cert-auth 2.2";
const MODE: &str = "loose-mode /var/lib/kubelet/config.yaml 4.1.9";

#[test]
fn findings_are_chosen_by_rule_and_by_number() {
    let node = broken();
    assert_eq!(node.found(&[]), [MISSING, OPEN, MODE]);
    assert_eq!(node.found(&["--only", "1.2.5"]), [MISSING]);
    assert_eq!(
        node.found(&["--only", "cis-1.2.5", "--only", "loose-mode"]),
        [MISSING, MODE]
    );
    // The number that the talk has.
    assert_eq!(node.found(&["--only", "1.5:1.2.6"]), [MISSING]);
    assert_eq!(
        node.found(&["--skip", "missing-flag", "--skip", "4.1.9"]),
        [OPEN]
    );
    assert_eq!(node.found(&["--only", "expired"]), [""; 0]);
    let warned = node.found(&["--warn-only", "1.2.5", "--warn-only", "2.2"]);
    assert_eq!(
        warned,
        [MODE.to_owned(), format!("?{MISSING}"), format!("?{OPEN}")]
    );
    node.audit(&["--skip", "1.2.5", "--skip", "2.2", "--skip", "4.1.9"])
        .exits(0);
}

#[test]
fn a_name_that_is_none_is_an_error_with_the_nearest() {
    let node = Node::good();
    node.audit(&["--only", "missing-flags"])
        .exits(2)
        .says(&["did you mean missing-flag?"]);
    node.audit(&["--skip", "1.2.35"])
        .exits(2)
        .says(&["did you mean 1.2.29?"]);
    node.audit(&["--warn-only", "profiling"])
        .exits(2)
        .says(&["docs/audit.md lists them"]);
}
