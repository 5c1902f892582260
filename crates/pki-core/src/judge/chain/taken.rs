//! Which of several certificates of one name is taken by those who do not try another.

use time::OffsetDateTime;

use super::Chain;
use crate::authority::path::search::Path;
use crate::judge::finding::Problem;
use crate::judge::standing::Standing;
use crate::judge::{Rule, certificate};
use crate::spec::Party;
use crate::x509::Certificate;

/// What is wrong for OpenSSL and GnuTLS along a path that is right: they took another way up, and
/// do not come back.
pub(super) fn problems(
    path: &Path<'_>,
    chain: &Chain<'_>,
    at: OffsetDateTime,
) -> Vec<(usize, Problem)> {
    let steps = path.iter().zip(path.iter().skip(1)).enumerate();
    let found = steps.filter_map(|(position, (below, above))| {
        let problem = if above.trusted {
            openssl(below.certificate, above.certificate, chain, at)
        } else {
            gnutls(below.certificate, above.certificate, chain, at)
        };
        problem.map(|problem| (position, problem))
    });
    found.collect()
}

/// Whether one may have signed another, by all that is said without looking at the signature.
fn may_have_signed(above: &Certificate, below: &Certificate) -> bool {
    let named = below.authority_key_identifier();
    let own = above.subject_key_identifier();
    above.subject() == below.issuer() && (named.is_none() || own.is_none() || named == own)
}

/// OpenSSL takes the first of the trusted that may have signed and is valid, else the one that ends
/// last.
fn openssl(
    below: &Certificate,
    above: &Certificate,
    chain: &Chain<'_>,
    at: OffsetDateTime,
) -> Option<Problem> {
    let candidates = || {
        chain
            .anchors
            .iter()
            .filter(|one| may_have_signed(one, below))
    };
    let valid = candidates().find(|one| one.validity().contains(at));
    let taken = valid.or_else(|| candidates().max_by_key(|one| one.validity().not_after))?;
    if taken.spki_der() == above.spki_der() {
        return None;
    }
    let message = format!(
        "several that are trusted are called {}, and it does not say by which key it is signed: \
         OpenSSL takes the first, with the serial number {}, and tries no other",
        below.issuer(),
        taken.serial_number()
    );
    Some(Problem::new(Rule::BadSignature, message).refused_by([Party::OpenSsl]))
}

/// GnuTLS takes the first that is presented, whatever its dates.
fn gnutls(
    below: &Certificate,
    above: &Certificate,
    chain: &Chain<'_>,
    at: OffsetDateTime,
) -> Option<Problem> {
    let mut presented = chain.certificates.iter().skip(1);
    let taken = presented.find(|one| may_have_signed(one, below))?;
    if taken == above {
        return None;
    }
    let problem = certificate::dates(taken, Standing::Between, at)?;
    let message = format!(
        "the first {} that is presented is not the one to take: {}; GnuTLS tries no other",
        taken.subject(),
        problem.message
    );
    let problem = Problem::new(Rule::AuthorityExpired, message).because([]);
    Some(problem.refused_by([Party::GnuTls]))
}
