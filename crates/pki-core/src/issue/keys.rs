use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use time::OffsetDateTime;

use super::{IssueError, MANY};
use crate::key::{
    KeyAlgorithm, KeyError, KeyRequest, PrivateKey, Progress, Provider, Random, RandomError,
    SigningKey as _, with_stream,
};
use crate::spec::CredentialId;

/// Makes keys, and counts them.
pub(super) struct KeyMaker<'a> {
    provider: &'a Provider<'a>,
    now: OffsetDateTime,
    done: AtomicUsize,
    total: usize,
}

impl<'a> KeyMaker<'a> {
    /// For this many keys in all, at this instant.
    pub(super) fn new(provider: &'a Provider<'a>, now: OffsetDateTime, total: usize) -> Self {
        Self {
            provider,
            now,
            done: AtomicUsize::new(0),
            total,
        }
    }

    /// Makes the keys that are wanted, in their order; slow or many ones on every processor at
    /// once.
    pub(super) fn make(
        &self,
        wanted: &[(&CredentialId, KeyAlgorithm)],
    ) -> Result<Vec<PrivateKey>, IssueError> {
        let make = |(id, algorithm): &(&CredentialId, KeyAlgorithm)| {
            let request = KeyRequest::new(id.row.spec().name, *algorithm);
            let Provider { keys, .. } = self.provider;
            let made = self.draw(id, "key", |random| keys.generate(request, random));
            let made = made.and_then(|key| as_asked_for(key, *algorithm));
            let key = made.map_err(|source| IssueError::Key {
                id: (*id).clone(),
                source,
            })?;
            let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
            let total = self.total;
            (self.provider.progress)(Progress { done, total });
            Ok(key)
        };
        let keys: Result<Vec<PrivateKey>, IssueError> =
            if wanted.iter().any(|(_, algorithm)| algorithm.is_slow()) {
                wanted.par_iter().with_max_len(1).map(make).collect()
            } else if wanted.len() > MANY {
                wanted.par_iter().map(make).collect()
            } else {
                wanted.iter().map(make).collect()
            };
        let keys = keys?;
        let neighbours = keys.iter().zip(keys.iter().skip(1));
        for ((one, next), (id, _)) in neighbours.zip(wanted.iter().skip(1)) {
            if one.public_key() == next.public_key() {
                let source = RandomError::stuck().into();
                let id = (*id).clone();
                return Err(IssueError::Key { id, source });
            }
        }
        Ok(keys)
    }

    /// What is to be drawn for one credential.
    pub(super) fn draw<T>(
        &self,
        id: &CredentialId,
        what: &str,
        draw: impl FnOnce(&dyn Random) -> T,
    ) -> T {
        let label = || format!("{id:#} at {}: {what}", self.now.unix_timestamp());
        with_stream(self.provider.random, label, draw)
    }
}

/// Whoever makes keys may be mistaken, and a certificate does not show what was asked for.
fn as_asked_for(key: PrivateKey, algorithm: KeyAlgorithm) -> Result<PrivateKey, KeyError> {
    let (expected, actual) = (algorithm.key_type(), key.public_key().key_type());
    if actual == expected {
        Ok(key)
    } else {
        Err(KeyError::OtherAlgorithm { expected, actual })
    }
}
