//! Extensions: whether those who read them can, and whether one that is critical is understood.
//!
//! Each is read as Go's `crypto/x509` reads it (`parser.go`, `processExtensions`); what OpenSSL,
//! GnuTLS and webpki make of the same octets was measured, and is held by the tests of verdicts.

mod alternative_name;
mod authority;
mod constraints;
mod other;
mod policy;

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5280;

use super::Rule;
use super::finding::Problem;
use super::object::without_room;
use super::standing::{ALL_BUT_WEBPKI, Standing};
use crate::spec::Party::{self, GnuTls, Go, OpenSsl, Webpki};
use crate::x509::{Extension, Oid};

/// RFC 7633.
const TLS_FEATURE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.1.24");
/// RFC 3820.
const PROXY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.1.14");
/// RFC 6960 section 4.2.2.2.1.
const NO_CHECK: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.5");
/// RFC 6962.
const TIMESTAMPS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.11129.2.4.2");
/// Netscape's certificate type.
pub(super) const NETSCAPE_TYPE: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("2.16.840.1.113730.1.1");

/// Why an extension cannot be read, and who finds that it cannot: words that follow its name.
struct Unreadable {
    reason: String,
    by: Vec<Party>,
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "what a reader answers, and each answers with it"
)]
fn unreadable(reason: impl Into<String>, by: impl AsRef<[Party]>) -> Option<Unreadable> {
    Some(Unreadable {
        reason: reason.into(),
        by: by.as_ref().to_vec(),
    })
}

/// What is wrong with one extension.
pub(super) fn problems(extension: &Extension, standing: Standing) -> Vec<Problem> {
    let name = name(extension.oid);
    let mut found = Vec::new();
    let without_room = without_room(extension.oid.as_bytes());
    let read = if without_room.is_empty() {
        read(extension, standing)
    } else {
        unreadable("has an identifier with too large an arc", without_room)
    };
    if let Some(Unreadable { reason, by }) = read {
        let message = format!("its {name} extension {reason}");
        found.push(Problem::new(Rule::MalformedExtension, message).refused_by(by));
    }
    if extension.critical {
        found.extend(critical(extension, standing, &name));
    } else if extension.oid == TLS_FEATURE && standing.is_authority() {
        let message = format!("its {name} extension is for a server, and it is an authority");
        found.push(Problem::new(Rule::MalformedExtension, message).refused_by([GnuTls]));
    }
    found
}

/// What it is called.
fn name(oid: Oid) -> String {
    if let Some((_, name)) = NAMES.iter().find(|(known, _)| oid == *known) {
        return (*name).to_owned();
    }
    let name = oid.name();
    name.map_or_else(|| oid.to_string(), |name| format!("{name} ({oid})"))
}

const NAMES: [(ObjectIdentifier, &str); 18] = [
    (rfc5280::ID_CE_KEY_USAGE, "key usage"),
    (rfc5280::ID_CE_EXT_KEY_USAGE, "extended key usage"),
    (rfc5280::ID_CE_BASIC_CONSTRAINTS, "basic constraints"),
    (rfc5280::ID_CE_SUBJECT_ALT_NAME, "subject alternative name"),
    (rfc5280::ID_CE_ISSUER_ALT_NAME, "issuer alternative name"),
    (rfc5280::ID_CE_NAME_CONSTRAINTS, "name constraints"),
    (
        rfc5280::ID_CE_SUBJECT_KEY_IDENTIFIER,
        "subject key identifier",
    ),
    (
        rfc5280::ID_CE_AUTHORITY_KEY_IDENTIFIER,
        "authority key identifier",
    ),
    (
        rfc5280::ID_CE_CRL_DISTRIBUTION_POINTS,
        "CRL distribution points",
    ),
    (rfc5280::ID_CE_CERTIFICATE_POLICIES, "certificate policies"),
    (rfc5280::ID_CE_POLICY_CONSTRAINTS, "policy constraints"),
    (rfc5280::ID_CE_POLICY_MAPPINGS, "policy mappings"),
    (rfc5280::ID_CE_INHIBIT_ANY_POLICY, "inhibit anyPolicy"),
    (
        rfc5280::ID_PE_AUTHORITY_INFO_ACCESS,
        "authority information access",
    ),
    (NETSCAPE_TYPE, "Netscape certificate type"),
    (TLS_FEATURE, "TLS feature"),
    (PROXY, "proxy certificate"),
    (TIMESTAMPS, "certificate transparency"),
];

fn read(extension: &Extension, standing: Standing) -> Option<Unreadable> {
    let value = extension.value.as_slice();
    match extension.oid.usual()? {
        rfc5280::ID_CE_KEY_USAGE => other::key_usage(value, standing),
        rfc5280::ID_CE_EXT_KEY_USAGE => other::extended_key_usage(value, standing),
        rfc5280::ID_CE_BASIC_CONSTRAINTS => constraints::basic(value, standing),
        rfc5280::ID_CE_NAME_CONSTRAINTS => constraints::name(value),
        rfc5280::ID_CE_SUBJECT_ALT_NAME => alternative_name::subject(value, standing),
        rfc5280::ID_CE_ISSUER_ALT_NAME => alternative_name::issuer(value),
        rfc5280::ID_CE_SUBJECT_KEY_IDENTIFIER => authority::subject_key_identifier(value),
        rfc5280::ID_CE_AUTHORITY_KEY_IDENTIFIER => authority::authority_key_identifier(value),
        rfc5280::ID_CE_CRL_DISTRIBUTION_POINTS => authority::distribution_points(value),
        rfc5280::ID_PE_AUTHORITY_INFO_ACCESS => authority::information_access(value),
        rfc5280::ID_CE_CERTIFICATE_POLICIES => policy::policies(value),
        rfc5280::ID_CE_POLICY_CONSTRAINTS => policy::constraints(value),
        rfc5280::ID_CE_POLICY_MAPPINGS => policy::mappings(value),
        rfc5280::ID_CE_INHIBIT_ANY_POLICY => policy::inhibit_any(value),
        NETSCAPE_TYPE => other::netscape_type(value),
        PROXY => unreadable("makes it a proxy's", [OpenSsl]),
        _ => None,
    }
}

/// Who refuses a critical extension because they do not know it, or because it must not be one.
fn critical(extension: &Extension, standing: Standing, name: &str) -> Option<Problem> {
    let with_webpki = |others: &[Party]| [others, standing.webpki()].concat();
    let (rule, by) = match extension.oid.usual() {
        Some(
            rfc5280::ID_CE_KEY_USAGE
            | rfc5280::ID_CE_EXT_KEY_USAGE
            | rfc5280::ID_CE_BASIC_CONSTRAINTS
            | rfc5280::ID_CE_NAME_CONSTRAINTS
            | rfc5280::ID_CE_CRL_DISTRIBUTION_POINTS,
        ) => return None,
        Some(rfc5280::ID_CE_SUBJECT_ALT_NAME)
            if alternative_name::is_known_to_go(&extension.value) =>
        {
            return None;
        }
        Some(rfc5280::ID_CE_SUBJECT_ALT_NAME) => (Rule::UnknownCriticalExtension, vec![Go]),
        Some(
            rfc5280::ID_CE_SUBJECT_KEY_IDENTIFIER
            | rfc5280::ID_CE_AUTHORITY_KEY_IDENTIFIER
            | rfc5280::ID_PE_AUTHORITY_INFO_ACCESS,
        ) => (Rule::IdentifierCritical, with_webpki(&[Go, OpenSsl])),
        Some(rfc5280::ID_CE_CERTIFICATE_POLICIES | rfc5280::ID_CE_INHIBIT_ANY_POLICY) => {
            (Rule::UnknownCriticalExtension, with_webpki(&[]))
        }
        Some(rfc5280::ID_CE_POLICY_CONSTRAINTS | rfc5280::ID_CE_POLICY_MAPPINGS) => {
            (Rule::UnknownCriticalExtension, with_webpki(&[GnuTls]))
        }
        Some(rfc5280::ID_CE_ISSUER_ALT_NAME) => {
            (Rule::UnknownCriticalExtension, with_webpki(&[Go, OpenSsl]))
        }
        Some(NETSCAPE_TYPE | NO_CHECK) => {
            (Rule::UnknownCriticalExtension, with_webpki(&[Go, GnuTls]))
        }
        Some(TLS_FEATURE) if !standing.is_authority() => {
            (Rule::UnknownCriticalExtension, vec![Go, OpenSsl, Webpki])
        }
        Some(PROXY) => (Rule::UnknownCriticalExtension, with_webpki(&[Go, OpenSsl])),
        Some(TIMESTAMPS) => (Rule::UnknownCriticalExtension, ALL_BUT_WEBPKI.to_vec()),
        _ => (Rule::UnknownCriticalExtension, standing.everybody()),
    };
    if by.is_empty() {
        return None;
    }
    let message = if rule == Rule::IdentifierCritical {
        format!("its {name} is critical, which it must not be")
    } else {
        let who: Vec<&str> = by.iter().map(|one| one.called()).collect();
        format!(
            "its critical extension {name} is none that {} know{}",
            who.join(", "),
            if who.len() == 1 { "s" } else { "" }
        )
    };
    Some(Problem::new(rule, message).refused_by(by))
}
