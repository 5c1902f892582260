//! The public halves of keys that are about to be written.

use pki_core::key::{PrivateKey, SigningKey as _};
use sha2::{Digest as _, Sha256};

use crate::observe::halves::PublicHalves;

impl PublicHalves {
    /// Adds that of one more.
    pub(crate) fn add(&mut self, key: &PrivateKey) {
        // What cannot be written is in no file that is judged.
        if let Ok(pem) = key.to_pem() {
            let digest = Sha256::digest(pem.as_bytes()).into();
            self.0.insert(digest, key.public_key().clone());
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
