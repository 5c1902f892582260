use std::fmt;
use std::str::FromStr;

use const_oid::ObjectIdentifier;
use der::asn1::AnyRef;
use der::{Tag, Tagged as _};

use super::fault::Fault;
use super::{Malformed, NameError};

/// The longest that is read: of those in use none has more than 50 octets.
const MOST_OCTETS: usize = 64;
/// Of an arc: a UUID is one (`2.25`, ITU-T X.667).
const MOST_BITS: usize = 128;

/// An object identifier (RFC 5280 names extensions, purposes and algorithms by them), in its
/// dotted form: `2.5.29.17`.
///
/// ```
/// use pki_core::x509::{Oid, Purpose};
///
/// let oid: Oid = "1.3.6.1.5.5.7.3.1".parse()?;
/// assert_eq!(oid, Purpose::ServerAuth.oid());
/// # Ok::<(), pki_core::x509::InvalidOid>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oid(Octets);

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Octets {
    /// All that have a meaning here.
    Usual(ObjectIdentifier),
    /// What that type has no room for: `2.999`, arcs of more than 32 bits, more than 39 octets.
    Other {
        length: usize,
        octets: [u8; MOST_OCTETS],
    },
}

/// A text that is no object identifier in its dotted form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is no object identifier; write one such as 2.5.29.17")]
#[non_exhaustive]
pub struct InvalidOid;

/// Why the content of an OBJECT IDENTIFIER is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unread {
    /// It is not written as DER wants it.
    Malformed,
    TooMuch {
        what: &'static str,
        count: usize,
        max: usize,
    },
}

impl Oid {
    pub(crate) const fn of(oid: ObjectIdentifier) -> Self {
        Self(Octets::Usual(oid))
    }

    /// From the content of an OBJECT IDENTIFIER.
    pub(super) fn from_octets(content: &[u8]) -> Result<Self, Unread> {
        if !is_identifier(content) {
            return Err(Unread::Malformed);
        }
        if let Ok(oid) = ObjectIdentifier::from_bytes(content) {
            return Ok(Self::of(oid));
        }
        if let Some(arc) = arcs(content).find(|arc| number(arc).is_none()) {
            return Err(Unread::TooMuch {
                what: "bits in an arc of an object identifier",
                count: bits(arc),
                max: MOST_BITS,
            });
        }
        let mut octets = [0; MOST_OCTETS];
        let length = content.len();
        let room = octets.get_mut(..length).ok_or(Unread::TooMuch {
            what: "octets in an object identifier",
            count: length,
            max: MOST_OCTETS,
        })?;
        room.copy_from_slice(content);
        Ok(Self(Octets::Other { length, octets }))
    }

    /// The content of an OBJECT IDENTIFIER.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Octets::Usual(oid) => oid.as_bytes(),
            Octets::Other { length, octets } => octets.get(..*length).unwrap_or_default(),
        }
    }

    /// As one of those that may have a meaning here.
    pub(crate) const fn usual(self) -> Option<ObjectIdentifier> {
        match self.0 {
            Octets::Usual(oid) => Some(oid),
            Octets::Other { .. } => None,
        }
    }

    /// Its arcs, as far as each has room in 64 bits.
    pub(super) fn arcs(&self) -> Option<Vec<u64>> {
        let (first, rest) = self.numbers();
        let all = <[u128; 2]>::from(first).into_iter().chain(rest);
        all.map(|arc| u64::try_from(arc).ok()).collect()
    }

    /// The first two arcs, and the others.
    fn numbers(&self) -> ((u128, u128), impl Iterator<Item = u128>) {
        let mut numbers = arcs(self.as_bytes()).filter_map(number);
        let first = match numbers.next().unwrap_or_default() {
            both @ 0..80 => (both / 40, both % 40),
            both => (2, both - 80),
        };
        (first, numbers)
    }

    /// What it is called, where it has a name.
    pub(crate) fn name(&self) -> Option<&'static str> {
        const_oid::db::DB.by_oid(&self.usual()?)
    }
}

/// Reads one.
pub(super) fn identifier(element: AnyRef<'_>) -> Result<Oid, Fault> {
    element.tag().assert_eq(Tag::ObjectIdentifier)?;
    Ok(Oid::from_octets(element.value())?)
}

/// Whether the content of an OBJECT IDENTIFIER is written as DER wants it, with no octet too many.
pub(crate) fn is_identifier(content: &[u8]) -> bool {
    let is_minimal = |arc: &[u8]| arc.first() != Some(&0x80);
    content.last().is_some_and(|last| last & 0x80 == 0) && arcs(content).all(is_minimal)
}

/// How many bits the largest of its arcs has.
pub(crate) fn most_bits(content: &[u8]) -> usize {
    arcs(content).map(bits).max().unwrap_or_default()
}

fn number(arc: &[u8]) -> Option<u128> {
    arc.iter().try_fold(0u128, |number, octet| {
        number
            .checked_mul(128)?
            .checked_add(u128::from(octet & 0x7f))
    })
}

/// How many an arc has.
fn bits(arc: &[u8]) -> usize {
    let zeros = arc.first().map_or(0, |first| (first << 1).leading_zeros());
    (arc.len() * 7).saturating_sub(usize::try_from(zeros).unwrap_or_default())
}

/// The content of an arc.
fn content(number: u128) -> Vec<u8> {
    let mut septets = Vec::new();
    let mut rest = number;
    loop {
        let more: u8 = if septets.is_empty() { 0 } else { 0x80 };
        septets.push(more | u8::try_from(rest & 0x7f).unwrap_or_default());
        rest >>= 7;
        if rest == 0 {
            septets.reverse();
            return septets;
        }
    }
}

/// The octets of each arc; the first two arcs are one.
fn arcs(content: &[u8]) -> impl Iterator<Item = &[u8]> {
    content.split_inclusive(|octet| octet & 0x80 == 0)
}

impl PartialEq<ObjectIdentifier> for Oid {
    fn eq(&self, other: &ObjectIdentifier) -> bool {
        self.usual() == Some(*other)
    }
}

impl From<Unread> for Fault {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::Malformed => {
                let reason = "one of its object identifiers is none";
                Self::of_kind(Malformed::Identifier, reason)
            }
            Unread::TooMuch { what, count, max } => Self::TooMuch { what, count, max },
        }
    }
}

impl From<Unread> for NameError {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::Malformed => Self::Identifier,
            Unread::TooMuch { what, count, max } => Self::TooMuch { what, count, max },
        }
    }
}

impl FromStr for Oid {
    type Err = InvalidOid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(oid) = text.parse() {
            return Ok(Self::of(oid));
        }
        let is_number = |arc: &str| {
            let is_padded = arc.len() > 1 && arc.starts_with('0');
            !is_padded && arc.bytes().all(|octet| octet.is_ascii_digit())
        };
        let arcs = text.split('.').map(|arc| {
            let number = arc.parse::<u128>().ok();
            number.filter(|_| is_number(arc)).ok_or(InvalidOid)
        });
        let arcs: Vec<u128> = arcs.collect::<Result<_, _>>()?;
        let [first, second, rest @ ..] = arcs.as_slice() else {
            return Err(InvalidOid);
        };
        let first_two = match (first, second) {
            (0 | 1, 0..40) | (2, _) => (40 * first).checked_add(*second),
            _ => None,
        };
        let all = [first_two.ok_or(InvalidOid)?].into_iter();
        let octets: Vec<u8> = all.chain(rest.iter().copied()).flat_map(content).collect();
        Self::from_octets(&octets).map_err(|_| InvalidOid)
    }
}

crate::serde_as_text!(Oid);

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Octets::Usual(oid) = self.0 {
            return f.pad(&oid.to_string());
        }
        let ((first, second), rest) = self.numbers();
        let rest: Vec<String> = rest.map(|arc| format!(".{arc}")).collect();
        f.pad(&format!("{first}.{second}{}", rest.concat()))
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each with the content of its OBJECT IDENTIFIER, and the bits of its largest arc.
    #[test]
    fn all_that_is_in_use_is_read() {
        let uuid = "2.25.340282366920938463463374607431768211455";
        let all: [(&str, &[u8], usize); 8] = [
            ("2.5.29.17", &[0x55, 29, 17], 7),
            ("1.2", &[42], 6),
            ("2.999", &[0x88, 0x37], 11),
            ("2.47.3", &[127, 3], 7),
            ("2.48.3", &[0x81, 0, 3], 8),
            ("1.2.2147483647", &[42, 0x87, 0xff, 0xff, 0xff, 0x7f], 31),
            ("1.2.2147483648", &[42, 0x88, 0x80, 0x80, 0x80, 0], 32),
            (
                uuid,
                &[
                    105, 0x83, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f,
                ],
                128,
            ),
        ];
        for (text, content, bits) in all {
            let oid = Oid::from_octets(content).unwrap();
            assert_eq!(oid.to_string(), text);
            assert_eq!(text.parse(), Ok(oid));
            assert_eq!(oid.as_bytes(), content);
            assert_eq!(most_bits(content), bits, "{text}");
        }
    }

    #[test]
    fn what_is_no_identifier_is_refused() {
        for content in [&[][..], &[0x80, 1], &[42, 0x80, 1], &[42, 0x81]] {
            assert_eq!(Oid::from_octets(content), Err(Unread::Malformed));
        }
        let all = ["", "1", "1.40", "3.1", "2.5.29.", "2.+5", "a.b", "1..2"];
        for text in all {
            assert_eq!(text.parse::<Oid>(), Err(InvalidOid), "{text}");
        }
    }

    #[test]
    fn what_is_longer_than_any_in_use_is_too_much() {
        let long = Oid::from_octets(&[1; 65]);
        assert!(
            matches!(long, Err(Unread::TooMuch { count: 65, .. })),
            "{long:?}"
        );
        let large = [&[42, 0x84][..], &[0xff; 17], &[0x7f]].concat();
        let large = Oid::from_octets(&large);
        assert!(
            matches!(large, Err(Unread::TooMuch { count: 129, .. })),
            "{large:?}"
        );
    }
}
