use std::collections::BTreeMap;
use std::sync::Arc;

use super::{PublicKey, SigningKey};

/// Private keys of authorities that somebody else keeps: a module, a service, the program that
/// embeds this. By the name of the credential, such as `ca` or `etcd-ca`.
///
/// What such a key signs is checked as everything is; it is never asked for its private half, and
/// no file of it is written.
#[derive(Debug, Clone, Default)]
pub struct Signers(BTreeMap<String, Arc<dyn SigningKey>>);

impl Signers {
    /// None.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With the key of one more authority.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, key: Arc<dyn SigningKey>) -> Self {
        self.0.insert(name.into(), key);
        self
    }

    /// The key of an authority, if it is here.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Arc<dyn SigningKey>> {
        self.0.get(name).map(Arc::clone)
    }

    /// The public half of every key, with its name.
    pub fn public_keys(&self) -> impl Iterator<Item = (&str, &PublicKey)> {
        let keys = self.0.iter();
        keys.map(|(name, key)| (name.as_str(), key.public_key()))
    }
}
