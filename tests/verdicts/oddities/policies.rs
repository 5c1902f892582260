//! Policies: certificate policies, their constraints and mappings.

use crate::parts::{INHIBIT_ANY, MAPPINGS, POLICIES, POLICY_CONSTRAINTS, oid, sequence};
use crate::scene::{EVERYWHERE, Oddity, odd};
use crate::support::forge::tlv;

fn policy(text: &str) -> Vec<u8> {
    sequence(&[oid(text)])
}

pub(super) fn all() -> Vec<Oddity> {
    let qualified = |kind: &str, value: Vec<u8>| {
        let qualifier = sequence(&[oid(kind), value]);
        sequence(&[sequence(&[oid("1.2.3"), sequence(&[qualifier])])])
    };
    let policies: [(&str, Vec<u8>); 11] = [
        ("one", sequence(&[policy("1.2.3")])),
        ("any", sequence(&[policy("2.5.29.32.0")])),
        (
            "twice the same",
            sequence(&[policy("1.2.3"), policy("1.2.3")]),
        ),
        ("none at all", sequence(&[])),
        ("that are none", vec![5, 0]),
        ("without octets", vec![]),
        (
            "with octets after",
            [sequence(&[policy("1.2.3")]), vec![5, 0]].concat(),
        ),
        ("of numbers", sequence(&[sequence(&[vec![2, 1, 1]])])),
        (
            "with a statement",
            qualified("1.3.6.1.5.5.7.2.1", tlv(0x16, b"https://a")),
        ),
        (
            "with a notice",
            qualified("1.3.6.1.5.5.7.2.2", sequence(&[tlv(0x0c, b"x")])),
        ),
        (
            "with a qualifier that nobody knows",
            qualified("1.2.3.4", vec![5, 0]),
        ),
    ];
    let constraints: [(&str, Vec<u8>); 8] = [
        ("that want one", sequence(&[tlv(0x80, &[0])])),
        ("that want one later", sequence(&[tlv(0x80, &[5])])),
        ("that allow no mapping", sequence(&[tlv(0x81, &[0])])),
        ("of nothing", sequence(&[])),
        ("that are none", vec![5, 0]),
        ("of a negative number", sequence(&[tlv(0x80, &[0xff])])),
        ("of a number of 9 octets", sequence(&[tlv(0x80, &[1; 9])])),
        (
            "with octets after",
            [sequence(&[tlv(0x81, &[0])]), vec![5, 0]].concat(),
        ),
    ];
    let map = |from: &str, to: &str| sequence(&[oid(from), oid(to)]);
    let mappings: [(&str, Vec<u8>); 5] = [
        ("of one", sequence(&[map("1.2.3", "1.2.4")])),
        ("of any", sequence(&[map("2.5.29.32.0", "1.2.4")])),
        ("of nothing", sequence(&[])),
        ("that are none", vec![5, 0]),
        ("of half", sequence(&[sequence(&[oid("1.2.3")])])),
    ];
    let inhibit: [(&str, Vec<u8>); 4] = [
        ("at once", vec![2, 1, 0]),
        ("later", vec![2, 1, 5]),
        ("by a negative number", vec![2, 1, 0xff]),
        ("that is none", vec![5, 0]),
    ];
    let mut all = Vec::new();
    let mut add = |what: &str, oid: &'static str, list: &[(&str, Vec<u8>)]| {
        for (name, value) in list {
            for (kind, critical) in [("", false), (", critical", true)] {
                let value = value.clone();
                all.push(odd(
                    format!("{what} {name}{kind}"),
                    EVERYWHERE,
                    move |parts| {
                        parts.put(oid, critical, value.clone());
                    },
                ));
            }
        }
    };
    add("policies", POLICIES, &policies);
    add("policy constraints", POLICY_CONSTRAINTS, &constraints);
    add("policy mappings", MAPPINGS, &mappings);
    add("no policy is any", INHIBIT_ANY, &inhibit);
    all
}
