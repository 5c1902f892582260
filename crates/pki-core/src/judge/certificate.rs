//! What a certificate is by itself, whoever has signed it.

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5912;
use time::OffsetDateTime;

use super::finding::Problem;
use super::object::without_room;
use super::standing::{ALL, ALL_BUT_WEBPKI, STRICT, Standing};
use super::{Rule, extension, public_key, subject};
use crate::spec::Party::{self, GnuTls, Go, OpenSsl, OpenSslStrict, Webpki};
use crate::text::instant::readable;
use crate::x509::{Certificate, Usage};

/// ecdsa-with-SHA1 (RFC 3279 section 2.2.3).
const ECDSA_WITH_SHA_1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.1");
/// RFC 5280 section 4.1.2.2.
const MOST_SERIAL_OCTETS: usize = 20;

/// What is wrong with a certificate whatever it is for; its dates are not looked at.
pub(super) fn problems(certificate: &Certificate, standing: Standing) -> Vec<Problem> {
    let mut found = Vec::new();
    found.extend(version(certificate, standing));
    found.extend(serial(certificate));
    found.extend(signature(certificate, standing));
    found.extend(signature_identifier(certificate));
    found.extend(public_key::problem(certificate, standing));
    found.extend(subject::problems(certificate, standing));
    let extensions = certificate.extensions().iter();
    found.extend(extensions.flat_map(|one| extension::problems(one, standing)));
    found
}

/// Why Go or GnuTLS do not parse a certificate: a handshake in which it is presented is broken off,
/// also where it is on no path. What is refused only once it is used does not count.
pub(super) fn unparsed(certificate: &Certificate) -> Option<(String, Party)> {
    if !certificate.extensions().is_empty() && certificate.version() < 3 {
        let message = "it has extensions, and is of a version before 3".to_owned();
        return Some((message, GnuTls));
    }
    // Where it stands does not matter to a parser.
    let standing = Standing::Leaf(Usage::Client);
    let is_parsed = |problem: &Problem| match problem.rule {
        Rule::MalformedExtension
        | Rule::MalformedAttribute
        | Rule::SerialNegative
        | Rule::RsaParameters
        | Rule::IdentifierCritical => !problem.refused_by.contains(&Go),
        // webpki does not decode keys, and refuses only to use them.
        Rule::UnsupportedKey => {
            !problem.refused_by.contains(&Go) || problem.refused_by.contains(&Webpki)
        }
        Rule::CertificateVersion => certificate.version() <= 3,
        _ => true,
    };
    let mut own = problems(certificate, standing).into_iter();
    own.find(|problem| !is_parsed(problem))
        .map(|problem| (problem.message, Go))
}

/// Before version 3 there are no extensions, and Go then reads none: a server has no names, and
/// what stands between is no authority.
fn version(certificate: &Certificate, standing: Standing) -> Option<Problem> {
    let version = certificate.version();
    let go_misses = standing.serves() || standing == Standing::Between;
    let by = match version {
        3 => return None,
        1 | 2 if certificate.extensions().is_empty() => match standing {
            Standing::Anchor => STRICT.to_vec(),
            _ => vec![Webpki],
        },
        1 | 2 if go_misses => vec![Go, OpenSslStrict, GnuTls, Webpki],
        1 | 2 => vec![OpenSslStrict, GnuTls, Webpki],
        _ => vec![Go, Webpki],
    };
    let message = format!("it is of version {version}, not 3");
    Some(Problem::new(Rule::CertificateVersion, message).refused_by(by))
}

/// Whether it is too early or too late for it.
pub(super) fn dates(
    certificate: &Certificate,
    standing: Standing,
    at: OffsetDateTime,
) -> Option<Problem> {
    let validity = certificate.validity();
    let (end, begin) = (validity.not_after, validity.not_before);
    // What is trusted may have expired for all that webpki cares.
    let usual = if standing.is_presented() {
        ALL
    } else {
        ALL_BUT_WEBPKI
    };
    let over = [Rule::Expired, Rule::AuthorityExpired];
    let (rules, message, by): (_, _, &[Party]) = if end < at {
        let message = format!(
            "it expired on {}, and it is {}",
            readable(end),
            readable(at)
        );
        (over, message, usual)
    } else if end == at {
        let message = format!(
            "{} is its last second, one too many for OpenSSL",
            readable(at)
        );
        (over, message, &[OpenSsl])
    } else if begin > at {
        let message = format!(
            "it is not valid before {}, and it is {}",
            readable(begin),
            readable(at)
        );
        let early = [Rule::NotYetValid, Rule::AuthorityNotYetValid];
        (early, message, usual)
    } else {
        return None;
    };
    let [leaf, authority] = rules;
    let rule = if certificate.is_authority() {
        authority
    } else {
        leaf
    };
    let problem = Problem::new(rule, message).because([]);
    Some(problem.refused_by(by.iter().copied()))
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

/// Signatures by hashes for which collisions are known. Nobody checks a root's own, and of another
/// that is trusted OpenSSL alone does, which takes them.
pub(super) fn signature(certificate: &Certificate, standing: Standing) -> Option<Problem> {
    let name = match certificate.signature_algorithm().usual()? {
        rfc5912::SHA_1_WITH_RSA_ENCRYPTION => "SHA-1 with RSA",
        ECDSA_WITH_SHA_1 => "SHA-1 with ECDSA",
        rfc5912::DSA_WITH_SHA_1 => "SHA-1 with DSA",
        rfc5912::MD_5_WITH_RSA_ENCRYPTION => "MD5 with RSA",
        rfc5912::MD_2_WITH_RSA_ENCRYPTION => "MD2 with RSA",
        _ => return None,
    };
    (!certificate.is_self_issued()).then(|| {
        let message = format!("it is signed by {name}; SHA-256 or more is wanted");
        let problem = Problem::new(Rule::WeakSignature, message);
        if standing.is_presented() {
            problem
        } else {
            problem.refused_by([])
        }
    })
}

/// An algorithm that is not parsed, whoever looks at the signature.
fn signature_identifier(certificate: &Certificate) -> Option<Problem> {
    let algorithm = certificate.signature_algorithm();
    let by = without_room(algorithm.as_bytes());
    if by.is_empty() {
        return None;
    }
    let message =
        format!("it is signed by an algorithm whose identifier has too large an arc: {algorithm}");
    Some(Problem::new(Rule::UnsupportedSignature, message).refused_by(by.iter().copied()))
}
