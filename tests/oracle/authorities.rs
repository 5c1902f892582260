//! Leaves below authorities that pkigen did not make.

use pkigen::{KeyAlgorithm, Profile};

use crate::algorithms::openssl_accepts_purposes;
use crate::openssl;
use crate::support::{NOW, cluster_of, fixture, presented, with_authority};

/// Certificates of authorities that everybody accepts, with their keys.
const AUTHORITIES: [(&str, &str); 17] = [
    ("common-name.crt", "common-name.key"),
    ("mixed-strings.crt", "mixed-strings.key"),
    ("two-organizations.crt", "two-organizations.key"),
    ("multi-valued.crt", "multi-valued.key"),
    ("latin-1.crt", "latin-1.key"),
    ("go-groups.crt", "go-groups.key"),
    ("active-directory.crt", "active-directory.key"),
    ("rsa.crt", "rsa.key"),
    ("p384.crt", "p384.key"),
    ("common-name.crt", "common-name-pkcs8.key"),
    ("rsa.crt", "rsa-pkcs8.key"),
    ("p384.crt", "p384-pkcs8.key"),
    ("common-name.crt", "ec-parameters.key"),
    ("text-before.crt", "common-name.key"),
    ("windows.crt", "windows.key"),
    ("intermediate-and-root.crt", "intermediate-and-root.key"),
    ("root-and-intermediate.crt", "root-and-intermediate.key"),
];

#[test]
fn every_leaf_is_accepted_for_its_purposes_alone() {
    for (certificate, key) in AUTHORITIES {
        for profile in Profile::ALL {
            let tree = with_authority(certificate, key);
            tree.init(cluster_of(profile, KeyAlgorithm::EcdsaP256).new_cluster(true));
            for leaf in presented(&tree) {
                openssl_accepts_purposes(&leaf, NOW);
            }
        }
    }
}

/// The client trusts the root, and has the intermediate authority from the server.
#[test]
fn what_a_server_sends_leads_to_the_root() {
    for name in [
        "intermediate",
        "intermediate-and-root",
        "root-and-intermediate",
    ] {
        let tree = with_authority(&format!("{name}.crt"), &format!("{name}.key"));
        tree.init(cluster_of(Profile::KubernetesIo, KeyAlgorithm::EcdsaP256).new_cluster(true));
        for mut leaf in presented(&tree) {
            leaf.anchors = fixture("authorities/root.crt");
            openssl_accepts_purposes(&leaf, NOW);
        }
    }
}

/// OpenSSL's strict check wants one of every authority; the others do not.
#[test]
fn an_authority_without_a_key_identifier() {
    let tree = with_authority("no-identifier.crt", "no-identifier.key");
    tree.init(cluster_of(Profile::KubernetesIo, KeyAlgorithm::EcdsaP256).new_cluster(true));
    for leaf in presented(&tree) {
        openssl::verify_leniently(&leaf, NOW).unwrap();
        let said = openssl::verify(&leaf, NOW, leaf.usage.purposes()[0], None).unwrap_err();
        assert!(said.contains("Subject Key Identifier"), "{said}");
    }
}
