//! The outline of a certificate with every part kept as the bytes it came in.
//!
//! The ASN.1 types of `x509-cert` decode names and serial numbers, and refuse or re-encode some
//! that existing authorities have. These two keep them as they are.

use der::Sequence;
use der::asn1::{AnyRef, BitStringRef, IntRef, OctetString};
use x509_cert::time::Time;

/// ```text
/// Certificate  ::=  SEQUENCE  {
///     tbsCertificate       TBSCertificate,
///     signatureAlgorithm   AlgorithmIdentifier,
///     signatureValue       BIT STRING  }
/// ```
///
/// RFC 5280 section 4.1.
#[derive(Sequence)]
pub(super) struct Outline<'a> {
    pub(super) to_be_signed: ToBeSigned<'a>,
    pub(super) signature_algorithm: AnyRef<'a>,
    pub(super) signature: BitStringRef<'a>,
}

/// ```text
/// TBSCertificate  ::=  SEQUENCE  {
///     version         [0]  EXPLICIT Version DEFAULT v1,
///     serialNumber         CertificateSerialNumber,
///     signature            AlgorithmIdentifier,
///     issuer               Name,
///     validity             Validity,
///     subject              Name,
///     subjectPublicKeyInfo SubjectPublicKeyInfo,
///     issuerUniqueID  [1]  IMPLICIT UniqueIdentifier OPTIONAL,
///     subjectUniqueID [2]  IMPLICIT UniqueIdentifier OPTIONAL,
///     extensions      [3]  EXPLICIT Extensions OPTIONAL  }
/// ```
///
/// RFC 5280 section 4.1.2.
#[derive(Sequence)]
pub(super) struct ToBeSigned<'a> {
    #[asn1(context_specific = "0", default = "version_1")]
    pub(super) version: u8,
    pub(super) serial_number: IntRef<'a>,
    pub(super) signature_algorithm: AnyRef<'a>,
    pub(super) issuer: AnyRef<'a>,
    pub(super) validity: Period,
    pub(super) subject: AnyRef<'a>,
    pub(super) subject_public_key_info: AnyRef<'a>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    pub(super) issuer_unique_id: Option<BitStringRef<'a>>,
    #[asn1(context_specific = "2", tag_mode = "IMPLICIT", optional = "true")]
    pub(super) subject_unique_id: Option<BitStringRef<'a>>,
    #[asn1(context_specific = "3", optional = "true")]
    pub(super) extensions: Option<Vec<ExtensionField<'a>>>,
}

fn version_1() -> u8 {
    0
}

/// ```text
/// Extension ::= SEQUENCE {
///     extnID      OBJECT IDENTIFIER,
///     critical    BOOLEAN DEFAULT FALSE,
///     extnValue   OCTET STRING }
/// ```
///
/// RFC 5280 section 4.1.
#[derive(Sequence)]
pub(super) struct ExtensionField<'a> {
    /// An identifier of any length: see [`Oid`](super::Oid).
    pub(super) id: AnyRef<'a>,
    #[asn1(default = "Default::default")]
    pub(super) critical: bool,
    pub(super) value: OctetString,
}

/// ```text
/// Validity ::= SEQUENCE { notBefore Time, notAfter Time }
/// ```
#[derive(Sequence, Clone, Copy)]
pub(super) struct Period {
    pub(super) not_before: Time,
    pub(super) not_after: Time,
}

/// The outer SEQUENCE with the part that is signed as it stands.
#[derive(Sequence)]
pub(crate) struct Signed<'a> {
    pub(crate) to_be_signed: AnyRef<'a>,
    pub(crate) signature_algorithm: AnyRef<'a>,
    pub(crate) signature: BitStringRef<'a>,
}
