//! Reports as people read them: the sentences and tables, and SARIF, metrics and drawings. The
//! fields of the JSON, and the names of actions in it, are `pki_layout::report`'s.

pub(crate) mod audit;
pub(crate) mod expiration;
pub(crate) mod explain;
pub(crate) mod init;
pub(crate) mod inspect;
pub(crate) mod map;
pub(crate) mod remedy;
pub(crate) mod renew;
pub(crate) mod transaction;
pub(crate) mod verify;

use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, Table};
use pki_layout::report::FailureReport;
use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

use crate::error;
use crate::exit::CliError;

/// An object as JSON, indented, ending in a line break.
pub(crate) fn json(report: &impl Serialize) -> Result<String, CliError> {
    let mut text = serde_json::to_string_pretty(report)?;
    text.push('\n');
    Ok(text)
}

/// How a command that writes failed.
pub(crate) fn failure(error: &CliError) -> Result<String, CliError> {
    json(&FailureReport::new(
        error.outcome(),
        error::with_causes(error),
    ))
}

/// A table without lines, two blanks between columns; folds on a narrow terminal, never in a
/// pipe.
fn table() -> Table {
    let mut table = Table::new();
    table
        .load_style(NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic);
    table
}

/// Rows of text, without the blanks that a table leaves at the ends of lines.
fn lines(mut table: Table) -> String {
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let mut text = String::new();
    for line in table.lines() {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text.replace(UNBROKEN, " ")
}

/// A blank that no table folds at. Nobody's text has it: it is of the private use area.
const UNBROKEN: char = '\u{e000}';

/// A text whose commands, between backticks, stay in one line each where they fit into a column of
/// this width: whoever copies one has all of it.
fn unbroken(text: &str, width: usize) -> String {
    let spans = text.split('`').enumerate().map(|(at, span)| {
        // With its backticks, and the stop after it.
        if at % 2 == 1 && span.chars().count() + 3 <= width {
            span.replace(' ', &UNBROKEN.to_string())
        } else {
            span.to_owned()
        }
    });
    spans.collect::<Vec<String>>().join("`")
}

const DATE: &[BorrowedFormatItem<'static>] =
    format_description!("[month repr:short] [day], [year] [hour]:[minute] UTC");

/// An instant as kubeadm's tables write it.
fn date(instant: OffsetDateTime) -> String {
    instant
        .to_offset(time::UtcOffset::UTC)
        .format(DATE)
        .unwrap_or_default()
}

/// So many of them: `1 file`, `2 files`.
fn counted(count: usize, thing: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {thing}{plural}")
}
