//! Alternative names. Each but the first few is beside a good one.

use crate::parts::{SAN, common_name, oid, sequence};
use crate::scene::{AUTHORITIES, HOST, LEAVES, Oddity, SERVER, odd};
use crate::support::forge::tlv;

fn names(all: &[Vec<u8>]) -> Vec<u8> {
    sequence(all)
}

fn dns(name: &[u8]) -> Vec<u8> {
    tlv(0x82, name)
}

pub(super) fn all() -> Vec<Oddity> {
    let mut all = vec![
        odd("without alternative names", SERVER, |parts| {
            parts.remove(SAN);
        }),
        odd(
            "without alternative names, its host as common name",
            SERVER,
            |parts| {
                parts.remove(SAN);
                parts.subject = common_name(HOST);
            },
        ),
        odd("alternative names that are critical", SERVER, |parts| {
            parts.critical(SAN, true);
        }),
        odd("alternative names of nothing", LEAVES, |parts| {
            parts.put(SAN, false, names(&[]));
        }),
        odd("alternative names of nothing, critical", LEAVES, |parts| {
            parts.put(SAN, true, names(&[]));
        }),
        odd("alternative names that are none", LEAVES, |parts| {
            parts.put(SAN, false, vec![5, 0]);
        }),
        odd("alternative names with octets after", SERVER, |parts| {
            let mut value = parts.value(SAN);
            value.extend([5, 0]);
            parts.put(SAN, false, value);
        }),
        odd("alternative names on an authority", AUTHORITIES, |parts| {
            parts.put(SAN, false, names(&[dns(b"root")]));
        }),
        odd("alternative names of an address alone", SERVER, |parts| {
            parts.put(SAN, false, names(&[tlv(0x87, &[192, 0, 2, 1])]));
        }),
        odd(
            "alternative names of a mail address alone, critical",
            LEAVES,
            |parts| {
                parts.put(SAN, true, names(&[tlv(0x81, b"a@example.org")]));
            },
        ),
        odd(
            "alternative names of a directory name alone, critical",
            LEAVES,
            |parts| {
                parts.put(SAN, true, names(&[tlv(0xa4, &common_name("x"))]));
            },
        ),
        odd("the host in capitals", SERVER, |parts| {
            parts.put(SAN, false, names(&[dns(b"WEB.Example.ORG")]));
        }),
        odd("the host with a dot", SERVER, |parts| {
            parts.put(SAN, false, names(&[dns(b"web.example.org.")]));
        }),
        odd("the host by a wildcard", SERVER, |parts| {
            parts.put(SAN, false, names(&[dns(b"*.example.org")]));
        }),
        odd("the host by a part of a wildcard", SERVER, |parts| {
            parts.put(SAN, false, names(&[dns(b"w*.example.org")]));
        }),
        odd("the host by a wildcard in the middle", SERVER, |parts| {
            parts.put(SAN, false, names(&[dns(b"web.*.org")]));
        }),
        odd("the host by two wildcards", SERVER, |parts| {
            parts.put(SAN, false, names(&[dns(b"*.*.org")]));
        }),
        odd("the host by a wildcard for all", SERVER, |parts| {
            parts.put(SAN, false, names(&[dns(b"*")]));
        }),
    ];
    let beside: [(&str, Vec<u8>); 48] = [
        ("a name with a dot before", dns(b".example.org")),
        ("a name with a dot at its end", dns(b"example.org.")),
        ("a name without octets", dns(b"")),
        ("a name that is a dot", dns(b".")),
        ("a name that is a blank", dns(b" ")),
        ("a name with two dots", dns(b"a..example.org")),
        ("a name with an underscore", dns(b"a_b.example.org")),
        ("a name with a blank", dns(b"a b.example.org")),
        ("a name with a NUL", dns(b"a\0.example.org")),
        ("a name with a slash", dns(b"a/b.example.org")),
        ("a name with a colon", dns(b"example.org:443")),
        ("a name with umlauts", dns(b"\xe4.example.org")),
        ("a name in UTF-8", dns("\u{e4}.example.org".as_bytes())),
        ("a name with a hyphen before", dns(b"-a.example.org")),
        ("a name with a hyphen behind", dns(b"a-.example.org")),
        (
            "a label of 64 letters",
            dns(format!("{}.example.org", "a".repeat(64)).as_bytes()),
        ),
        (
            "a name of 260 letters",
            dns(format!("{}example.org", "abcdefghi.".repeat(25)).as_bytes()),
        ),
        ("a name of one label", dns(b"localhost")),
        ("a name of digits", dns(b"12345")),
        ("an address as a name", dns(b"192.0.2.1")),
        ("an address of version 6 as a name", dns(b"2001:db8::1")),
        ("a punycode name", dns(b"xn--bcher-kva.example.org")),
        ("a wildcard alone", dns(b"*")),
        ("a wildcard with a dot", dns(b"*.")),
        ("a wildcard of a top label", dns(b"*.local")),
        ("a wildcard of a part", dns(b"a*.example.org")),
        ("a wildcard in the middle", dns(b"a.*.example.org")),
        ("a wildcard twice", dns(b"*.*.example.org")),
        ("an address of 4 octets", tlv(0x87, &[10, 0, 0, 1])),
        ("an address of 16 octets", tlv(0x87, &[0x20; 16])),
        ("an address of 5 octets", tlv(0x87, &[10, 0, 0, 1, 1])),
        (
            "an address of 8 octets",
            tlv(0x87, &[10, 0, 0, 0, 255, 0, 0, 0]),
        ),
        ("an address without octets", tlv(0x87, &[])),
        ("a mail address", tlv(0x81, b"a@example.org")),
        ("a mail address that is none", tlv(0x81, b"a")),
        (
            "a mail address with umlauts",
            tlv(0x81, b"\xe4@example.org"),
        ),
        ("a URI", tlv(0x86, b"spiffe://example.org/a")),
        ("a URI without a scheme", tlv(0x86, b"example.org")),
        (
            "a URI with a broken escape",
            tlv(0x86, b"https://example.org/%zz"),
        ),
        (
            "a URI with a broken port",
            tlv(0x86, b"https://example.org:port/"),
        ),
        (
            "a URI with a broken host",
            tlv(0x86, b"https://exa mple.org/"),
        ),
        (
            "a URI with a host that is no domain",
            tlv(0x86, b"https://a..b/"),
        ),
        ("a URI of an address", tlv(0x86, b"https://192.0.2.1/")),
        (
            "a URI of an address of version 6",
            tlv(0x86, b"https://[2001:db8::1]/"),
        ),
        (
            "a URI with umlauts",
            tlv(0x86, b"https://\xe4.example.org/"),
        ),
        ("a directory name", tlv(0xa4, &common_name("x"))),
        (
            "another name",
            tlv(0xa0, &[oid("1.2.3"), tlv(0xa0, &tlv(0x0c, b"x"))].concat()),
        ),
        ("a registered name", tlv(0x88, &[42, 3])),
    ];
    for (name, value) in beside {
        all.push(odd(
            format!("beside its host {name}"),
            SERVER,
            move |parts| {
                parts.put(SAN, false, names(&[dns(HOST.as_bytes()), value.clone()]));
            },
        ));
    }
    let strange: [(&str, Vec<u8>); 4] = [
        ("a name of kind 9", tlv(0x89, b"x")),
        ("a name that is a number", vec![2, 1, 1]),
        ("a directory name that is none", tlv(0xa4, &[5, 0])),
        ("another name that is none", tlv(0xa0, &[5, 0])),
    ];
    for (name, value) in strange {
        all.push(odd(
            format!("beside its host {name}"),
            SERVER,
            move |parts| {
                parts.put(SAN, false, names(&[dns(HOST.as_bytes()), value.clone()]));
            },
        ));
    }
    all
}
