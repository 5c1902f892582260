//! Private keys that a passphrase protects: PKCS#8's `EncryptedPrivateKeyInfo` (RFC 5958 section 3),
//! by PBES2 (RFC 8018 section 6.2).

use der::pem::{LineEnding, PemLabel as _};
use der::{Decode as _, SecretDocument};
use pkcs8::pkcs5::EncryptionScheme;
use pkcs8::pkcs5::pbes2::{Kdf, Parameters};
use pkcs8::{EncryptedPrivateKeyInfoRef, PrivateKeyInfoRef};
use zeroize::Zeroizing;

use super::{KeyError, Passphrase, Random};

/// What OWASP asks for with SHA-256.
const ROUNDS: u32 = 600_000;
/// A few seconds of work. Who writes a file decides how long its readers compute.
const MOST_ROUNDS: u32 = 10_000_000;
/// Of scrypt, in bytes. OpenSSL takes 16 MiB.
const MOST_MEMORY: u64 = 256 << 20;
/// How often scrypt goes through that.
const MOST_PASSES: u16 = 16;

/// The PKCS#8 document inside an encrypted one.
pub(super) fn decrypt(
    document: &[u8],
    passphrase: &Passphrase,
) -> Result<SecretDocument, KeyError> {
    let encrypted = EncryptedPrivateKeyInfoRef::from_der(document)
        .map_err(|error| KeyError::decode("PKCS#8", error))?;
    let EncryptionScheme::Pbes2(parameters) = &encrypted.encryption_algorithm else {
        return Err(KeyError::decode(
            "PKCS#8",
            "it is encrypted by PBES1, which is broken",
        ));
    };
    check_work(&parameters.kdf)?;
    let opened = encrypted.decrypt(passphrase.as_octets());
    // Another passphrase makes other octets, of which hardly any are padded or decode.
    let opened = opened.map_err(|error| match error {
        pkcs8::Error::EncryptedPrivateKey(pkcs8::pkcs5::Error::UnsupportedAlgorithm { oid }) => {
            KeyError::decode(
                "PKCS#8",
                format!("it is encrypted by {oid}, which is not known"),
            )
        }
        _ => KeyError::Passphrase,
    })?;
    match PrivateKeyInfoRef::try_from(opened.as_bytes()) {
        Ok(_) => Ok(opened),
        Err(_) => Err(KeyError::Passphrase),
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

    /// Twenty bytes of key material under a billion rounds, and under 8 GiB, in the forms that other
    /// programs would take: DER written by hand, because nobody writes such files.
    fn hostile(kdf: &[u8]) -> Vec<u8> {
        let sequence = |tag: u8, content: Vec<u8>| {
            let length = u8::try_from(content.len()).unwrap();
            [vec![tag, length], content].concat()
        };
        let aes = [
            &[6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 0x2a, 4, 16][..],
            &[0; 16],
        ]
        .concat();
        let parameters = [kdf.to_vec(), sequence(0x30, aes)].concat();
        let pbes2 = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 5, 13];
        let algorithm = [pbes2.to_vec(), sequence(0x30, parameters)].concat();
        let content = [sequence(0x30, algorithm), sequence(4, vec![0; 32])].concat();
        sequence(0x30, content)
    }

    #[test]
    fn what_would_take_too_long_is_refused_at_once() {
        let pbkdf2 = |rounds: [u8; 4]| {
            let oid = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 5, 12];
            let salt = [&[4, 8][..], &[0; 8]].concat();
            let parameters = [salt, vec![2, 4], rounds.to_vec()].concat();
            let parameters = [&[0x30, 16][..], &parameters].concat();
            [&[0x30, 29][..], &oid, &parameters].concat()
        };
        let scrypt = |log_n: u32, block: u8, passes: u8| {
            let oid = [6, 9, 0x2b, 6, 1, 4, 1, 0xda, 0x47, 4, 11];
            let cost = (1_u64 << log_n).to_be_bytes();
            let salt = [&[4, 8][..], &[0; 8], &[2, 8], &cost].concat();
            let parameters = [salt, vec![2, 1, block, 2, 1, passes]].concat();
            let first = parameters.len();
            let length = u8::try_from(first).unwrap();
            let parameters = [vec![0x30, length], parameters].concat();
            let all = u8::try_from(oid.len() + parameters.len()).unwrap();
            [vec![0x30, all], oid.to_vec(), parameters].concat()
        };
        let passphrase = Passphrase::new(*b"x").unwrap();
        let hostile_ones = [
            (pbkdf2([0x3b, 0x9a, 0xca, 0]), "1000000000 rounds of PBKDF2"),
            (pbkdf2([1, 0, 0, 0]), "16777216 rounds of PBKDF2"),
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
        let wrong = decrypt(&hostile(&pbkdf2([0, 0, 3, 0xe8])), &passphrase).unwrap_err();
        assert!(matches!(wrong, KeyError::Passphrase), "{wrong}");
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
