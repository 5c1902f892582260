//! Version, serial number, validity, signature.

use crate::parts::{GENERALIZED, UTC, oid, sequence, validity};
use crate::scene::{EVERYWHERE, Oddity, SERVER, odd};
use crate::support::Scheme;
use crate::support::forge::tlv;

pub(super) fn all() -> Vec<Oddity> {
    let mut all = vec![
        odd("version 1 with extensions", EVERYWHERE, |parts| {
            parts.version.clear();
        }),
        odd("version 1 without extensions", EVERYWHERE, |parts| {
            parts.version.clear();
            parts.extensions.clear();
        }),
        odd("version 2 with extensions", EVERYWHERE, |parts| {
            parts.version = tlv(0xa0, &[2, 1, 1]);
        }),
        odd("version 4", EVERYWHERE, |parts| {
            parts.version = tlv(0xa0, &[2, 1, 3]);
        }),
        odd("version 1 written out", SERVER, |parts| {
            parts.version = tlv(0xa0, &[2, 1, 0]);
        }),
        odd("wrong signature", SERVER, |parts| {
            parts.spoil = |one| one[9] ^= 1;
        }),
        odd("empty signature", SERVER, |parts| parts.spoil = Vec::clear),
        odd("signature of another form", SERVER, |parts| {
            parts.spoil = |one| {
                one.truncate(20);
            };
        }),
        odd("two signature algorithms", EVERYWHERE, |parts| {
            parts.outer_algorithm = Some(sequence(&[oid("1.2.840.10045.4.3.3")]));
        }),
        odd("signature algorithm with NULL", EVERYWHERE, |parts| {
            parts.algorithm = Some(sequence(&[oid("1.2.840.10045.4.3.2"), vec![5, 0]]));
        }),
        odd(
            "signature algorithm that nobody knows",
            EVERYWHERE,
            |parts| {
                parts.algorithm = Some(sequence(&[oid("1.2.3.4.5")]));
            },
        ),
        odd("signature of another kind of key", EVERYWHERE, |parts| {
            let rsa = [oid("1.2.840.113549.1.1.11"), vec![5, 0]];
            parts.algorithm = Some(sequence(&rsa));
        }),
        odd("octets after it", EVERYWHERE, |parts| {
            parts.after = vec![5, 0];
        }),
    ];
    let serials: [(&str, &[u8]); 8] = [
        ("0", &[0]),
        ("1", &[1]),
        ("negative", &[0xff, 0x01]),
        ("with a zero too many", &[0, 0x01, 0x02]),
        ("with its sign's zero", &[0, 0x81, 0x02]),
        ("20 octets", &[0x71; 20]),
        ("21 octets", &[0x71; 21]),
        ("40 octets", &[0x71; 40]),
    ];
    for (name, serial) in serials {
        all.push(odd(format!("serial {name}"), EVERYWHERE, |parts| {
            parts.serial = serial.to_vec();
        }));
    }
    all.push(odd("serial without octets", EVERYWHERE, |parts| {
        parts.serial.clear();
    }));
    for (name, scheme) in [
        ("SHA-1", Scheme::Sha1),
        ("SHA-224", Scheme::Sha224),
        ("SHA-384", Scheme::Sha384),
        ("SHA-512", Scheme::Sha512),
    ] {
        all.push(odd(
            format!("signed with {name}"),
            EVERYWHERE,
            move |parts| {
                parts.scheme = scheme;
            },
        ));
    }
    let lives: [(&str, (u8, &str), (u8, &str)); 13] = [
        ("expired", (UTC, "200101000000Z"), (UTC, "210101000000Z")),
        ("not begun", (UTC, "480101000000Z"), (UTC, "490101000000Z")),
        ("backwards", (UTC, "491231235959Z"), (UTC, "260101000000Z")),
        (
            "long ago and long to come",
            (UTC, "500101000000Z"),
            (GENERALIZED, "20991231235959Z"),
        ),
        (
            "GeneralizedTime before 2050",
            (GENERALIZED, "20260101000000Z"),
            (GENERALIZED, "20491231235959Z"),
        ),
        (
            "no end",
            (UTC, "260101000000Z"),
            (GENERALIZED, "99991231235959Z"),
        ),
        (
            "without seconds",
            (UTC, "2601010000Z"),
            (UTC, "4912312359Z"),
        ),
        (
            "with an offset",
            (UTC, "260101000000+0000"),
            (UTC, "491231235959+0000"),
        ),
        (
            "with fractions",
            (GENERALIZED, "20260101000000.5Z"),
            (GENERALIZED, "20491231235959.5Z"),
        ),
        (
            "without a zone",
            (UTC, "260101000000"),
            (UTC, "491231235959"),
        ),
        (
            "on February 30",
            (UTC, "260230000000Z"),
            (UTC, "491231235959Z"),
        ),
        (
            "a leap second",
            (UTC, "260101000000Z"),
            (UTC, "491231235960Z"),
        ),
        (
            "with a wrong tag",
            (0x0c, "260101000000Z"),
            (0x0c, "491231235959Z"),
        ),
    ];
    for (name, from, to) in lives {
        all.push(odd(format!("life {name}"), EVERYWHERE, move |parts| {
            parts.validity = validity(from, to);
        }));
    }
    all.push(odd("life that outlives its authority", SERVER, |parts| {
        parts.validity = validity((UTC, "260101000000Z"), (GENERALIZED, "20500101000001Z"));
    }));
    all
}
