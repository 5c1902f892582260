//! Filling the report: what is told of each thing that a file holds.

use std::path::Path;

use pki_core::Certificate;
use pki_core::key::{KeyError, PublicKey};
use pki_core::observation::ClientFacts;
use pki_core::text::{hex, one_line};
use pki_core::x509::CertificateRequest;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::report::{
    CertificateReport, CertificateRequestReport, InspectReport, InspectedFile, KeyReport,
    KubeconfigReport, KubeconfigUserReport,
};
use super::{InspectError, Inspected, client_problems};
use crate::view::schema::SCHEMA_VERSION;

impl InspectReport {
    /// The report on files, each with its content or the reason why it cannot be shown.
    #[must_use]
    pub fn new<'a>(
        files: impl IntoIterator<Item = (&'a Path, &'a Result<Inspected, InspectError>)>,
        now: OffsetDateTime,
    ) -> Self {
        let files = files.into_iter().map(|(path, file)| {
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
        Self {
            schema_version: SCHEMA_VERSION,
            kind: "InspectReport",
            files: files.collect(),
        }
    }
}

fn content(inspected: &Inspected, shown: InspectedFile, now: OffsetDateTime) -> InspectedFile {
    match inspected {
        Inspected::Pem {
            certificates,
            requests,
            private_key,
            public_keys,
            framing: _,
        } => InspectedFile {
            problems: inspected.problems(),
            certificates: certificates_of(certificates, private_key.as_ref(), now),
            certificate_requests: requests
                .iter()
                .map(|request| request_report(request, private_key.as_ref()))
                .collect(),
            private_keys: private_key.iter().map(key).collect(),
            public_keys: public_keys.iter().map(key).collect(),
            ..shown
        },
        Inspected::Kubeconfig(facts) => {
            let current = user(&facts.user, &facts.contexts, &facts.client, now);
            let others = facts.others.iter();
            let others = others.map(|one| user(&one.name, &one.contexts, &one.client, now));
            let trust = facts.trust.present().map_or(&[][..], Vec::as_slice);
            InspectedFile {
                certificates: current.certificates,
                private_keys: current.private_keys,
                kubeconfig: Some(KubeconfigReport {
                    server: one_line(&facts.server),
                    authentication: current.authentication,
                    user: current.name,
                    contexts: current.contexts,
                    trust: certificates_of(trust, None, now),
                    problems: inspected.problems(),
                    other_users: others.collect(),
                }),
                ..shown
            }
        }
    }
}

fn user(
    name: &str,
    contexts: &[String],
    client: &ClientFacts,
    now: OffsetDateTime,
) -> KubeconfigUserReport {
    let mut report = KubeconfigUserReport {
        name: one_line(name),
        contexts: contexts.iter().map(|one| one_line(one)).collect(),
        authentication: "other".to_owned(),
        certificates: Vec::new(),
        private_keys: Vec::new(),
        problems: client_problems(client),
    };
    match client {
        ClientFacts::Embedded {
            certificate,
            key: client_key,
        } => {
            let own = client_key.present();
            let certificates = certificate.present().map_or(&[][..], Vec::as_slice);
            report.certificates = certificates_of(certificates, own, now);
            report.private_keys = own.into_iter().map(key).collect();
            "certificate".clone_into(&mut report.authentication);
        }
        ClientFacts::Files { certificate, .. } => {
            report.authentication = one_line(&format!("certificate file {certificate}"));
        }
        _ => {}
    }
    report
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
        signature_algorithm: certificate.signature_algorithm_name(),
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

/// A key that nothing here uses can still be told about, by its name where it has one.
fn public_key(read: &Result<PublicKey, KeyError>) -> KeyReport {
    read.as_ref().map_or_else(
        |error| KeyReport {
            key_type: match error {
                KeyError::Unsupported { name } => name.clone(),
                other => other.to_string(),
            },
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

fn request_report(
    request: &CertificateRequest,
    private_key: Option<&PublicKey>,
) -> CertificateRequestReport {
    let usage = request.key_usage();
    CertificateRequestReport {
        subject: request.subject().to_string(),
        key: public_key(&request.public_key()),
        signature: match request.verify_signature() {
            Ok(()) => "valid".to_owned(),
            Err(error) => error.to_string(),
        },
        authority: request.is_authority(),
        key_usage: usage.map_or_else(Vec::new, |usage| {
            usage.names().into_iter().map(str::to_owned).collect()
        }),
        extended_key_usage: request.purpose_names(),
        subject_alternative_names: request.alternative_names(),
        other_extensions: request
            .other_extensions()
            .map(|oid| oid.to_string())
            .collect(),
        other_attributes: request
            .other_attributes()
            .map(|oid| oid.to_string())
            .collect(),
        sha256: hex::plain(&request.fingerprint()),
        key_matches: private_key.map(|key| key.spki_der() == request.spki_der()),
    }
}
