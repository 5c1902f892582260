//! Rights that a change would take away: what a certificate may do by its groups, nobody refuses,
//! and who needs it is Forbidden afterwards.

use std::collections::BTreeSet;

use super::Offence;
use crate::judge::Rule;
use crate::judge::finding::{Findings, Problem};
use crate::judge::identity::earlier_groups;
use crate::judge::node::Node;
use crate::observation::NodeFacts;

/// The groups that an earlier kubeadm gave a client and that are gone from these files, which are
/// written.
#[must_use]
pub fn removed(before: &NodeFacts, after: &NodeFacts, written: &BTreeSet<String>) -> Vec<Offence> {
    let old = Node::of(before);
    let carried = old.presented.iter().filter_map(|one| {
        let groups = earlier_groups(one.id, one.leaf()?)?;
        written.contains(&one.file).then_some((one, groups.groups))
    });
    let carried: Vec<_> = carried.collect();
    if carried.is_empty() {
        return Vec::new();
    }
    let new = Node::of(after);
    let offences = carried.into_iter().filter_map(|(one, groups)| {
        let mut there = new.presented.iter();
        let leaf = there.find(|new| new.file == one.file)?.leaf()?;
        let has = |group: &str| leaf.subject().groups().any(|other| other == group);
        let gone: Vec<&str> = groups.iter().copied().filter(|group| !has(group)).collect();
        if gone.is_empty() {
            return None;
        }
        let user = leaf.subject().common_name().unwrap_or_default();
        let message = format!("user {user} is in {} no longer", gone.join(", "));
        let mut findings = Findings::of(before);
        findings.certificate(one.place(), leaf, Problem::new(Rule::RightRemoved, message));
        let finding = findings.into_list().into_iter().next()?;
        Some(Offence::of(&finding))
    });
    offences.collect()
}
