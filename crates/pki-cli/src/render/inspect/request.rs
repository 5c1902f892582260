//! Requests for certificates: what somebody asks for, and shown as that.

use pki_core::key::PublicKey;
use pki_core::text::hex;
use pki_core::x509::CertificateRequest;
use pki_layout::report::CertificateRequestReport;

use super::super::{lines, table};

pub(super) fn report(
    request: &CertificateRequest,
    private_key: Option<&PublicKey>,
) -> CertificateRequestReport {
    let usage = request.key_usage();
    CertificateRequestReport {
        subject: request.subject().to_string(),
        key: super::public_key(&request.public_key()),
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

pub(super) fn text(request: &CertificateRequestReport) -> String {
    let mut fields = table();
    fields.add_row(["  certificate request", request.subject.as_str()]);
    let mut field = |name: &str, value: &str| {
        if !value.is_empty() {
            fields.add_row([&format!("    {name}"), value]);
        }
    };
    field("key", &request.key.key_type);
    field(
        "signature",
        match request.signature.as_str() {
            "valid" => "valid: the key is the requester's",
            wrong => wrong,
        },
    );
    field(
        "asks to be",
        if request.authority {
            "a certificate authority"
        } else {
            ""
        },
    );
    for (name, asked) in [
        ("key usage", &request.key_usage),
        ("extended key usage", &request.extended_key_usage),
        ("alternative names", &request.subject_alternative_names),
        ("other extensions", &request.other_extensions),
        ("other attributes", &request.other_attributes),
    ] {
        field(name, &asked.join(", "));
    }
    field("SHA-256", &request.sha256);
    field("private key", &super::beside(request.key_matches));
    lines(fields)
}
