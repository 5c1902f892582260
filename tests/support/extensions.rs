//! Extensions as OpenSSL's configuration writes them, a line each: as much of that as the tests
//! need.

use std::net::IpAddr;

use const_oid::ObjectIdentifier;
use der::Encode as _;
use sha2::{Digest as _, Sha256};

use super::forge::{Extension, tlv};

/// What identifies whoever signs.
pub(super) struct Issuer<'a> {
    pub(super) name: &'a [u8],
    pub(super) serial: &'a [u8],
    /// Its subject key identifier, where it has one.
    pub(super) identifier: Option<Vec<u8>>,
}

/// The identifier that is given to a key.
pub(super) fn identifier(spki: &[u8]) -> Vec<u8> {
    Sha256::digest(spki)[..20].to_vec()
}

const SUBJECT_KEY_IDENTIFIER: &str = "2.5.29.14";
const AUTHORITY_KEY_IDENTIFIER: &str = "2.5.29.35";

/// Key identifiers are there unless they are `none`, as OpenSSL does it; a certificate that signs
/// itself names no issuer's unless asked to.
pub(super) fn extensions(text: &str, spki: &[u8], issuer: Option<&Issuer<'_>>) -> Vec<Extension> {
    let mut extensions: Vec<Extension> = Vec::new();
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let mut named: Vec<(&str, &str)> = lines.map(|line| line.split_once('=').unwrap()).collect();
    for (name, value) in [
        ("subjectKeyIdentifier", "hash"),
        ("authorityKeyIdentifier", "keyid"),
    ] {
        let is_self = name.starts_with("authority") && issuer.is_none();
        if !is_self && !named.iter().any(|(one, _)| *one == name) {
            named.push((name, value));
        }
    }
    for (name, value) in named {
        let (critical, value) = match value.trim().strip_prefix("critical") {
            Some(rest) => (true, rest.trim_start_matches([',', ' '])),
            None => (false, value.trim()),
        };
        if value == "none" {
            continue;
        }
        let own = || identifier(spki);
        let (oid, value) = match name {
            "subjectKeyIdentifier" => (SUBJECT_KEY_IDENTIFIER, Some(tlv(4, &own()))),
            "authorityKeyIdentifier" => (
                AUTHORITY_KEY_IDENTIFIER,
                authority_key_identifier(value, issuer, own),
            ),
            name => {
                let (oid, value) = plain(name, value);
                (oid, Some(value))
            }
        };
        if let Some(value) = value {
            let oid: ObjectIdentifier = oid.parse().unwrap();
            extensions.push(Extension {
                oid,
                critical,
                value,
            });
        }
    }
    extensions
}

fn authority_key_identifier(
    asked: &str,
    issuer: Option<&Issuer<'_>>,
    own: impl Fn() -> Vec<u8>,
) -> Option<Vec<u8>> {
    let Some(issuer) = issuer else {
        return Some(tlv(0x30, &tlv(0x80, &own())));
    };
    let identifier = issuer.identifier.as_ref().map(|one| tlv(0x80, one));
    let by_name = asked.contains("issuer:always").then(|| {
        let name = tlv(0xa1, &tlv(0xa4, issuer.name));
        [name, tlv(0x82, issuer.serial)].concat()
    });
    let parts: Vec<Vec<u8>> = identifier.into_iter().chain(by_name).collect();
    (!parts.is_empty()).then(|| tlv(0x30, &parts.concat()))
}

fn plain<'a>(name: &'a str, value: &str) -> (&'a str, Vec<u8>) {
    let parts = || value.split(',').map(str::trim);
    match name {
        "basicConstraints" => {
            let mut content = Vec::new();
            for part in parts() {
                match part.split_once(':').unwrap() {
                    ("CA", "TRUE") => content.extend([1, 1, 0xff]),
                    ("CA", "FALSE") => {}
                    ("pathlen", length) => content.extend(tlv(2, &[length.parse().unwrap()])),
                    other => panic!("{other:?}"),
                }
            }
            ("2.5.29.19", tlv(0x30, &content))
        }
        "keyUsage" => ("2.5.29.15", bits(parts())),
        "extendedKeyUsage" => {
            let purposes = parts().map(|part| oid(purpose(part)));
            (
                "2.5.29.37",
                tlv(0x30, &purposes.collect::<Vec<_>>().concat()),
            )
        }
        "subjectAltName" => {
            let names: Vec<Vec<u8>> = parts().map(general_name).collect();
            ("2.5.29.17", tlv(0x30, &names.concat()))
        }
        "nameConstraints" => {
            let subtrees = parts().map(|part| {
                let base = part.strip_prefix("permitted;").unwrap();
                tlv(0x30, &general_name(base))
            });
            let subtrees = tlv(0xa0, &subtrees.collect::<Vec<_>>().concat());
            ("2.5.29.30", tlv(0x30, &subtrees))
        }
        oid => (oid, hex(value.strip_prefix("DER:").unwrap())),
    }
}

fn oid(text: &str) -> Vec<u8> {
    let oid: ObjectIdentifier = text.parse().unwrap();
    oid.to_der().unwrap()
}

fn purpose(name: &str) -> &str {
    match name {
        "serverAuth" => "1.3.6.1.5.5.7.3.1",
        "clientAuth" => "1.3.6.1.5.5.7.3.2",
        "emailProtection" => "1.3.6.1.5.5.7.3.4",
        oid => oid,
    }
}

const USAGES: [&str; 7] = [
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
];

fn bits<'a>(names: impl Iterator<Item = &'a str>) -> Vec<u8> {
    let mut octet = 0u8;
    for name in names {
        let position = USAGES.iter().position(|one| *one == name).unwrap();
        octet |= 0x80 >> position;
    }
    tlv(3, &[u8::try_from(octet.trailing_zeros()).unwrap(), octet])
}

fn general_name(text: &str) -> Vec<u8> {
    match text.split_once(':').unwrap() {
        ("email", value) => tlv(0x81, value.as_bytes()),
        ("DNS", value) => tlv(0x82, value.as_bytes()),
        ("URI", value) => tlv(0x86, value.as_bytes()),
        // With a mask where it is a subtree.
        ("IP", value) => {
            let octets = value.split('/').map(|part| match part.parse().unwrap() {
                IpAddr::V4(address) => address.octets().to_vec(),
                IpAddr::V6(address) => address.octets().to_vec(),
            });
            tlv(0x87, &octets.collect::<Vec<_>>().concat())
        }
        other => panic!("{other:?}"),
    }
}

fn hex(text: &str) -> Vec<u8> {
    let digits = text.as_bytes().chunks(2);
    let octet = |pair: &[u8]| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.map(octet).collect()
}

/// A distinguished name as in `/O=system:nodes/CN=system:node:cp1`.
pub(super) fn name(text: &str) -> Vec<u8> {
    let parts = text.split('/').skip(1).map(|part| {
        let (kind, value) = part.split_once('=').unwrap();
        let (kind, tag) = match kind {
            "CN" => ("2.5.4.3", 0x0c),
            "C" => ("2.5.4.6", 0x13),
            "L" => ("2.5.4.7", 0x0c),
            "ST" => ("2.5.4.8", 0x0c),
            "O" => ("2.5.4.10", 0x0c),
            "OU" => ("2.5.4.11", 0x0c),
            "DC" => ("0.9.2342.19200300.100.1.25", 0x16),
            "emailAddress" => ("1.2.840.113549.1.9.1", 0x16),
            other => panic!("{other}"),
        };
        tlv(
            0x31,
            &tlv(0x30, &[oid(kind), tlv(tag, value.as_bytes())].concat()),
        )
    });
    tlv(0x30, &parts.collect::<Vec<_>>().concat())
}
