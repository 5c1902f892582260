//! What stands between a leaf and the authorities that its reader trusts.

mod broken;
mod constraint;
mod policy;
mod refused;
mod taken;

use std::collections::BTreeSet;

use time::OffsetDateTime;

use self::broken::{unchained, unknown};
use self::refused::{too_long, webpki};
use super::finding::{Findings, Place, Problem};
use super::standing::Standing;
use super::{Rule, authority, certificate, identifier, purpose};
use crate::authority::path::search::{self, Member, Path};
use crate::spec::Party;
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
        Err(broken) => return unchained(findings, chain, broken),
    };
    // During a rotation several lead up; one that nothing is wrong with is enough.
    let weight = |problems: &[(usize, Problem)]| {
        let refusers = problems.iter().flat_map(|(_, problem)| &problem.refused_by);
        let refusers: BTreeSet<&Party> = refusers.collect();
        let counting = problems.iter().filter(|(_, problem)| problem.counts());
        (refusers.len(), counting.count(), problems.len())
    };
    let best = paths
        .into_iter()
        .map(|path| (problems(&path, chain, at), path))
        .min_by_key(|(problems, _)| weight(problems));
    // There is one: none is an error.
    let Some((problems, path)) = best else {
        return Ok(());
    };
    for (position, problem) in problems {
        let Some(member) = path.get(position) else {
            continue;
        };
        findings.certificate(chain.place_of(member.trusted), member.certificate, problem);
    }
    beside(findings, chain, &path);
    webpki(findings, chain, &path, at);
    Ok(())
}

/// What is presented, or trusted, and not on the path, as far as Go or GnuTLS do not parse it. Of
/// what is trusted Go takes what it can read.
fn beside(findings: &mut Findings, chain: &Chain<'_>, path: &Path<'_>) {
    let is_on_path = |one: &Certificate| path.iter().any(|member| member.certificate == one);
    let presented = chain.certificates.iter().skip(1).map(|one| (false, one));
    let trusted = chain.anchors.iter().map(|one| (true, one));
    for (is_trusted, other) in presented.chain(trusted).filter(|(_, one)| !is_on_path(one)) {
        let unparsed = certificate::unparsed(other);
        if let Some((message, by)) = unparsed.filter(|(_, by)| !is_trusted || *by != Party::Go) {
            let problem = Problem::new(Rule::UnreadableBeside, message).refused_by([by]);
            findings.certificate(chain.place_of(is_trusted), other, problem);
        }
    }
}

impl<'a> Chain<'a> {
    /// Where a certificate of a path is.
    const fn place_of(&self, trusted: bool) -> Place<'a> {
        if trusted { self.trust } else { self.place }
    }
}

/// Where the path reaches what is trusted. There Go, GnuTLS and rustls are content; OpenSSL alone
/// goes on to a self-signed one.
fn anchored(path: &Path<'_>) -> usize {
    let anchor = path.iter().position(|member| member.trusted);
    anchor.unwrap_or(path.len())
}

/// Of what stands above the first that is trusted.
fn for_openssl(problem: Problem) -> Problem {
    problem.accepted_by(&[Party::Go, Party::GnuTls, Party::Webpki])
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
    let anchored = anchored(path);
    let mut found: Vec<(usize, Problem)> = Vec::new();
    found.extend(policy::problem(path.get(..=anchored).unwrap_or(path)));
    found.extend(taken::problems(path, chain, at));
    found.extend(too_long(path, anchored).map(|problem| (0, problem)));
    for (position, member) in path.iter().enumerate() {
        let certificate = member.certificate;
        if position > 0 {
            let standing = standing(member);
            let own = authority::problems(certificate, standing)
                .into_iter()
                .chain(certificate::problems(certificate, standing))
                .chain(certificate::dates(certificate, standing, at))
                .chain(purpose::of_authority(certificate, standing, chain.usage));
            let own = own.map(|problem| (position, problem));
            // The leaf is none of the authorities between.
            let below = position - 1;
            let between = path.get(1..position).unwrap_or_default();
            let length = length(certificate, between, position >= anchored);
            let all = own.chain(length.map(|problem| (below, problem)));
            if position > anchored {
                found.extend(all.map(|(position, problem)| (position, for_openssl(problem))));
            } else {
                found.extend(all);
            }
        }
        let upwards = upwards(path, position, chain, at).into_iter();
        if position >= anchored {
            found.extend(upwards.map(|problem| (position, for_openssl(problem))));
        } else {
            found.extend(upwards.map(|problem| (position, problem)));
        }
    }
    found
}

/// What does not fit between a certificate of a path and what is above it, or is not.
fn upwards(
    path: &Path<'_>,
    position: usize,
    chain: &Chain<'_>,
    at: OffsetDateTime,
) -> Vec<Problem> {
    let Some(certificate) = path.get(position).map(|member| member.certificate) else {
        return Vec::new();
    };
    if let Some(above) = path.get(position + 1) {
        return relation(certificate, above.certificate, at);
    }
    // A root that names another key than its own is none to OpenSSL.
    if certificate.is_self_issued() {
        let itself = identifier::problem(certificate, certificate);
        let itself = itself.filter(|one| one.rule == Rule::KeyIdentifierMismatch);
        return itself.into_iter().collect();
    }
    if !chain.wants_root {
        return Vec::new();
    }
    let problem = if let Some(issuer) = unreadable_issuer(certificate, chain.anchors) {
        unknown(certificate, issuer)
    } else {
        let message = format!(
            "it is the last authority of its file and was issued by {}, which is not there",
            certificate.issuer()
        );
        Problem::new(Rule::NoRoot, message)
    };
    vec![problem]
}

/// More authorities below one than it allows. rustls does not look at what is trusted; OpenSSL does
/// not count those that have issued to themselves (RFC 5280 section 6.1.4 (l)).
fn length(authority: &Certificate, between: &[Member<'_>], trusted: bool) -> Option<Problem> {
    let limit = authority.path_length()?;
    let is_within = |count| u64::try_from(count).is_ok_and(|count| count <= limit);
    let below = between.len();
    if is_within(below) {
        return None;
    }
    let others = between
        .iter()
        .filter(|one| !one.certificate.is_self_issued());
    let by_openssl = !is_within(others.count());
    let message = format!(
        "{} allows {limit} authorities below it, and there are {below}",
        authority.subject()
    );
    let mut problem = Problem::new(Rule::PathLength, message);
    let asked = [(Party::Webpki, !trusted), (Party::OpenSsl, by_openssl)];
    for (party, refuses) in asked {
        if !refuses {
            problem = problem.accepted_by(&[party]);
        }
    }
    Some(problem)
}

/// Its issuer, where that is there and it cannot be told whether it has signed.
fn unreadable_issuer<'a>(
    certificate: &Certificate,
    anchors: &'a [Certificate],
) -> Option<&'a Certificate> {
    anchors.iter().find(|anchor| {
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
