//! Distinguished names: whether there is one where it is needed, and whether its values are what
//! their types say.

use const_oid::db::rfc5280;

use super::Rule;
use super::finding::Problem;
use super::object::without_room;
use super::standing::Standing;
use crate::spec::Party::{self, GnuTls, Go, OpenSsl, OpenSslStrict};
use crate::x509::elements::{Elements, OBJECT_IDENTIFIER, SEQUENCE};
use crate::x509::{Certificate, DistinguishedName};

const SET: u8 = 0x31;

/// What is wrong with the names of a certificate.
pub(super) fn problems(certificate: &Certificate, standing: Standing) -> Vec<Problem> {
    let mut found: Vec<Problem> = empty(certificate, standing).into_iter().collect();
    // The issuer is the name of another certificate, or of none.
    found.extend(attribute(certificate.subject()));
    found
}

fn empty(certificate: &Certificate, standing: Standing) -> Option<Problem> {
    let is_empty = |name: &DistinguishedName| name.to_string().is_empty();
    if !standing.is_authority() && is_empty(certificate.issuer()) {
        let problem = Problem::new(Rule::EmptyName, "its issuer is empty");
        return Some(problem.refused_by([OpenSslStrict]));
    }
    if !is_empty(certificate.subject()) {
        return None;
    }
    if standing.is_authority() || certificate.is_authority() {
        let message = "it is an authority, and its subject is empty";
        let problem = Problem::new(Rule::EmptyName, message);
        // GnuTLS takes an empty set for a name.
        let is_nothing = certificate.subject().as_der().len() == 2;
        let by: &[Party] = if is_nothing {
            &[OpenSslStrict, GnuTls]
        } else {
            &[OpenSslStrict]
        };
        return Some(problem.refused_by(by.iter().copied()));
    }
    let names = certificate.extension(rfc5280::ID_CE_SUBJECT_ALT_NAME);
    let message = match names {
        None => "its subject is empty, and it has no alternative names",
        Some(names) if !names.critical => {
            "its subject is empty, and its alternative names are not critical"
        }
        Some(_) => return None,
    };
    Some(Problem::new(Rule::EmptyName, message).refused_by([OpenSslStrict]))
}

/// The first attribute whose value is not what its type says.
fn attribute(name: &DistinguishedName) -> Option<Problem> {
    let sets = Elements::inside(name.as_der(), SEQUENCE)?;
    let sets = sets.filter(|set| set.tag == SET);
    let attributes = sets.flat_map(|set| Elements::of(set.value));
    let mut values = attributes.filter_map(|attribute| {
        let mut parts = Elements::of(attribute.value);
        Some((parts.read(OBJECT_IDENTIFIER)?, parts.next()?))
    });
    values.find_map(|(kind, value)| {
        let without_room = without_room(kind);
        let (what, by) = if without_room.is_empty() {
            misfit(value.tag, value.value)?
        } else {
            (
                "an attribute whose identifier has too large an arc",
                without_room,
            )
        };
        let message = format!("its subject has {what}");
        Some(Problem::new(Rule::MalformedAttribute, message).refused_by(by.iter().copied()))
    })
}

/// What a value is instead of what its type says, and who does not take it (Go, crypto/x509
/// `parseASN1String`).
fn misfit(tag: u8, value: &[u8]) -> Option<(&'static str, &'static [Party])> {
    const STRINGS: [u8; 8] = [0x0c, 0x12, 0x13, 0x14, 0x16, 0x1a, 0x1c, 0x1e];
    if value.is_empty() && STRINGS.contains(&tag) {
        return Some(("an empty value", &[GnuTls]));
    }
    let is_printable =
        |octet: &u8| octet.is_ascii_alphanumeric() || b"'()+,-./:=? *&".contains(octet);
    match tag {
        0x0c => str::from_utf8(value)
            .is_err()
            .then_some(("a UTF8String that is no UTF-8", &[Go, OpenSsl])),
        0x13 if !value.iter().all(is_printable) => {
            Some(("a PrintableString with a letter that it cannot have", &[Go]))
        }
        0x16 if !value.is_ascii() => Some(("an IA5String that is not ASCII", &[Go])),
        0x12 if !value
            .iter()
            .all(|octet| octet.is_ascii_digit() || *octet == b' ') =>
        {
            Some(("a NumericString with more than digits", &[Go]))
        }
        0x1e => (!is_basic_plane(value)).then_some(("a BMPString that is none", &[Go, OpenSsl])),
        0x13 | 0x14 | 0x16 | 0x12 => None,
        0x1c => Some(("a UniversalString, which Go does not know", &[Go])),
        // Constructed.
        tag if tag & 0x20 != 0 => Some(("a value that is no string", &[Go, GnuTls])),
        _ => Some(("a value of a type that Go does not know", &[Go, OpenSsl])),
    }
}

/// UCS-2 without what UTF-16 reserves.
fn is_basic_plane(value: &[u8]) -> bool {
    let (points, rest) = value.as_chunks::<2>();
    rest.is_empty()
        && points.iter().all(|point| {
            let point = u16::from_be_bytes(*point);
            !matches!(point, 0xfffe | 0xffff | 0xfdd0..=0xfdef | 0xd800..=0xdfff)
        })
}
