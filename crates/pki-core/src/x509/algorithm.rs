//! webpki's signature algorithms, by the `RustCrypto` crates.

#[cfg(all(
    feature = "graviola",
    any(target_arch = "aarch64", target_arch = "x86_64")
))]
mod graviola;
#[cfg(not(all(
    feature = "graviola",
    any(target_arch = "aarch64", target_arch = "x86_64")
)))]
#[path = "algorithm/no_graviola.rs"]
mod graviola;
#[cfg(feature = "rsa")]
mod rsa;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Mutex;

use rustls_pki_types::{
    AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm, alg_id,
};
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use signature::hazmat::PrehashVerifier as _;

#[cfg(feature = "rsa")]
use self::rsa::Padding;

/// What authorities of clusters sign with, as far as Go accepts it and this was built for it.
pub(crate) static ALL: &[&dyn SignatureVerificationAlgorithm] = &[
    &Algorithm(Curve::P256, Hash::Sha256),
    &Algorithm(Curve::P384, Hash::Sha384),
    #[cfg(feature = "rsa")]
    &Algorithm(Padding::Pkcs1, Hash::Sha256),
    &Algorithm(Curve::P256, Hash::Sha384),
    &Algorithm(Curve::P256, Hash::Sha512),
    &Algorithm(Curve::P384, Hash::Sha256),
    &Algorithm(Curve::P384, Hash::Sha512),
    #[cfg(feature = "rsa")]
    &Algorithm(Padding::Pkcs1, Hash::Sha384),
    #[cfg(feature = "rsa")]
    &Algorithm(Padding::Pkcs1, Hash::Sha512),
    #[cfg(feature = "rsa")]
    &Algorithm(Padding::Pss, Hash::Sha256),
    #[cfg(feature = "rsa")]
    &Algorithm(Padding::Pss, Hash::Sha384),
    #[cfg(feature = "rsa")]
    &Algorithm(Padding::Pss, Hash::Sha512),
];

/// What a kind of key signs with.
trait Scheme: fmt::Debug + Send + Sync {
    /// The key's algorithm.
    fn public_key(&self) -> AlgorithmIdentifier;

    /// The signature's, over a digest.
    fn signature(&self, hash: Hash) -> AlgorithmIdentifier;

    /// Checks a signature over the digest of a message.
    fn verify(
        &self,
        hash: Hash,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature>;
}

#[derive(Debug, Clone, Copy)]
enum Curve {
    P256,
    P384,
}

#[derive(Debug, Clone, Copy)]
enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    fn digest(self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => Sha256::digest(message).to_vec(),
            Self::Sha384 => Sha384::digest(message).to_vec(),
            Self::Sha512 => Sha512::digest(message).to_vec(),
        }
    }
}

/// Signatures that were found right, by the digest of all that decides it. One run asks for the
/// same again and again: when it has issued, when it judges, before a change and after it.
static RIGHT: Mutex<BTreeSet<[u8; 32]>> = Mutex::new(BTreeSet::new());
/// Ten times what a node's tree has. Whoever checks more than that checks each once.
const MOST_RIGHT: usize = 1024;

#[derive(Debug)]
struct Algorithm<S>(S, Hash);

impl<S: Scheme> SignatureVerificationAlgorithm for Algorithm<S> {
    fn verify_signature(
        &self,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        let known = self.digest(public_key, message, signature);
        if RIGHT.lock().is_ok_and(|right| right.contains(&known)) {
            return Ok(());
        }
        self.0.verify(self.1, public_key, message, signature)?;
        if let Ok(mut right) = RIGHT.lock() {
            if right.len() >= MOST_RIGHT {
                right.clear();
            }
            right.insert(known);
        }
        Ok(())
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        self.0.public_key()
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        self.0.signature(self.1)
    }
}

impl<S: Scheme> Algorithm<S> {
    /// What a verdict is remembered by.
    fn digest(&self, public_key: &[u8], message: &[u8], signature: &[u8]) -> [u8; 32] {
        let mut digest = Sha256::new();
        for part in [
            format!("{self:?}").as_bytes(),
            public_key,
            message,
            signature,
        ] {
            // A length each, so that no octet can change sides.
            digest.update(part.len().to_be_bytes());
            digest.update(part);
        }
        digest.finalize().into()
    }
}

impl Scheme for Curve {
    fn public_key(&self) -> AlgorithmIdentifier {
        match self {
            Self::P256 => alg_id::ECDSA_P256,
            Self::P384 => alg_id::ECDSA_P384,
        }
    }

    fn signature(&self, hash: Hash) -> AlgorithmIdentifier {
        match hash {
            Hash::Sha256 => alg_id::ECDSA_SHA256,
            Hash::Sha384 => alg_id::ECDSA_SHA384,
            Hash::Sha512 => alg_id::ECDSA_SHA512,
        }
    }

    fn verify(
        &self,
        hash: Hash,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        match self {
            Self::P256 => {
                let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(public_key)
                    .map_err(|_| InvalidSignature)?;
                let signature = p256::ecdsa::DerSignature::from_bytes(signature)
                    .map_err(|_| InvalidSignature)?;
                if let Some(verdict) = graviola::verify(hash, &key, message, &signature) {
                    return verdict;
                }
                key.verify_prehash(&hash.digest(message), &signature)
                    .map_err(|_| InvalidSignature)
            }
            Self::P384 => {
                let key = p384::ecdsa::VerifyingKey::from_sec1_bytes(public_key)
                    .map_err(|_| InvalidSignature)?;
                let signature = p384::ecdsa::DerSignature::from_bytes(signature)
                    .map_err(|_| InvalidSignature)?;
                key.verify_prehash(&hash.digest(message), &signature)
                    .map_err(|_| InvalidSignature)
            }
        }
    }
}
