//! Subject and issuer.

use crate::parts::{CN, Parts, SAN, common_name, name, oid, sequence};
use crate::scene::{EVERYWHERE, Oddity, SERVER, odd};
use crate::support::forge::tlv;

const MAIL: &str = "1.2.840.113549.1.9.1";

/// Of one that signs itself both are the same.
pub(super) fn rename(parts: &mut Parts, subject: Vec<u8>) {
    if parts.subject == parts.issuer {
        parts.issuer.clone_from(&subject);
    }
    parts.subject = subject;
}

pub(super) fn all() -> Vec<Oddity> {
    let mut all = vec![
        odd("mail address as UTF8String", EVERYWHERE, |parts| {
            let mail = sequence(&[oid(MAIL), tlv(0x0c, b"a@example.org")]);
            let old = parts.subject[2..].to_vec();
            rename(parts, tlv(0x30, &[old, tlv(0x31, &mail)].concat()));
        }),
        odd("mail address as PrintableString", EVERYWHERE, |parts| {
            let mail = sequence(&[oid(MAIL), tlv(0x13, b"a")]);
            let old = parts.subject[2..].to_vec();
            rename(parts, tlv(0x30, &[old, tlv(0x31, &mail)].concat()));
        }),
        odd("mail address as IA5String", EVERYWHERE, |parts| {
            let mail = sequence(&[oid(MAIL), tlv(0x16, b"a@example.org")]);
            let old = parts.subject[2..].to_vec();
            rename(parts, tlv(0x30, &[old, tlv(0x31, &mail)].concat()));
        }),
        odd("empty subject", EVERYWHERE, |parts| {
            rename(parts, sequence(&[]));
        }),
        odd("empty subject and critical names", SERVER, |parts| {
            rename(parts, sequence(&[]));
            parts.critical(SAN, true);
        }),
        odd("empty issuer", SERVER, |parts| parts.issuer = sequence(&[])),
        odd("name with an empty set", EVERYWHERE, |parts| {
            rename(parts, tlv(0x30, &tlv(0x31, &[])));
        }),
        odd("name of two in a set", EVERYWHERE, |parts| {
            let one = |kind: &str, value: &[u8]| sequence(&[oid(kind), tlv(0x0c, value)]);
            let set = [one(CN, b"a"), one("2.5.4.10", b"b")];
            rename(parts, tlv(0x30, &tlv(0x31, &set.concat())));
        }),
        odd("name of two in a set, unsorted", EVERYWHERE, |parts| {
            let one = |kind: &str, value: &[u8]| sequence(&[oid(kind), tlv(0x0c, value)]);
            let set = [one("2.5.4.10", b"b"), one(CN, b"a")];
            rename(parts, tlv(0x30, &tlv(0x31, &set.concat())));
        }),
        odd("name of two common names", EVERYWHERE, |parts| {
            let one = |value: &[u8]| tlv(0x31, &sequence(&[oid(CN), tlv(0x0c, value)]));
            rename(parts, sequence(&[one(b"a"), one(b"b")]));
        }),
        odd(
            "name with an attribute that is a number",
            EVERYWHERE,
            |parts| {
                rename(parts, name(CN, 2, &[5]));
            },
        ),
        odd(
            "name with an attribute that is a sequence",
            EVERYWHERE,
            |parts| {
                rename(parts, name(CN, 0x30, &[]));
            },
        ),
        odd("name with octets after the value", EVERYWHERE, |parts| {
            let attribute = sequence(&[oid(CN), tlv(0x0c, b"a"), vec![5, 0]]);
            rename(parts, tlv(0x30, &tlv(0x31, &attribute)));
        }),
        odd(
            "name with an attribute that nobody knows",
            EVERYWHERE,
            |parts| {
                rename(parts, name("1.2.3.4.5", 0x0c, b"x"));
            },
        ),
        odd(
            "name with a country of three letters",
            EVERYWHERE,
            |parts| {
                rename(parts, name("2.5.4.6", 0x13, b"DEU"));
            },
        ),
        odd("name with an address", EVERYWHERE, |parts| {
            rename(parts, name("1.2.840.113549.1.9.1", 0x16, b"a@example.org"));
        }),
        odd("name of 65 letters", EVERYWHERE, |parts| {
            rename(parts, common_name(&"a".repeat(65)));
        }),
        odd("name of 300 letters", EVERYWHERE, |parts| {
            rename(parts, common_name(&"a".repeat(300)));
        }),
        odd("issuer with another string type", SERVER, |parts| {
            parts.issuer = name(CN, 0x13, b"root");
        }),
        odd("issuer in capitals", SERVER, |parts| {
            parts.issuer = common_name("ROOT");
        }),
        odd("issuer with blanks", SERVER, |parts| {
            parts.issuer = common_name(" root ");
        }),
        odd("another issuer", SERVER, |parts| {
            parts.issuer = common_name("another");
        }),
        odd("subject that is its issuer", SERVER, |parts| {
            parts.subject.clone_from(&parts.issuer);
        }),
        odd(
            "subject that is its issuer, without key identifier",
            SERVER,
            |parts| {
                parts.subject.clone_from(&parts.issuer);
                parts.remove(crate::parts::AKI);
            },
        ),
    ];
    let strings: [(&str, u8, &[u8]); 20] = [
        ("an empty UTF8String", 0x0c, b""),
        ("a UTF8String with a NUL", 0x0c, b"a\0b"),
        ("a UTF8String that is none", 0x0c, b"\xff\xfe"),
        ("a UTF8String of emoji", 0x0c, "\u{1f980}".as_bytes()),
        ("a PrintableString", 0x13, b"root"),
        ("a PrintableString with @", 0x13, b"a@b"),
        ("a PrintableString with *", 0x13, b"*.example.org"),
        ("a PrintableString with &", 0x13, b"a&b"),
        ("a PrintableString with _", 0x13, b"a_b"),
        ("a PrintableString with umlauts", 0x13, b"\xe4"),
        ("an IA5String", 0x16, b"root"),
        ("an IA5String with umlauts", 0x16, b"\xe4"),
        ("a T61String", 0x14, b"root"),
        ("a T61String with umlauts", 0x14, b"\xe4"),
        ("a BMPString", 0x1e, b"\0r\0o\0o\0t"),
        ("a BMPString of odd length", 0x1e, b"\0r\0"),
        ("a BMPString of surrogates", 0x1e, b"\xd8\x3e\xdd\x80"),
        ("a UniversalString", 0x1c, b"\0\0\0r"),
        ("a VisibleString", 0x1a, b"root"),
        ("a NumericString with letters", 0x12, b"root"),
    ];
    for (text, tag, value) in strings {
        all.push(odd(
            format!("name that is {text}"),
            EVERYWHERE,
            move |parts| {
                rename(parts, name(CN, tag, value));
            },
        ));
    }
    all
}
