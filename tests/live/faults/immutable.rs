//! What cannot be replaced, and is named.

use std::path::Path;
use std::process::Command;

use super::state::State;
use super::subject::{copy_to, pkigen, renew, undo};
use crate::support::{Tree, require, run};

/// Immutable until dropped.
struct Immutable<'a>(&'a Path);

impl<'a> Immutable<'a> {
    fn new(path: &'a Path) -> Self {
        require("chattr", "e2fsprogs");
        run(Command::new("chattr").arg("+i").arg(path)).expect(0, "a file system with the flag");
        Self(path)
    }
}

impl Drop for Immutable<'_> {
    fn drop(&mut self) {
        let _ = Command::new("chattr").arg("-i").arg(self.0).output();
    }
}

#[test]
fn an_immutable_directory_is_named_and_nothing_is_left() {
    for name in ["", "pki", "pki/etcd", "pkigen"] {
        let tree = Tree::new();
        let directory = tree.kubernetes().join(name);
        std::fs::create_dir_all(&directory).unwrap();
        let immutable = Immutable::new(&directory);
        let named = directory.to_string_lossy();
        run(&mut tree.init()).expect_error(3, &["Operation not permitted", &named], name);
        tree.assert_untouched(name);
        drop(immutable);
        run(&mut tree.init()).expect(0, name);
        let immutable = Immutable::new(&directory);
        run(&mut tree.init()).expect(0, "complete and immutable");
        drop(immutable);
    }
}

/// Nothing is renewed rather than half of it.
#[test]
fn an_immutable_file_or_directory_stops_renewal_and_undo_before_anything_has_changed() {
    for subject in [renew(), undo()] {
        for name in ["", "pki", "pki/etcd", "admin.conf", "pki/etcd/peer.crt"] {
            let what = format!("{}, {name:?} is immutable", subject.name);
            // Not in memory: not every such file system has the flag.
            let tree = Tree::new();
            copy_to(subject.tree().path(), tree.path());
            let before = State::of(&tree);
            let path = tree.kubernetes().join(name);
            let immutable = Immutable::new(&path);
            let stopped = run(&mut subject.command(&tree));
            assert!(matches!(stopped.code, Some(1 | 3)), "{what}: {stopped:?}");
            let named = path.to_string_lossy();
            let named = named.trim_end_matches('/');
            assert!(stopped.stderr.contains(named), "{what}: {stopped:?}");
            let why = ["Operation not permitted", "chattr -i -a"];
            assert!(
                why.iter().any(|why| stopped.stderr.contains(why)),
                "{what}: {stopped:?}"
            );
            if stopped.code == Some(3) {
                assert_eq!(State::of(&tree), before, "{what}");
            } else {
                // One file that cannot be replaced keeps its row from being renewed, not the rest.
                tree.assert_sound(&what);
            }
            drop(immutable);
            pkigen(&tree, &["recover"]).expect(0, &what);
            run(&mut subject.command(&tree)).expect(0, &what);
        }
    }
}
