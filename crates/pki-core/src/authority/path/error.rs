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
        reason: Refusal,
    },
}

/// What rustls-webpki finds wrong, which it says in names of its own only: of the certificate, or
/// of one above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Something in it is not DER.
    #[error("its encoding is not DER")]
    Encoding,
    /// A date is none.
    #[error("one of its dates does not decode")]
    Date,
    /// The life of an authority is over.
    #[error("an authority above it has expired")]
    AuthorityExpired,
    /// The life of an authority has not begun.
    #[error("the life of an authority above it has not begun")]
    AuthorityNotYetValid,
    /// The last second of its life is before the first.
    #[error("it ends before it begins")]
    Validity,
    /// It lists purposes, and none.
    #[error("its extended key usage is empty")]
    NoPurposes,
    /// What stands above it is a leaf.
    #[error("what has signed it is no authority")]
    NotAnAuthority,
    /// An extension does not decode.
    #[error("one of its extensions does not decode")]
    Extension,
    /// A critical extension is unknown.
    #[error("one of its critical extensions is not understood")]
    CriticalExtension,
    /// The serial number is zero, negative or too long.
    #[error("its serial number is not allowed")]
    SerialNumber,
    /// Name constraints do not decode.
    #[error("the name constraints of an authority above it do not decode")]
    Constraints,
    /// A DNS name is none.
    #[error("one of its DNS names is none")]
    DnsName,
    /// A limit on the length of paths.
    #[error("there are too many authorities above it")]
    PathTooLong,
    /// An authority's own limit on the length of paths.
    #[error("an authority above it allows fewer authorities below it")]
    PathLength,
    /// A limit on the work that is done for one certificate.
    #[error("finding out who has signed it takes too long")]
    Effort,
    /// The signature's algorithm is there twice, and differs.
    #[error("it names two signature algorithms")]
    TwoAlgorithms,
    /// It is of another version.
    #[error("it is not of version 3")]
    Version,
    /// What was not known when this was written.
    #[error("rustls refuses it")]
    Unknown,
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
                reason: Refusal::of(&other),
            },
        }
    }
}

impl Refusal {
    fn of(error: &webpki::Error) -> Self {
        match error {
            webpki::Error::BadDer | webpki::Error::TrailingData(_) => Self::Encoding,
            webpki::Error::BadDerTime => Self::Date,
            webpki::Error::CertExpired { .. } => Self::AuthorityExpired,
            webpki::Error::CertNotValidYet { .. } => Self::AuthorityNotYetValid,
            webpki::Error::InvalidCertValidity => Self::Validity,
            webpki::Error::EmptyEkuExtension => Self::NoPurposes,
            webpki::Error::EndEntityUsedAsCa => Self::NotAnAuthority,
            webpki::Error::ExtensionValueInvalid | webpki::Error::MalformedExtensions => {
                Self::Extension
            }
            webpki::Error::UnsupportedCriticalExtension => Self::CriticalExtension,
            webpki::Error::InvalidSerialNumber => Self::SerialNumber,
            webpki::Error::InvalidNetworkMaskConstraint
            | webpki::Error::MalformedNameConstraint => Self::Constraints,
            webpki::Error::MalformedDnsIdentifier => Self::DnsName,
            webpki::Error::MaximumPathDepthExceeded => Self::PathTooLong,
            webpki::Error::PathLenConstraintViolated => Self::PathLength,
            webpki::Error::MaximumNameConstraintComparisonsExceeded
            | webpki::Error::MaximumPathBuildCallsExceeded
            | webpki::Error::MaximumSignatureChecksExceeded => Self::Effort,
            webpki::Error::SignatureAlgorithmMismatch => Self::TwoAlgorithms,
            webpki::Error::UnsupportedCertVersion => Self::Version,
            _ => Self::Unknown,
        }
    }
}
