//! The one seam to the certificate writer.
//!
//! rcgen writes the to-be-signed part with placeholder names: it cannot hold a repeated
//! attribute, refuses multi-valued relative names and re-encodes the names of an existing
//! authority. The exact issuer and subject are then put in their place, our key signs, and
//! what came out is read back and compared before anyone sees it.

use der::asn1::{AnyRef, BitStringRef};
use der::{Decode, Encode};
use rcgen::{CertificateParams, CustomExtension, DistinguishedName as PlaceholderName, DnType};
use time::{OffsetDateTime, UtcOffset};

use super::structure::Outline;
use super::{Certificate, EncodeError, Extension, extension, verify_signature};
use crate::key::{KeyType, PublicKey, SignatureScheme, SigningKey};
use crate::x509::{DistinguishedName, Profile, SerialNumber, SubjectAltNames, Usage, Validity};

/// What a new certificate says, apart from keys, issuer and serial number.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Template {
    /// Whom it names.
    pub subject: DistinguishedName,
    /// What it is for.
    pub usage: Usage,
    /// The names it serves.
    pub hosts: SubjectAltNames,
    /// How long it lives.
    pub validity: Validity,
    /// Which profile's cells apply.
    pub profile: Profile,
    /// The name that an authority's key has already, where others name it by that; `None` for the one
    /// that is made of the key.
    pub key_identifier: Option<Vec<u8>>,
    /// What an authority is restricted to, as extensions have it: name constraints, and basic
    /// constraints with a path length.
    pub restrictions: Vec<Extension>,
}

impl Template {
    /// A template with all its parts.
    #[must_use]
    pub fn new(
        subject: DistinguishedName,
        usage: Usage,
        hosts: SubjectAltNames,
        validity: Validity,
        profile: Profile,
    ) -> Self {
        Self {
            subject,
            usage,
            hosts,
            validity,
            profile,
            key_identifier: None,
            restrictions: Vec::new(),
        }
    }

    /// Whether the certificate names its own key: an authority always, a leaf in our profile.
    #[must_use]
    pub fn has_subject_key_identifier(&self) -> bool {
        self.usage == Usage::Authority || self.profile == Profile::KubernetesIo
    }
}

/// Who signs: the authority's name and key identifier as its own certificate has them.
pub(crate) struct Issuer<'a> {
    pub(crate) name: &'a DistinguishedName,
    pub(crate) key_identifier: Option<&'a [u8]>,
    pub(crate) key: &'a dyn SigningKey,
}

/// Writes and signs one certificate.
pub(crate) fn sign(
    template: &Template,
    serial_number: &SerialNumber,
    subject_key: &PublicKey,
    issuer: &Issuer<'_>,
) -> Result<Certificate, EncodeError> {
    // Go leaves the authority key identifier out where issuer and subject are the same name.
    let authority_key_identifier = issuer
        .key_identifier
        .filter(|_| *issuer.name != template.subject);
    let extensions = extension::extensions(template, subject_key, authority_key_identifier)?;
    let blueprint = Blueprint {
        subject: &template.subject,
        validity: template.validity,
        extensions,
    };
    blueprint.sign(serial_number, subject_key, issuer)
}

/// Writes and signs a certificate that says what an older one said, byte for byte, but for the
/// key, the dates and the two key identifiers where it has them.
pub(crate) fn sign_again(
    old: &Certificate,
    validity: Validity,
    serial_number: &SerialNumber,
    subject_key: &PublicKey,
    issuer: &Issuer<'_>,
) -> Result<Certificate, EncodeError> {
    let blueprint = Blueprint {
        subject: old.subject(),
        validity,
        extensions: extension::renewed(old, subject_key, issuer.key_identifier)?,
    };
    blueprint.sign(serial_number, subject_key, issuer)
}

/// Writes and signs an intermediate's certificate once more, by what is above it: what it said, byte
/// for byte, but for the dates and the identifier of the key that signs.
pub(crate) fn sign_intermediate_again(
    old: &Certificate,
    validity: Validity,
    serial_number: &SerialNumber,
    subject_key: &PublicKey,
    issuer: &Issuer<'_>,
) -> Result<Certificate, EncodeError> {
    let blueprint = Blueprint {
        subject: old.subject(),
        validity,
        extensions: extension::of_intermediate(old, issuer.key_identifier)?,
    };
    blueprint.sign(serial_number, subject_key, issuer)
}

/// Writes and signs an authority's own certificate once more: what it said, byte for byte, but for
/// the dates, and for a serial number of its own by which it may have named itself.
pub(crate) fn sign_itself_again(
    old: &Certificate,
    validity: Validity,
    serial_number: &SerialNumber,
    itself: &Issuer<'_>,
) -> Result<Certificate, EncodeError> {
    let blueprint = Blueprint {
        subject: old.subject(),
        validity,
        extensions: extension::of_itself(old)?,
    };
    blueprint.sign(serial_number, itself.key.public_key(), itself)
}

/// Everything a certificate says, apart from keys, issuer and serial number, already encoded.
struct Blueprint<'a> {
    subject: &'a DistinguishedName,
    validity: Validity,
    extensions: Vec<Extension>,
}

impl Blueprint<'_> {
    fn sign(
        &self,
        serial_number: &SerialNumber,
        subject_key: &PublicKey,
        issuer: &Issuer<'_>,
    ) -> Result<Certificate, EncodeError> {
        let outline = self.placeholder(serial_number, subject_key, issuer)?;
        let mut outline = Outline::from_der(&outline).map_err(EncodeError::encode)?;

        let name = |name| AnyRef::from_der(name).map_err(EncodeError::encode);
        outline.to_be_signed.issuer = name(issuer.name.as_der())?;
        outline.to_be_signed.subject = name(self.subject.as_der())?;
        let to_be_signed = outline.to_be_signed.to_der().map_err(EncodeError::encode)?;
        let signature = issuer.key.sign(&to_be_signed)?;
        let algorithm = outline.signature_algorithm.to_der();
        verify_signature(
            issuer.key.public_key().spki_der(),
            &algorithm.map_err(EncodeError::encode)?,
            &to_be_signed,
            &signature,
        )
        .map_err(|source| EncodeError::Signature { source })?;
        outline.signature = BitStringRef::from_bytes(&signature).map_err(EncodeError::encode)?;
        let der = outline.to_der().map_err(EncodeError::encode)?;

        let certificate = Certificate::from_der(&der).map_err(EncodeError::encode)?;
        self.read_back(&certificate, serial_number, subject_key, issuer)?;
        Ok(certificate)
    }

    /// Everything that was asked for must be in what was written.
    fn read_back(
        &self,
        certificate: &Certificate,
        serial_number: &SerialNumber,
        subject_key: &PublicKey,
        issuer: &Issuer<'_>,
    ) -> Result<(), EncodeError> {
        let differs = |field| Err(EncodeError::ReadBack { field });
        if !certificate.serial_number().is_same_number(serial_number) {
            return differs("serial number");
        }
        if certificate.issuer() != issuer.name {
            return differs("issuer");
        }
        if certificate.subject() != self.subject {
            return differs("subject");
        }
        if certificate.spki_der() != subject_key.spki_der() {
            return differs("public key");
        }
        if certificate.validity() != self.validity {
            return differs("validity");
        }
        if certificate.extensions() != self.extensions {
            return differs("extensions");
        }
        Ok(())
    }

    /// DER of a certificate that is right but for its names and its signature.
    fn placeholder(
        &self,
        serial_number: &SerialNumber,
        subject_key: &PublicKey,
        issuer: &Issuer<'_>,
    ) -> Result<Vec<u8>, EncodeError> {
        // Four digits are all there are for it (RFC 5280 section 4.1.2.5), and the writer has no
        // error for more.
        let ends = [self.validity.not_before, self.validity.not_after];
        let year = |end: &OffsetDateTime| end.to_offset(UtcOffset::UTC).year();
        if let Some(year) = ends
            .iter()
            .map(year)
            .find(|year| !(0..=9999).contains(year))
        {
            return Err(EncodeError::encode(format!(
                "the year {year} cannot be written in a certificate"
            )));
        }
        let mut name = PlaceholderName::new();
        name.push(DnType::CommonName, "placeholder");
        let mut params = CertificateParams::default();
        params.not_before = self.validity.not_before;
        params.not_after = self.validity.not_after;
        params.serial_number = Some(rcgen::SerialNumber::from_slice(serial_number.as_bytes()));
        params.distinguished_name = name;
        params.custom_extensions = {
            let extensions = self.extensions.iter().map(custom_extension);
            extensions.collect::<Result<_, _>>()?
        };
        let issuer_key = PlaceholderKey(issuer.key.public_key());
        let issuer = rcgen::Issuer::from_params(&params, issuer_key);
        let certificate = params
            .signed_by(&PlaceholderKey(subject_key), &issuer)
            .map_err(EncodeError::encode)?;
        Ok(certificate.der().to_vec())
    }
}

fn custom_extension(extension: &Extension) -> Result<CustomExtension, EncodeError> {
    let oid: Vec<u64> = extension.oid.arcs().ok_or_else(|| {
        let reason = "the writer has no room for its object identifier";
        EncodeError::encode(format!("extension {}: {reason}", extension.oid))
    })?;
    let mut custom = CustomExtension::from_oid_content(&oid, extension.value.clone());
    custom.set_criticality(extension.critical);
    Ok(custom)
}

/// Tells rcgen the public key and the algorithm, and signs nothing.
struct PlaceholderKey<'a>(&'a PublicKey);

impl rcgen::PublicKeyData for PlaceholderKey<'_> {
    fn der_bytes(&self) -> &[u8] {
        self.0.subject_public_key()
    }

    fn algorithm(&self) -> &'static rcgen::SignatureAlgorithm {
        let key_type: KeyType = self.0.key_type();
        match key_type.signature_scheme() {
            SignatureScheme::EcdsaSha256 => &rcgen::PKCS_ECDSA_P256_SHA256,
            SignatureScheme::EcdsaSha384 => &rcgen::PKCS_ECDSA_P384_SHA384,
            SignatureScheme::RsaPkcs1Sha256 => &rcgen::PKCS_RSA_SHA256,
        }
    }
}

impl rcgen::SigningKey for PlaceholderKey<'_> {
    fn sign(&self, _message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        Ok(Vec::new())
    }
}
