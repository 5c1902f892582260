//! Every broken tree of the corpus: what is to be done about its findings is done, each in a tree
//! of its own, and then the finding is gone and there is no new one. Where there is nothing to run
//! and nothing to change, a person is asked; the questions have their reasons where they stand.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::corpus::{self, Case, found};
use crate::support::Tree;
use crate::support::remedy::{carry_out, executable, is_root};

/// The configuration that [`Tree::good`] was made by.
pub(crate) const GOOD: &str = "node-name = \"cp1\"\nadvertise-address = \"192.0.2.10\"\n";

/// What a person adds to the configuration where they are asked to, by the case.
const ADDED: &[(&str, &str)] = &[(
    "a name that a kubeconfig dials",
    "[apiserver]\nsans = [\"lb.example.org\"]\n",
)];

fn verified(tree: &Tree) -> (Value, BTreeSet<(String, String)>) {
    let report = tree.pkigen(&["verify", "--strict", "-o", "json"]).json();
    let rules = found(&report).into_iter();
    let rules = rules.map(|(rule, file)| (rule.to_owned(), file.to_owned()));
    let rules = rules.collect();
    (report, rules)
}

/// What is wrong with what is said to be done about one of a case's findings; nothing if that is
/// done and helps, or if a person is asked.
fn tried(case: &Case, at: usize) -> Option<String> {
    let tree = Tree::good();
    (case.breaks)(&tree);
    let (report, before) = verified(&tree);
    let finding = &report["findings"][at];
    let way = executable(finding)?;
    let config = ADDED.iter().find(|(name, _)| *name == case.name);
    let config = GOOD.to_owned() + config.map_or("", |(_, added)| added);
    let said = finding["remedy"].as_str().unwrap();
    let config = tree.put_beside("want.toml", config);
    for step in way {
        if let Err(run) = carry_out(&tree, &config, said, step) {
            return Some(format!("{said}: {run:#?}"));
        }
    }
    let (_, after) = verified(&tree);
    let (rule, file) = found(&report)[at];
    let problem = if after.contains(&(rule.to_owned(), file.to_owned())) {
        Some("it is still there")
    } else if after.is_subset(&before) {
        None
    } else {
        Some("there is a new one")
    };
    problem.map(|problem| format!("{said}: {problem}: {after:?}"))
}

/// Tries every case of a table, and tells of all in which what is said does not help.
#[track_caller]
fn hold(cases: &[Case]) {
    let mut problems = Vec::new();
    for case in cases.iter().filter(|case| !case.by_root || is_root()) {
        for at in 0..case.findings() {
            let problem = tried(case, at);
            problems.extend(problem.map(|problem| format!("{}: {problem}", case.name)));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

macro_rules! tables {
    ($($table:ident),*) => {
        $(#[test]
        fn $table() {
            hold(corpus::$table::CASES);
        })*
    };
}

tables!(
    certificates,
    purposes,
    authorities,
    chains,
    trees,
    files,
    kubeconfigs
);

#[test]
fn what_is_said_of_cases_is_said_of_some() {
    for (name, added) in ADDED {
        assert!(corpus::all().any(|case| case.name == *name), "{name}");
        assert!(!added.is_empty(), "{name}");
    }
}

/// sa.pub is made of sa.key again.
#[test]
fn the_public_half_of_the_key_of_tokens() {
    for breaks in [
        |tree: &Tree| tree.remove(&["sa.pub"]),
        |tree: &Tree| tree.put("sa.pub", ""),
    ] {
        let tree = Tree::good();
        let before = tree.text("sa.pub");
        breaks(&tree);
        let (report, _) = verified(&tree);
        let finding = &report["findings"][0];
        let said = finding["remedy"].as_str().unwrap();
        let config = tree.put_beside("want.toml", GOOD);
        for step in executable(finding).unwrap() {
            carry_out(&tree, &config, said, step).unwrap();
        }
        assert_eq!(tree.text("sa.pub"), before);
        tree.pkigen(&["verify"]).exits(0);
    }
}
