//! What time it is: the machine's, or the one that is said.

use std::ffi::OsString;

use time::OffsetDateTime;

use crate::support::Tree;

/// How a run ends whose machine has this time.
fn ends(tree: &Tree, arguments: &[&str], now: OffsetDateTime) -> String {
    let words = ["pkigen"].into_iter().chain(arguments.iter().copied());
    let words = words.map(OsString::from);
    let root = [OsString::from("--root"), tree.root().into()];
    format!("{:?}", pki_cli::run(words.chain(root), now))
}

/// A machine without a clock of its own starts in 1970: nothing is issued by that, and nothing that
/// is there is called not yet valid.
#[test]
fn a_clock_that_was_never_set_is_refused() {
    let tree = Tree::good();
    let before = tree.snapshot();
    let code = |code: u8| format!("{:?}", std::process::ExitCode::from(code));
    let never = OffsetDateTime::UNIX_EPOCH;
    for arguments in [
        &["renew", "all"][..],
        &["check-expiration"],
        &["verify"],
        &["undo"],
        &[
            "init",
            "--node-name",
            "cp1",
            "--advertise-address",
            "192.0.2.10",
        ],
    ] {
        assert_eq!(ends(&tree, arguments, never), code(3), "{arguments:?}");
    }
    before.assert_untouched(&tree.snapshot());
    // What was decided is completed, and what needs no clock says what it says.
    for arguments in [&["recover"][..], &["history"]] {
        assert_eq!(ends(&tree, arguments, never), code(0), "{arguments:?}");
    }
    // Somebody who says it is taken at his word.
    let said = ["check-expiration", "--at", "1971-01-01T00:00:00Z"];
    assert_eq!(ends(&tree, &said, never), code(1));
}

/// Instants at the ends of what can be said.
#[test]
fn no_instant_is_too_odd() {
    for at in [
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "1949-12-31T23:59:59Z",
        "9999-12-31T23:59:59Z",
    ] {
        let tree = Tree::good();
        for arguments in [
            &["check-expiration"][..],
            &["verify"],
            &["renew", "all"],
            &["renew", "ca", "etcd-ca"],
            &["renew", "all", "--dry-run"],
            &["undo", "--dry-run"],
            &["audit"],
            &["explain", "ca"],
        ] {
            let run = tree.pkigen(&[arguments, &["--at", at]].concat());
            assert!(
                !run.stderr.contains("panicked"),
                "{at} {arguments:?}: {run:?}"
            );
            assert!((0..=3).contains(&run.code), "{at} {arguments:?}: {run:?}");
        }
        let empty = Tree::empty();
        let init = empty.init(&["--at", at]);
        assert!(!init.stderr.contains("panicked"), "{at}: {init:?}");
        assert!((0..=3).contains(&init.code), "{at}: {init:?}");
    }
}
