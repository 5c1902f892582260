use std::collections::BTreeSet;

use super::Rule;
use crate::spec::{Party, RowId, Table};
use crate::x509::Certificate;

/// Something that is wrong, said where its cause is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// Which rule is broken.
    pub rule: Rule,
    /// The file or directory, as the running system sees it.
    pub file: String,
    /// The row of the table that it is about, where it is about one.
    pub row: Option<RowId>,
    /// Subject and serial number of the certificate in it that is at fault.
    pub certificate: Option<String>,
    /// What is wrong, with both sides of the comparison: a sentence about the certificate or the
    /// file, lower case, no full stop.
    pub message: String,
    /// What to do.
    pub remedy: String,
    /// What the rule is broken by, so that a finding of before can be compared with one of
    /// afterwards: nothing in here is another after each renewal, as dates and serial numbers
    /// are. Empty where the rule says it all.
    pub cause: BTreeSet<String>,
}

impl Finding {
    /// Whether it says nothing that the other does not say.
    pub(super) fn is_within(&self, other: &Self) -> bool {
        self.rule == other.rule && self.cause.is_subset(&other.cause)
    }

    /// Whether one of those who read a cluster's files refuses for its sake: a component, or the
    /// Go that all of them are made of. What only others would refuse is worth a finding, and is
    /// no reason to leave a cluster without its certificates.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        let mut parties = self.rule.spec().refused_by.iter();
        parties.any(|party| *party == Party::Go || party.component().is_some())
    }
}

/// What a check says of one certificate, before it is known where that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) rule: Rule,
    pub(super) message: String,
    pub(super) cause: BTreeSet<String>,
}

impl Problem {
    pub(super) fn new(rule: Rule, message: impl Into<String>) -> Self {
        let message = message.into();
        Self {
            rule,
            cause: BTreeSet::from([message.clone()]),
            message,
        }
    }

    /// With a cause that is not the message: see [`Finding::cause`].
    pub(super) fn because(mut self, cause: impl IntoIterator<Item = String>) -> Self {
        self.cause = cause.into_iter().collect();
        self
    }
}

/// Where a certificate is, and what it is called.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    /// The file, as the running system sees it.
    pub(super) file: &'a str,
    /// The name of the row, as `renew` takes it; `None` for what is no row.
    pub(super) name: Option<&'a str>,
}

/// Findings as they come. A certificate that is in several places is judged in the first.
#[derive(Debug, Default)]
pub(super) struct Findings {
    table: Table,
    list: Vec<Finding>,
    seen: BTreeSet<(Rule, [u8; 32])>,
    blamed: BTreeSet<[u8; 32]>,
}

impl Findings {
    /// None yet, of a tree with these rows.
    pub(super) fn of(table: &Table) -> Self {
        Self {
            table: table.clone(),
            ..Self::default()
        }
    }

    fn row(&self, place: Place<'_>) -> Option<RowId> {
        place.name.and_then(|name| self.table.find(name))
    }

    /// Adds a finding about a file.
    pub(super) fn file(&mut self, rule: Rule, place: Place<'_>, message: impl Into<String>) {
        let problem = Problem::new(rule, message);
        self.list.push(Finding {
            rule,
            file: place.file.to_owned(),
            row: self.row(place),
            certificate: None,
            message: problem.message,
            remedy: remedy(&self.table, rule, place.name),
            cause: problem.cause,
        });
    }

    /// Adds a finding about a certificate, unless it is there already.
    pub(super) fn certificate(
        &mut self,
        place: Place<'_>,
        certificate: &Certificate,
        problem: Problem,
    ) {
        let Problem {
            rule,
            message,
            cause,
        } = problem;
        let fingerprint = certificate.fingerprint();
        self.blamed.insert(fingerprint);
        if self.seen.insert((rule, fingerprint)) {
            self.list.push(Finding {
                rule,
                file: place.file.to_owned(),
                row: self.row(place),
                certificate: Some(described(certificate)),
                message,
                remedy: remedy(&self.table, rule, place.name),
                cause,
            });
        }
    }

    /// Whether something is wrong with this certificate.
    pub(super) fn blames(&self, certificate: &Certificate) -> bool {
        self.blamed.contains(&certificate.fingerprint())
    }

    /// Whether this rule is broken by this certificate.
    pub(super) fn has(&self, rule: Rule, certificate: &Certificate) -> bool {
        self.seen.contains(&(rule, certificate.fingerprint()))
    }

    /// Whether this rule is broken in this file.
    pub(super) fn has_at(&self, rule: Rule, file: &str) -> bool {
        self.list
            .iter()
            .any(|finding| finding.rule == rule && finding.file == file)
    }

    /// The findings as they came.
    pub(super) fn into_list(self) -> Vec<Finding> {
        self.list
    }

    /// The findings, by file in this order, those of other files last, and in the order of the
    /// rules.
    pub(super) fn sorted(mut self, files: &[String]) -> Vec<Finding> {
        let position = |finding: &Finding| {
            let position = files.iter().position(|file| *file == finding.file);
            (
                position.unwrap_or(usize::MAX),
                finding.file.clone(),
                finding.rule,
            )
        };
        self.list.sort_by_cached_key(position);
        self.list
    }
}

/// What the rule says is to be done, as far as it holds for this file: only leaves of the table
/// can be renewed.
fn remedy(table: &Table, rule: Rule, name: Option<&str>) -> String {
    remedy_of(rule, name.and_then(|name| table.find(name)))
}

/// The same for several rows at once.
pub(super) fn remedy_of(rule: Rule, rows: impl IntoIterator<Item = RowId>) -> String {
    let rows = rows.into_iter().map(RowId::spec);
    let leaves = rows.filter(|spec| spec.issuer.is_some());
    let names: Vec<&str> = leaves.map(|spec| spec.name).collect();
    let renewable = (!names.is_empty()).then(|| names.join(" "));
    let remedy = rule.spec().remedy.trim_end_matches('.');
    let applies = |part: &&str| match &renewable {
        Some(_) => !part.starts_with("an authority ") && !part.starts_with("an intermediate "),
        None => !part.contains("NAME"),
    };
    let parts: Vec<&str> = remedy.split("; ").filter(applies).collect();
    if parts.is_empty() {
        return "Have it issued again by whoever issued it.".to_owned();
    }
    let mut text = parts
        .join("; ")
        .replace("NAME", &renewable.unwrap_or_default());
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text.push('.');
    text
}

/// The first few of many; a trust file may hold hundreds.
pub(super) fn listed(items: impl ExactSizeIterator<Item = String>, separator: &str) -> String {
    const MOST: usize = 4;
    let more = items.len().saturating_sub(MOST);
    let first: Vec<String> = items.take(MOST).collect();
    let first = first.join(separator);
    match more {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

fn described(certificate: &Certificate) -> String {
    let subject = certificate.subject().to_string();
    let subject = if subject.is_empty() {
        "no subject"
    } else {
        &subject
    };
    format!("{subject} (serial {})", certificate.serial_number())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_leaves_of_the_table_are_renewed() {
        let table = Table::kubernetes();
        let weak = |name| remedy(&table, Rule::WeakSignature, name);
        assert_eq!(weak(Some("apiserver")), "`pkigen renew apiserver`.");
        assert_eq!(
            weak(Some("ca")),
            "An intermediate authority is issued again."
        );
        let zero = |name| remedy(&table, Rule::SerialZero, name);
        assert_eq!(
            zero(Some("ca")),
            "Have it issued again by whoever issued it."
        );
        assert_eq!(zero(None), zero(Some("ca")));
    }
}
