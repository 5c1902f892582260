//! A single signature: over a request, or over a certificate whose path is not the question.

use const_oid::ObjectIdentifier;
use der::{Decode as _, Encode as _};
use spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};

use super::algorithm;
use crate::x509::{Certificate, Signed};

/// A signature that cannot be relied on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// It is not this key's, or not over this.
    #[error("the signature is wrong")]
    Wrong,
    /// A kind of key or signature that no component accepts.
    #[error("the signature is of a kind that is not checked here: {algorithm}")]
    Unsupported {
        /// Object identifier of the signature's algorithm.
        algorithm: ObjectIdentifier,
    },
    /// The key or the algorithm does not decode.
    #[error("the key or the signature's algorithm does not decode: {reason}")]
    Decode {
        /// What the decoder said.
        reason: String,
    },
}

impl From<der::Error> for SignatureError {
    fn from(error: der::Error) -> Self {
        Self::Decode {
            reason: error.to_string(),
        }
    }
}

/// Checks a signature with the algorithms that paths are verified with. `spki` is a DER
/// `SubjectPublicKeyInfo`, `signature_algorithm` a DER `AlgorithmIdentifier`.
///
/// # Errors
///
/// [`SignatureError`].
pub fn verify_signature(
    spki: &[u8],
    signature_algorithm: &[u8],
    message: &[u8],
    signature: &[u8],
) -> Result<(), SignatureError> {
    let key = SubjectPublicKeyInfoRef::from_der(spki)?;
    let key_algorithm = key.algorithm.to_der()?;
    let oid = AlgorithmIdentifierRef::from_der(signature_algorithm)?.oid;
    let known = algorithm::ALL.iter().find(|known| {
        is(signature_algorithm, known.signature_alg_id().as_ref())
            && is(&key_algorithm, known.public_key_alg_id().as_ref())
    });
    let known = known.ok_or(SignatureError::Unsupported { algorithm: oid })?;
    let key = key.subject_public_key.as_bytes().ok_or_else(|| {
        let reason = "the key is no whole number of octets".to_owned();
        SignatureError::Decode { reason }
    })?;
    known
        .verify_signature(key, message, signature)
        .map_err(|_| SignatureError::Wrong)
}

/// What a certificate's signature is worth beside one candidate for its issuer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signature {
    /// The candidate's key made it.
    Valid,
    /// Another key made it, or the certificate was changed since.
    Invalid,
    /// An algorithm or a kind of key that is not known here.
    Unsupported,
}

/// Checks the signature of `certificate` with the key of `issuer`. Names are not looked at.
pub(crate) fn signature(certificate: &Certificate, issuer: &Certificate) -> Signature {
    match check(certificate, issuer) {
        Ok(()) => Signature::Valid,
        Err(SignatureError::Wrong) => Signature::Invalid,
        Err(_) => Signature::Unsupported,
    }
}

fn check(certificate: &Certificate, issuer: &Certificate) -> Result<(), SignatureError> {
    let signed = Signed::from_der(certificate.as_der())?;
    verify_signature(
        issuer.spki_der(),
        &signed.signature_algorithm.to_der()?,
        &signed.to_be_signed.to_der()?,
        signed.signature.raw_bytes(),
    )
}

/// webpki's identifiers are the content of the SEQUENCE.
fn is(identifier: &[u8], content: &[u8]) -> bool {
    der::asn1::AnyRef::from_der(identifier).is_ok_and(|any| any.value() == content)
}
