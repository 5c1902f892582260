//! What is said of encrypted keys where the feature `encrypted-keys` is off.

use der::SecretDocument;
use zeroize::Zeroizing;

use super::{KeyError, Passphrase, Random};

const OFF: KeyError = KeyError::FeatureOff {
    feature: "encrypted-keys",
};

pub(super) fn decrypt(_: &[u8], _: &Passphrase) -> Result<SecretDocument, KeyError> {
    Err(OFF)
}

pub(super) fn encrypt(
    _: &[u8],
    _: &Passphrase,
    _: &dyn Random,
) -> Result<Zeroizing<String>, KeyError> {
    Err(OFF)
}
