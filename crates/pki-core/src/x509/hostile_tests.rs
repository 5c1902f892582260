//! Certificates and requests with more of everything than anybody has use for.

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5280::ID_CE_SUBJECT_ALT_NAME;
use der::asn1::{AnyRef, IntRef, OctetString};
use der::{Decode as _, Encode as _, Tag};

use super::structure::{ExtensionField, Outline};
use super::{Certificate, CertificateError, CertificateRequest};

const PEM: &[u8] = include_bytes!("../../../../tests/fixtures/authorities/p384.crt");

/// DER of a header: a tag, and a length in its shortest form.
fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut der = vec![tag];
    if length < 0x80 {
        der.push(u8::try_from(length).unwrap());
    } else {
        let octets = length.to_be_bytes();
        let octets = &octets[octets.iter().position(|octet| *octet != 0).unwrap()..];
        der.push(0x80 | u8::try_from(octets.len()).unwrap());
        der.extend(octets);
    }
    der.extend(content);
    der
}

/// A real certificate, changed. Its signature is wrong then, and reading does not look at it.
fn read_changed(change: impl FnOnce(&mut Outline<'_>)) -> Result<Certificate, CertificateError> {
    let good = Certificate::all_from_pem(PEM).unwrap().remove(0);
    let mut outline = Outline::from_der(good.as_der()).unwrap();
    change(&mut outline);
    Certificate::from_der(&outline.to_der().unwrap())
}

fn too_much(what: &'static str, count: usize, max: usize) -> CertificateError {
    CertificateError::TooMuch {
        structure: "certificate",
        position: 1,
        what,
        count,
        max,
    }
}

fn extension(number: usize, value: &[u8]) -> ExtensionField<'static> {
    let arc = u32::try_from(number).unwrap();
    let oid = ObjectIdentifier::from_arcs([1, 3, 6, 1, 4, 1, 99_999, arc]).unwrap();
    of_kind(oid, value)
}

/// What it is called lives as long as whatever certificate it is put into.
fn of_kind(oid: ObjectIdentifier, value: &[u8]) -> ExtensionField<'static> {
    let content: &'static [u8] = oid.as_bytes().to_vec().leak();
    ExtensionField {
        id: AnyRef::new(Tag::ObjectIdentifier, content).unwrap(),
        critical: false,
        value: OctetString::new(value).unwrap(),
    }
}

#[test]
fn extensions_are_few() {
    let with = |count: usize| {
        read_changed(|outline| {
            let extensions = (0..count).map(|number| extension(number, &[]));
            outline.to_be_signed.extensions = Some(extensions.collect());
        })
    };
    assert_eq!(with(1024).unwrap().extensions().len(), 1024);
    assert_eq!(with(1025), Err(too_much("extensions", 1025, 1024)));
    assert_eq!(with(10_000), Err(too_much("extensions", 10_000, 1024)));
}

fn with_names(names: &[u8]) -> Result<Certificate, CertificateError> {
    read_changed(|outline| {
        outline.to_be_signed.extensions = Some(vec![of_kind(ID_CE_SUBJECT_ALT_NAME, names)]);
    })
}

/// All different, so that each is compared with each.
#[test]
fn alternative_names_are_few() {
    let with = |count: u32| {
        let names = (0..count).flat_map(|number| tlv(0x87, &number.to_be_bytes()));
        with_names(&tlv(0x30, &names.collect::<Vec<u8>>()))
    };
    assert_eq!(with(2048).unwrap().hosts().addresses().len(), 2048);
    assert_eq!(
        with(40_000),
        Err(too_much("alternative names", 40_000, 2048))
    );
}

/// Names in names: the decoder goes no deeper than a name can.
#[test]
fn names_do_not_nest() {
    for tag in [0xa4, 0xa0, 0x30, 0x31] {
        let mut nested = Vec::new();
        while nested.len() < 60_000 {
            nested = tlv(tag, &nested);
        }
        let certificate = with_names(&tlv(0x30, &nested)).unwrap();
        assert_eq!(certificate.alternative_names(), Vec::<String>::new());
    }
}

#[test]
fn names_that_could_steer_a_terminal_are_escaped() {
    let certificate = with_names(&tlv(0x30, &tlv(0x82, b"a\x1b[31m\nb"))).unwrap();
    assert_eq!(certificate.alternative_names(), ["DNS:a\\u{1b}[31m\\nb"]);
    assert!(certificate.hosts().is_empty());
}

#[test]
fn serial_numbers_are_short() {
    let with = |length: usize| {
        let octets: &'static [u8] = vec![1; length].leak();
        read_changed(|outline| {
            outline.to_be_signed.serial_number = IntRef::new(octets).unwrap();
        })
    };
    assert_eq!(with(128).unwrap().serial_number().as_bytes().len(), 128);
    assert_eq!(
        with(129),
        Err(too_much("octets of serial number", 129, 128))
    );
}

#[test]
fn names_have_few_attributes() {
    let with = |count: usize| {
        let attribute = tlv(0x30, &[&[6, 3, 0x55, 4, 3][..], &tlv(0x0c, b"x")].concat());
        let name = tlv(0x30, &tlv(0x31, &attribute).repeat(count));
        read_changed(|outline| {
            let name: &'static [u8] = name.leak();
            outline.to_be_signed.subject = AnyRef::from_der(name).unwrap();
        })
    };
    assert!(with(1024).is_ok());
    assert_eq!(
        with(1025),
        Err(too_much("attributes in a name", 1025, 1024))
    );
}

#[test]
fn a_certificate_fits_into_a_handshake() {
    let with = |length: usize| {
        read_changed(|outline| {
            let extensions = outline.to_be_signed.extensions.as_mut().unwrap();
            extensions.push(extension(1, &vec![0; length]));
        })
    };
    assert!(with(250_000).is_ok());
    let error = with(262_144).unwrap_err();
    assert!(
        matches!(
            error,
            CertificateError::TooMuch {
                what: "bytes",
                max: 262_144,
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn a_file_holds_few_certificates() {
    let read = |count: usize| Certificate::all_from_pem(&PEM.repeat(count));
    assert_eq!(read(256).unwrap().len(), 256);
    assert_eq!(
        read(257).unwrap_err().to_string(),
        "holds 257 CERTIFICATE blocks; at most 256 are read"
    );
    let mut long = PEM.to_vec();
    long.resize(1 << 20, b'\n');
    assert_eq!(Certificate::all_from_pem(&long).unwrap().len(), 1);
    long.push(b'\n');
    assert_eq!(
        Certificate::all_from_pem(&long).unwrap_err().to_string(),
        "has 1048577 bytes, and at most 1048576 are read"
    );
}

#[test]
fn a_key_beside_a_certificate_is_not_decoded() {
    // Not even base64: whoever decoded it would fail.
    let key = "-----BEGIN EC PRIVATE KEY-----\n!\n-----END EC PRIVATE KEY-----\n";
    let text = [key.as_bytes(), PEM, key.as_bytes()].concat();
    assert_eq!(Certificate::all_from_pem(&text).unwrap().len(), 1);
}

const REQUEST: &[u8] = include_bytes!("../../../../fuzz/seeds/request/p384.csr");

#[test]
fn a_request_is_read_and_keeps_its_bytes() {
    let request = CertificateRequest::all_from_pem(REQUEST).unwrap().remove(0);
    assert_eq!(request.verify_signature(), Ok(()));
    assert_eq!(
        request.subject().to_string(),
        "O=system:nodes, CN=system:node:cp1"
    );
    assert!(request.is_authority());
    assert_eq!(
        request.hosts().to_string(),
        "api.example.org, 192.0.2.10, 2001:db8::1"
    );
    assert_eq!(request.purpose_names(), ["serverAuth", "clientAuth"]);
    assert_eq!(request.to_pem().as_bytes(), REQUEST);
}

/// Every bit of what is signed counts.
#[test]
fn a_request_that_was_changed_is_not_its_keys() {
    let good = CertificateRequest::all_from_pem(REQUEST).unwrap().remove(0);
    let mut accepted = Vec::new();
    for at in 0..good.as_der().len() {
        let mut der = good.as_der().to_vec();
        der[at] ^= 1;
        if CertificateRequest::from_der(&der).is_ok_and(|one| one.verify_signature().is_ok()) {
            accepted.push(at);
        }
    }
    assert_eq!(accepted, Vec::<usize>::new());
}

#[test]
fn a_request_asks_for_extensions_once() {
    // SEQUENCE { 0, {}, SPKI, [0] { extensionRequest, extensionRequest } }
    let good = CertificateRequest::all_from_pem(REQUEST).unwrap().remove(0);
    let oid = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 14];
    let attribute = |values: &[u8]| tlv(0x30, &[&oid[..], &tlv(0x31, values)].concat());
    let with = |attributes: &[u8]| {
        let info = [
            &[2, 1, 0][..],
            good.subject().as_der(),
            good.spki_der(),
            &tlv(0xa0, attributes),
        ];
        let algorithm = [0x30, 10, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3];
        let parts = [&tlv(0x30, &info.concat())[..], &algorithm, &[3, 2, 0, 0]];
        CertificateRequest::from_der(&tlv(0x30, &parts.concat()))
    };
    let none = [0x30, 0];
    assert!(with(&[]).is_ok());
    assert!(with(&attribute(&none)).is_ok());
    for twice in [
        attribute(&none.repeat(2)),
        attribute(&none).repeat(2),
        attribute(&[]),
    ] {
        let error = with(&twice).unwrap_err().to_string();
        assert!(error.contains("extensions"), "{error}");
    }
    let many: Vec<u8> = (0..65)
        .flat_map(|number| tlv(0x30, &[&[6, 3, 0x2a, 3, number][..], &[0x31, 0]].concat()))
        .collect();
    assert_eq!(
        with(&many).unwrap_err().to_string(),
        "certificate request 1 has 65 attributes, and at most 64 are read"
    );
}
