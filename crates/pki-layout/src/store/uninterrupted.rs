use std::sync::atomic::{AtomicBool, Ordering};

use crate::Writing;

/// Clears the flag until dropped.
pub(crate) struct Uninterrupted<'a>(&'a AtomicBool);

impl<'a> Uninterrupted<'a> {
    pub(crate) fn new(writing: &'a Writing) -> Self {
        writing.interruptible.store(false, Ordering::SeqCst);
        Self(&writing.interruptible)
    }
}

impl Drop for Uninterrupted<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}
