//! `audit`, for people, for code scanners and as a page.

mod html;
mod sarif;
mod text;

pub(crate) use html::html;
use pki_layout::report::{AuditFindingRow, CisNumber};
pub(crate) use sarif::sarif;
pub(crate) use text::print;

/// An item with the number it had in 1.5, where that is another: `CIS 1.2.5 (1.5: 1.2.6)`.
fn numbered(cis: &CisNumber) -> String {
    match cis.in_1_5 {
        Some(old) if old != cis.number => format!("CIS {} (1.5: {old})", cis.number),
        _ => format!("CIS {}", cis.number),
    }
}

/// All items of a finding.
fn all_numbered(row: &AuditFindingRow) -> String {
    let numbers: Vec<String> = row.cis.iter().map(numbered).collect();
    numbers.join(", ")
}

/// Where a finding is: the line where there is one, else the component and its file.
fn place(row: &AuditFindingRow) -> String {
    match (&row.place, &row.file) {
        (Some(place), _) => match place.line {
            Some(line) => format!("{}:{line}", place.file),
            None => place.file.clone(),
        },
        (None, Some(file)) => file.clone(),
        (None, None) => String::new(),
    }
}
