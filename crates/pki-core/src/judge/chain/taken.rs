//! Which of several certificates of one name is taken by those who do not try another.

use time::OffsetDateTime;

use super::Chain;
use crate::authority::path::search::{Path, paths};
use crate::judge::finding::Problem;
use crate::judge::standing::Standing;
use crate::judge::{Rule, authority, certificate, purpose};
use crate::spec::Party;
use crate::x509::{Certificate, Signature, is_of_kind, signature};

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

/// From a certificate to the one above it.
struct Step<'a> {
    below: &'a Certificate,
    above: &'a Certificate,
    chain: &'a Chain<'a>,
    at: OffsetDateTime,
}

impl Step<'_> {
    /// By all that is said without looking at the signature.
    fn may_have_signed(&self, one: &Certificate) -> bool {
        one.subject() == self.below.issuer() && self.below.may_name_key_of(one)
    }

    fn presented(&self) -> &[Certificate] {
        self.chain.certificates.get(1..).unwrap_or_default()
    }

    /// The first that may have signed, with a key of the right kind, and is valid, else the one that
    /// ends last.
    fn pick<'a>(&self, list: &'a [Certificate]) -> Option<&'a Certificate> {
        let fits = |one: &&Certificate| self.may_have_signed(one) && is_of_kind(self.below, one);
        let candidates = || list.iter().filter(fits);
        let valid = candidates().find(|one| one.validity().contains(self.at));
        valid.or_else(|| candidates().max_by_key(|one| one.validity().not_after))
    }

    /// OpenSSL takes one that is trusted, and where there is none one that is presented.
    fn openssl(&self) -> Option<Problem> {
        let taken = self.pick(self.chain.anchors);
        let taken = taken.or_else(|| self.pick(self.presented()))?;
        self.blamed(taken, &[Party::OpenSsl, Party::OpenSslStrict], "OpenSSL")
    }

    /// GnuTLS takes the first that is presented, and the last of the trusted.
    fn gnutls(&self, trusted: bool) -> Option<Problem> {
        let taken = if trusted {
            let mut anchors = self.chain.anchors.iter().rev();
            anchors.find(|one| self.may_have_signed(one))?
        } else {
            let mut presented = self.presented().iter();
            // It looks for another than itself, which may have its own name.
            presented.find(|one| *one != self.below && self.may_have_signed(one))?
        };
        self.blamed(taken, &[Party::GnuTls], "GnuTLS")
    }

    fn leads_nowhere(&self, taken: &Certificate, standing: Standing) -> bool {
        let from_there = [std::slice::from_ref(taken), self.presented()].concat();
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
    fn blamed(&self, taken: &Certificate, parties: &[Party], who: &str) -> Option<Problem> {
        if taken == self.above {
            return None;
        }
        let standing = self.standing(taken);
        let first = || parties.iter().copied().take(1).collect();
        let (reason, by) = if signature(self.below, taken) == Signature::Invalid {
            ("it has not signed it".to_owned(), first())
        } else if self.leads_nowhere(taken, standing) {
            ("it leads to nobody who is trusted".to_owned(), first())
        } else {
            let own = certificate::problems(taken, standing)
                .into_iter()
                .chain(authority::problems(taken, standing))
                .chain(purpose::of_authority(taken, standing, self.chain.usage))
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
