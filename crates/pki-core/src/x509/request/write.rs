//! Making requests: what a certificate is to say, signed by the key that it is to be for.

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5280::{
    ID_CE_BASIC_CONSTRAINTS, ID_CE_EXT_KEY_USAGE, ID_CE_KEY_USAGE, ID_CE_NAME_CONSTRAINTS,
    ID_CE_SUBJECT_ALT_NAME, ID_CE_SUBJECT_KEY_IDENTIFIER,
};
use const_oid::db::rfc5912::{
    ECDSA_WITH_SHA_256, ECDSA_WITH_SHA_384, ID_EXTENSION_REQ, SHA_256_WITH_RSA_ENCRYPTION,
};
use der::asn1::{Any, AnyRef, BitStringRef, Null, OctetString, SetOfVec};
use der::{Decode as _, Encode as _};
use spki::AlgorithmIdentifier;
use x509_cert::attr::Attribute;

use super::{CertificateRequest, Info, Outline};
use crate::key::{PublicKey, SignatureScheme, SigningKey};
use crate::x509::{
    Certificate, DistinguishedName, EncodeError, Extension, Template, Usage, extension,
};

/// What a certificate is to say that somebody else issues: subject, key usage, purposes and
/// alternative names, and of an authority that it is one, what it is restricted to, and the identifier
/// by which what it has signed names its key. What an issuer adds by itself, such as other key identifiers, is not asked
/// for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Asked {
    /// Whom it is to name.
    pub subject: DistinguishedName,
    /// The extensions, in order.
    pub extensions: Vec<Extension>,
}

impl Asked {
    /// What a template says, for a key.
    ///
    /// # Errors
    ///
    /// [`EncodeError`].
    pub fn of_template(template: &Template, key: &PublicKey) -> Result<Self, EncodeError> {
        let extensions = extension::extensions(template, key, None)?;
        Ok(Self {
            subject: template.subject.clone(),
            extensions: asked(&extensions, template.usage == Usage::Authority),
        })
    }

    /// What an older certificate says, byte for byte.
    #[must_use]
    pub fn of_certificate(old: &Certificate) -> Self {
        Self {
            subject: old.subject().clone(),
            extensions: asked(old.extensions(), old.is_authority()),
        }
    }
}

fn asked(extensions: &[Extension], authority: bool) -> Vec<Extension> {
    let is_asked = |extension: &&Extension| match extension.oid.usual() {
        Some(ID_CE_KEY_USAGE | ID_CE_EXT_KEY_USAGE | ID_CE_SUBJECT_ALT_NAME) => true,
        Some(ID_CE_BASIC_CONSTRAINTS | ID_CE_NAME_CONSTRAINTS | ID_CE_SUBJECT_KEY_IDENTIFIER) => {
            authority
        }
        _ => false,
    };
    extensions.iter().filter(is_asked).cloned().collect()
}

impl CertificateRequest {
    /// Asks for a certificate of this key.
    ///
    /// ```
    /// use pki_core::key::{KeyAlgorithm, KeyRequest, KeySource as _, SeededRandom, SoftwareKeys};
    /// use pki_core::key::SigningKey as _;
    /// use pki_core::x509::{
    ///     Asked, CertificateRequest, DistinguishedName, Lifetime, Profile, SubjectAltNames, Template,
    ///     Usage, Validity,
    /// };
    /// use time::macros::datetime;
    ///
    /// let wanted = KeyRequest::new("scheduler.conf", KeyAlgorithm::EcdsaP256);
    /// let key = SoftwareKeys.generate(wanted, &SeededRandom::new([7; 32]))?;
    /// let template = Template::new(
    ///     DistinguishedName::new("system:kube-scheduler", &[])?,
    ///     Usage::Client,
    ///     SubjectAltNames::none(),
    ///     Validity::starting(datetime!(2026-11-23 12:00 UTC), Lifetime::YEAR),
    ///     Profile::KubernetesIo,
    /// );
    /// let asked = Asked::of_template(&template, key.public_key())?;
    /// let request = CertificateRequest::create(&asked, &key)?;
    /// assert_eq!(request.verify_signature(), Ok(()));
    /// assert_eq!(request.subject(), &template.subject);
    /// assert_eq!(request.purpose_names(), ["clientAuth"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`EncodeError`] when it cannot be encoded or signed.
    pub fn create(asked: &Asked, key: &dyn SigningKey) -> Result<Self, EncodeError> {
        let info = Info {
            version: 0,
            subject: AnyRef::from_der(asked.subject.as_der()).map_err(EncodeError::encode)?,
            subject_public_key_info: AnyRef::from_der(key.public_key().spki_der())
                .map_err(EncodeError::encode)?,
            attributes: attributes(&asked.extensions)?,
        };
        let info = info.to_der().map_err(EncodeError::encode)?;
        let signature = key.sign(&info)?;
        let algorithm = algorithm(key.public_key().key_type().signature_scheme())?;
        let outline = Outline {
            info: AnyRef::from_der(&info).map_err(EncodeError::encode)?,
            signature_algorithm: AnyRef::from_der(&algorithm).map_err(EncodeError::encode)?,
            signature: BitStringRef::from_bytes(&signature).map_err(EncodeError::encode)?,
        };
        let der = outline.to_der().map_err(EncodeError::encode)?;
        let request = Self::from_der(&der).map_err(EncodeError::encode)?;
        request
            .verify_signature()
            .map_err(|source| EncodeError::Signature { source })?;
        Ok(request)
    }
}

fn attributes(extensions: &[Extension]) -> Result<SetOfVec<Attribute>, EncodeError> {
    let mut attributes = SetOfVec::new();
    if extensions.is_empty() {
        return Ok(attributes);
    }
    let encoded = extensions.iter().map(|extension| {
        let oid = extension.oid.usual();
        Ok(x509_cert::ext::Extension {
            extn_id: oid
                .ok_or_else(|| EncodeError::encode("an extension's identifier is too long"))?,
            critical: extension.critical,
            extn_value: OctetString::new(extension.value.as_slice())
                .map_err(EncodeError::encode)?,
        })
    });
    let encoded = encoded.collect::<Result<Vec<_>, EncodeError>>()?;
    let mut values = SetOfVec::new();
    values
        .insert(Any::encode_from(&encoded).map_err(EncodeError::encode)?)
        .map_err(EncodeError::encode)?;
    let attribute = Attribute {
        oid: ID_EXTENSION_REQ,
        values,
    };
    attributes.insert(attribute).map_err(EncodeError::encode)?;
    Ok(attributes)
}

/// RFC 5758 section 3.2, RFC 4055 section 5.
fn algorithm(scheme: SignatureScheme) -> Result<Vec<u8>, EncodeError> {
    let (oid, parameters): (ObjectIdentifier, Option<Any>) = match scheme {
        SignatureScheme::EcdsaSha256 => (ECDSA_WITH_SHA_256, None),
        SignatureScheme::EcdsaSha384 => (ECDSA_WITH_SHA_384, None),
        SignatureScheme::RsaPkcs1Sha256 => (SHA_256_WITH_RSA_ENCRYPTION, Some(Null.into())),
    };
    let algorithm = AlgorithmIdentifier { oid, parameters };
    algorithm.to_der().map_err(EncodeError::encode)
}
