//! How what is there differs from what the configuration says, as `renew --reconcile` sees it.

use time::OffsetDateTime;

use super::Rule;
use super::finding::Findings;
use super::node::Node;
use crate::cluster::Setup;
use crate::observation::NodeFacts;
use crate::plan::renew::{Difference, RenewAction, RenewPlan, RenewRule};

/// Differences that have rules of their own.
const JUDGED: [&str; 4] = [
    crate::plan::renew::MISSING_NAMES,
    "issuer",
    "private key",
    "trusted authorities",
];

/// One finding for each row that differs and is right otherwise.
pub(super) fn judge(findings: &mut Findings, node: &Node<'_>, setup: &Setup, at: OffsetDateTime) {
    let NodeFacts { inventory, .. } = node.facts;
    let mut rule = RenewRule::all();
    rule.lifetime = setup.cluster().certificate_lifetime();
    rule.reconcile = Some(Box::new(setup.clone()));
    let plan = RenewPlan::new(inventory, rule, at);
    for step in plan.steps() {
        let RenewAction::Reissue(reissue) = &step.action else {
            continue;
        };
        let Some(presented) = node.presented(step.id.row) else {
            continue;
        };
        // What is wrong already is not said again in other words.
        let blamed = presented.leaf().is_some_and(|leaf| findings.blames(leaf));
        let differences: Vec<String> = reissue
            .differences
            .iter()
            .filter(|difference| !JUDGED.contains(&difference.field))
            .map(Difference::to_string)
            .collect();
        if !blamed && !differences.is_empty() {
            findings.file(
                Rule::ConfigurationDrift,
                presented.place(),
                differences.join("; "),
            );
        }
    }
}
