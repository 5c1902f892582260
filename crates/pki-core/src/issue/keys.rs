use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::IssueError;
use crate::key::{KeyAlgorithm, KeyRequest, PrivateKey, Progress, Provider};
use crate::spec::RowId;

/// Makes the keys that are wanted, in their order; slow ones on every processor at once.
pub(super) fn make_keys(
    provider: &Provider<'_>,
    wanted: &[(RowId, KeyAlgorithm)],
) -> Result<Vec<PrivateKey>, IssueError> {
    let total = wanted.len();
    let done = AtomicUsize::new(0);
    let make = |(id, algorithm): &(RowId, KeyAlgorithm)| {
        let id = *id;
        let name = id.to_string();
        let request = KeyRequest::new(&name, *algorithm);
        let key = provider
            .keys
            .generate(request, provider.random)
            .map_err(|source| IssueError::Key { id, source })?;
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        (provider.progress)(Progress { done, total });
        Ok(key)
    };
    if wanted.iter().any(|(_, algorithm)| algorithm.is_slow()) {
        wanted.par_iter().with_max_len(1).map(make).collect()
    } else {
        wanted.iter().map(make).collect()
    }
}
