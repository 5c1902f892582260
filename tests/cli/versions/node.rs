//! What `audit` finds on a node, by version.

use super::{CHECKED, MINORS, full};
use crate::audit::{Node, manifest_path};
use crate::support::{NODE, Tree};

/// Flags by version, as `audit` finds them on a node.
#[test]
fn audit_knows_which_flags_a_version_has() {
    let node = Node::good();
    node.add("kube-scheduler", "--tls-curve-preferences=4588");
    node.add(
        "kube-apiserver",
        "--peer-ca-file=/etc/kubernetes/pki/ca.crt",
    );
    node.add("kube-apiserver", "--requestheader-uid-headers=X-Remote-Uid");
    for minor in MINORS {
        let found = node.found(&["--kubernetes-version", &full(minor)]);
        let has = |text: &str| found.iter().any(|one| one == text);
        for (since, finding) in [
            (36, "unknown-flag kube-scheduler --tls-curve-preferences"),
            (36, "unknown-flag kube-apiserver --peer-ca-file"),
            (
                32,
                "unknown-flag kube-apiserver --requestheader-uid-headers",
            ),
        ] {
            assert_eq!(
                has(finding),
                minor < since,
                "1.{minor}: {finding}: {found:?}"
            );
        }
    }
    // Who switches the gate on may name the file.
    node.add(
        "kube-apiserver",
        "--feature-gates=UnknownVersionInteroperabilityProxy=true",
    );
    let found = node.found(&["--kubernetes-version", "1.33"]);
    assert!(
        !found.iter().any(|one| one.contains("peer-ca-file")),
        "{found:?}"
    );
}

/// Gates that a component will not know: who leaves them in place finds it not starting.
#[test]
fn feature_gates_that_are_going_are_found() {
    let node = Node::good();
    let gates = "--feature-gates=StructuredAuthenticationConfiguration=true,Other=true";
    node.add("kube-apiserver", gates);
    let tree = Tree::empty();
    for minor in MINORS {
        let found = node.found(&["--kubernetes-version", &full(minor)]);
        let finding = "removed-flag kube-apiserver --feature-gates".to_owned();
        assert_eq!(
            found.contains(&finding),
            minor > CHECKED,
            "1.{minor}: {found:?}"
        );
        tree.put_beside(
            "k.yaml",
            format!(
                "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: \
                 {}\napiServer: {{extraArgs: [{{name: feature-gates, value: \
                 StructuredAuthenticationConfiguration=true}}]}}\n",
                full(minor)
            ),
        );
        let run = tree
            .pkigen(&[&["flags", "--config", "k.yaml"], NODE].concat())
            .exits(0);
        let said = "warning: --feature-gates of kube-apiserver has \
                    StructuredAuthenticationConfiguration, which is announced to be gone from Kubernetes \
                    1.37 on, and a gate that is not known is refused\n";
        assert_eq!(run.stderr.contains(said), minor > CHECKED, "{}", run.stderr);
    }
    // The remedy leaves the others.
    let report = node
        .audit(&["--kubernetes-version", "1.37", "-o", "json"])
        .json();
    let findings = report["findings"].as_array().unwrap();
    let found = findings
        .iter()
        .find(|one| one["rule"] == "removed-flag")
        .unwrap();
    assert!(
        found["remedy"].to_string().contains("Other=true"),
        "{found:#}"
    );
}

/// What kubeadm up to 1.33 wrote keeps an etcd of 3.7 from starting.
#[test]
fn what_an_old_kubeadm_wrote_for_etcd_is_gone_with_a_new_etcd() {
    let node = Node::good();
    node.add("etcd", "--experimental-initial-corrupt-check=true");
    let finding = "removed-flag etcd --experimental-initial-corrupt-check".to_owned();
    assert!(!node.found(&[]).contains(&finding));
    let manifest = node.read(&manifest_path("etcd"));
    let image = manifest
        .lines()
        .find(|line| line.contains("image:"))
        .unwrap();
    let tag = image.rsplit(':').next().unwrap().to_owned();
    node.edit(&manifest_path("etcd"), &tag, "3.7.1-0");
    assert!(node.found(&[]).contains(&finding), "{:?}", node.found(&[]));
}

/// Of an etcd that tells no version the one is taken that kubeadm runs.
#[test]
fn an_etcd_of_no_known_version_is_that_of_kubeadm() {
    let node = Node::good();
    node.add(
        "etcd",
        "--experimental-peer-skip-client-san-verification=false",
    );
    let manifest = node.read(&manifest_path("etcd"));
    let image = manifest
        .lines()
        .find(|line| line.contains("image:"))
        .unwrap()
        .to_owned();
    node.edit(
        &manifest_path("etcd"),
        &image,
        "    image: example.org/etcd",
    );
    for minor in MINORS {
        let run = node.audit(&["--kubernetes-version", &full(minor)]);
        let said = "is gone since etcd 3.7; kubeadm's own is 3.7, announced for Kubernetes 1.37";
        let text: Vec<&str> = run.stdout.split_whitespace().collect();
        assert_eq!(
            text.join(" ").contains(said),
            minor > CHECKED,
            "{}",
            run.stdout
        );
    }
}
