//! With kubeadm's own keys, serial numbers and instants, pkigen writes kubeadm's own bytes.
//!
//! RSA signatures (PKCS#1 v1.5) are deterministic, so there every byte of every file is the
//! same. Go draws ECDSA's nonce, so there everything that is signed is the same.

use std::collections::BTreeMap;

use pkigen::{FlagOptions, KeyAlgorithm, Outcome, Provider};
use x509_cert::der::Encode as _;

use super::fixture::{FIXTURES, Fixture};
use super::masked;
use crate::support::{Described, Scripted, Tree, decoded, der_blocks, embedded};

/// kubeadm's files, made anew with what kubeadm drew.
///
/// The fixture was made by two commands: `init phase kubeconfig all` came `delay` seconds after
/// `init phase certs all`. Its certificates end that much later, and begin when the authority
/// does; so they are those of a cluster whose leaves live that much longer.
fn made_again(fixture: &Fixture, delay: i64) -> BTreeMap<String, String> {
    let files_of = |described: Described| {
        let tree = Tree::empty();
        // The last is what the files are called until they are in their places.
        let numbers = fixture.serial_numbers().into_iter().chain([vec![7; 8]]);
        let random = Scripted::new(numbers);
        let provider = Provider::new(fixture, &random);
        let options = FlagOptions::new();
        let done = tree.root.init(
            described.cluster,
            described.node,
            &options,
            Fixture::STARTED,
            &provider,
        );
        assert_eq!(done.unwrap().outcome, Outcome::Done);
        assert_eq!(random.left(), 0, "every serial number is used");
        let text = |(name, contents)| (name, String::from_utf8(contents).unwrap());
        tree.files()
            .into_iter()
            .map(text)
            .collect::<BTreeMap<_, _>>()
    };
    let mut files = files_of(fixture.cluster());
    let later = files_of(fixture.cluster_living(delay));
    files.extend(
        later
            .into_iter()
            .filter(|(name, _)| name.ends_with(".conf")),
    );
    files
}

#[test]
fn an_rsa_tree_is_identical_byte_for_byte() {
    let fixture = FIXTURES
        .iter()
        .find(|one| one.algorithm == KeyAlgorithm::Rsa2048)
        .unwrap();
    let ours = made_again(fixture, 1);
    for name in fixture.files().keys() {
        assert_eq!(ours[name], fixture.text(name), "{name}");
    }
}

#[test]
fn an_ecdsa_tree_is_identical_but_for_its_signatures() {
    let fixture = FIXTURES
        .iter()
        .find(|one| one.algorithm == KeyAlgorithm::EcdsaP256)
        .unwrap();
    let again = made_again(fixture, 0);
    for name in fixture.files().keys() {
        let (ours, theirs) = (&again[name], fixture.text(name));
        if name.ends_with(".crt") {
            assert_eq!(to_be_signed(ours), to_be_signed(&theirs), "{name}");
        } else if name.ends_with(".conf") {
            assert_eq!(masked(ours), masked(&theirs), "{name}");
            let part = |field| (embedded(ours, field), embedded(&theirs, field));
            let (ours_key, their_key) = part("client-key-data");
            assert_eq!(ours_key, their_key, "{name}");
            for field in ["client-certificate-data", "certificate-authority-data"] {
                let (ours, theirs) = part(field);
                assert_eq!(to_be_signed(&ours), to_be_signed(&theirs), "{name} {field}");
            }
        } else {
            assert_eq!(*ours, theirs, "{name}");
        }
    }
}

/// DER of what is signed, of the one certificate in a PEM text.
fn to_be_signed(pem: &str) -> Vec<u8> {
    let blocks = der_blocks(pem, "CERTIFICATE");
    let [certificate] = decoded(pem).try_into().unwrap();
    assert_eq!(
        certificate.to_der().unwrap(),
        blocks[0],
        "the decoder loses nothing"
    );
    certificate.tbs_certificate().to_der().unwrap()
}
