//! Colour in both commands; on a terminal it is in `tests/tools`.

use super::{AT, check};
use crate::support::{Tree, run};

const ESCAPE: char = '\u{1b}';

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
    let table = check(&tree, &["--color", "always"]).exits(0);
    assert_eq!(
        table.stdout,
        check(&tree, &["--color", "never"]).exits(0).stdout
    );
}
