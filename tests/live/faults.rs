//! What is on disk after the machine has failed in every way that can be arranged.

mod attacks;
mod concurrent;
mod crowded;
mod errors;
mod immutable;
mod kill;
mod links;
mod mounted;
mod mounts;
mod owners;
mod power;
mod reader;
mod readonly;
mod state;
mod strace;
mod subject;
mod window;

pub(crate) use strace::traced;
