//! webpki's signature algorithms, by the `RustCrypto` crates.

use std::collections::BTreeSet;
use std::sync::Mutex;

use rsa::pkcs1::DecodeRsaPublicKey as _;
use rustls_pki_types::{
    AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm, alg_id,
};
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use signature::hazmat::PrehashVerifier as _;

/// What authorities of clusters sign with, as far as Go accepts it.
pub(crate) static ALL: &[&dyn SignatureVerificationAlgorithm] = &[
    &Algorithm(Key::P256, Hash::Sha256),
    &Algorithm(Key::P384, Hash::Sha384),
    &Algorithm(Key::Rsa, Hash::Sha256),
    &Algorithm(Key::P256, Hash::Sha384),
    &Algorithm(Key::P256, Hash::Sha512),
    &Algorithm(Key::P384, Hash::Sha256),
    &Algorithm(Key::P384, Hash::Sha512),
    &Algorithm(Key::Rsa, Hash::Sha384),
    &Algorithm(Key::Rsa, Hash::Sha512),
    &Algorithm(Key::RsaPss, Hash::Sha256),
    &Algorithm(Key::RsaPss, Hash::Sha384),
    &Algorithm(Key::RsaPss, Hash::Sha512),
];

#[derive(Debug, Clone, Copy)]
enum Key {
    P256,
    P384,
    Rsa,
    /// The same keys with the padding that Windows' authorities can be told to sign with.
    RsaPss,
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

    /// PKCS#1 v1.5 padding names the hash (RFC 8017 section 9.2).
    fn padding(self) -> rsa::Pkcs1v15Sign {
        match self {
            Self::Sha256 => rsa::Pkcs1v15Sign::new::<Sha256>(),
            Self::Sha384 => rsa::Pkcs1v15Sign::new::<Sha384>(),
            Self::Sha512 => rsa::Pkcs1v15Sign::new::<Sha512>(),
        }
    }
}

/// Signatures that were found right, by the digest of all that decides it. One run asks for the
/// same again and again: when it has issued, when it judges, before a change and after it.
static RIGHT: Mutex<BTreeSet<[u8; 32]>> = Mutex::new(BTreeSet::new());
/// Ten times what a node's tree has. Whoever checks more than that checks each once.
const MOST_RIGHT: usize = 1024;

#[derive(Debug)]
struct Algorithm(Key, Hash);

impl SignatureVerificationAlgorithm for Algorithm {
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
        self.verify(public_key, message, signature)?;
        if let Ok(mut right) = RIGHT.lock() {
            if right.len() >= MOST_RIGHT {
                right.clear();
            }
            right.insert(known);
        }
        Ok(())
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        match self.0 {
            Key::P256 => alg_id::ECDSA_P256,
            Key::P384 => alg_id::ECDSA_P384,
            Key::Rsa | Key::RsaPss => alg_id::RSA_ENCRYPTION,
        }
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        match (self.0, self.1) {
            (Key::P256 | Key::P384, Hash::Sha256) => alg_id::ECDSA_SHA256,
            (Key::P256 | Key::P384, Hash::Sha384) => alg_id::ECDSA_SHA384,
            (Key::P256 | Key::P384, Hash::Sha512) => alg_id::ECDSA_SHA512,
            (Key::Rsa, Hash::Sha256) => alg_id::RSA_PKCS1_SHA256,
            (Key::Rsa, Hash::Sha384) => alg_id::RSA_PKCS1_SHA384,
            (Key::Rsa, Hash::Sha512) => alg_id::RSA_PKCS1_SHA512,
            (Key::RsaPss, Hash::Sha256) => alg_id::RSA_PSS_SHA256,
            (Key::RsaPss, Hash::Sha384) => alg_id::RSA_PSS_SHA384,
            (Key::RsaPss, Hash::Sha512) => alg_id::RSA_PSS_SHA512,
        }
    }
}

impl Algorithm {
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

    fn verify(
        &self,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        let Self(key_kind, hash) = self;
        let digest = hash.digest(message);
        match key_kind {
            Key::P256 => {
                let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(public_key)
                    .map_err(|_| InvalidSignature)?;
                let signature = p256::ecdsa::DerSignature::from_bytes(signature)
                    .map_err(|_| InvalidSignature)?;
                key.verify_prehash(&digest, &signature)
                    .map_err(|_| InvalidSignature)
            }
            Key::P384 => {
                let key = p384::ecdsa::VerifyingKey::from_sec1_bytes(public_key)
                    .map_err(|_| InvalidSignature)?;
                let signature = p384::ecdsa::DerSignature::from_bytes(signature)
                    .map_err(|_| InvalidSignature)?;
                key.verify_prehash(&digest, &signature)
                    .map_err(|_| InvalidSignature)
            }
            Key::Rsa | Key::RsaPss => {
                let key =
                    rsa::PublicKey::from_pkcs1_der(public_key).map_err(|_| InvalidSignature)?;
                let verified = match (key_kind, hash) {
                    (Key::Rsa, _) => key.verify(hash.padding(), &digest, signature),
                    (_, Hash::Sha256) => key.pss_verify_prehash::<Sha256>(&digest, signature),
                    (_, Hash::Sha384) => key.pss_verify_prehash::<Sha384>(&digest, signature),
                    (_, Hash::Sha512) => key.pss_verify_prehash::<Sha512>(&digest, signature),
                };
                verified.map_err(|_| InvalidSignature)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use der::Encode as _;
    use rsa::pkcs1::{RsaPublicKeyRef, UintRef};

    use super::*;

    /// A chain may name any key. Verifying with one of 16384 bits, or with an exponent as long as
    /// the modulus, would take seconds a signature; the decoder refuses both.
    #[test]
    fn keys_that_are_slow_to_verify_with_are_refused() {
        let key = |bits: usize, exponent: &[u8]| {
            let modulus = vec![0xff; bits / 8];
            let number = |octets| UintRef::new(octets).unwrap();
            let key = RsaPublicKeyRef {
                modulus: number(&modulus),
                public_exponent: number(exponent),
            };
            rsa::PublicKey::from_pkcs1_der(&key.to_der().unwrap())
        };
        assert!(key(8192, &[1, 0, 1]).is_ok());
        assert!(key(8200, &[1, 0, 1]).is_err());
        assert!(key(2048, &[1, 0xff, 0xff, 0xff, 0xff]).is_ok());
        assert!(key(2048, &[2, 0, 0, 0, 1]).is_err());
    }
}
