//! A tree that kubeadm 1.36.2 made.

use std::path::Path;

use super::rows;
use crate::support::Tree;

const AT: &str = "2026-11-24T00:00:00Z";
const ALGORITHMS: [&str; 2] = ["rsa-2048", "ecdsa-p256"];

#[test]
fn is_kept_whole() {
    for algorithm in ALGORITHMS {
        let tree = Tree::kubeadm(algorithm);
        let before = tree.snapshot();
        let arguments = ["init", "--config", "kubeadm.yaml", "--at", AT, "-o", "json"];
        let run = tree.pkigen(&arguments).exits(0);
        assert_eq!(run.stderr, "", "{algorithm}");
        let report = run.json();
        assert_eq!(report["profile"], "kubeadm");
        assert_eq!(report["keyAlgorithm"], algorithm);
        assert_eq!(rows(&report, "create").len(), 0, "{algorithm}");
        assert_eq!(rows(&report, "keep").len(), 16, "{algorithm}");
        let after = tree.snapshot();
        before.assert_files_kept(&after);
        let known = before.files();
        let ours = Path::new("root/etc/kubernetes/pkigen");
        for path in after.files() {
            assert!(
                known.contains(&path) || path.starts_with(ours),
                "{}",
                path.display()
            );
        }
        let again = tree.pkigen(&arguments).exits(0).json();
        assert_eq!(again["outcome"], "unchanged");
        after.assert_untouched(&tree.snapshot());
    }
}

/// Without a word about the profile, what is missing is made as kubeadm would have.
#[test]
fn its_profile_is_recognised() {
    let tree = Tree::kubeadm("ecdsa-p256");
    tree.remove(&["front-proxy-client.crt", "front-proxy-client.key"]);
    let node = ["--node-name", "cp1", "--advertise-address", "192.168.10.11"];
    let arguments = [&["init", "--at", AT, "-o", "json"], &node[..]].concat();
    let report = tree.pkigen(&arguments).exits(0).json();
    assert_eq!(report["profile"], "kubeadm");
    assert_eq!(rows(&report, "create"), ["front-proxy-client"]);
}

/// The file says kubeadm, the flag says otherwise: the flag wins.
#[test]
fn a_flag_wins_over_the_file() {
    let tree = Tree::kubeadm("rsa-2048");
    std::fs::remove_dir_all(tree.etc("")).unwrap();
    let arguments = [
        "init",
        "--config",
        "kubeadm.yaml",
        "--dry-run",
        "-o",
        "json",
        "--profile",
        "kubernetes-io",
        "--key-algorithm",
        "ecdsa-p384",
        "--node-name",
        "cp9",
    ];
    let report = tree.pkigen(&arguments).exits(0).json();
    assert_eq!(report["profile"], "kubernetes-io");
    assert_eq!(report["keyAlgorithm"], "ecdsa-p384");
    assert_eq!(report["node"], "cp9");
    assert_eq!(report["advertiseAddress"], "192.168.10.11");
}

#[test]
fn another_name_in_the_file_is_refused() {
    let tree = Tree::kubeadm("ecdsa-p256");
    let text = std::fs::read_to_string(tree.beside("kubeadm.yaml")).unwrap();
    let text = text.replace("lb.example.org", "other.example.org");
    tree.put_beside("kubeadm.yaml", text);
    let before = tree.snapshot();
    let arguments = ["init", "--config", "kubeadm.yaml", "--at", AT];
    let run = tree.pkigen(&arguments).exits(1);
    run.says(&[
        "apiserver.crt: it does not serve other.example.org",
        "1 problem",
    ]);
    before.assert_untouched(&tree.snapshot());
}

#[test]
fn misspelt_fields_are_warned_of() {
    let tree = Tree::empty();
    tree.put_beside(
        "kubeadm.yaml",
        "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\napiServer:\n  certSans: [a]\n",
    );
    let arguments = [
        "init",
        "--config",
        "kubeadm.yaml",
        "--dry-run",
        "--node-name",
        "cp1",
    ];
    let run = tree.pkigen(&[&arguments[..], &["--advertise-address", "192.0.2.10"]].concat());
    run.exits(0).says(&[
        "warning: kubeadm.yaml:4: ClusterConfiguration.apiServer.certSans is not a field",
        "did you mean certSANs?",
    ]);
}
