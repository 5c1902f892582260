//! Distinguished names, kept as the exact DER they came in.
//!
//! Go compares names byte by byte, so an issuer is copied, never re-encoded: repeated
//! attributes, multi-valued relative names and old string types survive.

use std::fmt;

use const_oid::ObjectIdentifier;
use const_oid::db::rfc4519::{COMMON_NAME, DOMAIN_COMPONENT, ORGANIZATION_NAME};
use der::asn1::{AnyRef, PrintableStringRef, SetOfVec, Utf8StringRef};
use der::{Decode, Encode, Reader as _, Sequence, SliceReader, Tag, Tagged as _, ValueOrd};

use super::Oid;

/// A user in a few hundred groups is the longest name that anybody has reason to make.
const MAX_ATTRIBUTES: usize = 1024;

/// A distinguished name (RFC 5280 section 4.1.2.4), as DER.
///
/// ```text
/// Name ::= CHOICE { rdnSequence  RDNSequence }
/// RDNSequence ::= SEQUENCE OF RelativeDistinguishedName
/// RelativeDistinguishedName ::= SET SIZE (1..MAX) OF AttributeTypeAndValue
/// ```
///
/// Equality is equality of bytes, as Go has it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct DistinguishedName {
    der: Vec<u8>,
    attributes: Vec<Attribute>,
}

/// One attribute of a name, its value decoded to text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Attribute {
    oid: Oid,
    value: String,
    /// Whether it stands in the same relative name (SET) as the attribute before it.
    joined: bool,
}

/// ```text
/// AttributeTypeAndValue ::= SEQUENCE { type AttributeType, value AttributeValue }
/// ```
#[derive(Sequence, ValueOrd)]
struct TypeAndValue<'a> {
    /// An identifier of any length: see [`Oid`].
    oid: AnyRef<'a>,
    value: AnyRef<'a>,
}

/// A name could not be read or made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// The bytes are no `Name`.
    #[error("does not decode as a distinguished name: {reason}")]
    Decode {
        /// What the decoder said.
        reason: String,
    },
    /// The type of one of its attributes is no object identifier.
    #[error("has an attribute in a distinguished name whose identifier is none")]
    Identifier,
    /// More of something than any name has.
    #[error("has {count} {what}, and at most {max} are read")]
    TooMuch {
        /// Of what.
        what: &'static str,
        /// How many there are.
        count: usize,
        /// The limit.
        max: usize,
    },
}

impl DistinguishedName {
    /// A name of a Kubernetes identity: the groups as organization names, then the user as
    /// common name. Encoded as Go's `pkix.Name` is: several groups share one SET, strings are
    /// `PrintableString` where their characters allow it, else `UTF8String`.
    ///
    /// Lengths are not limited to the 64 characters of RFC 5280 appendix A.1: node names may be
    /// longer, and no Kubernetes component or TLS library enforces it.
    ///
    /// # Errors
    ///
    /// [`NameError::Decode`] should the encoder produce what it cannot read.
    pub fn new(common_name: &str, groups: &[&str]) -> Result<Self, NameError> {
        let common_names = [common_name];
        let mut relative_names = Vec::new();
        if !groups.is_empty() {
            relative_names.push(relative_name(&ORGANIZATION_NAME, groups)?);
        }
        relative_names.push(relative_name(&COMMON_NAME, &common_names)?);
        let der = relative_names.to_der()?;
        Self::from_der(&der)
    }

    /// Takes an existing name as it is.
    ///
    /// # Errors
    ///
    /// [`NameError`] when the bytes are no `Name`, or when it is longer than any that is in use.
    pub fn from_der(der: &[u8]) -> Result<Self, NameError> {
        let attributes = read_attributes(der)?;
        if attributes.len() > MAX_ATTRIBUTES {
            return Err(NameError::TooMuch {
                what: "attributes in a name",
                count: attributes.len(),
                max: MAX_ATTRIBUTES,
            });
        }
        Ok(Self {
            der: der.to_vec(),
            attributes,
        })
    }

    /// The DER.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// The last common name, which is the one Go and Kubernetes use.
    #[must_use]
    pub fn common_name(&self) -> Option<&str> {
        self.values(COMMON_NAME).next_back()
    }

    pub(crate) fn common_names(&self) -> impl Iterator<Item = &str> {
        self.values(COMMON_NAME)
    }

    /// How many attributes it has.
    pub(crate) fn len(&self) -> usize {
        self.attributes.len()
    }

    /// Whether it has no attribute.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.attributes.is_empty()
    }

    /// Whether the value of an attribute is empty, or has a NUL in it.
    pub(crate) fn has_odd_value(&self) -> bool {
        let mut values = self.attributes.iter().map(|attribute| &attribute.value);
        values.any(|value| value.is_empty() || value.contains('\0'))
    }

    /// Whether it says the same as another in other octets: strings of another type, in letters of
    /// another case, with other blanks (RFC 5280 section 7.1, as OpenSSL has it).
    #[must_use]
    pub fn is_alike(&self, other: &Self) -> bool {
        let plain = |text: &str| {
            let words: Vec<String> = text
                .split_whitespace()
                .map(str::to_ascii_lowercase)
                .collect();
            words.join(" ")
        };
        self.attributes.len() == other.attributes.len()
            && self
                .attributes
                .iter()
                .zip(&other.attributes)
                .all(|(one, other)| {
                    (one.oid, one.joined, plain(&one.value))
                        == (other.oid, other.joined, plain(&other.value))
                })
    }

    /// The organization names: Kubernetes reads them as groups.
    pub fn groups(&self) -> impl Iterator<Item = &str> {
        self.values(ORGANIZATION_NAME)
    }

    fn values(&self, oid: ObjectIdentifier) -> impl DoubleEndedIterator<Item = &str> {
        self.attributes
            .iter()
            .filter(move |attribute| attribute.oid == oid)
            .map(|attribute| attribute.value.as_str())
    }
}

/// In the order of the certificate, as OpenSSL's `oneline` format: `O=system:nodes, CN=x`;
/// `+` joins the values of one relative name.
impl fmt::Display for DistinguishedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, attribute) in self.attributes.iter().enumerate() {
            if position > 0 {
                f.write_str(if attribute.joined { " + " } else { ", " })?;
            }
            let name = if attribute.oid == DOMAIN_COMPONENT {
                "DC".to_owned()
            } else {
                attribute.oid.name().map_or_else(
                    || attribute.oid.to_string(),
                    |name| match name {
                        "emailAddress" => name.to_owned(),
                        _ => name.to_uppercase(),
                    },
                )
            };
            write!(f, "{name}={}", attribute.value.escape_debug())?;
        }
        Ok(())
    }
}

impl fmt::Debug for DistinguishedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DistinguishedName({self})")
    }
}

fn relative_name<'a>(
    oid: &'a ObjectIdentifier,
    values: &'a [&'a str],
) -> Result<SetOfVec<TypeAndValue<'a>>, NameError> {
    let mut set = SetOfVec::new();
    for value in values {
        let encoded = match PrintableStringRef::new(value) {
            Ok(printable) => AnyRef::from(printable),
            Err(_) => Utf8StringRef::new(value).map_or_else(|_| AnyRef::NULL, AnyRef::from),
        };
        set.insert(TypeAndValue {
            oid: AnyRef::new(Tag::ObjectIdentifier, oid.as_bytes())?,
            value: encoded,
        })?;
    }
    Ok(set)
}

/// Reads leniently: the SETs of an old CA need not be sorted, and stay as they are.
fn read_attributes(der: &[u8]) -> Result<Vec<Attribute>, NameError> {
    let mut reader = SliceReader::new(der)?;
    let sequence = AnyRef::decode(&mut reader)?;
    reader.finish()?;
    sequence.tag().assert_eq(Tag::Sequence)?;
    let mut attributes = Vec::new();
    let mut sets = SliceReader::new(sequence.value())?;
    while !sets.is_finished() {
        let set = AnyRef::decode(&mut sets)?;
        set.tag().assert_eq(Tag::Set)?;
        let mut members = SliceReader::new(set.value())?;
        let mut joined = false;
        while !members.is_finished() {
            let TypeAndValue { oid, value } = TypeAndValue::decode(&mut members)?;
            oid.tag().assert_eq(Tag::ObjectIdentifier)?;
            attributes.push(Attribute {
                oid: Oid::from_octets(oid.value())?,
                value: text(value),
                joined,
            });
            joined = true;
        }
    }
    Ok(attributes)
}

/// The value as text: T61 as Latin-1, as every implementation in use reads it, BMP as UTF-16.
fn text(value: AnyRef<'_>) -> String {
    let bytes = value.value();
    match value.tag() {
        Tag::TeletexString => bytes.iter().copied().map(char::from).collect(),
        Tag::BmpString => {
            let units: Vec<u16> = bytes
                .chunks_exact(2)
                .map(|pair| {
                    pair.iter()
                        .fold(0, |unit, byte| (unit << 8) | u16::from(*byte))
                })
                .collect();
            String::from_utf16_lossy(&units)
        }
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

impl From<der::Error> for NameError {
    fn from(error: der::Error) -> Self {
        Self::Decode {
            reason: error.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_come_first_and_share_one_relative_name() {
        let name = DistinguishedName::new("jane", &["zebras", "apes"]).unwrap();
        // DER sorts the members of a SET.
        assert_eq!(name.to_string(), "O=apes + O=zebras, CN=jane");
        assert_eq!(name.common_name(), Some("jane"));
        assert_eq!(name.groups().collect::<Vec<_>>(), ["apes", "zebras"]);
    }

    #[test]
    fn strings_are_printable_where_they_can_be() {
        let printable = DistinguishedName::new("system:node:cp1", &[]).unwrap();
        let utf8 = DistinguishedName::new("jane@example.org", &[]).unwrap();
        assert!(printable.as_der().windows(2).any(|at| at == [0x13, 15]));
        assert!(utf8.as_der().windows(2).any(|at| at == [0x0c, 16]));
    }

    #[test]
    fn a_long_node_name_is_taken() {
        let long = format!("system:node:{}", "a".repeat(100));
        let name = DistinguishedName::new(&long, &["system:nodes"]).unwrap();
        assert_eq!(name.common_name(), Some(long.as_str()));
    }

    #[test]
    fn an_unsorted_set_stays_as_it_is() {
        // SET { O=b, O=a }: not DER, and somebody's CA all the same.
        let attribute = |letter: u8| [0x30, 8, 6, 3, 0x55, 4, 0x0a, 0x13, 1, letter];
        let mut der = vec![0x30, 22, 0x31, 20];
        der.extend(attribute(b'b'));
        der.extend(attribute(b'a'));
        let name = DistinguishedName::from_der(&der).unwrap();
        assert_eq!(name.as_der(), der);
        assert_eq!(name.to_string(), "O=b + O=a");
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for der in [
            &[][..],
            &[0x30],
            &[0x31, 0],
            &[0x30, 0, 0],
            &[0x30, 2, 0x05, 0],
        ] {
            assert!(DistinguishedName::from_der(der).is_err(), "{der:?}");
        }
    }
}
