//! What is said of RSA keys where the feature `rsa` is off. Public ones are shown all the same.

use der::asn1::UintRef;
use der::{Decode as _, Tag};
use pkcs1::{RsaPrivateKeyRef, RsaPublicKeyRef};
use spki::SubjectPublicKeyInfoRef;
use zeroize::Zeroizing;

use super::KeyError;
use super::random::Generator;

/// There is none.
pub(super) enum RsaKey {}

impl RsaKey {
    pub(super) fn generate(_: &mut Generator<'_>, _: u32) -> Result<Self, KeyError> {
        Err(KeyError::FeatureOff { feature: "rsa" })
    }

    pub(super) fn from_parts(_: RsaPrivateKeyRef<'_>, _: &'static str) -> Result<Self, KeyError> {
        Err(KeyError::FeatureOff { feature: "rsa" })
    }

    pub(super) fn public_key_der(&self) -> Result<der::Document, spki::Error> {
        match *self {}
    }

    pub(super) fn to_pem(&self) -> Result<Zeroizing<String>, KeyError> {
        match *self {}
    }

    pub(super) fn to_pkcs8_der(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        match *self {}
    }

    pub(super) fn sign(&self, _: &[u8]) -> Result<Vec<u8>, KeyError> {
        match *self {}
    }
}

/// Whether a public key, a DER `SubjectPublicKeyInfo`, may be one: the product of two primes is
/// odd, and so is every exponent. What does not depend on arithmetic was looked at.
pub(super) fn check_public(spki: &[u8]) -> Result<(), spki::Error> {
    let info = SubjectPublicKeyInfoRef::from_der(spki)?;
    let key = RsaPublicKeyRef::from_der(info.subject_public_key.raw_bytes())?;
    let is_odd = |number: UintRef<'_>| number.as_bytes().last().is_some_and(|last| last & 1 == 1);
    if is_odd(key.modulus) && is_odd(key.public_exponent) {
        Ok(())
    } else {
        Err(der::Error::from(Tag::Integer.value_error()).into())
    }
}
