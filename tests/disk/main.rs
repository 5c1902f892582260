//! What is on disk when others are at work in the tree: links where files should be, names that are
//! swapped, readers, many runs at once. No other program is needed; what those bring about is in
//! `tests/live`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test stops where its expectation fails, and plays with the file system"
)]

mod attacks;
mod concurrent;
mod links;
mod reader;
#[path = "../live/faults/state.rs"]
#[allow(dead_code, reason = "some of it is for other targets")]
mod state;
#[path = "../live/faults/strace.rs"]
#[allow(dead_code, reason = "the subjects know it; nothing is traced here")]
mod strace;
#[path = "../live/faults/subject.rs"]
#[allow(dead_code, reason = "some of it is for other targets")]
mod subject;
#[path = "../live/support.rs"]
#[allow(dead_code, reason = "each target uses its part of it")]
mod support;
