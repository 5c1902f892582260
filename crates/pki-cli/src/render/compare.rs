//! `compare`, for people.

use std::fmt::Write as _;

use pki_layout::compare::{CompareReport, DivergenceRow};

use super::{counted, lines, prose};
use crate::exit::CliError;
use crate::printer::{HEADING, Printer};

/// Each divergence with what each node has.
pub(crate) fn print(report: &CompareReport, printer: &Printer) -> Result<(), CliError> {
    for node in &report.nodes {
        if !node.not_observed.is_empty() {
            printer.note(&format!(
                "of {} not observed, because the archive does not have it: {}",
                node.name,
                node.not_observed.join(", ")
            ));
        }
    }
    let names: Vec<&str> = report.nodes.iter().map(|node| node.name.as_str()).collect();
    let mut text = String::new();
    for row in &report.divergences {
        text.push_str(&divergence(row));
        text.push('\n');
    }
    let found = match report.divergences.len() {
        0 => "they are to each other as they should be".to_owned(),
        count => format!("they differ in {}", counted(count, "thing")),
    };
    let _ = writeln!(
        text,
        "{} compared: {}; {found}",
        counted(report.nodes.len(), "node"),
        names.join(", ")
    );
    printer.data(&text)
}

fn divergence(row: &DivergenceRow) -> String {
    let mut text = format!(
        "{HEADING}{}{HEADING:#}: {} ({})\n",
        row.subject, row.rule, row.level
    );
    let mut values = prose();
    for value in &row.values {
        values.add_row([format!("  {}", value.nodes.join(", ")), value.value.clone()]);
    }
    text.push_str(&lines(values));
    let mut table = prose();
    table.add_row(["  problem", row.problem]);
    table.add_row(["  remedy", row.remedy]);
    text.push_str(&lines(table));
    text
}
