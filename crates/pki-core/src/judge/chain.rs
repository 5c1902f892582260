//! What stands between a leaf and the authorities that its reader trusts.

mod broken;
mod refused;

use const_oid::db::rfc5280::ANY_EXTENDED_KEY_USAGE;
use time::OffsetDateTime;
use x509_cert::ext::pkix::AuthorityKeyIdentifier;

use self::broken::{unchained, unknown};
use self::refused::{too_long, webpki};
use super::finding::{Findings, Place, Problem};
use super::{Rule, authority, certificate};
use crate::authority::path::search::{self, Path};
use crate::spec::Party;
use crate::text::instant::readable;
use crate::x509::{Certificate, Oid, Signature, Usage, signature};

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
        let counting = problems.iter().filter(|(_, problem)| problem.counts());
        (counting.count(), problems.len())
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
    webpki(findings, chain, &path, at);
    Ok(())
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

/// What is wrong along a path, each with the position of the certificate at fault.
fn problems(path: &Path<'_>, chain: &Chain<'_>, at: OffsetDateTime) -> Vec<(usize, Problem)> {
    let anchored = anchored(path);
    let mut found: Vec<(usize, Problem)> = Vec::new();
    found.extend(too_long(path, anchored).map(|problem| (0, problem)));
    for (position, member) in path.iter().enumerate() {
        let certificate = member.certificate;
        if position > 0 {
            let own = authority::problems(certificate)
                .into_iter()
                .chain(certificate::problems(certificate))
                .chain(dates(certificate, position >= anchored, at))
                .chain(narrowed(certificate, chain.usage, position >= anchored));
            let own = own.map(|problem| (position, problem));
            // The leaf is none of the authorities between.
            let below = position - 1;
            let length = length(certificate, below, position >= anchored);
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
        let mut itself = relation(certificate, certificate, at);
        itself.retain(|one| one.rule == Rule::KeyIdentifierMismatch);
        return itself;
    }
    if !chain.wants_root {
        return Vec::new();
    }
    vec![match unreadable_issuer(certificate, chain.anchors) {
        Some(issuer) => unknown(certificate, issuer),
        None => {
            let message = format!(
                "it is the last authority of its file and was issued by {}, which is not there",
                certificate.issuer()
            );
            Problem::new(Rule::NoRoot, message)
        }
    }]
}

/// Whether it is too early or too late for an authority. rustls does not look at the dates of what
/// is trusted.
fn dates(authority: &Certificate, trusted: bool, at: OffsetDateTime) -> Option<Problem> {
    let problem = certificate::dates(authority, at)?;
    Some(if trusted {
        problem.accepted_by(&[Party::Webpki])
    } else {
        problem.refused_by([Party::Go, Party::OpenSsl, Party::GnuTls, Party::Webpki])
    })
}

/// More authorities below one than it allows. rustls does not look at what is trusted.
fn length(authority: &Certificate, below: usize, trusted: bool) -> Option<Problem> {
    let limit = authority.path_length()?;
    if below <= usize::from(limit) {
        return None;
    }
    let message = format!(
        "{} allows {limit} authorities below it, and there are {below}",
        authority.subject()
    );
    let problem = Problem::new(Rule::PathLength, message);
    Some(if trusted {
        problem.accepted_by(&[Party::Webpki])
    } else {
        problem
    })
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

/// An authority whose extended key usage leaves out what is needed below it. GnuTLS and rustls do
/// not look at what is trusted.
fn narrowed(authority: &Certificate, usage: Usage, trusted: bool) -> Option<Problem> {
    let present = authority.purposes();
    let mut purposes = usage.purposes().iter();
    let missing = purposes.find(|purpose| !present.contains(&purpose.oid()))?;
    if present.is_empty() {
        return None;
    }
    let more = if present.contains(&Oid(ANY_EXTENDED_KEY_USAGE)) {
        ", which OpenSSL and rustls want by name"
    } else {
        ""
    };
    let message = format!(
        "its extended key usage is {}; what it signs is used for {missing}{more}",
        authority.purpose_names().join(", ")
    );
    let problem = Problem::new(Rule::AuthorityNarrowsPurpose, message);
    Some(if trusted {
        problem.accepted_by(&[Party::GnuTls, Party::Webpki])
    } else {
        problem
    })
}

/// What does not fit between a certificate and the one above it.
fn relation(certificate: &Certificate, above: &Certificate, at: OffsetDateTime) -> Vec<Problem> {
    let mut found = Vec::new();
    let wanted = above.subject_key_identifier();
    let named = certificate.authority_key_identifier();
    match (&named, &wanted) {
        (Some(named), Some(wanted)) if named != wanted => {
            let message = format!(
                "its authority key identifier is {}; the authority's is {}",
                crate::text::hex::colons(named),
                crate::text::hex::colons(wanted)
            );
            found.push(Problem::new(Rule::KeyIdentifierMismatch, message));
        }
        // Before version 3 there are no extensions, and that is said.
        (None, Some(wanted)) if certificate.version() == 3 => {
            let message = format!(
                "it has no authority key identifier; the authority's is {}",
                crate::text::hex::colons(wanted)
            );
            found.push(Problem::new(Rule::NoKeyIdentifier, message));
        }
        _ => {
            let serial = certificate
                .extension::<AuthorityKeyIdentifier>()
                .and_then(|identifier| identifier.authority_cert_serial_number);
            if let Some(serial) = serial
                && trimmed(serial.as_bytes()) != trimmed(above.serial_number().as_bytes())
            {
                let message = format!(
                    "its authority key identifier names the serial number {}; the authority's is {}",
                    crate::text::hex::colons(serial.as_bytes()),
                    above.serial_number()
                );
                found.push(Problem::new(Rule::KeyIdentifierMismatch, message));
            }
        }
    }
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

/// Without the zero octets that keep an integer positive.
fn trimmed(octets: &[u8]) -> &[u8] {
    let zeros = octets.iter().take_while(|octet| **octet == 0).count();
    octets.get(zeros..).unwrap_or_default()
}
