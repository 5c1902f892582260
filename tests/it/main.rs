//! The library's integration tests: one binary, a module for each subject.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test says what it expects, stops when it is not so, and prepares its own files"
)]

mod golden;
mod hard_names;
mod oracle;
mod parity;
mod properties;
mod support;
mod table;
