//! Alternative names of the subject and of the issuer.

use der::Decode as _;
use x509_cert::ext::pkix::name::{GeneralName, GeneralNames};

use super::super::object::without_room;
use super::super::standing::{ALL, STRICT, Standing};
use super::{Unreadable, unreadable};
use crate::spec::Party::{self, GnuTls, Go, OpenSsl, Webpki};
use crate::x509::elements::{ADDRESS, DNS, Elements, MAIL, OBJECT_IDENTIFIER, SEQUENCE, URI};
use crate::x509::oid::is_identifier;
use crate::x509::url;

/// otherName, registeredID
const OTHER: u8 = 0xa0;
const REGISTERED: u8 = 0x88;

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
            REGISTERED => identifier(name.value),
            OTHER if Elements::of(name.value).tag() == Some(OBJECT_IDENTIFIER) => {
                let kind = Elements::of(name.value).read(OBJECT_IDENTIFIER);
                identifier(kind.unwrap_or_default())
            }
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

/// What is wrong with an identifier among the names.
fn identifier(content: &[u8]) -> Option<Unreadable> {
    if !is_identifier(content) {
        return unreadable("has a name whose identifier is none", [OpenSsl, GnuTls]);
    }
    // Go passes over these names.
    let by = without_room(content).iter().filter(|by| **by == GnuTls);
    let by: Vec<Party> = by.copied().collect();
    if by.is_empty() {
        return None;
    }
    unreadable("has a name whose identifier has too large an arc", by)
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
    if let Some(why) = url::unparsed(text) {
        return Some(why);
    }
    let name = url::name(text).filter(|name| !name.is_empty())?;
    let is_label = |label: &str| {
        let is_letter = |octet: u8| (33..=126).contains(&octet) && !b"\"<>\\^`{|}".contains(&octet);
        !label.is_empty() && label.len() <= 63 && label.bytes().all(is_letter)
    };
    (!name.split('.').all(is_label)).then_some("whose host is no domain")
}
