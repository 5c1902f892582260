//! The user and the groups that a client certificate stands for.

use std::collections::BTreeSet;

use super::Rule;
use super::finding::{Findings, Problem};
use super::node::{Node, Presented};
use crate::spec::{CERTS, CommonNameRule, EarlierGroups, Form, RowId};
use crate::x509::{Certificate, Profile, Usage};

/// What the common name of a node's user starts with; the Node authorizer's.
const NODE_USER: &str = "system:node:";

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
    let problems = rows
        .into_iter()
        .filter_map(|row| match identity(row, leaf) {
            Some(message) => Some(Problem::new(Rule::WrongIdentity, message)),
            None => Some(Problem::new(Rule::ExcessRights, excess(row, leaf)?)),
        });
    problems.collect()
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
    let right_groups = groups == spec.groups
        || spec.rights.of_earlier(&groups).is_some()
        // Nobody reads the groups of the front proxy.
        || row == RowId::FrontProxyClient;
    if actual_user == expected_user && right_groups {
        return None;
    }
    Some(format!(
        "it stands for {}; {} is wanted",
        described(actual_user, &groups),
        described(&expected_user, spec.groups)
    ))
}

/// Whether a certificate is another row's: it has that one's name, or is for something else.
pub(super) fn is_foreign(row: RowId, leaf: &Certificate) -> bool {
    let name = leaf.subject().common_name();
    let has_name = |id: RowId| {
        let rule = id.spec().common_name;
        [Profile::KubernetesIo, Profile::Kubeadm].into_iter().any(
            |profile| matches!(rule.of(profile), CommonNameRule::Fixed(fixed) if name == Some(fixed)),
        )
    };
    let others = CERTS.iter().filter(|spec| spec.id != row);
    let is_others = !has_name(row) && others.map(|spec| spec.id).any(has_name);
    let usage = row.spec().usage;
    let mut purposes = usage.iter().flat_map(|usage| usage.purposes());
    is_others || !purposes.all(|purpose| leaf.has_purpose(*purpose))
}

fn is_node_user(name: &str) -> bool {
    name.strip_prefix(NODE_USER)
        .is_some_and(|node| !node.is_empty())
}

/// The groups that an earlier kubeadm gave a client, where somebody grants rights by them.
pub(super) fn earlier_groups(row: RowId, leaf: &Certificate) -> Option<&'static EarlierGroups> {
    let groups: Vec<&str> = leaf.subject().groups().collect();
    row.spec().earlier_rights(&groups)
}

/// What a client may do more than it has to, where an earlier kubeadm made it so: a sentence about
/// the certificate, which nobody refuses.
#[must_use]
pub fn excess(row: RowId, leaf: &Certificate) -> Option<String> {
    let EarlierGroups {
        groups, versions, ..
    } = earlier_groups(row, leaf)?;
    let user = leaf.subject().common_name().unwrap_or_default();
    Some(format!(
        "it stands for {}, as kubeadm {versions} made it; {} is enough",
        described(user, groups),
        described(user, row.spec().groups)
    ))
}

fn described(user: &str, groups: &[&str]) -> String {
    let user = if user.is_empty() { "nobody" } else { user };
    match groups {
        [] => format!("user {user} without a group"),
        [group] => format!("user {user} in group {group}"),
        groups => format!("user {user} in groups {}", groups.join(", ")),
    }
}
