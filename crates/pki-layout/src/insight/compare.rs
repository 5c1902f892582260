//! `compare`: control-plane nodes of a cluster side by side. What they must share and do not, what must
//! differ and does not, and what is merely not alike.
//!
//! Whether each node is right by itself is `verify`'s to say.

mod own;
mod portrait;
mod report;
mod rule;
mod shared;
mod told;

use portrait::Portrait;
pub use report::{CompareReport, ComparedNode, DivergenceRow, ValueRow};
pub use rule::{COMPARE_RULES, CompareRule, Weight};
use time::OffsetDateTime;

use crate::Root;

/// Something in which nodes are not as they should be to each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Divergence {
    /// What it is a case of.
    pub(crate) rule: &'static CompareRule,
    /// The file or flag.
    pub(crate) subject: String,
    /// What each has: a value, and the nodes that have it.
    pub(crate) values: Vec<(String, Vec<String>)>,
}

/// Compares nodes, each by what it is called here.
#[must_use]
pub fn compare(nodes: &[(String, Root)], now: OffsetDateTime) -> CompareReport {
    let mut portraits: Vec<Portrait> = nodes
        .iter()
        .map(|(label, root)| Portrait::of(label, root))
        .collect();
    // Two of one name are told apart by what they are called here.
    let names: Vec<String> = portraits.iter().map(|one| one.shown.clone()).collect();
    for portrait in &mut portraits {
        if names.iter().filter(|name| **name == portrait.shown).count() > 1 {
            portrait.shown.clone_from(&portrait.label);
        }
    }
    let mut divergences = shared::divergences(&portraits);
    divergences.extend(own::divergences(&portraits, now));
    divergences.extend(told::divergences(&portraits));
    CompareReport::new(&portraits, divergences)
}

/// What the nodes have: each value once, in their order. Nodes of which it is not known have no part
/// in it.
fn by_value(
    portraits: &[Portrait],
    value: impl Fn(&Portrait) -> Option<String>,
) -> Vec<(String, Vec<String>)> {
    let mut values: Vec<(String, Vec<String>)> = Vec::new();
    for portrait in portraits {
        let Some(value) = value(portrait) else {
            continue;
        };
        match values.iter_mut().find(|(known, _)| *known == value) {
            Some((_, nodes)) => nodes.push(portrait.shown.clone()),
            None => values.push((value, vec![portrait.shown.clone()])),
        }
    }
    values
}

/// The same where they do not all have the same.
fn differing(
    portraits: &[Portrait],
    value: impl Fn(&Portrait) -> Option<String>,
) -> Option<Vec<(String, Vec<String>)>> {
    let values = by_value(portraits, value);
    (values.len() > 1).then_some(values)
}

/// What several nodes have, where it should be each one's own.
fn alike(
    portraits: &[Portrait],
    value: impl Fn(&Portrait) -> Option<String>,
) -> Option<Vec<(String, Vec<String>)>> {
    let mut values = by_value(portraits, value);
    values.retain(|(_, nodes)| nodes.len() > 1);
    (!values.is_empty()).then_some(values)
}
