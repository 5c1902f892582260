//! Every broken tree of the corpus: what is to be done about its findings is done, each in a tree
//! of its own, and then the finding is gone and there is no new one. Where there is nothing to run
//! and nothing to change, a person is asked; the questions have their reasons where they stand.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::Value;

use crate::corpus::{self, Case, found};
use crate::support::{Run, Tree};

/// The configuration that [`Tree::good`] was made by.
pub(crate) const GOOD: &str = "node-name = \"cp1\"\nadvertise-address = \"192.0.2.10\"\n";

/// What a person adds to the configuration where they are asked to, by the case.
const ADDED: &[(&str, &str)] = &[(
    "a name that a kubeconfig dials",
    "[apiserver]\nsans = [\"lb.example.org\"]\n",
)];

/// Cases in which what is said does not help, and why that cannot be seen beforehand.
const NO_HELP: &[(&str, &str)] = &[(
    "a link to another certificate",
    "the judge sees what is behind a link; the command leaves links alone, and says so",
)];

/// Carries out one step of a way; what a person is asked is left to them.
pub(crate) fn carry_out(tree: &Tree, config: &str, step: &Value) -> Result<(), Run> {
    if let Some(words) = step["run"].as_array() {
        let config = tree.put_beside("want.toml", config);
        let words = words.iter().skip(1).map(|word| match word.as_str() {
            Some("FILE") => config.to_str().unwrap(),
            word => word.unwrap(),
        });
        let run = tree.pkigen(&words.collect::<Vec<&str>>());
        if run.code != 0 {
            return Err(run);
        }
    } else if let Some(edit) = step.get("edit") {
        change(tree, edit);
    }
    Ok(())
}

fn change(tree: &Tree, edit: &Value) {
    let text = |name: &str| edit[name].as_str();
    let named = Path::new(text("file").unwrap());
    let file = if named.starts_with(tree.root()) {
        named.to_owned()
    } else {
        tree.at(text("file").unwrap())
    };
    match (text("place").unwrap(), text("value")) {
        ("file", None) => move_away(tree, &file),
        ("mode", Some(mode)) => {
            let old = fs::metadata(&file).unwrap().permissions().mode();
            let new = match mode {
                "o=,g-w" => old & !0o027,
                "o-w" => old & !0o002,
                other => panic!("{other} is no mode that anybody is told to set"),
            };
            fs::set_permissions(&file, fs::Permissions::from_mode(new)).unwrap();
        }
        ("owner", Some("root:root")) => {
            std::os::unix::fs::chown(&file, Some(0), Some(0)).unwrap();
        }
        ("flag", Some(value)) => {
            let flag = format!("--{}=", text("name").unwrap());
            let manifest = fs::read_to_string(&file).unwrap();
            let lines = manifest.lines().map(|line| match line.find(&flag) {
                Some(at) => format!("{}{flag}{value}\n", &line[..at]),
                None => format!("{line}\n"),
            });
            fs::write(&file, lines.collect::<String>()).unwrap();
        }
        other => panic!("nobody knows how to change {other:?}"),
    }
}

/// A file that is to be moved away with another need not be there.
fn move_away(tree: &Tree, file: &Path) {
    if fs::symlink_metadata(file).is_ok() {
        let name = file.file_name().unwrap().to_str().unwrap();
        fs::rename(file, tree.beside(&format!("{name}.old"))).unwrap();
    }
}

/// The first of the ways that can be carried out.
pub(crate) fn executable(finding: &Value) -> Option<&Vec<Value>> {
    let ways = finding["ways"].as_array().unwrap().iter();
    let mut ways = ways.map(|way| way.as_array().unwrap());
    ways.find(|way| way.iter().any(|step| step.get("ask").is_none()))
}

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
    for step in way {
        if let Err(run) = carry_out(&tree, &config, step) {
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
    for case in cases.iter().filter(|case| !case.by_root) {
        for at in 0..case.findings() {
            let problem = tried(case, at);
            let known = NO_HELP.iter().any(|(name, _)| *name == case.name);
            match problem {
                Some(problem) if !known => problems.push(format!("{}: {problem}", case.name)),
                None if known => problems.push(format!("{}: it helps", case.name)),
                _ => {}
            }
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
    for (name, reason) in NO_HELP.iter().chain(ADDED) {
        assert!(corpus::all().any(|case| case.name == *name), "{name}");
        assert!(!reason.is_empty(), "{name}");
    }
}
