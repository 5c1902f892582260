use std::fmt;

use sha2::{Digest, Sha256};

/// A key identifier as Go 1.25 and later make it: the leftmost 160 bits of the SHA-256 of the
/// subjectPublicKey BIT STRING's value (RFC 7093 section 2, method 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyIdentifier([u8; 20]);

impl KeyIdentifier {
    /// Of the content of a subjectPublicKey BIT STRING.
    pub(crate) fn of(subject_public_key: &[u8]) -> Self {
        let digest: [u8; 32] = Sha256::digest(subject_public_key).into();
        let mut identifier = [0; 20];
        for (to, from) in identifier.iter_mut().zip(digest) {
            *to = from;
        }
        Self(identifier)
    }

    /// The 20 octets.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }
}

impl fmt::Display for KeyIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::text::hex::colons(&self.0))
    }
}
