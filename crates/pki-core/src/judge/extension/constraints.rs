//! Basic constraints and name constraints.

use super::super::standing::{ALL, Standing};
use super::{Unreadable, unreadable};
use crate::spec::Party::{self, GnuTls, Go, OpenSsl, Webpki};
use crate::x509::elements::{ADDRESS, BOOLEAN, DNS, Elements, INTEGER, MAIL, SEQUENCE, URI};

pub(super) fn basic(value: &[u8], standing: Standing) -> Option<Unreadable> {
    let gnutls: &[Party] = if standing.is_authority() {
        &[GnuTls]
    } else {
        &[]
    };
    let with_webpki = |others: &[Party]| [others, standing.webpki()].concat();
    let mut elements = Elements::of(value);
    let Some(content) = elements.read(SEQUENCE) else {
        return unreadable("is no list", [&[Go, OpenSsl, Webpki], gnutls].concat());
    };
    let mut content = Elements::of(content);
    if let Some(authority) = content.read(BOOLEAN)
        && !matches!(authority, [0 | 0xff])
    {
        return unreadable("says what is neither true nor false", with_webpki(&[Go]));
    }
    if let Some(length) = content.read(INTEGER) {
        let length: &[u8] = match length {
            [0, rest @ ..] => rest,
            [first, ..] if first & 0x80 != 0 => {
                return unreadable("has a negative path length", with_webpki(&[Go, OpenSsl]));
            }
            length => length,
        };
        // Go's int.
        let is_enormous = match length {
            [first, rest @ ..] => rest.len() > 7 || (rest.len() == 7 && first & 0x80 != 0),
            [] => false,
        };
        if is_enormous {
            return unreadable(
                "has a path length beyond measure",
                with_webpki(&[Go, GnuTls]),
            );
        }
        if length.len() > 1 {
            return unreadable("has a path length above 255", with_webpki(&[]));
        }
    }
    if !content.is_empty() {
        return unreadable(
            "has something after the path length",
            with_webpki(&[&[OpenSsl], gnutls].concat()),
        );
    }
    if !elements.is_empty() {
        return unreadable("has octets after it", [&[Webpki], gnutls].concat());
    }
    None
}

/// Go's `parseNameConstraintsExtension`, and what others refuse beside.
pub(super) fn name(value: &[u8]) -> Option<Unreadable> {
    let mut elements = Elements::of(value);
    let Some(content) = elements.read(SEQUENCE) else {
        return unreadable("is no list", ALL);
    };
    if !elements.is_empty() {
        return unreadable("has octets after it", [Go, GnuTls, Webpki]);
    }
    let mut content = Elements::of(content);
    let permitted = content.read(0xa0).unwrap_or_default();
    let excluded = content.read(0xa1).unwrap_or_default();
    if !content.is_empty() {
        return unreadable("has something after its lists", ALL);
    }
    if permitted.is_empty() && excluded.is_empty() {
        return unreadable("constrains nothing", [Go]);
    }
    [permitted, excluded].into_iter().find_map(subtrees)
}

fn subtrees(list: &[u8]) -> Option<Unreadable> {
    let mut subtrees = Elements::of(list);
    while let Some(subtree) = subtrees.read(SEQUENCE) {
        let mut subtree = Elements::of(subtree);
        let Some(base) = subtree.next() else {
            return unreadable("has a constraint without a name", ALL);
        };
        let base = base_name(base.tag, base.value);
        if base.is_some() {
            return base;
        }
        if !subtree.is_empty() {
            return unreadable(
                "has a constraint with a minimum or maximum",
                [OpenSsl, Webpki],
            );
        }
    }
    if subtrees.is_empty() {
        return None;
    }
    unreadable("has a constraint that is none", ALL)
}

fn base_name(tag: u8, value: &[u8]) -> Option<Unreadable> {
    let text = String::from_utf8_lossy(value);
    let is_ascii = value.is_ascii();
    match tag {
        DNS if text.ends_with('.') && is_domain(text.trim_end_matches('.')) => unreadable(
            format!("has {text:?}, a name with a dot at its end"),
            [Go, OpenSsl, Webpki],
        ),
        DNS if !is_ascii || !is_domain(&text) || text.contains('*') => {
            unreadable(format!("has {text:?}, which is no domain"), ALL)
        }
        ADDRESS => {
            let (_, mask) = value.split_at_checked(value.len() / 2).unwrap_or_default();
            if !matches!(value.len(), 8 | 32) {
                unreadable(format!("has an address of {} octets", value.len()), ALL)
            } else if !is_mask(mask) {
                unreadable(
                    "has an address with a mask that has holes",
                    [Go, GnuTls, Webpki],
                )
            } else {
                None
            }
        }
        MAIL if !is_ascii || !is_mail(&text) => {
            unreadable(format!("has {text:?}, which is no mail address"), [Go])
        }
        URI if !is_ascii || !is_domain(&text) || text.parse::<std::net::IpAddr>().is_ok() => {
            unreadable(format!("has {text:?} for URIs, which is no domain"), [Go])
        }
        _ => None,
    }
}

/// Go's `domainNameValid` of a constraint.
fn is_domain(text: &str) -> bool {
    let text = text.strip_prefix('.').unwrap_or(text);
    text.is_empty()
        || text.split('.').all(|label| {
            !label.is_empty()
                && label.len() <= 63
                && label.bytes().all(|octet| (33..=126).contains(&octet))
        })
}

fn is_mail(text: &str) -> bool {
    match text.rsplit_once('@') {
        Some((user, domain)) => !user.is_empty() && !domain.is_empty() && is_domain(domain),
        None => is_domain(text),
    }
}

/// Ones, then zeros.
fn is_mask(mask: &[u8]) -> bool {
    let mut bits = mask
        .iter()
        .flat_map(|octet| (0..8).map(move |bit| octet & (0x80 >> bit) != 0));
    bits.by_ref().find(|bit| !bit);
    !bits.any(|bit| bit)
}
