//! One page for each thing that is done to a tree on disk (`init`, `renew`, `undo`, `recover`,
//! `commit`),
//! what it reports, and what they share: `gate` (which rows are left out), `outdated` (flags,
//! bindings, bundles), `offence`. Which certificates are right, pki-core says; the store writes.

mod client_files;
pub(crate) mod commit;
mod gate;
mod halves;
pub(crate) mod init;
pub(crate) mod inspect;
pub(crate) mod offence;
mod outdated;
#[cfg(feature = "config")]
pub(crate) mod readdress;
mod recover;
pub(crate) mod renew;
pub(crate) mod transaction;
pub(crate) mod undo;
