//! What `init` refuses and what `renew` cannot renew, in the broken trees of both corpora: what is
//! to be done about it is done, in a tree of its own, and then it is refused no more.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::bad_inputs::files::ROWS;
use crate::corpus;
use crate::support::remedy::{carry_out, executable, is_root};
use crate::support::{Run, Tree};
use crate::verify::remedies::GOOD;

/// Cases in which the next thing to do is only said when the first is tried, and why.
const NEXT: &[(&str, &str, &str)] = &[
    (
        "a kubelet's file with another key",
        "kubelet.conf",
        "another was issued, and the kubelet renews that itself",
    ),
    (
        "a kubelet whose link leads nowhere",
        "kubelet.conf",
        "another was issued, and the kubelet renews that itself",
    ),
];

/// Cases in which somebody has to be asked before, and why.
const ASKED_BEFORE: &[(&str, &str)] = &[
    (
        "a directory that the manifests do not name",
        "the remedy names the directory in use, and what is asked again is the other",
    ),
    (
        "a link to a directory that is not there",
        "what the link is to lead to is asked first",
    ),
];

type Breaks = fn(&Tree);

/// Every way to break a tree, by its name.
fn cases() -> impl Iterator<Item = (&'static str, Breaks)> {
    let known = corpus::all().filter(|case| !case.by_root || is_root());
    let known = known.map(|case| (case.name, case.breaks));
    known.chain(ROWS.iter().map(|(name, breaks, _)| (*name, *breaks)))
}

fn broken(breaks: Breaks) -> Tree {
    let tree = Tree::good();
    breaks(&tree);
    tree
}

/// Carries out a way. What runs in it may still be refused, for another reason.
fn carry_out_all(tree: &Tree, row: &Value, way: &[Value]) -> Result<(), String> {
    let config = tree.put_beside("want.toml", GOOD);
    let printed = row["remedy"].as_str().unwrap();
    for step in way {
        match carry_out(tree, &config, printed, step) {
            Err(run) if run.code != 1 => return Err(format!("{step}: {run:#?}")),
            _ => {}
        }
    }
    Ok(())
}

fn listed<'a>(report: &'a Value, name: &str) -> Vec<&'a Value> {
    report[name].as_array().unwrap().iter().collect()
}

/// What is refused, as file and problem below the root.
fn refused(tree: &Tree, run: &Run) -> BTreeSet<(String, String)> {
    let root = tree.root().display().to_string();
    let report = run.json();
    let text = |value: &Value| value.as_str().unwrap().replace(&root, "");
    let rows = listed(&report, "refusals").into_iter();
    rows.map(|row| (text(&row["file"]), text(&row["problem"])))
        .collect()
}

#[test]
fn what_init_refuses_is_mended_as_it_says() {
    let json = ["-o", "json"];
    let (mut executed, mut asked) = (0, 0);
    let mut problems = Vec::new();
    for (name, breaks) in cases() {
        // The files are named as they are on disk, which differs from tree to tree.
        let (mut tried, mut count) = (0, 1);
        while tried < count {
            let tree = broken(breaks);
            let run = tree.init(&json);
            let report = run.json();
            count = listed(&report, "refusals").len();
            let Some(refusal) = report["refusals"].get(tried) else {
                break;
            };
            tried += 1;
            let before = refused(&tree, &run);
            assert!(!listed(refusal, "ways").is_empty(), "{name}: {refusal}");
            let Some(way) = executable(refusal) else {
                asked += 1;
                continue;
            };
            executed += 1;
            if let Err(problem) = carry_out_all(&tree, refusal, way) {
                problems.push(format!("{name}: {problem}"));
                continue;
            }
            let after = refused(&tree, &tree.init(&json));
            let is_cured = after.len() < before.len() && after.is_subset(&before);
            let is_asked = ASKED_BEFORE.iter().any(|asked| asked.0 == name);
            if is_cured == is_asked {
                let (problem, remedy) = (&refusal["problem"], &refusal["remedy"]);
                problems.push(format!("{name}: {problem}: {remedy}: {after:?}"));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(executed > 40 && asked > 20, "{executed}, {asked}");
}

#[test]
fn what_cannot_be_renewed_is_mended_as_it_says() {
    let mut executed = 0;
    let mut problems = Vec::new();
    let failed = |run: &Run| -> Vec<Value> {
        let report = run.json();
        let rows = listed(&report, "rows").into_iter().cloned();
        rows.filter(|row| row["action"] == "failed").collect()
    };
    for more in [&[][..], &["--reuse-key"]] {
        let arguments = [&["renew", "all", "--dry-run", "-o", "json"], more].concat();
        // Everything else was tried already.
        let is_new = |row: &Value| {
            more.is_empty() || row["detail"].as_str().unwrap().ends_with("cannot be kept")
        };
        for (name, breaks) in cases() {
            // What is the authority's fault, where many fail, is the same for all of them.
            let (mut tried, mut count) = (0, 1);
            while tried < count.min(2) {
                let tree = broken(breaks);
                let rows = failed(&tree.pkigen(&arguments)).into_iter();
                let rows: Vec<Value> = rows.filter(is_new).collect();
                count = rows.len();
                let Some(row) = rows.get(tried) else {
                    break;
                };
                tried += 1;
                let Some(way) = executable(row) else {
                    continue;
                };
                if let Err(problem) = carry_out_all(&tree, row, way) {
                    problems.push(format!("{name}: {problem}"));
                    continue;
                }
                let row_name = row["name"].as_str().unwrap();
                let report = tree.pkigen(&["renew", row_name, "--dry-run", "-o", "json"]);
                let report = report.json();
                let action = report["rows"][0]["action"].as_str().unwrap();
                let is_known = NEXT
                    .iter()
                    .any(|known| (known.0, known.1) == (name, row_name));
                if (action != "renew") != is_known {
                    let (detail, remedy) = (&row["detail"], &row["remedy"]);
                    problems.push(format!("{name} {more:?}: {detail}: {remedy}: {action}"));
                }
                executed += 1;
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(executed > 20, "{executed}");
}
