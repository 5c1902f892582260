//! ECDSA on P-256 by graviola, several times as fast: on processors that have what it needs, which
//! is asked at run time.

use der::SecretDocument;
use graviola::hashing::Sha256;
use graviola::key_agreement::p256::StaticPrivateKey;
use graviola::signing::ecdsa::{P256, SigningKey};
use sec1::EcPrivateKey;

/// An uncompressed point: an octet that says so, and two coordinates.
type Point = [u8; 65];
/// What a DER `ECDSA-Sig-Value` of two numbers of 33 octets takes.
const LONGEST: usize = 72;

/// Whether this processor has what it takes.
pub(super) fn is_here() -> bool {
    graviola::util::is_cpu_supported()
}

/// The public half of a scalar.
pub(super) fn public_point(scalar: &[u8]) -> Option<Point> {
    let key = StaticPrivateKey::from_bytes(scalar).ok()?;
    Some(key.public_key_uncompressed())
}

/// Signs with SHA-256. The result is another one each time: what the operating system's generator
/// gives is mixed into the number that RFC 6979 makes of key and message.
pub(super) fn sign(scalar: &[u8], message: &[u8]) -> Option<Vec<u8>> {
    let key = EcPrivateKey {
        private_key: scalar,
        parameters: None,
        public_key: None,
    };
    let key = SecretDocument::encode_msg(&key).ok()?;
    let key = SigningKey::<P256>::from_sec1_der(key.as_bytes()).ok()?;
    let mut signature = [0; LONGEST];
    let signature = key.sign_asn1::<Sha256>(&[message], &mut signature).ok()?;
    Some(signature.to_vec())
}
