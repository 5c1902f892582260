//! What is on disk after the machine has failed in every way that can be arranged.

mod crowded;
mod errors;
mod immutable;
mod kill;
mod late;
mod limits;
mod meanwhile;
mod mounted;
mod mounts;
mod owners;
mod power;
mod readonly;
mod state;
mod strace;
mod subject;
mod window;

pub(crate) use strace::traced;
