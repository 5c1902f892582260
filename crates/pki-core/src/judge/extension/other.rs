//! Key usage, extended key usage and Netscape's certificate type.

use super::super::object::without_room;
use super::super::standing::Standing;
use super::{Unreadable, unreadable};
use crate::spec::Party::{self, GnuTls, Go, OpenSsl, Webpki};
use crate::x509::elements::{BIT_STRING, Element, Elements, OBJECT_IDENTIFIER, SEQUENCE};
use crate::x509::oid::is_identifier;

pub(super) fn key_usage(value: &[u8], standing: Standing) -> Option<Unreadable> {
    let mut elements = Elements::of(value);
    let by_authority = |by: &[_]| {
        if standing.is_authority() {
            [by, &[GnuTls]].concat()
        } else {
            by.to_vec()
        }
    };
    let bits = elements.read(BIT_STRING).and_then(<[u8]>::split_first);
    let Some((unused, bits)) = bits else {
        return unreadable("is no bit string", by_authority(&[Go, OpenSsl]));
    };
    // cryptobyte, ReadASN1BitString: what is not used is zero.
    let mask = 1u8
        .checked_shl(u32::from(*unused))
        .map(|one| one.wrapping_sub(1));
    let last = bits.last().copied();
    let is_padded = match (mask, last) {
        (Some(mask), Some(last)) => last & mask == 0,
        (Some(mask), None) => mask == 0,
        (None, _) => false,
    };
    if !is_padded {
        return unreadable("sets bits that it does not use", [Go]);
    }
    if !elements.is_empty() {
        return unreadable("has octets after it", by_authority(&[]));
    }
    None
}

pub(super) fn extended_key_usage(value: &[u8], standing: Standing) -> Option<Unreadable> {
    let mut elements = Elements::of(value);
    let Some(purposes) = elements.read(SEQUENCE) else {
        let gnutls: &[_] = if standing.is_presented() {
            &[GnuTls]
        } else {
            &[]
        };
        return unreadable(
            "is no list of purposes",
            [&[Go, OpenSsl, Webpki], gnutls].concat(),
        );
    };
    let mut purposes = Elements::of(purposes);
    // RFC 5280 section 4.2.1.12: SIZE (1..MAX).
    if purposes.is_empty() {
        return unreadable("lists no purpose", [&[OpenSsl], standing.webpki()].concat());
    }
    let presented = |by: &[Party]| {
        if standing.is_presented() {
            by.to_vec()
        } else {
            Vec::new()
        }
    };
    let all: Vec<Element<'_>> = purposes.by_ref().collect();
    let is_one = |one: &Element<'_>| one.tag == OBJECT_IDENTIFIER;
    if !all.iter().all(is_one) || !purposes.is_empty() {
        let by = [vec![Go, OpenSsl], presented(&[GnuTls, Webpki])].concat();
        return unreadable("lists what is no purpose", by);
    }
    let is_written = |one: &Element<'_>| is_identifier(one.value);
    if !all.iter().all(is_written) {
        // webpki looks for the one it wants, and reads no other.
        let by: &[Party] = if all.iter().any(is_written) {
            &[GnuTls]
        } else {
            &[GnuTls, Webpki]
        };
        let by = [vec![Go, OpenSsl], presented(by)].concat();
        return unreadable("lists a purpose whose identifier is none", by);
    }
    if !elements.is_empty() {
        let by = [vec![Webpki], presented(&[GnuTls])].concat();
        return unreadable("has octets after it", by);
    }
    let without_room = all.iter().map(|one| without_room(one.value));
    let without_room = without_room.max_by_key(|by| by.len()).unwrap_or_default();
    if without_room.is_empty() {
        return None;
    }
    let by = without_room.iter().copied();
    let by = by.filter(|by| *by != GnuTls || standing.is_presented());
    unreadable(
        "lists a purpose with too large an arc",
        by.collect::<Vec<_>>(),
    )
}

pub(super) fn netscape_type(value: &[u8]) -> Option<Unreadable> {
    match Elements::of(value).read(BIT_STRING) {
        Some([_, ..]) => None,
        _ => unreadable("is no bit string", [OpenSsl]),
    }
}
