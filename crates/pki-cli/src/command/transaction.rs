//! `pkigen undo`, `pkigen history` and `pkigen recover`.

use time::OffsetDateTime;

use super::{existing_root, file_settings, pending, root, writing};
use crate::args::{Global, HistoryArguments, RecoverArguments, ReportFormat, UndoArguments};
use crate::exit::{CliError, ExitStatus};
use crate::printer::Printer;
use crate::{error, render};

/// `pkigen undo`.
pub(crate) fn undo(
    global: &Global,
    arguments: &UndoArguments,
    now: OffsetDateTime,
    printer: &Printer,
) -> Result<ExitStatus, CliError> {
    let settings = file_settings(global, printer)?;
    let root = existing_root(global, &settings)?;
    let root = root.with_writing(writing(global, &arguments.writing)?);
    let result = if arguments.dry_run {
        root.rehearse_undo(arguments.number, now)?
    } else {
        root.undo(arguments.number, now)?
    };
    let configured = settings.kubernetes_version.as_ref();
    let configured = configured.and_then(|version| version.value.parse().ok());
    let version = arguments.kubernetes_version.or(result.running);
    let version = version.or(configured).unwrap_or_default();
    let words = |remedy: &_| printer.typed().words(remedy);
    let mut report = result.report(&root, version, &words);
    report.refusals = result
        .refusals
        .iter()
        .map(|one| error::undo(one, printer.typed()))
        .collect();
    match arguments.output {
        ReportFormat::Json => {
            let account = render::renew::advice(&report.readers, report.dry_run);
            let done = (report.outcome == "done").then_some(account.as_str());
            printer.report(&render::json(&report)?, done)?;
        }
        ReportFormat::Text => render::transaction::undo(&report, printer)?,
    }
    let is_pending = arguments.dry_run && pending(&root, printer);
    Ok(
        if result.refusals.is_empty() && result.late.is_empty() && !is_pending {
            ExitStatus::Done
        } else {
            ExitStatus::Findings
        },
    )
}

/// `pkigen history`.
pub(crate) fn history(
    global: &Global,
    arguments: &HistoryArguments,
    printer: &Printer,
) -> Result<ExitStatus, CliError> {
    let root = root(global, printer)?;
    let pending = root.pending();
    let report = root.history()?.report(&root, pending.as_ref());
    match arguments.output {
        ReportFormat::Json => printer.data(&render::json(&report)?)?,
        ReportFormat::Text => render::transaction::history(&report, printer)?,
    }
    Ok(if pending.is_some() || !report.unreadable.is_empty() {
        ExitStatus::Findings
    } else {
        ExitStatus::Done
    })
}

/// `pkigen recover`.
pub(crate) fn recover(
    global: &Global,
    arguments: &RecoverArguments,
    now: OffsetDateTime,
    printer: &Printer,
) -> Result<ExitStatus, CliError> {
    let settings = file_settings(global, printer)?;
    let root = existing_root(global, &settings)?;
    let mut options = root.writing().clone();
    options.lock_timeout = arguments.lock_timeout;
    options.command.clone_from(&global.line);
    let root = root.with_writing(options);
    let finished = if arguments.abandon {
        root.abandon_pending()?
    } else {
        root.recover()?
    };
    let words = |remedy: &_| printer.typed().words(remedy);
    let version = arguments.kubernetes_version;
    let version = version.unwrap_or_else(|| root.observe().kubernetes_version(&settings));
    let report = root.recover_report(finished.as_ref(), version, now, &words);
    match arguments.output {
        ReportFormat::Json => {
            let account = render::renew::advice(&report.readers, false);
            let done = report.transaction.is_some().then_some(account.as_str());
            printer.report(&render::json(&report)?, done)?;
        }
        ReportFormat::Text => render::transaction::recover(&report, printer)?,
    }
    let late = finished
        .iter()
        .any(|finished| !finished.late.is_empty() || !finished.left.is_empty());
    Ok(if report.findings.is_empty() && !late {
        ExitStatus::Done
    } else {
        ExitStatus::Findings
    })
}
