//! An authority: certificates that are trusted, and at most one key that issues.

pub mod path;

use std::collections::BTreeMap;

use crate::key::{KeyError, PublicKey, Random, RandomError, SigningKey};
use crate::spec::RowId;
use crate::x509::encode::{self, Issuer};
use crate::x509::{
    Certificate, DistinguishedName, EncodeError, Profile, SerialNumber, Template, Validity,
};

/// A certificate authority, in all its generations: during a rotation its file holds several
/// certificates, all trusted, one of them issuing. Which one issues is decided by its key, never
/// by its place or its name.
#[derive(Debug)]
pub struct Authority {
    generations: Vec<Certificate>,
    issuing: Certificate,
    key: Box<dyn SigningKey>,
}

/// Authorities that can issue, by row of the table.
pub type Authorities = BTreeMap<RowId, Authority>;

/// These certificates and this key are no usable authority.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuthorityError {
    /// The key belongs to none of the certificates.
    #[error("the key {key} belongs to none of the certificates: {}", certificates.join(", "))]
    KeyMismatch {
        /// Identifier of the key.
        key: String,
        /// Identifiers of the certificates' keys.
        certificates: Vec<String>,
    },
    /// Basic constraints do not say that it is an authority.
    #[error("{subject} is not a certificate authority: its basic constraints do not say CA:TRUE")]
    NotAnAuthority {
        /// Its subject.
        subject: DistinguishedName,
    },
    /// Key usage does not allow signing certificates.
    #[error("{subject} may not sign certificates: its key usage is only {}", present.join(", "))]
    MissingCertificateSign {
        /// Its subject.
        subject: DistinguishedName,
        /// What its key usage says.
        present: Vec<&'static str>,
    },
}

/// Issuing failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// No serial number.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The certificate could not be written.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}

impl Authority {
    /// Takes existing certificates and the key that issues.
    ///
    /// # Errors
    ///
    /// [`AuthorityError`] when the key belongs to none of them, or the one it belongs to may not
    /// sign certificates.
    pub fn open(
        generations: Vec<Certificate>,
        key: Box<dyn SigningKey>,
    ) -> Result<Self, AuthorityError> {
        let issuing = issuing_certificate(&generations, key.public_key())?.clone();
        check_may_issue(&issuing)?;
        Ok(Self {
            generations,
            issuing,
            key,
        })
    }

    /// Makes a new, self-signed authority.
    ///
    /// # Errors
    ///
    /// [`SignError`].
    pub fn create(
        template: &Template,
        key: Box<dyn SigningKey>,
        random: &dyn Random,
    ) -> Result<Self, SignError> {
        let serial_number = SerialNumber::draw(template.profile, random)?;
        let issuer = Issuer {
            name: &template.subject,
            key_identifier: None,
            key: key.as_ref(),
        };
        let certificate = encode::sign(template, &serial_number, key.public_key(), &issuer)?;
        Ok(Self {
            generations: vec![certificate.clone()],
            issuing: certificate,
            key,
        })
    }

    /// Issues a certificate. The authority key identifier is copied from the issuing
    /// certificate's subject key identifier, whatever method made that.
    ///
    /// # Errors
    ///
    /// [`SignError`].
    pub fn issue(
        &self,
        template: &Template,
        subject_key: &PublicKey,
        random: &dyn Random,
    ) -> Result<Certificate, SignError> {
        let serial_number = SerialNumber::draw(template.profile, random)?;
        Ok(self.issue_as(&serial_number, template, subject_key)?)
    }

    /// Issues a certificate with a serial number that was drawn before.
    pub(crate) fn issue_as(
        &self,
        serial_number: &SerialNumber,
        template: &Template,
        subject_key: &PublicKey,
    ) -> Result<Certificate, EncodeError> {
        let key_identifier = self.issuing.subject_key_identifier();
        let issuer = self.issuer(key_identifier.as_deref());
        encode::sign(template, serial_number, subject_key, &issuer)
    }

    /// Issues again what an older certificate said, for a key and a life of its own: subject,
    /// alternative names of every type, usages and unknown extensions stay byte for byte.
    ///
    /// # Errors
    ///
    /// [`SignError`].
    pub fn renew(
        &self,
        old: &Certificate,
        validity: Validity,
        subject_key: &PublicKey,
        random: &dyn Random,
    ) -> Result<Certificate, SignError> {
        // Renewing follows no profile; the longer serial number is never wrong.
        let serial_number = SerialNumber::draw(Profile::KubernetesIo, random)?;
        let key_identifier = self.issuing.subject_key_identifier();
        let issuer = self.issuer(key_identifier.as_deref());
        let renewed = encode::sign_again(old, validity, &serial_number, subject_key, &issuer)?;
        Ok(renewed)
    }

    fn issuer<'a>(&'a self, key_identifier: Option<&'a [u8]>) -> Issuer<'a> {
        Issuer {
            name: self.issuing.subject(),
            key_identifier,
            key: self.key.as_ref(),
        }
    }

    /// Everything that is trusted, in the order of the file.
    #[must_use]
    pub fn generations(&self) -> &[Certificate] {
        &self.generations
    }

    /// The certificate whose key issues.
    #[must_use]
    pub fn issuing(&self) -> &Certificate {
        &self.issuing
    }

    /// What follows a leaf in its file: the issuing certificate and those above it, without the
    /// self-signed root. Empty where the issuing certificate is the root.
    #[must_use]
    pub fn path(&self) -> Vec<Certificate> {
        path_above(&self.issuing, &self.generations)
    }
}

/// The certificate that this key issues with. Of two for the same key, an authority renewed in
/// place, the one that lives longer.
pub(crate) fn issuing_certificate<'a>(
    generations: &'a [Certificate],
    key: &PublicKey,
) -> Result<&'a Certificate, AuthorityError> {
    generations
        .iter()
        .filter(|certificate| certificate.spki_der() == key.spki_der())
        .max_by_key(|certificate| certificate.validity().not_after)
        .ok_or_else(|| AuthorityError::KeyMismatch {
            key: key.identifier().to_string(),
            certificates: generations.iter().map(key_name).collect(),
        })
}

/// Basic constraints and key usage must let it sign certificates.
pub(crate) fn check_may_issue(certificate: &Certificate) -> Result<(), AuthorityError> {
    if !certificate.is_authority() {
        return Err(AuthorityError::NotAnAuthority {
            subject: certificate.subject().clone(),
        });
    }
    match certificate.key_usage() {
        Some(usage) if !usage.certificate_sign() => Err(AuthorityError::MissingCertificateSign {
            subject: certificate.subject().clone(),
            present: usage.names(),
        }),
        _ => Ok(()),
    }
}

pub(crate) fn path_above(issuing: &Certificate, generations: &[Certificate]) -> Vec<Certificate> {
    let mut path = Vec::new();
    let mut current = issuing;
    while !current.is_self_issued() && path.len() < generations.len() {
        path.push(current.clone());
        let above = generations.iter().find(|candidate| {
            candidate.subject() == current.issuer()
                && candidate.subject_key_identifier() == current.authority_key_identifier()
        });
        match above {
            Some(above) => current = above,
            None => break,
        }
    }
    path
}

/// How a message names the key of a certificate.
pub(crate) fn key_name(certificate: &Certificate) -> String {
    let key: Result<PublicKey, KeyError> = certificate.public_key();
    key.map_or_else(
        |_| certificate.subject().to_string(),
        |key| key.identifier().to_string(),
    )
}
