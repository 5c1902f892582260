use std::fmt;

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5280::ID_CE_SUBJECT_ALT_NAME;
use der::asn1::AnyRef;
use der::{Decode, Encode};
use sha2::{Digest as _, Sha256};
use spki::AlgorithmIdentifierRef;
use time::OffsetDateTime;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, SubjectAltName,
    SubjectKeyIdentifier,
};
use x509_cert::time::Time;

use super::structure::{Outline, Period};
use super::{CertificateError, Extension};
use crate::key::{KeyError, PublicKey};
use crate::name::DistinguishedName;
use crate::san::{Host, SubjectAltNames};
use crate::serial::SerialNumber;
use crate::usage::Purpose;
use crate::validity::Validity;

/// An X.509 certificate (RFC 5280 section 4.1) and what was read from it. Keeps the DER it
/// came in.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
    version: u8,
    serial_number: SerialNumber,
    issuer: DistinguishedName,
    subject: DistinguishedName,
    validity: Validity,
    spki: Vec<u8>,
    signature_algorithm: ObjectIdentifier,
    extensions: Vec<Extension>,
}

impl Certificate {
    /// Reads one DER certificate.
    ///
    /// # Errors
    ///
    /// [`CertificateError::Decode`].
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        read(der).map_err(|reason| CertificateError::Decode {
            position: 1,
            reason,
        })
    }

    /// The DER.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// SHA-256 of the DER.
    #[must_use]
    pub fn fingerprint(&self) -> [u8; 32] {
        Sha256::digest(&self.der).into()
    }

    /// Its version as a person counts: 3 for one with extensions.
    #[must_use]
    pub fn version(&self) -> u8 {
        self.version.saturating_add(1)
    }

    /// Serial number.
    #[must_use]
    pub fn serial_number(&self) -> &SerialNumber {
        &self.serial_number
    }

    /// Who signed it.
    #[must_use]
    pub fn issuer(&self) -> &DistinguishedName {
        &self.issuer
    }

    /// Whom it names.
    #[must_use]
    pub fn subject(&self) -> &DistinguishedName {
        &self.subject
    }

    /// Its period of validity.
    #[must_use]
    pub fn validity(&self) -> Validity {
        self.validity
    }

    /// DER of its `SubjectPublicKeyInfo`.
    #[must_use]
    pub fn spki_der(&self) -> &[u8] {
        &self.spki
    }

    /// Its public key.
    ///
    /// # Errors
    ///
    /// [`KeyError`] for a type of key that Kubernetes components do not use.
    pub fn public_key(&self) -> Result<PublicKey, KeyError> {
        PublicKey::from_spki_der(&self.spki)
    }

    /// Object identifier of the algorithm it is signed with.
    #[must_use]
    pub fn signature_algorithm(&self) -> ObjectIdentifier {
        self.signature_algorithm
    }

    /// Its extensions, in order.
    #[must_use]
    pub fn extensions(&self) -> &[Extension] {
        &self.extensions
    }

    /// Whether basic constraints say it is a certificate authority.
    #[must_use]
    pub fn is_authority(&self) -> bool {
        self.extension::<BasicConstraints>()
            .is_some_and(|constraints| constraints.ca)
    }

    /// How many authorities may follow it on the way to a leaf, where basic constraints say so.
    #[must_use]
    pub fn path_length(&self) -> Option<u8> {
        self.extension::<BasicConstraints>()
            .and_then(|constraints| constraints.path_len_constraint)
    }

    /// Whether issuer and subject are the same, byte for byte.
    #[must_use]
    pub fn is_self_issued(&self) -> bool {
        self.issuer == self.subject
    }

    /// The key usage extension, if it has one.
    #[must_use]
    pub fn key_usage(&self) -> Option<KeyUsageBits> {
        self.extension::<KeyUsage>().map(KeyUsageBits)
    }

    /// The purposes of the extended key usage extension; empty when there is none.
    #[must_use]
    pub fn purposes(&self) -> Vec<ObjectIdentifier> {
        self.extension::<ExtendedKeyUsage>()
            .map(|usage| usage.0)
            .unwrap_or_default()
    }

    /// The purposes of the extended key usage extension by name, those without one by number.
    #[must_use]
    pub fn purpose_names(&self) -> Vec<String> {
        let name = |oid: &ObjectIdentifier| {
            if let Some(purpose) = [Purpose::ClientAuth, Purpose::ServerAuth]
                .into_iter()
                .find(|purpose| purpose.oid() == *oid)
            {
                return purpose.to_string();
            }
            const_oid::db::DB.by_oid(oid).map_or_else(
                || oid.to_string(),
                |name| name.trim_start_matches("id-kp-").to_owned(),
            )
        };
        self.purposes().iter().map(name).collect()
    }

    /// Whether the extended key usage names this purpose.
    #[must_use]
    pub fn has_purpose(&self, purpose: Purpose) -> bool {
        self.purposes().contains(&purpose.oid())
    }

    /// The subject key identifier, if it has one.
    #[must_use]
    pub fn subject_key_identifier(&self) -> Option<Vec<u8>> {
        self.extension::<SubjectKeyIdentifier>()
            .map(|identifier| identifier.0.as_bytes().to_vec())
    }

    /// The authority key identifier, if it has one.
    #[must_use]
    pub fn authority_key_identifier(&self) -> Option<Vec<u8>> {
        self.extension::<AuthorityKeyIdentifier>()
            .and_then(|identifier| identifier.key_identifier)
            .map(|identifier| identifier.as_bytes().to_vec())
    }

    /// The DNS names and addresses of the subject alternative name extension. Names of other
    /// types, and names no verifier would match, are left out.
    #[must_use]
    pub fn hosts(&self) -> SubjectAltNames {
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

    /// Every entry of the subject alternative name extension as text with its type, such as
    /// `DNS:kubernetes`.
    #[must_use]
    pub fn alternative_names(&self) -> Vec<String> {
        let text = |name: &GeneralName| match name {
            GeneralName::DnsName(name) => format!("DNS:{name}"),
            GeneralName::IpAddress(octets) => match address(octets.as_bytes()) {
                Some(address) => format!("IP:{address}"),
                None => format!("IP:{}", crate::hex::colons(octets.as_bytes())),
            },
            GeneralName::Rfc822Name(mail) => format!("email:{mail}"),
            GeneralName::UniformResourceIdentifier(uri) => format!("URI:{uri}"),
            GeneralName::RegisteredId(oid) => format!("RID:{oid}"),
            GeneralName::DirectoryName(name) => format!("DirName:{name}"),
            GeneralName::OtherName(name) => format!("othername:{}", name.type_id),
            GeneralName::EdiPartyName(_) => "EdiPartyName".to_owned(),
        };
        self.general_names().iter().map(text).collect()
    }

    pub(crate) fn general_names(&self) -> Vec<GeneralName> {
        self.extensions
            .iter()
            .filter(|extension| extension.oid == ID_CE_SUBJECT_ALT_NAME)
            .filter_map(|extension| SubjectAltName::from_der(&extension.value).ok())
            .flat_map(|names| names.0)
            .collect()
    }

    pub(crate) fn extension<T: for<'a> Decode<'a> + const_oid::AssociatedOid>(&self) -> Option<T> {
        self.extensions
            .iter()
            .find(|extension| extension.oid == T::OID)
            .and_then(|extension| T::from_der(&extension.value).ok())
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate")
            .field("subject", &self.subject)
            .field("issuer", &self.issuer)
            .field("serial_number", &self.serial_number)
            .field("validity", &self.validity)
            .finish_non_exhaustive()
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

fn read(der: &[u8]) -> Result<Certificate, String> {
    let outline = Outline::from_der(der).map_err(|error| error.to_string())?;
    let to_be_signed = outline.to_be_signed;
    let encoded = |part: AnyRef<'_>| part.to_der().map_err(|error| error.to_string());
    let name = |part: AnyRef<'_>| {
        DistinguishedName::from_der(&encoded(part)?).map_err(|error| error.to_string())
    };
    let algorithm: AlgorithmIdentifierRef<'_> = outline
        .signature_algorithm
        .decode_as()
        .map_err(|error: der::Error| error.to_string())?;
    // RFC 5280 section 4.1.1.2: both must be the same, or an attacker could swap one.
    if outline.signature_algorithm != to_be_signed.signature_algorithm {
        return Err("its two signature algorithms differ".to_owned());
    }
    let mut extensions: Vec<Extension> = Vec::new();
    for extension in to_be_signed.extensions.unwrap_or_default() {
        if extensions.iter().any(|one| one.oid == extension.extn_id) {
            return Err(format!("extension {} is there twice", extension.extn_id));
        }
        extensions.push(Extension {
            oid: extension.extn_id,
            critical: extension.critical,
            value: extension.extn_value.into_bytes().into_vec(),
        });
    }
    Ok(Certificate {
        der: der.to_vec(),
        version: to_be_signed.version,
        serial_number: SerialNumber::from_bytes(to_be_signed.serial_number.as_bytes()),
        issuer: name(to_be_signed.issuer)?,
        subject: name(to_be_signed.subject)?,
        validity: validity(to_be_signed.validity)?,
        spki: encoded(to_be_signed.subject_public_key_info)?,
        signature_algorithm: algorithm.oid,
        extensions,
    })
}

fn validity(period: Period) -> Result<Validity, String> {
    let instant = |time: Time| {
        i64::try_from(time.to_unix_duration().as_secs())
            .map_err(|error| error.to_string())
            .and_then(|seconds| {
                OffsetDateTime::from_unix_timestamp(seconds).map_err(|error| error.to_string())
            })
    };
    Ok(Validity {
        not_before: instant(period.not_before)?,
        not_after: instant(period.not_after)?,
    })
}

fn address(octets: &[u8]) -> Option<std::net::IpAddr> {
    if let Ok(octets) = <[u8; 4]>::try_from(octets) {
        return Some(octets.into());
    }
    <[u8; 16]>::try_from(octets).ok().map(Into::into)
}
