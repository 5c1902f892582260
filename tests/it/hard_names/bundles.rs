//! An intermediate authority under a root that stays offline, both in `ca.crt`.

use pkigen::pki_core::spec::Form;
use pkigen::pki_core::text::hex::colons;
use pkigen::table::CERTS;
use pkigen::{KeyAlgorithm, Profile};
use x509_cert::der::Encode as _;

use crate::support::{
    NOW, Tree, cluster_of, decoded, embedded, fixture, presented, webpki_accepts, with_authority,
};

fn completed(name: &str) -> Tree {
    let tree = with_authority(&format!("{name}.crt"), &format!("{name}.key"));
    tree.init(cluster_of(Profile::KubernetesIo, KeyAlgorithm::EcdsaP256).new_cluster(true));
    tree
}

/// A client that trusts the root alone verifies with what the server sends.
#[test]
fn a_leaf_file_carries_the_path_to_the_root() {
    for name in ["intermediate-and-root", "root-and-intermediate"] {
        let tree = completed(name);
        for mut leaf in presented(&tree) {
            let chain = decoded(&std::fs::read_to_string(&leaf.file).unwrap());
            let subjects = chain
                .iter()
                .map(|one| one.tbs_certificate().subject().to_string());
            let subjects: Vec<String> = subjects.collect();
            assert_eq!(subjects.len(), 2, "{name} {}: {subjects:?}", leaf.name);
            assert_eq!(subjects[1], "CN=kubernetes,O=Example");
            leaf.anchors = fixture("authorities/root.crt");
            leaf.judged_by_webpki(leaf.usage, NOW).unwrap();
        }
    }
}

/// And one that trusts the whole bundle, in whatever order.
#[test]
fn a_kubeconfig_trusts_the_whole_bundle() {
    for name in ["intermediate-and-root", "root-and-intermediate"] {
        let tree = completed(name);
        let bundle = decoded(&tree.text("pki/ca.crt"));
        assert_eq!(bundle.len(), 2);
        for spec in CERTS {
            let Form::Kubeconfig { file, .. } = spec.form else {
                continue;
            };
            if !tree.path(file).exists() {
                continue;
            }
            let trust = embedded(&tree.text(file), "certificate-authority-data");
            assert_eq!(decoded(&trust), bundle, "{name} {file}");
        }
        webpki_accepts(&tree, &[NOW]);
    }
}

/// kube-controller-manager accepts one certificate in `--cluster-signing-cert-file`, and is given a
/// file with the one that issues.
#[test]
fn a_bundle_is_warned_of() {
    let tree = with_authority("intermediate-and-root.crt", "intermediate-and-root.key");
    let done =
        tree.init(cluster_of(Profile::KubernetesIo, KeyAlgorithm::EcdsaP256).new_cluster(true));
    let said: Vec<String> = done
        .plan
        .warnings()
        .iter()
        .map(ToString::to_string)
        .collect();
    let intermediate = decoded(&tree.text("pki/ca.crt")).remove(0);
    let serial = intermediate
        .tbs_certificate()
        .serial_number()
        .as_bytes()
        .to_vec();
    let serial = colons(&serial);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("ca-issuing.crt"), "{said:?}");
    assert!(said[0].contains(&serial), "{said:?} names {serial}");
}

/// With the intermediate alone in `ca.crt`, it is what clients trust, and leaves carry it: a
/// client that trusts the root needs it.
#[test]
fn an_intermediate_without_its_root() {
    let tree = with_authority("intermediate.crt", "intermediate.key");
    tree.init(cluster_of(Profile::KubernetesIo, KeyAlgorithm::EcdsaP256).new_cluster(true));
    let intermediate = decoded(&tree.text("pki/ca.crt")).remove(0);
    for mut leaf in presented(&tree) {
        let chain = decoded(&std::fs::read_to_string(&leaf.file).unwrap());
        assert_eq!(chain.len(), 2, "{}", leaf.name);
        assert_eq!(chain[1].to_der().unwrap(), intermediate.to_der().unwrap());
        leaf.anchors = fixture("authorities/root.crt");
        leaf.judged_by_webpki(leaf.usage, NOW).unwrap();
    }
}
