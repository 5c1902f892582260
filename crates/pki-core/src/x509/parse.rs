use std::fmt;

use const_oid::ObjectIdentifier;
use const_oid::db::DB;
use der::asn1::AnyRef;
use der::{Decode, Encode, Reader as _, SliceReader, Tag, Tagged as _};
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::time::Time;

use super::contents::{Extensions, KeyUsageBits};
use super::fault::{Fault, at_most};
use super::oid::identifier;
use super::structure::{Outline, Period};
use super::{CertificateError, Extension, Malformed};
use crate::key::{KeyError, PublicKey};
use crate::x509::{DistinguishedName, Oid, Purpose, SerialNumber, SubjectAltNames, Validity};

/// The largest certificate that is read, in bytes: Go's TLS takes no larger message of
/// certificates (`crypto/tls`, `maxHandshakeCertificateMsg`), so no component could use it.
pub(super) const MAX_SIZE: usize = 256 << 10;
/// RFC 5280 allows 20 octets. Old authorities made somewhat longer ones.
const MAX_SERIAL: usize = 128;

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
    signature_algorithm: Oid,
    extensions: Extensions,
}

impl Certificate {
    /// Reads one DER certificate.
    ///
    /// # Errors
    ///
    /// [`CertificateError::Decode`], or [`CertificateError::TooMuch`] when it is larger than any
    /// that is in use.
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        Self::read(der, 1)
    }

    /// Reads the certificate at a place of a file, counted from 1.
    pub(super) fn read(der: &[u8], position: usize) -> Result<Self, CertificateError> {
        read(der).map_err(|fault| fault.of("certificate", position))
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
    pub fn signature_algorithm(&self) -> Oid {
        self.signature_algorithm
    }

    /// The usual name of that algorithm, such as `ecdsa-with-SHA256` or `ML-DSA-65`, else its object
    /// identifier.
    #[must_use]
    pub fn signature_algorithm_name(&self) -> String {
        let number = self.signature_algorithm.usual();
        let common = number.and_then(|number| {
            let name = crate::key::common_name(&number);
            name.or_else(|| DB.by_oid(&number))
        });
        common.map_or_else(|| self.signature_algorithm.to_string(), str::to_owned)
    }

    /// Its extensions, in order.
    #[must_use]
    pub fn extensions(&self) -> &[Extension] {
        self.extensions.as_slice()
    }

    /// Whether basic constraints say it is a certificate authority.
    #[must_use]
    pub fn is_authority(&self) -> bool {
        self.extensions.is_authority()
    }

    /// How many authorities may follow it on the way to a leaf, where basic constraints say so.
    #[must_use]
    pub fn path_length(&self) -> Option<u64> {
        self.extensions.path_length()
    }

    pub(crate) fn general_name_elements(&self) -> Vec<super::elements::Element<'_>> {
        self.extensions.general_name_elements()
    }

    pub(crate) fn general_names(&self) -> Vec<GeneralName> {
        self.extensions.general_names()
    }

    /// Its extension of this kind, if it has one.
    pub(crate) fn extension(&self, oid: ObjectIdentifier) -> Option<&Extension> {
        self.extensions().iter().find(|one| one.oid == oid)
    }

    /// Whether an authority may have the key that it is signed by, as far as the two key
    /// identifiers say; signatures and names are not looked at.
    pub(crate) fn may_name_key_of(&self, authority: &Self) -> bool {
        let named = self.authority_key_identifier();
        let own = authority.subject_key_identifier();
        named.is_none() || own.is_none() || named == own
    }

    /// Whether issuer and subject are the same, byte for byte.
    #[must_use]
    pub fn is_self_issued(&self) -> bool {
        self.issuer == self.subject
    }

    /// Whether it is another certificate of the same authority: of the same issuer, with the same
    /// subject and the same key, so that what one has signed the other has.
    #[must_use]
    pub fn is_renewal_of(&self, old: &Self) -> bool {
        self.subject == old.subject
            && self.issuer == old.issuer
            && self.spki_der() == old.spki_der()
    }

    /// The key usage extension, if it has one.
    #[must_use]
    pub fn key_usage(&self) -> Option<KeyUsageBits> {
        self.extensions.key_usage()
    }

    /// The purposes of the extended key usage extension; empty when there is none.
    #[must_use]
    pub fn purposes(&self) -> Vec<Oid> {
        self.extensions.purposes()
    }

    /// The purposes of the extended key usage extension by name, those without one by number.
    #[must_use]
    pub fn purpose_names(&self) -> Vec<String> {
        self.extensions.purpose_names()
    }

    /// Whether the extended key usage names this purpose.
    #[must_use]
    pub fn has_purpose(&self, purpose: Purpose) -> bool {
        self.purposes().contains(&purpose.oid())
    }

    /// The subject key identifier, if it has one.
    #[must_use]
    pub fn subject_key_identifier(&self) -> Option<Vec<u8>> {
        self.extensions.subject_key_identifier()
    }

    /// The authority key identifier, if it has one.
    #[must_use]
    pub fn authority_key_identifier(&self) -> Option<Vec<u8>> {
        self.extensions.authority_key_identifier()
    }

    /// The serial number by which it names its issuer's certificate, if it does.
    pub(crate) fn authority_serial_number(&self) -> Option<SerialNumber> {
        self.extensions.authority_serial_number()
    }

    /// The DNS names and addresses of the subject alternative name extension. Names of other
    /// types, and names no verifier would match, are left out.
    #[must_use]
    pub fn hosts(&self) -> SubjectAltNames {
        self.extensions.hosts()
    }

    /// Every entry of the subject alternative name extension as text with its type, such as
    /// `DNS:kubernetes`.
    #[must_use]
    pub fn alternative_names(&self) -> Vec<String> {
        self.extensions.alternative_names()
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

fn read(der: &[u8]) -> Result<Certificate, Fault> {
    at_most(MAX_SIZE, der.len(), "bytes")?;
    let outline = Outline::from_der(der)?;
    let to_be_signed = outline.to_be_signed;
    let name = |part: AnyRef<'_>| DistinguishedName::from_der(&part.to_der()?).map_err(Fault::from);
    let signature_algorithm = algorithm(outline.signature_algorithm)?;
    // RFC 5280 section 4.1.1.2: both must be the same, or an attacker could swap one.
    if outline.signature_algorithm != to_be_signed.signature_algorithm {
        let reason = "its two signature algorithms differ";
        return Err(Fault::of_kind(Malformed::Algorithms, reason));
    }
    let serial_number = to_be_signed.serial_number.as_bytes();
    at_most(MAX_SERIAL, serial_number.len(), "octets of serial number")?;
    Ok(Certificate {
        der: der.to_vec(),
        version: to_be_signed.version,
        serial_number: SerialNumber::from_bytes(serial_number),
        issuer: name(to_be_signed.issuer)?,
        subject: name(to_be_signed.subject)?,
        validity: validity(to_be_signed.validity)?,
        spki: to_be_signed.subject_public_key_info.to_der()?,
        signature_algorithm,
        extensions: Extensions::read(to_be_signed.extensions.unwrap_or_default())?,
    })
}

/// ```text
/// AlgorithmIdentifier ::= SEQUENCE {
///     algorithm   OBJECT IDENTIFIER,
///     parameters  ANY DEFINED BY algorithm OPTIONAL }
/// ```
///
/// RFC 5280 section 4.1.1.2.
fn algorithm(part: AnyRef<'_>) -> Result<Oid, Fault> {
    part.tag().assert_eq(Tag::Sequence)?;
    let mut reader = SliceReader::new(part.value())?;
    let oid = identifier(AnyRef::decode(&mut reader)?)?;
    if !reader.is_finished() {
        AnyRef::decode(&mut reader)?;
    }
    reader.finish()?;
    Ok(oid)
}

fn validity(period: Period) -> Result<Validity, Fault> {
    let instant = |time: Time| {
        i64::try_from(time.to_unix_duration().as_secs())
            .map_err(|error| error.to_string())
            .and_then(|seconds| {
                OffsetDateTime::from_unix_timestamp(seconds).map_err(|error| error.to_string())
            })
            .map_err(|reason| Fault::of_kind(Malformed::Time, reason))
    };
    Ok(Validity {
        not_before: instant(period.not_before)?,
        not_after: instant(period.not_after)?,
    })
}
