//! What differs from the configuration.

use super::{AT, assert_found, kubeadm, verify};
use crate::support::Tree;

pub(super) const CONFIGURATION: &str = "node-name = \"cp1\"\nadvertise-address = \"192.0.2.10\"\n";

fn configured(tree: &Tree, more: &str) -> String {
    let path = tree.put_beside("cluster.toml", format!("{CONFIGURATION}{more}"));
    path.display().to_string()
}

#[test]
fn what_was_made_by_it_is_as_it_says() {
    let tree = Tree::good();
    let file = configured(&tree, "");
    verify(&tree, &["--config", &file])
        .exits(0)
        .shows(&[": nothing is wrong\ncompared with "]);
    for algorithm in ["ecdsa-p256", "rsa-2048"] {
        let tree = kubeadm(algorithm);
        let file = tree.beside("kubeadm.yaml").display().to_string();
        assert_found(&tree, &["--at", AT, "--config", &file], &[]);
    }
}

#[test]
fn names_that_are_configured() {
    let tree = Tree::good();
    let file = configured(&tree, "[apiserver]\nsans = [\"api.example.org\"]\n");
    assert_found(
        &tree,
        &["--config", &file],
        &[("name-not-served", "pki/apiserver.crt")],
    );
    let run = verify(&tree, &["--config", &file]).exits(1);
    let flat = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("api.example.org (configured)"), "{run:#?}");
}

#[test]
fn a_life_that_is_configured() {
    let tree = Tree::good();
    let file = configured(&tree, "certificate-validity = \"4380h\"\n");
    let found = super::found(&tree, &["--config", &file]);
    assert_eq!(found.len(), 12, "{found:?}");
    assert!(
        found.iter().all(|(rule, _)| rule == "configuration-drift"),
        "{found:?}"
    );
    let more = ["--config", &file, "--warn-only", "configuration-drift"];
    verify(&tree, &more)
        .exits(0)
        .shows(&["0 findings, 12 warnings"]);
}

#[test]
fn an_external_etcd_s_files_are_not_missed() {
    let tree = Tree::good();
    tree.remove(&["etcd/peer.crt", "etcd/peer.key"]);
    assert_found(&tree, &[], &[("missing-file", "pki/etcd/peer.crt")]);
    let file = configured(
        &tree,
        "[etcd.external]\nendpoints = [\"https://192.0.2.9:2379\"]\nca-file = \"/e/ca.crt\"\n\
         cert-file = \"/e/c.crt\"\nkey-file = \"/e/c.key\"\n",
    );
    let found = super::found(&tree, &["--config", &file]);
    // Its own are looked for.
    let missing = found.iter().filter(|(rule, _)| rule == "missing-file");
    let missing: Vec<&str> = missing.map(|(_, file)| &**file).collect();
    assert_eq!(missing, ["/e/c.crt", "/e/ca.crt"]);
}
