//! Names that a configuration does not have any more, where flags still say them.

use std::collections::{BTreeMap, BTreeSet};

use pki_core::Host;
use pki_core::plan::renew::{RenewAction, RenewPlan};

use crate::Observation;
use crate::observe::Sources;

impl Observation {
    /// The flags that say a name which a certificate has and the configuration does not, of this
    /// run or of an earlier one.
    pub(super) fn told_names(&self, plan: &RenewPlan) -> BTreeMap<String, BTreeSet<String>> {
        let Some(setup) = plan.rule().reconcile.as_deref() else {
            return BTreeMap::new();
        };
        let inventory = self.inventory();
        let mut names: BTreeSet<String> = BTreeSet::new();
        for step in plan.steps() {
            let is_own = matches!(
                step.action,
                RenewAction::Reissue(_) | RenewAction::AsConfigured
            );
            let leaf = inventory.certificates(step.id.row).first();
            if let Some(leaf) = leaf.filter(|_| is_own) {
                let wanted: Vec<Host> = setup.site().hosts(step.id.row.spec()).hosts().collect();
                let hosts = leaf.hosts();
                let surplus = hosts.hosts().filter(|host| !wanted.contains(host));
                names.extend(surplus.map(|host| host.to_string()));
            }
        }
        let mut told: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        if names.is_empty() {
            return told;
        }
        for instance in &self.components(&Sources::on_disk()).instances {
            for flag in &instance.flags {
                if names.iter().any(|name| says(flag.text(), name)) {
                    let file = told.entry(instance.source.file.clone()).or_default();
                    file.insert(flag.shown());
                }
            }
        }
        told
    }
}

/// Whether a flag's value says a name or an address. A directory of that name is another matter.
fn says(text: &str, name: &str) -> bool {
    let is_of_a_name = |one: char| one.is_ascii_alphanumeric() || ".-".contains(one);
    text.match_indices(name).any(|(at, _)| {
        let (before, rest) = text.split_at(at);
        let after = rest.get(name.len()..).unwrap_or_default();
        let in_path = before.ends_with('/') && !before.ends_with("//");
        !in_path && !before.ends_with(is_of_a_name) && !after.starts_with(is_of_a_name)
    })
}
