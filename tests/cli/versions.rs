//! The axis of versions, from 1.31 to 1.38: what depends on it, and that what could not be checked
//! is said to be announced.

mod node;

use crate::audit::{Node, manifest_path};
use crate::support::{NODE, Tree};

const MINORS: std::ops::RangeInclusive<u16> = 31..=38;
/// The newest that was checked.
const CHECKED: u16 = 36;

fn full(minor: u16) -> String {
    format!("v1.{minor}.0")
}

/// What is said about the version itself.
fn caveat(minor: u16) -> String {
    format!(
        "note: Kubernetes 1.{minor} could not be checked here: answers are those for 1.36, with what is \
         announced for 1.{minor}\n"
    )
}

/// What kubeadm gets is what the kubeadm of the version reads, by a flag or by the configuration.
#[test]
pub(crate) fn kubeadm_gets_an_api_that_it_reads() {
    for minor in 30..=*MINORS.end() {
        let tree = Tree::empty();
        let version = full(minor);
        let arguments = ["flags", "-o", "kubeadm", "--kubernetes-version", &version];
        let run = tree.pkigen(&[&arguments[..], NODE].concat()).exits(0);
        let api = if minor < 31 { "v1beta3" } else { "v1beta4" };
        let count = run
            .stdout
            .matches(&format!("kubeadm.k8s.io/{api}\n"))
            .count();
        assert_eq!(count, 2, "{version}: {}", run.stdout);
        assert!(
            run.stdout
                .contains(&format!("kubernetesVersion: {version}\n"))
        );
        match minor {
            30 => assert!(
                run.stderr.contains("1.30 is older than 1.31"),
                "{}",
                run.stderr
            ),
            minor if minor > CHECKED => assert_eq!(run.stderr, caveat(minor)),
            _ => assert_eq!(run.stderr, ""),
        }
        tree.put_beside("again.yaml", &run.stdout);
        let again = ["flags", "-o", "kubeadm", "--config", "again.yaml"];
        assert_eq!(tree.pkigen(&again).exits(0).stdout, run.stdout, "{version}");

        tree.init(&["--kubernetes-version", &version]).exits(0);
        let written = std::fs::read_to_string(tree.etc("pkigen/flags/kubeadm.yaml")).unwrap();
        assert!(
            written.starts_with(&format!("apiVersion: kubeadm.k8s.io/{api}\n")),
            "{written}"
        );
    }
}

/// An old kubeadm takes a mapping, which has one value for each flag, and knows of two algorithms.
#[test]
fn the_form_before_lists_is_a_mapping() {
    let tree = Tree::empty();
    let text = |arguments: &[&str]| {
        let common = ["flags", "-o", "kubeadm", "--kubernetes-version", "v1.30.4"];
        tree.pkigen(&[&common[..], NODE, arguments].concat())
            .exits(0)
            .stdout
    };
    let ecdsa = text(&[]);
    assert!(
        ecdsa.contains("extraArgs:\n    allow-privileged")
            || ecdsa.contains("    authorization-mode: Node,RBAC\n"),
        "{ecdsa}"
    );
    assert!(
        ecdsa.contains("featureGates:\n  PublicKeysECDSA: true\n"),
        "{ecdsa}"
    );
    assert!(
        !ecdsa.contains("encryptionAlgorithm") && !ecdsa.contains("ValidityPeriod"),
        "{ecdsa}"
    );
    let rsa = text(&["--key-algorithm", "rsa-2048"]);
    assert!(!rsa.contains("featureGates"), "{rsa}");

    tree.put_beside(
        "twice.yaml",
        "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: v1.30.0\n\
         apiServer: {extraArgs: [{name: service-account-issuer, value: 'https://a'}, {name: \
         service-account-issuer, value: 'https://b'}]}\n",
    );
    let arguments = ["flags", "-o", "kubeadm", "--config", "twice.yaml"];
    tree.pkigen(&[&arguments[..], NODE].concat())
        .exits(2)
        .says(&[
            "--service-account-issuer of kube-apiserver comes several times, and in \
         kubeadm.k8s.io/v1beta3, which the kubeadm of this version reads, each flag has one value",
        ]);
}

/// One that names no release is left to kubeadm.
#[test]
fn a_version_without_a_patch_is_not_written() {
    let tree = Tree::empty();
    let arguments = ["flags", "-o", "kubeadm", "--kubernetes-version", "1.34"];
    let run = tree.pkigen(&[&arguments[..], NODE].concat()).exits(0);
    assert!(!run.stdout.contains("kubernetesVersion"), "{}", run.stdout);
    let arguments = ["flags", "--kubernetes-version", "latest"];
    tree.pkigen(&[&arguments[..], NODE].concat())
        .exits(2)
        .says(&["is no version of Kubernetes"]);
}

/// Arguments that the component of the version refuses.
#[test]
fn arguments_that_a_version_refuses_are_said() {
    for minor in MINORS {
        let tree = Tree::empty();
        tree.put_beside(
            "k.yaml",
            format!(
                "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: \
                 {}\napiServer: {{extraArgs: [{{name: requestheader-uid-headers, value: X-Remote-Uid}}, \
                 {{name: peer-ca-file, value: /etc/kubernetes/pki/ca.crt}}]}}\netcd: {{local: \
                 {{extraArgs: [{{name: experimental-peer-skip-client-san-verification, value: \
                 'true'}}]}}}}\n",
                full(minor)
            ),
        );
        let run = tree
            .pkigen(&[&["flags", "--config", "k.yaml"], NODE].concat())
            .exits(0);
        let said = |text: &str| run.stderr.contains(text);
        assert_eq!(
            said(&format!(
                "warning: --requestheader-uid-headers of kube-apiserver came with Kubernetes 1.32, and \
                 Kubernetes 1.{minor} refuses it\n"
            )),
            minor < 32,
            "{}",
            run.stderr
        );
        assert_eq!(
            said("--peer-ca-file of kube-apiserver is refused without the feature gate"),
            minor < 36,
            "{}",
            run.stderr
        );
        assert_eq!(
            said(
                "--experimental-peer-skip-client-san-verification of etcd is gone since etcd 3.7; \
                 kubeadm's own is 3.7, announced for Kubernetes 1.37\n"
            ),
            minor > CHECKED,
            "{}",
            run.stderr
        );
    }
}

/// What has to be restarted, by the command line, else the images, else the configuration, which may
/// be as old as the cluster.
#[test]
fn the_version_is_taken_from_whoever_says_it() {
    for minor in MINORS {
        let tree = Tree::kubeadm("ecdsa-p256");
        let node = Node::good();
        let version = full(minor);
        tree.put_beside(
            "k.yaml",
            format!(
                "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: \
                 {version}\n"
            ),
        );
        let names = ["renew", "apiserver", "--dry-run", "-o", "json"];
        let said = |tree: &Tree, more: &[&str]| {
            let report = tree.pkigen(&[&names[..], more].concat()).exits(0).json();
            report["kubernetesVersion"].as_str().unwrap().to_owned()
        };
        let short = format!("1.{minor}");
        assert_eq!(said(&tree, &["--config", "k.yaml"]), short);
        assert_eq!(
            said(
                &tree,
                &["--config", "k.yaml", "--kubernetes-version", "1.33"]
            ),
            "1.33"
        );
        assert_eq!(said(&tree, &[]), "1.36");
        let map = tree.pkigen(&["map", "--config", "k.yaml"]).exits(0);
        assert!(
            map.stdout.contains(&format!("(Kubernetes {short})")),
            "{}",
            map.stdout
        );
        assert_eq!(map.stderr.contains("could not be checked"), minor > CHECKED);

        node.edit(&manifest_path("kube-apiserver"), "v1.36.2", &version);
        let report = node.audit(&["-o", "json"]).json();
        assert_eq!(report["kubernetesVersion"], short.as_str());
        node.tree().put_beside(
            "old.yaml",
            "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: \
             v1.31.0\n",
        );
        assert_eq!(said(node.tree(), &["--config", "old.yaml"]), short);
    }
}

/// What the kubeadm of the version does not bind by itself has to be applied.
#[test]
fn the_bindings_that_kubeadm_does_not_make_are_said() {
    for minor in MINORS {
        let tree = Tree::empty();
        tree.put_beside(
            "k.yaml",
            format!(
                "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: \
                 {}\n",
                full(minor)
            ),
        );
        let run = tree.init(&["--config", "k.yaml"]).exits(0);
        let unbound = "Give the certificates' names their rights; the kubeadm of this version does not, \
                       for apiserver-kubelet-client:";
        let perhaps = "Give the certificates' names their rights, unless they have them:";
        let expected = if minor < 36 { unbound } else { perhaps };
        run.shows(&[expected]);
    }
}

/// Keys that kubeadm is to make and nobody makes here: known by name, wherever they are asked for.
#[test]
pub(crate) fn algorithms_that_are_announced_are_refused_by_name() {
    for name in ["ML-DSA-44", "ML-DSA-65", "ML-DSA-87"] {
        let tree = Tree::empty();
        tree.put_beside(
            "k.yaml",
            format!(
                "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nencryptionAlgorithm: \
                 {name}\n"
            ),
        );
        for verb in ["init", "flags"] {
            let run = tree
                .pkigen(&[&[verb, "--config", "k.yaml"], NODE].concat())
                .exits(2);
            run.says(&[&format!(
                "k.yaml:3: ClusterConfiguration.encryptionAlgorithm is {name}, announced for Kubernetes \
                 1.38 as a value of kubeadm's; pkigen does not make such keys yet: set it to RSA-2048, \
                 RSA-3072, RSA-4096, ECDSA-P256 or ECDSA-P384"
            )]);
        }
        let ours = name.to_ascii_lowercase();
        tree.init(&["--key-algorithm", &ours])
            .exits(2)
            .says(&[&format!(
                "keys of \"{ours}\" are not made here yet; use ecdsa-p256"
            )]);
    }
}

/// The placeholder is read, and what kubeadm will not take is said with what mends it.
#[test]
fn configurations_of_another_version_are_said() {
    let tree = Tree::empty();
    for (api, version, said) in [
        (
            "v1",
            "v1.37.0",
            "it is announced for Kubernetes 1.37, as an experimental copy of v1beta4 that cannot be \
             used yet; it is read as v1beta4, which is what to write",
        ),
        (
            "v1beta3",
            "v1.38.0",
            "kubeadm is announced not to read it any more from 1.37 on, and this is for 1.38; have \
             kubeadm 1.36 write a newer one: `kubeadm config migrate --old-config k.yaml --new-config \
             FILE`",
        ),
    ] {
        tree.put_beside(
            "k.yaml",
            format!(
                "apiVersion: kubeadm.k8s.io/{api}\nkind: ClusterConfiguration\nkubernetesVersion: \
                 {version}\n"
            ),
        );
        let run = tree.init(&["--config", "k.yaml", "--dry-run"]).exits(0);
        run.says(&[&format!(
            "warning: k.yaml:1: ClusterConfiguration is written in kubeadm.k8s.io/{api}: {said}\n"
        )]);
    }
}

/// A kubeadm before 1.33 sends kubelets to the endpoint: that is no drift, and made so.
#[test]
fn the_kubelet_dials_what_its_kubeadm_has_it_dial() {
    for minor in MINORS {
        let tree = Tree::empty();
        tree.put_beside(
            "k.yaml",
            format!(
                "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: \
                 {}\ncontrolPlaneEndpoint: api.example.org:6443\n",
                full(minor)
            ),
        );
        tree.init(&["--config", "k.yaml"]).exits(0);
        let text = std::fs::read_to_string(tree.etc("kubelet.conf")).unwrap();
        let expected = if minor < 33 {
            "https://api.example.org:6443"
        } else {
            "https://192.0.2.10:6443"
        };
        assert!(text.contains(expected), "1.{minor}: {text}");
        let verify = ["verify", "--strict", "--config", "k.yaml"];
        tree.pkigen(&verify).exits(0);
        // A cluster outlives the version that made it.
        let other = if minor < 33 { "v1.36.2" } else { "v1.32.0" };
        let text = std::fs::read_to_string(tree.beside("k.yaml")).unwrap();
        tree.put_beside("k.yaml", text.replace(&full(minor), other));
        tree.pkigen(&verify).exits(0);
    }
}

/// Certificates of FIPS 204, self-signed, by python3-cryptography 48 (OpenSSL 3.5).
const ML_DSA: [(&str, &str); 3] = [
    (
        "ML-DSA-44",
        include_str!("../fixtures/ml-dsa/ml-dsa-44.crt"),
    ),
    (
        "ML-DSA-65",
        include_str!("../fixtures/ml-dsa/ml-dsa-65.crt"),
    ),
    (
        "ML-DSA-87",
        include_str!("../fixtures/ml-dsa/ml-dsa-87.crt"),
    ),
];

/// They are parsed, shown by name, and `verify` says who takes them, and from which version on.
#[test]
fn post_quantum_certificates_are_named_and_their_readers_told() {
    for (name, text) in ML_DSA {
        let tree = Tree::empty();
        tree.put_beside("a.crt", text);
        let report = tree
            .pkigen(&["inspect", "a.crt", "-o", "json"])
            .exits(0)
            .json();
        let certificate = &report["files"][0]["certificates"][0];
        assert_eq!(certificate["subject"], "CN=front-proxy-client");
        assert_eq!(certificate["key"]["keyType"], name);
        assert_eq!(certificate["signatureAlgorithm"], name);
        let run = tree.pkigen(&["inspect", "a.crt"]).exits(0);
        let lines: Vec<Vec<&str>> = run
            .stdout
            .lines()
            .map(|line| line.split_whitespace().collect())
            .collect();
        assert!(lines.contains(&vec!["key", name]), "{}", run.stdout);
        assert!(
            lines.contains(&vec!["signed", "by", name]),
            "{}",
            run.stdout
        );

        let arguments = ["verify", "--ca", "a.crt", "--cert", "a.crt", "-o", "json"];
        let report = tree.pkigen(&arguments).exits(1).json();
        let findings = report["findings"].as_array().unwrap();
        let key = findings
            .iter()
            .find(|one| one["rule"] == "unsupported-key")
            .unwrap();
        let said = format!(
            "its key is {name}: OpenSSL takes it from 3.5 on and GnuTLS from 3.8.9; Go up to 1.26 does \
             not, which Kubernetes 1.36 is built with, and Go 1.27, which is said to, is announced \
             for Kubernetes 1.38, where kubeadm is to make such keys"
        );
        assert_eq!(key["message"], said.as_str(), "{key}");
    }
}
