//! Alternative names of the subject and of the issuer.

use der::Decode as _;
use x509_cert::ext::pkix::name::{GeneralName, GeneralNames};

use super::super::standing::{ALL, STRICT, Standing};
use super::{Unreadable, unreadable};
use crate::spec::Party::{GnuTls, Go, OpenSsl, Webpki};
use crate::x509::elements::{ADDRESS, DNS, Elements, MAIL, SEQUENCE, URI};

pub(super) fn subject(value: &[u8], standing: Standing) -> Option<Unreadable> {
    let mut elements = Elements::of(value);
    let Some(names) = elements.read(SEQUENCE) else {
        return unreadable("is no list of names", ALL);
    };
    let names = Elements::of(names);
    // RFC 5280 section 4.2.1.6: SIZE (1..MAX).
    if names.is_empty() {
        return unreadable("lists no name", STRICT);
    }
    for name in names {
        let text = String::from_utf8_lossy(name.value);
        let reason = match name.tag {
            MAIL | DNS | URI if !name.value.is_ascii() => {
                unreadable(format!("has {text:?}, which is not ASCII"), [Go])
            }
            DNS if name.value.is_empty() => unreadable("has a name without a letter", [GnuTls]),
            URI => uri(&text).and_then(|why| unreadable(format!("has {text:?}, {why}"), [Go])),
            ADDRESS if name.value.is_empty() => {
                unreadable("has an address of 0 octets", [Go, GnuTls])
            }
            ADDRESS if !matches!(name.value.len(), 4 | 16) => unreadable(
                format!("has an address of {} octets", name.value.len()),
                [Go],
            ),
            MAIL | DNS | ADDRESS => None,
            _ if GeneralName::from_der(name.whole).is_err() => {
                unreadable("has a name that does not decode", [OpenSsl, GnuTls])
            }
            _ => None,
        };
        if reason.is_some() {
            return reason;
        }
    }
    if !elements.is_empty() {
        let webpki: &[_] = if standing.serves() { &[Webpki] } else { &[] };
        return unreadable("has octets after it", [&[GnuTls], webpki].concat());
    }
    None
}

pub(super) fn issuer(value: &[u8]) -> Option<Unreadable> {
    if GeneralNames::from_der(value).is_ok() {
        return None;
    }
    unreadable("does not decode", [GnuTls])
}

/// Whether there is a name of a kind that Go knows; with none the extension counts as unknown.
pub(super) fn is_known_to_go(value: &[u8]) -> bool {
    let names = Elements::inside(value, SEQUENCE);
    let mut names = names.into_iter().flatten();
    names.any(|name| matches!(name.tag, MAIL | DNS | URI | ADDRESS))
}

/// Why Go's `net/url` does not parse it, or does not take its host for a domain.
fn uri(text: &str) -> Option<&'static str> {
    if text.bytes().any(|octet| octet < 0x20 || octet == 0x7f) {
        return Some("which has a control character");
    }
    let mut escapes = text.split('%').skip(1);
    let is_escape = |rest: &str| rest.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
    if !escapes.all(is_escape) {
        return Some("which has an escape that is none");
    }
    let (scheme, rest) = text.split_once(':').unwrap_or(("", text));
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|octet| octet.is_ascii_alphanumeric() || b"+-.".contains(&octet));
    if text.contains(':') && !is_scheme && !text.starts_with('/') {
        return Some("which has a scheme that is none");
    }
    let authority = rest.strip_prefix("//")?;
    let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let (name, port) = match host.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((_, port)) => ("", port),
            None => return Some("whose address does not end"),
        },
        None => host.split_once(':').map_or((host, ""), |(name, _)| {
            (name, host.get(name.len()..).unwrap_or_default())
        }),
    };
    if !port.is_empty()
        && !port
            .strip_prefix(':')
            .is_some_and(|port| port.bytes().all(|one| one.is_ascii_digit()))
    {
        return Some("whose port is none");
    }
    let is_label = |label: &str| {
        let is_letter = |octet: u8| (33..=126).contains(&octet) && !b"\"<>\\^`{|}".contains(&octet);
        !label.is_empty() && label.len() <= 63 && label.bytes().all(is_letter)
    };
    if !name.is_empty() && !name.split('.').all(is_label) {
        return Some("whose host is no domain");
    }
    None
}
