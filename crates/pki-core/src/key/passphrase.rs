use std::fmt;

use zeroize::Zeroizing;

use super::KeyError;

/// What opens an encrypted private key. Not `Clone`; `Debug` shows nothing; wiped when dropped.
pub struct Passphrase(
    #[cfg_attr(
        not(feature = "encrypted-keys"),
        expect(dead_code, reason = "nothing is opened with it then")
    )]
    Zeroizing<Vec<u8>>,
);

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

    #[cfg(feature = "encrypted-keys")]
    pub(super) fn octets(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(elided)")
    }
}
