//! What an authority must be, beside what every certificate must be.

use std::collections::BTreeSet;

use const_oid::db::rfc5280::{
    ID_CE_BASIC_CONSTRAINTS, ID_CE_KEY_USAGE, ID_CE_NAME_CONSTRAINTS, ID_CE_SUBJECT_KEY_IDENTIFIER,
};

use super::Rule;
use super::finding::Problem;
use super::standing::{ALL, ALL_BUT_WEBPKI, Standing};
use crate::spec::Party::{self, GnuTls, Go, Kubeadm, OpenSsl, OpenSslStrict, Webpki};
use crate::x509::elements::{ADDRESS, DIRECTORY, DNS, Elements, MAIL, SEQUENCE, URI};
use crate::x509::{Certificate, Extension};

/// What keeps a certificate from being an authority that everybody accepts.
pub(super) fn problems(certificate: &Certificate, standing: Standing) -> Vec<Problem> {
    if !certificate.is_authority() {
        return not_an_authority(certificate, standing)
            .into_iter()
            .collect();
    }
    let mut found = Vec::new();
    let constraints = certificate.extension(ID_CE_BASIC_CONSTRAINTS);
    if constraints.is_some_and(|constraints| !constraints.critical) {
        let message = "its basic constraints are not critical";
        found.push(Problem::new(Rule::ConstraintsNotCritical, message));
    }
    match certificate.key_usage() {
        None => {
            let message = "it has no key usage; keyCertSign is wanted";
            let problem = Problem::new(Rule::AuthorityKeyUsage, message);
            // One that cannot be read is said to be so.
            if certificate.extension(ID_CE_KEY_USAGE).is_none() {
                found.push(problem.refused_by([OpenSslStrict]));
            }
        }
        Some(usage) if !usage.certificate_sign() => {
            let message = format!(
                "its key usage is {}; keyCertSign is wanted",
                usage.names().join(", ")
            );
            let problem = Problem::new(Rule::AuthorityKeyUsage, message);
            // To Go no bit at all is as good as no key usage.
            let by: &[Party] = if usage.names().is_empty() {
                &[OpenSsl, GnuTls]
            } else {
                ALL_BUT_WEBPKI
            };
            found.push(problem.refused_by(by.iter().copied()));
        }
        Some(_) => {}
    }
    let identifier = certificate.extension(ID_CE_SUBJECT_KEY_IDENTIFIER);
    if identifier.is_none() && certificate.version() == 3 {
        let message = "it is an authority without a subject key identifier";
        found.push(Problem::new(Rule::NoKeyIdentifier, message));
    }
    if let Some(constraints) = certificate.extension(ID_CE_NAME_CONSTRAINTS) {
        if !constraints.critical {
            let message = "its name constraints are not critical";
            found.push(Problem::new(Rule::NameConstraintsNotCritical, message));
        }
        found.extend(unsupported(constraints));
    }
    found
}

/// Without basic constraints, or with such as do not say CA:TRUE. Of what is no list everybody says
/// that it cannot be read.
fn not_an_authority(certificate: &Certificate, standing: Standing) -> Option<Problem> {
    let constraints = certificate.extension(ID_CE_BASIC_CONSTRAINTS);
    let by: &[Party] = match (constraints, standing) {
        (Some(one), _) if Elements::inside(&one.value, SEQUENCE).is_none() => return None,
        (_, Standing::Between) => ALL,
        (Some(_), _) => ALL_BUT_WEBPKI,
        (None, _) if certificate.version() < 3 => &[],
        // Of what is no root OpenSSL and GnuTLS want to hear it.
        (None, _) if !certificate.is_self_issued() => ALL_BUT_WEBPKI,
        (None, _) => &[Go, OpenSslStrict],
    };
    let message = "its basic constraints do not say CA:TRUE";
    let by = by.iter().copied().chain([Kubeadm]);
    Some(Problem::new(Rule::NotAnAuthority, message).refused_by(by))
}

/// Constraints on kinds of names that not everybody knows. Those on URIs and mail addresses webpki
/// refuses only where there is such a name, and then says so.
fn unsupported(constraints: &Extension) -> Option<Problem> {
    let mut content = Elements::inside(&constraints.value, SEQUENCE)?;
    let lists = [0xa0, 0xa1].map(|tag| content.read(tag).unwrap_or_default());
    let [permitted, excluded] = lists.map(|list| {
        let subtrees = Elements::of(list);
        let tags = subtrees.filter_map(|subtree| Elements::of(subtree.value).tag());
        tags.filter(|tag| !KNOWN.contains(tag))
            .collect::<BTreeSet<u8>>()
    });
    if permitted.is_empty() && excluded.is_empty() {
        return None;
    }
    let all: BTreeSet<u8> = permitted.union(&excluded).copied().collect();
    let has_directory = all.contains(&DIRECTORY);
    let has_other = all.iter().any(|tag| *tag != DIRECTORY);
    let by = [
        (Go, constraints.critical),
        (GnuTls, !excluded.is_empty()),
        (Webpki, has_directory),
    ];
    let by = by.into_iter().filter(|(_, refuses)| *refuses);
    let kinds = [
        (has_directory, "directory names"),
        (has_other, "other names"),
    ];
    let kinds = kinds.into_iter().filter(|(there, _)| *there);
    let kinds: Vec<&str> = kinds.map(|(_, kind)| kind).collect();
    let message = format!(
        "its name constraints are about {}; DNS names, addresses, mail addresses and URIs are \
         understood everywhere",
        kinds.join(" and ")
    );
    let problem = Problem::new(Rule::NameConstraintsUnsupported, message);
    Some(problem.refused_by(by.map(|(party, _)| party)))
}

/// What everybody knows.
const KNOWN: [u8; 4] = [MAIL, DNS, URI, ADDRESS];
