//! What leads to the authority: key identifiers, and where it and its lists are.

use super::super::object::without_room;
use super::{Unreadable, unreadable};
use crate::spec::Party::{Go, OpenSsl, Webpki};
use crate::x509::elements::{Elements, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, URI};
use crate::x509::oid::is_identifier;

pub(super) fn subject_key_identifier(value: &[u8]) -> Option<Unreadable> {
    let mut elements = Elements::of(value);
    if elements.read(OCTET_STRING).is_none() {
        return unreadable("is no octet string", [Go, OpenSsl]);
    }
    after(&elements)
}

pub(super) fn authority_key_identifier(value: &[u8]) -> Option<Unreadable> {
    let mut elements = Elements::of(value);
    if elements.read(SEQUENCE).is_none() {
        return unreadable("is no list", [Go, OpenSsl]);
    }
    after(&elements)
}

/// Nobody looks at what follows these.
fn after(elements: &Elements<'_>) -> Option<Unreadable> {
    if elements.is_empty() {
        return None;
    }
    unreadable("has octets after it", [])
}

pub(super) fn distribution_points(value: &[u8]) -> Option<Unreadable> {
    let Some(mut points) = Elements::inside(value, SEQUENCE) else {
        return unreadable("is no list", [Go, OpenSsl, Webpki]);
    };
    while let Some(point) = points.read(SEQUENCE) {
        let mut point = Elements::of(point);
        let named = point.read(0xa0);
        let Some(name) = named else {
            // RFC 5280 section 4.2.1.13: it must not consist of reasons alone.
            if point.any(|one| one.tag == 0xa2) {
                continue;
            }
            return unreadable("has a point that says neither where nor by whom", [OpenSsl]);
        };
        match Elements::of(name).tag() {
            Some(0xa0) => {
                let mut names = Elements::inside(name, 0xa0).unwrap_or(Elements::of(&[0]));
                names.by_ref().for_each(drop);
                if !names.is_empty() {
                    return unreadable("has a point whose name is cut off", [Go, OpenSsl]);
                }
            }
            Some(0xa1) => return unreadable("has a point by a relative name", [Go]),
            _ => return unreadable("has a point whose name does not decode", [Go, OpenSsl]),
        }
    }
    if points.is_empty() {
        return None;
    }
    unreadable("has a point that is none", [Go, OpenSsl])
}

pub(super) fn information_access(value: &[u8]) -> Option<Unreadable> {
    let Some(mut places) = Elements::inside(value, SEQUENCE) else {
        return unreadable("is no list", [Go]);
    };
    while let Some(place) = places.read(SEQUENCE) {
        let mut place = Elements::of(place);
        let method = place.read(OBJECT_IDENTIFIER);
        if !method.is_some_and(is_identifier) {
            return unreadable("has a place without its method", [Go]);
        }
        if method.is_some_and(|method| !without_room(method).is_empty()) {
            return unreadable("has a method with too large an arc", [Go]);
        }
        if place.tag() == Some(URI) && place.next().is_none() {
            return unreadable("has a place that is cut off", [Go]);
        }
    }
    if places.is_empty() {
        return None;
    }
    unreadable("has a place that is none", [Go])
}
