//! What an authority refuses to sign, whoever asks: nothing that a reader would refuse at once,
//! and nothing that would make more of a certificate than it is meant to be.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::has_issued;
use crate::key::PublicKey;
use crate::x509::{Certificate, DistinguishedName, Template, Usage, Validity};

/// A certificate that is not to be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TemplateError {
    /// Its life ends before it begins.
    #[error("it would end at {}, before it begins at {}", instant(*not_after), instant(*not_before))]
    EndsBeforeItBegins {
        /// First second.
        not_before: OffsetDateTime,
        /// Last second.
        not_after: OffsetDateTime,
    },
    /// It would be valid when its issuer no longer is, and refused then.
    #[error("it would end at {}, after its issuer, at {}", instant(*not_after), instant(*issuer))]
    OutlivesIssuer {
        /// Last second of the certificate.
        not_after: OffsetDateTime,
        /// Last second of its issuer.
        issuer: OffsetDateTime,
    },
    /// A server that nobody could dial: clients compare the subject alternative names alone
    /// (RFC 9525 section 6.3).
    #[error("it is for a server, and has no name that the server is dialled by")]
    NoHosts,
    /// Neither a subject nor a subject alternative name (RFC 5280 section 4.1.2.6).
    #[error("it names nobody: its subject and its subject alternative names are empty")]
    NamesNobody,
    /// An attribute of the subject without a value, or with a NUL in it, which ends a name for
    /// some readers and not for others.
    #[error("its subject {subject:?} has an attribute that is empty or has a NUL in it")]
    Attribute {
        /// The subject.
        subject: String,
    },
    /// Whoever has the key of a leaf could sign as the authority.
    #[error("its key is the authority's own")]
    IssuersKey,
    /// An authority whose own certificate is for something else.
    #[error("an authority is to be made, and the certificate is for a {usage}")]
    NotForAnAuthority {
        /// What it is for.
        usage: Usage,
    },
    /// Only its issuer can give it another certificate.
    #[error("it was issued by {issuer}, who alone can issue it again")]
    IssuedByAnother {
        /// Its issuer.
        issuer: DistinguishedName,
    },
    /// The issuer may sign leaves only (RFC 5280 section 4.2.1.9).
    #[error(
        "it is an authority's, and the path length constraint of {issuer} allows none below it"
    )]
    PathLength {
        /// Subject of the issuer.
        issuer: DistinguishedName,
    },
}

fn instant(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).unwrap_or_else(|_| at.to_string())
}

/// What an authority is to be made of.
pub(super) fn of_authority(template: &Template) -> Result<(), TemplateError> {
    if template.usage != Usage::Authority {
        let usage = template.usage;
        return Err(TemplateError::NotForAnAuthority { usage });
    }
    dates(template.validity, None)?;
    names(template)
}

/// What an authority is asked to say of itself once more.
pub(super) fn of_itself(old: &Certificate, validity: Validity) -> Result<(), TemplateError> {
    if !old.is_self_issued() {
        return Err(TemplateError::IssuedByAnother {
            issuer: old.issuer().clone(),
        });
    }
    dates(validity, None)
}

/// What an authority is asked to sign once more of one below it.
pub(super) fn by_superior(
    issuing: &Certificate,
    old: &Certificate,
    validity: Validity,
) -> Result<(), TemplateError> {
    if !has_issued(issuing, old) {
        return Err(TemplateError::IssuedByAnother {
            issuer: old.issuer().clone(),
        });
    }
    dates(validity, Some(issuing.validity().not_after))?;
    if issuing.path_length() == Some(0) {
        let issuer = issuing.subject().clone();
        return Err(TemplateError::PathLength { issuer });
    }
    Ok(())
}

/// What an issuer is asked to sign.
pub(super) fn below(
    issuing: &Certificate,
    template: &Template,
    subject_key: &PublicKey,
) -> Result<(), TemplateError> {
    again(issuing, template.validity, subject_key)?;
    names(template)?;
    if template.usage == Usage::Authority && issuing.path_length() == Some(0) {
        let issuer = issuing.subject().clone();
        return Err(TemplateError::PathLength { issuer });
    }
    Ok(())
}

/// The part of it that holds for what is signed again as it was too: its names are those that its
/// readers know.
pub(super) fn again(
    issuing: &Certificate,
    validity: Validity,
    subject_key: &PublicKey,
) -> Result<(), TemplateError> {
    dates(validity, Some(issuing.validity().not_after))?;
    if subject_key.spki_der() == issuing.spki_der() {
        return Err(TemplateError::IssuersKey);
    }
    Ok(())
}

fn dates(validity: Validity, issuer: Option<OffsetDateTime>) -> Result<(), TemplateError> {
    let Validity {
        not_before,
        not_after,
    } = validity;
    if not_after < not_before {
        return Err(TemplateError::EndsBeforeItBegins {
            not_before,
            not_after,
        });
    }
    match issuer {
        Some(issuer) if issuer < not_after => {
            Err(TemplateError::OutlivesIssuer { not_after, issuer })
        }
        _ => Ok(()),
    }
}

fn names(template: &Template) -> Result<(), TemplateError> {
    let has_hosts = template.hosts.hosts().next().is_some();
    if template.usage.serves() && !has_hosts {
        return Err(TemplateError::NoHosts);
    }
    let subject = &template.subject;
    if subject.is_empty() && !has_hosts {
        return Err(TemplateError::NamesNobody);
    }
    if subject.has_odd_value() {
        let subject = subject.to_string();
        return Err(TemplateError::Attribute { subject });
    }
    Ok(())
}
