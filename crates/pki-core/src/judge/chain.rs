//! What stands between a leaf and the authorities that its reader trusts.

use const_oid::db::rfc5280::{ID_CE_CERTIFICATE_POLICIES, ID_CE_POLICY_CONSTRAINTS};
use time::OffsetDateTime;

use super::finding::{Findings, Place, Problem, listed};
use super::standing::Standing;
use super::{Rule, authority, certificate, extension, identifier, purpose};
use crate::authority::path::search::{self, Broken, Member, Path};
use crate::authority::path::{PathError, verify_path};
use crate::text::instant::readable;
use crate::x509::{Certificate, Signature, Usage, signature};

/// A chain that somebody presents.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chain<'a> {
    pub(super) place: Place<'a>,
    /// The leaf and what follows it.
    pub(super) certificates: &'a [Certificate],
    pub(super) usage: Usage,
    /// Where its reader's authorities are.
    pub(super) trust: Place<'a>,
    /// Those authorities.
    pub(super) anchors: &'a [Certificate],
    /// Whether its readers want to see a self-signed one at the end, as OpenSSL does.
    pub(super) wants_root: bool,
}

/// Why a chain leads nowhere.
#[derive(Debug, Clone)]
pub(super) struct Unchained {
    pub(super) problem: Problem,
}

/// Judges a chain by the best of its paths. Whether there is none is for the caller to say: it
/// may be so for every chain of an authority, and then it is the authority that is at fault.
pub(super) fn judge(
    findings: &mut Findings,
    chain: &Chain<'_>,
    at: OffsetDateTime,
) -> Result<(), Unchained> {
    let paths = match search::paths(chain.certificates, chain.anchors) {
        Ok(paths) => paths,
        Err(broken) => return broken.map_or(Ok(()), |broken| unchained(findings, chain, broken)),
    };
    // During a rotation several lead up; one that nothing is wrong with is enough.
    let best = paths
        .into_iter()
        .map(|path| (problems(&path, chain, at), path))
        .min_by_key(|(problems, _)| problems.len());
    let Some((problems, path)) = best else {
        return Ok(());
    };
    for (position, problem) in problems {
        let Some(member) = path.get(position) else {
            continue;
        };
        let place = if member.trusted {
            chain.trust
        } else {
            chain.place
        };
        findings.certificate(place, member.certificate, problem);
    }
    webpki(findings, chain, &path, at);
    Ok(())
}

/// Says why there is no path, unless something else that is wrong explains it.
fn unchained(
    findings: &mut Findings,
    chain: &Chain<'_>,
    broken: Broken<'_>,
) -> Result<(), Unchained> {
    let anchors = chain.anchors.iter();
    let anchors = listed(anchors.map(|anchor| anchor.subject().to_string()), "; ");
    let (certificate, problem) = match broken {
        Broken::UnknownIssuer(certificate) => {
            let message = format!(
                "{} is issued by {}; {} has only {}",
                which(chain, certificate),
                certificate.issuer(),
                chain.trust.file,
                anchors
            );
            (certificate, Problem::new(Rule::UnknownIssuer, message))
        }
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
            if findings.blames(certificate) || findings.blames(issuer) {
                return Ok(());
            }
            // Mostly the signature is unknown because the authority's key is.
            let odd_key = certificate::problems(issuer, Standing::Between)
                .into_iter()
                .find(|problem| {
                    matches!(
                        problem.rule,
                        Rule::WeakKey | Rule::UnsupportedKey | Rule::RsaParameters
                    )
                });
            if let Some(problem) = odd_key {
                findings.certificate(chain.trust, issuer, problem);
                return Ok(());
            }
            let algorithm = certificate.signature_algorithm();
            let message = format!("it is signed by an algorithm that is not known: {algorithm}");
            let problem = Problem::new(Rule::UnsupportedSignature, message);
            findings.certificate(chain.place, certificate, problem);
            return Ok(());
        }
        Broken::Limit(certificate) => {
            let message = format!(
                "there are more certificates above {} than anybody follows",
                certificate.subject()
            );
            let leaf = chain.certificates.first().unwrap_or(certificate);
            let problem = Problem::new(Rule::PathRefused, message);
            findings.certificate(chain.place, leaf, problem);
            return Ok(());
        }
    };
    // A leaf that has signed itself has no authority to be looked for.
    if findings.has(Rule::SelfSigned, certificate) {
        return Ok(());
    }
    Err(Unchained { problem })
}

fn which(chain: &Chain<'_>, certificate: &Certificate) -> String {
    match chain.certificates.first() {
        Some(leaf) if leaf == certificate => "it".to_owned(),
        _ => format!("the authority {} above it", certificate.subject()),
    }
}

fn standing(member: &Member<'_>) -> Standing {
    if member.trusted {
        Standing::Anchor
    } else {
        Standing::Between
    }
}

/// What is wrong along a path, each with the position of the certificate at fault.
fn problems(path: &Path<'_>, chain: &Chain<'_>, at: OffsetDateTime) -> Vec<(usize, Problem)> {
    let mut found: Vec<(usize, Problem)> = policy(path).into_iter().collect();
    for (position, member) in path.iter().enumerate() {
        let certificate = member.certificate;
        if position > 0 {
            let standing = standing(member);
            let own = authority::problems(certificate, standing)
                .into_iter()
                .chain(certificate::problems(certificate, standing))
                .chain(certificate::dates(certificate, standing, at))
                .chain(purpose::of_authority(certificate, standing, chain.usage));
            found.extend(own.map(|problem| (position, problem)));
            // The leaf is none of the authorities between.
            let below = position - 1;
            if let Some(limit) = certificate.path_length()
                && u64::try_from(below).is_ok_and(|below| below > limit)
            {
                let message = format!(
                    "{} allows {limit} authorities below it, and there are {below}",
                    certificate.subject()
                );
                found.push((below, Problem::new(Rule::PathLength, message)));
            }
        }
        match path.get(position + 1) {
            Some(above) => {
                let between = relation(certificate, above.certificate, at);
                found.extend(between.into_iter().map(|problem| (position, problem)));
            }
            None if !certificate.is_self_issued()
                && position > 0
                && chain.wants_root
                && !has_unreadable_issuer(certificate, chain.anchors) =>
            {
                let message = format!(
                    "it is the last authority of its file and was issued by {}, which is not there",
                    certificate.issuer()
                );
                found.push((position, Problem::new(Rule::NoRoot, message)));
            }
            // A root that names another key than its own is none to OpenSSL.
            None if certificate.is_self_issued() && position > 0 => {
                let other = identifier::problem(certificate, certificate);
                let other = other.filter(|one| one.rule == Rule::KeyIdentifierMismatch);
                found.extend(other.map(|problem| (position, problem)));
            }
            None => {}
        }
    }
    found
}

/// A certificate that wants a policy, which Go looks for in all that is presented.
fn policy(path: &Path<'_>) -> Option<(usize, Problem)> {
    let presented = || path.iter().take_while(|member| !member.trusted);
    let has = |member: &Member<'_>, oid| {
        let mut extensions = member.certificate.extensions().iter();
        extensions.find(|one| one.oid == oid).cloned()
    };
    if presented().all(|member| has(member, ID_CE_CERTIFICATE_POLICIES).is_some()) {
        return None;
    }
    let (position, _) = presented().enumerate().find(|(position, member)| {
        let constraints = has(member, ID_CE_POLICY_CONSTRAINTS);
        let after = constraints.and_then(|one| extension::wants_policy_after(&one.value));
        after.is_some_and(|after| after <= *position)
    })?;
    let message = "its policy constraints want a policy, and not everything below it names one";
    Some((position, Problem::new(Rule::PolicyRequired, message)))
}

/// Whether its issuer is there and it cannot be told whether that has signed it, because of an
/// algorithm that has a finding of its own.
fn has_unreadable_issuer(certificate: &Certificate, anchors: &[Certificate]) -> bool {
    anchors.iter().any(|anchor| {
        anchor.subject() == certificate.issuer()
            && signature(certificate, anchor) == Signature::Unsupported
    })
}

/// What does not fit between a certificate and the one above it.
fn relation(certificate: &Certificate, above: &Certificate, at: OffsetDateTime) -> Vec<Problem> {
    let mut found = Vec::new();
    found.extend(identifier::problem(certificate, above));
    let (end, limit) = (certificate.validity().not_after, above.validity().not_after);
    // Where the authority is at its end already, that is what is to be said.
    if end > limit && limit >= at {
        let message = format!(
            "it is valid until {}; its authority {} ends on {}",
            readable(end),
            above.subject(),
            readable(limit)
        );
        found.push(Problem::new(Rule::OutlivesAuthority, message).because([]));
    }
    found
}

/// The last word is webpki's, on what the other rules do not look at.
fn webpki(findings: &mut Findings, chain: &Chain<'_>, path: &Path<'_>, at: OffsetDateTime) {
    let members: Vec<Certificate> = path.iter().map(|one| one.certificate.clone()).collect();
    let (Some(leaf), Some((anchor, presented))) = (members.first(), members.split_last()) else {
        return;
    };
    let explained = path
        .iter()
        .any(|member| findings.blames(member.certificate));
    // Dates are judged; they must not hide what else is wrong.
    let begin = members.iter().map(|one| one.validity().not_before).max();
    let at = begin.map_or(at, |begin| at.max(begin));
    let last = members.iter().map(|one| one.validity().not_after).min();
    let at = last.map_or(at, |last| at.min(last));
    // Purposes have been looked at all along the path; one will do for the rest.
    let Some(purpose) = chain.usage.purposes().first() else {
        return;
    };
    match verify_path(presented, std::slice::from_ref(anchor), *purpose, at) {
        Err(PathError::NameConstraint) => {
            let unsupported = path
                .iter()
                .any(|member| findings.has(Rule::NameConstraintsUnsupported, member.certificate));
            if !unsupported {
                let message = format!(
                    "the name constraints of an authority above it leave out one of its names: {}",
                    leaf.alternative_names().join(", ")
                );
                let problem = Problem::new(Rule::NameConstraint, message);
                findings.certificate(chain.place, leaf, problem);
            }
        }
        Err(error) if !explained => {
            let problem = Problem::new(Rule::PathRefused, error.to_string());
            findings.certificate(chain.place, leaf, problem);
        }
        _ => {}
    }
}
