//! Forcing things to disk, many at once.

use std::collections::BTreeSet;

use crate::LayoutError;
use crate::store::directory::{Directory, identity};

/// How many threads wait for the disk at once, at most.
const THREADS: usize = 32;

/// Forces the names in directories to disk, each directory once: to sync one that is on disk
/// already still costs a flush of the disk's cache.
pub(super) fn directories<'a>(all: impl Iterator<Item = &'a Directory>) -> Result<(), LayoutError> {
    let mut seen = BTreeSet::new();
    let mut directories = Vec::new();
    for directory in all {
        if seen.insert(identity(&directory.stat()?)) {
            directories.push(directory);
        }
    }
    at_once(&directories, |directory| directory.sync())
}

/// Does something for every item on a few threads, which spend their time waiting for the disk:
/// file systems make one commit and one flush of the syncs that wait together.
pub(super) fn at_once<T: Sync>(
    items: &[T],
    task: impl Fn(&T) -> Result<(), LayoutError> + Sync,
) -> Result<(), LayoutError> {
    let task = &task;
    let share = items.len().div_ceil(THREADS).max(1);
    std::thread::scope(|scope| {
        let mut results = Vec::new();
        let mut workers = Vec::new();
        for chunk in items.chunks(share) {
            let work = move || chunk.iter().try_for_each(task);
            match std::thread::Builder::new().spawn_scoped(scope, work) {
                Ok(worker) => workers.push(worker),
                // No thread to be had: this one does it.
                Err(_) => results.push(work()),
            }
        }
        for worker in workers {
            let result = worker.join();
            results.push(result.unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        results.into_iter().collect()
    })
}
