//! Keys of every kind, and of none.

use std::fs::read_to_string;

use crate::parts::{Parts, oid, sequence};
use crate::scene::{EVERYWHERE, Oddity, SERVER, odd};
use crate::support::forge::tlv;
use crate::support::{OddKey, fixture};

const EC: &str = "1.2.840.10045.2.1";
const P256: &str = "1.2.840.10045.3.1.7";

fn bits(octets: &[u8]) -> Vec<u8> {
    tlv(3, &[&[0], octets].concat())
}

/// The point of the key that is there: X and Y.
fn point(parts: &Parts) -> [u8; 64] {
    let from = parts.spki.len() - 64;
    parts.spki[from..].try_into().unwrap()
}

fn on_p256(parts: &mut Parts, octets: &[u8]) {
    parts.spki = sequence(&[sequence(&[oid(EC), oid(P256)]), bits(octets)]);
}

pub(super) fn all() -> Vec<Oddity> {
    let mut all = vec![
        odd("key that is compressed", EVERYWHERE, |parts| {
            let point = point(parts);
            let sign = 2 | (point[63] & 1);
            on_p256(parts, &[&[sign], &point[..32]].concat());
        }),
        odd("key in hybrid form", EVERYWHERE, |parts| {
            let point = point(parts);
            let sign = 6 | (point[63] & 1);
            on_p256(parts, &[&[sign], &point[..]].concat());
        }),
        odd("key at infinity", EVERYWHERE, |parts| on_p256(parts, &[0])),
        odd("key not on its curve", EVERYWHERE, |parts| {
            let mut point = point(parts);
            point[63] ^= 1;
            on_p256(parts, &[&[4], &point[..]].concat());
        }),
        odd("key without octets", EVERYWHERE, |parts| {
            on_p256(parts, &[]);
        }),
        odd("key without its curve", EVERYWHERE, |parts| {
            let point = [&[4], &point(parts)[..]].concat();
            parts.spki = sequence(&[sequence(&[oid(EC)]), bits(&point)]);
        }),
        odd("key on a curve that nobody knows", SERVER, |parts| {
            let point = [&[4], &point(parts)[..]].concat();
            parts.spki = sequence(&[sequence(&[oid(EC), oid("1.2.3.4")]), bits(&point)]);
        }),
        odd("key on secp256k1", SERVER, |parts| {
            let point = [&[4], &GENERATOR_K1[..]].concat();
            parts.spki = sequence(&[sequence(&[oid(EC), oid("1.3.132.0.10")]), bits(&point)]);
        }),
        odd("key on P-224", SERVER, |parts| {
            let point = [&[4], &GENERATOR_P224[..]].concat();
            parts.spki = sequence(&[sequence(&[oid(EC), oid("1.3.132.0.33")]), bits(&point)]);
        }),
        odd("key with unused bits", EVERYWHERE, |parts| {
            let point = [&[4], &point(parts)[..]].concat();
            let bits = tlv(3, &[&[1], &point[..]].concat());
            parts.spki = sequence(&[sequence(&[oid(EC), oid(P256)]), bits]);
        }),
        odd("key of an algorithm that nobody knows", SERVER, |parts| {
            parts.spki = sequence(&[sequence(&[oid("1.2.3.4.5")]), bits(&[1, 2, 3])]);
        }),
        odd("key for X25519", SERVER, |parts| {
            parts.spki = sequence(&[sequence(&[oid("1.3.101.110")]), bits(&[9; 32])]);
        }),
        odd("key Ed25519 with NULL", SERVER, |parts| {
            parts.spki = sequence(&[sequence(&[oid("1.3.101.112"), vec![5, 0]]), bits(&[9; 32])]);
        }),
        odd("key Ed25519 of 31 octets", SERVER, |parts| {
            parts.spki = sequence(&[sequence(&[oid("1.3.101.112")]), bits(&[9; 31])]);
        }),
        odd("key RSA without NULL", SERVER, |parts| {
            rsa(parts, |modulus, exponent| (modulus, exponent), &[]);
        }),
        odd("key RSA of PSS", SERVER, |parts| {
            let pem = read_to_string(fixture("keys/rsa-2048/01.pem")).unwrap();
            let key = spki_bits(&OddKey::from_pem(&pem).spki());
            parts.spki = sequence(&[sequence(&[oid("1.2.840.113549.1.1.10")]), bits(&key)]);
        }),
        odd("key RSA with exponent 1", SERVER, |parts| {
            rsa(parts, |modulus, _| (modulus, vec![1]), &[5, 0]);
        }),
        odd("key RSA with exponent 3", SERVER, |parts| {
            rsa(parts, |modulus, _| (modulus, vec![3]), &[5, 0]);
        }),
        odd("key RSA with an even exponent", SERVER, |parts| {
            rsa(parts, |modulus, _| (modulus, vec![4]), &[5, 0]);
        }),
        odd("key RSA with a negative exponent", SERVER, |parts| {
            rsa(parts, |modulus, _| (modulus, vec![0x83]), &[5, 0]);
        }),
        odd("key RSA with an exponent of 9 octets", SERVER, |parts| {
            rsa(parts, |modulus, _| (modulus, vec![1; 9]), &[5, 0]);
        }),
        odd("key RSA with an even modulus", SERVER, |parts| {
            let even = |mut modulus: Vec<u8>, exponent| {
                *modulus.last_mut().unwrap() &= 0xfe;
                (modulus, exponent)
            };
            rsa(parts, even, &[5, 0]);
        }),
        odd("key RSA with a negative modulus", SERVER, |parts| {
            rsa(
                parts,
                |modulus, exponent| (modulus[1..].to_vec(), exponent),
                &[5, 0],
            );
        }),
        odd("key RSA that is none", SERVER, |parts| {
            let kind = sequence(&[oid("1.2.840.113549.1.1.1"), vec![5, 0]]);
            parts.spki = sequence(&[kind, bits(&[1, 2, 3])]);
        }),
    ];
    for kind in ["P-384", "P-521", "ed25519"] {
        all.push(odd(format!("key {kind}"), EVERYWHERE, move |parts| {
            parts.key(OddKey::seeded(kind, 1));
        }));
    }
    for (size, file) in [
        ("1024", "authorities/rsa-1024.key"),
        ("2048", "keys/rsa-2048/01.pem"),
        ("3072", "keys/rsa-3072/01.pem"),
        ("4096", "keys/rsa-4096/01.pem"),
    ] {
        all.push(odd(format!("key RSA {size}"), EVERYWHERE, move |parts| {
            let pem = read_to_string(fixture(file)).unwrap();
            parts.key(OddKey::from_pem(&pem));
        }));
    }
    for bits in [8192usize, 8200, 16_384, 16_392] {
        all.push(odd(format!("key RSA {bits}"), SERVER, move |parts| {
            // Nobody knows its factors.
            let modulus = [&[0][..], &vec![0xb5; bits / 8]].concat();
            rsa(
                parts,
                move |_, exponent| (modulus.clone(), exponent),
                &[5, 0],
            );
        }));
    }
    all
}

/// The octets of the BIT STRING at the end.
fn spki_bits(spki: &[u8]) -> Vec<u8> {
    use der::{Decode as _, Reader as _};
    let mut reader = der::SliceReader::new(spki).unwrap();
    reader
        .sequence(|reader| {
            der::Any::decode(reader)?;
            let bits = der::asn1::BitString::decode(reader)?;
            Ok::<_, der::Error>(bits.raw_bytes().to_vec())
        })
        .unwrap()
}

/// An RSA key with its two numbers changed.
fn rsa(
    parts: &mut Parts,
    change: impl Fn(Vec<u8>, Vec<u8>) -> (Vec<u8>, Vec<u8>),
    parameters: &[u8],
) {
    use der::{Decode as _, Reader as _};
    let pem = read_to_string(fixture("keys/rsa-2048/01.pem")).unwrap();
    let key = spki_bits(&OddKey::from_pem(&pem).spki());
    let mut reader = der::SliceReader::new(&key).unwrap();
    let (modulus, exponent) = reader
        .sequence(|reader| {
            let modulus = der::Any::decode(reader)?;
            let exponent = der::Any::decode(reader)?;
            Ok::<_, der::Error>((modulus.value().to_vec(), exponent.value().to_vec()))
        })
        .unwrap();
    let (modulus, exponent) = change(modulus, exponent);
    let key = sequence(&[tlv(2, &modulus), tlv(2, &exponent)]);
    let kind = sequence(&[oid("1.2.840.113549.1.1.1"), parameters.to_vec()]);
    parts.spki = sequence(&[kind, bits(&key)]);
}

const GENERATOR_K1: [u8; 64] = [
    0x79, 0xbe, 0x66, 0x7e, 0xf9, 0xdc, 0xbb, 0xac, 0x55, 0xa0, 0x62, 0x95, 0xce, 0x87, 0x0b, 0x07,
    0x02, 0x9b, 0xfc, 0xdb, 0x2d, 0xce, 0x28, 0xd9, 0x59, 0xf2, 0x81, 0x5b, 0x16, 0xf8, 0x17, 0x98,
    0x48, 0x3a, 0xda, 0x77, 0x26, 0xa3, 0xc4, 0x65, 0x5d, 0xa4, 0xfb, 0xfc, 0x0e, 0x11, 0x08, 0xa8,
    0xfd, 0x17, 0xb4, 0x48, 0xa6, 0x85, 0x54, 0x19, 0x9c, 0x47, 0xd0, 0x8f, 0xfb, 0x10, 0xd4, 0xb8,
];

const GENERATOR_P224: [u8; 56] = [
    0xb7, 0x0e, 0x0c, 0xbd, 0x6b, 0xb4, 0xbf, 0x7f, 0x32, 0x13, 0x90, 0xb9, 0x4a, 0x03, 0xc1, 0xd3,
    0x56, 0xc2, 0x11, 0x22, 0x34, 0x32, 0x80, 0xd6, 0x11, 0x5c, 0x1d, 0x21, 0xbd, 0x37, 0x63, 0x88,
    0xb5, 0xf7, 0x23, 0xfb, 0x4c, 0x22, 0xdf, 0xe6, 0xcd, 0x43, 0x75, 0xa0, 0x5a, 0x07, 0x47, 0x64,
    0x44, 0xd5, 0x81, 0x99, 0x85, 0x00, 0x7e, 0x34,
];
