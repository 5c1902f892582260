//! The library's integration tests: one binary, a module for each subject.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::case_sensitive_file_extension_comparisons,
    reason = "a test says what it expects, stops when it is not so, prepares its own files, and knows their names to the letter"
)]

mod api;
mod commit;
mod docs;
mod examples;
mod execute;
mod golden;
mod hard_names;
mod lost_updates;
mod own_rows;
mod owners;
mod parity;
mod portable;
mod properties;
mod rooms;
mod rules;
mod seeded;
mod support;
mod table;
mod values;
mod verify;
mod webpki;
mod words;
