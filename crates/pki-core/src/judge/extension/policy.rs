//! Policies, their constraints and mappings, as Go parses them. The others do not look unless they
//! are told which policy they want.

use std::collections::BTreeSet;

use super::{Unreadable, unreadable};
use crate::spec::Party::Go;
use crate::x509::elements::{Elements, INTEGER, OBJECT_IDENTIFIER, SEQUENCE};
use crate::x509::oid::is_identifier;

pub(super) fn policies(value: &[u8]) -> Option<Unreadable> {
    let Some(mut policies) = Elements::inside(value, SEQUENCE) else {
        return unreadable("is no list", [Go]);
    };
    let mut known: BTreeSet<&[u8]> = BTreeSet::new();
    while let Some(policy) = policies.read(SEQUENCE) {
        match Elements::of(policy).read(OBJECT_IDENTIFIER) {
            Some(identifier) if !is_identifier(identifier) => {
                return unreadable("has a policy whose identifier is none", [Go]);
            }
            None => return unreadable("has a policy without its identifier", [Go]),
            Some(identifier) if !known.insert(identifier) => {
                return unreadable("has a policy twice", [Go]);
            }
            Some(_) => {}
        }
    }
    if policies.is_empty() {
        return None;
    }
    unreadable("has a policy that is none", [Go])
}

pub(super) fn constraints(value: &[u8]) -> Option<Unreadable> {
    let Some(mut content) = Elements::inside(value, SEQUENCE) else {
        return unreadable("is no list", [Go]);
    };
    let numbers = [0x80, 0x81].map(|tag| content.read(tag));
    if numbers
        .into_iter()
        .flatten()
        .any(|number| number.is_empty() || number.len() > 8)
    {
        return unreadable("has a number beyond measure", [Go]);
    }
    None
}

pub(super) fn mappings(value: &[u8]) -> Option<Unreadable> {
    let Some(mut mappings) = Elements::inside(value, SEQUENCE) else {
        return unreadable("is no list", [Go]);
    };
    while let Some(mapping) = mappings.read(SEQUENCE) {
        let mut mapping = Elements::of(mapping);
        let mut policy = || mapping.read(OBJECT_IDENTIFIER);
        if policy().is_none() || policy().is_none() {
            return unreadable("maps to no policy", [Go]);
        }
    }
    if mappings.is_empty() {
        return None;
    }
    unreadable("has a mapping that is none", [Go])
}

pub(super) fn inhibit_any(value: &[u8]) -> Option<Unreadable> {
    match Elements::of(value).read(INTEGER) {
        Some([_, ..]) => None,
        _ => unreadable("is no number", [Go]),
    }
}
