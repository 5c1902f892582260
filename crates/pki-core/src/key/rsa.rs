//! RSA keys, by the `rsa` crate: made, read, written and used.

use der::pem::LineEnding;
use pkcs1::{EncodeRsaPrivateKey as _, RsaPrivateKeyRef};
use pkcs8::EncodePrivateKey as _;
use sha2::{Digest as _, Sha256};
use spki::{DecodePublicKey as _, EncodePublicKey as _};
use zeroize::Zeroizing;

use super::random::Generator;
use super::{KeyError, KeyType};

/// A private key.
pub(super) struct RsaKey(Box<rsa::PrivateKey>);

impl RsaKey {
    pub(super) fn generate(generator: &mut Generator<'_>, bits: u32) -> Result<Self, KeyError> {
        let size = usize::try_from(bits).unwrap_or(usize::MAX);
        let key = rsa::PrivateKey::new(generator, size);
        let key = key.map_err(|error| KeyError::Generate {
            key_type: KeyType::Rsa { bits },
            source: Box::new(error),
        });
        Ok(Self(Box::new(key?)))
    }

    /// From PKCS#1, `form` in messages. Its size was looked at.
    pub(super) fn from_parts(
        parts: RsaPrivateKeyRef<'_>,
        form: &'static str,
    ) -> Result<Self, KeyError> {
        let key =
            rsa::PrivateKey::try_from(parts).map_err(|error| KeyError::decode(form, error))?;
        Ok(Self(Box::new(key)))
    }

    /// What it is made of, which wipes itself.
    #[cfg(test)]
    pub(super) fn inner(&self) -> &rsa::PrivateKey {
        &self.0
    }

    pub(super) fn public_key_der(&self) -> Result<der::Document, spki::Error> {
        self.0.as_public_key().to_public_key_der()
    }

    pub(super) fn to_pem(&self) -> Result<Zeroizing<String>, KeyError> {
        let pem = self.0.to_pkcs1_pem(LineEnding::LF);
        pem.map_err(KeyError::encode)
    }

    pub(super) fn to_pkcs8_der(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let document = self.0.to_pkcs8_der().map_err(KeyError::encode)?;
        Ok(document.to_bytes())
    }

    /// PKCS#1 v1.5 over SHA-256.
    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let digest = Sha256::digest(message);
        let signature = self.0.sign(rsa::Pkcs1v15Sign::new::<Sha256>(), &digest);
        signature.map_err(|error| KeyError::Sign {
            source: Box::new(error),
        })
    }
}

/// Whether a public key, a DER `SubjectPublicKeyInfo`, is sound.
pub(super) fn check_public(spki: &[u8]) -> Result<(), spki::Error> {
    rsa::PublicKey::from_public_key_der(spki).map(drop)
}
