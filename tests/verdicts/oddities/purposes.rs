//! Key usage and extended key usage.

use crate::parts::{EKU, KEY_USAGE, oid, sequence};
use crate::scene::{AUTHORITIES, EVERYWHERE, LEAVES, Oddity, odd, purpose};
use crate::support::forge::tlv;

pub(super) fn all() -> Vec<Oddity> {
    let mut all = vec![
        odd("without key usage", EVERYWHERE, |parts| {
            parts.remove(KEY_USAGE);
        }),
        odd("key usage not critical", EVERYWHERE, |parts| {
            parts.critical(KEY_USAGE, false);
        }),
        odd("key usage without bits", EVERYWHERE, |parts| {
            parts.put(KEY_USAGE, true, vec![3, 1, 0]);
        }),
        odd("key usage of zeros", EVERYWHERE, |parts| {
            parts.put(KEY_USAGE, true, vec![3, 2, 0, 0]);
        }),
        odd("key usage that is none", EVERYWHERE, |parts| {
            parts.put(KEY_USAGE, true, vec![4, 1, 0]);
        }),
        odd("key usage without octets", EVERYWHERE, |parts| {
            parts.put(KEY_USAGE, true, vec![]);
        }),
        odd("key usage with octets after", EVERYWHERE, |parts| {
            let mut value = parts.value(KEY_USAGE);
            value.extend([5, 0]);
            parts.put(KEY_USAGE, true, value);
        }),
        odd("key usage with unused bits set", LEAVES, |parts| {
            parts.put(KEY_USAGE, true, vec![3, 2, 7, 0xff]);
        }),
        odd("key usage with zeros at its end", EVERYWHERE, |parts| {
            let bits = parts.value(KEY_USAGE)[3];
            parts.put(KEY_USAGE, true, vec![3, 2, 0, bits]);
        }),
        odd("key usage with a bit that nobody knows", LEAVES, |parts| {
            parts.put(KEY_USAGE, true, vec![3, 4, 0, 0x80, 0, 1]);
        }),
    ];
    for (name, bits) in [
        ("keyEncipherment", 0x20u8),
        ("keyAgreement", 0x08),
        ("dataEncipherment", 0x10),
        ("contentCommitment", 0x40),
        ("cRLSign", 0x02),
        ("keyCertSign", 0x04),
        ("encipherOnly", 0x01),
    ] {
        let value = tlv(3, &[u8::try_from(bits.trailing_zeros()).unwrap(), bits]);
        let own = value.clone();
        all.push(odd(
            format!("key usage {name} alone"),
            LEAVES,
            move |parts| {
                parts.put(KEY_USAGE, true, own.clone());
            },
        ));
        if bits != 4 {
            all.push(odd(
                format!("key usage {name} alone"),
                AUTHORITIES,
                move |parts| {
                    parts.put(KEY_USAGE, true, value.clone());
                },
            ));
        }
    }
    all.push(odd(
        "key usage digitalSignature alone",
        AUTHORITIES,
        |parts| {
            parts.put(KEY_USAGE, true, vec![3, 2, 7, 0x80]);
        },
    ));
    all.push(odd(
        "key usage digitalSignature and keyCertSign",
        LEAVES,
        |parts| {
            parts.put(KEY_USAGE, true, vec![3, 2, 2, 0x84]);
        },
    ));
    let any = || oid("2.5.29.37.0");
    let purposes: [(&str, Vec<u8>); 13] = [
        ("any", sequence(&[any()])),
        ("serverAuth", sequence(&[purpose(1)])),
        ("clientAuth", sequence(&[purpose(2)])),
        ("both", sequence(&[purpose(1), purpose(2)])),
        ("serverAuth twice", sequence(&[purpose(1), purpose(1)])),
        ("any and codeSigning", sequence(&[any(), purpose(3)])),
        ("codeSigning", sequence(&[purpose(3)])),
        ("OCSPSigning", sequence(&[purpose(9)])),
        ("one that nobody knows", sequence(&[oid("1.2.3.4.5")])),
        (
            "serverAuth and one that nobody knows",
            sequence(&[purpose(1), oid("1.2.3.4.5")]),
        ),
        (
            "Netscape's step-up",
            sequence(&[oid("2.16.840.1.113730.4.1")]),
        ),
        (
            "Microsoft's step-up",
            sequence(&[oid("1.3.6.1.4.1.311.10.3.3")]),
        ),
        ("nothing", sequence(&[])),
    ];
    for (name, value) in purposes {
        for (kind, critical) in [("", false), (", critical", true)] {
            let value = value.clone();
            let roles: &[_] = if name == "serverAuth" || name == "clientAuth" {
                AUTHORITIES
            } else {
                ALL
            };
            all.push(odd(
                format!("extended key usage {name}{kind}"),
                roles,
                move |parts| {
                    parts.put(EKU, critical, value.clone());
                },
            ));
        }
    }
    all.push(odd("without extended key usage", LEAVES, |parts| {
        parts.remove(EKU);
    }));
    for (name, value) in [
        ("that is none", vec![5, 0]),
        ("without octets", vec![]),
        ("of a number", sequence(&[vec![2, 1, 1]])),
        (
            "with octets after",
            [sequence(&[purpose(1)]), vec![5, 0]].concat(),
        ),
    ] {
        all.push(odd(
            format!("extended key usage {name}"),
            EVERYWHERE,
            move |parts| {
                parts.put(EKU, false, value.clone());
            },
        ));
    }
    all
}

use super::ALL as EVERY;
const ALL: &[crate::scene::Role] = &EVERY;
