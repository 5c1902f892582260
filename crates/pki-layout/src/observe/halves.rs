//! Public halves that are known already: computing one from its private key takes as long as
//! making the key did.

use std::collections::BTreeMap;

use pki_core::key::{KeyError, PrivateKey, PublicKey, SigningKey as _};
use sha2::{Digest as _, Sha256};

use crate::kubeconfig::public_half;

/// The public halves of keys that were made a moment ago, by SHA-256 of their PEM. Of a text
/// that differs in a single byte nothing is known.
#[derive(Debug, Default)]
pub(crate) struct PublicHalves(BTreeMap<[u8; 32], PublicKey>);

impl PublicHalves {
    /// Adds that of one more.
    pub(crate) fn add(&mut self, key: &PrivateKey) {
        // What cannot be written is in no file that is judged.
        if let Ok(pem) = key.to_pem() {
            let digest = Sha256::digest(pem.as_bytes()).into();
            self.0.insert(digest, key.public_key().clone());
        }
    }

    /// The public half of the private key in a PEM text.
    pub(super) fn read(&self, pem: &[u8]) -> Result<PublicKey, KeyError> {
        if self.0.is_empty() {
            return public_half(pem);
        }
        match self.0.get(Sha256::digest(pem).as_slice()) {
            Some(known) => Ok(known.clone()),
            None => public_half(pem),
        }
    }
}

#[cfg(test)]
mod tests {
    use pki_core::key::{KeyAlgorithm, KeyRequest, KeySource as _, SeededRandom, SoftwareKeys};

    use super::*;

    fn key(seed: u8) -> PrivateKey {
        let request = KeyRequest::new("apiserver", KeyAlgorithm::EcdsaP256);
        let random = SeededRandom::new([seed; 32]);
        SoftwareKeys.generate(request, &random).unwrap()
    }

    #[test]
    fn only_the_very_text_is_known() {
        let (known, other) = (key(1), key(2));
        let text = known.to_pem().unwrap();
        let mut halves = PublicHalves::default();
        // Were it computed, it would be another.
        let digest = Sha256::digest(text.as_bytes()).into();
        halves.0.insert(digest, other.public_key().clone());
        assert_eq!(halves.read(text.as_bytes()).unwrap(), *other.public_key());
        let changed = format!("\n{}", *text);
        assert_eq!(
            halves.read(changed.as_bytes()).unwrap(),
            *known.public_key()
        );
        halves.add(&known);
        assert_eq!(halves.read(text.as_bytes()).unwrap(), *known.public_key());
        assert!(halves.read(b"-----BEGIN EC PRIVATE KEY-----").is_err());
    }
}
