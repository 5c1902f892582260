//! Authorities: the domains of trust, what issues in each of them, and whom it believes.
//!
//! A domain's issuer, its path and its two trust bundles are things of their own. That one file
//! is all of them at once is how they mostly lie on the disk, and nothing here relies on it.

mod domain;
mod issuer;
pub mod path;
mod template;
#[cfg(test)]
mod tests;
mod trust;

use std::sync::Arc;

pub use domain::Domain;
pub use issuer::Issuer;
pub(crate) use issuer::{has_issued, key_name, named_issuer, own_name, shown_identifier};
pub use template::TemplateError;
pub use trust::{Trust, TrustBundle};

use crate::key::{PublicKey, Random, RandomError, SigningKey};
use crate::x509::{
    Certificate, DistinguishedName, EncodeError, Profile, SerialNumber, Template, Validity, encode,
};

/// What can issue in a domain: an issuer and the key that signs for it, with what the domain's
/// readers believe. Which certificate issues is decided by its key, never by its place or its
/// name.
#[derive(Debug)]
pub struct Authority {
    issuer: Issuer,
    signer: Arc<dyn SigningKey>,
    trust: Trust,
}

/// These certificates and this key are no usable authority.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
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
    /// Its key is not here.
    #[error("its key is not here")]
    NoKey,
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
    /// It is not to be signed as it is.
    #[error("it is not to be signed: {0}")]
    Template(#[from] TemplateError),
    /// No serial number.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The certificate could not be written.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}

impl Authority {
    /// Takes one file of certificates that is issuer, path and both trust bundles at once, as it
    /// mostly is, and the key that issues.
    ///
    /// # Errors
    ///
    /// As [`Authority::new`].
    pub fn open(
        certificates: Vec<Certificate>,
        signer: Box<dyn SigningKey>,
    ) -> Result<Self, AuthorityError> {
        let issuer = Issuer::of(&certificates, signer.public_key())?;
        Self::new(issuer, Trust::one(TrustBundle::new(certificates)), signer)
    }

    /// Takes an issuer, what its domain's readers believe, and the issuer's key.
    ///
    /// # Errors
    ///
    /// [`AuthorityError`] when the key is another's, or the issuer may not sign certificates.
    pub fn new(
        issuer: Issuer,
        trust: Trust,
        signer: Box<dyn SigningKey>,
    ) -> Result<Self, AuthorityError> {
        let own = std::slice::from_ref(issuer.certificate());
        issuer::issuing_certificate(own, signer.public_key())?;
        check_may_issue(issuer.certificate())?;
        Ok(Self {
            issuer,
            signer: signer.into(),
            trust,
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
        template::of_authority(template)?;
        let serial_number = SerialNumber::draw(template.profile, random)?;
        let itself = encode::Issuer {
            name: &template.subject,
            key_identifier: None,
            key: key.as_ref(),
        };
        let certificate = encode::sign(template, &serial_number, key.public_key(), &itself)?;
        Ok(Self {
            trust: Trust::one(TrustBundle::new([certificate.clone()])),
            issuer: Issuer::new(certificate, &[]),
            signer: key.into(),
        })
    }

    /// Makes a new authority below this one: an intermediate. What servers believe of their clients
    /// is the intermediate alone, in every domain: whoever believes the root there lets in the
    /// clients of all that is below it. Where callers want a path that ends with a self-signed
    /// certificate, as those of pods do, they are given the ones above too.
    ///
    /// # Errors
    ///
    /// [`SignError`].
    pub fn create_below(
        &self,
        template: &Template,
        key: Box<dyn SigningKey>,
        callers_believe_above: bool,
        random: &dyn Random,
    ) -> Result<Self, SignError> {
        template::of_authority(template)?;
        let certificate = self.issue(template, key.public_key(), random)?;
        let known: Vec<Certificate> = self.certificates().cloned().collect();
        let own = TrustBundle::new([certificate.clone()]);
        let servers = if callers_believe_above {
            TrustBundle::new(std::iter::once(certificate.clone()).chain(known.iter().cloned()))
        } else {
            own.clone()
        };
        Ok(Self {
            trust: Trust {
                clients: own,
                servers,
            },
            issuer: Issuer::new(certificate, &known),
            signer: key.into(),
        })
    }

    /// The certificate that issues, and those above it.
    fn certificates(&self) -> impl Iterator<Item = &Certificate> {
        std::iter::once(self.issuing()).chain(self.issuer.above())
    }

    /// The same authority with a new certificate of its own, for a life from now on: name, key and
    /// extensions stay byte for byte, so that whoever trusts either certificate accepts what was
    /// signed and what will be. The readers that believed the old certificate believe the new one
    /// here.
    ///
    /// ```
    /// use pki_core::authority::Authority;
    /// use pki_core::key::{KeyAlgorithm, KeyRequest, KeySource as _, SeededRandom, SoftwareKeys};
    /// use pki_core::x509::{Profile, SubjectAltNames, Template, Usage, Validity};
    /// use pki_core::{DistinguishedName, Lifetime};
    /// use time::Duration;
    /// use time::macros::datetime;
    ///
    /// let random = SeededRandom::new([7; 32]);
    /// let request = KeyRequest::new("ca", KeyAlgorithm::EcdsaP256);
    /// let key = SoftwareKeys.generate(request, &random)?;
    /// let made = datetime!(2017-01-01 12:00 UTC);
    /// let ca = Template::new(
    ///     DistinguishedName::new("kubernetes", &[])?,
    ///     Usage::Authority,
    ///     SubjectAltNames::default(),
    ///     Validity::starting(made, Lifetime::DECADE),
    ///     Profile::KubernetesIo,
    /// );
    /// let old = Authority::create(&ca, Box::new(key), &random)?;
    ///
    /// let life = Validity::starting(made + Duration::days(3600), Lifetime::DECADE);
    /// let new = old.renewed(life, &random)?;
    /// assert!(new.issuing().is_renewal_of(old.issuing()));
    /// assert_eq!(new.issuing().validity(), life);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`SignError::Template`] for one that somebody else has issued, and for a life that ends
    /// before it begins.
    pub fn renewed(&self, validity: Validity, random: &dyn Random) -> Result<Self, SignError> {
        let old = self.issuing();
        template::of_itself(old, validity)?;
        let serial_number = SerialNumber::draw(Profile::KubernetesIo, random)?;
        let itself = self.signing_as(None);
        let certificate = encode::sign_itself_again(old, validity, &serial_number, &itself)?;
        Ok(self.with_certificate(certificate))
    }

    /// The same authority with a new certificate from the one above it, for a life from now on, as
    /// [`renewed`](Self::renewed) has it of one that signs itself: name, key and key identifier stay.
    ///
    /// # Errors
    ///
    /// [`SignError::Template`] where another one than `superior` has issued the old one, or the
    /// new one would outlive it.
    pub fn renewed_by(
        &self,
        superior: &Self,
        validity: Validity,
        random: &dyn Random,
    ) -> Result<Self, SignError> {
        let old = self.issuing();
        template::by_superior(superior.issuing(), old, validity)?;
        let serial_number = SerialNumber::draw(Profile::KubernetesIo, random)?;
        let key_identifier = superior.issuing().subject_key_identifier();
        let issuer = superior.signing_as(key_identifier.as_deref());
        let key = self.signer.public_key();
        let certificate =
            encode::sign_intermediate_again(old, validity, &serial_number, key, &issuer)?;
        Ok(self.with_certificate(certificate))
    }

    /// The same authority with another certificate of its own.
    pub(crate) fn with_certificate(&self, certificate: Certificate) -> Self {
        let replaced = |bundle: &TrustBundle| bundle.with_renewed(&certificate);
        Self {
            trust: Trust {
                clients: replaced(&self.trust.clients),
                servers: replaced(&self.trust.servers),
            },
            issuer: Issuer::new(certificate, self.issuer.above()),
            signer: Arc::clone(&self.signer),
        }
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
        self.issue_as(&serial_number, template, subject_key)
    }

    /// Issues a certificate with a serial number that was drawn before.
    pub(crate) fn issue_as(
        &self,
        serial_number: &SerialNumber,
        template: &Template,
        subject_key: &PublicKey,
    ) -> Result<Certificate, SignError> {
        template::below(self.issuing(), template, subject_key)?;
        let key_identifier = self.issuing().subject_key_identifier();
        let issuer = self.signing_as(key_identifier.as_deref());
        Ok(encode::sign(template, serial_number, subject_key, &issuer)?)
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
        template::again(self.issuing(), validity, subject_key)?;
        // Renewing follows no profile; the longer serial number is never wrong.
        let serial_number = SerialNumber::draw(Profile::KubernetesIo, random)?;
        let key_identifier = self.issuing().subject_key_identifier();
        let issuer = self.signing_as(key_identifier.as_deref());
        let renewed = encode::sign_again(old, validity, &serial_number, subject_key, &issuer)?;
        Ok(renewed)
    }

    fn signing_as<'a>(&'a self, key_identifier: Option<&'a [u8]>) -> encode::Issuer<'a> {
        encode::Issuer {
            name: self.issuing().subject(),
            key_identifier,
            key: self.signer.as_ref(),
        }
    }

    /// The issuer.
    #[must_use]
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// The certificate whose key issues.
    #[must_use]
    pub fn issuing(&self) -> &Certificate {
        self.issuer.certificate()
    }

    /// The key that issues.
    #[must_use]
    pub fn signer(&self) -> &dyn SigningKey {
        self.signer.as_ref()
    }

    /// Whom the domain's readers believe.
    #[must_use]
    pub fn trust(&self) -> &Trust {
        &self.trust
    }
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
