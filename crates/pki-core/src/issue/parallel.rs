//! Work with private keys, on threads of its own: those of a pool live on, with what the work has
//! left on their stacks, and a pool that gets no threads panics. Where the system gives fewer
//! threads than there are processors, those do it; where it gives none, the caller's.

use std::panic::resume_unwind;
use std::sync::{Mutex, PoisonError};
use std::thread::{Builder, ScopedJoinHandle, available_parallelism, scope};

use crate::key::{STACK_DEPTH, overwrite_stack};

/// From how many on it pays to start a thread for each processor for what is quick.
const MANY: usize = 32;

/// What is done with each, in their order; slow or many ones on every processor at once. An error
/// is that of the first that failed, and keeps those after it from being begun.
pub(super) fn map<T: Send, U: Send, E: Send>(
    items: Vec<T>,
    is_slow: bool,
    work: impl Fn(T) -> Result<U, E> + Sync + Send,
) -> Result<Vec<U>, E> {
    let threads = if is_slow || items.len() > MANY {
        let processors = available_parallelism().map_or(1, usize::from);
        processors.min(items.len())
    } else {
        items.len().min(1)
    };
    let queue = Mutex::new(items.into_iter().enumerate());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let all = || {
        let mut done = Vec::new();
        while let Some((number, item)) = next() {
            let result = work(item);
            let has_failed = result.is_err();
            done.push((number, result));
            if has_failed {
                while next().is_some() {}
            }
        }
        overwrite_stack();
        done
    };
    let mut done = scope(|scope| {
        let start = |_| {
            // As deep as the work goes, and what overwrites it after that.
            let thread = Builder::new().stack_size(2 * STACK_DEPTH);
            thread.spawn_scoped(scope, all).ok()
        };
        let workers: Vec<_> = (0..threads).map_while(start).collect();
        if workers.is_empty() {
            return all();
        }
        let results = workers.into_iter().map(ScopedJoinHandle::join);
        let results = results.map(|result| result.unwrap_or_else(|panic| resume_unwind(panic)));
        results.flatten().collect()
    });
    done.sort_unstable_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn everything_is_done_once_and_comes_in_its_order() {
        for (count, is_slow) in [(0, true), (1, false), (7, true), (31, false), (500, false)] {
            let calls = AtomicUsize::new(0);
            let done = map((0..count).collect(), is_slow, |number: usize| {
                calls.fetch_add(1, Ordering::Relaxed);
                Ok::<_, ()>(number * 2)
            });
            let expected: Vec<usize> = (0..count).map(|number| number * 2).collect();
            assert_eq!(done, Ok(expected));
            assert_eq!(calls.into_inner(), count);
        }
    }

    #[test]
    fn the_first_error_is_told_and_nothing_more_is_begun() {
        let calls = AtomicUsize::new(0);
        let done = map((0..1000).collect(), false, |number: usize| {
            calls.fetch_add(1, Ordering::Relaxed);
            if number < 3 { Ok(number) } else { Err(number) }
        });
        assert_eq!(done, Err(3));
        assert!(calls.into_inner() < 100);
    }

    #[test]
    fn few_quick_ones_are_done_one_after_the_other() {
        let order = Mutex::new(Vec::new());
        let done = map((0..MANY).collect(), false, |number: usize| {
            order.lock().unwrap().push(number);
            Ok::<_, ()>(())
        });
        assert!(done.is_ok());
        assert!(order.into_inner().unwrap().is_sorted());
    }
}
