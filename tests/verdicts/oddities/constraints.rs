//! Basic constraints and name constraints.

use crate::parts::{BASIC, CONSTRAINTS, KEY_USAGE, Parts, TRUE, sequence};
use crate::scene::{AUTHORITIES, EVERYWHERE, LEAVES, Oddity, SERVER, odd};
use crate::support::forge::tlv;

fn basic(parts: &mut Parts, content: &[&[u8]]) {
    parts.put(BASIC, true, tlv(0x30, &content.concat()));
}

/// Name constraints of one side: 0 permitted, 1 excluded.
fn side(side: u8, subtrees: &[Vec<u8>]) -> Vec<u8> {
    sequence(&[tlv(0xa0 | side, &subtrees.concat())])
}

fn subtree(tag: u8, value: &[u8]) -> Vec<u8> {
    tlv(0x30, &tlv(tag, value))
}

pub(super) fn all() -> Vec<Oddity> {
    let mut all = vec![
        odd("without basic constraints", EVERYWHERE, |parts| {
            parts.remove(BASIC);
        }),
        odd("basic constraints not critical", EVERYWHERE, |parts| {
            parts.critical(BASIC, false);
        }),
        odd("CA:FALSE written out", EVERYWHERE, |parts| {
            basic(parts, &[&[1, 1, 0]]);
        }),
        odd("CA:FALSE by leaving it out", AUTHORITIES, |parts| {
            basic(parts, &[]);
        }),
        odd("CA:TRUE as 1", AUTHORITIES, |parts| {
            basic(parts, &[&[1, 1, 1]]);
        }),
        odd("CA:TRUE on a leaf", LEAVES, |parts| basic(parts, &[TRUE])),
        odd("CA:TRUE on a leaf that may sign", LEAVES, |parts| {
            basic(parts, &[TRUE]);
            parts.put(KEY_USAGE, true, tlv(3, &[2, 0x84]));
        }),
        odd("path length on a leaf", LEAVES, |parts| {
            basic(parts, &[&[2, 1, 0]]);
        }),
        odd("path length without CA:TRUE", AUTHORITIES, |parts| {
            basic(parts, &[&[2, 1, 0]]);
        }),
        odd("basic constraints with octets after", EVERYWHERE, |parts| {
            let mut value = parts.value(BASIC);
            value.extend([5, 0]);
            parts.put(BASIC, true, value);
        }),
        odd(
            "basic constraints with a NULL inside",
            EVERYWHERE,
            |parts| {
                basic(parts, &[TRUE, &[5, 0]]);
            },
        ),
        odd("path length 256 without CA:TRUE", AUTHORITIES, |parts| {
            basic(parts, &[&[2, 2, 1, 0]]);
        }),
        odd("CA:FALSE with octets after", AUTHORITIES, |parts| {
            parts.put(BASIC, true, vec![0x30, 0, 5, 0]);
        }),
        odd("basic constraints that are none", EVERYWHERE, |parts| {
            parts.put(BASIC, true, vec![4, 1, 0]);
        }),
        odd("basic constraints without octets", EVERYWHERE, |parts| {
            parts.put(BASIC, true, vec![]);
        }),
    ];
    let lengths: [(&str, &[u8]); 8] = [
        ("0", &[2, 1, 0]),
        ("1", &[2, 1, 1]),
        ("127", &[2, 1, 127]),
        ("128", &[2, 2, 0, 128]),
        ("256", &[2, 2, 1, 0]),
        ("65536", &[2, 3, 1, 0, 0]),
        ("2^63", &[2, 9, 0, 0x80, 0, 0, 0, 0, 0, 0, 0]),
        ("-1", &[2, 1, 0xff]),
    ];
    for (name, length) in lengths {
        all.push(odd(
            format!("path length {name}"),
            AUTHORITIES,
            move |parts| {
                basic(parts, &[TRUE, length]);
            },
        ));
    }
    let constraints: [(&str, Vec<u8>); 44] = [
        (
            "permit its domain",
            side(0, &[subtree(0x82, b"example.org")]),
        ),
        (
            "permit its domain with a dot",
            side(0, &[subtree(0x82, b".example.org")]),
        ),
        (
            "permit its very name",
            side(0, &[subtree(0x82, b"web.example.org")]),
        ),
        (
            "permit in capitals",
            side(0, &[subtree(0x82, b"EXAMPLE.org")]),
        ),
        (
            "permit another domain",
            side(0, &[subtree(0x82, b"example.com")]),
        ),
        (
            "permit below its name",
            side(0, &[subtree(0x82, b"a.web.example.org")]),
        ),
        ("permit every domain", side(0, &[subtree(0x82, b"")])),
        (
            "permit a domain that ends alike",
            side(0, &[subtree(0x82, b"ample.org")]),
        ),
        (
            "permit a domain with a dot at the end",
            side(0, &[subtree(0x82, b"example.org.")]),
        ),
        (
            "permit a wildcard",
            side(0, &[subtree(0x82, b"*.example.org")]),
        ),
        (
            "permit a domain with a blank",
            side(0, &[subtree(0x82, b"exa mple.org")]),
        ),
        (
            "permit a domain with umlauts",
            side(0, &[subtree(0x82, b"ex\xe4mple.org")]),
        ),
        (
            "permit a domain with an underscore",
            side(0, &[subtree(0x82, b"_a.example.org")]),
        ),
        (
            "exclude its domain",
            side(1, &[subtree(0x82, b"example.org")]),
        ),
        (
            "exclude another domain",
            side(1, &[subtree(0x82, b"example.com")]),
        ),
        ("exclude every domain", side(1, &[subtree(0x82, b"")])),
        (
            "exclude below its name",
            side(1, &[subtree(0x82, b"a.web.example.org")]),
        ),
        (
            "permit its address",
            side(0, &[subtree(0x87, &[192, 0, 2, 0, 255, 255, 255, 0])]),
        ),
        (
            "permit another address",
            side(0, &[subtree(0x87, &[10, 0, 0, 0, 255, 0, 0, 0])]),
        ),
        (
            "exclude its address",
            side(1, &[subtree(0x87, &[192, 0, 2, 0, 255, 255, 255, 0])]),
        ),
        ("exclude every address", side(1, &[subtree(0x87, &[0; 8])])),
        (
            "permit addresses of version 6",
            side(0, &[subtree(0x87, &[0; 32])]),
        ),
        (
            "permit an address with a broken mask",
            side(0, &[subtree(0x87, &[192, 0, 2, 0, 255, 0, 255, 0])]),
        ),
        (
            "permit an address beyond its mask",
            side(0, &[subtree(0x87, &[192, 0, 2, 1, 255, 255, 255, 0])]),
        ),
        (
            "permit an address without a mask",
            side(0, &[subtree(0x87, &[192, 0, 2, 0])]),
        ),
        (
            "permit mail addresses",
            side(0, &[subtree(0x81, b"example.org")]),
        ),
        (
            "exclude mail addresses",
            side(1, &[subtree(0x81, b"example.org")]),
        ),
        (
            "permit a mailbox",
            side(0, &[subtree(0x81, b"a@example.org")]),
        ),
        (
            "permit a mailbox that is none",
            side(0, &[subtree(0x81, b"@")]),
        ),
        ("permit URIs", side(0, &[subtree(0x86, b"example.org")])),
        ("exclude URIs", side(1, &[subtree(0x86, b"example.org")])),
        (
            "permit URIs of an address",
            side(0, &[subtree(0x86, b"192.0.2.1")]),
        ),
        (
            "permit directory names",
            side(0, &[subtree(0xa4, &crate::parts::common_name("x"))]),
        ),
        (
            "exclude directory names",
            side(1, &[subtree(0xa4, &crate::parts::common_name("x"))]),
        ),
        (
            "permit its directory name",
            side(
                0,
                &[subtree(0xa4, &crate::parts::common_name("web.example.org"))],
            ),
        ),
        (
            "exclude other names",
            side(
                1,
                &[subtree(
                    0xa0,
                    &[&crate::parts::oid("1.2.3")[..], &[0xa0, 2, 5, 0]].concat(),
                )],
            ),
        ),
        (
            "exclude registered names",
            side(1, &[subtree(0x88, &[42, 3])]),
        ),
        ("of nothing", sequence(&[])),
        ("of an empty list", side(0, &[])),
        (
            "of two empty lists",
            sequence(&[tlv(0xa0, &[]), tlv(0xa1, &[])]),
        ),
        (
            "with a minimum",
            side(
                0,
                &[tlv(
                    0x30,
                    &[&tlv(0x82, b"example.org")[..], &[0x80, 1, 1]].concat(),
                )],
            ),
        ),
        (
            "with a maximum",
            side(
                0,
                &[tlv(
                    0x30,
                    &[&tlv(0x82, b"example.org")[..], &[0x81, 1, 9]].concat(),
                )],
            ),
        ),
        ("that are none", vec![5, 0]),
        (
            "with octets after",
            [&side(0, &[subtree(0x82, b"example.org")])[..], &[5, 0]].concat(),
        ),
    ];
    for (name, value) in constraints {
        for (kind, critical) in [("", true), (", not critical", false)] {
            let value = value.clone();
            let name = format!("name constraints {name}{kind}");
            all.push(odd(name, AUTHORITIES, move |parts| {
                parts.put(CONSTRAINTS, critical, value.clone());
            }));
        }
    }
    all.push(odd("name constraints on a leaf", SERVER, |parts| {
        parts.put(CONSTRAINTS, true, side(0, &[subtree(0x82, b"example.org")]));
    }));
    all
}
