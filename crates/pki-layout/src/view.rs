//! Views of one observation: what `init` would do, and the reports of `verify`,
//! `check-expiration` and `inspect`, with the rows that all reports share. Which certificates are
//! right, pki-core says; nothing here writes.

pub(crate) mod expiration;
pub(crate) mod inspect;
pub(crate) mod owner;
pub(crate) mod pending;
mod plan;
pub(crate) mod remedy;
pub(crate) mod restart;
pub(crate) mod schema;
pub(crate) mod verify;
