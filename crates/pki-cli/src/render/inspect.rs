//! `inspect`: what files hold.

mod request;

use std::fmt::Write as _;

use pki_layout::report::{CertificateReport, InspectReport, KeyReport, KubeconfigUserReport};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{date, lines, table};
use crate::exit::CliError;
use crate::printer::{HEADING, Printer};

/// Prints what files hold; what cannot be shown goes to standard error.
pub(crate) fn print(report: &InspectReport, printer: &Printer) -> Result<(), CliError> {
    for (number, file) in report.files.iter().enumerate() {
        let mut text = String::new();
        if number > 0 {
            text.push('\n');
        }
        if let Some(error) = &file.error {
            printer.failure(error);
            continue;
        }
        let _ = writeln!(text, "{HEADING}{}{HEADING:#}", file.path);
        if let Some(kubeconfig) = &file.kubeconfig {
            let mut fields = table();
            fields.add_row(["  kubeconfig", kubeconfig.server.as_str()]);
            fields.add_row(["  authenticates by", kubeconfig.authentication.as_str()]);
            for problem in &kubeconfig.problems {
                fields.add_row(["  problem", problem.as_str()]);
            }
            text.push_str(&lines(fields));
            for trusted in &kubeconfig.trust {
                text.push_str(&certificate_text("trusts", trusted));
            }
        }
        for problem in &file.problems {
            let mut fields = table();
            fields.add_row(["  problem", problem.as_str()]);
            text.push_str(&lines(fields));
        }
        let users = file.kubeconfig.as_ref();
        let users = users.map_or(&[][..], |kubeconfig| &kubeconfig.other_users);
        if let Some(kubeconfig) = file.kubeconfig.as_ref().filter(|_| !users.is_empty()) {
            let mut fields = table();
            fields.add_row(["  user", kubeconfig.user.as_str()]);
            fields.add_row(["    contexts", &kubeconfig.contexts.join(", ")]);
            text.push_str(&lines(fields));
        }
        text.push_str(&certificates_text(&file.certificates));
        for request in &file.certificate_requests {
            text.push_str(&request::text(request));
        }
        for (label, keys) in [
            ("private key", &file.private_keys),
            ("public key", &file.public_keys),
        ] {
            for key in keys {
                text.push_str(&key_text(label, key));
            }
        }
        for user in users {
            text.push_str(&user_text(user));
        }
        printer.data(&text)?;
    }
    Ok(())
}

fn certificates_text(certificates: &[CertificateReport]) -> String {
    let all = certificates.iter().map(|certificate| {
        let label = if certificate.authority {
            "authority"
        } else {
            "certificate"
        };
        certificate_text(label, certificate)
    });
    all.collect()
}

/// A user whom the current context does not name.
fn user_text(user: &KubeconfigUserReport) -> String {
    let mut fields = table();
    fields.add_row(["  user", user.name.as_str()]);
    let contexts = match user.contexts.as_slice() {
        [] => "none".to_owned(),
        contexts => contexts.join(", "),
    };
    fields.add_row(["    contexts", contexts.as_str()]);
    fields.add_row(["    authenticates by", user.authentication.as_str()]);
    for problem in &user.problems {
        fields.add_row(["    problem", problem.as_str()]);
    }
    let mut text = lines(fields) + &certificates_text(&user.certificates);
    for key in &user.private_keys {
        text.push_str(&key_text("private key", key));
    }
    text
}

fn key_text(label: &str, key: &KeyReport) -> String {
    let mut fields = table();
    fields.add_row([format!("  {label}"), key.key_type.clone()]);
    if let Some(identifier) = &key.identifier {
        fields.add_row(["    key identifier", identifier]);
    }
    lines(fields)
}

fn certificate_text(label: &str, certificate: &CertificateReport) -> String {
    let mut fields = table();
    fields.add_row([format!("  {label}"), certificate.subject.clone()]);
    let mut field = |name: &str, value: String| {
        if !value.is_empty() {
            fields.add_row([format!("    {name}"), value]);
        }
    };
    field("issuer", certificate.issuer.clone());
    field("serial number", certificate.serial_number.clone());
    let shown = |instant: &str| {
        OffsetDateTime::parse(instant, &Rfc3339).map_or_else(|_| instant.to_owned(), date)
    };
    field("not before", shown(&certificate.not_before));
    let state = match certificate.state {
        "valid" => String::new(),
        state => format!(" ({state})"),
    };
    field("not after", shown(&certificate.not_after) + &state);
    field("key", certificate.key.key_type.clone());
    field("signed by", certificate.signature_algorithm.clone());
    field("key usage", certificate.key_usage.join(", "));
    field(
        "extended key usage",
        certificate.extended_key_usage.join(", "),
    );
    field(
        "alternative names",
        certificate.subject_alternative_names.join(", "),
    );
    let optional = |value: &Option<String>| value.clone().unwrap_or_default();
    field(
        "key identifier",
        optional(&certificate.subject_key_identifier),
    );
    field(
        "authority key",
        optional(&certificate.authority_key_identifier),
    );
    field("SHA-256", certificate.sha256.clone());
    field("private key", beside(certificate.key_matches));
    lines(fields)
}

/// What is said of the private key in the same file.
fn beside(matches: Option<bool>) -> String {
    match matches {
        Some(true) => "in the same file, and belongs to it".to_owned(),
        Some(false) => "in the same file, and does NOT belong to it".to_owned(),
        None => String::new(),
    }
}
