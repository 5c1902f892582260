use time::OffsetDateTime;

use crate::text::instant::readable;
use crate::x509::{Certificate, DistinguishedName, Purpose};

/// Why a certificate is not accepted. Both sides of each comparison are in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PathError {
    /// There is no certificate.
    #[error("there is no certificate")]
    Empty,
    /// Its life is over.
    #[error("it expired on {}", readable(*not_after))]
    Expired {
        /// Its last second.
        not_after: OffsetDateTime,
        /// When that was checked.
        at: OffsetDateTime,
    },
    /// Its life has not begun.
    #[error("it is not valid before {}", readable(*not_before))]
    NotYetValid {
        /// Its first second.
        not_before: OffsetDateTime,
        /// When that was checked.
        at: OffsetDateTime,
    },
    /// No anchor has signed it.
    #[error("it is issued by {issuer}, which is not the authority here, or another of that name")]
    UnknownIssuer {
        /// The issuer it names.
        issuer: DistinguishedName,
    },
    /// It may not be used for this.
    #[error("it is not for {required}, only for {}", list(present))]
    WrongPurpose {
        /// What it is used for.
        required: Purpose,
        /// What it names.
        present: Vec<String>,
    },
    /// An authority's certificate where a leaf is wanted.
    #[error("it is an authority's certificate, not a leaf")]
    AuthorityAsLeaf,
    /// It has a name that an authority above it may not certify, or is not said to be able to.
    #[error("an authority above it is not allowed to certify its names")]
    NameConstraint,
    /// An extension that must be understood and is not, or one that does not decode.
    #[error("it does not pass verification: {reason}")]
    Other {
        /// What the verifier said.
        reason: String,
    },
}

fn list(purposes: &[String]) -> String {
    if purposes.is_empty() {
        "nothing".to_owned()
    } else {
        purposes.join(", ")
    }
}

impl PathError {
    pub(super) fn from_webpki(
        error: webpki::Error,
        leaf: &Certificate,
        required: Purpose,
        at: OffsetDateTime,
    ) -> Self {
        let validity = leaf.validity();
        match error {
            // Only the leaf's own dates are known here; an intermediate's go the general way.
            webpki::Error::CertExpired { .. } if validity.not_after < at => Self::Expired {
                not_after: validity.not_after,
                at,
            },
            webpki::Error::CertNotValidYet { .. } if validity.not_before > at => {
                Self::NotYetValid {
                    not_before: validity.not_before,
                    at,
                }
            }
            webpki::Error::UnknownIssuer | webpki::Error::InvalidSignatureForPublicKey => {
                Self::UnknownIssuer {
                    issuer: leaf.issuer().clone(),
                }
            }
            webpki::Error::RequiredEkuNotFoundContext(_) => Self::WrongPurpose {
                required,
                present: leaf.purpose_names(),
            },
            webpki::Error::NameConstraintViolation => Self::NameConstraint,
            webpki::Error::CaUsedAsEndEntity => Self::AuthorityAsLeaf,
            other => Self::Other {
                reason: format!("{other:?}"),
            },
        }
    }
}
