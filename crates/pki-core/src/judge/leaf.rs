//! What a certificate must be that somebody presents: its purposes and its names.

use std::net::IpAddr;

use const_oid::db::rfc5280::ANY_EXTENDED_KEY_USAGE;
use x509_cert::ext::pkix::name::GeneralName;

use super::Rule;
use super::finding::Problem;
use crate::x509::{Certificate, Host, KeyUsageBits, Oid, Signature, Usage, signature};

/// A name that a certificate must serve, and who wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) host: Host,
    pub(super) by: String,
}

/// What is wrong with a leaf as a leaf of this use.
pub(super) fn problems(certificate: &Certificate, usage: Usage, wanted: &[Wanted]) -> Vec<Problem> {
    let mut found = Vec::new();
    if certificate.is_authority() {
        let message = "its basic constraints say CA:TRUE, and it is presented as a leaf";
        found.push(Problem::new(Rule::LeafIsAuthority, message));
    } else {
        found.extend(signing(certificate));
    }
    if certificate.is_self_issued() && !certificate.is_authority() {
        let issuer = certificate.issuer();
        found.push(if signature(certificate, certificate) == Signature::Valid {
            let message = format!("it is signed by its own key, under the name {issuer}");
            Problem::new(Rule::SelfSigned, message)
        } else {
            let message = format!("its subject and its issuer are both {issuer}");
            Problem::new(Rule::SubjectIsIssuer, message)
        });
    }
    if let Some(bits) = certificate.key_usage()
        && !bits.digital_signature()
    {
        let names = bits.names().join(", ");
        let message = format!("its key usage is {names}; digitalSignature is wanted");
        found.push(Problem::new(Rule::KeyUsage, message));
    }
    found.extend(purposes(certificate, usage));
    if usage.serves() {
        found.extend(names(certificate, wanted));
    }
    found
}

/// What only an authority may have.
fn signing(certificate: &Certificate) -> Option<Problem> {
    let may_sign = certificate
        .key_usage()
        .is_some_and(KeyUsageBits::certificate_sign);
    let message = match certificate.path_length() {
        _ if may_sign => "its key usage has keyCertSign, and it is no authority".to_owned(),
        Some(length) => format!("it limits paths to a length of {length}, and it is no authority"),
        None => return None,
    };
    Some(Problem::new(Rule::LeafMaySign, message))
}

fn purposes(certificate: &Certificate, usage: Usage) -> Option<Problem> {
    let wanted: Vec<String> = usage.purposes().iter().map(ToString::to_string).collect();
    let wanted = wanted.join(" and ");
    let present = certificate.purposes();
    // Without the extension it is for everything (RFC 5280 section 4.2.1.12).
    if present.is_empty() {
        return None;
    }
    let purposes = usage.purposes().iter();
    let mut missing = purposes.filter(|purpose| !present.contains(&purpose.oid()));
    missing.next()?;
    if present.contains(&Oid(ANY_EXTENDED_KEY_USAGE)) {
        let message = format!("its extended key usage is anyExtendedKeyUsage; {wanted} is wanted");
        return Some(Problem::new(Rule::AnyPurposeOnly, message));
    }
    let message = format!(
        "its extended key usage is {}; {wanted} is wanted",
        certificate.purpose_names().join(", ")
    );
    Some(Problem::new(Rule::WrongPurpose, message))
}

/// The names of a serving certificate.
fn names(certificate: &Certificate, wanted: &[Wanted]) -> Vec<Problem> {
    let all = certificate.general_names();
    let serving = all
        .iter()
        .filter(|name| matches!(name, GeneralName::DnsName(_) | GeneralName::IpAddress(_)));
    if serving.count() == 0 {
        let message = "it has no DNS name and no address among its alternative names";
        return vec![Problem::new(Rule::NoAlternativeName, message)];
    }
    let mut found = Vec::new();
    let mut addresses_as_names: Vec<Host> = Vec::new();
    let mut malformed = Vec::new();
    for name in &all {
        match name {
            GeneralName::DnsName(name) => {
                let text = name.as_str();
                if let Ok(address) = text.parse::<IpAddr>() {
                    addresses_as_names.push(address.into());
                } else if !is_matchable(text) {
                    malformed.push(format!("{text:?}"));
                }
            }
            GeneralName::IpAddress(octets) if !matches!(octets.as_bytes().len(), 4 | 16) => {
                malformed.push(format!("an address of {} octets", octets.as_bytes().len()));
            }
            _ => {}
        }
    }
    if !addresses_as_names.is_empty() {
        let message = format!(
            "it has the address {} as a DNS name; no client looks for it there",
            list(addresses_as_names.iter())
        );
        found.push(Problem::new(Rule::IpAsDnsName, message));
    }
    if !malformed.is_empty() {
        let message = format!(
            "its alternative names have {}, which nothing matches",
            malformed.join(", ")
        );
        found.push(Problem::new(Rule::MalformedName, message));
    }
    let served = certificate.hosts();
    let missing: Vec<&Wanted> = wanted
        .iter()
        .filter(|wanted| !addresses_as_names.contains(&wanted.host))
        .filter(|wanted| !served.covers(&wanted.host))
        .collect();
    if !missing.is_empty() {
        let names: Vec<String> = missing
            .iter()
            .map(|wanted| format!("{} ({})", wanted.host, wanted.by))
            .collect();
        let message = format!("it does not serve {}; it serves {served}", names.join(", "));
        let hosts = missing.iter().map(|wanted| wanted.host.to_string());
        found.push(Problem::new(Rule::NameNotServed, message).because(hosts));
    }
    found
}

/// Whether verifiers match this name with anything. They take underscores, which no host name
/// has.
fn is_matchable(name: &str) -> bool {
    name.to_ascii_lowercase()
        .replace('_', "x")
        .parse::<crate::x509::DnsName>()
        .is_ok()
}

fn list<'a>(hosts: impl Iterator<Item = &'a Host>) -> String {
    let hosts: Vec<String> = hosts.map(ToString::to_string).collect();
    hosts.join(", ")
}
