//! One page for each thing that is done (`init`, `renew`, `undo`, `recover`, `inspect`), the reports
//! of these and of `verify` and `check-expiration`, and what they share: `gate` (which rows are left
//! out), `derived` (flags, bindings, bundles), `restart`, `owner`. Which certificates are right,
//! pki-core says; the store writes.

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
