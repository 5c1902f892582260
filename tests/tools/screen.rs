//! Commands on narrow and wide terminals, with colour and without.

use std::process::Command;

use crate::support::command::clean;
use crate::support::{Tree, program};

/// An instant in the life of every certificate of the fixtures.
const AT: &str = "2026-12-01T00:00:00Z";
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
    let output = program(script, "bsdutils", "");
    assert!(matches!(output.status.code(), Some(0 | 1)), "{output:?}");
    String::from_utf8(output.stdout).unwrap().replace('\r', "")
}

#[test]
fn tables_fold_on_a_narrow_terminal_and_never_in_a_pipe() {
    let tree = Tree::kubeadm("rsa-2048");
    let pipe = tree
        .pkigen(&["check-expiration", "--at", AT])
        .exits(0)
        .stdout;
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
fn a_terminal_gets_colour() {
    let tree = Tree::kubeadm("ecdsa-p256");
    let shown = on_terminal(&tree, 200, "renew all --dry-run");
    assert!(shown.contains(ESCAPE), "{shown:?}");
}

#[test]
fn findings_fit_80_columns_on_any_terminal() {
    let tree = Tree::kubeadm("ecdsa-p256");
    tree.put("apiserver.key", tree.text("etcd/peer.key"));
    for columns in [80, 120, 200] {
        let shown = on_terminal(&tree, columns, "--color never verify");
        // A command is not folded, and where the test's root is says nothing of it.
        let shown = shown.replace(&tree.root().display().to_string(), "");
        let widest = shown.lines().max_by_key(|line| line.chars().count());
        let widest = widest.unwrap_or_default();
        assert!(
            shown.contains("pair-mismatch") && widest.chars().count() <= 80,
            "{shown}"
        );
    }
}
