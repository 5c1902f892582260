//! Requests for certificates: what somebody asks for, and shown as that.

use pki_layout::report::CertificateRequestReport;

use super::super::{lines, table};

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
