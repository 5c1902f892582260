//! What the tests of the command share.
#![allow(dead_code, unused_imports, reason = "each target uses its part of it")]

pub(crate) mod ask;
pub(crate) mod command;
mod company;
mod extensions;
pub(crate) mod forge;
pub(crate) mod node;
mod odd_key;
pub(crate) mod page;
mod presented;
mod program;
pub(crate) mod remedy;
pub(crate) mod snapshot;
pub(crate) mod told;
pub(crate) mod tree;
mod workshop;
pub(crate) mod x509;

use std::path::{Path, PathBuf};

pub(crate) use command::{Run, command, pkigen, run};
pub(crate) use company::Company;
pub(crate) use odd_key::{OddKey, Scheme};
pub(crate) use presented::Presented;
pub(crate) use program::{program, said};
pub(crate) use snapshot::Snapshot;
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};
pub(crate) use tree::{NODE, Tree};
pub(crate) use workshop::{AUTHORITY, How, Workshop};
pub(crate) use x509::{Facts, LEAVES};

/// A file of `tests/fixtures`.
pub(crate) fn fixture(name: &str) -> PathBuf {
    let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures");
    Path::new(fixtures).join(name)
}

/// An instant so many days from now, as `--at` takes it.
pub(crate) fn days_from_now(days: i64) -> String {
    let instant = OffsetDateTime::now_utc() + Duration::days(days);
    instant.format(&Rfc3339).unwrap()
}

/// The instant so many days after the one that the trees of [`Tree::good`] are judged by.
pub(crate) fn day(days: i64) -> String {
    let made = OffsetDateTime::parse(tree::MADE, &Rfc3339).unwrap();
    (made + Duration::days(7 + days)).format(&Rfc3339).unwrap()
}
