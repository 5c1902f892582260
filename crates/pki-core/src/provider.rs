//! What issuing draws on: keys, randomness, and somebody to tell how far it has come.

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use crate::issue::IssueError;
use crate::key::{KeyRequest, KeySource, PrivateKey};
use crate::random::Random;

/// What issuing draws on. A value, so that a test or a hardware module replaces one part.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Provider<'a> {
    /// Makes keys.
    pub keys: &'a dyn KeySource,
    /// Makes serial numbers and feeds key generation.
    pub random: &'a dyn Random,
    /// Told after each key that is made.
    pub progress: &'a (dyn Fn(Progress) + Sync),
}

impl<'a> Provider<'a> {
    /// A provider that reports no progress.
    #[must_use]
    pub fn new(keys: &'a dyn KeySource, random: &'a dyn Random) -> Self {
        Self {
            keys,
            random,
            progress: &|_| {},
        }
    }

    /// The same, reporting progress. Called from several threads.
    #[must_use]
    pub fn with_progress(self, progress: &'a (dyn Fn(Progress) + Sync)) -> Self {
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

impl Provider<'_> {
    /// Makes the keys that are wanted, in their order; slow ones on every processor at once.
    pub(crate) fn make_keys(&self, requests: &[KeyRequest]) -> Result<Vec<PrivateKey>, IssueError> {
        let total = requests.len();
        let done = AtomicUsize::new(0);
        let make = |request: &KeyRequest| {
            let id = request.id;
            let key = self
                .keys
                .generate(*request, self.random)
                .map_err(|source| IssueError::Key { id, source })?;
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            (self.progress)(Progress { done, total });
            Ok(key)
        };
        if requests.iter().any(|request| request.algorithm.is_slow()) {
            requests.par_iter().with_max_len(1).map(make).collect()
        } else {
            requests.iter().map(make).collect()
        }
    }
}
