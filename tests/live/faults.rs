//! What is on disk after the machine has failed in every way that can be arranged.

mod errors;
mod kill;
mod state;
mod strace;
mod subject;
