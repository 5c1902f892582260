//! One page for each thing that is done: `init`, `renew`, `undo`, `recover`, `inspect`, with the
//! report of each. Decides nothing: pki-core plans, issues and judges; the store writes.

pub(crate) mod derived;
pub(crate) mod expiration;
pub(crate) mod files;
mod gate;
pub(crate) mod init;
pub(crate) mod inspect;
pub(crate) mod loose;
pub(crate) mod owner;
mod recover;
pub(crate) mod remedy;
pub(crate) mod renew;
pub(crate) mod restart;
pub(crate) mod schema;
pub(crate) mod transaction;
pub(crate) mod undo;
pub(crate) mod verify;
