//! Those of RSA beside the others.

use rsa::pkcs1::DecodeRsaPublicKey as _;
use rustls_pki_types::{AlgorithmIdentifier, InvalidSignature, alg_id};
use sha2::{Sha256, Sha384, Sha512};

use super::{Hash, Scheme};

#[derive(Debug, Clone, Copy)]
pub(super) enum Padding {
    Pkcs1,
    /// What Windows' authorities can be told to sign with.
    Pss,
}

impl Scheme for Padding {
    fn public_key(&self) -> AlgorithmIdentifier {
        alg_id::RSA_ENCRYPTION
    }

    fn signature(&self, hash: Hash) -> AlgorithmIdentifier {
        match (self, hash) {
            (Self::Pkcs1, Hash::Sha256) => alg_id::RSA_PKCS1_SHA256,
            (Self::Pkcs1, Hash::Sha384) => alg_id::RSA_PKCS1_SHA384,
            (Self::Pkcs1, Hash::Sha512) => alg_id::RSA_PKCS1_SHA512,
            (Self::Pss, Hash::Sha256) => alg_id::RSA_PSS_SHA256,
            (Self::Pss, Hash::Sha384) => alg_id::RSA_PSS_SHA384,
            (Self::Pss, Hash::Sha512) => alg_id::RSA_PSS_SHA512,
        }
    }

    fn verify(
        &self,
        hash: Hash,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        let key = rsa::PublicKey::from_pkcs1_der(public_key).map_err(|_| InvalidSignature)?;
        let digest = hash.digest(message);
        let verified = match (self, hash) {
            (Self::Pkcs1, _) => key.verify(padding(hash), &digest, signature),
            (Self::Pss, Hash::Sha256) => key.pss_verify_prehash::<Sha256>(&digest, signature),
            (Self::Pss, Hash::Sha384) => key.pss_verify_prehash::<Sha384>(&digest, signature),
            (Self::Pss, Hash::Sha512) => key.pss_verify_prehash::<Sha512>(&digest, signature),
        };
        verified.map_err(|_| InvalidSignature)
    }
}

/// PKCS#1 v1.5 padding names the hash (RFC 8017 section 9.2).
fn padding(hash: Hash) -> rsa::Pkcs1v15Sign {
    match hash {
        Hash::Sha256 => rsa::Pkcs1v15Sign::new::<Sha256>(),
        Hash::Sha384 => rsa::Pkcs1v15Sign::new::<Sha384>(),
        Hash::Sha512 => rsa::Pkcs1v15Sign::new::<Sha512>(),
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
