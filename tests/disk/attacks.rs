//! Somebody else at work in the tree: links planted before or during a run, names swapped under
//! it, directories that are not safe.

use std::collections::BTreeMap;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rustix::fs::{CWD, RenameFlags, renameat_with};

use super::state::{State, digest};
use super::subject::{assert_nothing_left, init, pkigen, renew, undo};
use crate::support::{Tree, run};

const ROUNDS: usize = 40;

/// Does something again and again while another thing is done so many times, and says how often.
fn while_racing(swap: impl Fn() + Sync, mut action: impl FnMut()) -> usize {
    let (stop, swaps) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::SeqCst) {
                swap();
                swaps.fetch_add(1, Ordering::SeqCst);
            }
        });
        for _ in 0..ROUNDS {
            action();
        }
        stop.store(true, Ordering::SeqCst);
    });
    swaps.into_inner()
}

/// Two names change places in one call: none is ever missing.
fn exchange(one: &Path, other: &Path) {
    renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).unwrap();
}

/// A renewal during which somebody was at the files either comes to nothing or says what is in
/// the way, and never leaves the rest half done.
fn settle(tree: &Tree, codes: &BTreeMap<Option<i32>, usize>, what: &str) {
    eprintln!("{what}: exit codes {codes:?}");
    let known = codes.keys().all(|code| matches!(code, Some(0 | 1 | 3)));
    assert!(known, "{what}: {codes:?}");
    if tree.pki().join(".pkigen/journal").exists() {
        pkigen(tree, &["recover", "--abandon"]).expect(0, what);
    }
    pkigen(tree, &["renew", "all"]).expect(0, what);
    tree.assert_sound(what);
    assert_nothing_left(tree, what);
}

#[test]
fn a_file_that_is_swapped_with_a_link_all_the_time_is_never_written_through() {
    for name in ["admin.conf", "pki/apiserver.key"] {
        let tree = renew().tree();
        let precious = tree.path().join("precious");
        std::fs::write(&precious, "precious").unwrap();
        let (file, link) = (tree.kubernetes().join(name), tree.path().join("link"));
        symlink(&precious, &link).unwrap();
        let mut codes = BTreeMap::new();
        let swaps = while_racing(
            || exchange(&file, &link),
            || {
                let done = pkigen(&tree, &["renew", "all", "-q"]);
                assert!(!done.stderr.contains("panicked"), "{done:?}");
                *codes.entry(done.code).or_default() += 1;
                if tree.pki().join(".pkigen/journal").exists() {
                    // A conflict: somebody has to look, and then takes it back.
                    pkigen(&tree, &["recover", "--abandon"]);
                }
            },
        );
        assert_eq!(std::fs::read_to_string(&precious).unwrap(), "precious");
        assert!(swaps > ROUNDS, "{swaps}");
        // Put in order again: whichever of the two names has the file. Where a renewal met the
        // link, its rename took the link's name and the file is in the other place still.
        if file.symlink_metadata().unwrap().is_symlink() {
            exchange(&file, &link);
        }
        settle(&tree, &codes, name);
    }
}

#[test]
fn a_directory_that_is_swapped_with_a_link_all_the_time_is_never_left() {
    for name in ["pki/etcd", "pki/.pkigen", ".pkigen"] {
        let tree = renew().tree();
        let outside = tree.path().join("outside");
        std::fs::create_dir(&outside).unwrap();
        let (directory, link) = (tree.kubernetes().join(name), tree.path().join("link"));
        symlink(&outside, &link).unwrap();
        let mut codes = BTreeMap::new();
        while_racing(
            || {
                exchange(&directory, &link);
                exchange(&directory, &link);
            },
            || {
                let done = pkigen(&tree, &["renew", "all", "-q", "--lock-timeout", "0"]);
                assert!(!done.stderr.contains("panicked"), "{done:?}");
                *codes.entry(done.code).or_default() += 1;
            },
        );
        assert!(!directory.symlink_metadata().unwrap().is_symlink());
        let written = std::fs::read_dir(&outside).unwrap().count();
        assert_eq!(written, 0, "{name}: written outside");
        settle(&tree, &codes, name);
    }
}

/// What it leads to is not renewed, the rest is.
#[test]
fn a_link_in_place_of_a_file_is_not_renewed_and_not_written_through() {
    let tree = renew().tree();
    let path = tree.pki().join("apiserver.crt");
    let aside = tree.pki().join("aside");
    std::fs::rename(&path, &aside).unwrap();
    symlink("aside", &path).unwrap();
    let before = State::of(&tree);
    let words = [
        "apiserver was not renewed",
        "a symbolic link; put the file itself there",
    ];
    pkigen(&tree, &["renew", "all"]).expect_error(1, &words, "a link");
    let after = State::of(&tree);
    for name in ["apiserver.crt", "apiserver.key", "aside"] {
        let path = Path::new("/etc/kubernetes/pki").join(name);
        assert_eq!(before.0[&path], after.0[&path], "{name}");
    }
    // Undo goes by the record: the link was no part of it.
    pkigen(&tree, &["undo"]).expect(0, "undo");
    assert_eq!(State::of(&tree).contents(), before.contents());
    // And one that has become a link since does not begin.
    pkigen(&tree, &["renew", "admin.conf"]).expect(0, "renew");
    let (path, aside) = (
        tree.kubernetes().join("admin.conf"),
        tree.path().join("admin"),
    );
    std::fs::rename(&path, &aside).unwrap();
    symlink(&aside, &path).unwrap();
    let before = digest(&std::fs::read(&aside).unwrap());
    let refused = pkigen(&tree, &["undo"]);
    assert!(matches!(refused.code, Some(1 | 3)), "{refused:?}");
    assert_eq!(digest(&std::fs::read(&aside).unwrap()), before);
    assert!(path.symlink_metadata().unwrap().is_symlink());
}

/// A second name for a key, planted to get at the next one.
#[test]
fn a_hard_link_keeps_the_old_key_and_is_said() {
    for subject in [renew(), undo()] {
        let tree = subject.tree();
        let names = ["pki/apiserver.key", "admin.conf"];
        let mut planted = Vec::new();
        for (number, name) in names.iter().enumerate() {
            let path = tree.kubernetes().join(name);
            let second = tree.path().join(format!("second-{number}"));
            std::fs::hard_link(&path, &second).unwrap();
            planted.push((path.clone(), second, std::fs::read(path).unwrap()));
        }
        let done = run(&mut subject.command(&tree)).expect(0, subject.name);
        for (path, second, old) in planted {
            let said = format!(
                "{} had another name too",
                Path::new("/")
                    .join(path.strip_prefix(tree.path()).unwrap(),)
                    .display()
            );
            assert!(done.stderr.contains(&said), "{done:?}");
            assert_eq!(std::fs::read(&second).unwrap(), old, "{}", path.display());
            assert_ne!(std::fs::read(&path).unwrap(), old, "{}", path.display());
            assert_eq!(path.metadata().unwrap().nlink(), 1);
            std::fs::remove_file(second).unwrap();
        }
        subject.settled(&tree, subject.name);
        // Nothing of ours makes one.
        for path in tree.all_files() {
            let metadata = path.symlink_metadata().unwrap();
            assert!(
                metadata.is_dir() || metadata.nlink() == 1,
                "{}",
                path.display()
            );
        }
    }
}

#[test]
fn a_directory_that_others_can_write_to_is_refused() {
    for subject in [renew(), init(), undo()] {
        for name in ["", "pki", "pki/etcd", ".pkigen", "pki/.pkigen"] {
            let what = format!("{}: {name:?}", subject.name);
            let tree = subject.tree();
            let path = tree.kubernetes().join(name);
            std::fs::create_dir_all(&path).unwrap();
            let before = State::of(&tree);
            let mode = path.metadata().unwrap().permissions().mode();
            let set = |mode| {
                std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            };
            set(0o777);
            let named = path.to_string_lossy();
            let words = [
                named.trim_end_matches('/'),
                "lets everybody write",
                "change its owner",
            ];
            run(&mut subject.command(&tree)).expect_error(3, &words, &what);
            assert_eq!(State::of(&tree), before, "{what}");
            set(mode);
            run(&mut subject.command(&tree)).expect(0, &what);
            subject.settled(&tree, &what);
        }
    }
}

/// Names that a run would use next, taken by somebody who has guessed them.
#[test]
fn what_is_planted_in_the_staging_directory_is_not_followed() {
    for subject in [renew(), undo()] {
        for name in [
            "journal.new",
            "stage-journal-in",
            "journal-in",
            "backup/stage-0a",
        ] {
            for base in ["", "pki"] {
                let what = format!("{}: {base}/.pkigen/{name} is a link", subject.name);
                let tree = subject.tree();
                let precious = tree.path().join("precious");
                std::fs::write(&precious, "precious").unwrap();
                let link = tree.kubernetes().join(base).join(".pkigen").join(name);
                if !link.parent().unwrap().is_dir() {
                    continue;
                }
                symlink(&precious, &link).unwrap();
                let done = run(&mut subject.command(&tree));
                assert!(matches!(done.code, Some(0 | 3)), "{what}: {done:?}");
                assert_eq!(std::fs::read(&precious).unwrap(), b"precious", "{what}");
                let _ = std::fs::remove_file(&link);
                std::fs::remove_file(&precious).unwrap();
                pkigen(&tree, &["recover"]).expect(0, &what);
                subject.settled(&tree, &what);
            }
        }
    }
}
