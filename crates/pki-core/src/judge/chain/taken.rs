//! Which of several certificates of one name is taken by those who do not try another.

use time::OffsetDateTime;

use super::Chain;
use crate::authority::path::search::{Path, paths};
use crate::judge::finding::Problem;
use crate::judge::standing::Standing;
use crate::judge::{Rule, authority, certificate};
use crate::spec::Party;
use crate::x509::{Certificate, Signature, signature};

/// What is wrong for OpenSSL and GnuTLS along a path that is right: they took another way up, and
/// do not come back.
pub(super) fn problems(
    path: &Path<'_>,
    chain: &Chain<'_>,
    at: OffsetDateTime,
) -> Vec<(usize, Problem)> {
    let steps = path.iter().zip(path.iter().skip(1)).enumerate();
    let found = steps.flat_map(|(position, (below, above))| {
        let step = Step {
            below: below.certificate,
            above: above.certificate,
            chain,
            at,
        };
        let problems = [step.openssl(), step.gnutls(above.trusted)];
        problems
            .into_iter()
            .flatten()
            .map(move |problem| (position, problem))
    });
    found.collect()
}

/// Whether one may have signed another, by all that is said without looking at the signature.
fn may_have_signed(above: &Certificate, below: &Certificate) -> bool {
    if above.subject() != below.issuer() {
        return false;
    }
    let named = below.authority_key_identifier();
    let own = above.subject_key_identifier();
    named.is_none() || own.is_none() || named == own
}

/// From a certificate to the one above it.
struct Step<'a> {
    below: &'a Certificate,
    above: &'a Certificate,
    chain: &'a Chain<'a>,
    at: OffsetDateTime,
}

impl Step<'_> {
    fn may_have_signed(&self, one: &Certificate) -> bool {
        may_have_signed(one, self.below)
    }

    /// OpenSSL takes the first of the trusted that may have signed and is valid, else the one that
    /// ends last; where there is none, the same of what is presented.
    fn openssl(&self) -> Option<Problem> {
        let pick = |list: &[Certificate]| {
            let candidates = || list.iter().filter(|one| self.may_have_signed(one));
            let valid = candidates().find(|one| one.validity().contains(self.at));
            let last = || candidates().max_by_key(|one| one.validity().not_after);
            valid.or_else(last).cloned()
        };
        let presented = self.chain.certificates.get(1..).unwrap_or_default();
        let taken = pick(self.chain.anchors).or_else(|| pick(presented))?;
        let parties = [Party::OpenSsl, Party::OpenSslStrict];
        let standing = self.standing(&taken);
        self.blamed((&taken, standing), &parties, "OpenSSL")
    }

    /// GnuTLS takes the first that is presented, and the last of the trusted.
    fn gnutls(&self, trusted: bool) -> Option<Problem> {
        let taken = if trusted {
            let mut anchors = self.chain.anchors.iter().rev();
            anchors.find(|one| self.may_have_signed(one))
        } else {
            let mut presented = self.chain.certificates.iter().skip(1);
            presented.find(|one| self.may_have_signed(one))
        };
        let taken = taken?;
        self.blamed((taken, self.standing(taken)), &[Party::GnuTls], "GnuTLS")
    }

    fn leads_nowhere(&self, taken: &Certificate, standing: Standing) -> bool {
        let presented = self.chain.certificates.get(1..).unwrap_or_default();
        let from_there = [std::slice::from_ref(taken), presented].concat();
        standing.is_presented() && paths(&from_there, self.chain.anchors).is_err()
    }

    fn standing(&self, taken: &Certificate) -> Standing {
        if self.chain.anchors.contains(taken) {
            Standing::Anchor
        } else {
            Standing::Between
        }
    }

    /// Of those that are trusted one that is valid is found.
    fn dates(&self, taken: &Certificate, standing: Standing) -> Option<Problem> {
        let problem = certificate::dates(taken, standing, self.at);
        problem.filter(|_| standing.is_presented())
    }

    /// Why the one that was taken will not do for these.
    fn blamed(
        &self,
        (taken, standing): (&Certificate, Standing),
        parties: &[Party],
        who: &str,
    ) -> Option<Problem> {
        if taken == self.above {
            return None;
        }
        let (reason, by) = if signature(self.below, taken) == Signature::Invalid {
            let by = parties.iter().copied().take(1).collect();
            ("it has not signed it".to_owned(), by)
        } else if self.leads_nowhere(taken, standing) {
            let by = parties.iter().copied().take(1).collect();
            ("it leads to nobody who is trusted".to_owned(), by)
        } else {
            let own = certificate::problems(taken, standing)
                .into_iter()
                .chain(authority::problems(taken, standing))
                .chain(self.dates(taken, standing));
            let mut own = own.filter_map(|problem| {
                let by = problem.refused_by.iter().copied();
                let by: Vec<Party> = by.filter(|one| parties.contains(one)).collect();
                (!by.is_empty()).then_some((problem.message, by))
            });
            own.next()?
        };
        let message = format!(
            "several are called {}, and {who} takes the one with the serial number {} and tries no \
             other: {reason}",
            taken.subject(),
            taken.serial_number()
        );
        Some(Problem::new(Rule::WrongPathTaken, message).refused_by(by))
    }
}
