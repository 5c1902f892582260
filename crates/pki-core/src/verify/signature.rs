use der::{Decode as _, Encode as _};
use spki::SubjectPublicKeyInfoRef;

use super::algorithm;
use crate::x509::{Certificate, Signed};

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
    check(certificate, issuer).unwrap_or(Signature::Unsupported)
}

fn check(certificate: &Certificate, issuer: &Certificate) -> der::Result<Signature> {
    let signed = Signed::from_der(certificate.as_der())?;
    let message = signed.to_be_signed.to_der()?;
    let key = SubjectPublicKeyInfoRef::from_der(issuer.spki_der())?;
    // webpki knows algorithms by the content of their SEQUENCE.
    let key_algorithm = key.algorithm.to_der()?;
    let key_algorithm = der::asn1::AnyRef::from_der(&key_algorithm)?;
    let known = algorithm::ALL.iter().find(|known| {
        known.signature_alg_id().as_ref() == signed.signature_algorithm.value()
            && known.public_key_alg_id().as_ref() == key_algorithm.value()
    });
    let Some(known) = known else {
        return Ok(Signature::Unsupported);
    };
    let valid = known.verify_signature(
        key.subject_public_key.raw_bytes(),
        &message,
        signed.signature.raw_bytes(),
    );
    Ok(match valid {
        Ok(()) => Signature::Valid,
        Err(_) => Signature::Invalid,
    })
}
