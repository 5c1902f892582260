//! What a certificate is by itself, whoever has signed it.

use const_oid::ObjectIdentifier;
use const_oid::db::{rfc5280, rfc5912};
use der::Decode as _;
use der::asn1::AnyRef;
use spki::SubjectPublicKeyInfoRef;
use time::OffsetDateTime;
use x509_cert::ext::pkix::name::GeneralNames;
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, NameConstraints,
    SubjectKeyIdentifier,
};

use super::Rule;
use super::finding::Problem;
use crate::key::KeyError;
use crate::text::instant::readable;
use crate::x509::{Certificate, Extension};

/// ecdsa-with-SHA1 (RFC 3279 section 2.2.3).
const ECDSA_WITH_SHA_1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.1");
/// Below this an RSA key is too short (NIST SP 800-131A).
const LEAST_RSA_BITS: u32 = 2048;
/// RFC 5280 section 4.1.2.2.
const MOST_SERIAL_OCTETS: usize = 20;

/// What is wrong with a certificate whatever it is for; its dates are not looked at.
pub(super) fn problems(certificate: &Certificate) -> Vec<Problem> {
    let mut found = Vec::new();
    if certificate.version() != 3 {
        let message = format!("it is of version {}, not 3", certificate.version());
        found.push(Problem::new(Rule::CertificateVersion, message));
    }
    found.extend(serial(certificate));
    found.extend(signature(certificate));
    found.extend(key(certificate));
    found.extend(name(certificate));
    found.extend(certificate.extensions().iter().filter_map(extension));
    found
}

/// Whether it is too early or too late for it.
pub(super) fn dates(certificate: &Certificate, at: OffsetDateTime) -> Option<Problem> {
    let validity = certificate.validity();
    let authority = certificate.is_authority();
    if validity.not_after < at {
        let message = format!(
            "it expired on {}, and it is {}",
            readable(validity.not_after),
            readable(at)
        );
        let rule = if authority {
            Rule::AuthorityExpired
        } else {
            Rule::Expired
        };
        return Some(Problem::new(rule, message).because([]));
    }
    if validity.not_before > at {
        let message = format!(
            "it is not valid before {}, and it is {}",
            readable(validity.not_before),
            readable(at)
        );
        let rule = if authority {
            Rule::AuthorityNotYetValid
        } else {
            Rule::NotYetValid
        };
        return Some(Problem::new(rule, message).because([]));
    }
    None
}

fn serial(certificate: &Certificate) -> Option<Problem> {
    let octets = certificate.serial_number().as_bytes();
    let shown = certificate.serial_number();
    if octets.first().is_some_and(|first| first & 0x80 != 0) {
        let message = format!("its serial number is negative: {shown} has the sign bit set");
        return Some(Problem::new(Rule::SerialNegative, message));
    }
    if octets.iter().all(|octet| *octet == 0) {
        // kubeadm gave it to its authorities until 1.28, and no verifier looks at it there.
        return (!certificate.is_self_issued())
            .then(|| Problem::new(Rule::SerialZero, "its serial number is 0"));
    }
    (octets.len() > MOST_SERIAL_OCTETS).then(|| {
        let message = format!(
            "its serial number has {} octets; at most {MOST_SERIAL_OCTETS} are allowed",
            octets.len()
        );
        Problem::new(Rule::SerialTooLong, message)
    })
}

/// Signatures by hashes for which collisions are known. Nobody checks a root's own.
fn signature(certificate: &Certificate) -> Option<Problem> {
    let name = match certificate.signature_algorithm().0 {
        rfc5912::SHA_1_WITH_RSA_ENCRYPTION => "SHA-1 with RSA",
        ECDSA_WITH_SHA_1 => "SHA-1 with ECDSA",
        rfc5912::DSA_WITH_SHA_1 => "SHA-1 with DSA",
        rfc5912::MD_5_WITH_RSA_ENCRYPTION => "MD5 with RSA",
        rfc5912::MD_2_WITH_RSA_ENCRYPTION => "MD2 with RSA",
        _ => return None,
    };
    (!certificate.is_self_issued()).then(|| {
        let message = format!("it is signed by {name}; SHA-256 or more is wanted");
        Problem::new(Rule::WeakSignature, message)
    })
}

fn key(certificate: &Certificate) -> Option<Problem> {
    let info = SubjectPublicKeyInfoRef::from_der(certificate.spki_der()).ok()?;
    if info.algorithm.oid == rfc5912::RSA_ENCRYPTION
        && info.algorithm.parameters != Some(AnyRef::NULL)
    {
        let message = "the parameters of its RSA key are not NULL";
        return Some(Problem::new(Rule::RsaParameters, message));
    }
    match certificate.public_key() {
        Ok(_) => None,
        Err(KeyError::RsaSize { bits }) => Some(rsa_size(bits)),
        Err(KeyError::Unsupported { name }) => Some(unsupported_key(&name)),
        Err(error) => Some(Problem::new(
            Rule::UnsupportedKey,
            format!("its key {error}"),
        )),
    }
}

/// An RSA key that is too short or too long.
pub(super) fn rsa_size(bits: u32) -> Problem {
    if bits < LEAST_RSA_BITS {
        let message =
            format!("its key is RSA with {bits} bits; at least {LEAST_RSA_BITS} are wanted");
        Problem::new(Rule::WeakKey, message)
    } else {
        let message = format!("its key is RSA with {bits} bits; at most 8192 are accepted");
        Problem::new(Rule::UnsupportedKey, message)
    }
}

/// A key that is neither RSA nor on P-256 or P-384.
pub(super) fn unsupported_key(name: &str) -> Problem {
    let message = format!("its key is {name}; RSA, ECDSA P-256 or ECDSA P-384 is wanted");
    Problem::new(Rule::UnsupportedKey, message)
}

fn name(certificate: &Certificate) -> Option<Problem> {
    let is_empty = |name: &crate::x509::DistinguishedName| name.to_string().is_empty();
    if is_empty(certificate.issuer()) {
        return Some(Problem::new(Rule::EmptyName, "its issuer is empty"));
    }
    if !is_empty(certificate.subject()) {
        return None;
    }
    let names = certificate
        .extensions()
        .iter()
        .find(|extension| extension.oid == rfc5280::ID_CE_SUBJECT_ALT_NAME);
    let message = match names {
        _ if certificate.is_authority() => "it is an authority, and its subject is empty",
        None => "its subject is empty, and it has no alternative names",
        Some(names) if !names.critical => {
            "its subject is empty, and its alternative names are not critical"
        }
        Some(_) => return None,
    };
    Some(Problem::new(Rule::EmptyName, message))
}

/// What every verifier understands in critical extensions; the rest it must refuse.
const UNDERSTOOD: [ObjectIdentifier; 6] = [
    rfc5280::ID_CE_KEY_USAGE,
    rfc5280::ID_CE_EXT_KEY_USAGE,
    rfc5280::ID_CE_BASIC_CONSTRAINTS,
    rfc5280::ID_CE_SUBJECT_ALT_NAME,
    rfc5280::ID_CE_NAME_CONSTRAINTS,
    rfc5280::ID_CE_CRL_DISTRIBUTION_POINTS,
];

/// Extensions that must not be critical, by name.
const NEVER_CRITICAL: [(ObjectIdentifier, &str); 3] = [
    (
        rfc5280::ID_CE_AUTHORITY_KEY_IDENTIFIER,
        "authority key identifier",
    ),
    (
        rfc5280::ID_CE_SUBJECT_KEY_IDENTIFIER,
        "subject key identifier",
    ),
    (
        rfc5280::ID_PE_AUTHORITY_INFO_ACCESS,
        "authority information access",
    ),
];

fn extension(extension: &Extension) -> Option<Problem> {
    if let Some(name) = malformed(extension) {
        let message = format!("its {name} extension does not decode");
        return Some(Problem::new(Rule::MalformedExtension, message));
    }
    if !extension.critical || UNDERSTOOD.contains(&extension.oid) {
        return None;
    }
    if let Some((_, name)) = NEVER_CRITICAL.iter().find(|(oid, _)| *oid == extension.oid) {
        let message = format!("its {name} is critical, which it must not be");
        return Some(Problem::new(Rule::IdentifierCritical, message));
    }
    let name = const_oid::db::DB.by_oid(&extension.oid);
    let name = name.map_or_else(
        || extension.oid.to_string(),
        |name| format!("{name} ({})", extension.oid),
    );
    let message = format!("its critical extension {name} is none that verifiers understand");
    Some(Problem::new(Rule::UnknownCriticalExtension, message))
}

/// The name of an extension that is known here and does not decode.
fn malformed(extension: &Extension) -> Option<&'static str> {
    fn broken<T: for<'a> der::Decode<'a>>(value: &[u8]) -> bool {
        T::from_der(value).is_err()
    }
    let value = extension.value.as_slice();
    let (is_broken, name) = match extension.oid {
        rfc5280::ID_CE_KEY_USAGE => (broken::<KeyUsage>(value), "key usage"),
        rfc5280::ID_CE_EXT_KEY_USAGE => {
            // RFC 5280: SIZE (1..MAX).
            let empty = ExtendedKeyUsage::from_der(value).is_ok_and(|usage| usage.0.is_empty());
            (
                empty || broken::<ExtendedKeyUsage>(value),
                "extended key usage",
            )
        }
        rfc5280::ID_CE_BASIC_CONSTRAINTS => {
            (broken::<BasicConstraints>(value), "basic constraints")
        }
        rfc5280::ID_CE_SUBJECT_ALT_NAME => {
            let empty = GeneralNames::from_der(value).is_ok_and(|names| names.is_empty());
            (
                empty || broken::<GeneralNames>(value),
                "subject alternative name",
            )
        }
        rfc5280::ID_CE_NAME_CONSTRAINTS => (broken::<NameConstraints>(value), "name constraints"),
        rfc5280::ID_CE_SUBJECT_KEY_IDENTIFIER => (
            broken::<SubjectKeyIdentifier>(value),
            "subject key identifier",
        ),
        rfc5280::ID_CE_AUTHORITY_KEY_IDENTIFIER => (
            broken::<AuthorityKeyIdentifier>(value),
            "authority key identifier",
        ),
        _ => return None,
    };
    is_broken.then_some(name)
}
