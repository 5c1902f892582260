use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use time::OffsetDateTime;

use super::{IssueError, Progress, Provider, parallel};
use crate::authority::Authority;
use crate::key::{
    KeyAlgorithm, KeyError, KeyRequest, PremadeKeys, PrivateKey, Random, RandomError, SigningKey,
    with_stream,
};
use crate::plan::SeenAuthorities;
use crate::spec::CredentialId;
use crate::x509::SerialNumber;

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

    /// The keys that are wanted, in their order: those that are made already, and else made now,
    /// slow or many ones on every processor at once.
    pub(super) fn make(
        &self,
        wanted: Vec<(&CredentialId, KeyAlgorithm)>,
    ) -> Result<Vec<PrivateKey>, IssueError> {
        let Some(premade) = self.provider.premade else {
            return self.make_new(wanted);
        };
        let made = wanted
            .iter()
            .map(|(id, kind)| premade.take(&name(id), *kind));
        let made: Vec<Option<PrivateKey>> = made.collect();
        let missing = wanted.into_iter().zip(&made);
        let missing = missing.filter_map(|(one, made)| made.is_none().then_some(one));
        let mut new = self.make_new(missing.collect())?.into_iter();
        // As many as are missing.
        Ok(made
            .into_iter()
            .filter_map(|key| key.or_else(|| new.next()))
            .collect())
    }

    /// The same, kept for later.
    pub(super) fn make_ahead(
        &self,
        wanted: Vec<(&CredentialId, KeyAlgorithm)>,
    ) -> Result<PremadeKeys, IssueError> {
        let names: Vec<String> = wanted.iter().map(|(id, _)| name(id)).collect();
        let keys = self.make_new(wanted)?;
        Ok(PremadeKeys::of(names.into_iter().zip(keys)))
    }

    fn make_new(
        &self,
        wanted: Vec<(&CredentialId, KeyAlgorithm)>,
    ) -> Result<Vec<PrivateKey>, IssueError> {
        let make = |(id, algorithm): (&CredentialId, KeyAlgorithm)| {
            let request = KeyRequest::new(id.row.spec().name, algorithm);
            let Provider { keys, .. } = self.provider;
            let made = self.draw(id, "key", |random| keys.generate(request, random));
            let made = made.and_then(|key| as_asked_for(key, algorithm));
            let key = made.map_err(|source| IssueError::Key {
                id: id.clone(),
                source,
            })?;
            let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
            let total = self.total;
            (self.provider.progress)(Progress { done, total });
            Ok(key)
        };
        let is_slow = wanted.iter().any(|(_, algorithm)| algorithm.is_slow());
        parallel::map(wanted, is_slow, make)
    }

    /// The key of an authority, where somebody else keeps it.
    pub(super) fn signer(&self, id: &CredentialId) -> Option<Arc<dyn SigningKey>> {
        self.provider.signers?.get(id.row.spec().name)
    }

    /// What signs an authority that does not sign itself: what its plan has seen.
    pub(super) fn superior(
        &self,
        id: &CredentialId,
        seen: &SeenAuthorities,
    ) -> Result<&'a Authority, IssueError> {
        let given = self.provider.superior;
        let given = given.ok_or_else(|| IssueError::NoSuperior { id: id.clone() })?;
        if seen.is_superior(given.issuing()) {
            Ok(given)
        } else {
            Err(IssueError::other(id.row, given.issuing()))
        }
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

/// What a key that is made ahead is kept under.
fn name(id: &CredentialId) -> String {
    format!("{id:#}")
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

/// Two serial numbers in a row that are the same come from a source that repeats itself.
pub(super) fn not_again(
    last: &mut Option<SerialNumber>,
    drawn: SerialNumber,
) -> Result<SerialNumber, RandomError> {
    if last.as_ref() == Some(&drawn) {
        return Err(RandomError::stuck());
    }
    *last = Some(drawn.clone());
    Ok(drawn)
}
