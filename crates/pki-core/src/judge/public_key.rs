//! Keys: of which kind they are, and who does not take them.

use const_oid::ObjectIdentifier;
use const_oid::db::{DB, rfc5912};
use der::Decode as _;
use der::asn1::AnyRef;
use spki::SubjectPublicKeyInfoRef;

use super::Rule;
use super::finding::Problem;
use super::object::without_room;
use super::standing::{ALL, ALL_BUT_WEBPKI, Standing};
use crate::key::KeyError;
use crate::spec::Party::{self, GnuTls, Go, Kubeadm, OpenSsl, Webpki};
use crate::spec::{EncryptionAlgorithm, KubernetesVersion};
use crate::x509::Certificate;
use crate::x509::elements::{Elements, INTEGER, OBJECT_IDENTIFIER, SEQUENCE};
use crate::x509::oid::is_identifier;

/// Below this an RSA key is too short (NIST SP 800-131A).
const LEAST_RSA_BITS: u32 = 2048;
/// Go, crypto/rsa `checkKeySize`.
const LEAST_RSA_BITS_OF_GO: u32 = 1024;
const SECP_256_K_1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.10");
const ED_25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const ED_25519_OCTETS: usize = 32;

/// What is wrong with the key of a certificate.
pub(super) fn problem(certificate: &Certificate, standing: Standing) -> Option<Problem> {
    if let Some(problem) = algorithm(certificate.spki_der()) {
        return Some(problem);
    }
    let Ok(info) = SubjectPublicKeyInfoRef::from_der(certificate.spki_der()) else {
        let by: &[Party] = match standing {
            Standing::Leaf(_) => &[Go, OpenSsl],
            Standing::Between => &[Go, Webpki],
            Standing::Anchor => &[Go, OpenSsl, Webpki],
        };
        return Some(unsupported("its key does not decode", by));
    };
    match info.algorithm.oid {
        rfc5912::RSA_ENCRYPTION if info.algorithm.parameters != Some(AnyRef::NULL) => {
            let message = "the parameters of its RSA key are not NULL";
            Some(Problem::new(Rule::RsaParameters, message))
        }
        rfc5912::ID_EC_PUBLIC_KEY => elliptic(certificate, &info, standing),
        ED_25519 => Some(edwards(&info)),
        _ => other(certificate, &info),
    }
}

/// An algorithm whose identifier is none, or one that is too odd to have a name.
fn algorithm(spki: &[u8]) -> Option<Problem> {
    let mut parts = Elements::inside(spki, SEQUENCE)?;
    let content = Elements::of(parts.read(SEQUENCE)?).read(OBJECT_IDENTIFIER)?;
    if !is_identifier(content) {
        let message = "the identifier of its key's algorithm is none";
        return Some(unsupported(message, ALL_BUT_WEBPKI));
    }
    if ObjectIdentifier::from_bytes(content).is_ok() {
        return None;
    }
    let unknown = [Go, OpenSsl, Webpki, Kubeadm];
    let without_room = without_room(content).iter();
    let more = without_room.filter(|by| !unknown.contains(by)).copied();
    let by: Vec<Party> = unknown.into_iter().chain(more).collect();
    Some(unsupported(
        "its key is of an algorithm that nobody knows",
        &by,
    ))
}

/// A key on a curve: Go takes uncompressed points of four curves.
fn elliptic(
    certificate: &Certificate,
    info: &SubjectPublicKeyInfoRef<'_>,
    standing: Standing,
) -> Option<Problem> {
    let by = |leaf: &'static [Party], authority: &'static [Party]| {
        if standing.is_authority() {
            authority
        } else {
            leaf
        }
    };
    let Ok(curve) = info.algorithm.parameters_oid() else {
        return Some(unsupported(
            "its key does not name a curve",
            by(&[Go, OpenSsl], ALL),
        ));
    };
    let point = info.subject_public_key.as_bytes().unwrap_or_default();
    match (curve, point.first()) {
        (_, Some(2 | 3)) => {
            let message = "its key is a compressed point, which Go does not parse";
            return Some(unsupported(message, by(&[Go], &[Go, GnuTls])));
        }
        (_, Some(6 | 7)) => {
            let message = "its key is a point in hybrid form, which Go does not parse";
            return Some(unsupported(message, by(&[Go], &[Go, GnuTls, Webpki])));
        }
        (_, Some(0)) => {
            let message = "its key is the point at infinity";
            return Some(unsupported(message, by(&[Go], ALL)));
        }
        // RFC 8446 has a signature scheme for it, and kubeadm issues from it.
        (rfc5912::SECP_521_R_1, Some(4)) => {
            let message = "its key is ECDSA P-521, which rustls with ring does not take";
            return Some(unsupported(message, &[]));
        }
        (rfc5912::SECP_224_R_1, Some(4)) => {
            let message = "its key is ECDSA P-224, which is in no signature scheme of TLS 1.3";
            return Some(unsupported(message, &[Go, Webpki]));
        }
        (SECP_256_K_1, Some(4)) => {
            return Some(unsupported(
                "its key is on secp256k1",
                by(&[Go], &[Go, Webpki]),
            ));
        }
        (rfc5912::SECP_256_R_1 | rfc5912::SECP_384_R_1, _) => {}
        _ => {
            let message = format!("its key is on a curve that nobody knows: {curve}");
            return Some(unsupported(message, by(&[Go, OpenSsl], ALL)));
        }
    }
    certificate.public_key().is_err().then(|| {
        unsupported(
            "its key is not a point of its curve",
            by(&[Go, OpenSsl], ALL),
        )
    })
}

fn edwards(info: &SubjectPublicKeyInfoRef<'_>) -> Problem {
    let octets = info.subject_public_key.raw_bytes().len();
    if info.algorithm.parameters.is_some() {
        return unsupported("its Ed25519 key has parameters", &[Go, OpenSsl]);
    }
    if octets != ED_25519_OCTETS {
        let message = format!("its Ed25519 key has {octets} octets, not {ED_25519_OCTETS}");
        return unsupported(message, &[Go, OpenSsl]);
    }
    let message = "its key is Ed25519; RSA, ECDSA P-256 or ECDSA P-384 is wanted";
    unsupported(message, &[Kubeadm])
}

fn other(certificate: &Certificate, info: &SubjectPublicKeyInfoRef<'_>) -> Option<Problem> {
    match certificate.public_key() {
        Ok(_) => None,
        Err(KeyError::RsaSize { bits }) => Some(rsa_size(bits)),
        Err(KeyError::Unsupported { name }) if name.starts_with("ML-DSA") => {
            Some(post_quantum(&name))
        }
        // OpenSSL does not take what it cannot name.
        Err(KeyError::Unsupported { name }) if DB.by_oid(&info.algorithm.oid).is_none() => {
            Some(unsupported_key(&name).refused_by([Go, OpenSsl, Webpki, Kubeadm]))
        }
        Err(KeyError::Unsupported { name }) => Some(unsupported_key(&name)),
        Err(error) => {
            let by = by_numbers(info.subject_public_key.raw_bytes());
            Some(unsupported(format!("its key {error}"), by))
        }
    }
}

/// A key of FIPS 204: refused by those that are asked here.
fn post_quantum(name: &str) -> Problem {
    let message = format!("its key is {name}: {}", who_takes_ml_dsa(name));
    unsupported(message, &[Go, OpenSsl, Webpki, Kubeadm])
}

/// Which reader of which version takes a key or a signature of FIPS 204, as its makers say: the Go
/// that components are built with decides for all of them.
pub(super) fn who_takes_ml_dsa(name: &str) -> String {
    let taken = "OpenSSL takes it from 3.5 on and GnuTLS from 3.8.9";
    let Some(row) = EncryptionAlgorithm::named(name) else {
        return taken.to_owned();
    };
    format!(
        "{taken}; Go up to 1.26 does not, which Kubernetes {} is built with, and Go 1.27, which is \
         said to, is {}, where kubeadm is to make such keys",
        KubernetesVersion::NEWEST,
        row.since
    )
}

/// Who does not take the two numbers of an RSA key: Go wants both above zero and an exponent of at
/// most 8 octets, and with the rest no handshake is made.
fn by_numbers(key: &[u8]) -> &'static [Party] {
    let numbers = Elements::inside(key, SEQUENCE).and_then(|mut key| {
        let modulus = key.read(INTEGER)?;
        Some([modulus, key.read(INTEGER)?])
    });
    let is_positive = |number: &[u8]| number.first().is_some_and(|first| first & 0x80 == 0);
    match numbers {
        None => &[Go, OpenSsl],
        Some(numbers) if !numbers.iter().all(|one| is_positive(one)) || numbers[1].len() > 8 => {
            &[Go]
        }
        Some(_) => &[Go, Webpki],
    }
}

fn unsupported(message: impl Into<String>, by: &[Party]) -> Problem {
    Problem::new(Rule::UnsupportedKey, message).refused_by(by.iter().copied())
}

/// An RSA key that is too short or too long.
pub(super) fn rsa_size(bits: u32) -> Problem {
    if bits < LEAST_RSA_BITS {
        let message =
            format!("its key is RSA with {bits} bits; at least {LEAST_RSA_BITS} are wanted");
        let problem = Problem::new(Rule::WeakKey, message);
        if bits < LEAST_RSA_BITS_OF_GO {
            problem
        } else {
            problem.refused_by([Webpki])
        }
    } else {
        let message = format!("its key is RSA with {bits} bits; at most 8192 are accepted");
        unsupported(message, &[Go, Webpki])
    }
}

/// A key that no component uses in TLS.
pub(super) fn unsupported_key(name: &str) -> Problem {
    let message = format!("its key is {name}; RSA, ECDSA P-256 or ECDSA P-384 is wanted");
    match name {
        "ECDSA P-521" => unsupported(message, &[]),
        "Ed25519" => unsupported(message, &[Kubeadm]),
        _ => unsupported(message, &[Go, Webpki, Kubeadm]),
    }
}
