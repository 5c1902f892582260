//! Trees broken on purpose: what is there but wrong is refused with reason and remedy, nothing is
//! written, and the remedy works.

pub(crate) mod authorities;
mod framing;
pub(crate) mod kubeconfigs;
pub(crate) mod leaves;
mod remedies;
pub(crate) mod several;

use std::path::Path;

use crate::support::{Run, Tree};

/// What a run refuses, as `file: problem` and the remedy that follows it, or several of them.
fn refusals(run: &Run) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut problems = Vec::new();
    for line in run.stderr.lines() {
        if let Some(problem) = line.strip_prefix("refused: ") {
            problems.push(problem);
        } else if let Some(remedy) = line.strip_prefix("  to mend it: ") {
            let mended = problems.drain(..);
            found.extend(mended.map(|problem| (problem.to_owned(), remedy.to_owned())));
        }
    }
    assert!(problems.is_empty(), "no remedy after {problems:?}");
    found
}

/// Runs `init` and expects these refusals, in this order and no others: file below
/// `/etc/kubernetes`, problem, and a part of the remedy. Nothing on disk may change.
#[track_caller]
fn refused(tree: &Tree, arguments: &[&str], expected: &[(&str, &str, &str)]) -> Run {
    let before = tree.snapshot();
    let run = tree.init(arguments).exits(1);
    before.assert_untouched(&tree.snapshot());
    assert_eq!(run.stdout, "", "an account of nothing in {run:#?}");
    let found = refusals(&run);
    assert_eq!(found.len(), expected.len(), "refusals of {run:#?}");
    for ((problem, remedy), (file, part, action)) in found.iter().zip(expected) {
        let file = format!("{}: ", tree.etc(file).display());
        assert!(problem.starts_with(&file), "{file} instead of {problem}");
        assert!(problem.contains(part), "{part:?} is not in {problem}");
        let remedy = tree.rootless(remedy);
        assert!(remedy.contains(action), "{action:?} is not in {remedy}");
    }
    let count = match expected.len() {
        1 => "1 problem; nothing was written".to_owned(),
        count => format!("{count} problems; nothing was written"),
    };
    run.says(&[&count])
}

/// Moves files out of the tree, as remedies ask for.
fn move_away(tree: &Tree, names: &[&str]) {
    for name in names {
        let away = Path::new(name).file_name().unwrap();
        std::fs::rename(tree.etc(name), tree.beside(away.to_str().unwrap())).unwrap();
    }
}

/// Runs `init` and expects it to make these rows and to keep all others.
#[track_caller]
fn mended(tree: &Tree, arguments: &[&str], created: &[&str]) {
    let run = tree.init(&[arguments, &["-o", "json"]].concat()).exits(0);
    let report = run.json();
    let rows = report["rows"].as_array().unwrap().iter();
    let made: Vec<&str> = rows
        .filter(|row| row["action"] == "create")
        .map(|row| row["name"].as_str().unwrap())
        .collect();
    assert_eq!(made, created);
    tree.init(arguments).exits(0).shows(&["Nothing to do"]);
}
