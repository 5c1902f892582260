//! `readdress`, for people.

use std::fmt::Write as _;

use pki_layout::{Phase, ReaddressReport, Task};

use super::transaction;
use crate::exit::CliError;
use crate::printer::{HEADING, Printer};

/// What changed, and what is left to be done.
pub(crate) fn print(report: &ReaddressReport, printer: &Printer) -> Result<(), CliError> {
    transaction::recovered(report.recovered.as_ref(), printer);
    for refusal in &report.refusals {
        printer.refusal(refusal);
    }
    for late in &report.late_writes {
        printer.failure(late);
    }
    match report.outcome {
        "refused" => {
            printer.plain("nothing was written");
            return Ok(());
        }
        "unchanged" => {
            printer.failure(&format!("nothing here has the address {}", report.old));
            return Ok(());
        }
        _ => {}
    }
    let node = report
        .node
        .as_ref()
        .map_or_else(String::new, |node| format!(" {node}"));
    let verb = if report.dry_run {
        "Would move"
    } else {
        "Moved"
    };
    let mut text = String::new();
    let before: Vec<&Task> = of_phase(report, Phase::Before);
    let after: Vec<&Task> = of_phase(report, Phase::After);
    if !before.is_empty() {
        let when = if report.dry_run {
            "First"
        } else {
            "This should have been done before; if it was not, do it now"
        };
        let _ = writeln!(text, "{HEADING}{when}:{HEADING:#}");
        text.push_str(&tasks(&before));
        text.push('\n');
    }
    let _ = writeln!(
        text,
        "{HEADING}{verb} node{node} from {} to {}{HEADING:#}\n",
        report.old, report.new
    );
    for row in &report.renewed {
        let action = if report.dry_run { "issue" } else { "issued" };
        let _ = writeln!(text, "  {action:<8} {row}");
    }
    for file in &report.files {
        let action = if report.dry_run { "write" } else { "wrote" };
        let _ = writeln!(text, "  {action:<8} {file}");
    }
    if !report.dry_run {
        let undo = printer.typed().line(&["undo"]);
        let back = printer
            .typed()
            .line(&["readdress", &report.new, &report.old]);
        let _ = writeln!(
            text,
            "\nTo have these files as they were: {undo}; to move back, with everything that is elsewhere: {back}"
        );
    }
    let _ = writeln!(text, "\n{HEADING}Then:{HEADING:#}");
    text.push_str(&tasks(&after));
    printer.account_of(&text, !report.dry_run)
}

fn of_phase(report: &ReaddressReport, phase: Phase) -> Vec<&Task> {
    let tasks = report.tasks.iter();
    tasks.filter(|task| task.phase == phase).collect()
}

/// A command stays in one line, however long it is, or it could not be copied.
fn tasks(tasks: &[&Task]) -> String {
    let mut text = String::new();
    for (at, task) in tasks.iter().enumerate() {
        text.push_str(&super::remedy_after(&format!("  {}. ", at + 1), &task.text));
        if let Some(command) = &task.command {
            let _ = writeln!(text, "     {command}");
        }
    }
    text
}
