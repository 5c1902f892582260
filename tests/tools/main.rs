//! The command and other programs: those that judge what it makes, that read what it prints, and
//! that start it as people do. Every test fails by the name of a Debian package where its program
//! is not there. Some need root.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests say what they expect, stop when it is not so, and break files on purpose"
)]

mod authorities;
mod carried;
#[path = "../corpus/mod.rs"]
mod corpus;
mod corpus_judged;
mod examples;
mod map;
mod metrics;
mod oracle;
mod outside_ca;
mod readme;
mod root;
mod screen;
mod shell;
#[path = "../support/mod.rs"]
mod support;
mod token;
