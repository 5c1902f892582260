//! How what is there differs from what the configuration says, as `renew --reconcile` sees it.

use time::OffsetDateTime;

use super::Rule;
use super::finding::Findings;
use super::node::Node;
use crate::cluster::Setup;
use crate::observation::NodeFacts;
use crate::plan::renew::{
    Difference, IDENTITY, RenewAction, RenewPlan, RenewRule, SURPLUS_NAMES, TRUST,
};

/// Differences that have rules of their own.
const JUDGED: [&str; 6] = [
    crate::plan::renew::MISSING_NAMES,
    "issuer",
    "private key",
    TRUST,
    IDENTITY,
    crate::plan::renew::VERDICT,
];

/// One finding for each row that differs and is right otherwise.
pub(super) fn judge(findings: &mut Findings, node: &Node<'_>, setup: &Setup, at: OffsetDateTime) {
    let NodeFacts { inventory, .. } = node.facts;
    let mut rule = RenewRule::all();
    rule.lifetime = setup.cluster().certificate_lifetime();
    rule.reconcile = Some(Box::new(setup.clone()));
    // What is kept by default is told apart here.
    rule.drop_names = true;
    let plan = RenewPlan::new(inventory, rule, at);
    for step in plan.steps() {
        let row = step.id.row;
        let presented = node.presented(row);
        let kubeconfig = node.kubeconfigs.iter().find(|one| one.id == row);
        let (place, differences, leaf) = match (&step.action, presented, kubeconfig) {
            (RenewAction::Reissue(reissue), Some(presented), _) => {
                (presented.place(), &reissue.differences, presented.leaf())
            }
            (RenewAction::Adapt(adaptation), _, Some(kubeconfig)) => {
                (kubeconfig.place(), &adaptation.differences, None)
            }
            _ => continue,
        };
        // What is wrong already is not said again in other words.
        let blamed = leaf.is_some_and(|leaf| findings.blames(leaf));
        let told = differences.iter();
        let told = told.filter(|difference| !JUDGED.contains(&difference.field));
        let (surplus, others): (Vec<&Difference>, Vec<&Difference>) =
            told.partition(|difference| difference.field == SURPLUS_NAMES);
        for (rule, differences) in [
            (Rule::ConfigurationDrift, others),
            (Rule::SurplusNames, surplus),
        ] {
            let differences: Vec<String> = differences.iter().map(ToString::to_string).collect();
            if !blamed && !differences.is_empty() {
                findings.file(rule, place, differences.join("; "));
            }
        }
    }
}
