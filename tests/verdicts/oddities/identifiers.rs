//! Key identifiers.

use crate::parts::{AKI, SKI, common_name, sequence};
use crate::scene::{EVERYWHERE, Oddity, Role, key_identifier, odd};
use crate::support::forge::tlv;

const BELOW: &[Role] = &[Role::Server, Role::Intermediate];

pub(super) fn all() -> Vec<Oddity> {
    let mut all = vec![
        odd("without subject key identifier", EVERYWHERE, |parts| {
            parts.remove(SKI);
        }),
        odd("subject key identifier critical", EVERYWHERE, |parts| {
            parts.critical(SKI, true);
        }),
        odd(
            "subject key identifier without octets",
            EVERYWHERE,
            |parts| {
                parts.put(SKI, false, vec![4, 0]);
            },
        ),
        odd("subject key identifier that is none", EVERYWHERE, |parts| {
            parts.put(SKI, false, vec![5, 0]);
        }),
        odd(
            "subject key identifier with octets after",
            EVERYWHERE,
            |parts| {
                let mut value = parts.value(SKI);
                value.extend([5, 0]);
                parts.put(SKI, false, value);
            },
        ),
        odd("subject key identifier of another", EVERYWHERE, |parts| {
            parts.put(SKI, false, tlv(4, &[1; 20]));
        }),
        odd("without authority key identifier", BELOW, |parts| {
            parts.remove(AKI);
        }),
        odd("authority key identifier critical", EVERYWHERE, |parts| {
            if parts.value(AKI).is_empty() {
                parts.put(AKI, true, key_identifier("root"));
            }
            parts.critical(AKI, true);
        }),
        odd(
            "authority key identifier of its own",
            &[Role::Root],
            |parts| {
                parts.put(AKI, false, key_identifier("root"));
            },
        ),
    ];
    let root = || tlv(0xa1, &tlv(0xa4, &common_name("root")));
    let other = || tlv(0xa1, &tlv(0xa4, &common_name("other")));
    let id = || key_identifier("root")[2..].to_vec();
    let serial = || {
        use sha2::{Digest as _, Sha256};
        let mut serial = Sha256::digest("serial root")[..16].to_vec();
        serial[0] = serial[0] & 0x7f | 0x40;
        tlv(0x82, &serial)
    };
    let wrong = || tlv(0x82, &[1, 2, 3]);
    let values: [(&str, Vec<u8>); 14] = [
        ("of another", sequence(&[tlv(0x80, &[1; 20])])),
        ("of nothing", sequence(&[])),
        ("of an empty key", sequence(&[tlv(0x80, &[])])),
        ("by name and number", sequence(&[root(), serial()])),
        (
            "by key, name and number",
            sequence(&[id(), root(), serial()]),
        ),
        (
            "by key and another's number",
            sequence(&[id(), root(), wrong()]),
        ),
        (
            "by key and another's name",
            sequence(&[id(), other(), serial()]),
        ),
        ("by another's number", sequence(&[root(), wrong()])),
        ("by another's name", sequence(&[other(), serial()])),
        ("by number alone", sequence(&[serial()])),
        ("by name alone", sequence(&[root()])),
        (
            "by a URI",
            sequence(&[id(), tlv(0xa1, &tlv(0x86, b"https://a")), serial()]),
        ),
        ("that is none", vec![5, 0]),
        (
            "with octets after",
            [key_identifier("root"), vec![5, 0]].concat(),
        ),
    ];
    for (name, value) in values {
        all.push(odd(
            format!("authority key identifier {name}"),
            EVERYWHERE,
            move |parts| {
                parts.put(AKI, false, value.clone());
            },
        ));
    }
    all
}
