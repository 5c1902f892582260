//! What an authority must be, beside what every certificate must be.

use std::collections::BTreeSet;

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5280::{
    ID_CE_BASIC_CONSTRAINTS, ID_CE_KEY_USAGE, ID_CE_NAME_CONSTRAINTS, ID_CE_SUBJECT_KEY_IDENTIFIER,
};

use super::finding::Problem;
use super::standing::{ALL, ALL_BUT_WEBPKI, Standing};
use super::{Rule, extension};
use crate::spec::Party::{self, GnuTls, Go, Kubeadm, OpenSsl, OpenSslStrict, Webpki};
use crate::x509::elements::{Elements, SEQUENCE};
use crate::x509::{Certificate, Extension};

/// What keeps a certificate from being an authority that everybody accepts.
pub(super) fn problems(certificate: &Certificate, standing: Standing) -> Vec<Problem> {
    if !certificate.is_authority() {
        return not_an_authority(certificate, standing)
            .into_iter()
            .collect();
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
            let problem = Problem::new(Rule::AuthorityKeyUsage, message);
            // One that cannot be read is said to be so.
            if !has(certificate, ID_CE_KEY_USAGE) {
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
    let has_identifier = has(certificate, ID_CE_SUBJECT_KEY_IDENTIFIER);
    if !has_identifier && certificate.version() == 3 {
        let message = "it is an authority without a subject key identifier";
        found.push(Problem::new(Rule::NoKeyIdentifier, message));
    }
    let mut extensions = certificate.extensions().iter();
    if let Some(constraints) = extensions.find(|one| one.oid == ID_CE_NAME_CONSTRAINTS) {
        if !constraints.critical {
            let message = "its name constraints are not critical";
            found.push(Problem::new(Rule::NameConstraintsNotCritical, message));
        }
        found.extend(unsupported(constraints));
    }
    found
}

fn has(certificate: &Certificate, oid: ObjectIdentifier) -> bool {
    let mut extensions = certificate.extensions().iter();
    extensions.any(|extension| extension.oid == oid)
}

/// Without basic constraints, or with such as do not say CA:TRUE. What cannot be read is said.
fn not_an_authority(certificate: &Certificate, standing: Standing) -> Option<Problem> {
    let mut constraints = certificate.extensions().iter();
    let constraints = constraints.find(|one| one.oid == ID_CE_BASIC_CONSTRAINTS);
    let by: &[Party] = match (constraints, standing) {
        (Some(one), _) if !extension::problems(one, standing).is_empty() => return None,
        (_, Standing::Between) => ALL,
        (Some(_), _) => ALL_BUT_WEBPKI,
        (None, _) if certificate.version() == 3 => &[Go, OpenSslStrict],
        (None, _) => &[],
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

/// Mail addresses, DNS names, URIs, addresses.
const KNOWN: [u8; 4] = [0x81, 0x82, 0x86, 0x87];
const DIRECTORY: u8 = 0xa4;
