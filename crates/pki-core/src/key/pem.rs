//! Reading keys from PEM (RFC 7468): PKCS#1, SEC1 and PKCS#8, like client-go's `keyutil`.

use der::SecretDocument;
use der::pem::PemLabel as _;
use pkcs8::{DecodePrivateKey as _, PrivateKeyInfoRef};
use zeroize::Zeroizing;

use super::private::Secret;
use super::rsa::RsaKey;
use super::{KeyError, PrivateKey, PublicKey};
use crate::text::pem::{Block, MAX_TEXT, blocks, labels};

/// The longest block that is decoded, in bytes. An RSA key of 8192 bits, the largest that is used,
/// has under 7000.
const MAX_BLOCK: usize = 16 << 10;
/// Rotation of the service-account key leaves two or three in a file.
const MAX_PUBLIC_KEYS: usize = 256;

/// The first private key in the text. Other blocks, such as `EC PARAMETERS`, are passed over.
pub(super) fn private_key(text: &[u8]) -> Result<PrivateKey, KeyError> {
    let blocks = blocks_of(text)?;
    for block in &blocks {
        let decode = |form| decode(block, form);
        return match block.label {
            _ if is_encrypted(block) => Err(KeyError::Encrypted),
            "ENCRYPTED PRIVATE KEY" => Err(KeyError::Encrypted),
            "RSA PRIVATE KEY" => decode("PKCS#1").and_then(|key| rsa(key.as_bytes(), "PKCS#1")),
            "EC PRIVATE KEY" => decode("SEC1").and_then(|key| sec1(&key)),
            "PRIVATE KEY" => decode("PKCS#8").and_then(|key| pkcs8(&key)),
            _ => continue,
        };
    }
    Err(KeyError::NoKey {
        found: labels(&blocks),
    })
}

/// Every public key in the text, in order: a service-account key file may hold several.
pub(super) fn public_keys(text: &[u8]) -> Result<Vec<PublicKey>, KeyError> {
    let mut blocks = match blocks_of(text) {
        Err(KeyError::NotPem) => Vec::new(),
        blocks => blocks?,
    };
    blocks.retain(|block| block.label == "PUBLIC KEY");
    if blocks.is_empty() {
        return Err(KeyError::NoPublicKey);
    }
    if blocks.len() > MAX_PUBLIC_KEYS {
        return Err(KeyError::TooMany {
            count: blocks.len(),
            max: MAX_PUBLIC_KEYS,
        });
    }
    blocks
        .iter()
        .map(|block| {
            let text = text_of(block, "SPKI")?;
            let (_, document) =
                der::Document::from_pem(text).map_err(|error| KeyError::decode("SPKI", error))?;
            PublicKey::from_spki_der(document.as_bytes())
        })
        .collect()
}

/// The blocks of a file that should hold a key, at least one.
fn blocks_of(text: &[u8]) -> Result<Vec<Block<'_>>, KeyError> {
    if text.len() > MAX_TEXT {
        return Err(KeyError::TooLong {
            what: "it",
            size: text.len(),
            max: MAX_TEXT,
        });
    }
    if text.iter().all(u8::is_ascii_whitespace) {
        return Err(KeyError::Empty);
    }
    let blocks = blocks(text)?;
    if !blocks.is_empty() {
        return Ok(blocks);
    }
    // What is not text and starts as an ASN.1 SEQUENCE does is DER.
    Err(match text.first() {
        Some(0x30) if std::str::from_utf8(text).is_err() => KeyError::Der,
        _ => KeyError::NotPem,
    })
}

/// RFC 1421's header, which OpenSSL's old format has.
fn is_encrypted(block: &Block<'_>) -> bool {
    let header = b"Proc-Type: 4,ENCRYPTED";
    block.text.windows(header.len()).any(|at| at == header)
}

/// PEM is ASCII.
fn text_of<'a>(block: &Block<'a>, form: &'static str) -> Result<&'a str, KeyError> {
    if block.text.len() > MAX_BLOCK {
        return Err(KeyError::TooLong {
            what: "its block",
            size: block.text.len(),
            max: MAX_BLOCK,
        });
    }
    std::str::from_utf8(block.text).map_err(|error| KeyError::decode(form, error))
}

/// The DER inside one block, wiped when dropped.
fn decode(block: &Block<'_>, form: &'static str) -> Result<SecretDocument, KeyError> {
    let block = text_of(block, form)?;
    // Some tools indent or end lines with blanks; the decoder takes neither. Reserved once, with
    // the line break that the block's last line has not: growing would leave a copy behind.
    let mut trimmed = Zeroizing::new(String::with_capacity(block.len() + 1));
    for line in block.lines() {
        trimmed.push_str(line.trim());
        trimmed.push('\n');
    }
    let (_, document) =
        SecretDocument::from_pem(&trimmed).map_err(|error| KeyError::decode(form, error))?;
    Ok(document)
}

/// An RSA key in PKCS#1. Its size is looked at before anything is computed with it: checking a key
/// is work that grows with the square of its length.
fn rsa(document: &[u8], form: &'static str) -> Result<PrivateKey, KeyError> {
    let parts: pkcs1::RsaPrivateKeyRef<'_> = der::Decode::from_der(document)
        .map_err(|error: der::Error| KeyError::decode(form, error))?;
    super::public::check_rsa(parts.modulus, parts.public_exponent)?;
    PrivateKey::new(Secret::Rsa(RsaKey::from_parts(parts, form)?))
}

fn sec1(document: &SecretDocument) -> Result<PrivateKey, KeyError> {
    let key: sec1::EcPrivateKey<'_> = der::Decode::from_der(document.as_bytes())
        .map_err(|error: der::Error| KeyError::decode(sec1::EcPrivateKey::PEM_LABEL, error))?;
    let curve = key.parameters.and_then(sec1::EcParameters::named_curve);
    let scalar = |error| KeyError::decode("SEC1", error);
    // RFC 5915 makes the curve optional; Go and OpenSSL always write it.
    match curve {
        Some(oid) if oid == const_oid::db::rfc5912::SECP_256_R_1 => {
            let secret = p256::SecretKey::from_slice(key.private_key).map_err(scalar)?;
            let signing = p256::ecdsa::SigningKey::from(secret);
            check_public(&key, |public| {
                p256::ecdsa::VerifyingKey::from_sec1_bytes(public)
                    .is_ok_and(|public| public == *signing.verifying_key())
            })?;
            PrivateKey::new(Secret::P256(Box::new(signing)))
        }
        Some(oid) if oid == const_oid::db::rfc5912::SECP_384_R_1 => {
            let secret = p384::SecretKey::from_slice(key.private_key).map_err(scalar)?;
            let signing = p384::ecdsa::SigningKey::from(secret);
            check_public(&key, |public| {
                p384::ecdsa::VerifyingKey::from_sec1_bytes(public)
                    .is_ok_and(|public| public == *signing.verifying_key())
            })?;
            PrivateKey::new(Secret::P384(Box::new(signing)))
        }
        Some(oid) => Err(KeyError::Unsupported {
            name: super::public::algorithm_name(&oid),
        }),
        None => Err(KeyError::decode("SEC1", "it names no curve")),
    }
}

/// The public key is optional (RFC 5915 section 3), and the private one's where it is there. The
/// curves' own decoders compute it for this, and the key itself does once more.
fn check_public(
    key: &sec1::EcPrivateKey<'_>,
    is_its_own: impl FnOnce(&[u8]) -> bool,
) -> Result<(), KeyError> {
    match key.public_key {
        Some(public) if !is_its_own(public) => Err(KeyError::decode(
            "SEC1",
            "its public key is not the private key's",
        )),
        _ => Ok(()),
    }
}

fn pkcs8(document: &SecretDocument) -> Result<PrivateKey, KeyError> {
    let failed = |error: pkcs8::Error| KeyError::decode("PKCS#8", error);
    let info = PrivateKeyInfoRef::try_from(document.as_bytes()).map_err(failed)?;
    let algorithm = info.algorithm.oid;
    if algorithm == const_oid::db::rfc5912::RSA_ENCRYPTION {
        return rsa(info.private_key.as_bytes(), "PKCS#8");
    }
    if algorithm != const_oid::db::rfc5912::ID_EC_PUBLIC_KEY {
        return Err(KeyError::Unsupported {
            name: super::public::algorithm_name(&algorithm),
        });
    }
    let curve = info
        .algorithm
        .parameters_oid()
        .map_err(|error| KeyError::decode("PKCS#8", error))?;
    if curve == const_oid::db::rfc5912::SECP_256_R_1 {
        let key = p256::SecretKey::from_pkcs8_der(document.as_bytes()).map_err(failed)?;
        return PrivateKey::new(Secret::P256(Box::new(key.into())));
    }
    if curve == const_oid::db::rfc5912::SECP_384_R_1 {
        let key = p384::SecretKey::from_pkcs8_der(document.as_bytes()).map_err(failed)?;
        return PrivateKey::new(Secret::P384(Box::new(key.into())));
    }
    Err(KeyError::Unsupported {
        name: super::public::algorithm_name(&curve),
    })
}
