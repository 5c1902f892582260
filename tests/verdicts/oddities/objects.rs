//! Object identifiers, wherever one is: with arcs of any size, and such as are none.

use super::names::rename;
use crate::parts::{AIA, EKU, POLICIES, SAN, oid, sequence};
use crate::scene::{EVERYWHERE, HOST, Oddity, SERVER, odd, purpose};
use crate::support::forge::tlv;

const IDENTIFIERS: [(&str, &str); 16] = [
    ("2.47", "2.47.1"),
    ("2.48", "2.48.1"),
    ("2.999", "2.999"),
    ("of two arcs", "1.2"),
    ("with an arc of 31 bits", "1.2.2147483647"),
    ("with an arc of 32 bits", "1.2.2147483648"),
    ("with an arc of 33 bits", "1.2.4294967296"),
    ("with a second arc of 32 bits", "2.2147483568"),
    ("with an arc of 64 bits", "1.2.9223372036854775808"),
    ("with an arc of 65 bits", "1.2.18446744073709551616"),
    ("of a UUID", "2.25.329800735698586629295641978511506172918"),
    (
        "of 41 octets",
        "1.3.6.1.4.1.311.21.8.268435455.268435455.268435455.268435455.268435455.268435455.2684354.1",
    ),
    ("with an octet too many", "#2a8001"),
    ("with an octet too many at its beginning", "#802a01"),
    ("that is cut off", "#2a0381"),
    ("without octets", "#"),
];

pub(super) fn all() -> Vec<Oddity> {
    let mut all = Vec::new();
    for (name, text) in IDENTIFIERS {
        let named = |place: &str| format!("identifier of {place}: {name}");
        all.push(odd(named("an extension"), EVERYWHERE, |parts| {
            parts.put(text, false, vec![5, 0]);
        }));
        all.push(odd(named("a critical extension"), SERVER, |parts| {
            parts.put(text, true, vec![5, 0]);
        }));
        all.push(odd(named("an attribute"), EVERYWHERE, |parts| {
            let attribute = sequence(&[oid(text), tlv(0x0c, b"x")]);
            let old = parts.subject[2..].to_vec();
            rename(parts, tlv(0x30, &[old, tlv(0x31, &attribute)].concat()));
        }));
        all.push(odd(named("one more purpose"), EVERYWHERE, |parts| {
            parts.put(EKU, false, sequence(&[purpose(1), oid(text)]));
        }));
        all.push(odd(named("its purpose"), EVERYWHERE, |parts| {
            parts.put(EKU, false, sequence(&[oid(text)]));
        }));
        all.push(odd(named("a policy"), EVERYWHERE, |parts| {
            parts.put(POLICIES, false, sequence(&[sequence(&[oid(text)])]));
        }));
        all.push(odd(named("a place's method"), SERVER, |parts| {
            let place = sequence(&[oid(text), tlv(0x86, b"http://a")]);
            parts.put(AIA, false, sequence(&[place]));
        }));
        all.push(odd(named("its signature"), EVERYWHERE, |parts| {
            parts.algorithm = Some(sequence(&[oid(text)]));
        }));
        all.push(odd(named("its key"), SERVER, |parts| {
            let bits = tlv(3, &[0, 1, 2, 3]);
            parts.spki = sequence(&[sequence(&[oid(text)]), bits]);
        }));
        all.push(odd(named("an alternative name"), SERVER, |parts| {
            let mut registered = oid(text);
            registered[0] = 0x88;
            parts.put(
                SAN,
                false,
                sequence(&[tlv(0x82, HOST.as_bytes()), registered]),
            );
        }));
        all.push(odd(
            named("the kind of an alternative name"),
            SERVER,
            |parts| {
                let value = tlv(0xa0, &tlv(0x0c, b"x"));
                let other = tlv(0xa0, &[oid(text), value].concat());
                parts.put(SAN, false, sequence(&[tlv(0x82, HOST.as_bytes()), other]));
            },
        ));
    }
    all
}
