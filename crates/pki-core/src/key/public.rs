use std::fmt;

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5912::{ID_EC_PUBLIC_KEY, RSA_ENCRYPTION, SECP_256_R_1, SECP_384_R_1};
use der::asn1::UintRef;
use der::pem::LineEnding;
use der::{Decode as _, Encode as _};
use spki::{DecodePublicKey as _, SubjectPublicKeyInfoRef};

use super::{KeyError, KeyIdentifier, KeyType, SigningKey as _};

/// A public key: its `SubjectPublicKeyInfo` (RFC 5280 section 4.1.2.7), checked to be of a
/// type that Kubernetes components use.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PublicKey {
    spki: Vec<u8>,
    subject_public_key: Vec<u8>,
    key_type: KeyType,
}

impl PublicKey {
    /// Reads a DER `SubjectPublicKeyInfo`.
    ///
    /// # Errors
    ///
    /// [`KeyError::Decode`] when it is malformed, [`KeyError::Unsupported`] for another type
    /// of key, [`KeyError::RsaSize`] for RSA below 2048 or above 8192 bits.
    pub fn from_spki_der(spki: &[u8]) -> Result<Self, KeyError> {
        let info = SubjectPublicKeyInfoRef::from_der(spki)
            .map_err(|error| KeyError::decode("SPKI", error))?;
        let key_type = key_type(&info, spki)?;
        Ok(Self {
            spki: spki.to_vec(),
            subject_public_key: info.subject_public_key.raw_bytes().to_vec(),
            key_type,
        })
    }

    /// Reads every `PUBLIC KEY` block of a PEM text, in order.
    ///
    /// # Errors
    ///
    /// [`KeyError::NoPublicKey`] when there is none, or as [`Self::from_spki_der`].
    pub fn all_from_pem(text: &[u8]) -> Result<Vec<Self>, KeyError> {
        super::pem::public_keys(text)
    }

    /// The public half of the first private key of a PEM text, computed from it.
    ///
    /// # Errors
    ///
    /// As [`PrivateKey::from_pem`](super::PrivateKey::from_pem).
    pub fn of_private_pem(text: &[u8]) -> Result<Self, KeyError> {
        Ok(super::pem::private_key(text, None)?.public_key().clone())
    }

    /// The DER `SubjectPublicKeyInfo`.
    #[must_use]
    pub fn spki_der(&self) -> &[u8] {
        &self.spki
    }

    /// The content of the subjectPublicKey BIT STRING: an RSA key in PKCS#1, an EC point.
    #[must_use]
    pub fn subject_public_key(&self) -> &[u8] {
        &self.subject_public_key
    }

    /// Of an elliptic curve, as tokens and hardware modules give it (PKCS#11 `CKA_EC_PARAMS` and
    /// `CKA_EC_POINT`): DER of the curve's identifier, and the point, in an OCTET STRING or bare.
    ///
    /// # Errors
    ///
    /// [`KeyError`] for another curve, and for what is no point of it.
    pub fn of_point(curve: &[u8], point: &[u8]) -> Result<Self, KeyError> {
        let bare = <&der::asn1::OctetStringRef>::from_der(point);
        let point = bare.map_or(point, |inner| inner.as_bytes());
        let parameters =
            der::asn1::AnyRef::from_der(curve).map_err(|error| KeyError::decode("SPKI", error))?;
        of_parts(ID_EC_PUBLIC_KEY, parameters, point)
    }

    /// Of RSA, as tokens and hardware modules give it: modulus and public exponent, big-endian.
    ///
    /// # Errors
    ///
    /// [`KeyError`] for a size that is not used.
    pub fn of_rsa(modulus: &[u8], exponent: &[u8]) -> Result<Self, KeyError> {
        let number = |octets| UintRef::new(octets).map_err(|error| KeyError::decode("SPKI", error));
        let key = pkcs1::RsaPublicKey {
            modulus: number(modulus)?,
            public_exponent: number(exponent)?,
        };
        let key = key.to_der().map_err(KeyError::encode)?;
        of_parts(RSA_ENCRYPTION, der::asn1::AnyRef::NULL, &key)
    }

    /// Type and size.
    #[must_use]
    pub fn key_type(&self) -> KeyType {
        self.key_type
    }

    /// Identifier for the subject and authority key identifier extensions.
    #[must_use]
    pub fn identifier(&self) -> KeyIdentifier {
        KeyIdentifier::of(&self.subject_public_key)
    }

    /// PEM with the label `PUBLIC KEY`, the form of `sa.pub`.
    ///
    /// # Errors
    ///
    /// [`KeyError::Encode`] should the encoder fail.
    pub fn to_pem(&self) -> Result<String, KeyError> {
        der::Document::try_from(self.spki.as_slice())
            .and_then(|document| document.to_pem("PUBLIC KEY", LineEnding::LF))
            .map_err(KeyError::encode)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({}, {})", self.key_type, self.identifier())
    }
}

fn of_parts(
    oid: ObjectIdentifier,
    parameters: der::asn1::AnyRef<'_>,
    key: &[u8],
) -> Result<PublicKey, KeyError> {
    let info = SubjectPublicKeyInfoRef {
        algorithm: spki::AlgorithmIdentifierRef {
            oid,
            parameters: Some(parameters),
        },
        subject_public_key: der::asn1::BitStringRef::from_bytes(key).map_err(KeyError::encode)?,
    };
    PublicKey::from_spki_der(&info.to_der().map_err(KeyError::encode)?)
}

/// DER of an ECDSA signature (RFC 3279 section 2.2.3) on P-256 or P-384 from its two numbers one after
/// the other, as tokens and hardware modules give them.
///
/// # Errors
///
/// [`KeyError::Decode`] for what is no such signature.
pub fn ecdsa_signature(numbers: &[u8]) -> Result<Vec<u8>, KeyError> {
    let wrong = |error: signature::Error| KeyError::decode("ECDSA", error);
    if numbers.len() == 64 {
        let signature = p256::ecdsa::Signature::from_slice(numbers).map_err(wrong)?;
        Ok(signature.to_der().as_bytes().to_vec())
    } else {
        let signature = p384::ecdsa::Signature::from_slice(numbers).map_err(wrong)?;
        Ok(signature.to_der().as_bytes().to_vec())
    }
}

fn key_type(info: &SubjectPublicKeyInfoRef<'_>, spki: &[u8]) -> Result<KeyType, KeyError> {
    let malformed = |error: spki::Error| KeyError::decode("SPKI", error);
    if info.algorithm.oid == RSA_ENCRYPTION {
        let parts = pkcs1::RsaPublicKeyRef::from_der(info.subject_public_key.raw_bytes())
            .map_err(|error| KeyError::decode("SPKI", error))?;
        let bits = check_rsa(parts.modulus, parts.public_exponent)?;
        // Only the limits are ours; whether the key is sound is the decoder's matter.
        super::rsa::check_public(spki).map_err(malformed)?;
        return Ok(KeyType::Rsa { bits });
    }
    if info.algorithm.oid != ID_EC_PUBLIC_KEY {
        return Err(KeyError::Unsupported {
            name: algorithm_name(&info.algorithm.oid),
        });
    }
    let curve = info.algorithm.parameters_oid().map_err(malformed)?;
    if curve == SECP_256_R_1 {
        p256::PublicKey::from_public_key_der(spki).map_err(malformed)?;
        Ok(KeyType::EcdsaP256)
    } else if curve == SECP_384_R_1 {
        p384::PublicKey::from_public_key_der(spki).map_err(malformed)?;
        Ok(KeyType::EcdsaP384)
    } else {
        Err(KeyError::Unsupported {
            name: algorithm_name(&curve),
        })
    }
}

/// What is accepted of RSA, in bits: less than 2048 is weak, and Go's TLS refuses more than 8192
/// (`crypto/tls`, `maxRSAKeySize`).
const RSA_BITS: std::ops::RangeInclusive<u32> = 2048..=8192;
/// Go's `crypto/rsa` refuses public exponents above 2^31 - 1.
const MAX_EXPONENT_BITS: u32 = 31;

/// The length of the modulus, before anybody computes with it.
pub(super) fn check_rsa(modulus: UintRef<'_>, exponent: UintRef<'_>) -> Result<u32, KeyError> {
    let bits = bit_length(modulus);
    if !RSA_BITS.contains(&bits) {
        return Err(KeyError::RsaSize { bits });
    }
    let exponent = bit_length(exponent);
    if exponent > MAX_EXPONENT_BITS {
        return Err(KeyError::RsaExponent {
            bits: exponent,
            max: MAX_EXPONENT_BITS,
        });
    }
    Ok(bits)
}

fn bit_length(number: UintRef<'_>) -> u32 {
    let octets = number.as_bytes();
    let leading = octets.first().map_or(0, |octet| octet.leading_zeros());
    u32::try_from(octets.len())
        .unwrap_or(u32::MAX)
        .saturating_mul(8)
        .saturating_sub(leading)
}

/// A name for an algorithm or curve: the common ones in words, the others as numbers.
pub(super) fn algorithm_name(oid: &ObjectIdentifier) -> String {
    match common_name(oid) {
        Some(name) => name.to_owned(),
        None => format!("an algorithm with the object identifier {oid}"),
    }
}

/// The name by which people know an algorithm or curve, where they do.
pub(crate) fn common_name(oid: &ObjectIdentifier) -> Option<&'static str> {
    Some(match oid.to_string().as_str() {
        "1.3.101.112" => "Ed25519",
        "1.3.101.113" => "Ed448",
        "1.3.132.0.35" => "ECDSA P-521",
        "1.3.132.0.33" => "ECDSA P-224",
        "1.3.132.0.10" => "ECDSA secp256k1",
        "1.2.840.113549.1.1.10" => "RSA-PSS",
        // FIPS 204; RFC 9881.
        "2.16.840.1.101.3.4.3.17" => "ML-DSA-44",
        "2.16.840.1.101.3.4.3.18" => "ML-DSA-65",
        "2.16.840.1.101.3.4.3.19" => "ML-DSA-87",
        "1.2.840.10040.4.1" => "DSA",
        _ => return None,
    })
}
