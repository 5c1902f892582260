//! What the tests of the command share.

pub(crate) mod command;
pub(crate) mod openssl;
pub(crate) mod snapshot;
pub(crate) mod tree;
pub(crate) mod x509;

pub(crate) use command::{Run, command, pkigen, run};
pub(crate) use openssl::Workshop;
pub(crate) use snapshot::Snapshot;
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};
pub(crate) use tree::{NODE, Tree};
pub(crate) use x509::{Facts, LEAVES};

/// An instant so many days from now, as `--at` takes it.
pub(crate) fn days_from_now(days: i64) -> String {
    let instant = OffsetDateTime::now_utc() + Duration::days(days);
    instant.format(&Rfc3339).unwrap()
}
