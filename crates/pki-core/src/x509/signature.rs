//! A single signature: over a request, or over a certificate whose path is not the question.

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5912;
use der::{Decode as _, Encode as _};
use spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};

use super::algorithm;
use crate::key::{KeyError, PublicKey};
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
    let Some(known) = known else {
        let (made_by, family) = (
            Family::of(oid.as_bytes()),
            Family::of(key.algorithm.oid.as_bytes()),
        );
        let other = made_by.is_some() && family.is_some() && made_by != family;
        return Err(if other {
            SignatureError::Wrong
        } else {
            SignatureError::Unsupported { algorithm: oid }
        });
    };
    let key = key.subject_public_key.as_bytes().ok_or_else(|| {
        let reason = "the key is no whole number of octets".to_owned();
        SignatureError::Decode { reason }
    })?;
    let verified = known.verify_signature(key, message, signature);
    verified.map_err(|_| match PublicKey::from_spki_der(spki) {
        // Nothing is computed with such a key.
        Err(KeyError::RsaSize { .. }) => SignatureError::Unsupported { algorithm: oid },
        _ => SignatureError::Wrong,
    })
}

/// The kinds of keys that make signatures of their own, whatever the hash: a key of one has not
/// made a signature of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    Rsa,
    EllipticCurve,
    Edwards,
}

impl Family {
    /// Of a key's algorithm or a signature's, by the arc that both are in.
    fn of(algorithm: &[u8]) -> Option<Self> {
        /// `id-edwards-curve-algs` (RFC 8410 section 3).
        const EDWARDS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101");
        /// `ansi-X9-62` (RFC 5480 section 2).
        const ANSI_X9_62: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045");
        let within = |arc: &[u8]| algorithm.starts_with(arc);
        if rfc5912::RSA_ENCRYPTION
            .parent()
            .is_some_and(|pkcs_1| within(pkcs_1.as_bytes()))
        {
            Some(Self::Rsa)
        } else if within(ANSI_X9_62.as_bytes()) {
            Some(Self::EllipticCurve)
        } else if within(EDWARDS.as_bytes()) {
            Some(Self::Edwards)
        } else {
            None
        }
    }
}

/// Whether a certificate's signature is of the kind that the key of `issuer` makes, where both are
/// known.
pub(crate) fn is_of_kind(certificate: &Certificate, issuer: &Certificate) -> bool {
    let made_by = Family::of(certificate.signature_algorithm().as_bytes());
    let key = SubjectPublicKeyInfoRef::from_der(issuer.spki_der());
    let family = key
        .ok()
        .and_then(|key| Family::of(key.algorithm.oid.as_bytes()));
    made_by.is_none() || family.is_none() || made_by == family
}

/// What a certificate's signature is worth beside one candidate for its issuer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signature {
    /// The candidate's key made it.
    Valid,
    /// Another key made it, be it of another kind, or the certificate was changed since.
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
