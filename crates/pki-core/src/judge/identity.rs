//! The user and the groups that a client certificate stands for.

use std::collections::BTreeSet;

use super::Rule;
use super::finding::{Findings, Problem};
use super::node::{Node, Presented};
use crate::spec::{CertSpec, CommonNameRule, Form, RowId};
use crate::x509::{Certificate, Profile, Usage};

/// What the common name of a node's user starts with; the Node authorizer's.
const NODE_USER: &str = "system:node:";
/// The group that no authorizer is asked about.
const MASTERS: &str = "system:masters";

/// Every client that the API server or an extension server knows by its name.
pub(super) fn judge(findings: &mut Findings, node: &Node<'_>) {
    for presented in &node.presented {
        for problem in problems(node, presented) {
            if let Some(leaf) = presented.leaf() {
                findings.certificate(presented.place(), leaf, problem);
            }
        }
    }
}

/// What is wrong with whom somebody stands for: by its row, and by what it is shown as.
pub(super) fn problems(node: &Node<'_>, presented: &Presented<'_>) -> Vec<Problem> {
    let Some(leaf) = presented.leaf() else {
        return Vec::new();
    };
    let shown = node.relations_of(&presented.file);
    let shown = shown.filter(|relation| relation.usage == Usage::Client);
    let mut rows: BTreeSet<RowId> = shown.map(|relation| relation.credential).collect();
    if presented.usage == Usage::Client {
        rows.insert(presented.id);
    }
    let messages = rows.into_iter().filter_map(|row| identity(row, leaf));
    messages
        .map(|message| Problem::new(Rule::WrongIdentity, message))
        .collect()
}

/// What is wrong with whom a client stands for that is shown in the place of a row, where that
/// matters: a sentence about the certificate.
#[must_use]
pub fn identity(row: RowId, leaf: &Certificate) -> Option<String> {
    let spec = row.spec();
    let is_kubeconfig = matches!(spec.form, Form::Kubeconfig { .. });
    let others = [RowId::ApiserverKubeletClient, RowId::FrontProxyClient];
    if !is_kubeconfig && !others.contains(&row) {
        return None;
    }
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
    Some(format!(
        "it stands for {}; {} is wanted",
        described(actual_user, &groups),
        described(&expected_user, spec.groups)
    ))
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
