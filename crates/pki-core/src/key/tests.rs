use der::Encode as _;

use super::*;
use crate::key::SystemRandom;

fn new_key(algorithm: KeyAlgorithm) -> PrivateKey {
    let request = KeyRequest::new("sa", algorithm);
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
    // The markers are not: Go would not find them.
    let indented = pem.replace('\n', "\n  ").replace("  -----", "-----");
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
fn a_key_with_the_public_half_of_another_is_none() {
    for (algorithm, curve) in [
        (
            KeyAlgorithm::EcdsaP256,
            const_oid::db::rfc5912::SECP_256_R_1,
        ),
        (
            KeyAlgorithm::EcdsaP384,
            const_oid::db::rfc5912::SECP_384_R_1,
        ),
    ] {
        let (one, other) = (new_key(algorithm), new_key(algorithm));
        let read = |public_key: Option<&[u8]>| {
            let pem = one.to_pem().unwrap();
            let block = ::pem::parse(pem.as_bytes()).unwrap();
            let mut key: sec1::EcPrivateKey<'_> = der::Decode::from_der(block.contents()).unwrap();
            assert_eq!(key.parameters.unwrap().named_curve(), Some(curve));
            key.public_key = public_key;
            let text = pem_of("EC PRIVATE KEY", &key.to_der().unwrap());
            PrivateKey::from_pem(text.as_bytes())
        };
        let own = one.public_key();
        for public in [None, Some(own.subject_public_key())] {
            assert_eq!(read(public).unwrap().public_key(), own);
        }
        let error = read(Some(other.public_key().subject_public_key())).unwrap_err();
        assert_eq!(
            error.to_string(),
            "does not decode as SEC1: its public key is not the private key's"
        );
    }
}

/// GnuTLS writes half of its keys with an octet more, as if they were INTEGERs, and others leave out
/// octets that are zero; Go, OpenSSL and GnuTLS read them all.
#[test]
fn a_scalar_may_be_longer_or_shorter_than_its_curve() {
    let key = new_key(KeyAlgorithm::EcdsaP256);
    let pem = key.to_pem().unwrap();
    let block = ::pem::parse(pem.as_bytes()).unwrap();
    let sec1: sec1::EcPrivateKey<'_> = der::Decode::from_der(block.contents()).unwrap();
    let small = [&[0; 31][..], &[7]].concat();
    let with = |private_key: &[u8], public_key| {
        let changed = sec1::EcPrivateKey {
            private_key,
            public_key,
            ..sec1.clone()
        };
        let text = pem_of("EC PRIVATE KEY", &changed.to_der().unwrap());
        PrivateKey::from_pem(text.as_bytes())
    };
    let longer = [&[0][..], sec1.private_key].concat();
    let read = with(&longer, sec1.public_key).unwrap();
    assert_eq!(read.to_pem().unwrap(), pem);
    let shorter = with(&[7], None).unwrap();
    assert_eq!(
        shorter.to_pem().unwrap(),
        with(&small, None).unwrap().to_pem().unwrap()
    );
    let another = [&[1][..], sec1.private_key].concat();
    assert_eq!(
        with(&another, sec1.public_key).unwrap_err().to_string(),
        "does not decode as SEC1: it is longer than its curve's keys"
    );
    assert!(with(&[], None).is_err() && with(&[0; 32], None).is_err());
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

/// An RSA key of this many bits that was never made: a modulus and an exponent, all ones.
fn rsa_of(bits: usize, exponent_bits: usize) -> (Vec<u8>, Vec<u8>) {
    let ones = |bits: usize| {
        let mut octets = vec![0xff; bits.div_ceil(8)];
        octets[0] = 0xff >> (octets.len() * 8 - bits);
        octets
    };
    let (modulus, exponent, other) = (ones(bits), ones(exponent_bits), ones(bits / 2));
    let number = |octets| pkcs1::UintRef::new(octets).unwrap();
    let private = pkcs1::RsaPrivateKeyRef {
        modulus: number(&modulus),
        public_exponent: number(&exponent),
        private_exponent: number(&modulus),
        prime1: number(&other),
        prime2: number(&other),
        exponent1: number(&other),
        exponent2: number(&other),
        coefficient: number(&other),
        other_prime_infos: None,
    };
    let public = pkcs1::RsaPublicKeyRef {
        modulus: number(&modulus),
        public_exponent: number(&exponent),
    };
    let public = der::asn1::BitString::from_bytes(&public.to_der().unwrap()).unwrap();
    let spki = spki::SubjectPublicKeyInfo {
        algorithm: spki::AlgorithmIdentifier {
            oid: const_oid::db::rfc5912::RSA_ENCRYPTION,
            parameters: Some(der::asn1::AnyRef::NULL),
        },
        subject_public_key: public,
    };
    (private.to_der().unwrap(), spki.to_der().unwrap())
}

fn pem_of(label: &str, der: &[u8]) -> String {
    let config = ::pem::EncodeConfig::new().set_line_ending(::pem::LineEnding::LF);
    ::pem::encode_config(&::pem::Pem::new(label, der), config)
}

/// Nothing is computed with them: these are refused by their size.
#[test]
fn rsa_keys_have_a_largest_modulus_and_exponent() {
    let refused = |bits: usize, exponent_bits: usize| {
        let (private, spki) = rsa_of(bits, exponent_bits);
        let private = PrivateKey::from_pem(pem_of("RSA PRIVATE KEY", &private).as_bytes());
        let error = private.unwrap_err().to_string();
        assert_eq!(
            PublicKey::from_spki_der(&spki).unwrap_err().to_string(),
            error
        );
        error
    };
    for bits in [1024, 8193, 16_384] {
        assert_eq!(
            refused(bits, 17),
            format!("is RSA with {bits} bits; between 2048 and 8192 are accepted")
        );
    }
    for bits in [32, 2048] {
        assert_eq!(
            refused(2048, bits),
            format!("is RSA with a public exponent of {bits} bits; at most 31 are accepted")
        );
    }
    // What is within the limits is for the decoder to judge: these primes are none.
    let (private, spki) = rsa_of(2048, 31);
    let private = PrivateKey::from_pem(pem_of("RSA PRIVATE KEY", &private).as_bytes());
    assert!(
        matches!(private, Err(KeyError::Decode { .. })),
        "{private:?}"
    );
    let key_type = PublicKey::from_spki_der(&spki).unwrap().key_type();
    assert_eq!(key_type, KeyType::Rsa { bits: 2048 });
}

#[test]
fn key_files_and_blocks_have_a_largest_size() {
    let error = |text: &str| {
        PrivateKey::from_pem(text.as_bytes())
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        error(&"x".repeat((1 << 20) + 1)),
        "is no key: it has 1048577 bytes, and at most 1048576 are read"
    );
    let (private, _) = rsa_of(64_000, 17);
    assert!(
        error(&pem_of("PRIVATE KEY", &private)).starts_with("is no key: its block has "),
        "{}",
        error(&pem_of("PRIVATE KEY", &private))
    );
    let key = new_key(KeyAlgorithm::EcdsaP256);
    let many = key.public_key().to_pem().unwrap().repeat(257);
    assert_eq!(
        PublicKey::all_from_pem(many.as_bytes())
            .unwrap_err()
            .to_string(),
        "holds 257 public keys, and at most 256 are read"
    );
}

/// An encrypted key's iteration count is never looked at, whatever its label says.
#[test]
fn encrypted_keys_are_refused_without_deriving_anything() {
    // PBES2 with PBKDF2 and 2^31 - 1 iterations.
    let encrypted = [
        0x30, 0x38, 0x30, 0x26, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 0x0d, 0x30, 0x19,
        0x30, 0x17, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 0x0c, 0x30, 0x0a, 4, 2, 1, 2,
        2, 4, 0x7f, 0xff, 0xff, 0xff, 4, 14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];
    let read = |label| PrivateKey::from_pem(pem_of(label, &encrypted).as_bytes()).unwrap_err();
    assert!(matches!(read("ENCRYPTED PRIVATE KEY"), KeyError::Encrypted));
    assert!(matches!(read("PRIVATE KEY"), KeyError::Decode { .. }));
}
