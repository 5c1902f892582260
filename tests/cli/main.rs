//! The command as a user meets it: messages, exit codes, and what is on disk afterwards.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests say what they expect, stop when it is not so, and break files on purpose"
)]

mod archive;
mod audit;
mod authorities;
mod bad_inputs;
mod clock;
#[path = "../corpus/mod.rs"]
mod corpus;
mod csr;
mod expiration;
mod explain;
mod flags;
mod gate;
mod help;
mod hierarchy;
mod hostile;
mod identities;
mod init;
mod inspect;
mod kubeadm_differences;
mod map;
mod one_reader;
mod reconcile;
mod refusals;
mod renew;
mod replaced;
mod settings;
mod situations;
#[path = "../support/mod.rs"]
mod support;
mod transactions;
mod verify;
mod versions;
