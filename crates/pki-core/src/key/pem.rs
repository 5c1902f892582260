//! Reading keys from PEM (RFC 7468): PKCS#1, SEC1 and PKCS#8, like client-go's `keyutil`.

use base64ct::{Base64, Encoding as _};
use const_oid::ObjectIdentifier;
use const_oid::db::rfc5912::{SECP_256_R_1, SECP_384_R_1};
use der::{Decode as _, SecretDocument};
use pkcs8::PrivateKeyInfoRef;
use zeroize::Zeroizing;

use super::curve::P256Key;
use super::private::Secret;
use super::rsa::RsaKey;
use super::{KeyError, Passphrase, PrivateKey, PublicKey, encrypted};
use crate::text::pem::{Block, MAX_TEXT, Scan, blocks, labels, scan};
use crate::text::{Framing, FramingError, KeyForm, KeyLabel};

/// The longest block that is decoded, in bytes. An RSA key of 8192 bits, the largest that is used,
/// has under 7000.
const MAX_BLOCK: usize = 16 << 10;
/// Rotation of the service-account key leaves two or three in a file.
const MAX_PUBLIC_KEYS: usize = 256;

/// The first private key in the text, as Go's `tls.X509KeyPair` finds it: whatever its label says,
/// what it is is told from its content. Other blocks, such as `EC PARAMETERS`, are passed over.
pub(super) fn private_key(
    text: &[u8],
    passphrase: Option<&Passphrase>,
) -> Result<PrivateKey, KeyError> {
    let blocks = blocks_of(text)?;
    let mut labelled = blocks.iter();
    let Some((block, label)) = labelled.find_map(|block| Some((block, KeyLabel::of(block.label)?)))
    else {
        return Err(KeyError::NoKey {
            found: labels(&blocks),
        });
    };
    if is_encrypted(block) {
        return Err(match passphrase {
            None => KeyError::Encrypted,
            Some(_) => KeyError::Cipher {
                name: "OpenSSL's old way (RFC 1421)".to_owned(),
            },
        });
    }
    let expected = match label {
        KeyLabel::Rsa => "PKCS#1",
        KeyLabel::Ec => "SEC1",
        _ => "PKCS#8",
    };
    let document = match decode(block, expected) {
        Err(_) if label == KeyLabel::Encrypted => return Err(KeyError::Encrypted),
        document => document?,
    };
    if label == KeyLabel::Encrypted
        && form(document.as_bytes()).is_none()
        && let Some(passphrase) = passphrase
    {
        return pkcs8(&encrypted::decrypt(document.as_bytes(), passphrase)?);
    }
    match form(document.as_bytes()) {
        Some(KeyForm::Pkcs1) => rsa(document.as_bytes(), "PKCS#1"),
        Some(KeyForm::Pkcs8) => pkcs8(&document),
        Some(KeyForm::Sec1) => sec1(document.as_bytes(), None, "SEC1"),
        None => match label {
            KeyLabel::Encrypted => Err(KeyError::Encrypted),
            KeyLabel::Rsa => rsa(document.as_bytes(), expected),
            KeyLabel::Ec => sec1(document.as_bytes(), None, "SEC1"),
            _ => pkcs8(&document),
        },
    }
}

/// The first thing about the blocks of a text that some reader takes otherwise than Go does, the
/// label of its private key with them.
pub(super) fn framing(text: &[u8]) -> Option<FramingError> {
    if text.len() > MAX_TEXT {
        return None;
    }
    let Scan { blocks, odd } = match scan(text) {
        Ok(scan) => scan,
        Err(error) => return Some(error),
    };
    odd.or_else(|| blocks.iter().find_map(odd_label))
}

/// What is odd about the label of a private key.
fn odd_label(block: &Block<'_>) -> Option<FramingError> {
    let label = KeyLabel::of(block.label)?;
    // Mostly it is what it says, and nothing needs to be decoded to see that.
    if begins(block).is_some_and(|form| label.fits(form)) {
        return None;
    }
    let form = form(decode(block, "PKCS#8").ok()?.as_bytes())?;
    let framing = Framing::KeyLabel { label, form };
    (!label.fits(form)).then_some(FramingError {
        line: block.line,
        framing,
    })
}

/// What a block begins like: the version of each form is followed by something else.
fn begins(block: &Block<'_>) -> Option<KeyForm> {
    const CHARACTERS: usize = 12;
    let mut head = Zeroizing::new([0; CHARACTERS / 4 * 3]);
    let line = block.first_line().get(..CHARACTERS)?;
    let head = Base64::decode(line, head.as_mut_slice()).ok()?;
    let content = match head {
        [0x30, 0x81, _, content @ ..] | [0x30, 0x82, _, _, content @ ..] => content,
        [0x30, length, content @ ..] if *length < 0x80 => content,
        _ => return None,
    };
    match content {
        [2, 1, 0, 2, ..] => Some(KeyForm::Pkcs1),
        [2, 1, 0 | 1, 0x30, ..] => Some(KeyForm::Pkcs8),
        [2, 1, 1, 4, ..] => Some(KeyForm::Sec1),
        _ => None,
    }
}

/// The form of a private key, by its outermost structure.
fn form(document: &[u8]) -> Option<KeyForm> {
    if pkcs1::RsaPrivateKeyRef::from_der(document).is_ok() {
        return Some(KeyForm::Pkcs1);
    }
    if PrivateKeyInfoRef::try_from(document).is_ok() {
        return Some(KeyForm::Pkcs8);
    }
    let is_sec1 = sec1::EcPrivateKey::from_der(document).is_ok();
    is_sec1.then_some(KeyForm::Sec1)
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
            let document = decode(block, "SPKI")?;
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

/// The DER inside one block, wiped when dropped.
fn decode(block: &Block<'_>, form: &'static str) -> Result<SecretDocument, KeyError> {
    if block.text.len() > MAX_BLOCK {
        return Err(KeyError::TooLong {
            what: "its block",
            size: block.text.len(),
            max: MAX_BLOCK,
        });
    }
    let (_, document) =
        SecretDocument::from_pem(&block.plain()).map_err(|error| KeyError::decode(form, error))?;
    Ok(document)
}

/// An RSA key in PKCS#1. Its size is looked at before anything is computed with it: checking a key
/// is work that grows with the square of its length.
fn rsa(document: &[u8], form: &'static str) -> Result<PrivateKey, KeyError> {
    let parts = pkcs1::RsaPrivateKeyRef::from_der(document)
        .map_err(|error: der::Error| KeyError::decode(form, error))?;
    super::public::check_rsa(parts.modulus, parts.public_exponent)?;
    PrivateKey::new(Secret::Rsa(RsaKey::from_parts(parts, form)?))
}

/// A key of an elliptic curve (RFC 5915), whose curve what is around it may name.
fn sec1(
    document: &[u8],
    curve: Option<ObjectIdentifier>,
    form: &'static str,
) -> Result<PrivateKey, KeyError> {
    let key = sec1::EcPrivateKey::from_der(document)
        .map_err(|error: der::Error| KeyError::decode(form, error))?;
    let named = key.parameters.and_then(sec1::EcParameters::named_curve);
    // RFC 5915 makes the curve optional; Go and OpenSSL always write it.
    match curve.or(named) {
        Some(oid) if oid == SECP_256_R_1 => {
            let secret = p256::SecretKey::from_slice(&*scalar::<32>(key.private_key, form)?)
                .map_err(|error| KeyError::decode(form, error))?;
            let own = P256Key::new(&secret)?;
            check_public(&key, form, |public| {
                p256::PublicKey::from_sec1_bytes(public).is_ok_and(|public| public == *own.public())
            })?;
            PrivateKey::new(Secret::P256(own))
        }
        Some(oid) if oid == SECP_384_R_1 => {
            let secret = p384::SecretKey::from_slice(&*scalar::<48>(key.private_key, form)?)
                .map_err(|error| KeyError::decode(form, error))?;
            let signing = p384::ecdsa::SigningKey::from(secret);
            check_public(&key, form, |public| {
                p384::ecdsa::VerifyingKey::from_sec1_bytes(public)
                    .is_ok_and(|public| public == *signing.verifying_key())
            })?;
            PrivateKey::new(Secret::P384(Box::new(signing)))
        }
        Some(oid) => Err(KeyError::Unsupported {
            name: super::public::algorithm_name(&oid),
        }),
        None => Err(KeyError::decode(form, "it names no curve")),
    }
}

/// As many octets as the curve's order has. GnuTLS puts a zero before those that would be negative
/// as an INTEGER, others leave out zeros; Go and OpenSSL read all of them.
fn scalar<const N: usize>(
    octets: &[u8],
    form: &'static str,
) -> Result<Zeroizing<[u8; N]>, KeyError> {
    let zeros = octets.iter().take_while(|octet| **octet == 0).count();
    let digits = octets.get(zeros..).unwrap_or_default();
    let mut scalar = Zeroizing::new([0; N]);
    let place = N.checked_sub(digits.len());
    match place.and_then(|start| scalar.get_mut(start..)) {
        Some(place) => place.copy_from_slice(digits),
        None => return Err(KeyError::decode(form, "it is longer than its curve's keys")),
    }
    Ok(scalar)
}

/// The public key is optional (RFC 5915 section 3), and the private one's where it is there. The
/// curves' own decoders compute it for this, and the key itself does once more.
fn check_public(
    key: &sec1::EcPrivateKey<'_>,
    form: &'static str,
    is_its_own: impl FnOnce(&[u8]) -> bool,
) -> Result<(), KeyError> {
    match key.public_key {
        Some(public) if !is_its_own(public) => Err(KeyError::decode(
            form,
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
    sec1(info.private_key.as_bytes(), Some(curve), "PKCS#8")
}
