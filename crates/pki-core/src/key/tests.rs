use super::*;
use crate::random::SystemRandom;
use crate::spec::CertId;

fn new_key(algorithm: KeyAlgorithm) -> PrivateKey {
    let request = KeyRequest::new(CertId::ServiceAccount, algorithm);
    SoftwareKeys.generate(request, &SystemRandom).unwrap()
}

#[test]
fn every_algorithm_makes_what_it_says_and_reads_it_back() {
    for algorithm in KeyAlgorithm::ALL {
        // Larger RSA keys take seconds here; the oracles use fixtures for them.
        if matches!(algorithm, KeyAlgorithm::Rsa3072 | KeyAlgorithm::Rsa4096) {
            continue;
        }
        let key = new_key(algorithm);
        assert_eq!(key.public_key().key_type(), algorithm.key_type());
        let pem = key.to_pem().unwrap();
        let label = if algorithm.key_type().is_rsa() {
            "RSA PRIVATE KEY"
        } else {
            "EC PRIVATE KEY"
        };
        assert!(pem.starts_with(&format!("-----BEGIN {label}-----\n")));
        let again = PrivateKey::from_pem(pem.as_bytes()).unwrap();
        assert_eq!(again.public_key(), key.public_key());
        assert_eq!(again.to_pem().unwrap(), pem);
        assert_eq!(again.sign(b"x").unwrap(), key.sign(b"x").unwrap());
    }
}

#[test]
fn a_public_key_survives_pem() {
    let key = new_key(KeyAlgorithm::EcdsaP384);
    let pem = key.public_key().to_pem().unwrap();
    assert!(pem.starts_with("-----BEGIN PUBLIC KEY-----\n"));
    let two = pem.repeat(2);
    let keys = PublicKey::all_from_pem(two.as_bytes()).unwrap();
    assert_eq!(keys, [key.public_key().clone(), key.public_key().clone()]);
}

#[test]
fn other_blocks_before_the_key_are_passed_over() {
    let key = new_key(KeyAlgorithm::EcdsaP256);
    let parameters =
        "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    let text = format!("a note\n{parameters}\n{}", key.to_pem().unwrap().as_str());
    let read = PrivateKey::from_pem(text.as_bytes()).unwrap();
    assert_eq!(read.public_key(), key.public_key());
}

#[test]
fn indented_lines_and_windows_line_ends_are_read() {
    let key = new_key(KeyAlgorithm::EcdsaP256);
    let pem = key.to_pem().unwrap();
    let windows = pem.replace('\n', "\r\n");
    let indented = pem.replace('\n', "\n  ");
    for text in [windows, indented] {
        assert!(PrivateKey::from_pem(text.as_bytes()).is_ok(), "{text}");
    }
}

#[test]
fn what_is_no_key_is_told_apart() {
    let read = |text: &[u8]| PrivateKey::from_pem(text).unwrap_err();
    assert!(matches!(read(b""), KeyError::Empty));
    assert!(matches!(read(b"hello"), KeyError::NotPem));
    assert!(matches!(read(&[0x30, 0x82, 0xff]), KeyError::Der));
    let block = |label: &str, body: &str| {
        read(format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n").as_bytes())
    };
    assert!(matches!(
        block("CERTIFICATE", "AAAA"),
        KeyError::NoKey { .. }
    ));
    assert!(matches!(
        block("ENCRYPTED PRIVATE KEY", "AAAA"),
        KeyError::Encrypted
    ));
    assert!(matches!(
        block(
            "RSA PRIVATE KEY",
            "Proc-Type: 4,ENCRYPTED\nDEK-Info: X\n\nAAAA"
        ),
        KeyError::Encrypted
    ));
    for label in ["RSA PRIVATE KEY", "EC PRIVATE KEY", "PRIVATE KEY"] {
        assert!(matches!(block(label, "AAAA"), KeyError::Decode { .. }));
        assert!(matches!(block(label, "!!"), KeyError::Decode { .. }));
    }
    // Ed25519 in PKCS#8 (RFC 8410 section 10.3).
    let error = block(
        "PRIVATE KEY",
        "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC",
    );
    assert!(
        matches!(&error, KeyError::Unsupported { name } if name == "Ed25519"),
        "{error}"
    );
}

#[test]
fn nothing_prints_a_private_key() {
    let key = new_key(KeyAlgorithm::EcdsaP256);
    let shown = format!("{key:?}");
    assert!(
        shown.contains("elided") && !shown.contains("BEGIN"),
        "{shown}"
    );
}

#[test]
fn the_identifier_is_gos() {
    // RFC 7093 section 2, method 1, over the BIT STRING's content.
    use sha2::{Digest as _, Sha256};
    let key = new_key(KeyAlgorithm::EcdsaP256);
    let digest = Sha256::digest(key.public_key().subject_public_key());
    assert_eq!(key.public_key().identifier().as_bytes(), &digest[..20]);
}
