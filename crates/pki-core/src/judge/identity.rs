//! The user and the groups that a client certificate stands for.

use super::Rule;
use super::finding::{Findings, Problem};
use super::node::{Node, Presented};
use crate::spec::{CertSpec, CommonNameRule, RowId};
use crate::x509::Profile;

/// What the common name of a node's user starts with; the Node authorizer's.
const NODE_USER: &str = "system:node:";
/// The group that no authorizer is asked about.
const MASTERS: &str = "system:masters";

/// Every client that the API server or an extension server knows by its name.
pub(super) fn judge(findings: &mut Findings, node: &Node<'_>) {
    for presented in node.presented.iter().filter(|one| one.identifies) {
        if let Some(leaf) = presented.leaf()
            && let Some(problem) = problem(presented)
        {
            findings.certificate(presented.place(), leaf, problem);
        }
    }
}

/// What is wrong with whom somebody stands for, where that matters.
pub(super) fn problem(presented: &Presented<'_>) -> Option<Problem> {
    let leaf = presented.leaf().filter(|_| presented.identifies)?;
    let spec = presented.id.spec();
    let actual_user = leaf.subject().common_name().unwrap_or_default();
    let expected_user = match spec.common_name.of(Profile::default()) {
        CommonNameRule::Fixed(name) => name.to_owned(),
        CommonNameRule::NodeUser if is_node_user(actual_user) => actual_user.to_owned(),
        CommonNameRule::NodeUser => format!("{NODE_USER}<node>"),
        CommonNameRule::NodeName | CommonNameRule::UserName | CommonNameRule::None => {
            return None;
        }
    };
    let mut groups: Vec<&str> = leaf.subject().groups().collect();
    groups.sort_unstable();
    let right_groups = groups == spec.groups || may_differ(spec, &groups);
    if actual_user == expected_user && right_groups {
        return None;
    }
    let message = format!(
        "it stands for {}; {} is wanted",
        described(actual_user, &groups),
        described(&expected_user, spec.groups)
    );
    Some(Problem::new(Rule::WrongIdentity, message))
}

fn is_node_user(name: &str) -> bool {
    name.strip_prefix(NODE_USER)
        .is_some_and(|node| !node.is_empty())
}

/// Groups that are as good: kubeadm gave system:masters to the administrator and to the API
/// server as a client of kubelets before 1.29, and nobody reads the groups of the front proxy.
fn may_differ(spec: &CertSpec, groups: &[&str]) -> bool {
    match spec.id {
        RowId::AdminConf | RowId::ApiserverKubeletClient => groups == [MASTERS],
        RowId::FrontProxyClient => true,
        _ => false,
    }
}

fn described(user: &str, groups: &[&str]) -> String {
    let user = if user.is_empty() { "nobody" } else { user };
    match groups {
        [] => format!("user {user} without a group"),
        [group] => format!("user {user} in group {group}"),
        groups => format!("user {user} in groups {}", groups.join(", ")),
    }
}
