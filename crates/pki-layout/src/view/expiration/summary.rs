//! How many certificates are how near to their end.

use pki_core::judge::expiration::{ExpirationFacts, Judged, State, Zone, percent_left};
use serde::Serialize;
use time::OffsetDateTime;

use super::rfc3339;

/// All certificates at a glance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ExpirationSummary {
    /// More than a quarter of their life left.
    pub green: usize,
    /// A quarter or less.
    pub yellow: usize,
    /// A tenth or less.
    pub red: usize,
    /// Nothing left.
    pub expired: usize,
    /// There is a file, and it cannot be read.
    pub unreadable: usize,
    /// There is no file, and this node cannot do without.
    pub missing: usize,
    /// The next to expire of those that have not.
    pub next: Option<NextExpiration>,
}

/// The next certificate to expire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NextExpiration {
    /// Its name.
    pub name: String,
    /// Its last second.
    pub expiration_date: String,
    /// Seconds that are left.
    pub residual_time: i64,
    /// How much of its life that is, in whole per cent.
    pub lifetime_left: u8,
}

/// Every certificate of a judged survey with its name.
fn certificates<'a>(judged: &Judged<'a>) -> impl Iterator<Item = (String, &'a ExpirationFacts)> {
    let rows = judged
        .rows
        .iter()
        .map(|(row, _)| (row.id.to_string(), &row.certificate));
    let checked = judged.others.iter();
    let checked = checked.filter(|(_, state)| *state != State::NotChecked);
    let others = checked.map(|(other, _)| (other.name.clone(), &other.certificate));
    rows.chain(others)
}

pub(super) fn summary(judged: &Judged<'_>) -> ExpirationSummary {
    let mut summary = ExpirationSummary {
        green: 0,
        yellow: 0,
        red: 0,
        expired: 0,
        unreadable: 0,
        // Where nothing is, nobody knows what there is to be.
        missing: judged.missing().unwrap_or_default(),
        next: None,
    };
    let mut next: Option<(OffsetDateTime, NextExpiration)> = None;
    for (name, certificate) in certificates(judged) {
        let validity = match certificate {
            ExpirationFacts::Certificate(certificate) => certificate.validity(),
            ExpirationFacts::Broken { .. } | ExpirationFacts::Unreadable { .. } => {
                summary.unreadable += 1;
                continue;
            }
            ExpirationFacts::Absent | ExpirationFacts::NoCertificate => continue,
        };
        match Zone::of(validity, judged.at) {
            Zone::Green => summary.green += 1,
            Zone::Yellow => summary.yellow += 1,
            Zone::Red => summary.red += 1,
            Zone::Expired => {
                summary.expired += 1;
                continue;
            }
        }
        let end = validity.not_after;
        if next.as_ref().is_none_or(|(first, _)| end < *first) {
            let row = NextExpiration {
                name,
                expiration_date: rfc3339(end),
                residual_time: (end - judged.at).whole_seconds(),
                lifetime_left: percent_left(validity, judged.at),
            };
            next = Some((end, row));
        }
    }
    summary.next = next.map(|(_, row)| row);
    summary
}
