use time::OffsetDateTime;

use crate::text::instant::readable;
use crate::x509::{Certificate, DistinguishedName, Oid, Purpose};

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
    /// It is signed by an algorithm that is not known, or by a key of a kind that is not.
    #[error("it is signed by an algorithm that is not checked here: {algorithm}")]
    UnsupportedSignature {
        /// Object identifier of the signature's algorithm.
        algorithm: Oid,
    },
    /// An extension that must be understood and is not, or one that does not decode.
    #[error("it does not pass verification: {reason}")]
    Other {
        /// What is wrong.
        reason: &'static str,
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
            webpki::Error::UnsupportedSignatureAlgorithmContext(_)
            | webpki::Error::UnsupportedSignatureAlgorithmForPublicKeyContext(_) => {
                Self::UnsupportedSignature {
                    algorithm: leaf.signature_algorithm(),
                }
            }
            other => Self::Other {
                reason: sentence(&other),
            },
        }
    }
}

/// What webpki found, which says it in names of its own only.
fn sentence(error: &webpki::Error) -> &'static str {
    match error {
        webpki::Error::BadDer | webpki::Error::TrailingData(_) => "its encoding is not DER",
        webpki::Error::BadDerTime => "one of its dates does not decode",
        webpki::Error::CertExpired { .. } => "an authority above it has expired",
        webpki::Error::CertNotValidYet { .. } => "the life of an authority above it has not begun",
        webpki::Error::EmptyEkuExtension => "its extended key usage is empty",
        webpki::Error::EndEntityUsedAsCa => "what has signed it is no authority",
        webpki::Error::ExtensionValueInvalid | webpki::Error::MalformedExtensions => {
            "one of its extensions does not decode"
        }
        webpki::Error::InvalidCertValidity => "it ends before it begins",
        webpki::Error::InvalidSerialNumber => "its serial number is not allowed",
        webpki::Error::InvalidNetworkMaskConstraint | webpki::Error::MalformedNameConstraint => {
            "the name constraints of an authority above it do not decode"
        }
        webpki::Error::MalformedDnsIdentifier => "one of its DNS names is none",
        webpki::Error::MaximumPathDepthExceeded => "there are too many authorities above it",
        webpki::Error::MaximumNameConstraintComparisonsExceeded
        | webpki::Error::MaximumPathBuildCallsExceeded
        | webpki::Error::MaximumSignatureChecksExceeded => {
            "finding out who has signed it takes too long"
        }
        webpki::Error::PathLenConstraintViolated => {
            "an authority above it allows fewer authorities below it"
        }
        webpki::Error::SignatureAlgorithmMismatch => "it names two signature algorithms",
        webpki::Error::UnsupportedCertVersion => "it is not of version 3",
        webpki::Error::UnsupportedCriticalExtension => {
            "one of its critical extensions is not understood"
        }
        _ => "rustls refuses it",
    }
}
