//! What is on disk after the machine has failed in every way that can be arranged.

mod concurrent;
mod errors;
mod kill;
mod links;
mod mounts;
mod strace;
mod window;

pub(crate) use strace::is_usable as can_trace;
