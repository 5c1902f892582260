//! Private keys that a passphrase protects: PKCS#8's `EncryptedPrivateKeyInfo` (RFC 5958 section 3),
//! by PBES2 (RFC 8018 section 6.2).

use der::asn1::OctetStringRef;
use der::pem::{LineEnding, PemLabel as _};
use der::{Decode as _, Reader as _, SecretDocument, SliceReader};
use pkcs8::pkcs5::EncryptionScheme;
use pkcs8::pkcs5::pbes2::{Kdf, PBES2_OID, Parameters};
use pkcs8::{EncryptedPrivateKeyInfoRef, PrivateKeyInfoRef};
use spki::AlgorithmIdentifierRef;
use zeroize::Zeroizing;

use super::public::algorithm_name;
use super::{KeyError, Passphrase, Random};

/// What OWASP asks for with SHA-256.
const ROUNDS: u32 = 600_000;
/// A few seconds of work. Who writes a file decides how long its readers compute.
const MOST_ROUNDS: u32 = 10_000_000;
/// Of scrypt, in bytes: what the example of RFC 7914 takes. OpenSSL writes keys that take 16 MiB.
const MOST_MEMORY: u64 = 1 << 30;
/// How often scrypt goes through that.
const MOST_PASSES: u16 = 16;

/// The PKCS#8 document inside an encrypted one.
pub(super) fn decrypt(
    document: &[u8],
    passphrase: &Passphrase,
) -> Result<SecretDocument, KeyError> {
    let encrypted =
        EncryptedPrivateKeyInfoRef::from_der(document).map_err(|error| refused(document, error))?;
    let EncryptionScheme::Pbes2(parameters) = &encrypted.encryption_algorithm else {
        return Err(refused(document, "it is not encrypted by PBES2"));
    };
    check_work(&parameters.kdf)?;
    let opened = encrypted.decrypt(passphrase.as_octets());
    // Another passphrase makes other octets, of which hardly any are padded or decode.
    let opened = opened.map_err(|error| match error {
        pkcs8::Error::EncryptedPrivateKey(pkcs8::pkcs5::Error::UnsupportedAlgorithm { oid }) => {
            KeyError::Cipher {
                name: algorithm_name(&oid),
            }
        }
        _ => KeyError::Passphrase,
    })?;
    match PrivateKeyInfoRef::try_from(opened.as_bytes()) {
        Ok(_) => Ok(opened),
        Err(_) => Err(KeyError::Passphrase),
    }
}

/// What is encrypted in another way than PBES2, such as PBES1, is told from what is no key at all.
fn refused(document: &[u8], why: impl std::fmt::Display) -> KeyError {
    let outer = SliceReader::new(document).and_then(|mut reader| {
        reader.sequence(|reader| {
            let algorithm: AlgorithmIdentifierRef<'_> = reader.decode()?;
            reader.decode::<&OctetStringRef>()?;
            Ok(algorithm.oid)
        })
    });
    match outer {
        Ok(PBES2_OID) => KeyError::Cipher {
            name: "a function or cipher of PBES2 that is not known".to_owned(),
        },
        Ok(oid) => KeyError::Cipher {
            name: algorithm_name(&oid),
        },
        Err(_) => KeyError::decode("PKCS#8", why),
    }
}

/// Refuses what would take too long, before it is begun.
fn check_work(kdf: &Kdf) -> Result<(), KeyError> {
    let too_much = |what: String, max: String| Err(KeyError::TooMuchWork { what, max });
    match kdf {
        Kdf::Pbkdf2(parameters) if parameters.iteration_count > MOST_ROUNDS => too_much(
            format!("{} rounds of PBKDF2", parameters.iteration_count),
            MOST_ROUNDS.to_string(),
        ),
        Kdf::Scrypt(parameters) => {
            let memory = parameters
                .cost_parameter
                .saturating_mul(u64::from(parameters.block_size))
                .saturating_mul(128);
            if memory > MOST_MEMORY {
                let mebibytes = |bytes: u64| format!("{} MiB", bytes >> 20);
                too_much(
                    format!("{} of scrypt", mebibytes(memory)),
                    mebibytes(MOST_MEMORY),
                )
            } else if parameters.parallelization > MOST_PASSES {
                too_much(
                    format!("{} passes of scrypt", parameters.parallelization),
                    MOST_PASSES.to_string(),
                )
            } else {
                Ok(())
            }
        }
        _ => Ok(()),
    }
}

/// PEM of a PKCS#8 document, encrypted as OpenSSL reads it: PBKDF2 with SHA-256, AES-256-CBC.
pub(super) fn encrypt(
    document: &[u8],
    passphrase: &Passphrase,
    random: &dyn Random,
) -> Result<Zeroizing<String>, KeyError> {
    let (mut salt, mut iv) = ([0; 16], [0; 16]);
    random.fill(&mut salt)?;
    random.fill(&mut iv)?;
    let parameters = Parameters::generate_pbkdf2_sha256_aes256cbc(ROUNDS, &salt, iv)
        .map_err(KeyError::encode)?;
    let info = PrivateKeyInfoRef::try_from(document).map_err(KeyError::encode)?;
    let encrypted = info
        .encrypt_with_params(parameters, passphrase.as_octets())
        .map_err(KeyError::encode)?;
    encrypted
        .to_pem(EncryptedPrivateKeyInfoRef::PEM_LABEL, LineEnding::LF)
        .map_err(KeyError::encode)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{
        KeyAlgorithm, KeyRequest, KeySource as _, PrivateKey, SeededRandom, SigningKey as _,
        SoftwareKeys,
    };

    fn tagged(tag: u8, content: &[&[u8]]) -> Vec<u8> {
        let content = content.concat();
        let length = u8::try_from(content.len()).unwrap();
        [vec![tag, length], content].concat()
    }

    /// As short as DER wants it, with an octet before it that says it is positive.
    fn integer(value: u64) -> Vec<u8> {
        let octets = value.to_be_bytes();
        let octets: Vec<u8> = octets.into_iter().skip_while(|o| *o == 0).collect();
        tagged(2, &[&vec![0; usize::from(octets[0] >= 0x80)], &octets])
    }

    /// Twenty bytes of key material under a billion rounds, and under 8 GiB, in the forms that other
    /// programs would take: DER written by hand, because nobody writes such files.
    fn hostile(kdf: &[u8]) -> Vec<u8> {
        let aes = [6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 0x2a];
        let aes = tagged(0x30, &[&aes, &tagged(4, &[&[0; 16]])]);
        let pbes2 = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 5, 13];
        let algorithm = tagged(0x30, &[&pbes2, &tagged(0x30, &[kdf, &aes])]);
        tagged(0x30, &[&algorithm, &tagged(4, &[&[0; 32]])])
    }

    #[test]
    fn what_would_take_too_long_is_refused_at_once() {
        let salt = tagged(4, &[&[0; 8]]);
        let pbkdf2 = |rounds: u64| {
            let oid = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 5, 12];
            let parameters = tagged(0x30, &[&salt, &integer(rounds)]);
            tagged(0x30, &[&oid, &parameters])
        };
        let scrypt = |log_n: u32, block: u64, passes: u64| {
            let oid = [6, 9, 0x2b, 6, 1, 4, 1, 0xda, 0x47, 4, 11];
            let (cost, block, passes) = (integer(1 << log_n), integer(block), integer(passes));
            let parameters = tagged(0x30, &[&salt, &cost, &block, &passes]);
            tagged(0x30, &[&oid, &parameters])
        };
        let passphrase = Passphrase::new(*b"x").unwrap();
        let hostile_ones = [
            (pbkdf2(1_000_000_000), "1000000000 rounds of PBKDF2"),
            (pbkdf2(1 << 24), "16777216 rounds of PBKDF2"),
            (scrypt(23, 8, 1), "8192 MiB of scrypt"),
            (scrypt(14, 8, 64), "64 passes of scrypt"),
        ];
        for (kdf, expected) in hostile_ones {
            match decrypt(&hostile(&kdf), &passphrase).unwrap_err() {
                KeyError::TooMuchWork { what, .. } => assert_eq!(what, expected),
                other => panic!("{expected}: {other}"),
            }
        }
        // Within the bounds it is computed, and then the passphrase is wrong.
        let wrong = decrypt(&hostile(&pbkdf2(1000)), &passphrase).unwrap_err();
        assert!(matches!(wrong, KeyError::Passphrase), "{wrong}");
    }

    /// RFC 7914 section 13.
    #[test]
    fn the_rfc_s_own_key_is_read() {
        let pem = "-----BEGIN ENCRYPTED PRIVATE KEY-----\n\
            MIHiME0GCSqGSIb3DQEFDTBAMB8GCSsGAQQB2kcECzASBAVNb3VzZQIDEAAAAgEI\n\
            AgEBMB0GCWCGSAFlAwQBKgQQyYmguHMsOwzGMPoyObk/JgSBkJb47EWd5iAqJlyy\n\
            +ni5ftd6gZgOPaLQClL7mEZc2KQay0VhjZm/7MbBUNbqOAXNM6OGebXxVp6sHUAL\n\
            iBGY/Dls7B1TsWeGObE0sS1MXEpuREuloZjcsNVcNXWPlLdZtkSH6uwWzR0PyG/Z\n\
            +ZXfNodZtd/voKlvLOw5B3opGIFaLkbtLZQwMiGtl42AS89lZg==\n\
            -----END ENCRYPTED PRIVATE KEY-----\n";
        let passphrase = Passphrase::new(*b"Rabbit").unwrap();
        let key = PrivateKey::from_encrypted_pem(pem.as_bytes(), &passphrase).unwrap();
        let expected = "-----BEGIN PRIVATE KEY-----\n\
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg4RaNK5CuHY3CXr9f\n\
            /CdVgOhEurMohrQmWbbLZK4ZInyhRANCAARs2WMV6UMlLjLaoc0Dsdnj4Vlffc9T\n\
            t48lJU0RiCzXc280Vg/H5fm1xAP1B7UnIVcBqgDHDcfqWm1h/xSeCHXS\n\
            -----END PRIVATE KEY-----\n";
        let expected = PrivateKey::from_pem(expected.as_bytes()).unwrap();
        assert_eq!(key.public_key(), expected.public_key());
    }

    #[test]
    fn every_kind_of_key_comes_back() {
        let random = SeededRandom::new([7; 32]);
        let passphrase = Passphrase::new(*b"correct horse").unwrap();
        for algorithm in [KeyAlgorithm::EcdsaP256, KeyAlgorithm::EcdsaP384] {
            let request = KeyRequest::new("ca", algorithm);
            let key = SoftwareKeys.generate(request, &random).unwrap();
            let pem = key.to_encrypted_pem(&passphrase, &random).unwrap();
            assert!(pem.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
            let back = PrivateKey::from_encrypted_pem(pem.as_bytes(), &passphrase).unwrap();
            assert_eq!(back.public_key(), key.public_key());
            let other = Passphrase::new(*b"battery staple").unwrap();
            let wrong = PrivateKey::from_encrypted_pem(pem.as_bytes(), &other).unwrap_err();
            assert!(matches!(wrong, KeyError::Passphrase), "{wrong}");
            let none = PrivateKey::from_pem(pem.as_bytes()).unwrap_err();
            assert!(matches!(none, KeyError::Encrypted), "{none}");
            // What is not encrypted needs none.
            let plain = key.to_pem().unwrap();
            assert!(PrivateKey::from_encrypted_pem(plain.as_bytes(), &other).is_ok());
        }
    }
}
