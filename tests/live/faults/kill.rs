//! SIGKILL at every call that writes, and what the next run makes of it.

use std::collections::BTreeMap;

use super::strace::{DIRECTORIES, inject, inject_at_directory, is_usable, record};
use crate::support::{Tree, halves, run};

/// How a run after a kill ended.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Second {
    /// It did what was left to do, or nothing was.
    Completed,
    /// Half a pair is there: it says which file and what to do, and writes nothing.
    Refused,
}

fn kill_at_every(calls: &[&'static str]) {
    if !is_usable() {
        return;
    }
    let points = record();
    let mut outcomes: BTreeMap<(&str, Second), usize> = BTreeMap::new();
    for call in calls {
        for number in &points[call] {
            let second = kill_and_run_again(call, *number);
            *outcomes.entry((*call, second)).or_default() += 1;
        }
    }
    eprintln!("runs after a kill: {outcomes:?}");
}

fn kill_and_run_again(call: &str, number: usize) -> Second {
    let what = format!("killed at {call} {number}");
    let tree = Tree::new();
    let killed = run(&mut inject(&tree, call, "signal=KILL", &number.to_string()));
    assert_eq!(killed.code, None, "{what}: {killed:#?}");
    tree.assert_sound(&what);
    let before = tree.table_files();
    let halves = halves(&tree);
    assert!(halves.len() <= 1, "{what}: {halves:?}");
    let again = run(&mut tree.init());
    if again.code == Some(0) {
        tree.assert_complete(&what);
        return Second::Completed;
    }
    // Half a pair may be somebody's only copy of a key: it is not replaced unasked.
    let again = again.expect_error(1, &["nothing was written", "move"], &what);
    let [half] = halves.as_slice() else {
        panic!("{what}: refused without a half pair: {again:#?}");
    };
    assert!(again.stderr.contains(half), "{what}: {half}: {again:#?}");
    assert_eq!(tree.table_files(), before, "{what}");
    // What it advises works.
    let path = tree.pki().join(half);
    std::fs::rename(&path, tree.path().join("moved-away")).unwrap();
    run(&mut tree.init()).expect(0, &what);
    assert!(
        tree.leftovers().is_empty(),
        "{what}: staged keys are still there"
    );
    std::fs::remove_file(tree.path().join("moved-away")).unwrap();
    tree.assert_complete(&what);
    Second::Refused
}

#[test]
fn killed_while_staging_nothing_has_happened_and_the_next_run_completes() {
    kill_at_every(&["openat", "mkdirat", "write", "fchmod"]);
}

#[test]
fn killed_while_syncing_or_placing_every_file_is_whole() {
    kill_at_every(&["fsync", "renameat2"]);
}

#[test]
fn killed_while_syncing_a_directory_everything_is_there() {
    if !is_usable() {
        return;
    }
    for directory in DIRECTORIES {
        let tree = Tree::new();
        std::fs::create_dir_all(tree.pki().join("etcd")).unwrap();
        std::fs::create_dir_all(tree.kubernetes().join("pkigen/flags")).unwrap();
        let killed = run(&mut inject_at_directory(&tree, directory, "signal=KILL"));
        assert_eq!(killed.code, None, "{directory}: {killed:#?}");
        tree.assert_complete(directory);
    }
}

#[test]
fn what_a_killed_run_has_staged_is_gone_after_the_next_one() {
    if !is_usable() {
        return;
    }
    let tree = Tree::new();
    assert_eq!(
        run(&mut inject(&tree, "renameat2", "signal=KILL", "1")).code,
        None
    );
    let staged = tree.leftovers();
    assert!(staged.len() > 30, "{staged:?}");
    run(&mut tree.init()).expect(0, "the next run");
    assert!(tree.leftovers().is_empty());
    tree.assert_complete("the next run");
}
