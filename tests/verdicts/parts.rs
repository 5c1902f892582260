//! A certificate in its parts, every one of which can be anything.

use std::sync::Arc;

use crate::support::forge::{pem, tlv};
use crate::support::{OddKey, Scheme};

/// An extension as it is written.
#[derive(Debug, Clone)]
pub(crate) struct Extension {
    /// As [`oid`] takes it.
    pub(crate) oid: &'static str,
    /// The field `critical`: nothing, or a BOOLEAN.
    pub(crate) critical: Vec<u8>,
    pub(crate) value: Vec<u8>,
}

/// See the module. What is not said otherwise is DER with its tag and length.
#[derive(Clone)]
pub(crate) struct Parts {
    pub(crate) version: Vec<u8>,
    /// The content of the INTEGER.
    pub(crate) serial: Vec<u8>,
    pub(crate) issuer: Vec<u8>,
    pub(crate) validity: Vec<u8>,
    pub(crate) subject: Vec<u8>,
    pub(crate) spki: Vec<u8>,
    /// The unique identifiers.
    pub(crate) unique: Vec<u8>,
    pub(crate) extensions: Vec<Extension>,
    /// Of this certificate: what is below it is signed by this one.
    pub(crate) key: Arc<OddKey>,
    /// How it is signed.
    pub(crate) scheme: Scheme,
    /// What both say that it is signed by, or the outer one alone.
    pub(crate) algorithm: Option<Vec<u8>>,
    pub(crate) outer_algorithm: Option<Vec<u8>>,
    /// What is done to the signature and to the whole.
    pub(crate) spoil: fn(&mut Vec<u8>),
    pub(crate) after: Vec<u8>,
}

pub(crate) const TRUE: &[u8] = &[1, 1, 0xff];

impl Parts {
    /// Puts an extension in, in the place of the one there is.
    pub(crate) fn put(&mut self, oid: &'static str, critical: bool, value: Vec<u8>) {
        let critical = if critical { TRUE.to_vec() } else { Vec::new() };
        let new = Extension {
            oid,
            critical,
            value,
        };
        match self.extensions.iter_mut().find(|one| one.oid == oid) {
            Some(old) => *old = new,
            None => self.extensions.push(new),
        }
    }

    pub(crate) fn remove(&mut self, oid: &str) {
        self.extensions.retain(|one| one.oid != oid);
    }

    /// Says of an extension whether it is critical.
    pub(crate) fn critical(&mut self, oid: &str, critical: bool) {
        let found = self.extensions.iter_mut().filter(|one| one.oid == oid);
        for one in found {
            one.critical = if critical { TRUE.to_vec() } else { Vec::new() };
        }
    }

    pub(crate) fn value(&self, oid: &str) -> Vec<u8> {
        let found = self.extensions.iter().find(|one| one.oid == oid);
        found.map(|one| one.value.clone()).unwrap_or_default()
    }

    pub(crate) fn key(&mut self, key: OddKey) {
        self.spki = key.spki();
        self.key = Arc::new(key);
    }

    /// The PEM of it, signed by this key.
    pub(crate) fn sign(&self, key: &OddKey) -> String {
        let (usual, _) = key.sign(self.scheme, &[]);
        let inner = self.algorithm.clone().unwrap_or(usual);
        let body = self.to_be_signed(&inner);
        let (_, mut signature) = key.sign(self.scheme, &body);
        (self.spoil)(&mut signature);
        let outer = self.outer_algorithm.clone().unwrap_or(inner);
        let signature = tlv(3, &[&[0], &signature[..]].concat());
        let whole = tlv(0x30, &[body, outer, signature].concat());
        pem(&[whole, self.after.clone()].concat())
    }

    fn to_be_signed(&self, algorithm: &[u8]) -> Vec<u8> {
        let extensions: Vec<u8> = self.extensions.iter().flat_map(Extension::der).collect();
        let extensions = match self.extensions.as_slice() {
            [] => Vec::new(),
            _ => tlv(0xa3, &tlv(0x30, &extensions)),
        };
        let parts = [
            self.version.clone(),
            tlv(2, &self.serial),
            algorithm.to_vec(),
            self.issuer.clone(),
            self.validity.clone(),
            self.subject.clone(),
            self.spki.clone(),
            self.unique.clone(),
            extensions,
        ];
        tlv(0x30, &parts.concat())
    }
}

impl Extension {
    fn der(&self) -> Vec<u8> {
        let value = tlv(4, &self.value);
        tlv(
            0x30,
            &[oid(self.oid), self.critical.clone(), value].concat(),
        )
    }
}

/// An OBJECT IDENTIFIER: of arcs of any size, or after a `#` of these octets, in hexadecimal.
pub(crate) fn oid(text: &str) -> Vec<u8> {
    if let Some(octets) = text.strip_prefix('#') {
        let pairs = octets.as_bytes().chunks(2);
        let octet = |pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap();
        return tlv(6, &pairs.map(octet).collect::<Vec<u8>>());
    }
    let arcs = text.split('.').map(|arc| arc.parse().unwrap());
    let arcs: Vec<u128> = arcs.collect();
    let [first, second, rest @ ..] = arcs.as_slice() else {
        panic!("{text}");
    };
    let arcs = [first * 40 + second]
        .into_iter()
        .chain(rest.iter().copied());
    let octets = arcs.flat_map(|arc| {
        let septets = (0..19).rev().map(move |place| (place, arc >> (7 * place)));
        let septets = septets.filter(|(place, rest)| *place == 0 || *rest > 0);
        septets.map(|(place, rest)| {
            let more = if place == 0 { 0 } else { 0x80 };
            more | u8::try_from(rest & 0x7f).unwrap()
        })
    });
    tlv(6, &octets.collect::<Vec<u8>>())
}

pub(crate) fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    tlv(0x30, &parts.concat())
}

/// A name of one attribute, its value with this tag.
pub(crate) fn name(kind: &str, tag: u8, value: &[u8]) -> Vec<u8> {
    let attribute = sequence(&[oid(kind), tlv(tag, value)]);
    tlv(0x30, &tlv(0x31, &attribute))
}

/// A common name as `UTF8String`.
pub(crate) fn common_name(value: &str) -> Vec<u8> {
    name(CN, 0x0c, value.as_bytes())
}

/// A validity of two times with their tags.
pub(crate) fn validity(from: (u8, &str), to: (u8, &str)) -> Vec<u8> {
    let times = [from, to].map(|(tag, text)| tlv(tag, text.as_bytes()));
    sequence(&times)
}

pub(crate) const UTC: u8 = 0x17;
pub(crate) const GENERALIZED: u8 = 0x18;

pub(crate) const CN: &str = "2.5.4.3";
pub(crate) const SKI: &str = "2.5.29.14";
pub(crate) const KEY_USAGE: &str = "2.5.29.15";
pub(crate) const SAN: &str = "2.5.29.17";
pub(crate) const BASIC: &str = "2.5.29.19";
pub(crate) const CONSTRAINTS: &str = "2.5.29.30";
pub(crate) const CRL: &str = "2.5.29.31";
pub(crate) const POLICIES: &str = "2.5.29.32";
pub(crate) const MAPPINGS: &str = "2.5.29.33";
pub(crate) const AKI: &str = "2.5.29.35";
pub(crate) const POLICY_CONSTRAINTS: &str = "2.5.29.36";
pub(crate) const EKU: &str = "2.5.29.37";
pub(crate) const INHIBIT_ANY: &str = "2.5.29.54";
pub(crate) const AIA: &str = "1.3.6.1.5.5.7.1.1";
