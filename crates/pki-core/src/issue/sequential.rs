//! Work one after the other: the feature `threads` is off.

/// What is done with each, in their order.
pub(super) fn map<T, U, E>(
    items: Vec<T>,
    _is_slow: bool,
    work: impl Fn(T) -> Result<U, E>,
) -> Result<Vec<U>, E> {
    items.into_iter().map(work).collect()
}
