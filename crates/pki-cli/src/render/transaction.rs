//! `undo`, `history` and `recover`, for people.

use std::fmt::Write as _;

use pki_layout::report::{
    ChangedFileRow, HistoryReport, PendingRow, RecoverReport, RecoveredRow, TransactionRow,
    UndoReport,
};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{date, lines, renew, table, verify};
use crate::exit::CliError;
use crate::printer::{HEADING, Printer};
use crate::typed::Typed;

/// Refusals go to standard error, the account to standard output.
pub(crate) fn undo(report: &UndoReport, printer: &Printer) -> Result<(), CliError> {
    recovered(report.recovered.as_ref(), printer);
    for refusal in &report.refusals {
        printer.refusal(refusal);
    }
    if let Some(remedy) = &report.remedy {
        printer.plain(&format!("  {remedy}"));
    }
    for warning in &report.warnings {
        printer.warning(warning);
    }
    for late in &report.late_writes {
        printer.failure(late);
    }
    let Some(transaction) = &report.transaction else {
        printer.plain("nothing was written");
        return Ok(());
    };
    let mut text = String::new();
    let verb = if report.dry_run {
        "Would take back"
    } else {
        "Took back"
    };
    let _ = writeln!(
        text,
        "{HEADING}{verb} transaction {} of {}{HEADING:#}\n{}\n",
        transaction.number,
        shown(&transaction.at),
        transaction.command
    );
    text.push_str(&files(&report.files));
    if let Some(number) = report.number {
        let undo = printer.typed().line(&["undo", &number.to_string()]);
        let _ = writeln!(text, "\nTo have it as it was: {undo}");
    }
    text.push_str(&renew::advice(&report.readers, report.dry_run));
    printer.account_of(&text, !report.dry_run)
}

/// The newest first: that is the one that is asked about.
pub(crate) fn history(report: &HistoryReport, printer: &Printer) -> Result<(), CliError> {
    pending(report.pending.as_ref(), printer);
    for record in &report.unreadable {
        printer.warning(&format!(
            "the record of transaction {} {}",
            record.number, record.problem
        ));
    }
    if report.transactions.is_empty() {
        return printer.account("No transaction yet.\n");
    }
    let mut table = table();
    table.add_row(["NUMBER", "WHEN", "FILES", "UNDO", "COMMAND"]);
    for transaction in report.transactions.iter().rev() {
        table.add_row([
            transaction.number.to_string(),
            shown(&transaction.at),
            transaction.files.len().to_string(),
            undo_state(transaction),
            transaction.command.clone(),
        ]);
    }
    let mut text = lines(table);
    if printer.is_verbose() {
        for transaction in report.transactions.iter().rev() {
            let _ = writeln!(text, "\n{HEADING}{}{HEADING:#}", transaction.number);
            if !transaction.accepted.is_empty() {
                let _ = writeln!(text, "  accepted  {}", transaction.accepted.join(", "));
            }
            text.push_str(&files(&transaction.files));
        }
    }
    printer.data(&text)
}

fn undo_state(transaction: &TransactionRow) -> String {
    match (transaction.undone_by, transaction.undoes) {
        (Some(by), _) => format!("undone by {by}"),
        (None, Some(undone)) => format!("undid {undone}"),
        (None, None) if transaction.withdrawn => "taken back".to_owned(),
        (None, None) if transaction.kept => "possible".to_owned(),
        (None, None) => "not kept".to_owned(),
    }
}

/// What was completed, or that there was nothing.
pub(crate) fn recover(report: &RecoverReport, printer: &Printer) -> Result<(), CliError> {
    let Some(transaction) = &report.transaction else {
        return printer.account("Nothing to recover: no run was interrupted here.\n");
    };
    let verb = match report.outcome {
        "taken-back" => "Took back",
        _ => "Completed",
    };
    let mut text = format!(
        "{HEADING}{verb} what was interrupted{HEADING:#}: {} of {}\n\n",
        transaction.command,
        shown(&transaction.at)
    );
    for file in &transaction.files {
        let _ = writeln!(text, "  {file}");
    }
    text.push_str(&renew::advice(&report.readers, false));
    printer.account_of(&text, true)?;
    changed_by_others(transaction, printer);
    if report.findings.is_empty() {
        return Ok(());
    }
    printer.warning("it is as it was decided, and this is wrong now:");
    let findings = report.findings.iter().map(|row| (row, false));
    printer.data(&format!("\n{}", verify::by_file(findings.collect())))
}

/// What others have written stays, or is kept: that is never passed over.
fn changed_by_others(row: &RecoveredRow, printer: &Printer) {
    for late in &row.late_writes {
        printer.failure(late);
    }
    let kept = row.kept.as_ref().map_or_else(String::new, |kept| {
        format!("; what was there before is kept in {kept}")
    });
    for file in &row.left {
        printer.failure(&format!(
            "{file} stays as another program has left it{kept}"
        ));
    }
}

/// Says that something was completed before what was asked for.
pub(crate) fn recovered(row: Option<&RecoveredRow>, printer: &Printer) {
    if let Some(row) = row {
        let verb = if row.taken_back {
            "taken back"
        } else {
            "completed"
        };
        printer.note(&format!(
            "{verb} first: `{}` of {}, which was interrupted",
            row.command,
            shown(&row.at)
        ));
        changed_by_others(row, printer);
    }
}

/// Says that a run was interrupted, where nothing is written that would complete it.
pub(crate) fn pending(row: Option<&PendingRow>, printer: &Printer) {
    if let Some(row) = row {
        printer.warning(&pending_text(row, printer.typed()));
    }
}

/// See [`pending`].
pub(crate) fn pending_text(row: &PendingRow, typed: &Typed) -> String {
    let recover = typed.line(&["recover"]);
    match (&row.command, &row.at) {
        (Some(command), Some(at)) => format!(
            "`{command}` of {} was interrupted, and some of its files may be old and others new; \
             complete it with `{recover}`",
            shown(at)
        ),
        _ => format!(
            "{} says that a run was interrupted, and cannot be read; `{recover}` says why",
            row.journal
        ),
    }
}

fn files(files: &[ChangedFileRow]) -> String {
    let mut table = table();
    for file in files {
        table.add_row([format!("  {}", file.effect), file.path.clone()]);
    }
    lines(table)
}

fn shown(instant: &str) -> String {
    OffsetDateTime::parse(instant, &Rfc3339).map_or_else(|_| instant.to_owned(), date)
}
