//! What rustls-webpki says of a path, which looks at more than the other rules do, and how long
//! a path may be.

use std::collections::BTreeSet;

use time::OffsetDateTime;

use super::constraint::Constraints;
use super::{Chain, anchored};
use crate::authority::path::search::{Member, Path};
use crate::authority::path::{PathError, Refusal, verify_path};
use crate::judge::Rule;
use crate::judge::finding::{Findings, Problem};
use crate::spec::Party;
use crate::x509::elements::DIRECTORY;
use crate::x509::{Certificate, Purpose};

/// How many authorities are followed between a leaf and the first that is trusted, or with OpenSSL
/// the root. webpki: `MAX_SUB_CA_COUNT`. GnuTLS: a peer that presents more than 16 certificates is
/// refused in the handshake (`DEFAULT_MAX_VERIFY_DEPTH`). Go: 100 signatures. OpenSSL: a depth of
/// 100.
const FOLLOWED: [(Party, usize); 4] = [
    (Party::Go, 99),
    (Party::OpenSsl, 100),
    (Party::GnuTls, 15),
    (Party::Webpki, 6),
];

/// What is wrong with the number of authorities on a path.
pub(super) fn too_long(path: &Path<'_>, anchored: usize) -> Option<Problem> {
    let between = |party| match party {
        Party::OpenSsl => path.len().saturating_sub(2),
        _ => anchored.saturating_sub(1),
    };
    let refused = FOLLOWED
        .into_iter()
        .filter(|(party, most)| between(*party) > *most);
    let refused: Vec<(Party, usize)> = refused.collect();
    let most = refused.iter().map(|(party, _)| between(*party)).max()?;
    let followed = refused.iter();
    let followed = followed.map(|(party, most)| format!("{} follows {most}", party.name()));
    let followed: Vec<String> = followed.collect();
    let message = format!(
        "there are {most} authorities between it and one that is trusted: {}",
        followed.join(", ")
    );
    let parties = refused.into_iter().map(|(party, _)| party);
    Some(Problem::new(Rule::PathRefused, message).refused_by(parties))
}

/// The last word is webpki's, on what the other rules do not look at: the names that authorities
/// may certify, and whatever else there is.
pub(super) fn webpki(
    findings: &mut Findings,
    chain: &Chain<'_>,
    path: &Path<'_>,
    at: OffsetDateTime,
) {
    let Some(leaf) = path.first().map(|member| member.certificate) else {
        return;
    };
    // Purposes have been looked at all along the path; one will do for the rest.
    let Some(purpose) = chain.usage.purposes().first() else {
        let message = "what rustls says of it is not known: it is presented to nobody";
        let problem = Problem::new(Rule::NotChecked, message);
        findings.certificate(chain.place, leaf, problem);
        return;
    };
    let anchored = anchored(path);
    let below = path.get(..=anchored).unwrap_or(path);
    let said = ask(below, *purpose, at);
    let by_webpki = matches!(said, Err(PathError::NameConstraint));
    names(
        findings,
        chain,
        below,
        |party| *party != Party::OpenSsl,
        by_webpki,
    );
    // OpenSSL alone goes on above the first that is trusted.
    names(
        findings,
        chain,
        path,
        |party| *party == Party::OpenSsl,
        false,
    );
    if let Err(error) = said
        && !by_webpki
        && !explained(findings, below, &error)
    {
        let problem = Problem::new(Rule::PathRefused, error.to_string());
        let problem = problem.refused_by([Party::Webpki]);
        findings.certificate(chain.place, leaf, problem);
    }
}

/// Asks about a path to its last member. Dates are judged by rules of their own; they must not
/// hide what else is wrong.
fn ask(path: &[Member<'_>], purpose: Purpose, at: OffsetDateTime) -> Result<(), PathError> {
    let members: Vec<Certificate> = path.iter().map(|one| one.certificate.clone()).collect();
    let Some((anchor, presented)) = members.split_last() else {
        return Err(PathError::Empty);
    };
    let begin = presented.iter().map(|one| one.validity().not_before).max();
    let at = begin.map_or(at, |begin| at.max(begin));
    let last = presented.iter().map(|one| one.validity().not_after).min();
    let at = last.map_or(at, |last| at.min(last));
    verify_path(presented, std::slice::from_ref(anchor), purpose, at)
}

/// The names that the authorities of a path leave out, for those who are asked. webpki has been; it
/// refuses whatever the names are where it does not know the kind, and that is said of the authority.
fn names(
    findings: &mut Findings,
    chain: &Chain<'_>,
    path: &[Member<'_>],
    asked: impl Fn(&Party) -> bool,
    by_webpki: bool,
) {
    let Some(leaf) = path.first().map(|member| member.certificate) else {
        return;
    };
    let mut by = constraining(path);
    by.retain(|party| asked(party) && *party != Party::Webpki);
    let mut authorities = path
        .iter()
        .skip(1)
        .map(|one| Constraints::of(one.certificate));
    if by_webpki && !authorities.any(|one| one.are_about(DIRECTORY)) {
        by.insert(Party::Webpki);
    }
    if by.is_empty() {
        return;
    }
    let subject = leaf.subject().to_string();
    let all: Vec<String> = [subject]
        .into_iter()
        .chain(leaf.alternative_names())
        .collect();
    let message = format!(
        "the name constraints of an authority above it leave out one of its names: {}",
        all.join(", ")
    );
    let problem = Problem::new(Rule::NameConstraint, message);
    findings.certificate(chain.place, leaf, problem.refused_by(by));
}

/// Whether a finding says the same as webpki does; then that is webpki's too.
fn explained(findings: &mut Findings, path: &[Member<'_>], error: &PathError) -> bool {
    let rules = explaining(error);
    let mut explained = false;
    for member in path {
        for rule in rules {
            if findings.has(*rule, member.certificate) {
                explained = true;
                if !member.trusted {
                    findings.refused_too(*rule, member.certificate, &[Party::Webpki]);
                }
            }
        }
    }
    explained
}

/// The rules that are broken by what webpki may say this of. Of what is said of no rule there is
/// none: then webpki is heard.
const fn explaining(error: &PathError) -> &'static [Rule] {
    match error {
        PathError::Empty
        | PathError::UnknownIssuer { .. }
        // A violated constraint is a finding where it is found.
        | PathError::NameConstraint => &[],
        PathError::Expired { .. } | PathError::NotYetValid { .. } => DATES,
        PathError::WrongPurpose { .. } => &[
            Rule::WrongPurpose,
            Rule::AnyPurposeOnly,
            Rule::AuthorityNarrowsPurpose,
        ],
        PathError::AuthorityAsLeaf => &[Rule::LeafIsAuthority],
        PathError::UnsupportedSignature { .. } => {
            &[Rule::UnsupportedSignature, Rule::WeakSignature]
        }
        PathError::Other { reason } => match reason {
            Refusal::AuthorityExpired | Refusal::AuthorityNotYetValid | Refusal::Validity => DATES,
            Refusal::Encoding => &[
                Rule::CertificateVersion,
                Rule::MalformedExtension,
                Rule::RsaParameters,
            ],
            Refusal::NoPurposes | Refusal::Extension | Refusal::Constraints => {
                &[Rule::MalformedExtension]
            }
            Refusal::NotAnAuthority => &[Rule::NotAnAuthority],
            Refusal::CriticalExtension => {
                &[Rule::UnknownCriticalExtension, Rule::IdentifierCritical]
            }
            Refusal::SerialNumber => {
                &[Rule::SerialNegative, Rule::SerialZero, Rule::SerialTooLong]
            }
            Refusal::DnsName => &[Rule::MalformedName],
            Refusal::PathTooLong => &[Rule::PathRefused],
            Refusal::PathLength => &[Rule::PathLength],
            Refusal::Version => &[Rule::CertificateVersion],
            Refusal::Date | Refusal::Effort | Refusal::TwoAlgorithms | Refusal::Unknown => &[],
        },
    }
}

const DATES: &[Rule] = &[
    Rule::Expired,
    Rule::NotYetValid,
    Rule::AuthorityExpired,
    Rule::AuthorityNotYetValid,
];

/// Who refuses a path for the sake of constraints on names: each authority's hold for all below it,
/// but for those between that issue to themselves (RFC 5280 section 6.1.3 (b)).
fn constraining(path: &[Member<'_>]) -> BTreeSet<Party> {
    let mut by = BTreeSet::new();
    for (position, authority) in path.iter().enumerate().skip(1) {
        let constraints = Constraints::of(authority.certificate);
        let below = path.iter().take(position).enumerate();
        let below = below.filter(|(at, one)| *at == 0 || !one.certificate.is_self_issued());
        for (at, one) in below {
            // GnuTLS asks of leaves alone.
            let refusers = constraints.refusers(one.certificate).into_iter();
            by.extend(refusers.filter(|party| at == 0 || *party != Party::GnuTls));
        }
    }
    by
}
