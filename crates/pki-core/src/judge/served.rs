//! The names of a serving certificate: whether who dials it finds the one that was dialled.

use std::collections::BTreeSet;
use std::net::IpAddr;

use x509_cert::ext::pkix::name::GeneralName;

use super::Rule;
use super::finding::Problem;
use super::leaf::Wanted;
use super::standing::ALL;
use crate::spec::Party::{self, GnuTls, Go, OpenSsl, Webpki};
use crate::x509::{Certificate, DnsName, Host, SubjectAltNames};

/// The names of a serving certificate.
pub(super) fn problems(certificate: &Certificate, wanted: &[Wanted]) -> Vec<Problem> {
    let all = certificate.general_names();
    let serving = all
        .iter()
        .filter(|name| matches!(name, GeneralName::DnsName(_) | GeneralName::IpAddress(_)));
    if serving.count() == 0 {
        let message = "it has no DNS name and no address among its alternative names";
        // OpenSSL and GnuTLS go by the common name then.
        let by = if wanted
            .iter()
            .all(|wanted| is_common_name(certificate, &wanted.host))
        {
            &[Go, Webpki]
        } else {
            ALL
        };
        let problem = Problem::new(Rule::NoAlternativeName, message);
        return vec![problem.refused_by(by.iter().copied())];
    }
    let mut found = Vec::new();
    let mut addresses_as_names: Vec<Host> = Vec::new();
    let mut malformed = Vec::new();
    for text in all.iter().filter_map(dns) {
        if let Ok(address) = text.parse::<IpAddr>() {
            addresses_as_names.push(address.into());
        } else if !is_matchable(text) || DnsName::is_wildcard_of_top(text) {
            malformed.push(format!("{text:?}"));
        }
    }
    let served = certificate.hosts();
    let is_missed = |address: &&Host| {
        !served.covers(address) && wanted.iter().any(|wanted| wanted.host == **address)
    };
    let (missed, others): (Vec<&Host>, Vec<&Host>) = addresses_as_names.iter().partition(is_missed);
    if !missed.is_empty() {
        let message = format!(
            "it has the address {} as a DNS name; no client looks for it there",
            list(missed.into_iter())
        );
        found.push(Problem::new(Rule::IpAsDnsName, message));
    } else if !others.is_empty() {
        // As kubeadm writes it of a node that is named by its address, beside the address.
        let message = format!(
            "it has the address {} as a DNS name, where no client looks for it",
            list(others.into_iter())
        );
        found.push(Problem::new(Rule::IpAsDnsName, message).refused_by([]));
    }
    if !malformed.is_empty() {
        let message = format!(
            "its alternative names have {}, which not everybody matches with anything",
            malformed.join(", ")
        );
        found.push(Problem::new(Rule::MalformedName, message).refused_by([]));
    }
    let asked = wanted
        .iter()
        .filter(|wanted| !addresses_as_names.contains(&wanted.host));
    let asked = asked.map(|wanted| (wanted, refusers(certificate, &all, &served, &wanted.host)));
    let missing: Vec<(&Wanted, Vec<Party>)> = asked.filter(|(_, by)| !by.is_empty()).collect();
    if !missing.is_empty() {
        let names: Vec<String> = missing
            .iter()
            .map(|(wanted, _)| format!("{} ({})", wanted.host, wanted.by))
            .collect();
        let is_only_go_s = missing.iter().all(|(_, by)| !by.contains(&Go));
        let why = if is_only_go_s {
            "; Go alone takes that for it"
        } else {
            ""
        };
        let message = format!(
            "it does not serve {}; it serves {served}{why}",
            names.join(", ")
        );
        let hosts = missing.iter().map(|(wanted, _)| wanted.host.to_string());
        let by: BTreeSet<Party> = missing.iter().flat_map(|(_, by)| by.clone()).collect();
        let problem = Problem::new(Rule::NameNotServed, message).because(hosts);
        found.push(problem.refused_by(by));
    }
    found
}

/// Whether verifiers match this name with anything.
fn is_matchable(name: &str) -> bool {
    DnsName::presented(&name.to_ascii_lowercase()).is_ok()
}

fn list<'a>(hosts: impl Iterator<Item = &'a Host>) -> String {
    let hosts: Vec<String> = hosts.map(ToString::to_string).collect();
    hosts.join(", ")
}

/// Who does not find the host among the names.
fn refusers(
    certificate: &Certificate,
    all: &[GeneralName],
    served: &SubjectAltNames,
    host: &Host,
) -> Vec<Party> {
    let name = match host {
        Host::Dns(name) => name,
        Host::Ip(address) => {
            let octets = match address {
                IpAddr::V4(address) => address.octets().to_vec(),
                IpAddr::V6(address) => address.octets().to_vec(),
            };
            let is = |name: &GeneralName| matches!(name, GeneralName::IpAddress(one) if one.as_bytes() == octets);
            return match (all.iter().any(is), served.covers(host)) {
                (true, _) => vec![],
                // An address of version 4 in one of version 6.
                (false, true) => vec![OpenSsl, GnuTls, Webpki],
                (false, false) => ALL.to_vec(),
            };
        }
    };
    let names: Vec<&str> = all.iter().filter_map(dns).collect();
    let is = |one: &&str| one.eq_ignore_ascii_case(name.as_str());
    if names.iter().any(is) {
        return vec![];
    }
    if served.covers(host) {
        // Right below a top label only Go takes a wildcard for what it says.
        let mut others = names.iter().filter(|one| !DnsName::is_wildcard_of_top(one));
        let by_others = others.any(|one| matches(one, name.as_str()));
        // OpenSSL takes no underscore for what a wildcard stands for.
        if by_others && name.as_str().contains('_') {
            return vec![OpenSsl];
        }
        return if by_others {
            vec![]
        } else {
            vec![OpenSsl, GnuTls, Webpki]
        };
    }
    // OpenSSL knows wildcards that are a part of the first label, GnuTLS those that begin it, and
    // OpenSSL common names where there is no DNS name.
    let mut wildcards = names.iter().filter(|one| matches(one, name.as_str()));
    let wildcard = wildcards.next();
    let by_openssl = wildcard.is_some() || (names.is_empty() && is_common_name(certificate, host));
    let by_gnutls = wildcard.is_some_and(|one| one.starts_with('*'));
    let by = [
        (Go, true),
        (OpenSsl, !by_openssl),
        (GnuTls, !by_gnutls),
        (Webpki, true),
    ];
    by.into_iter()
        .filter(|(_, refuses)| *refuses)
        .map(|(party, _)| party)
        .collect()
}

fn dns(name: &GeneralName) -> Option<&str> {
    match name {
        GeneralName::DnsName(name) => Some(name.as_str()),
        _ => None,
    }
}

fn is_common_name(certificate: &Certificate, host: &Host) -> bool {
    let name = certificate.subject().common_name().unwrap_or_default();
    matches!(host, Host::Dns(host) if host.as_str().eq_ignore_ascii_case(name))
}

/// Whether a wildcard stands for a name, as OpenSSL has it: one, in the first label, at its
/// beginning or its end, with two labels behind.
fn matches(wildcard: &str, name: &str) -> bool {
    let (Some((first, rest)), Some((label, behind))) =
        (wildcard.split_once('.'), name.split_once('.'))
    else {
        return false;
    };
    let Some((before, after)) = first.split_once('*') else {
        return false;
    };
    // No part of a name that is encoded (RFC 6125 section 6.4.3).
    let is_encoded = first.len() > 1 && label.to_ascii_lowercase().starts_with("xn--");
    let fits = label.len() >= first.len()
        && !is_encoded
        && label
            .to_ascii_lowercase()
            .starts_with(&before.to_ascii_lowercase())
        && label
            .to_ascii_lowercase()
            .ends_with(&after.to_ascii_lowercase());
    rest.eq_ignore_ascii_case(behind)
        && rest.contains('.')
        && !after.contains('*')
        && (before.is_empty() || after.is_empty())
        && fits
}
