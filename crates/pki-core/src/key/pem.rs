//! Reading keys from PEM (RFC 7468): PKCS#1, SEC1 and PKCS#8, like client-go's `keyutil`.

use der::SecretDocument;
use der::pem::PemLabel as _;
use pkcs1::DecodeRsaPrivateKey as _;
use pkcs8::{DecodePrivateKey as _, PrivateKeyInfoRef};
use zeroize::Zeroizing;

use super::private::Secret;
use super::{KeyError, PrivateKey, PublicKey};

const BEGIN: &str = "-----BEGIN ";
const DASHES: &str = "-----";

/// The text of one PEM block and its label.
struct Block<'a> {
    label: &'a str,
    text: &'a str,
}

/// Cuts the text into PEM blocks; what stands between them is passed over, as Go does.
fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(BEGIN) {
        let Some(block) = rest.get(start..) else {
            break;
        };
        let Some((label, _)) = block
            .get(BEGIN.len()..)
            .and_then(|after| after.split_once(DASHES))
        else {
            break;
        };
        let end_line = format!("-----END {label}-----");
        let Some(end) = block.find(&end_line).map(|at| at + end_line.len()) else {
            break;
        };
        let (Some(text), Some(after)) = (block.get(..end), block.get(end..)) else {
            break;
        };
        found.push(Block { label, text });
        rest = after;
    }
    found
}

/// The first private key in the text. Other blocks, such as `EC PARAMETERS`, are passed over.
pub(super) fn private_key(text: &[u8]) -> Result<PrivateKey, KeyError> {
    let text = as_text(text)?;
    let blocks = blocks(text);
    for block in &blocks {
        return match block.label {
            _ if block.text.contains("Proc-Type: 4,ENCRYPTED") => Err(KeyError::Encrypted),
            "ENCRYPTED PRIVATE KEY" => Err(KeyError::Encrypted),
            "RSA PRIVATE KEY" => decode(block.text, "PKCS#1").and_then(|key| rsa(&key)),
            "EC PRIVATE KEY" => decode(block.text, "SEC1").and_then(|key| sec1(&key)),
            "PRIVATE KEY" => decode(block.text, "PKCS#8").and_then(|key| pkcs8(&key)),
            _ => continue,
        };
    }
    if blocks.is_empty() {
        return Err(KeyError::NotPem);
    }
    Err(KeyError::NoKey {
        found: blocks.iter().map(|block| block.label.to_owned()).collect(),
    })
}

/// Every public key in the text, in order: a service-account key file may hold several.
pub(super) fn public_keys(text: &[u8]) -> Result<Vec<PublicKey>, KeyError> {
    let text = as_text(text)?;
    let keys = blocks(text)
        .iter()
        .filter(|block| block.label == "PUBLIC KEY")
        .map(|block| {
            let (_, document) = der::Document::from_pem(block.text)
                .map_err(|error| KeyError::decode("SPKI", error))?;
            PublicKey::from_spki_der(document.as_bytes())
        })
        .collect::<Result<Vec<_>, _>>()?;
    if keys.is_empty() {
        return Err(KeyError::NoPublicKey);
    }
    Ok(keys)
}

/// PEM is ASCII. What is not text and starts as an ASN.1 SEQUENCE does is DER.
fn as_text(bytes: &[u8]) -> Result<&str, KeyError> {
    let not_text = || match bytes.first() {
        Some(0x30) => KeyError::Der,
        _ => KeyError::NotPem,
    };
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(KeyError::Empty);
    }
    std::str::from_utf8(bytes).map_err(|_| not_text())
}

/// The DER inside one block, wiped when dropped.
fn decode(block: &str, form: &'static str) -> Result<SecretDocument, KeyError> {
    // Some tools indent or end lines with blanks; the decoder takes neither.
    let mut trimmed = Zeroizing::new(String::with_capacity(block.len()));
    for line in block.lines() {
        trimmed.push_str(line.trim());
        trimmed.push('\n');
    }
    let (_, document) =
        SecretDocument::from_pem(&trimmed).map_err(|error| KeyError::decode(form, error))?;
    Ok(document)
}

fn rsa(document: &SecretDocument) -> Result<PrivateKey, KeyError> {
    let key = rsa::PrivateKey::from_pkcs1_der(document.as_bytes())
        .map_err(|error| KeyError::decode("PKCS#1", error))?;
    PrivateKey::new(Secret::Rsa(Box::new(key)))
}

fn sec1(document: &SecretDocument) -> Result<PrivateKey, KeyError> {
    let key: sec1::EcPrivateKey<'_> = der::Decode::from_der(document.as_bytes())
        .map_err(|error: der::Error| KeyError::decode(sec1::EcPrivateKey::PEM_LABEL, error))?;
    let curve = key.parameters.and_then(sec1::EcParameters::named_curve);
    // RFC 5915 makes the curve optional; Go and OpenSSL always write it.
    match curve {
        Some(oid) if oid == const_oid::db::rfc5912::SECP_256_R_1 => {
            p256::SecretKey::from_sec1_der(document.as_bytes())
                .map_err(|error| KeyError::decode("SEC1", error))
                .and_then(|key| PrivateKey::new(Secret::P256(Box::new(key.into()))))
        }
        Some(oid) if oid == const_oid::db::rfc5912::SECP_384_R_1 => {
            p384::SecretKey::from_sec1_der(document.as_bytes())
                .map_err(|error| KeyError::decode("SEC1", error))
                .and_then(|key| PrivateKey::new(Secret::P384(Box::new(key.into()))))
        }
        Some(oid) => Err(KeyError::Unsupported {
            name: super::public::algorithm_name(&oid),
        }),
        None => Err(KeyError::decode("SEC1", "it names no curve")),
    }
}

fn pkcs8(document: &SecretDocument) -> Result<PrivateKey, KeyError> {
    let failed = |error: pkcs8::Error| KeyError::decode("PKCS#8", error);
    let info = PrivateKeyInfoRef::try_from(document.as_bytes()).map_err(failed)?;
    let algorithm = info.algorithm.oid;
    if algorithm == const_oid::db::rfc5912::RSA_ENCRYPTION {
        let key = rsa::PrivateKey::from_pkcs8_der(document.as_bytes()).map_err(failed)?;
        return PrivateKey::new(Secret::Rsa(Box::new(key)));
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
