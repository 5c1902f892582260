//! What issuing draws on: keys, randomness, and somebody to tell how far it has come.

use crate::authority::Authority;
use crate::key::{KeySource, PremadeKeys, Random, Signers};

/// What issuing draws on. A value, so that a test or a hardware module replaces one part.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Provider<'a> {
    /// Makes keys.
    pub keys: &'a dyn KeySource,
    /// Makes serial numbers and feeds key generation.
    pub random: &'a dyn Random,
    /// Keys of authorities that are kept elsewhere.
    pub signers: Option<&'a Signers>,
    /// What signs the authorities that are made, where they do not sign themselves.
    pub superior: Option<&'a Authority>,
    /// Keys that are made already.
    pub premade: Option<&'a PremadeKeys>,
    /// Told after each key that is made.
    pub progress: &'a (dyn Fn(Progress) + Send + Sync),
}

impl<'a> Provider<'a> {
    /// A provider that reports no progress, and has no keys but those it makes.
    #[must_use]
    pub fn new(keys: &'a dyn KeySource, random: &'a dyn Random) -> Self {
        Self {
            keys,
            random,
            signers: None,
            superior: None,
            premade: None,
            progress: &|_| {},
        }
    }

    /// The same, with the keys of authorities that are kept elsewhere, for issuing in memory; a
    /// tree has its own. A plan is told of them before by
    /// [`Inventory::set_signer`](crate::Inventory::set_signer).
    #[must_use]
    pub fn with_signers(self, signers: &'a Signers) -> Self {
        Self {
            signers: Some(signers),
            ..self
        }
    }

    /// The same, with an authority that signs those which are made, for issuing in memory; a tree has
    /// its own. A plan is told of it before by
    /// [`Inventory::set_superior`](crate::Inventory::set_superior).
    #[must_use]
    pub fn with_superior(self, superior: &'a Authority) -> Self {
        Self {
            superior: Some(superior),
            ..self
        }
    }

    /// The same, with keys that were made before.
    #[must_use]
    pub fn with_premade(self, premade: &'a PremadeKeys) -> Self {
        Self {
            premade: Some(premade),
            ..self
        }
    }

    /// The same, reporting progress. Called from several threads.
    #[must_use]
    pub fn with_progress(self, progress: &'a (dyn Fn(Progress) + Send + Sync)) -> Self {
        Self { progress, ..self }
    }
}

impl std::fmt::Debug for Provider<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provider")
            .field("keys", &self.keys)
            .field("random", &self.random)
            .finish_non_exhaustive()
    }
}

/// How far key generation has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Keys made.
    pub done: usize,
    /// Keys wanted.
    pub total: usize,
}
