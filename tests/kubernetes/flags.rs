//! The flags that are recorded are those of the programs, and what counts of several is so there.

use std::collections::BTreeMap;

use pki_layout::table::{Component, FlagKind, RecordedFlag};

use crate::binary;
use crate::support::{program, said};

/// Flags that the Kubernetes of a distribution (`OpenShift`) has and that of kubernetes.io has not.
const OF_A_DISTRIBUTION: &[&str] = &["openshift-config", "unsupported-kube-api-over-localhost"];

/// Types, as pflag's help names them, of which each value adds to those before it.
const LISTS: &[&str] = &[
    "colonSeparatedMultimapStringString",
    "int32Slice",
    "mapStringBool",
    "mapStringString",
    "namedCertKey",
    "stringArray",
    "stringToString",
    "strings",
];

/// Switches after which a word of their description stands in the place of a type.
const SWITCHES: &[&str] = &["seccomp-default"];

/// A flag of a help text, with the type that follows it after one space: `--name type   what for`.
fn flag(line: &str) -> Option<(&str, FlagKind)> {
    let line = line.trim_start();
    let rest = match line.strip_prefix("--") {
        Some(rest) => rest,
        // `-v, --v Level`.
        None => line.strip_prefix('-')?.split_once(", --")?.1,
    };
    let end = rest.find([' ', '[']).unwrap_or(rest.len());
    let (name, rest) = rest.split_at(end);
    let takes = rest
        .strip_prefix(' ')
        .and_then(|rest| rest.split(' ').next());
    let kind = match takes {
        None | Some("") => FlagKind::Switch,
        Some(takes) if takes.ends_with("[=true]") || SWITCHES.contains(&name) => FlagKind::Switch,
        Some(takes) if LISTS.contains(&takes) => FlagKind::List,
        Some(_) => FlagKind::Value,
    };
    Some((name, kind))
}

fn recorded(component: Component) -> BTreeMap<&'static str, FlagKind> {
    let flags = RecordedFlag::of(component).iter();
    flags.map(|flag| (flag.name, flag.kind)).collect()
}

#[test]
fn every_flag_of_kubernetes_programs_is_recorded() {
    for component in [
        Component::KubeApiserver,
        Component::KubeControllerManager,
        Component::KubeScheduler,
        Component::Kubelet,
    ] {
        let Some(mut command) = binary(component.name()) else {
            return;
        };
        let help = said(&program(command.arg("--help"), component.name(), ""));
        let flags = help.lines().filter(|line| line.starts_with("  "));
        let flags = flags.filter_map(flag);
        let flags: BTreeMap<&str, FlagKind> = flags
            .filter(|(name, _)| !OF_A_DISTRIBUTION.contains(name))
            .collect();
        assert_eq!(flags, recorded(component), "{component}");
    }
}

/// etcd's help has no types: what its flags take was read in its source.
#[test]
fn every_flag_of_etcd_is_recorded() {
    let Some(mut command) = binary("etcd") else {
        return;
    };
    let help = said(&program(command.arg("--help"), "etcd", ""));
    let flags = help.lines().filter_map(|line| {
        let line = line.strip_prefix("  ")?;
        let flag = line.strip_prefix("etcd ").unwrap_or(line);
        flag.strip_prefix("--")?.split(' ').next()
    });
    let mut flags: Vec<&str> = flags.collect();
    flags.sort_unstable();
    flags.dedup();
    let recorded: Vec<&str> = recorded(Component::Etcd).into_keys().collect();
    assert_eq!(flags, recorded);
}

/// The last of a value, and whatever is written with `_`.
#[test]
fn of_a_value_that_is_given_twice_the_last_counts() {
    let Some(mut command) = binary("kube-scheduler") else {
        return;
    };
    command.args([
        "--kubeconfig=/nonexistent/first",
        "--kubeconfig=/nonexistent/last",
    ]);
    let said = said(&program(&mut command, "kube-scheduler", ""));
    assert!(said.contains("/nonexistent/last"), "{said}");
    assert!(!said.contains("/nonexistent/first"), "{said}");
}
