//! What a certificate's extensions say, and what a request's would: read once, asked often.

use std::net::IpAddr;

use const_oid::db::rfc5280::ID_CE_SUBJECT_ALT_NAME;
use der::Decode;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, SubjectAltName,
    SubjectKeyIdentifier,
};

use super::Extension;
use super::fault::{Fault, at_most};
use crate::text::one_line;
use crate::x509::{Host, Oid, Purpose, SubjectAltNames};

/// RFC 5280 has 17 extensions, and each is compared with all before it.
const MAX_EXTENSIONS: usize = 64;
/// A certificate for a whole cluster's load balancers has a few hundred; addresses are compared
/// with each other.
const MAX_ALTERNATIVE_NAMES: usize = 2048;

/// The extensions of one certificate or request, in order, none twice.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Extensions(Vec<Extension>);

impl Extensions {
    pub(super) fn read(decoded: Vec<x509_cert::ext::Extension>) -> Result<Self, Fault> {
        at_most(MAX_EXTENSIONS, decoded.len(), "extensions")?;
        let mut extensions: Vec<Extension> = Vec::with_capacity(decoded.len());
        for extension in decoded {
            if extensions.iter().any(|one| one.oid == extension.extn_id) {
                let reason = format!("extension {} is there twice", extension.extn_id);
                return Err(Fault::Decode(reason));
            }
            extensions.push(Extension {
                oid: extension.extn_id,
                critical: extension.critical,
                value: extension.extn_value.into_bytes().into_vec(),
            });
        }
        let extensions = Self(extensions);
        let names = extensions.general_names().len();
        at_most(MAX_ALTERNATIVE_NAMES, names, "alternative names")?;
        Ok(extensions)
    }

    pub(super) fn as_slice(&self) -> &[Extension] {
        &self.0
    }

    pub(super) fn is_authority(&self) -> bool {
        self.find::<BasicConstraints>()
            .is_some_and(|constraints| constraints.ca)
    }

    pub(super) fn path_length(&self) -> Option<u8> {
        self.find::<BasicConstraints>()
            .and_then(|constraints| constraints.path_len_constraint)
    }

    pub(super) fn key_usage(&self) -> Option<KeyUsageBits> {
        self.find::<KeyUsage>().map(KeyUsageBits)
    }

    pub(super) fn purposes(&self) -> Vec<Oid> {
        let usage = self.find::<ExtendedKeyUsage>();
        usage.map_or_else(Vec::new, |usage| usage.0.into_iter().map(Oid).collect())
    }

    pub(super) fn purpose_names(&self) -> Vec<String> {
        let name = |oid: &Oid| {
            if let Some(purpose) = [Purpose::ClientAuth, Purpose::ServerAuth]
                .into_iter()
                .find(|purpose| purpose.oid() == *oid)
            {
                return purpose.to_string();
            }
            const_oid::db::DB.by_oid(&oid.0).map_or_else(
                || oid.to_string(),
                |name| name.trim_start_matches("id-kp-").to_owned(),
            )
        };
        self.purposes().iter().map(name).collect()
    }

    pub(super) fn subject_key_identifier(&self) -> Option<Vec<u8>> {
        self.find::<SubjectKeyIdentifier>()
            .map(|identifier| identifier.0.as_bytes().to_vec())
    }

    pub(super) fn authority_key_identifier(&self) -> Option<Vec<u8>> {
        self.find::<AuthorityKeyIdentifier>()
            .and_then(|identifier| identifier.key_identifier)
            .map(|identifier| identifier.as_bytes().to_vec())
    }

    pub(super) fn hosts(&self) -> SubjectAltNames {
        let host = |name: &GeneralName| match name {
            GeneralName::DnsName(name) => name
                .as_str()
                .to_ascii_lowercase()
                .parse()
                .ok()
                .map(Host::Dns),
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

    pub(super) fn general_names(&self) -> Vec<GeneralName> {
        self.0
            .iter()
            .filter(|extension| extension.oid == ID_CE_SUBJECT_ALT_NAME)
            .filter_map(|extension| SubjectAltName::from_der(&extension.value).ok())
            .flat_map(|names| names.0)
            .collect()
    }

    pub(super) fn find<T: for<'a> Decode<'a> + const_oid::AssociatedOid>(&self) -> Option<T> {
        self.0
            .iter()
            .find(|extension| extension.oid == T::OID)
            .and_then(|extension| T::from_der(&extension.value).ok())
    }
}

/// A key usage extension that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyUsageBits(KeyUsage);

impl KeyUsageBits {
    /// keyCertSign
    #[must_use]
    pub fn certificate_sign(self) -> bool {
        self.0.key_cert_sign()
    }

    /// digitalSignature
    #[must_use]
    pub fn digital_signature(self) -> bool {
        self.0.digital_signature()
    }

    /// The names of the bits that are set, in their order in the bit string.
    #[must_use]
    pub fn names(self) -> Vec<&'static str> {
        let KeyUsage(_) = self.0;
        [
            (self.0.digital_signature(), "digitalSignature"),
            (self.0.non_repudiation(), "nonRepudiation"),
            (self.0.key_encipherment(), "keyEncipherment"),
            (self.0.data_encipherment(), "dataEncipherment"),
            (self.0.key_agreement(), "keyAgreement"),
            (self.0.key_cert_sign(), "keyCertSign"),
            (self.0.crl_sign(), "cRLSign"),
            (self.0.encipher_only(), "encipherOnly"),
            (self.0.decipher_only(), "decipherOnly"),
        ]
        .into_iter()
        .filter_map(|(set, name)| set.then_some(name))
        .collect()
    }
}

fn address(octets: &[u8]) -> Option<IpAddr> {
    if let Ok(octets) = <[u8; 4]>::try_from(octets) {
        return Some(octets.into());
    }
    <[u8; 16]>::try_from(octets).ok().map(Into::into)
}
