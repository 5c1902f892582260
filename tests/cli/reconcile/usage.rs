//! How it is asked for.

use super::{GOOD, reconcile, stays};
use crate::support::Tree;

#[test]
fn nothing_differs_from_what_it_was_made_by() {
    stays(&Tree::good(), GOOD);
}

#[test]
fn it_needs_a_configuration() {
    let tree = Tree::good();
    let before = tree.snapshot();
    let run = tree.pkigen(&["renew", "all", "--reconcile"]).exits(2);
    run.says(&["--config"]);
    before.assert_untouched(&tree.snapshot());
}

#[test]
fn what_it_excludes() {
    let tree = Tree::good();
    let config = format!("{GOOD}dns-domain = \"corp.internal\"\n");
    tree.put_beside("want.toml", &config);
    let (node, certificates) = (tree.root(), tree.text("apiserver.crt"));
    for more in [&["--reuse-key"][..], &["--within", "30d"]] {
        reconcile(&tree, &config, more)
            .exits(2)
            .says(&["--reconcile", more[0]]);
        assert_eq!(tree.text("apiserver.crt"), certificates);
        assert!(!node.join("etc/kubernetes/pki/.pkigen/journal").exists());
    }
}

/// Only what is named is compared.
#[test]
fn a_name_alone() {
    let tree = Tree::good();
    tree.put_beside(
        "want.toml",
        format!("{GOOD}certificate-validity = \"100d\"\n"),
    );
    let before = tree.snapshot();
    let arguments = ["renew", "apiserver", "--reconcile", "--config", "want.toml"];
    let run = tree.pkigen(&arguments).exits(0);
    run.shows(&["renewed", "lifetime: 8760h instead of 2400h"]);
    let after = tree.snapshot();
    for path in before.files() {
        let renewed = path.ends_with("apiserver.crt") || path.ends_with("apiserver.key");
        let same = before.entry(path) == after.entry(path);
        assert_eq!(same, !renewed, "{}", path.display());
    }
}
