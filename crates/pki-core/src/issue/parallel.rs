//! Work on every processor, where it pays.

use rayon::prelude::*;

/// From how many on it pays to start threads for what is quick.
const MANY: usize = 32;

/// What is done with each, in their order: slow or many ones on every processor at once.
pub(super) fn map<T: Send, U: Send, E: Send>(
    items: Vec<T>,
    is_slow: bool,
    work: impl Fn(T) -> Result<U, E> + Sync + Send,
) -> Result<Vec<U>, E> {
    if is_slow {
        items.into_par_iter().with_max_len(1).map(work).collect()
    } else if items.len() > MANY {
        items.into_par_iter().map(work).collect()
    } else {
        items.into_iter().map(work).collect()
    }
}
