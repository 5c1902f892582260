//! The command against real servers and a hostile file system.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test stops where its expectation fails, and says loudly what it leaves out"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "the file system, the clock and the environment are what these tests play with"
)]

mod etcd;
mod etcd_cluster;
mod faults;
mod memory;
mod reads;
mod renewal;
mod support;
