//! Every example runs, and is as short as it is said to be.

use std::process::Command;

/// What each shows, in so many lines at most.
const LONGEST: &[(&str, usize)] = &[("installer", 79), ("secrets", 59), ("judge_archive", 59)];

fn names() -> Vec<String> {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");
    let entries = std::fs::read_dir(directory).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names
        .filter_map(|name| Some(name.strip_suffix(".rs")?.to_owned()))
        .collect();
    names.sort_unstable();
    names
}

#[test]
fn every_example_runs_and_shows_something() {
    let names = names();
    assert!(names.len() > 8, "{names:?}");
    for name in names {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["run", "--quiet", "--locked", "--example", &name]);
        cargo.current_dir(env!("CARGO_MANIFEST_DIR"));
        let done = cargo.output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{name}: {said}");
        assert!(!done.stdout.is_empty(), "{name} shows nothing");
    }
}

#[test]
fn those_that_are_to_be_short_are() {
    for (name, longest) in LONGEST {
        let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");
        let text = std::fs::read_to_string(format!("{directory}/{name}.rs")).unwrap();
        let lines = text.lines().count();
        assert!(lines <= *longest, "{name} has {lines} lines");
    }
}
