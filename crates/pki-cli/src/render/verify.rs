//! `verify`, for people: findings by file, and a line that says what was looked at.

use std::fmt::Write as _;

use pki_layout::report::{FindingRow, VerifyReport};
use time::OffsetDateTime;

use super::remedy::{WHERE_FILE_IS, names_file};
use super::{counted, date, said};
use crate::exit::CliError;
use crate::printer::{HEADING, Printer};

/// Findings and what was looked at go to standard output.
pub(crate) fn print(
    report: &VerifyReport,
    now: OffsetDateTime,
    printer: &Printer,
) -> Result<(), CliError> {
    if report.findings.is_empty() && report.warnings.is_empty() {
        return printer.account(&summary(report, now));
    }
    let findings = report.findings.iter().map(|row| (row, false));
    let warnings = report.warnings.iter().map(|row| (row, true));
    let mut text = by_file(findings.chain(warnings).collect());
    let rows = report.findings.iter().chain(&report.warnings);
    text.push_str(&where_file_is(rows.map(|row| row.remedy.text.as_str())));
    text.push_str(&summary(report, now));
    printer.data(&text)
}

/// Findings, or with `true` warnings, under the file that they are about.
pub(super) fn by_file(mut rows: Vec<(&FindingRow, bool)>) -> String {
    let mut text = String::new();
    // Findings come by file already; a warning joins those of its file.
    let mut files: Vec<&str> = Vec::new();
    for (row, _) in &rows {
        if !files.contains(&row.file.as_str()) {
            files.push(&row.file);
        }
    }
    for file in files {
        let (of_file, others) = rows.into_iter().partition(|(row, _)| row.file == file);
        rows = others;
        let of_file: Vec<(&FindingRow, bool)> = of_file;
        let _ = writeln!(text, "{HEADING}{file}{HEADING:#}");
        for (row, warning) in of_file {
            text.push_str(&finding(row, warning));
        }
        text.push('\n');
    }
    text
}

/// What `FILE` is, where one of these remedies names it.
pub(super) fn where_file_is<'a>(mut remedies: impl Iterator<Item = &'a str>) -> String {
    if remedies.any(names_file) {
        format!("{WHERE_FILE_IS}\n\n")
    } else {
        String::new()
    }
}

fn finding(row: &FindingRow, warning: bool) -> String {
    let mark = if warning { " (warning)" } else { "" };
    let mut text = format!("  {HEADING}{}{HEADING:#}{mark}\n", row.rule);
    let refused_by = row.refused_by.join(", ");
    let certificate = row.certificate.as_deref().unwrap_or_default();
    let fields = [
        ("certificate", certificate),
        ("problem", &*row.message),
        ("refused by", &*refused_by),
    ];
    text.push_str(&said("    ", &fields, &row.remedy.text));
    text
}

/// What was looked at, and how much was found.
fn summary(report: &VerifyReport, now: OffsetDateTime) -> String {
    let looked = format!(
        "{} in {}",
        counted(report.certificates, "certificate"),
        counted(report.files, "file")
    );
    let compared = report
        .configuration
        .as_ref()
        .map_or_else(String::new, |file| format!("compared with {file}\n"));
    let found = match (report.findings.len(), report.warnings.len()) {
        (0, 0) => "nothing is wrong".to_owned(),
        (findings, 0) => counted(findings, "finding"),
        (findings, warnings) => format!(
            "{}, {}",
            counted(findings, "finding"),
            counted(warnings, "warning")
        ),
    };
    format!("{looked} checked for {}: {found}\n{compared}", date(now))
}
