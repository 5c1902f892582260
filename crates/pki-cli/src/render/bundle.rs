//! `bundle`, for people.

use std::fmt::Write as _;

use pki_layout::bundle::{BundleReport, ImportBundleReport};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{counted, date};
use crate::exit::CliError;
use crate::printer::{HEADING, Printer};

/// What is in it, and until when.
pub(crate) fn exported(report: &BundleReport, printer: &Printer) -> Result<(), CliError> {
    let until = report.expires.as_deref().and_then(|expires| {
        let expires = OffsetDateTime::parse(expires, &Rfc3339).ok()?;
        Some(format!(", to be taken until {}", date(expires)))
    });
    let mut text = format!(
        "{HEADING}{} packed into {}{HEADING:#}{}\n\n",
        counted(report.files.len(), "file"),
        report.file,
        until.unwrap_or_default()
    );
    for file in &report.files {
        let _ = writeln!(text, "  {file}");
    }
    for authority in &report.without_key {
        printer.note(&format!(
            "the key of {authority} is not in it, because it is not here: what it signs is asked for, with \
             `pkigen csr create`"
        ));
    }
    text.push_str(
        "\nWhoever opens it can sign for the whole cluster: carry it, take it, and take it away.\n",
    );
    printer.account_of(&text, true)
}

/// What was put in its place; what was made beside it is told as `init` does.
pub(crate) fn imported(report: &ImportBundleReport, printer: &Printer) -> Result<(), CliError> {
    for offence in &report.offences {
        printer.refusal(offence);
    }
    if !report.offences.is_empty() {
        printer.plain("nothing was written");
        return Ok(());
    }
    let verb = if report.outcome == "planned" {
        "Would put"
    } else {
        "Put"
    };
    if report.shared.is_empty() {
        return printer.account("What the nodes share is here already.\n");
    }
    let mut text = format!("{HEADING}{verb} what the nodes share in its place{HEADING:#}\n\n");
    for file in &report.shared {
        let _ = writeln!(text, "  {file}");
    }
    text.push('\n');
    printer.account_of(&text, report.outcome != "planned")
}
