//! `renew`, for people.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use pki_core::judge::expiration::residual;
use pki_layout::report::{NamedRow, RenewReport, RenewRow, RestartRow, RootRenewal};
use pki_layout::table::reload::STATIC_PODS;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::remedy::{WHERE_FILE_IS, names_file};
use super::{date, lines, table, transaction};
use crate::exit::CliError;
use crate::printer::{HEADING, Printer};

/// The action of what is said on standard error.
const LEFT_OUT: &str = "left out";

/// A root is in no tree: what nodes hold of it is brought there.
pub(crate) fn root(report: &RootRenewal, printer: &Printer) -> Result<(), CliError> {
    let end = OffsetDateTime::parse(&report.not_after, &Rfc3339);
    let end = end.map_or_else(|_| report.not_after.clone(), date);
    let done = if report.dry_run {
        "would be renewed"
    } else {
        "renewed"
    };
    let text = format!(
        "{done}  root-ca  {}  expires {end}\n\n{HEADING}Next, on every control-plane node, with {} at hand:{HEADING:#}\n  `{}`\n",
        report.subject,
        report.path,
        printer
            .typed()
            .line(&["renew", "ca", "--certificate", "ca.crt"]),
    );
    printer.account_of(&text, !report.dry_run)
}

/// What failed goes to standard error, the account to standard output.
pub(crate) fn print(report: &RenewReport, printer: &Printer) -> Result<(), CliError> {
    transaction::recovered(report.recovered.as_ref(), printer);
    if let Some(nothing) = &report.nothing_found {
        printer.failure(nothing);
        // Where several have failed for it, it is said after them.
        let is_said = |row: &RenewRow| row.remedy == report.nothing_found_remedy;
        if let Some(remedy) = &report.nothing_found_remedy
            && !report.rows.iter().any(is_said)
        {
            printer.remedy(remedy);
        }
    }
    let told: Vec<(String, &RenewRow)> = report
        .rows
        .iter()
        .filter_map(|row| Some((not_renewed(row, report.nothing_found.is_some())?, row)))
        .collect();
    // What mends several is said once.
    for group in told.chunk_by(|one, other| one.1.remedy == other.1.remedy) {
        for (text, _) in group {
            printer.failure(text);
        }
        if let Some(remedy) = group.first().and_then(|(_, row)| row.remedy.as_deref()) {
            printer.remedy(remedy);
        }
    }
    for row in report.rows.iter().filter(|row| row.action == LEFT_OUT) {
        let why = row.detail.as_deref().unwrap_or_default();
        let remedy = row.remedy.as_deref().unwrap_or_default();
        printer.refusal_with_remedy(&format!("{} was left out: {why}", row.name), remedy);
    }
    for group in report
        .named_elsewhere
        .chunk_by(|one, other| one.remedy == other.remedy)
    {
        for one in group {
            printer.failure(&left_elsewhere(one));
        }
        if let Some(one) = group.first() {
            printer.remedy(&one.remedy);
        }
    }
    for warning in &report.warnings {
        printer.warning(warning);
    }
    for late in &report.late_writes {
        printer.failure(late);
    }
    let remedies = report.rows.iter().filter_map(|row| row.remedy.as_deref());
    let mut remedies = remedies.chain(report.nothing_found_remedy.as_deref());
    if remedies.any(names_file) {
        printer.plain(WHERE_FILE_IS);
    }
    let mut text = rows(&report.rows);
    if report.readers.is_empty() {
        text.push_str("\nNothing was renewed, and nothing has to be restarted.\n");
    } else {
        text.push_str(&first_of_all(report));
        text.push_str(&advice(&report.readers, report.dry_run));
    }
    text.push_str(&copies(report));
    printer.account_of(&text, report.has_changed())
}

/// That a row which should have been renewed was not, and why.
fn not_renewed(row: &RenewRow, found_nothing: bool) -> Option<String> {
    let why = row.detail.as_deref().unwrap_or("it cannot be");
    let name = &row.name;
    match row.action {
        // Where nothing is, no row has to say so.
        "missing" if found_nothing => None,
        "failed" => Some(format!("{name} was not renewed: {why}")),
        "missing" => (row.pressing || row.remedy.is_some()).then(|| format!("{name} is missing")),
        "external" if row.pressing => Some(format!("{name} is due and was not renewed: {why}")),
        "external" => row
            .remedy
            .as_ref()
            .map(|_| format!("{name} was not renewed: {why}")),
        _ if row.pressing => Some(format!("{name} is due and was not renewed: {why}")),
        _ => None,
    }
}

/// That something is no row's to renew.
fn left_elsewhere(one: &NamedRow) -> String {
    let end = one.expiration.as_deref().map(shown).unwrap_or_default();
    let when = match one.state {
        "expired" => format!("expired {end}"),
        state => format!("is {state}, it ends {end}"),
    };
    format!("{}: {} {when}, and is not renewed here", one.name, one.path)
}

/// What comes before a restart: a component that starts with what has expired does not come back.
fn first_of_all(report: &RenewReport) -> String {
    let Some(remedy) = &report.expired_remedy else {
        return String::new();
    };
    let names = report.expired.join(", ");
    format!(
        "\n{HEADING}Before anything is restarted:{HEADING:#}\n  {names} expired too, and what starts \
         with that does not come back\n  {}; then what follows\n",
        remedy.trim_end_matches('.')
    )
}

fn rows(rows: &[RenewRow]) -> String {
    let mut table = table();
    for row in rows.iter().filter(|row| row.action != "failed") {
        let detail = match (&row.new_expiration, &row.detail) {
            _ if row.action == LEFT_OUT => "stays as it is".to_owned(),
            (Some(expires), None) => format!("expires {}", shown(expires)),
            (Some(expires), Some(detail)) => format!("expires {}: {detail}", shown(expires)),
            (None, detail) => detail.clone().unwrap_or_default(),
        };
        let shortened = shortened(row).unwrap_or_default();
        table.add_row([row.action, row.name.as_str(), &(detail + &shortened)]);
        for difference in &row.differences {
            table.add_row(["", "", &format!("  {difference}")]);
        }
    }
    if table.is_empty() {
        String::new()
    } else {
        lines(table)
    }
}

/// How much earlier the new certificate ends than the old one, and what keeps its life.
fn shortened(row: &RenewRow) -> Option<String> {
    let instant = |text: &Option<String>| OffsetDateTime::parse(text.as_deref()?, &Rfc3339).ok();
    let earlier = instant(&row.old_expiration)? - instant(&row.new_expiration)?;
    if !earlier.is_positive() {
        return None;
    }
    let text = format!(", {} earlier than the old one", residual(earlier));
    Some(match &row.longer_life {
        Some(life) => format!("{text}: `--certificate-validity {life}` keeps its life"),
        None => text,
    })
}

/// What still holds an authority's old certificate, and until when that is of use.
fn copies(report: &RenewReport) -> String {
    let mut text = String::new();
    if let Some(end) = &report.old_authority_ends {
        let end = shown(end);
        let copies = if report.copies.is_empty() {
            "."
        } else {
            ", and see to these copies:"
        };
        let when = if report.old_authority_is_over {
            format!("The old certificate is over since {end}. Restart now{copies}")
        } else {
            format!("The old certificate ends {end}. Restart before{copies}")
        };
        let _ = writeln!(text, "\n{HEADING}{when}{HEADING:#}");
    }
    if report.old_authority_ends.is_none() && !report.copies.is_empty() {
        let heading = "These have the authority of before. See to them:";
        let _ = writeln!(text, "\n{HEADING}{heading}{HEADING:#}");
    }
    for copy in &report.copies {
        let _ = writeln!(text, "  {} ({})", copy.place, copy.authority);
        let _ = writeln!(text, "    {}", copy.how);
        if let Some(command) = &copy.command {
            let _ = writeln!(text, "    {command}");
        }
    }
    text
}

fn shown(instant: &str) -> String {
    OffsetDateTime::parse(instant, &Rfc3339).map_or_else(|_| instant.to_owned(), date)
}

/// One reader of several certificates is restarted once.
fn restart(text: &mut String, number: &str, group: &[&RestartRow]) {
    let Some(first) = group.first() else { return };
    let names: Vec<&str> = group.iter().map(|one| one.certificate.as_str()).collect();
    let (reader, when, names) = (&first.reader, &first.when, names.join(", "));
    let _ = writeln!(text, "  {number}{reader}, which {when} ({names})");
    let notes = group.iter().filter_map(|one| one.note.as_deref());
    let command = first.restart.as_deref();
    let mut lines: Vec<&str> = command.into_iter().chain(notes).collect();
    lines.dedup();
    for line in lines {
        let _ = writeln!(text, "    {line}");
    }
}

/// What must be restarted first, then what need not.
pub(crate) fn advice(readers: &[RestartRow], dry_run: bool) -> String {
    let (restarts, others): (Vec<_>, Vec<_>) =
        readers.iter().partition(|reader| reader.restart.is_some());
    let mut text = String::new();
    if !restarts.is_empty() {
        let groups: Vec<&[&RestartRow]> = restarts
            .chunk_by(|one, other| one.restart == other.restart)
            .collect();
        let verb = match (dry_run, groups.len()) {
            (true, 1) => "Would need a restart",
            (true, _) => "Would need a restart, in this order",
            (false, 1) => "Restart",
            (false, _) => "Restart, in this order",
        };
        let _ = writeln!(text, "\n{HEADING}{verb}:{HEADING:#}");
        for (at, group) in groups.iter().enumerate() {
            let number = match groups.len() {
                1 => String::new(),
                _ => format!("{}. ", at + 1),
            };
            restart(&mut text, &number, group);
        }
        if restarts.iter().any(|reader| reader.reader != "kubelet") {
            for sentence in STATIC_PODS.split_inclusive(". ") {
                let _ = writeln!(text, "  {}", sentence.trim_end());
            }
        }
    }
    if !others.is_empty() {
        let _ = writeln!(text, "\n{HEADING}No restart:{HEADING:#}");
        let mut table = table();
        // Who reads a file by two flags is told once.
        let mut told = BTreeSet::new();
        for reader in &others {
            let row = [
                format!("  {}", reader.certificate),
                format!("{} {}", reader.reader, reader.when),
            ];
            if told.insert(row.clone()) {
                table.add_row(row);
            }
        }
        text.push_str(&lines(table));
        let notes = others.iter().filter_map(|reader| {
            let note = reader.note.as_ref()?;
            Some(format!("  {}: {note}", reader.certificate))
        });
        let mut told = BTreeSet::new();
        for note in notes.filter(|note| told.insert(note.clone())) {
            let _ = writeln!(text, "{note}");
        }
    }
    text
}
