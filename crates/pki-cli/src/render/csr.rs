//! `csr`, for people.

use std::fmt::Write as _;
use std::path::Path;

use pki_layout::requests::{CreateReport, ImportReport, RequestRow, SignReport};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{counted, date, lines, renew, table, transaction};
use crate::exit::CliError;
use crate::printer::{HEADING, Printer};
use crate::typed::{Typed, quoted};

/// What is asked for, and what to do with it.
pub(crate) fn created(
    report: &CreateReport,
    to: Option<&Path>,
    printer: &Printer,
) -> Result<(), CliError> {
    transaction::recovered(report.recovered.as_ref(), printer);
    for left in &report.left {
        printer.failure(&format!("not asked for: {left}"));
    }
    let Some(to) = to else {
        return printer.account_of(
            "Nothing has to be asked for: of CAs whose keys are elsewhere nothing is missing or due.\n",
            false,
        );
    };
    let mut table = table();
    for row in &report.waiting {
        let action = if report.requested.contains(&row.name) {
            "requested"
        } else {
            "waits"
        };
        table.add_row([
            format!("  {action}"),
            row.name.clone(),
            format!("of {}", row.authority),
            asked(row),
        ]);
    }
    let mut text = format!(
        "{HEADING}{} asked for, in {}{HEADING:#}\n{}",
        counted(report.waiting.len(), "certificate"),
        to.display(),
        lines(table)
    );
    let carried = to.file_name().unwrap_or_default().to_string_lossy();
    let carried = quoted(&[carried.into_owned()]);
    let (above, here): (Vec<&RequestRow>, Vec<&RequestRow>) =
        report.waiting.iter().partition(|row| row.is_of_authority());
    let mut by = Vec::new();
    if !here.is_empty() {
        by.push("--authorities DIR");
    }
    if !above.is_empty() {
        by.push("--root-ca DIR");
    }
    let where_it_is = if here.is_empty() { "root" } else { "CA" };
    let _ = write!(
        text,
        "\n{HEADING}Next:{HEADING:#}\n  \
         1. Carry it to where the {where_it_is}'s key is: `pkigen csr sign {carried} {} --to FILE`,\n     \
         or have another CA sign the requests in it\n",
        by.join(" "),
    );
    let above: Vec<&str> = above.iter().map(|row| row.name.as_str()).collect();
    let carry = "2. Carry what comes of it back here";
    text.push_str(&taken(
        carry,
        &above,
        !here.is_empty(),
        "FILE",
        printer.typed(),
    ));
    printer.account_of(&text, report.outcome == "done")
}

/// How what has been signed is taken: the authorities' own certificates first, because the others
/// may be below them.
fn taken(carry: &str, authorities: &[&str], others: bool, file: &str, typed: &Typed) -> String {
    let mut commands = Vec::new();
    if !authorities.is_empty() {
        let words = [&["renew"], authorities, &["--certificate", file]].concat();
        commands.push(typed.line(&words));
    }
    if others {
        commands.push(typed.line(&["csr", "import", file]));
    }
    let commands: Vec<String> = commands.iter().map(|one| format!("`{one}`")).collect();
    format!("  {carry}: {}\n", commands.join(", then "))
}

fn asked(row: &RequestRow) -> String {
    // What is carried may be exchanged on the way, and makes an authority here.
    if row.is_of_authority() {
        return format!("{}, key {}", row.subject, row.key);
    }
    let names = row.alternative_names.join(", ");
    if names.is_empty() {
        row.subject.clone()
    } else {
        format!("{}; {names}", row.subject)
    }
}

/// What was signed, or why not.
pub(crate) fn signed(report: &SignReport, to: &Path, printer: &Printer) -> Result<(), CliError> {
    let refused = report.rows.iter().filter(|row| row.action == "refused");
    for row in refused {
        printer.refusal(&format!(
            "{}: it asks for something else than the table says: {}",
            row.name,
            row.differences.join("; ")
        ));
    }
    if report.outcome == "refused" {
        printer.remedy(
            "Have the request made as it is to be; or, where it is meant so, sign it with --accept \
             NAME.",
        );
        printer.plain("nothing was signed");
        return Ok(());
    }
    let mut table = table();
    for row in &report.rows {
        let names = row.alternative_names.join(", ");
        let subject = row.subject.as_deref().unwrap_or_default();
        let names = if row.is_authority {
            format!("{subject}, key {}", row.key)
        } else if names.is_empty() {
            subject.to_owned()
        } else {
            format!("{subject}; {names}")
        };
        let end = row.not_after.as_deref().map(shown).unwrap_or_default();
        let with = if row.clamped {
            ", with its authority"
        } else {
            ""
        };
        let end = format!("expires {end}{with}");
        table.add_row([format!("  {}", row.action), row.name.clone(), end, names]);
        for difference in &row.differences {
            table.add_row([String::new(), String::new(), format!("  {difference}")]);
        }
    }
    let mut text = format!(
        "{HEADING}{} signed, in {}{HEADING:#}\n{}\n{HEADING}Next:{HEADING:#}\n",
        counted(report.rows.len(), "certificate"),
        to.display(),
        lines(table),
    );
    let (above, others): (Vec<_>, Vec<_>) = report.rows.iter().partition(|row| row.is_authority);
    let above: Vec<&str> = above.iter().map(|row| row.name.as_str()).collect();
    let file = to.file_name().unwrap_or_default().to_string_lossy();
    let there = Typed::default();
    let carry = "Carry it back to the node";
    text.push_str(&taken(carry, &above, !others.is_empty(), &file, &there));
    printer.account_of(&text, true)
}

/// What was taken, and what its readers need.
pub(crate) fn imported(report: &ImportReport, printer: &Printer) -> Result<(), CliError> {
    transaction::recovered(report.recovered.as_ref(), printer);
    for row in report.rows.iter().filter(|row| row.action == "refused") {
        printer.refusal(&format!(
            "{}: what has come is not what was asked for: {}",
            row.name,
            row.differences.join("; ")
        ));
    }
    for sentence in &report.refused_by_readers {
        printer.refusal(sentence);
    }
    for name in &report.not_read {
        printer.warning(&format!(
            "{name} is PKCS#7, which is not read; `openssl pkcs7 -print_certs -in FILE` (with -inform \
             DER where it is no text) makes PEM of it"
        ));
    }
    for row in report.rows.iter().filter(|row| row.action == "void") {
        printer.warning(&format!(
            "{}: another certificate has been put in its place since it was asked for; what comes is \
             not taken",
            row.name
        ));
    }
    let waiting = report.rows.iter().filter(|row| row.action == "waiting");
    for row in waiting {
        printer.failure(&format!("{}: no certificate has come for it", row.name));
    }
    if report.outcome == "refused" {
        printer.remedy("Have it issued as it was asked for.");
        printer.plain("nothing was written");
        return Ok(());
    }
    if report.outcome == "unchanged" {
        printer.plain(if report.recovered.is_some() {
            "nothing waits any more"
        } else {
            "nothing was written"
        });
        return Ok(());
    }
    let mut table = table();
    for row in report.rows.iter().filter(|row| row.action == "taken") {
        let end = row.not_after.as_deref().map(shown).unwrap_or_default();
        table.add_row([
            "  taken".to_owned(),
            row.name.clone(),
            format!("expires {end}"),
        ]);
    }
    let mut text = lines(table) + &renew::advice(&report.readers, false);
    if report.unfinished {
        let init = printer.typed().line(&["init", "--new-cluster"]);
        let _ = write!(
            text,
            "\n{HEADING}Next:{HEADING:#}\n  \
             Make what no CA signs, the key of tokens, the flags and the bindings: `{init}`,\n  \
             or on a further node copy sa.key and sa.pub from the first one, and `pkigen init`\n"
        );
    }
    printer.account_of(&text, true)
}

fn shown(instant: &str) -> String {
    OffsetDateTime::parse(instant, &Rfc3339).map_or_else(|_| instant.to_owned(), date)
}
