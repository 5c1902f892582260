//! OpenSSL, GnuTLS and rustls are asked about everything in the corpus.

use crate::corpus::{all, clean, loose};
use crate::oracle::ask;
use crate::support::{LEAVES, Tree};

/// Fails the test unless all three accept every leaf of the tree.
#[track_caller]
fn everybody_accepts(tree: &Tree, what: &str) {
    for (name, file, authority) in LEAVES {
        if tree.etc(file).exists() {
            let (letters, said) = ask(&tree.presented(name, authority));
            assert_eq!(letters, "---", "{what}: {name}: {said:?}");
        }
    }
}

#[test]
fn whoever_refuses_is_named() {
    let mut problems = Vec::new();
    for case in all().filter(|case| !case.refused.is_empty()) {
        let tree = Tree::good();
        (case.breaks)(&tree);
        let (letters, said) = ask(&case.concerned(&tree));
        if letters != case.refused {
            let expected = case.refused;
            problems.push(format!(
                "{}: {letters}, not {expected}: {said:?}",
                case.name
            ));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn files_that_are_no_tree() {
    let shop = loose::authorities();
    for question in loose::QUESTIONS {
        question.arguments(&shop);
        let (letters, said) = ask(&question.presented(&shop));
        assert_eq!(letters, question.refused, "{}: {said:#?}", question.name);
    }
}

#[test]
fn what_is_clean_is_accepted() {
    for (name, make) in clean::STATES {
        let tree = Tree::good();
        make(&tree);
        everybody_accepts(&tree, name);
    }
    for maker in clean::MAKERS {
        let tree = Tree::good();
        clean::remake(&tree, maker);
        everybody_accepts(&tree, maker.name);
    }
}

/// What `renew` makes, too.
#[test]
fn a_renewed_tree_is_accepted() {
    for profile in ["kubernetes-io", "kubeadm"] {
        let tree = Tree::empty();
        let made = ["--profile", profile, "--key-algorithm", "ecdsa-p256"];
        tree.init(&made).exits(0);
        tree.pkigen(&["renew", "all"]).exits(0);
        everybody_accepts(&tree, profile);
    }
}
