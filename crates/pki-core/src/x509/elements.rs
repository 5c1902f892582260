//! DER element by element: what is inside one, and what follows it, is for whoever asks, so that
//! an extension can be read as far as it can be.

use der::asn1::AnyRef;
use der::{Decode as _, Reader as _, SliceReader};

pub(crate) const BOOLEAN: u8 = 0x01;
pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(crate) const SEQUENCE: u8 = 0x30;

/// The tags of general names (RFC 5280 section 4.2.1.6).
pub(crate) const MAIL: u8 = 0x81;
pub(crate) const DNS: u8 = 0x82;
pub(crate) const DIRECTORY: u8 = 0xa4;
pub(crate) const URI: u8 = 0x86;
pub(crate) const ADDRESS: u8 = 0x87;

/// The encodings that are still to be read.
#[derive(Debug, Clone)]
pub(crate) struct Elements<'a>(&'a [u8]);

/// One encoding.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Element<'a> {
    /// Its first octet.
    pub(crate) tag: u8,
    pub(crate) value: &'a [u8],
    /// With tag and length.
    pub(crate) whole: &'a [u8],
}

impl<'a> Elements<'a> {
    pub(crate) const fn of(octets: &'a [u8]) -> Self {
        Self(octets)
    }

    /// What is inside the one encoding that these octets start with.
    pub(crate) fn inside(octets: &'a [u8], tag: u8) -> Option<Self> {
        Self(octets).read(tag).map(Self)
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The tag of the next one.
    pub(crate) fn tag(&self) -> Option<u8> {
        self.0.first().copied()
    }

    /// The value of the next one, if it has this tag; else it stays.
    pub(crate) fn read(&mut self, tag: u8) -> Option<&'a [u8]> {
        if self.tag() != Some(tag) {
            return None;
        }
        self.next().map(|element| element.value)
    }
}

/// Ends at what is no DER, and then is not empty.
impl<'a> Iterator for Elements<'a> {
    type Item = Element<'a>;

    fn next(&mut self) -> Option<Element<'a>> {
        let tag = self.tag()?;
        let mut reader = SliceReader::new(self.0).ok()?;
        let value = AnyRef::decode(&mut reader).ok()?.value();
        let rest = usize::try_from(reader.remaining_len()).ok()?;
        let (whole, rest) = self.0.split_at_checked(self.0.len().checked_sub(rest)?)?;
        self.0 = rest;
        Some(Element { tag, value, whole })
    }
}
