//! `check-expiration`: kubeadm's tables byte for byte, and what kubeadm leaves out below them.

mod metrics;

use std::fmt::Write as _;
use std::io::Write as _;

use comfy_table::ColumnConstraint;
pub(crate) use metrics::open_metrics;
use pki_core::judge::expiration::residual;
use pki_layout::report::{ExpirationReport, ExpirationRow, ExpirationSummary};
use serde::Serialize;
use serde_json::ser::PrettyFormatter;
use tabwriter::TabWriter;
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use super::remedy::{WHERE_FILE_IS, names_file};
use super::{date, lines, remedy_after, table, transaction};
use crate::exit::CliError;
use crate::typed::Typed;

/// The tables.
pub(crate) fn text(
    report: &ExpirationReport,
    now: OffsetDateTime,
    typed: &Typed,
) -> Result<String, CliError> {
    let mut text = String::new();
    let leaf = |row: &ExpirationRow| vec![row.ca_name.clone().unwrap_or_default()];
    text.push_str(&kubeadm_table(
        &[
            "CERTIFICATE",
            "EXPIRES",
            "RESIDUAL TIME",
            "CERTIFICATE AUTHORITY",
            "EXTERNALLY MANAGED",
        ],
        &report.certificates,
        leaf,
        now,
    )?);
    text.push('\n');
    text.push_str(&kubeadm_table(
        &[
            "CERTIFICATE AUTHORITY",
            "EXPIRES",
            "RESIDUAL TIME",
            "EXTERNALLY MANAGED",
        ],
        &report.certificate_authorities,
        |_| Vec::new(),
        now,
    )?);
    text.push_str(&others(report, now));
    text.push_str(&service_account_key(report));
    text.push_str(&findings(report, typed));
    text.push_str(&remedies(report));
    text.push_str(&summary(&report.summary));
    Ok(text)
}

/// A table of kubeadm's: `text/tabwriter` with a least width of 10, a padding of 3, and the last
/// column padded to 8 (`cmd/kubeadm/app/cmd/certs.go`).
fn kubeadm_table(
    header: &[&str],
    rows: &[ExpirationRow],
    middle: impl Fn(&ExpirationRow) -> Vec<String>,
    now: OffsetDateTime,
) -> Result<String, CliError> {
    let mut lines_of_cells = vec![header.iter().map(ToString::to_string).collect()];
    for row in rows {
        let mut cells = vec![shown_name(&row.name, row.state)];
        if row.expiration_date.is_some() {
            let (expires, left) = expires_and_residual(row.expiration_date.as_deref(), now);
            cells.extend([expires, left]);
            cells.extend(middle(row));
            let managed = if row.externally_managed { "yes" } else { "no" };
            cells.push(format!("{managed:<8}"));
        } else {
            cells.extend(header.iter().skip(1).map(|_| String::new()));
        }
        lines_of_cells.push(cells);
    }
    let text = tabbed(&lines_of_cells)?;
    let widest = text.lines().map(|line| line.chars().count()).max();
    // On a terminal that is too narrow columns fold; in a pipe never.
    match (table().width(), widest) {
        (Some(width), Some(widest)) if usize::from(width) < widest => {
            let mut folding = table();
            for cells in lines_of_cells {
                folding.add_row(cells);
            }
            // A name that is broken in two cannot be copied.
            if let Some(names) = folding.column_mut(0) {
                names.set_constraint(ColumnConstraint::ContentWidth);
            }
            Ok(lines(folding))
        }
        _ => Ok(text),
    }
}

fn tabbed(lines: &[Vec<String>]) -> Result<String, CliError> {
    let mut writer = TabWriter::new(Vec::new()).minwidth(10).padding(3);
    for cells in lines {
        writeln!(writer, "{}", cells.join("\t")).map_err(CliError::Output)?;
    }
    writer.flush().map_err(CliError::Output)?;
    let bytes = writer
        .into_inner()
        .map_err(|error| CliError::Output(std::io::Error::other(error.to_string())))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// kubeadm marks what is missing in the first column; what cannot be read is marked alike.
fn shown_name(name: &str, state: &str) -> String {
    match state {
        "missing" => format!("!MISSING! {name}"),
        "unreadable" => format!("!UNREADABLE! {name}"),
        _ => name.to_owned(),
    }
}

fn expires_and_residual(expiration: Option<&str>, now: OffsetDateTime) -> (String, String) {
    let parsed = expiration.and_then(|text| OffsetDateTime::parse(text, &Rfc3339).ok());
    parsed.map_or_else(Default::default, |instant| {
        let left = Duration::seconds((instant - now).whole_seconds());
        (date(instant), residual(left))
    })
}

/// The kubelet's certificates and further ones in bundles.
fn others(report: &ExpirationReport, now: OffsetDateTime) -> String {
    if report.other_certificates.is_empty() {
        return String::new();
    }
    let mut table = table();
    table.add_row([
        "OTHER CERTIFICATE",
        "EXPIRES",
        "RESIDUAL TIME",
        "RENEWED BY",
        "FILE",
    ]);
    for other in &report.other_certificates {
        let (expires, left) = expires_and_residual(other.expiration_date.as_deref(), now);
        let name = shown_name(&other.name, other.state);
        table.add_row([
            name.as_str(),
            &expires,
            &left,
            other.renewed_by,
            &other.path,
        ]);
    }
    format!("\n{}", lines(table))
}

fn service_account_key(report: &ExpirationReport) -> String {
    let Some(key) = &report.service_account_key else {
        return String::new();
    };
    match (&key.key_type, key.age) {
        (Some(key_type), Some(age)) => {
            let age = residual(Duration::seconds(age.max(0)));
            format!("\nsa.key: {key_type}, last written {age} ago; it does not expire\n")
        }
        _ => format!(
            "\nsa.key: it {}\n",
            key.error.as_deref().unwrap_or("cannot be read")
        ),
    }
}

/// What is to be done, said in words: a table shows dates, not which of them matter.
fn findings(report: &ExpirationReport, typed: &Typed) -> String {
    let rows_of = || {
        let leaves = report.certificates.iter();
        leaves.chain(&report.certificate_authorities)
    };
    let rows = rows_of().map(|row| (&row.name, row.state, &row.path, &row.error, &row.not_before));
    let others = report
        .other_certificates
        .iter()
        .map(|row| (&row.name, row.state, &row.path, &row.error, &row.not_before));
    let mut text = String::new();
    if let Some(pending) = &report.pending_transaction {
        let _ = writeln!(text, "{}", transaction::pending_text(pending, typed));
    }
    if let Some(nothing) = &report.nothing_found {
        let _ = writeln!(text, "{nothing}");
    }
    // Where nothing is, no row has to say so.
    let lacking = rows_of().filter(|row| row.missing && row.needed);
    let lacking = lacking.map(|row| (&row.name, &row.path));
    let others_lack = report.other_certificates.iter();
    let others_lack = others_lack.filter(|row| row.state == "missing");
    let lacking = lacking.chain(others_lack.map(|row| (&row.name, &row.path)));
    for (name, path) in lacking.filter(|_| report.nothing_found.is_none()) {
        let _ = writeln!(text, "{name}: {path} is not there");
    }
    for (name, state, path, error, not_before) in rows.chain(others) {
        let what = match state {
            "due" => "expires within the time asked about".to_owned(),
            "expired" => "has expired".to_owned(),
            "not yet valid" => format!(
                "is not valid before {}",
                not_before.as_deref().unwrap_or("?")
            ),
            "no certificate" => "authenticates without a certificate".to_owned(),
            "not checked" => {
                "made by the kubelet for itself, and checked by nobody; it need not be \
                              renewed"
                    .to_owned()
            }
            "unreadable" => format!("{path} {}", error.as_deref().unwrap_or("cannot be read")),
            _ => continue,
        };
        let _ = writeln!(text, "{name}: {what}");
    }
    for note in &report.notes {
        let _ = writeln!(text, "{}: {}", note.name, note.message);
    }
    if text.is_empty() {
        text
    } else {
        format!("\n{text}")
    }
}

/// What is to be done about it.
fn remedies(report: &ExpirationReport) -> String {
    let remedies = report.remedies.iter();
    let told = remedies.map(|advice| {
        let names = advice.names.join(", ");
        let remedy = remedy_after("  ", &advice.remedy.text);
        format!("\nto mend {names}:\n{remedy}")
    });
    let mut text: String = told.collect();
    let mut texts = report.remedies.iter().map(|advice| &advice.remedy.text);
    if texts.any(|text| names_file(text)) {
        let _ = write!(text, "\n{WHERE_FILE_IS}\n");
    }
    text
}

/// All certificates in one line.
fn summary(summary: &ExpirationSummary) -> String {
    let mut text = format!(
        "\n{} green, {} yellow, {} red, {} expired",
        summary.green, summary.yellow, summary.red, summary.expired
    );
    if summary.unreadable > 0 {
        let _ = write!(text, ", {} unreadable", summary.unreadable);
    }
    if summary.missing > 0 {
        let _ = write!(text, ", {} missing", summary.missing);
    }
    if let Some(next) = &summary.next {
        let left = residual(Duration::seconds(next.residual_time));
        let _ = write!(text, "; next: {} in {left}", next.name);
    }
    text.push('\n');
    text
}

/// The object as kubeadm prints it, indented by four blanks.
pub(crate) fn json(report: &ExpirationReport) -> Result<String, CliError> {
    let mut bytes = Vec::new();
    let formatter = PrettyFormatter::with_indent(b"    ");
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, formatter);
    report.serialize(&mut serializer)?;
    bytes.push(b'\n');
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The same object as YAML, its keys sorted, as kubeadm prints it.
pub(crate) fn yaml(report: &ExpirationReport) -> Result<String, CliError> {
    // A map of serde_json keeps its keys sorted.
    let value = serde_json::to_value(report)?;
    let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
    serde_saphyr::to_string_with_options(&value, options)
        .map_err(|error| CliError::Output(std::io::Error::other(error.to_string())))
}
