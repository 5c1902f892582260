//! Requests for certificates (PKCS#10, RFC 2986): reading them, and making them. Nothing is issued from
//! one: whoever issues decides what it says.

mod write;

use std::fmt;

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5280::{
    ID_CE_BASIC_CONSTRAINTS, ID_CE_EXT_KEY_USAGE, ID_CE_KEY_USAGE, ID_CE_NAME_CONSTRAINTS,
    ID_CE_SUBJECT_ALT_NAME,
};
use const_oid::db::rfc5912::ID_EXTENSION_REQ;
use der::asn1::{AnyRef, BitStringRef, SetOfVec};
use der::{Decode, Encode, Sequence};
use sha2::{Digest as _, Sha256};
pub use write::Asked;
use x509_cert::attr::Attribute;

use super::contents::{Extensions, KeyUsageBits};
use super::fault::{Fault, at_most};
use super::parse::MAX_SIZE;
use super::{CertificateError, Extension, Malformed, SignatureError, verify_signature};
use crate::key::{KeyError, PublicKey};
use crate::x509::{DistinguishedName, Oid, SubjectAltNames};

/// RFC 7468 section 7: the second is what old programs write.
const LABELS: &[&str] = &["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"];
/// RFC 2985 defines a handful.
const MAX_ATTRIBUTES: usize = 64;

/// ```text
/// CertificationRequest ::= SEQUENCE {
///     certificationRequestInfo CertificationRequestInfo,
///     signatureAlgorithm       AlgorithmIdentifier,
///     signature                BIT STRING  }
/// ```
///
/// RFC 2986 section 4. The first part is kept as the bytes that are signed.
#[derive(Sequence)]
struct Outline<'a> {
    info: AnyRef<'a>,
    signature_algorithm: AnyRef<'a>,
    signature: BitStringRef<'a>,
}

/// ```text
/// CertificationRequestInfo ::= SEQUENCE {
///     version       INTEGER { v1(0) },
///     subject       Name,
///     subjectPKInfo SubjectPublicKeyInfo,
///     attributes    [0] IMPLICIT SET OF Attribute  }
/// ```
#[derive(Sequence)]
struct Info<'a> {
    version: u8,
    subject: AnyRef<'a>,
    subject_public_key_info: AnyRef<'a>,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT")]
    attributes: SetOfVec<Attribute>,
}

/// A request for a certificate (PKCS#10, RFC 2986) and what was read from it. Keeps the DER it
/// came in.
///
/// What it holds is what somebody wishes for. Even where the signature is right, that proves
/// possession of the key and nothing about names, usages or being an authority: whoever issues
/// decides those anew.
#[derive(Clone, PartialEq, Eq)]
pub struct CertificateRequest {
    der: Vec<u8>,
    subject: DistinguishedName,
    spki: Vec<u8>,
    /// What is signed, the algorithm, the signature.
    signed: [Vec<u8>; 3],
    extensions: Extensions,
    other_attributes: Vec<ObjectIdentifier>,
}

impl CertificateRequest {
    /// Reads one DER request. Its signature is not looked at.
    ///
    /// # Errors
    ///
    /// [`CertificateError::Decode`], or [`CertificateError::TooMuch`] when it is larger than a
    /// certificate can be.
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        Self::read(der, 1)
    }

    /// Reads every request of a PEM text, in order. Blocks with another label are passed over
    /// undecoded, text between blocks too.
    ///
    /// # Errors
    ///
    /// [`CertificateError`] when there is none, when one of them does not decode, or when the
    /// text is larger, or they are more, than there is reason for.
    pub fn all_from_pem(text: &[u8]) -> Result<Vec<Self>, CertificateError> {
        let requests = super::pem::contents(text, LABELS)?;
        let places = 1..;
        let read = |(place, der): (usize, Vec<u8>)| Self::read(&der, place);
        places.zip(requests).map(read).collect()
    }

    fn read(der: &[u8], position: usize) -> Result<Self, CertificateError> {
        read(der).map_err(|fault| fault.of("certificate request", position))
    }

    /// The DER.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// PEM with the label `CERTIFICATE REQUEST`, lines of 64 characters ended by LF.
    #[must_use]
    pub fn to_pem(&self) -> String {
        super::pem::encode("CERTIFICATE REQUEST", &self.der)
    }

    /// Whether whoever made the request has the private key of the public key in it.
    ///
    /// # Errors
    ///
    /// [`SignatureError`] when the signature is wrong, or of a kind that is not known here.
    pub fn verify_signature(&self) -> Result<(), SignatureError> {
        let [info, algorithm, signature] = &self.signed;
        verify_signature(&self.spki, algorithm, info, signature)
    }

    /// Whom it asks to name.
    #[must_use]
    pub fn subject(&self) -> &DistinguishedName {
        &self.subject
    }

    /// DER of its `SubjectPublicKeyInfo`.
    #[must_use]
    pub fn spki_der(&self) -> &[u8] {
        &self.spki
    }

    /// The public key that it asks to certify.
    ///
    /// # Errors
    ///
    /// [`KeyError`] for a type of key that Kubernetes components do not use.
    pub fn public_key(&self) -> Result<PublicKey, KeyError> {
        PublicKey::from_spki_der(&self.spki)
    }

    /// SHA-256 of the DER.
    #[must_use]
    pub fn fingerprint(&self) -> [u8; 32] {
        Sha256::digest(&self.der).into()
    }

    /// The extensions it asks for, in order.
    #[must_use]
    pub fn extensions(&self) -> &[Extension] {
        self.extensions.as_slice()
    }

    /// Whether it asks to be a certificate authority.
    #[must_use]
    pub fn is_authority(&self) -> bool {
        self.extensions.is_authority()
    }

    /// The key usage it asks for, if it does.
    #[must_use]
    pub fn key_usage(&self) -> Option<KeyUsageBits> {
        self.extensions.key_usage()
    }

    /// The purposes it asks for by name, those without one by number.
    #[must_use]
    pub fn purpose_names(&self) -> Vec<String> {
        self.extensions.purpose_names()
    }

    /// The DNS names and addresses it asks for. Names of other types, and names no verifier
    /// would match, are left out.
    #[must_use]
    pub fn hosts(&self) -> SubjectAltNames {
        self.extensions.hosts()
    }

    /// Every alternative name it asks for as text with its type, such as `DNS:kubernetes`.
    #[must_use]
    pub fn alternative_names(&self) -> Vec<String> {
        self.extensions.alternative_names()
    }

    /// What it asks to be restricted to, of an authority: name constraints, and basic constraints
    /// with a path length.
    #[must_use]
    pub fn restrictions(&self) -> Vec<Extension> {
        let is_one = |one: &&Extension| match one.oid.usual() {
            Some(ID_CE_NAME_CONSTRAINTS) => true,
            Some(ID_CE_BASIC_CONSTRAINTS) => self.extensions.path_length().is_some(),
            _ => false,
        };
        self.extensions().iter().filter(is_one).cloned().collect()
    }

    /// The subject key identifier it asks for, if it does.
    #[must_use]
    pub fn subject_key_identifier(&self) -> Option<Vec<u8>> {
        self.extensions.subject_key_identifier()
    }

    /// The extensions it asks for apart from those that the other questions are about.
    pub fn other_extensions(&self) -> impl Iterator<Item = Oid> {
        let told = [
            ID_CE_BASIC_CONSTRAINTS,
            ID_CE_EXT_KEY_USAGE,
            ID_CE_KEY_USAGE,
            ID_CE_SUBJECT_ALT_NAME,
        ];
        let oids = self.extensions().iter().map(|extension| extension.oid);
        oids.filter(move |oid| !told.iter().any(|told| oid == told))
    }

    /// Attributes other than the extensions: a challenge password, for instance, whose value is
    /// nobody's business here.
    pub fn other_attributes(&self) -> impl Iterator<Item = Oid> {
        self.other_attributes.iter().copied().map(Oid::of)
    }
}

impl fmt::Debug for CertificateRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CertificateRequest")
            .field("subject", &self.subject)
            .finish_non_exhaustive()
    }
}

fn read(der: &[u8]) -> Result<CertificateRequest, Fault> {
    at_most(MAX_SIZE, der.len(), "bytes")?;
    let outline = Outline::from_der(der)?;
    let Some(signature) = outline.signature.as_bytes() else {
        let reason = "its signature is no whole number of octets".to_owned();
        return Err(Fault::of_kind(Malformed::Structure, reason));
    };
    let signed = [
        outline.info.to_der()?,
        outline.signature_algorithm.to_der()?,
        signature.to_vec(),
    ];
    let info: Info<'_> = outline.info.decode_as()?;
    if info.version != 0 {
        let reason = format!("its version is {}, and only 0 is defined", info.version);
        return Err(Fault::of_kind(Malformed::Structure, reason));
    }
    at_most(MAX_ATTRIBUTES, info.attributes.len(), "attributes")?;
    let mut extensions = None;
    let mut other_attributes = Vec::new();
    for attribute in info.attributes.iter() {
        if attribute.oid != ID_EXTENSION_REQ {
            other_attributes.push(attribute.oid);
            continue;
        }
        // RFC 2985 section 5.4.2: a single value.
        let ([value], None) = (attribute.values.as_slice(), &extensions) else {
            let reason = "it asks for extensions other than once".to_owned();
            return Err(Fault::of_kind(Malformed::Structure, reason));
        };
        extensions = Some(Extensions::read(value.decode_as()?)?);
    }
    Ok(CertificateRequest {
        der: der.to_vec(),
        subject: DistinguishedName::from_der(&info.subject.to_der()?)?,
        spki: info.subject_public_key_info.to_der()?,
        signed,
        extensions: extensions.unwrap_or_default(),
        other_attributes,
    })
}
