//! Certificates and keys of every algorithm.

use pkigen::pki_core::Purpose;
use pkigen::{FlagOptions, KeyAlgorithm, Profile, Provider, SoftwareKeys, SystemRandom};
use time::OffsetDateTime;
use time::macros::datetime;

use crate::support::{
    Described, NOW, Presented, Tree, YEARS, beyond_2050, full_cluster, presented,
};
use crate::{certtool, openssl};

/// Every leaf, for every purpose it has and every name it serves, at each of these instants;
/// and not for purposes and names it does not have.
fn openssl_accepts(tree: &Tree, instants: &[OffsetDateTime]) {
    let all = presented(tree);
    assert_eq!(all.len(), 13, "eight pairs and five kubeconfigs");
    for leaf in &all {
        for at in instants {
            openssl_accepts_purposes(leaf, *at);
        }
        for host in &leaf.hosts {
            openssl::verify(leaf, instants[0], leaf.usage.purposes()[0], Some(host)).unwrap();
        }
        if leaf.usage.serves() {
            let host = "other.example.org".parse().unwrap();
            let said = openssl::verify(leaf, instants[0], leaf.usage.purposes()[0], Some(&host));
            assert!(
                said.unwrap_err().contains("hostname mismatch"),
                "{}",
                leaf.name
            );
        }
    }
}

pub(crate) fn openssl_accepts_purposes(leaf: &Presented, at: OffsetDateTime) {
    for purpose in [Purpose::ServerAuth, Purpose::ClientAuth] {
        let said = openssl::verify(leaf, at, purpose, None);
        if leaf.usage.purposes().contains(&purpose) {
            said.unwrap();
        } else {
            let said = said.unwrap_err();
            assert!(
                said.contains("certificate purpose"),
                "{}: {said}",
                leaf.name
            );
        }
    }
}

/// Certificates that begin now and live a year, in both profiles.
fn a_year(algorithm: KeyAlgorithm) {
    for profile in Profile::ALL {
        let tree = Tree::initialised(full_cluster(profile, algorithm));
        openssl::verify_authorities(&tree, NOW);
        openssl_accepts(&tree, &[NOW]);
    }
}

/// Certificates that end after 2050.
fn after_2050(algorithm: KeyAlgorithm) {
    let tree = Tree::initialised(beyond_2050(algorithm));
    // OpenSSL takes the last second for one too many.
    let end = NOW + YEARS(40).duration() - time::Duration::SECOND;
    openssl_accepts(&tree, &[NOW, datetime!(2055-06-01 0:00 UTC), end]);
    for leaf in presented(&tree) {
        let at = end + 2 * time::Duration::SECOND;
        let said = openssl::verify(&leaf, at, leaf.usage.purposes()[0], None).unwrap_err();
        assert!(said.contains("has expired"), "{}: {said}", leaf.name);
    }
}

/// GnuTLS 3.7 judges by the present alone, so this one issues now.
#[allow(
    clippy::disallowed_methods,
    reason = "certtool cannot be told another instant"
)]
fn certtool_accepts(algorithm: KeyAlgorithm) {
    for (authority, leaf) in [(10, 1), (50, 40)] {
        let cluster = full_cluster(Profile::KubernetesIo, algorithm)
            .authority_lifetime(YEARS(authority))
            .certificate_lifetime(YEARS(leaf));
        let tree = Tree::empty();
        tree.init_at(cluster, OffsetDateTime::now_utc());
        for leaf in presented(&tree) {
            certtool::verify(&leaf);
        }
    }
}

macro_rules! for_each_algorithm {
    ($($module:ident: $algorithm:ident;)*) => {$(
        mod $module {
            use pkigen::KeyAlgorithm;

            #[test]
            fn a_year() {
                super::a_year(KeyAlgorithm::$algorithm);
            }

            #[test]
            fn after_2050() {
                super::after_2050(KeyAlgorithm::$algorithm);
            }

            #[test]
            fn certtool_accepts() {
                super::certtool_accepts(KeyAlgorithm::$algorithm);
            }
        }
    )*
        const TRIED: &[KeyAlgorithm] = &[$(KeyAlgorithm::$algorithm),*];
    };
}

for_each_algorithm! {
    ecdsa_p256: EcdsaP256;
    ecdsa_p384: EcdsaP384;
    rsa_2048: Rsa2048;
    rsa_3072: Rsa3072;
    rsa_4096: Rsa4096;
}

#[test]
fn every_algorithm_is_tried() {
    assert_eq!(TRIED, KeyAlgorithm::ALL);
}

/// The other tests take prepared keys.
#[test]
fn generated_keys_serve_as_well() {
    for algorithm in [
        KeyAlgorithm::EcdsaP256,
        KeyAlgorithm::EcdsaP384,
        KeyAlgorithm::Rsa2048,
    ] {
        let tree = Tree::empty();
        let provider = Provider::new(&SoftwareKeys, &SystemRandom);
        let Described { cluster, node } = full_cluster(Profile::KubernetesIo, algorithm);
        let options = FlagOptions::new();
        let done = tree.root.init(cluster, node, &options, NOW, &provider);
        done.unwrap();
        for leaf in presented(&tree) {
            openssl_accepts_purposes(&leaf, NOW);
        }
        for name in tree.files().keys().filter(|name| name.ends_with(".key")) {
            openssl::check_key(&tree.path(name));
        }
    }
}

/// The oracle has teeth: another authority's anchor is not enough, nor is a changed byte.
#[test]
fn openssl_refuses_what_is_wrong() {
    let tree = Tree::initialised(full_cluster(Profile::KubernetesIo, KeyAlgorithm::EcdsaP256));
    let mut leaf = presented(&tree)
        .into_iter()
        .find(|leaf| leaf.name == "apiserver")
        .unwrap();
    let purpose = leaf.usage.purposes()[0];
    let anchors = std::mem::replace(&mut leaf.anchors, tree.path("pki/etcd/ca.crt"));
    openssl::verify(&leaf, NOW, purpose, None).unwrap_err();
    leaf.anchors = anchors;
    openssl::verify(&leaf, NOW, purpose, None).unwrap();
    let end = NOW + 366 * time::Duration::DAY;
    openssl::verify(&leaf, end, purpose, None).unwrap_err();
}
