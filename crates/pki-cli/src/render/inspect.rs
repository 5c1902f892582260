//! `inspect`: what files hold.

mod request;

use std::fmt::Write as _;
use std::path::PathBuf;

use pki_core::Certificate;
use pki_core::key::{KeyError, PublicKey};
use pki_core::observation::ClientFacts;
use pki_core::text::{hex, one_line};
use pki_layout::report::{
    CertificateReport, InspectReport, InspectedFile, KeyReport, KubeconfigReport, SCHEMA_VERSION,
};
use pki_layout::{InspectError, Inspected};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{date, lines, table};
use crate::exit::CliError;
use crate::printer::{HEADING, Printer};

/// The report on files, each with its content or the reason why it cannot be shown.
pub(crate) fn report(
    paths: &[PathBuf],
    files: &[Result<Inspected, InspectError>],
    now: OffsetDateTime,
) -> InspectReport {
    let files = paths.iter().zip(files).map(|(path, file)| {
        let shown = InspectedFile {
            path: path.display().to_string(),
            ..InspectedFile::default()
        };
        match file {
            Err(error) => InspectedFile {
                error: Some(error.to_string()),
                ..shown
            },
            Ok(inspected) => content(inspected, shown, now),
        }
    });
    InspectReport {
        schema_version: SCHEMA_VERSION,
        kind: "InspectReport",
        files: files.collect(),
    }
}

fn content(inspected: &Inspected, shown: InspectedFile, now: OffsetDateTime) -> InspectedFile {
    match inspected {
        Inspected::Pem {
            certificates,
            requests,
            private_key,
            public_keys,
        } => InspectedFile {
            certificates: certificates_of(certificates, private_key.as_ref(), now),
            certificate_requests: requests
                .iter()
                .map(|request| request::report(request, private_key.as_ref()))
                .collect(),
            private_keys: private_key.iter().map(key).collect(),
            public_keys: public_keys.iter().map(key).collect(),
            ..shown
        },
        Inspected::Kubeconfig(facts) => {
            let mut shown = shown;
            let authentication = match &facts.client {
                ClientFacts::Embedded {
                    certificate,
                    key: client_key,
                } => {
                    let own = client_key.present();
                    let certificates = certificate.present().map_or(&[][..], Vec::as_slice);
                    shown.certificates = certificates_of(certificates, own, now);
                    shown.private_keys = own.into_iter().map(key).collect();
                    "certificate".to_owned()
                }
                ClientFacts::Files { certificate, .. } => format!("certificate file {certificate}"),
                _ => "other".to_owned(),
            };
            let trust = facts.trust.present().map_or(&[][..], Vec::as_slice);
            shown.kubeconfig = Some(KubeconfigReport {
                server: one_line(&facts.server),
                authentication: one_line(&authentication),
                trust: certificates_of(trust, None, now),
                problems: inspected.problems(),
            });
            shown
        }
        _ => shown,
    }
}

fn certificates_of(
    certificates: &[Certificate],
    private_key: Option<&PublicKey>,
    now: OffsetDateTime,
) -> Vec<CertificateReport> {
    let report = |(position, certificate): (usize, &Certificate)| {
        // Only the leaf is the key's; what follows is its path.
        let own = private_key.filter(|_| position == 0);
        certificate_report(certificate, own, now)
    };
    certificates.iter().enumerate().map(report).collect()
}

fn certificate_report(
    certificate: &Certificate,
    private_key: Option<&PublicKey>,
    now: OffsetDateTime,
) -> CertificateReport {
    let validity = certificate.validity();
    let instant = |instant: OffsetDateTime| instant.format(&Rfc3339).unwrap_or_default();
    let usage = certificate.key_usage();
    CertificateReport {
        subject: certificate.subject().to_string(),
        issuer: certificate.issuer().to_string(),
        serial_number: certificate.serial_number().to_string(),
        not_before: instant(validity.not_before),
        not_after: instant(validity.not_after),
        state: if validity.contains(now) {
            "valid"
        } else if validity.not_after < now {
            "expired"
        } else {
            "not yet valid"
        },
        authority: certificate.is_authority(),
        key: public_key(&certificate.public_key()),
        key_usage: usage.map_or_else(Vec::new, |usage| {
            usage.names().into_iter().map(str::to_owned).collect()
        }),
        extended_key_usage: certificate.purpose_names(),
        subject_alternative_names: certificate.alternative_names(),
        subject_key_identifier: certificate
            .subject_key_identifier()
            .map(|identifier| hex::colons(&identifier)),
        authority_key_identifier: certificate
            .authority_key_identifier()
            .map(|identifier| hex::colons(&identifier)),
        sha256: hex::plain(&certificate.fingerprint()),
        key_matches: private_key.map(|key| key.spki_der() == certificate.spki_der()),
    }
}

/// A key that nothing here uses can still be told about.
fn public_key(read: &Result<PublicKey, KeyError>) -> KeyReport {
    read.as_ref().map_or_else(
        |error| KeyReport {
            key_type: error.to_string(),
            identifier: None,
        },
        key,
    )
}

fn key(key: &PublicKey) -> KeyReport {
    KeyReport {
        key_type: key.key_type().to_string(),
        identifier: Some(key.identifier().to_string()),
    }
}

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
        for certificate in &file.certificates {
            let label = if certificate.authority {
                "authority"
            } else {
                "certificate"
            };
            text.push_str(&certificate_text(label, certificate));
        }
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
        printer.data(&text)?;
    }
    Ok(())
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
