//! Key usage, extended key usage and Netscape's certificate type.

use super::super::standing::Standing;
use super::{Unreadable, is_identifier, unreadable};
use crate::spec::Party::{GnuTls, Go, OpenSsl, Webpki};
use crate::x509::elements::{BIT_STRING, Element, Elements, OBJECT_IDENTIFIER, SEQUENCE};

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
    let is_purpose = |one: Element<'_>| one.tag == OBJECT_IDENTIFIER && is_identifier(one.value);
    let are_purposes = purposes.by_ref().all(is_purpose);
    if !are_purposes || !purposes.is_empty() {
        let presented: &[_] = if standing.is_presented() {
            &[GnuTls, Webpki]
        } else {
            &[]
        };
        return unreadable(
            "lists what is no purpose",
            [&[Go, OpenSsl], presented].concat(),
        );
    }
    if !elements.is_empty() {
        let gnutls: &[_] = if standing.is_presented() {
            &[GnuTls]
        } else {
            &[]
        };
        return unreadable("has octets after it", [&[Webpki], gnutls].concat());
    }
    None
}

pub(super) fn netscape_type(value: &[u8]) -> Option<Unreadable> {
    match Elements::of(value).read(BIT_STRING) {
        Some([_, ..]) => None,
        _ => unreadable("is no bit string", [OpenSsl]),
    }
}
