use serde::Serialize;

use super::portrait::Portrait;
use super::{Divergence, Weight};
use crate::report::SCHEMA_VERSION;

/// How nodes are to each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CompareReport {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// `CompareReport`.
    pub kind: &'static str,
    /// `done`, or `divergences`.
    pub outcome: &'static str,
    /// The nodes, in the order given.
    pub nodes: Vec<ComparedNode>,
    /// What is not as it should be, what matters most first.
    pub divergences: Vec<DivergenceRow>,
}

/// A node that was compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ComparedNode {
    /// What it is called below.
    pub name: String,
    /// What was given for it.
    pub source: String,
    /// What of it could not be looked at, because the archive does not have it.
    pub not_observed: Vec<String>,
}

/// Something in which nodes are not as they should be to each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DivergenceRow {
    /// What it is a case of: `copied-certificate`.
    pub rule: &'static str,
    /// `error` or `warning`.
    pub level: &'static str,
    /// The file or flag.
    pub subject: String,
    /// What each has.
    pub values: Vec<ValueRow>,
    /// What is wrong, and what comes of it.
    pub problem: &'static str,
    /// What to do.
    pub remedy: &'static str,
}

/// What some nodes have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ValueRow {
    /// What they have.
    pub value: String,
    /// The nodes.
    pub nodes: Vec<String>,
}

impl CompareReport {
    pub(super) fn new(portraits: &[Portrait], mut divergences: Vec<Divergence>) -> Self {
        divergences.sort_by_key(|one| one.rule.weight);
        let nodes = portraits.iter().map(|one| ComparedNode {
            name: one.shown.clone(),
            source: one.label.clone(),
            not_observed: one.observation.not_observed(),
        });
        let rows = divergences.into_iter().map(|one| DivergenceRow {
            rule: one.rule.id,
            level: one.rule.weight.name(),
            subject: one.subject,
            values: one
                .values
                .into_iter()
                .map(|(value, nodes)| ValueRow { value, nodes })
                .collect(),
            problem: one.rule.problem,
            remedy: one.rule.remedy,
        });
        let divergences: Vec<DivergenceRow> = rows.collect();
        Self {
            schema_version: SCHEMA_VERSION,
            kind: "CompareReport",
            outcome: if divergences.is_empty() {
                "done"
            } else {
                "divergences"
            },
            nodes: nodes.collect(),
            divergences,
        }
    }

    /// Whether somebody is refused, or will be.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        let errors = Weight::Error.name();
        self.divergences.iter().any(|one| one.level == errors)
    }
}
