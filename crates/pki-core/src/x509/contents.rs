//! What a certificate's extensions say, and what a request's would: read once, asked often.

use std::collections::BTreeSet;
use std::net::IpAddr;

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5280::{
    ID_CE_AUTHORITY_KEY_IDENTIFIER, ID_CE_BASIC_CONSTRAINTS, ID_CE_EXT_KEY_USAGE, ID_CE_KEY_USAGE,
    ID_CE_SUBJECT_ALT_NAME, ID_CE_SUBJECT_KEY_IDENTIFIER,
};
use der::Decode;
use x509_cert::ext::pkix::name::GeneralName;

use super::elements::{
    BIT_STRING, BOOLEAN, Element, Elements, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE,
};
use super::fault::{Fault, at_most};
use super::oid::{Unread, identifier};
use super::structure::ExtensionField;
use super::{Extension, Malformed};
use crate::text::one_line;
use crate::x509::{DnsName, Host, Oid, Purpose, SerialNumber, SubjectAltNames};

/// RFC 5280 has 17 extensions; one with a few hundred is read by everybody.
const MAX_EXTENSIONS: usize = 1024;
/// A certificate for a whole cluster's load balancers has a few hundred; addresses are compared
/// with each other.
const MAX_ALTERNATIVE_NAMES: usize = 2048;

/// The extensions of one certificate or request, in order, none twice.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Extensions(Vec<Extension>);

impl Extensions {
    pub(super) fn read(decoded: Vec<ExtensionField<'_>>) -> Result<Self, Fault> {
        at_most(MAX_EXTENSIONS, decoded.len(), "extensions")?;
        let mut extensions: Vec<Extension> = Vec::with_capacity(decoded.len());
        let mut known = BTreeSet::new();
        for extension in decoded {
            let oid = identifier(extension.id)?;
            if !known.insert(oid) {
                let reason = format!("extension {oid} is there twice");
                return Err(Fault::of_kind(Malformed::Twice, reason));
            }
            extensions.push(Extension {
                oid,
                critical: extension.critical,
                value: extension.value.into_bytes().into_vec(),
            });
        }
        let extensions = Self(extensions);
        let names = extensions.general_names().len();
        at_most(MAX_ALTERNATIVE_NAMES, names, "alternative names")?;
        // One that is not read must not make it look as if there were none.
        for purpose in extensions.purpose_octets() {
            if let Err(unread @ Unread::TooMuch { .. }) = Oid::from_octets(purpose) {
                return Err(unread.into());
            }
        }
        Ok(extensions)
    }

    pub(super) fn as_slice(&self) -> &[Extension] {
        &self.0
    }

    pub(super) fn is_authority(&self) -> bool {
        let content = self.inside(ID_CE_BASIC_CONSTRAINTS, SEQUENCE);
        let value = content.and_then(|mut content| content.read(BOOLEAN));
        // OpenSSL and GnuTLS take what is not DER for true as well.
        value.is_some_and(|value| value.first().is_some_and(|octet| *octet != 0))
    }

    /// A number that is larger than any path is long stands for all like it.
    pub(super) fn path_length(&self) -> Option<u64> {
        let mut content = self.inside(ID_CE_BASIC_CONSTRAINTS, SEQUENCE)?;
        content.read(BOOLEAN);
        let octets = content.read(INTEGER)?;
        let is_negative = octets.first().is_some_and(|first| first & 0x80 != 0);
        if is_negative {
            return None;
        }
        let number = octets.iter().try_fold(0u64, |number, octet| {
            number.checked_mul(256)?.checked_add(u64::from(*octet))
        });
        Some(number.unwrap_or(u64::MAX))
    }

    pub(super) fn key_usage(&self) -> Option<KeyUsageBits> {
        let octets = Elements::of(self.value(ID_CE_KEY_USAGE)?).read(BIT_STRING)?;
        let (unused, bits) = octets.split_first()?;
        let octet = |position| bits.get(position).copied().unwrap_or_default();
        let is_short = bits.len() == 1;
        // What is not used does not count, be it set or not.
        let used = if is_short {
            0xffu8.checked_shl(u32::from(*unused)).unwrap_or_default()
        } else {
            0xff
        };
        Some(KeyUsageBits(u16::from_be_bytes([
            octet(0) & used,
            octet(1),
        ])))
    }

    pub(super) fn purposes(&self) -> Vec<Oid> {
        let octets = self.purpose_octets();
        octets
            .filter_map(|one| Oid::from_octets(one).ok())
            .collect()
    }

    fn purpose_octets(&self) -> impl Iterator<Item = &[u8]> {
        let purposes = self.inside(ID_CE_EXT_KEY_USAGE, SEQUENCE);
        let purposes = purposes.into_iter().flatten();
        let purposes = purposes.filter(|one| one.tag == OBJECT_IDENTIFIER);
        purposes.map(|one| one.value)
    }

    pub(super) fn purpose_names(&self) -> Vec<String> {
        let name = |oid: &Oid| {
            if let Some(purpose) = [Purpose::ClientAuth, Purpose::ServerAuth]
                .into_iter()
                .find(|purpose| purpose.oid() == *oid)
            {
                return purpose.to_string();
            }
            oid.name().map_or_else(
                || oid.to_string(),
                |name| name.trim_start_matches("id-kp-").to_owned(),
            )
        };
        self.purposes().iter().map(name).collect()
    }

    pub(super) fn subject_key_identifier(&self) -> Option<Vec<u8>> {
        let mut value = Elements::of(self.value(ID_CE_SUBJECT_KEY_IDENTIFIER)?);
        value.read(OCTET_STRING).map(<[u8]>::to_vec)
    }

    pub(super) fn authority_key_identifier(&self) -> Option<Vec<u8>> {
        let mut content = self.inside(ID_CE_AUTHORITY_KEY_IDENTIFIER, SEQUENCE)?;
        content.read(0x80).map(<[u8]>::to_vec)
    }

    pub(super) fn authority_serial_number(&self) -> Option<SerialNumber> {
        let mut content = self.inside(ID_CE_AUTHORITY_KEY_IDENTIFIER, SEQUENCE)?;
        content.read(0x80);
        content.read(0xa1);
        content.read(0x82).map(SerialNumber::from_bytes)
    }

    pub(super) fn hosts(&self) -> SubjectAltNames {
        let host = |name: &GeneralName| match name {
            GeneralName::DnsName(name) => {
                let name = DnsName::presented(&name.as_str().to_ascii_lowercase());
                name.ok().map(Host::Dns)
            }
            GeneralName::IpAddress(octets) => address(octets.as_bytes()).map(Host::from),
            _ => None,
        };
        self.general_names().iter().filter_map(host).collect()
    }

    pub(super) fn alternative_names(&self) -> Vec<String> {
        let text = |name: &GeneralName| match name {
            GeneralName::DnsName(name) => format!("DNS:{name}"),
            GeneralName::IpAddress(octets) => match address(octets.as_bytes()) {
                Some(address) => format!("IP:{address}"),
                None => format!("IP:{}", crate::text::hex::colons(octets.as_bytes())),
            },
            GeneralName::Rfc822Name(mail) => format!("email:{mail}"),
            GeneralName::UniformResourceIdentifier(uri) => format!("URI:{uri}"),
            GeneralName::RegisteredId(oid) => format!("RID:{oid}"),
            GeneralName::DirectoryName(name) => format!("DirName:{name}"),
            GeneralName::OtherName(name) => format!("othername:{}", name.type_id),
            GeneralName::EdiPartyName(_) => "EdiPartyName".to_owned(),
        };
        let names = self.general_names();
        names.iter().map(|name| one_line(&text(name))).collect()
    }

    pub(super) fn general_name_elements(&self) -> Vec<Element<'_>> {
        let names = self.inside(ID_CE_SUBJECT_ALT_NAME, SEQUENCE);
        names.into_iter().flatten().collect()
    }

    /// Those that can be read: one that cannot be does not hide the others.
    pub(super) fn general_names(&self) -> Vec<GeneralName> {
        self.general_name_elements()
            .into_iter()
            .filter_map(|name| GeneralName::from_der(name.whole).ok())
            .collect()
    }

    fn value(&self, oid: ObjectIdentifier) -> Option<&[u8]> {
        let mut extensions = self.0.iter();
        let found = extensions.find(|extension| extension.oid == oid)?;
        Some(&found.value)
    }

    /// What is in an extension, whatever follows it.
    fn inside(&self, oid: ObjectIdentifier, tag: u8) -> Option<Elements<'_>> {
        Elements::inside(self.value(oid)?, tag)
    }
}

/// A key usage extension that was read (RFC 5280 section 4.2.1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyUsageBits(u16);

/// The names of the bits, the first one first.
const BITS: [&str; 9] = [
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
];

impl KeyUsageBits {
    fn has(self, position: usize) -> bool {
        0x8000u16
            .checked_shr(u32::try_from(position).unwrap_or(u32::MAX))
            .is_some_and(|bit| self.0 & bit != 0)
    }

    /// keyCertSign
    #[must_use]
    pub fn certificate_sign(self) -> bool {
        self.has(5)
    }

    /// digitalSignature
    #[must_use]
    pub fn digital_signature(self) -> bool {
        self.has(0)
    }

    /// keyEncipherment
    #[must_use]
    pub fn key_encipherment(self) -> bool {
        self.has(2)
    }

    /// keyAgreement
    #[must_use]
    pub fn key_agreement(self) -> bool {
        self.has(4)
    }

    /// The names of the bits that are set, in their order in the bit string.
    #[must_use]
    pub fn names(self) -> Vec<&'static str> {
        let bits = BITS.iter().enumerate();
        let set = bits.filter(|(position, _)| self.has(*position));
        set.map(|(_, name)| *name).collect()
    }
}

fn address(octets: &[u8]) -> Option<IpAddr> {
    if let Ok(octets) = <[u8; 4]>::try_from(octets) {
        return Some(octets.into());
    }
    <[u8; 16]>::try_from(octets).ok().map(Into::into)
}
