//! Authorities that pkigen did not make: hard names, other key identifiers, bundles, other
//! forms of files.
//!
//! Go and OpenSSL compare names byte by byte, so a name that is read and written again in
//! another way breaks every certificate, silently. `tests/fixtures/authorities` says what is
//! hard about each.

mod bundles;
mod forms;
mod unsorted;

use pkigen::{KeyAlgorithm, Profile};
use x509_cert::der::Encode as _;
use x509_cert::ext::pkix::{AuthorityKeyIdentifier, SubjectKeyIdentifier};

use crate::support::{NOW, Tree, cluster_of, decoded, presented, webpki_accepts, with_authority};

/// Completes a tree; webpki accepts everything that is issued into it.
fn serves(tree: &Tree, profile: Profile) {
    let before = tree.files();
    // Three authorities and no key for tokens: whether that is all, only a person knows.
    tree.init(cluster_of(profile, KeyAlgorithm::EcdsaP256).new_cluster(true));
    let after = tree.files();
    for (name, contents) in before {
        assert_eq!(after[&name], contents, "{name} is untouched");
    }
    let count = presented(tree).len();
    assert_eq!(count, 12, "seven pairs and five kubeconfigs");
    webpki_accepts(tree, &[NOW]);
}

/// The bytes of the issuer are those of the authority's subject, in every certificate.
fn names_are_kept(tree: &Tree) {
    for leaf in presented(tree) {
        let issuer = decoded(&std::fs::read_to_string(&leaf.anchors).unwrap()).remove(0);
        let leaf = decoded(&std::fs::read_to_string(&leaf.file).unwrap()).remove(0);
        let wanted = issuer.tbs_certificate().subject().to_der().unwrap();
        let pem = tree.text("pki/ca.crt");
        assert!(contains(
            &crate::support::der_blocks(&pem, "CERTIFICATE")[0],
            &wanted
        ));
        assert_eq!(leaf.tbs_certificate().issuer().to_der().unwrap(), wanted);
    }
}

fn contains(whole: &[u8], part: &[u8]) -> bool {
    whole.windows(part.len()).any(|window| window == part)
}

/// The authority key identifier is what the authority calls itself, and not what we would.
fn identifiers_are_copied(tree: &Tree) {
    for leaf in presented(tree) {
        let issuer = decoded(&std::fs::read_to_string(&leaf.anchors).unwrap()).remove(0);
        let leaf = decoded(&std::fs::read_to_string(&leaf.file).unwrap()).remove(0);
        let body = leaf.tbs_certificate();
        let own = issuer
            .tbs_certificate()
            .get_extension::<SubjectKeyIdentifier>();
        let named = body.get_extension::<AuthorityKeyIdentifier>();
        let own = own.unwrap().unwrap().1.0;
        assert_eq!(named.unwrap().unwrap().1.key_identifier, Some(own.clone()));
        let ours = pkigen::Certificate::from_der(&issuer.to_der().unwrap()).unwrap();
        let ours = ours.public_key().unwrap().identifier();
        assert_ne!(own.as_bytes(), ours.as_bytes(), "OpenSSL's is a SHA-1");
    }
}

fn accepted(name: &str) {
    for profile in Profile::ALL {
        let tree = with_authority(&format!("{name}.crt"), &format!("{name}.key"));
        serves(&tree, profile);
        names_are_kept(&tree);
        identifiers_are_copied(&tree);
    }
}

macro_rules! accepted {
    ($($test:ident: $name:literal),* $(,)?) => {$(
        #[test]
        fn $test() {
            accepted($name);
        }
    )*};
}

accepted! {
    a_common_name: "common-name",
    printable_bmp_and_ia5_strings: "mixed-strings",
    an_attribute_twice: "two-organizations",
    two_attributes_in_one_relative_name: "multi-valued",
    latin_1: "latin-1",
    two_groups_as_go_writes_them: "go-groups",
    domain_components: "active-directory",
    an_rsa_authority_over_ecdsa_leaves: "rsa",
    a_p384_authority_over_p256_leaves: "p384",
}

#[test]
fn an_authority_without_a_key_identifier() {
    let tree = with_authority("no-identifier.crt", "no-identifier.key");
    tree.init(cluster_of(Profile::KubernetesIo, KeyAlgorithm::EcdsaP256).new_cluster(true));
    for leaf in presented(&tree) {
        leaf.judged_by_webpki(leaf.usage, NOW).unwrap();
        let certificate = decoded(&std::fs::read_to_string(&leaf.file).unwrap()).remove(0);
        let named = certificate
            .tbs_certificate()
            .get_extension::<AuthorityKeyIdentifier>();
        assert_eq!(named.unwrap(), None);
    }
}

/// A second run finds nothing to do: what was issued is recognised as the authority's.
#[test]
fn a_second_run_keeps_everything() {
    for name in ["latin-1", "go-groups", "intermediate-and-root"] {
        let tree = with_authority(&format!("{name}.crt"), &format!("{name}.key"));
        let cluster =
            || cluster_of(Profile::KubernetesIo, KeyAlgorithm::EcdsaP256).new_cluster(true);
        tree.init(cluster());
        let before = tree.files();
        let done = tree.try_init(cluster(), NOW).unwrap();
        assert_eq!(done.outcome, pkigen::Outcome::Unchanged, "{name}");
        assert_eq!(tree.files(), before);
    }
}
