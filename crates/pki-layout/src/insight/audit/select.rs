//! Which findings are shown, and which of them count.

use std::str::FromStr;

use super::{Audit, AuditFinding, AuditRule};
use crate::table::cis::{CIS_ITEMS, CisItem, Level, NEWEST};

/// A rule or an item, as an argument names it: `wrong-authority`, `1.2.5`, `1.5:1.2.6`.
#[derive(Debug, Clone, Copy)]
enum Id {
    Rule(AuditRule),
    Item(&'static CisItem),
}

/// What is wanted of an audit's findings.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    only: Vec<Id>,
    skip: Vec<Id>,
    warn_only: Vec<Id>,
}

/// A name that is neither a rule's nor an item's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no rule or item {id:?}; {}", self.hint())]
#[non_exhaustive]
pub struct UnknownId {
    /// What was given.
    pub id: String,
    /// What was probably meant.
    pub nearest: Option<String>,
}

impl UnknownId {
    fn hint(&self) -> String {
        match &self.nearest {
            Some(nearest) => format!("did you mean {nearest}?"),
            None => "docs/audit.md lists them".to_owned(),
        }
    }
}

impl Selection {
    /// Reads the three lists.
    ///
    /// # Errors
    ///
    /// [`UnknownId`] for a name that is none.
    pub fn new(only: &[String], skip: &[String], warn_only: &[String]) -> Result<Self, UnknownId> {
        let read = |names: &[String]| {
            let ids = names.iter().map(|name| name.parse());
            ids.collect::<Result<Vec<Id>, _>>()
        };
        Ok(Self {
            only: read(only)?,
            skip: read(skip)?,
            warn_only: read(warn_only)?,
        })
    }

    /// Takes away what is not wanted, and turns into warnings what is not to count. Paths and
    /// items stay as they are found.
    pub fn apply(&self, audit: &mut Audit) {
        audit.findings.retain(|finding| {
            let only = self.only.is_empty() || self.only.iter().any(|id| id.is_of(finding));
            only && !covered(&self.skip, finding)
        });
        for finding in &mut audit.findings {
            if covered(&self.warn_only, finding) {
                finding.level = Level::Warning;
            }
        }
        // Stable: what was in order stays so.
        audit.findings.sort_by_key(|finding| finding.level);
    }
}

/// Whether a finding is named by its rule, or all of its items are named.
fn covered(ids: &[Id], finding: &AuditFinding) -> bool {
    let rule = ids
        .iter()
        .any(|id| matches!(id, Id::Rule(rule) if *rule == finding.rule));
    let named = |item: &CisItem| {
        ids.iter()
            .any(|id| matches!(id, Id::Item(one) if one.number == item.number))
    };
    rule || (!finding.items.is_empty() && finding.items.iter().all(|item| named(item)))
}

impl Id {
    fn is_of(self, finding: &AuditFinding) -> bool {
        match self {
            Self::Rule(rule) => finding.rule == rule,
            Self::Item(item) => finding.items.iter().any(|one| one.number == item.number),
        }
    }
}

impl FromStr for Id {
    type Err = UnknownId;

    fn from_str(text: &str) -> Result<Self, UnknownId> {
        if let Some(rule) = AuditRule::all().find(|rule| rule.id() == text) {
            return Ok(Self::Rule(rule));
        }
        let number = text.to_ascii_lowercase();
        let number = number.strip_prefix("cis-").unwrap_or(&number);
        let (benchmark, number) = number.split_once(':').unwrap_or((NEWEST, number));
        if let Some(item) = CisItem::numbered_in(benchmark, number) {
            return Ok(Self::Item(item));
        }
        Err(UnknownId {
            id: text.to_owned(),
            nearest: meant(text, number),
        })
    }
}

/// A number of 1.5 leads to what it is now, a name to the one that is written most like it.
fn meant(text: &str, number: &str) -> Option<String> {
    if let Some(item) = CisItem::numbered(number).next() {
        return Some(item.number.to_owned());
    }
    let rules = AuditRule::all().map(AuditRule::id);
    let names = rules.chain(CIS_ITEMS.iter().map(|item| item.number));
    pki_core::text::nearest(text, names).map(|near| near.name.to_owned())
}

impl AuditFinding {
    /// What it is called in lists: its item's number, else its rule.
    #[must_use]
    pub fn id(&self) -> String {
        match self.items.first() {
            Some(item) => format!("CIS {}", item.number),
            None => self.rule.id().to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_and_numbers_of_every_benchmark_are_names() {
        let item = |text: &str| match text.parse::<Id>().unwrap() {
            Id::Item(item) => item.number,
            Id::Rule(rule) => rule.id(),
        };
        assert_eq!(item("1.2.5"), "1.2.5");
        assert_eq!(item("CIS-1.2.5"), "1.2.5");
        assert_eq!(item("1.5:1.2.6"), "1.2.5");
        assert_eq!(item("1.8:4.2.9"), "4.2.9");
        assert_eq!(item("expired"), "expired");
        assert_eq!(item("missing-flag"), "missing-flag");
    }

    #[test]
    fn a_name_that_is_none_is_said_with_the_nearest() {
        let said = |text: &str| text.parse::<Id>().unwrap_err().to_string();
        assert_eq!(
            said("missing-flags"),
            "there is no rule or item \"missing-flags\"; did you mean missing-flag?"
        );
        assert_eq!(
            said("1.2.35"),
            "there is no rule or item \"1.2.35\"; did you mean 1.2.29?"
        );
        assert_eq!(
            said("profiling"),
            "there is no rule or item \"profiling\"; docs/audit.md lists them"
        );
    }
}
