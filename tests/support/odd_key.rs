//! Keys of every kind there is, also those that pkigen refuses, and signatures that it would not
//! make.

use std::sync::atomic::{AtomicUsize, Ordering};

use der::Encode as _;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::signature::hazmat::PrehashSigner as _;
use p256::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _, EncodePublicKey as _};
use rsa::pkcs1::DecodeRsaPrivateKey as _;
use rustls::pki_types::PrivatePkcs8KeyDer;
use sha2::{Digest as _, Sha224, Sha256, Sha384, Sha512};

use super::fixture;
use super::forge::{block, tlv};

/// How a certificate is signed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// By the hash that goes with the key.
    #[default]
    Usual,
    /// ECDSA with another hash.
    Sha1,
    Sha224,
    Sha384,
    Sha512,
    /// RSA with the padding PSS, and a salt as long as the hash.
    Pss,
    /// The same with a salt of so many octets.
    PssOfSalt(u8),
}

/// A private key.
pub(crate) enum OddKey {
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
    P521(p521::ecdsa::SigningKey),
    Rsa(Box<rsa::PrivateKey>),
    /// In PKCS#8.
    Ed25519(Vec<u8>),
}

const ED25519: &[u8] = &[6, 3, 43, 101, 112];

/// Different at each call.
fn number() -> usize {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    NUMBER.fetch_add(1, Ordering::Relaxed)
}

impl OddKey {
    /// `kind` is `P-256`, `P-384`, `P-521`, `ed25519` or a number of RSA bits. RSA keys come from
    /// those that are prepared, which serve in turn.
    pub(crate) fn new(kind: &str) -> Self {
        Self::seeded(kind, number())
    }

    /// The same for the same number.
    pub(crate) fn seeded(kind: &str, number: usize) -> Self {
        let seed = Sha512::digest(format!("{kind} {number}"));
        match kind {
            "P-256" => Self::P256(p256::ecdsa::SigningKey::from_slice(&seed[..32]).unwrap()),
            "P-384" => Self::P384(p384::ecdsa::SigningKey::from_slice(&seed[..48]).unwrap()),
            "P-521" => {
                let scalar = [&[0, 1][..], &seed].concat();
                Self::P521(p521::ecdsa::SigningKey::from_slice(&scalar).unwrap())
            }
            "ed25519" => {
                let seed = tlv(4, &tlv(4, &seed[..32]));
                let parts = [tlv(2, &[0]), tlv(0x30, ED25519), seed];
                Self::Ed25519(tlv(0x30, &parts.concat()))
            }
            "1024" => Self::rsa("authorities/rsa-1024.key"),
            bits => Self::rsa(&format!("keys/rsa-{bits}/{:02}.pem", number % 17 + 1)),
        }
    }

    fn rsa(file: &str) -> Self {
        Self::from_pem(&std::fs::read_to_string(fixture(file)).unwrap())
    }

    /// In PKCS#8, PKCS#1 or SEC1.
    pub(crate) fn from_pem(pem: &str) -> Self {
        if pem.contains("BEGIN RSA") {
            return Self::Rsa(Box::new(rsa::PrivateKey::from_pkcs1_pem(pem).unwrap()));
        }
        let sec1 = pem.contains("BEGIN EC PRIVATE");
        if let Ok(key) = if sec1 {
            p256::SecretKey::from_sec1_pem(pem).map_err(drop)
        } else {
            p256::SecretKey::from_pkcs8_pem(pem).map_err(drop)
        } {
            return Self::P256(key.into());
        }
        if let Ok(key) = if sec1 {
            p384::SecretKey::from_sec1_pem(pem).map_err(drop)
        } else {
            p384::SecretKey::from_pkcs8_pem(pem).map_err(drop)
        } {
            return Self::P384(key.into());
        }
        if let Ok(key) = p521::SecretKey::from_pkcs8_pem(pem) {
            return Self::P521(key.into());
        }
        if let Ok(key) = rsa::PrivateKey::from_pkcs8_pem(pem) {
            return Self::Rsa(Box::new(key));
        }
        let (_, der) = der::pem::decode_vec(pem.as_bytes()).unwrap();
        Self::Ed25519(der)
    }

    /// In PKCS#8.
    pub(crate) fn to_pkcs8(&self) -> Vec<u8> {
        let document = match self {
            Self::P256(key) => key.to_pkcs8_der(),
            Self::P384(key) => key.to_pkcs8_der(),
            Self::P521(key) => key.to_pkcs8_der(),
            Self::Rsa(key) => key.to_pkcs8_der(),
            Self::Ed25519(der) => return der.clone(),
        };
        document.unwrap().as_bytes().to_vec()
    }

    /// The same as PEM.
    pub(crate) fn to_pem(&self) -> String {
        block("PRIVATE KEY", &self.to_pkcs8())
    }

    /// The `SubjectPublicKeyInfo`.
    pub(crate) fn spki(&self) -> Vec<u8> {
        let document = match self {
            Self::P256(key) => key.verifying_key().to_public_key_der(),
            Self::P384(key) => key.verifying_key().to_public_key_der(),
            Self::P521(key) => key.verifying_key().to_public_key_der(),
            Self::Rsa(key) => key.as_public_key().to_public_key_der(),
            Self::Ed25519(der) => return ring(der).public_key().unwrap().to_vec(),
        };
        document.unwrap().as_bytes().to_vec()
    }

    /// The `AlgorithmIdentifier` of a signature and its octets.
    pub(crate) fn sign(&self, scheme: Scheme, message: &[u8]) -> (Vec<u8>, Vec<u8>) {
        let (algorithm, signature) = match (self, scheme) {
            (Self::P256(key), Scheme::Usual) => {
                let signature: p256::ecdsa::DerSignature = key.sign(message);
                (oid("1.2.840.10045.4.3.2"), signature.as_bytes().to_vec())
            }
            (Self::P256(key), Scheme::Sha1) => {
                let hash = sha1::Sha1::digest(message);
                let signature: p256::ecdsa::DerSignature = key.sign_prehash(&hash).unwrap();
                (oid("1.2.840.10045.4.1"), signature.as_bytes().to_vec())
            }
            (Self::P256(key), Scheme::Sha224) => {
                let hash = Sha224::digest(message);
                let signature: p256::ecdsa::DerSignature = key.sign_prehash(&hash).unwrap();
                (oid("1.2.840.10045.4.3.1"), signature.as_bytes().to_vec())
            }
            (Self::P256(key), Scheme::Sha384) => {
                let hash = Sha384::digest(message);
                let signature: p256::ecdsa::DerSignature = key.sign_prehash(&hash).unwrap();
                (oid("1.2.840.10045.4.3.3"), signature.as_bytes().to_vec())
            }
            (Self::P256(key), Scheme::Sha512) => {
                let hash = Sha512::digest(message);
                let signature: p256::ecdsa::DerSignature = key.sign_prehash(&hash).unwrap();
                (oid("1.2.840.10045.4.3.4"), signature.as_bytes().to_vec())
            }
            (Self::P384(key), Scheme::Usual) => {
                let hash = Sha384::digest(message);
                let signature: p384::ecdsa::DerSignature = key.sign_prehash(&hash).unwrap();
                (oid("1.2.840.10045.4.3.3"), signature.as_bytes().to_vec())
            }
            (Self::P521(key), Scheme::Usual) => {
                let hash = Sha512::digest(message);
                let signature: p521::ecdsa::DerSignature = key.sign_prehash(&hash).unwrap();
                (oid("1.2.840.10045.4.3.4"), signature.as_bytes().to_vec())
            }
            (Self::Rsa(key), Scheme::Usual) => {
                let hash = Sha256::digest(message);
                let signature = key.sign(rsa::Pkcs1v15Sign::new::<Sha256>(), &hash).unwrap();
                let algorithm = [oid("1.2.840.113549.1.1.11"), vec![5, 0]].concat();
                (algorithm, signature)
            }
            (Self::Rsa(key), Scheme::Pss) => pss(key, 32, message),
            (Self::Rsa(key), Scheme::PssOfSalt(octets)) => pss(key, octets, message),
            (Self::Ed25519(der), Scheme::Usual) => {
                let signer = ring(der).choose_scheme(&[rustls::SignatureScheme::ED25519]);
                (ED25519.to_vec(), signer.unwrap().sign(message).unwrap())
            }
            (_, scheme) => panic!("{scheme:?} is not for this key"),
        };
        (tlv(0x30, &algorithm), signature)
    }
}

fn oid(text: &str) -> Vec<u8> {
    let oid: const_oid::ObjectIdentifier = text.parse().unwrap();
    oid.to_der().unwrap()
}

/// A salt that is the same at each run.
struct Salt;

impl rsa::rand_core::TryRng for Salt {
    type Error = std::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(0x5a5a_5a5a)
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(0x5a5a_5a5a_5a5a_5a5a)
    }

    fn try_fill_bytes(&mut self, octets: &mut [u8]) -> Result<(), Self::Error> {
        octets.fill(0x5a);
        Ok(())
    }
}

impl rsa::rand_core::TryCryptoRng for Salt {}

/// With SHA-256, which both the hash and the mask are made by.
fn pss(key: &rsa::PrivateKey, salt: u8, message: &[u8]) -> (Vec<u8>, Vec<u8>) {
    use rsa::signature::{RandomizedSigner as _, SignatureEncoding as _};
    let key = rsa::pss::SigningKey::<Sha256>::new_with_salt_len(key.clone(), usize::from(salt));
    let signature = key.sign_with_rng(&mut Salt, message).to_vec();
    let sha256 = tlv(0x30, &[oid("2.16.840.1.101.3.4.2.1"), vec![5, 0]].concat());
    let mgf1 = [oid("1.2.840.113549.1.1.8"), sha256.clone()].concat();
    let parameters = [
        tlv(0xa0, &sha256),
        tlv(0xa1, &tlv(0x30, &mgf1)),
        tlv(0xa2, &tlv(2, &[salt])),
    ];
    let parameters = tlv(0x30, &parameters.concat());
    (
        [oid("1.2.840.113549.1.1.10"), parameters].concat(),
        signature,
    )
}

fn ring(pkcs8: &[u8]) -> std::sync::Arc<dyn rustls::sign::SigningKey> {
    let key = PrivatePkcs8KeyDer::from(pkcs8.to_vec());
    rustls::crypto::ring::sign::any_eddsa_type(&key).unwrap()
}
