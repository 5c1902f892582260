//! What an authority must be, beside what every certificate must be.

use const_oid::db::rfc5280::{ID_CE_BASIC_CONSTRAINTS, ID_CE_NAME_CONSTRAINTS};
use x509_cert::ext::pkix::NameConstraints;
use x509_cert::ext::pkix::name::GeneralName;

use super::Rule;
use super::finding::Problem;
use crate::x509::Certificate;

/// What keeps a certificate from being an authority that everybody accepts.
pub(super) fn problems(certificate: &Certificate) -> Vec<Problem> {
    if !certificate.is_authority() {
        let message = "its basic constraints do not say CA:TRUE";
        return vec![Problem::new(Rule::NotAnAuthority, message)];
    }
    let mut found = Vec::new();
    let critical = |oid| {
        let mut extensions = certificate.extensions().iter();
        extensions
            .find(|extension| extension.oid == oid)
            .is_none_or(|extension| extension.critical)
    };
    if !critical(ID_CE_BASIC_CONSTRAINTS) {
        let message = "its basic constraints are not critical";
        found.push(Problem::new(Rule::ConstraintsNotCritical, message));
    }
    match certificate.key_usage() {
        None => {
            let message = "it has no key usage; keyCertSign is wanted";
            found.push(Problem::new(Rule::AuthorityKeyUsage, message));
        }
        Some(usage) if !usage.certificate_sign() => {
            let message = format!(
                "its key usage is {}; keyCertSign is wanted",
                usage.names().join(", ")
            );
            found.push(Problem::new(Rule::AuthorityKeyUsage, message));
        }
        Some(_) => {}
    }
    if certificate.subject_key_identifier().is_none() {
        let message = "it is an authority without a subject key identifier";
        found.push(Problem::new(Rule::NoKeyIdentifier, message));
    }
    if let Some(constraints) = certificate.extension::<NameConstraints>() {
        if !critical(ID_CE_NAME_CONSTRAINTS) {
            let message = "its name constraints are not critical";
            found.push(Problem::new(Rule::NameConstraintsNotCritical, message));
        }
        let kinds = unsupported_kinds(&constraints);
        if !kinds.is_empty() {
            let message = format!(
                "its name constraints are about {}; DNS names, addresses, mail addresses and URIs \
                 are understood everywhere",
                kinds.join(" and ")
            );
            found.push(Problem::new(Rule::NameConstraintsUnsupported, message));
        }
    }
    found
}

/// The kinds of names whose constraints Go does not know. Those on URIs and mail addresses webpki
/// refuses only where there is such a name, and then says so.
fn unsupported_kinds(constraints: &NameConstraints) -> Vec<&'static str> {
    let subtrees = [
        &constraints.permitted_subtrees,
        &constraints.excluded_subtrees,
    ];
    let mut kinds: Vec<&'static str> = subtrees
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|subtree| match subtree.base {
            GeneralName::DnsName(_)
            | GeneralName::IpAddress(_)
            | GeneralName::UniformResourceIdentifier(_)
            | GeneralName::Rfc822Name(_) => None,
            GeneralName::DirectoryName(_) => Some("directory names"),
            _ => Some("other names"),
        })
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}
