//! Reports as people read them: the sentences and tables, and SARIF, metrics and drawings. The
//! fields of the JSON, and the names of actions in it, are `pki_layout::report`'s.

pub(crate) mod audit;
pub(crate) mod bundle;
pub(crate) mod compare;
pub(crate) mod csr;
pub(crate) mod expiration;
pub(crate) mod explain;
pub(crate) mod identities;
pub(crate) mod init;
pub(crate) mod inspect;
pub(crate) mod map;
pub(crate) mod readdress;
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
pub(crate) fn failure(error: &CliError, typed: &crate::typed::Typed) -> Result<String, CliError> {
    json(&FailureReport::new(
        error.outcome(),
        error::with_causes(error, typed),
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

/// A table of prose, which is folded in a pipe too.
fn prose() -> Table {
    let mut table = table();
    let width = prose_width();
    table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
    table
}

fn prose_width() -> usize {
    const WIDTH: usize = 80;
    table()
        .width()
        .map_or(WIDTH, |width| usize::from(width).min(WIDTH))
}

/// What is said of a finding, name beside value, and what to do about it.
fn said(indent: &str, fields: &[(&str, &str)], remedy: &str) -> String {
    let mut table = prose();
    let given = fields.iter().filter(|(_, value)| !value.is_empty());
    let given: Vec<&(&str, &str)> = given.collect();
    for (name, value) in &given {
        table.add_row([format!("{indent}{name}"), (*value).to_owned()]);
    }
    let name = "remedy";
    let widths = given.iter().map(|(name, _)| name.len());
    let width = widths.chain([name.len()]).max().unwrap_or_default();
    let first = format!("{indent}{name:width$}  ");
    format!("{}{}", lines(table), remedy_after(&first, remedy))
}

/// A remedy after the beginning of its first line, folded beneath that. A command stays in one
/// line, however long it is, or it could not be copied; and so does a path.
fn remedy_after(first: &str, remedy: &str) -> String {
    let (beside, width) = (first.chars().count(), prose_width());
    let mut text = first.to_owned();
    let mut at = beside;
    for unit in units(remedy) {
        let long = unit.chars().count();
        if at > beside && at + 1 + long > width {
            text.push('\n');
            text.push_str(&" ".repeat(beside));
            at = beside;
        } else if at > beside {
            text.push(' ');
            at += 1;
        }
        text.push_str(&unit);
        at += long;
    }
    text.push('\n');
    text
}

/// Words, and commands with all of theirs.
fn units(text: &str) -> Vec<String> {
    let mut units: Vec<String> = Vec::new();
    let mut is_command = false;
    for word in text.split(' ') {
        match units.last_mut() {
            Some(last) if is_command => {
                last.push(' ');
                last.push_str(word);
            }
            _ => units.push(word.to_owned()),
        }
        is_command ^= word.matches('`').count() % 2 == 1;
    }
    units
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
    text
}

const DATE: &[BorrowedFormatItem<'static>] =
    format_description!("[month repr:short] [day], [year] [hour]:[minute] UTC");

/// An instant as kubeadm's tables write it.
pub(crate) fn date(instant: OffsetDateTime) -> String {
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
