//! Manifests of static pods, each by itself a thing that the kubelet runs.

use std::collections::BTreeMap;

use super::Rule;
use super::files::place;
use super::finding::{Finding, Findings};
use crate::spec::Component;

/// What is wrong with the manifests of a node, each given with the component that it runs: the
/// kubelet takes every one of its directory, whatever it is called.
#[must_use]
pub fn manifests(all: &[(Component, String)]) -> Vec<Finding> {
    let mut findings = Findings::default();
    add(&mut findings, all);
    findings.into_list()
}

pub(super) fn add(findings: &mut Findings, all: &[(Component, String)]) {
    let mut first: BTreeMap<Component, &str> = BTreeMap::new();
    // The one that is called after its component is the one that is meant.
    let mut all: Vec<&(Component, String)> = all.iter().collect();
    all.sort_by_key(|(component, file)| !file.ends_with(&format!("/{component}.yaml")));
    for (component, file) in all {
        match first.get(component) {
            Some(known) if known == file => {}
            Some(known) => {
                let message = format!("it runs {component}, as {known} does");
                findings.file(Rule::ManifestTwice, place(file, None), message);
            }
            None => {
                first.insert(*component, file);
            }
        }
    }
}
