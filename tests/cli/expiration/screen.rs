//! Both commands on narrow and wide terminals, with colour and without.

use std::process::Command;

use super::{AT, check};
use crate::support::command::clean;
use crate::support::{Tree, run};

const ESCAPE: char = '\u{1b}';

/// What a command shows on a terminal of so many columns.
fn on_terminal(tree: &Tree, columns: u16, arguments: &str) -> String {
    let mut script = clean(Command::new("script"));
    let root = tree.root();
    let line = format!(
        "stty cols {columns} rows 50; {} --root {} --at {AT} {arguments}",
        env!("CARGO_BIN_EXE_pkigen"),
        root.display()
    );
    let script = script.args(["-q", "-e", "-c", &line, "/dev/null"]);
    run(script).exits(0).stdout.replace('\r', "")
}

#[test]
fn tables_fold_on_a_narrow_terminal_and_never_in_a_pipe() {
    let tree = Tree::kubeadm("rsa-2048");
    let pipe = check(&tree, &[]).exits(0).stdout;
    let wide = on_terminal(&tree, 200, "check-expiration");
    assert_eq!(wide, pipe);
    let narrow = on_terminal(&tree, 80, "check-expiration");
    assert!(
        narrow.lines().all(|line| line.chars().count() <= 80),
        "{narrow}"
    );
    // A name that is broken in two cannot be copied.
    assert!(narrow.contains("\napiserver-kubelet-client "), "{narrow}");
}

#[test]
fn an_account_of_a_renewal_fits_80_columns() {
    let tree = Tree::kubeadm("ecdsa-p256");
    let shown = on_terminal(
        &tree,
        80,
        "--color never renew apiserver scheduler.conf 2> /dev/null",
    );
    assert!(
        shown.lines().all(|line| line.chars().count() <= 80),
        "{shown}"
    );
    assert!(!shown.contains(ESCAPE), "{shown:?}");
}

#[test]
fn colour_where_it_is_asked_for() {
    let tree = Tree::kubeadm("ecdsa-p256");
    let dry = ["renew", "all", "--dry-run", "--at", AT];
    let always = tree
        .pkigen(&[&dry[..], &["--color", "always"]].concat())
        .exits(0);
    let never = tree
        .pkigen(&[&dry[..], &["--color", "never"]].concat())
        .exits(0);
    let pipe = tree.pkigen(&dry).exits(0);
    assert!(always.stdout.contains(ESCAPE), "{always:#?}");
    assert!(!never.stdout.contains(ESCAPE) && !pipe.stdout.contains(ESCAPE));
    assert_eq!(never.stdout, pipe.stdout);
    let quiet = run(tree.command(&dry).env("NO_COLOR", "1")).exits(0);
    assert_eq!(quiet.stdout, pipe.stdout);
    let terminal = on_terminal(&tree, 200, "renew all --dry-run");
    assert!(terminal.contains(ESCAPE), "{terminal:?}");
    let table = check(&tree, &["--color", "always"]).exits(0);
    assert_eq!(
        table.stdout,
        check(&tree, &["--color", "never"]).exits(0).stdout
    );
}
