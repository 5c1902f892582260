//! What the components of the nodes were told, and what is in the files that this names.

use std::collections::BTreeSet;
use std::path::Path;

use super::portrait::Portrait;
use super::rule::{OTHER_FILE, OTHER_FLAG, OTHER_FLAG_OF_TRUST, OTHER_VERSION, SAME_MEMBER};
use super::{Divergence, alike, differing};
use crate::observe::{HostPath, Instance, ObservedFlag};
use crate::record::digest;
use crate::table::{Component, FlagSpec};

/// Flags whose value decides who is believed, or what is read by the others. That the table knows a
/// flag is not enough: these have to be the same.
const OF_TRUST: &[&str] = &[
    "anonymous-auth",
    "api-audiences",
    "authorization-mode",
    "client-cert-auth",
    "cluster-cidr",
    "enable-bootstrap-token-auth",
    "encryption-provider-config",
    "peer-client-cert-auth",
    "requestheader-allowed-names",
    "requestheader-extra-headers-prefix",
    "requestheader-group-headers",
    "requestheader-username-headers",
    "service-account-issuer",
    "service-account-jwks-uri",
    "service-cluster-ip-range",
];
/// What differs from member to member, and from the first to those that joined.
const OF_A_MEMBER: &[&str] = &["initial-cluster", "initial-cluster-state", "name"];
/// Flags that name a file which every API server reads alike.
const FILES: &[&str] = &[
    "admission-control-config-file",
    "audit-policy-file",
    "authentication-config",
    "authorization-config",
    "encryption-provider-config",
];
const COMPONENTS: [Component; 5] = [
    Component::KubeApiserver,
    Component::KubeControllerManager,
    Component::KubeScheduler,
    Component::Etcd,
    Component::Kubelet,
];

pub(super) fn divergences(portraits: &[Portrait]) -> Vec<Divergence> {
    let mut all = Vec::new();
    for component in COMPONENTS {
        flags(portraits, component, &mut all);
        let release = differing(portraits, |one| {
            one.machine.instance(component)?.release.clone()
        });
        all.extend(release.map(|values| Divergence {
            rule: &OTHER_VERSION,
            subject: component.to_string(),
            values,
        }));
    }
    for name in ["name", "initial-advertise-peer-urls"] {
        let same = alike(portraits, |one| {
            Some(
                one.machine
                    .instance(Component::Etcd)?
                    .value(name)?
                    .to_owned(),
            )
        });
        all.extend(same.map(|values| Divergence {
            rule: &SAME_MEMBER,
            subject: format!("--{name} of etcd"),
            values,
        }));
    }
    for name in FILES {
        let file = differing(portraits, |one| {
            let apiserver = one.machine.instance(Component::KubeApiserver)?;
            let told = apiserver.value(name)?;
            let HostPath::At(path) = apiserver.on_host(told) else {
                return None;
            };
            let text = one.observation.read_file(Path::new(&path)).ok()?;
            let digest: String = digest(&text).chars().take(16).collect();
            Some(format!("SHA-256 {digest}…"))
        });
        all.extend(file.map(|values| Divergence {
            rule: &OTHER_FILE,
            subject: format!("what --{name} names"),
            values,
        }));
    }
    all
}

fn flags(portraits: &[Portrait], component: Component, all: &mut Vec<Divergence>) {
    let instances = portraits
        .iter()
        .filter_map(|one| one.machine.instance(component));
    let told = instances.flat_map(|instance| instance.flags.iter().map(|flag| flag.name.clone()));
    let names: BTreeSet<String> = told.collect();
    for name in names {
        let is_of_trust = OF_TRUST.contains(&name.as_str());
        let is_known = is_of_trust || FlagSpec::find(component, &name).is_some();
        let is_of_member = component == Component::Etcd && OF_A_MEMBER.contains(&name.as_str());
        // What is elsewhere for one is told by itself.
        let is_told = name == "etcd-servers" && super::shared::etcd(portraits).is_some();
        if !is_known || is_of_member || is_told {
            continue;
        }
        let values = differing(portraits, |one| {
            // Of a node whose manifests were not looked at nothing is known.
            let instance = one.machine.instance(component)?;
            Some(value(one, instance, &name))
        });
        all.extend(values.map(|values| Divergence {
            rule: if is_of_trust {
                &OTHER_FLAG_OF_TRUST
            } else {
                &OTHER_FLAG
            },
            subject: format!("--{name} of {component}"),
            values,
        }));
    }
}

/// The value of a flag, with the node's own name and address as words: these are each one's own.
fn value(portrait: &Portrait, instance: &Instance, name: &str) -> String {
    let values: Vec<&str> = instance.counting(name).map(ObservedFlag::text).collect();
    if values.is_empty() {
        return "not given".to_owned();
    }
    let mut text = values.join(",");
    let address = portrait.settings.advertise_address.as_ref();
    if let Some(address) = address {
        text = text.replace(&address.value, "ADDRESS");
    }
    if let Some(own) = &portrait.name {
        text = text.replace(own.as_str(), "NODE");
    }
    text
}
