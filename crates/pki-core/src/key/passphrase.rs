use std::fmt;

use zeroize::Zeroizing;

use super::KeyError;

/// What opens an encrypted private key. Not `Clone`; `Debug` shows nothing; wiped when dropped.
pub struct Passphrase(Zeroizing<Vec<u8>>);

impl Passphrase {
    /// Takes its octets, as they are.
    ///
    /// ```
    /// use pki_core::key::Passphrase;
    ///
    /// assert!(Passphrase::new(b"correct horse".to_vec()).is_ok());
    /// assert!(Passphrase::new(Vec::new()).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::NoPassphrase`] for none at all, which protects nothing.
    pub fn new(octets: impl Into<Vec<u8>>) -> Result<Self, KeyError> {
        let octets = Zeroizing::new(octets.into());
        if octets.is_empty() {
            return Err(KeyError::NoPassphrase);
        }
        Ok(Self(octets))
    }

    /// Its octets, for who logs in with them.
    #[must_use]
    pub fn as_octets(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(elided)")
    }
}
