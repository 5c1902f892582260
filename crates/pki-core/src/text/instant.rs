//! Instants as people read them.

use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{OffsetDateTime, UtcOffset};

const READABLE: &[BorrowedFormatItem<'static>] =
    format_description!("[year]-[month]-[day] [hour]:[minute]:[second] UTC");

/// In UTC, to the second: `2026-11-23 12:00:00 UTC`.
#[must_use]
pub fn readable(instant: OffsetDateTime) -> String {
    instant
        .to_offset(UtcOffset::UTC)
        .format(READABLE)
        .unwrap_or_else(|_| instant.to_string())
}
