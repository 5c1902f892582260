use std::collections::BTreeSet;

use time::OffsetDateTime;

use super::{ExpirationFacts, Expirations, FurtherExpiration, RenewedBy, RowExpiration, Threshold};
use crate::observation::Whereabouts;
use crate::spec::RowId;
use crate::x509::Lifetime;

/// What a certificate is worth at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum State {
    /// Valid, and not due.
    Valid,
    /// Valid, and within the threshold.
    Due,
    /// Its life is over.
    Expired,
    /// Its life has not begun.
    NotYetValid,
    /// It cannot be read, or is no certificate.
    Unreadable,
    /// It is not there.
    Missing,
    /// There is a kubeconfig, and it authenticates without a certificate.
    NoCertificate,
    /// Nobody checks it, so that its dates do not matter.
    NotChecked,
}

impl State {
    /// Whether somebody has to do something. What is missing may be missing on purpose: whether it
    /// is needed, its row says.
    #[must_use]
    pub const fn is_finding(self) -> bool {
        !matches!(
            self,
            Self::Valid | Self::Missing | Self::NoCertificate | Self::NotChecked
        )
    }

    /// The state in one or a few words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Due => "due",
            Self::Expired => "expired",
            Self::NotYetValid => "not yet valid",
            Self::Unreadable => "unreadable",
            Self::Missing => "missing",
            Self::NoCertificate => "no certificate",
            Self::NotChecked => "not checked",
        }
    }
}

/// A survey with the state of each of its parts, in the same order.
#[derive(Debug)]
#[non_exhaustive]
pub struct Judged<'a> {
    /// Of the rows.
    pub rows: Vec<(&'a RowExpiration, State)>,
    /// Of the others.
    pub others: Vec<(&'a FurtherExpiration, State)>,
    /// When it was judged.
    pub at: OffsetDateTime,
    /// The rows whose certificates are asked for, and have not come.
    pub requested: &'a BTreeSet<RowId>,
    /// Whether a transaction was interrupted.
    pub is_pending: bool,
    /// Where files are, if not where they were looked for.
    pub whereabouts: &'a Whereabouts,
    /// How long a certificate lives that is issued now.
    pub lifetime: Lifetime,
}

impl Judged<'_> {
    /// Whether nothing is where it was looked for.
    pub(super) const fn found_nothing(&self) -> bool {
        self.whereabouts.nothing.is_some()
    }

    /// Whether a row is an authority that ends sooner than what it would issue now: nothing is wrong
    /// yet, and new dates are calm work as long as that is so. One that does not live twice as long
    /// as what it issues is told of when half of its life is over.
    #[must_use]
    pub fn ends_early(&self, row: &RowExpiration, state: State) -> bool {
        let ExpirationFacts::Certificate(certificate) = &row.certificate else {
            return false;
        };
        let validity = certificate.validity();
        let half = (validity.not_after - validity.not_before) / 2;
        state == State::Valid
            && row.id.spec().is_authority()
            && validity.not_after - self.at < self.lifetime.duration().min(half)
    }

    /// How many are not there that this node cannot do without; `None` where nothing is there that
    /// would say what node it is.
    #[must_use]
    pub fn missing(&self) -> Option<usize> {
        if self.found_nothing() {
            return None;
        }
        let rows = self.rows.iter().filter(|(row, _)| row.needed);
        // Among the others is nothing that is not missed.
        let others = self.others.iter().map(|(_, state)| *state);
        let states = rows.map(|(_, state)| *state).chain(others);
        Some(states.filter(|state| *state == State::Missing).count())
    }

    /// Whether anything is to be done.
    #[must_use]
    pub fn has_findings(&self) -> bool {
        let rows = self.rows.iter().map(|(_, state)| *state);
        let mut states = rows.chain(self.others.iter().map(|(_, state)| *state));
        self.is_pending
            || self.found_nothing()
            || self.missing().is_some_and(|count| count > 0)
            || states.any(State::is_finding)
    }
}

/// Says what every certificate of a survey is worth at an instant.
#[must_use]
pub fn judge(expirations: &Expirations, at: OffsetDateTime, threshold: Threshold) -> Judged<'_> {
    let of = |certificate: &ExpirationFacts, by| state(certificate, by, at, threshold);
    Judged {
        rows: expirations
            .rows
            .iter()
            .map(|row| (row, of(&row.certificate, row.renewed_by)))
            .collect(),
        others: expirations
            .others
            .iter()
            .map(|other| match other.certificate {
                ExpirationFacts::Certificate(_) if !other.is_checked => (other, State::NotChecked),
                _ => (other, of(&other.certificate, other.renewed_by)),
            })
            .collect(),
        at,
        requested: &expirations.requested,
        is_pending: expirations.is_pending,
        whereabouts: &expirations.whereabouts,
        lifetime: expirations.lifetime.unwrap_or(Lifetime::YEAR),
    }
}

fn state(
    certificate: &ExpirationFacts,
    renewed_by: RenewedBy,
    at: OffsetDateTime,
    threshold: Threshold,
) -> State {
    match certificate {
        ExpirationFacts::Absent => State::Missing,
        ExpirationFacts::NoCertificate => State::NoCertificate,
        ExpirationFacts::Broken { .. } | ExpirationFacts::Unreadable { .. } => State::Unreadable,
        ExpirationFacts::Certificate(certificate) => {
            let validity = certificate.validity();
            if validity.not_after < at {
                State::Expired
            } else if validity.not_before > at {
                State::NotYetValid
            } else if threshold.is_due(certificate, renewed_by, at) {
                State::Due
            } else {
                State::Valid
            }
        }
    }
}
