use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::{IssueError, MANY};
use crate::key::{KeyAlgorithm, KeyRequest, PrivateKey, Progress, Provider};
use crate::spec::CredentialId;

/// Makes keys, and counts them.
pub(super) struct KeyMaker<'a> {
    provider: &'a Provider<'a>,
    done: AtomicUsize,
    total: usize,
}

impl<'a> KeyMaker<'a> {
    /// For this many keys in all.
    pub(super) fn new(provider: &'a Provider<'a>, total: usize) -> Self {
        Self {
            provider,
            done: AtomicUsize::new(0),
            total,
        }
    }

    pub(super) fn provider(&self) -> &'a Provider<'a> {
        self.provider
    }

    /// Makes the keys that are wanted, in their order; slow or many ones on every processor at
    /// once.
    pub(super) fn make(
        &self,
        wanted: &[(&CredentialId, KeyAlgorithm)],
    ) -> Result<Vec<PrivateKey>, IssueError> {
        let make = |(id, algorithm): &(&CredentialId, KeyAlgorithm)| {
            let request = KeyRequest::new(id.row.spec().name, *algorithm);
            let Provider { keys, random, .. } = self.provider;
            let key = keys
                .generate(request, *random)
                .map_err(|source| IssueError::Key {
                    id: (*id).clone(),
                    source,
                })?;
            let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
            let total = self.total;
            (self.provider.progress)(Progress { done, total });
            Ok(key)
        };
        if wanted.iter().any(|(_, algorithm)| algorithm.is_slow()) {
            wanted.par_iter().with_max_len(1).map(make).collect()
        } else if wanted.len() > MANY {
            wanted.par_iter().map(make).collect()
        } else {
            wanted.iter().map(make).collect()
        }
    }
}
