//! An error at every call that writes: exit code 3, and nothing of the table is left behind.

use std::os::unix::fs::MetadataExt as _;

use super::strace::{inject, is_usable, record};
use crate::support::{Tree, run};

fn fail_at_every(calls: &[&'static str], errors: &[&str], every: usize) {
    if !is_usable() {
        return;
    }
    let points = record();
    for call in calls {
        for (index, number) in points[call].iter().enumerate() {
            // The first and the last calls of a kind are the odd ones.
            let edge = index < 4 || index + 12 > points[call].len();
            if edge || index % every == 0 {
                let error = errors[(index / every.max(1)) % errors.len()];
                fail_at(call, *number, error);
            }
        }
    }
}

fn fail_at(call: &str, number: usize, error: &str) {
    let what = format!("{error} at {call} {number}");
    let tree = Tree::new();
    let failed = run(&mut inject(
        &tree,
        call,
        &format!("error={error}"),
        &number.to_string(),
    ));
    let failed = failed.expect_error(3, &["cannot ", &tree.path().to_string_lossy()], &what);
    assert!(failed.stdout.is_empty(), "{what}: {failed:#?}");
    tree.assert_untouched(&what);
}

#[test]
fn an_error_while_staging_leaves_nothing() {
    fail_at_every(&["openat", "write"], &["ENOSPC", "EIO", "EROFS"], 3);
}

#[test]
fn an_error_of_a_directory_or_a_mode_leaves_nothing() {
    fail_at_every(&["mkdirat"], &["ENOSPC"], 1);
    fail_at_every(&["mkdirat", "fchmod"], &["EIO", "EROFS"], 3);
}

#[test]
fn an_error_while_syncing_leaves_nothing() {
    fail_at_every(&["fsync"], &["EIO", "ENOSPC", "EROFS"], 3);
}

#[test]
fn an_error_while_placing_takes_back_what_was_placed() {
    fail_at_every(&["renameat2"], &["ENOSPC", "EIO", "EROFS"], 2);
}

#[test]
fn an_error_that_stays_leaves_nothing() {
    if !is_usable() {
        return;
    }
    for (call, error, when) in [
        ("fsync", "EIO", "30+"),
        ("renameat2", "EROFS", "10+"),
        ("renameat2", "EIO", "36+"),
        ("fsync", "EIO", "37+"),
    ] {
        let what = format!("{error} at {call} {when}");
        let tree = Tree::new();
        run(&mut inject(&tree, call, &format!("error={error}"), when)).expect_error(
            3,
            &["cannot "],
            &what,
        );
        tree.assert_untouched(&what);
    }
}

#[test]
fn interrupted_calls_are_made_again() {
    if !is_usable() {
        return;
    }
    for (call, when) in [("write", "3"), ("write", "3+2"), ("pread64", "12+3")] {
        let what = format!("EINTR at {call} {when}");
        let tree = Tree::new();
        run(&mut inject(&tree, call, "error=EINTR", when)).expect(0, &what);
        tree.assert_complete(&what);
    }
}

#[test]
fn a_write_that_lies_is_noticed() {
    if !is_usable() {
        return;
    }
    let points = record();
    for number in points["write"].iter().step_by(7) {
        let what = format!("write {number} lies");
        let tree = Tree::new();
        run(&mut inject(&tree, "write", "retval=9", &number.to_string())).expect_error(
            3,
            &["does not read back as it was written"],
            &what,
        );
        tree.assert_untouched(&what);
    }
}

/// Such as some FUSE and network file systems.
#[test]
fn a_file_system_that_cannot_rename_without_replacing_is_served_by_links() {
    if !is_usable() {
        return;
    }
    let tree = Tree::new();
    run(&mut inject(&tree, "renameat2", "error=EINVAL", "1+")).expect(0, "links");
    tree.assert_complete("links");
    for path in tree.table_files() {
        assert_eq!(path.metadata().unwrap().nlink(), 1, "{}", path.display());
    }
    // And a taken name is still refused.
    let tree = Tree::new();
    let rename = inject(&tree, "renameat2", "error=EINVAL", "1+");
    super::links::race(&tree, rename, "pki/etcd/peer.crt");
}
