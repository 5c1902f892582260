use std::fmt::Write as _;

use pki_layout::report::{AuditFindingRow, AuditReport, AuditedPath};
use time::OffsetDateTime;

use super::super::verify::where_file_is;
use super::super::{counted, date, lines, prose, said};
use super::{all_numbered, place};
use crate::exit::CliError;
use crate::printer::{HEADING, Printer};

/// Paths first, then findings, then what was looked at; all to standard output.
pub(crate) fn print(
    report: &AuditReport,
    now: OffsetDateTime,
    printer: &Printer,
) -> Result<(), CliError> {
    let mut text = paths(report);
    for (rows, warning) in [(&report.findings, false), (&report.warnings, true)] {
        for row in rows {
            text.push('\n');
            text.push_str(&finding(row, warning));
        }
    }
    text.push('\n');
    let rows = report.findings.iter().chain(&report.warnings);
    text.push_str(&where_file_is(rows.map(|row| row.remedy.text.as_str())));
    text.push_str(&summary(report, now));
    if report.findings.is_empty() && report.warnings.is_empty() {
        printer.account(&text)
    } else {
        printer.data(&text)
    }
}

/// What was looked at; the rest is as the table has it, and in the JSON.
fn paths(report: &AuditReport) -> String {
    let seen: Vec<&AuditedPath> = report
        .paths
        .iter()
        .filter(|one| one.seen != "not")
        .collect();
    if seen.is_empty() {
        return String::new();
    }
    let mut text = format!("{HEADING}Communication paths{HEADING:#}\n");
    let mut table = prose();
    table.add_row(["PATH", "PROTECTION", "PROBLEM"]);
    for path in seen {
        let half = if path.seen == "half" { " *" } else { "" };
        let problem = if path.problems.is_empty() {
            "-".to_owned()
        } else {
            // Numbers follow each other.
            path.problems.join(", ").replace(", CIS ", ", ")
        };
        table.add_row([
            format!("{}{half}", path.path),
            path.protection.to_owned(),
            problem,
        ]);
    }
    text.push_str(&lines(table));
    if report.paths.iter().any(|path| path.seen == "half") {
        text.push_str("* one end was looked at; of the other the best is assumed\n");
    }
    text
}

fn finding(row: &AuditFindingRow, warning: bool) -> String {
    let mark = if warning { " (warning)" } else { "" };
    let numbers = all_numbered(row);
    let numbers = if numbers.is_empty() {
        numbers
    } else {
        format!("  {numbers}")
    };
    let mut text = format!("{HEADING}{}{HEADING:#}{numbers}{mark}\n", row.rule);
    let flag = match (row.component, &row.flag) {
        (Some(component), Some(flag)) => format!("{component} {flag}"),
        _ => String::new(),
    };
    let (place, costs) = (place(row), costs(row));
    let certificate = row.certificate.as_deref().unwrap_or_default();
    let fields = [
        ("place", &*place),
        ("flag", &*flag),
        ("certificate", certificate),
        ("problem", &*row.message),
        ("costs", &*costs),
    ];
    text.push_str(&said("  ", &fields, &row.remedy.text));
    text
}

/// The paths that lose the same together.
fn costs(row: &AuditFindingRow) -> String {
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for concern in &row.paths {
        let loses = if concern.loses.is_empty() {
            "nothing goes over".to_owned()
        } else {
            concern.loses.join(", ")
        };
        match groups.iter_mut().find(|(known, _)| *known == loses) {
            Some((_, paths)) => paths.push(&concern.path),
            None => groups.push((loses, vec![&concern.path])),
        }
    }
    let groups = groups.into_iter().map(|(loses, paths)| {
        let paths = paths.join(", ");
        if loses == "nothing goes over" {
            format!("{loses} {paths}")
        } else {
            format!("{loses} of {paths}")
        }
    });
    groups.collect::<Vec<_>>().join("; ")
}

/// What was looked at, what was not, and how much was found.
fn summary(report: &AuditReport, now: OffsetDateTime) -> String {
    let mut text = String::new();
    let mut looked = prose();
    for one in &report.components {
        let release = one
            .release
            .as_ref()
            .map_or_else(String::new, |tag| format!(" {tag}"));
        looked.add_row([
            format!("{}{release}", one.component),
            format!("{}, {}", one.source, one.file),
        ]);
    }
    let _ = writeln!(text, "{HEADING}Looked at{HEADING:#}");
    text.push_str(&lines(looked));
    if !report.not_audited.is_empty() {
        let _ = writeln!(
            text,
            "not found, and so not audited: {}",
            report.not_audited.join(", ")
        );
    }
    let count = |verdict: &str| {
        report
            .items
            .iter()
            .filter(|item| item.verdict == verdict)
            .count()
    };
    let _ = writeln!(
        text,
        "{} of CIS {} passed, {} failed, {} with a warning, {} by hand, {} not here",
        counted(count("pass"), "item"),
        report.benchmark,
        count("fail"),
        count("warn"),
        count("by-hand"),
        count("not-here"),
    );
    let found = match (report.findings.len(), report.warnings.len()) {
        (0, 0) => "nothing is wrong".to_owned(),
        (findings, 0) => counted(findings, "finding"),
        (findings, warnings) => format!(
            "{}, {}",
            counted(findings, "finding"),
            counted(warnings, "warning")
        ),
    };
    let _ = writeln!(
        text,
        "audited for Kubernetes {} and {}:\n{found}",
        report.kubernetes_version,
        date(now)
    );
    text
}
