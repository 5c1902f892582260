//! Profile `kubeadm` against what kubeadm 1.36.2 wrote.
//!
//! Three comparisons, each stricter than the one before: the facts of `facts.json` field by
//! field; the shape of the kubeconfigs; and, with kubeadm's own keys and serial numbers, the
//! bytes. What differs is listed in `docs/kubeadm-differences.md`, and the tests hold the list
//! in both directions.

mod differences;
mod facts;
mod fixture;
mod identical;

use std::collections::BTreeMap;

use pkigen::flags::{Component, FlagSet, Override};
use pkigen::{Directories, FlagOptions};
use serde_json::Value;

use self::differences::Difference;
use self::fixture::{FIXTURES, Fixture};
use crate::support::Tree;

/// What pkigen makes of a fixture's description.
fn made(fixture: &Fixture) -> Tree {
    let tree = Tree::empty();
    let done = tree.init_at(fixture.cluster(), Fixture::STARTED);
    assert!(
        done.plan.warnings().is_empty(),
        "{:?}",
        done.plan.warnings()
    );
    tree
}

fn facts_of(tree: &Tree) -> Value {
    let files = tree.files().into_iter().map(|(name, contents)| {
        let mode = tree.mode(&name);
        (name, (contents, mode))
    });
    facts::of_tree(&files.collect())
}

#[test]
fn the_descriptions_are_those_of_kubeadm_yaml() {
    for fixture in &FIXTURES {
        assert!(fixture.yaml_says_so(), "{fixture:?}");
    }
}

/// Modes are lost in a checkout: those are taken from `facts.json` itself.
#[test]
fn the_reader_of_facts_agrees_with_the_one_that_wrote_them() {
    for fixture in &FIXTURES {
        let wanted = fixture.facts();
        let files = fixture.files().into_iter().map(|(name, contents)| {
            let mode = wanted["files"][&name]["mode"].as_str().unwrap();
            let mode = u32::from_str_radix(mode.trim_start_matches("0o"), 8).unwrap();
            (name, (contents, mode))
        });
        let files: BTreeMap<_, _> = files.collect();
        let differences = differences::between(&wanted, &facts::of_tree(&files));
        assert_eq!(differences, [], "{fixture:?}");
    }
}

#[test]
fn every_difference_in_files_is_listed_and_every_listed_one_is_there() {
    let listed = differences::listed();
    for fixture in &FIXTURES {
        let found = differences::between(&fixture.facts(), &facts_of(&made(fixture)));
        let unlisted: Vec<&Difference> = found
            .iter()
            .filter(|difference| !listed.iter().any(|row| row.covers(difference)))
            .collect();
        assert!(
            unlisted.is_empty(),
            "{fixture:?}: not in the list: {unlisted:#?}"
        );
        for row in &listed {
            let there = found.iter().any(|difference| row.covers(difference));
            assert!(
                there,
                "{fixture:?}: {} is listed and no longer differs",
                row.id
            );
        }
    }
}

#[test]
fn a_difference_that_nobody_listed_is_found() {
    let fixture = &FIXTURES[0];
    let mut facts = facts_of(&made(fixture));
    facts["certificates"]["pki/ca.crt"]["extensions_in_order"][0]["critical"] = false.into();
    let found = differences::between(&fixture.facts(), &facts);
    let listed = differences::listed();
    let unlisted = found
        .iter()
        .filter(|difference| !listed.iter().any(|row| row.covers(difference)));
    let fields: Vec<&str> = unlisted
        .map(|difference| difference.field.as_str())
        .collect();
    assert_eq!(fields, ["certificates.extensions_in_order.0.critical"]);
}

/// Same keys in the same order, same indentation, same quotes, same end.
#[test]
fn kubeconfigs_have_kubeadms_shape() {
    for fixture in &FIXTURES {
        let tree = made(fixture);
        for name in fixture
            .files()
            .keys()
            .filter(|name| name.ends_with(".conf"))
        {
            let theirs = fixture.text(name);
            assert_eq!(masked(&tree.text(name)), masked(&theirs), "{name}");
        }
    }
}

/// A kubeconfig without the values that differ from run to run.
fn masked(kubeconfig: &str) -> String {
    let lines = kubeconfig
        .split('\n')
        .map(|line| match line.split_once("-data: ") {
            Some((field, data)) => {
                let is_base64 = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
                assert!(data.chars().all(is_base64), "{field} on one line, unquoted");
                format!("{field}-data: BASE64")
            }
            None => line.to_owned(),
        });
    lines.collect::<Vec<String>>().join("\n")
}

#[test]
fn flags_are_kubeadms() {
    for fixture in &FIXTURES {
        let cluster = fixture.cluster().build().unwrap();
        for (component, theirs) in fixture.flags() {
            let component: Component = component.parse().unwrap();
            let options = FlagOptions::new();
            let set =
                FlagSet::of(component, cluster.site(), &Directories::default(), &options).unwrap();
            let ours: Vec<String> = set.arguments().iter().map(ToString::to_string).collect();
            assert_eq!(ours, theirs, "{component}");
        }
    }
}

/// An administrator's `extraArgs` take the place of what is there, as in kubeadm.
#[test]
fn extra_arguments_replace_flags() {
    let cluster = FIXTURES[0].cluster().build().unwrap();
    let flag = Override::new(Component::KubeApiserver, "authorization-mode", "Node");
    let options = FlagOptions::new().with_override(flag);
    let directories = Directories::default();
    let set = FlagSet::of(
        Component::KubeApiserver,
        cluster.site(),
        &directories,
        &options,
    )
    .unwrap();
    let lines = set.arguments().iter().map(ToString::to_string);
    let modes: Vec<String> = lines
        .filter(|line| line.contains("authorization-mode"))
        .collect();
    assert_eq!(modes, ["--authorization-mode=Node"]);
}

#[test]
fn directories_are_open_to_look_up_names_in() {
    let tree = made(&FIXTURES[0]);
    for directory in ["", "pki", "pki/etcd"] {
        assert_eq!(tree.mode(directory), 0o755, "/etc/kubernetes/{directory}");
    }
}
