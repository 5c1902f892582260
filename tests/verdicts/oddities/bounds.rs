//! An authority between that bounds names, and what they are.

use super::chains::{case, client, constrained, dns, root, server, signed, with_names};
use crate::parts::{SAN, common_name};
use crate::scene::{Case, HOST, authority, below, leaf};
use crate::support::forge::tlv;

pub(super) fn cases() -> Vec<Case> {
    let net = tlv(0x87, &[10, 0, 0, 0, 255, 0, 0, 0]);
    let between = |permitted: bool, names: &[Vec<u8>]| {
        signed(
            &constrained(authority("between", "root"), permitted, names),
            "root",
        )
    };
    let own = |names: &[Vec<u8>]| signed(&below(with_names(server(), names), "between"), "between");
    let user = |name: &str| {
        let mut parts = below(leaf(&[2]), "between");
        parts.subject = common_name(name);
        parts.remove(SAN);
        signed(&parts, "between")
    };
    let mailed = |mail: &str| {
        let mut parts = below(leaf(&[2]), "between");
        parts.subject = crate::parts::name("1.2.840.113549.1.9.1", 0x16, mail.as_bytes());
        parts.remove(SAN);
        signed(&parts, "between")
    };
    let mut unnamed = below(server(), "between");
    unnamed.remove(SAN);
    let other = || {
        tlv(
            0xa0,
            &[
                &crate::parts::oid("1.2.3")[..],
                &tlv(0xa0, &tlv(0x0c, b"x")),
            ]
            .concat(),
        )
    };
    let host = || dns(HOST);
    vec![
        case(
            "another name under constraints on other names",
            &[own(&[host(), other()]), between(false, &[other()])],
            &[root()],
        ),
        client(
            "a client whose subject is excluded",
            &[user("x"), between(false, &[tlv(0xa4, &common_name("x"))])],
            &[root()],
        ),
        case(
            "an authority below with a name that is excluded",
            &[
                signed(&below(server(), "lower"), "lower"),
                signed(
                    &with_names(authority("lower", "between"), &[dns("a.example.com")]),
                    "between",
                ),
                between(false, &[dns("example.com")]),
            ],
            &[root()],
        ),
        case(
            "a URI without a host under constraints on DNS names",
            &[
                own(&[host(), tlv(0x86, b"urn:uuid:1")]),
                between(true, &[dns("example.org")]),
            ],
            &[root()],
        ),
        case(
            "a URI of an address under constraints on DNS names",
            &[
                own(&[host(), tlv(0x86, b"https://192.0.2.1/")]),
                between(true, &[dns("example.org")]),
            ],
            &[root()],
        ),
        client(
            "a mail address in the subject under constraints on mail",
            &[
                mailed("a@example.com"),
                between(true, &[tlv(0x81, b"example.org")]),
            ],
            &[root()],
        ),
        client(
            "a mail address in the subject that is permitted",
            &[
                mailed("a@example.org"),
                between(true, &[tlv(0x81, b"example.org")]),
            ],
            &[root()],
        ),
        case(
            "permitted by one of two",
            &[
                own(&[host()]),
                between(true, &[dns("example.com"), dns("example.org")]),
            ],
            &[root()],
        ),
        case(
            "an address beside permitted names",
            &[
                own(&[host(), tlv(0x87, &[192, 0, 2, 1])]),
                between(true, &[dns("example.org")]),
            ],
            &[root()],
        ),
        case(
            "an address beside permitted addresses",
            &[
                own(&[host(), tlv(0x87, &[192, 0, 2, 1])]),
                between(true, &[net.clone(), dns("example.org")]),
            ],
            &[root()],
        ),
        case(
            "a wildcard below what is permitted",
            &[
                own(&[host(), dns("*.example.org")]),
                between(true, &[dns("example.org")]),
            ],
            &[root()],
        ),
        case(
            "a wildcard that reaches what is excluded",
            &[
                own(&[host(), dns("*.example.com")]),
                between(false, &[dns("a.example.com")]),
            ],
            &[root()],
        ),
        case(
            "a wildcard above what is permitted",
            &[
                own(&[host(), dns("*.example.com")]),
                between(true, &[dns("example.org"), dns("a.example.com")]),
            ],
            &[root()],
        ),
        case(
            "a mail address under constraints on mail",
            &[
                own(&[host(), tlv(0x81, b"a@example.com")]),
                between(true, &[tlv(0x81, b"example.org"), dns("example.org")]),
            ],
            &[root()],
        ),
        case(
            "a mail address that is permitted",
            &[
                own(&[host(), tlv(0x81, b"a@example.org")]),
                between(true, &[tlv(0x81, b"example.org"), dns("example.org")]),
            ],
            &[root()],
        ),
        case(
            "a mailbox that is permitted",
            &[
                own(&[host(), tlv(0x81, b"a@example.org")]),
                between(true, &[tlv(0x81, b"a@example.org"), dns("example.org")]),
            ],
            &[root()],
        ),
        case(
            "a URI under constraints on URIs",
            &[
                own(&[host(), tlv(0x86, b"https://a.example.com/")]),
                between(true, &[tlv(0x86, b".example.org"), dns("example.org")]),
            ],
            &[root()],
        ),
        case(
            "a URI that is permitted",
            &[
                own(&[host(), tlv(0x86, b"https://a.example.org/")]),
                between(true, &[tlv(0x86, b".example.org"), dns("example.org")]),
            ],
            &[root()],
        ),
        case(
            "a URI of an address under constraints on URIs",
            &[
                own(&[host(), tlv(0x86, b"https://192.0.2.1/")]),
                between(false, &[tlv(0x86, b"example.org")]),
            ],
            &[root()],
        ),
        case(
            "a name as common name alone, permitted",
            &[
                signed(&unnamed, "between"),
                between(true, &[dns("example.org")]),
            ],
            &[root()],
        ),
        client(
            "a client whose name is a permitted host",
            &[user("a.example.org"), between(true, &[dns("example.org")])],
            &[root()],
        ),
        client(
            "a client whose name is another host",
            &[user("a.example.com"), between(true, &[dns("example.org")])],
            &[root()],
        ),
        client(
            "a client whose name is an excluded host",
            &[user("a.example.com"), between(false, &[dns("example.com")])],
            &[root()],
        ),
        client(
            "a client whose name is one label under constraints",
            &[
                user("kube-apiserver-kubelet-client"),
                between(true, &[dns("example.org")]),
            ],
            &[root()],
        ),
        client(
            "a client whose name is a user under constraints",
            &[
                user("system:node:cp1"),
                between(true, &[dns("example.org")]),
            ],
            &[root()],
        ),
        client(
            "a client whose name is an address under constraints",
            &[user("192.0.2.1"), between(true, &[net])],
            &[root()],
        ),
    ]
}
