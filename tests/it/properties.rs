//! What holds of every cluster, name and serial number, not only of those somebody thought of.

mod certificates;
mod names;
mod plans;
mod strategies;

use proptest::test_runner::Config;

/// So many cases, and no file of failures: a failure prints its smallest input, which becomes a
/// test of its own.
fn cases(count: u32) -> Config {
    Config {
        cases: count,
        failure_persistence: None,
        ..Config::default()
    }
}
