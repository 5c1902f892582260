//! Where lists of revoked ones are, where the issuer is, and the rest.

use crate::parts::{AIA, CRL, Extension, common_name, oid, sequence};
use crate::scene::{EVERYWHERE, LEAVES, Oddity, odd};
use crate::support::forge::tlv;

pub(super) fn all() -> Vec<Oddity> {
    let full = |names: &[u8]| sequence(&[sequence(&[tlv(0xa0, &tlv(0xa0, names))])]);
    let uri = |text: &str| tlv(0x86, text.as_bytes());
    let points: [(&str, Vec<u8>); 11] = [
        ("at a URI", full(&uri("http://a/b.crl"))),
        ("at a directory name", full(&tlv(0xa4, &common_name("x")))),
        ("at nothing", sequence(&[])),
        ("at an empty point", sequence(&[sequence(&[])])),
        ("at no name", full(&[])),
        (
            "by their issuer",
            sequence(&[sequence(&[tlv(0xa2, &tlv(0xa4, &common_name("x")))])]),
        ),
        (
            "for reasons",
            sequence(&[sequence(&[tlv(0x81, &[7, 0x80])])]),
        ),
        (
            "by a relative name",
            sequence(&[sequence(&[tlv(
                0xa0,
                &tlv(0xa1, &sequence(&[oid("2.5.4.3"), tlv(0x0c, b"x")])),
            )])]),
        ),
        ("that are none", vec![5, 0]),
        (
            "of a name that is none",
            sequence(&[sequence(&[tlv(0xa0, &[5, 0])])]),
        ),
        ("of a number", sequence(&[vec![2, 1, 1]])),
    ];
    let access = |kind: &str, location: Vec<u8>| sequence(&[sequence(&[oid(kind), location])]);
    let places: [(&str, Vec<u8>); 8] = [
        ("by OCSP", access("1.3.6.1.5.5.7.48.1", uri("http://a"))),
        ("at a URI", access("1.3.6.1.5.5.7.48.2", uri("http://a"))),
        (
            "at a directory name",
            access("1.3.6.1.5.5.7.48.2", tlv(0xa4, &common_name("x"))),
        ),
        ("by what nobody knows", access("1.2.3", uri("http://a"))),
        ("at nothing", sequence(&[])),
        ("that is none", vec![5, 0]),
        ("of half", sequence(&[sequence(&[])])),
        ("of a number", sequence(&[vec![2, 1, 1]])),
    ];
    let rest: [(&str, &'static str, Vec<u8>); 18] = [
        (
            "no check of its revocation",
            "1.3.6.1.5.5.7.48.1.5",
            vec![5, 0],
        ),
        (
            "other names of its issuer",
            "2.5.29.18",
            sequence(&[tlv(0x82, b"a")]),
        ),
        (
            "other names of its issuer that are none",
            "2.5.29.18",
            vec![5, 0],
        ),
        ("attributes of its subject", "2.5.29.9", sequence(&[])),
        ("freshest lists", "2.5.29.46", full(&uri("http://a"))),
        ("freshest lists that are none", "2.5.29.46", vec![5, 0]),
        (
            "a life of its key",
            "2.5.29.16",
            sequence(&[tlv(0x80, b"20200101000000Z")]),
        ),
        (
            "a comment of Netscape's",
            "2.16.840.1.113730.1.13",
            tlv(0x16, b"x"),
        ),
        (
            "a type of Netscape's for a client",
            "2.16.840.1.113730.1.1",
            vec![3, 2, 7, 0x80],
        ),
        (
            "a type of Netscape's for a server",
            "2.16.840.1.113730.1.1",
            vec![3, 2, 6, 0x40],
        ),
        (
            "a type of Netscape's for an authority",
            "2.16.840.1.113730.1.1",
            vec![3, 2, 2, 0x04],
        ),
        (
            "a type of Netscape's that is none",
            "2.16.840.1.113730.1.1",
            vec![5, 0],
        ),
        (
            "must staple",
            "1.3.6.1.5.5.7.1.24",
            sequence(&[vec![2, 1, 5]]),
        ),
        (
            "stamps of logs",
            "1.3.6.1.4.1.11129.2.4.2",
            vec![4, 2, 0, 0],
        ),
        ("poison", "1.3.6.1.4.1.11129.2.4.3", vec![5, 0]),
        (
            "a proxy's",
            "1.3.6.1.5.5.7.1.14",
            sequence(&[sequence(&[oid("1.3.6.1.5.5.7.21.1")])]),
        ),
        ("what nobody knows", "1.2.3.4.5", vec![5, 0]),
        ("what nobody knows and is nothing", "1.2.3.4.5", vec![]),
    ];
    let mut all = Vec::new();
    let mut add = |name: String, oid: &'static str, value: &Vec<u8>| {
        for (kind, critical) in [("", false), (", critical", true)] {
            let value = value.clone();
            all.push(odd(format!("{name}{kind}"), EVERYWHERE, move |parts| {
                parts.put(oid, critical, value.clone());
            }));
        }
    };
    for (name, value) in points {
        add(format!("lists {name}"), CRL, &value);
    }
    for (name, value) in places {
        add(format!("access {name}"), AIA, &value);
    }
    for (name, oid, value) in rest {
        add(name.to_owned(), oid, &value);
    }
    all.extend([
        odd("an extension twice", EVERYWHERE, |parts| {
            let first = parts.extensions[0].clone();
            parts.extensions.push(first);
        }),
        odd(
            "an extension that says that it is not critical",
            EVERYWHERE,
            |parts| {
                let value = Extension {
                    oid: "1.2.3.4.5",
                    critical: vec![1, 1, 0],
                    value: vec![5, 0],
                };
                parts.extensions.push(value);
            },
        ),
        odd("an extension that is critical by 1", EVERYWHERE, |parts| {
            for one in &mut parts.extensions {
                if !one.critical.is_empty() {
                    one.critical = vec![1, 1, 1];
                }
            }
        }),
        odd("seventy extensions", EVERYWHERE, |parts| {
            for oid in MANY {
                parts.put(oid, false, vec![5, 0]);
            }
        }),
        odd("no extensions at all", LEAVES, |parts| {
            parts.extensions.clear();
        }),
        odd("a unique identifier of its issuer", EVERYWHERE, |parts| {
            parts.unique = vec![0x81, 2, 0, 1];
        }),
        odd("a unique identifier of its subject", EVERYWHERE, |parts| {
            parts.unique = vec![0x82, 2, 0, 1];
        }),
    ]);
    all
}

const MANY: [&str; 70] = [
    "1.2.3.1", "1.2.3.2", "1.2.3.3", "1.2.3.4", "1.2.3.5", "1.2.3.6", "1.2.3.7", "1.2.3.8",
    "1.2.3.9", "1.2.3.10", "1.2.3.11", "1.2.3.12", "1.2.3.13", "1.2.3.14", "1.2.3.15", "1.2.3.16",
    "1.2.3.17", "1.2.3.18", "1.2.3.19", "1.2.3.20", "1.2.3.21", "1.2.3.22", "1.2.3.23", "1.2.3.24",
    "1.2.3.25", "1.2.3.26", "1.2.3.27", "1.2.3.28", "1.2.3.29", "1.2.3.30", "1.2.3.31", "1.2.3.32",
    "1.2.3.33", "1.2.3.34", "1.2.3.35", "1.2.3.36", "1.2.3.37", "1.2.3.38", "1.2.3.39", "1.2.3.40",
    "1.2.3.41", "1.2.3.42", "1.2.3.43", "1.2.3.44", "1.2.3.45", "1.2.3.46", "1.2.3.47", "1.2.3.48",
    "1.2.3.49", "1.2.3.50", "1.2.3.51", "1.2.3.52", "1.2.3.53", "1.2.3.54", "1.2.3.55", "1.2.3.56",
    "1.2.3.57", "1.2.3.58", "1.2.3.59", "1.2.3.60", "1.2.3.61", "1.2.3.62", "1.2.3.63", "1.2.3.64",
    "1.2.3.65", "1.2.3.66", "1.2.3.67", "1.2.3.68", "1.2.3.69", "1.2.3.70",
];
