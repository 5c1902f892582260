//! Why a chain leads nowhere, and what of it is not known.

use const_oid::db::rfc5912;
use der::Decode as _;

use super::{Chain, Unchained};
use crate::authority::path::search::{Broken, MOST_SIGNATURES, Member};
use crate::judge::finding::{Findings, Problem, listed};
use crate::judge::public_key::who_takes_ml_dsa;
use crate::judge::standing::{ALL, Standing};
use crate::judge::{Rule, certificate, malformed, public_key};
use crate::spec::Party;
use crate::x509::elements::{Elements, INTEGER, OBJECT_IDENTIFIER, SEQUENCE};
use crate::x509::{Certificate, Signed};

/// Says why there is no path. Where the leaf alone is at fault, or nobody knows, that is a finding
/// here; the rest is for the caller to say.
pub(super) fn unchained(
    findings: &mut Findings,
    chain: &Chain<'_>,
    broken: Broken<'_>,
) -> Result<(), Unchained> {
    let (certificate, problem) = match broken {
        Broken::UnknownIssuer(certificate) => (certificate, unknown_issuer(chain, certificate)),
        Broken::BadSignature(certificate) => {
            let message = format!(
                "{} is issued by {}, and the authority of that name in {} has not signed it",
                which(chain, certificate),
                certificate.issuer(),
                chain.trust.file
            );
            (certificate, Problem::new(Rule::BadSignature, message))
        }
        Broken::Unsupported {
            certificate,
            issuer,
        } => {
            unsupported(findings, chain, certificate, issuer);
            return Ok(());
        }
        Broken::TooLong(certificate) => {
            let message = format!(
                "there are more authorities above it than anybody follows: {} is not the last",
                certificate.subject()
            );
            let leaf = chain.certificates.first().unwrap_or(certificate);
            findings.certificate(chain.place, leaf, Problem::new(Rule::PathRefused, message));
            return Ok(());
        }
        Broken::Limit(certificate) => {
            let message = format!(
                "who has signed {} is not known: there are too many who may have, and no more \
                 than {MOST_SIGNATURES} signatures were checked",
                certificate.subject()
            );
            let leaf = chain.certificates.first().unwrap_or(certificate);
            findings.certificate(chain.place, leaf, Problem::new(Rule::NotChecked, message));
            return Ok(());
        }
        Broken::Empty => {
            let message = "it holds no certificate";
            findings.file_problem(chain.place, malformed::problem(message.to_owned()));
            return Ok(());
        }
    };
    // A leaf that has signed itself has no authority to be looked for.
    if findings.has(Rule::SelfSigned, certificate) {
        if !chain.anchors.contains(certificate) {
            findings.refused_too(Rule::SelfSigned, certificate, ALL);
        }
        return Ok(());
    }
    Err(Unchained { problem })
}

/// Names are compared octet by octet, but by OpenSSL, to which letters of another case and strings
/// of another type are the same.
fn unknown_issuer(chain: &Chain<'_>, certificate: &Certificate) -> Problem {
    let issuer = certificate.issuer();
    let between = chain.certificates.iter();
    let mut all = chain.anchors.iter().chain(between);
    let alike = all.find(|one| one.subject() != issuer && one.subject().is_alike(issuer));
    let is_trusted = chain.anchors.contains(certificate);
    let (more, by): (&str, &[Party]) = match alike {
        _ if is_trusted && certificate.is_self_issued() => (
            "; it is itself among those that are trusted, and that is enough for all but rustls",
            &[Party::Webpki],
        ),
        _ if is_trusted => (
            "; it is itself among those that are trusted, and that is enough for Go alone",
            &[Party::OpenSsl, Party::GnuTls, Party::Webpki],
        ),
        Some(_) => (
            ", written otherwise: another type of string, case or blanks, which OpenSSL alone \
             passes over",
            &[Party::Go, Party::GnuTls, Party::Webpki],
        ),
        None => ("", ALL),
    };
    let anchors = chain.anchors.iter();
    let message = format!(
        "{} is issued by {issuer}; {} has only {}{more}",
        which(chain, certificate),
        chain.trust.file,
        listed(anchors.map(|anchor| anchor.subject().to_string()), "; ")
    );
    Problem::new(Rule::UnknownIssuer, message).refused_by(by.iter().copied())
}

fn which(chain: &Chain<'_>, certificate: &Certificate) -> String {
    match chain.certificates.first() {
        Some(leaf) if leaf == certificate => "it".to_owned(),
        _ => format!("the authority {} above it", certificate.subject()),
    }
}

/// A signature that is of a kind which is not checked, mostly because the authority's key is. What
/// is wrong with the key or the algorithm does not say whether the signature is right.
fn unsupported(
    findings: &mut Findings,
    chain: &Chain<'_>,
    certificate: &Certificate,
    issuer: Member<'_>,
) {
    let Member {
        certificate: issuer,
        trusted,
    } = issuer;
    let place = chain.place_of(trusted);
    if let Some(problem) = odd_key(issuer) {
        findings.certificate(place, issuer, problem);
        findings.certificate(place, issuer, unknown(certificate, issuer));
        return;
    }
    if let Some(weak) = certificate::signature(certificate, Standing::Between) {
        findings.certificate(chain.place, certificate, weak);
        findings.certificate(chain.place, certificate, unknown(certificate, issuer));
        return;
    }
    let message = format!(
        "it is signed by an algorithm that is not known here: {}; whether {} has signed it is not \
         checked",
        algorithm_of(certificate),
        issuer.subject()
    );
    let by = signers(certificate);
    let problem = Problem::new(Rule::UnsupportedSignature, message);
    let problem = problem.refused_by(by.iter().copied());
    findings.certificate(chain.place, certificate, problem);
}

/// What a certificate is signed by: a name where it has one that people know, and who takes that.
fn algorithm_of(certificate: &Certificate) -> String {
    let number = certificate.signature_algorithm();
    let name = number
        .usual()
        .and_then(|number| crate::key::common_name(&number));
    match name.filter(|name| name.starts_with("ML-DSA")) {
        Some(name) => format!("{name} ({})", who_takes_ml_dsa(name)),
        None => number.to_string(),
    }
}

/// Who does not take a signature of this algorithm.
fn signers(certificate: &Certificate) -> &'static [Party] {
    let Some(algorithm) = certificate.signature_algorithm().usual() else {
        return ALL;
    };
    match algorithm {
        rfc5912::ID_RSASSA_PSS if !has_usual_salt(certificate) => {
            &[Party::Go, Party::GnuTls, Party::Webpki]
        }
        rfc5912::ECDSA_WITH_SHA_224 | rfc5912::SHA_224_WITH_RSA_ENCRYPTION => {
            &[Party::Go, Party::Webpki]
        }
        _ if algorithm.to_string().starts_with(EDWARDS) => &[],
        // Known, and written with parameters that it does not have.
        rfc5912::ECDSA_WITH_SHA_256
        | rfc5912::ECDSA_WITH_SHA_384
        | rfc5912::ECDSA_WITH_SHA_512
        | rfc5912::SHA_256_WITH_RSA_ENCRYPTION
        | rfc5912::SHA_384_WITH_RSA_ENCRYPTION
        | rfc5912::SHA_512_WITH_RSA_ENCRYPTION
        | rfc5912::ID_RSASSA_PSS => &[Party::Webpki],
        _ => ALL,
    }
}

/// Whether a signature by RSA with the padding PSS is one that Go knows, and GnuTLS: with a hash of
/// SHA-2, the mask made by the same, and a salt as long as it is (crypto/x509,
/// `getSignatureAlgorithmFromAI`).
fn has_usual_salt(certificate: &Certificate) -> bool {
    let parameters = || {
        let signed = Signed::from_der(certificate.as_der()).ok()?;
        let algorithm = signed.signature_algorithm.value();
        let mut algorithm = Elements::of(algorithm);
        algorithm.read(OBJECT_IDENTIFIER)?;
        let mut parameters = Elements::of(algorithm.read(SEQUENCE)?);
        let hash = Elements::inside(parameters.read(0xa0)?, SEQUENCE)?.read(OBJECT_IDENTIFIER)?;
        let mut mask = Elements::inside(parameters.read(0xa1)?, SEQUENCE)?;
        mask.read(OBJECT_IDENTIFIER)?;
        let by = Elements::of(mask.read(SEQUENCE)?).read(OBJECT_IDENTIFIER)?;
        let salt = Elements::of(parameters.read(0xa2)?).read(INTEGER)?;
        Some((hash, by, salt))
    };
    let known = [
        (rfc5912::ID_SHA_256, 32),
        (rfc5912::ID_SHA_384, 48),
        (rfc5912::ID_SHA_512, 64),
    ];
    parameters().is_some_and(|(hash, by, salt)| {
        let mut known = known.iter();
        hash == by && known.any(|(oid, octets)| oid.as_bytes() == hash && salt == [*octets])
    })
}

/// Ed25519 and Ed448 (RFC 8410).
const EDWARDS: &str = "1.3.101.";

/// What is odd about an authority's key.
fn odd_key(issuer: &Certificate) -> Option<Problem> {
    public_key::problem(issuer, Standing::Between)
}

/// That nobody knows whether this issuer has signed a certificate: said of the one whose key or
/// whose signature is odd.
pub(super) fn unknown(certificate: &Certificate, issuer: &Certificate) -> Problem {
    let message = if odd_key(issuer).is_some() {
        "whether it has signed what is issued in its name is not checked: its key is of a kind \
         that is not used here"
            .to_owned()
    } else {
        format!(
            "whether {} has signed it is not checked: its signature is of a kind that is not \
             known here: {}",
            issuer.subject(),
            algorithm_of(certificate)
        )
    };
    Problem::new(Rule::NotChecked, message)
}
