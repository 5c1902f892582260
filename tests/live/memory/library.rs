//! The library's own buffers, in a process whose allocator wipes nothing: this one. What the crates
//! below it leave behind is not looked for, but where it is the same bytes.

use pki_core::key::{KeyAlgorithm, KeyRequest, KeySource as _, PrivateKey, SoftwareKeys};
use pki_core::{Certificate, SystemRandom};

use super::scan::{Patterns, scan};

const CERTIFICATE: &[u8] = include_bytes!("../../fixtures/authorities/p384.crt");
const KUBECONFIG: &str = include_str!("../../fixtures/golden/kubeadm-ecdsa-p256/admin.conf");

/// Does something with a key that no other test has, and looks for the lines of its PEM when all
/// of it is dropped.
fn assert_forgotten(what: &str, algorithm: KeyAlgorithm, work: impl FnOnce(PrivateKey)) {
    let request = KeyRequest::new("sa", algorithm);
    let key = SoftwareKeys.generate(request, &SystemRandom).unwrap();
    let mut patterns = Patterns::default();
    let pem = key.to_pem().unwrap();
    for line in pem.lines().filter(|line| line.len() == 64) {
        patterns.add("the key", "a line", line.as_bytes());
    }
    drop(pem);
    assert!(patterns.len() > 1);
    work(key);
    let found = scan(std::process::id(), &patterns).unwrap();
    assert!(found.is_empty(), "{what} leaves {found:#?}");
}

#[test]
fn a_key_that_is_in_use_is_seen() {
    let seen = std::panic::catch_unwind(|| {
        let mut kept = None;
        assert_forgotten("keeping it", KeyAlgorithm::EcdsaP256, |key| {
            kept = Some(key.to_pem().unwrap());
        });
        drop(kept);
    });
    assert!(seen.is_err());
}

#[test]
fn writing_and_reading_pem() {
    for algorithm in [
        KeyAlgorithm::EcdsaP256,
        KeyAlgorithm::EcdsaP384,
        KeyAlgorithm::Rsa2048,
    ] {
        assert_forgotten("PEM", algorithm, |key| {
            let pem = key.to_pem().unwrap();
            let again = PrivateKey::from_pem(pem.as_bytes()).unwrap();
            drop(again.to_pem().unwrap());
            // As the certificate's reader meets it, with blanks at the ends of lines.
            assert!(Certificate::all_from_pem(pem.as_bytes()).is_err());
        });
    }
}

#[test]
fn replacing_it_in_a_kubeconfig_and_reading_that() {
    for algorithm in [KeyAlgorithm::EcdsaP256, KeyAlgorithm::Rsa2048] {
        let chain = Certificate::all_from_pem(CERTIFICATE).unwrap();
        assert_forgotten("a kubeconfig", algorithm, |key| {
            let text = pki_layout::fuzzing::splice(KUBECONFIG, &chain, &key).unwrap();
            let facts = pki_layout::fuzzing::kubeconfig(text.as_bytes()).unwrap();
            drop((text, facts));
        });
    }
}
