//! Keys that are made before they are needed.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::{KeyAlgorithm, PrivateKey, SigningKey as _};

/// Keys for credentials, made before anything is locked or waited for: making an RSA key takes
/// long, and signing with it does not. Each is taken once, and what nobody takes is wiped.
///
/// Made by [`Plan::make_keys`](crate::Plan::make_keys), given to a
/// [`Provider`](crate::Provider::with_premade).
#[derive(Debug, Default)]
pub struct PremadeKeys(Mutex<BTreeMap<String, PrivateKey>>);

impl PremadeKeys {
    pub(crate) fn of(keys: impl IntoIterator<Item = (String, PrivateKey)>) -> Self {
        Self(Mutex::new(keys.into_iter().collect()))
    }

    /// The key that is under a name, if it is one of this kind.
    pub(crate) fn take(&self, name: &str, algorithm: KeyAlgorithm) -> Option<PrivateKey> {
        let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_its = keys.get(name)?.public_key().key_type() == algorithm.key_type();
        is_its.then(|| keys.remove(name)).flatten()
    }
}
