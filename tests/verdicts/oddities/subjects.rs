//! Names in subjects under constraints: common names and mail addresses, where there is no such
//! alternative name, or where there is.

use super::chains::{client, constrained, signed};
use crate::parts::{CN, EKU, SAN, sequence};
use crate::scene::{Case, authority, leaf, purpose};
use crate::support::forge::tlv;

const MAIL: &str = "1.2.840.113549.1.9.1";

fn attribute(kind: &str, tag: u8, text: &str) -> Vec<u8> {
    let attribute = sequence(&[crate::parts::oid(kind), tlv(tag, text.as_bytes())]);
    tlv(0x31, &attribute)
}

pub(super) fn cases() -> Vec<Case> {
    let mut all = Vec::new();
    let under = |permitted, names: &[Vec<u8>]| {
        let root = constrained(authority("root", "root"), permitted, names);
        [signed(&root, "root")]
    };
    let dns = [tlv(0x82, b"example.org")];
    let names: [(&str, &[&str]); 6] = [
        ("inside", &["a.example.org"]),
        ("outside", &["a.example.net"]),
        ("that is no host", &["a b"]),
        ("and another inside", &["a.example.org", "b.example.org"]),
        (
            "outside and another inside",
            &["a.example.net", "b.example.org"],
        ),
        ("that is no host, and another", &["a b", "c d"]),
    ];
    let purposes: [(&str, &[u8]); 3] = [("client", &[2]), ("both", &[1, 2]), ("anything", &[])];
    for (what, list) in names {
        for (kind, arcs) in purposes {
            let mut parts = leaf(arcs);
            parts.remove(SAN);
            if arcs.is_empty() {
                parts.remove(EKU);
            } else {
                parts.put(
                    EKU,
                    false,
                    sequence(&arcs.iter().map(|arc| purpose(*arc)).collect::<Vec<_>>()),
                );
            }
            let list: Vec<Vec<u8>> = list.iter().map(|one| attribute(CN, 0x0c, one)).collect();
            parts.subject = sequence(&list);
            let chain = [signed(&parts, "root")];
            for (side, permitted) in [("permitted", true), ("excluded", false)] {
                let name = format!("common name {what}, for {kind}, by {side} names");
                all.push(client(name, &chain, &under(permitted, &dns)));
            }
        }
    }
    let mail = [tlv(0x81, b"example.org")];
    for (what, own) in [("inside", "a@example.org"), ("outside", "a@example.net")] {
        for (beside, other) in [("none", None), ("one inside", Some("b@example.org"))] {
            let mut parts = leaf(&[2]);
            parts.remove(SAN);
            if let Some(other) = other {
                parts.put(SAN, false, sequence(&[tlv(0x81, other.as_bytes())]));
            }
            parts.subject = sequence(&[attribute(MAIL, 0x16, own)]);
            let name = format!("mail address {what} in its subject, {beside} beside");
            all.push(client(name, &[signed(&parts, "root")], &under(true, &mail)));
        }
    }
    all
}
