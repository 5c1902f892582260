//! Renewal and undo where there is no room, where nothing may be written, and across file systems.

use std::collections::BTreeMap;
use std::path::Path;

use super::mounted::Mounted;
use super::state::{Came, State};
use super::strace::Point;
use super::subject::{Subject, copy_to, kill, pkigen, renew, undo};
use crate::support::{Run, Tree, run};

/// A file system in memory with the tree of a subject in it.
fn small(subject: &Subject, options: &str) -> (Tree, Mounted) {
    let tree = Tree::new();
    let mounted = Mounted::memory(tree.path(), &format!("mode=755,{options}"));
    copy_to(subject.tree().path(), tree.path());
    (tree, mounted)
}

/// Takes all room but so many bytes.
fn fill(tree: &Tree, but: usize) {
    let filler = tree.path().join("filler");
    let mut room = vec![0; 1 << 20];
    // What does not fit any more is cut off.
    while std::fs::write(&filler, &room).is_err() {
        room.truncate(room.len() - 4096);
    }
    room.truncate(room.len() - but);
    std::fs::write(&filler, &room).unwrap();
}

/// Takes all names but so many.
fn use_up(tree: &Tree, but: usize) {
    let mut names = 0;
    while std::fs::write(tree.path().join(format!("filler-{names}")), "").is_ok() {
        names += 1;
    }
    for name in names - but..names {
        std::fs::remove_file(tree.path().join(format!("filler-{name}"))).unwrap();
    }
}

/// A run that was told that there is no room, or had enough of it.
fn judge(subject: &Subject, tree: &Tree, before: &State, done: Run, what: &str) -> Option<i32> {
    let code = done.code;
    if code == Some(0) {
        assert_ne!(State::of(tree).contents(), before.contents(), "{what}");
    } else {
        done.expect_error(3, &["cannot ", "No space left on device"], what);
        assert_eq!(State::of(tree), *before, "{what}");
        super::subject::assert_nothing_left(tree, what);
    }
    for entry in std::fs::read_dir(tree.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            std::fs::remove_file(path).unwrap();
        }
    }
    if code != Some(0) {
        run(&mut subject.command(tree)).expect(0, what);
    }
    assert_eq!(subject.settled(tree, what), Came::New, "{what}");
    code
}

#[test]
fn a_full_file_system_leaves_the_old_tree() {
    for subject in [renew(), undo()] {
        let mut ends: BTreeMap<Option<i32>, usize> = BTreeMap::new();
        for pages in [0, 1, 2, 8, 16, 20, 30, 40, 41, 42, 80] {
            let what = format!("{}: {pages} pages left", subject.name);
            let (tree, mounted) = small(&subject, "size=1m");
            fill(&tree, pages * 4096);
            let before = State::of(&tree);
            let done = run(&mut subject.command(&tree));
            let before = without_filler(before);
            *ends
                .entry(judge_filled(&subject, &tree, &before, done, &what))
                .or_default() += 1;
            mounted.unmount();
        }
        eprintln!(
            "{}: exit codes on a full file system: {ends:?}",
            subject.name
        );
        assert!(ends.len() > 1, "{ends:?}");
    }
}

fn without_filler(mut state: State) -> State {
    state.0.retain(|path, _| !is_filler(path));
    state
}

fn is_filler(path: &Path) -> bool {
    path.to_string_lossy().starts_with("/filler")
}

fn judge_filled(
    subject: &Subject,
    tree: &Tree,
    before: &State,
    done: Run,
    what: &str,
) -> Option<i32> {
    let fillers = State::of(tree).0.into_keys().filter(|path| is_filler(path));
    for path in fillers {
        std::fs::remove_file(tree.path().join(path.strip_prefix("/").unwrap())).unwrap();
    }
    judge(subject, tree, before, done, what)
}

#[test]
fn a_file_system_without_inodes_leaves_the_old_tree() {
    for subject in [renew(), undo()] {
        let mut ends: BTreeMap<Option<i32>, usize> = BTreeMap::new();
        for inodes in [0, 1, 2, 5, 20, 21, 39, 40, 41, 42, 43, 60] {
            let what = format!("{}: {inodes} inodes left", subject.name);
            let (tree, mounted) = small(&subject, "nr_inodes=200");
            use_up(&tree, inodes);
            let before = without_filler(State::of(&tree));
            let done = run(&mut subject.command(&tree));
            *ends
                .entry(judge_filled(&subject, &tree, &before, done, &what))
                .or_default() += 1;
            mounted.unmount();
        }
        eprintln!("{}: exit codes without inodes: {ends:?}", subject.name);
        assert!(ends.len() > 1, "{ends:?}");
    }
}

#[test]
fn a_read_only_mount_leaves_the_old_tree() {
    for subject in [renew(), undo()] {
        for name in ["", "pki", "pki/etcd"] {
            let what = format!("{}: {name:?} is read-only", subject.name);
            let tree = subject.tree();
            let before = State::of(&tree);
            let path = tree.kubernetes().join(name);
            let mounted = Mounted::over_itself(&path, true);
            let named = path.to_string_lossy();
            let words = ["Read-only file system", named.trim_end_matches('/')];
            run(&mut subject.command(&tree)).expect_error(3, &words, &what);
            assert_eq!(State::of(&tree), before, "{what}");
            mounted.unmount();
            super::subject::assert_nothing_left(&tree, &what);
            run(&mut subject.command(&tree)).expect(0, &what);
            subject.settled(&tree, &what);
        }
    }
}

/// As a container has it that is given single files: a rename over them is refused by the kernel.
#[test]
fn a_file_that_is_mounted_is_said_and_keeps_its_partner_as_it_is() {
    for (name, row) in [
        ("admin.conf", "admin.conf"),
        ("pki/apiserver.key", "apiserver"),
        ("pki/etcd/peer.crt", "etcd-peer"),
    ] {
        let subject = renew();
        let tree = subject.tree();
        let before = State::of(&tree);
        let path = tree.kubernetes().join(name);
        let mounted = Mounted::over_itself(&path, false);
        let failed = format!("{row} was not renewed");
        let words = [
            failed.as_str(),
            "a mount point; mount the directory and not the file",
        ];
        run(&mut subject.command(&tree)).expect_error(1, &words, name);
        mounted.unmount();
        tree.assert_sound(name);
        super::subject::assert_nothing_left(&tree, name);
        let after = State::of(&tree);
        // The pair is what it was, all the others are new.
        let stem = name.split('.').next().unwrap();
        let own = |path: &Path| path.to_string_lossy().contains(&format!("/{stem}."));
        let kept = before.0.iter().filter(|(path, _)| own(path));
        for (path, file) in kept {
            assert_eq!(after.0[path], *file, "{name}: {}", path.display());
        }
        let changed = after
            .0
            .iter()
            .filter(|(path, file)| before.0[*path] != **file);
        assert!(changed.count() >= 17, "{name}");
    }
}

#[test]
fn an_undo_does_not_begin_where_a_file_is_mounted() {
    let subject = undo();
    let tree = subject.tree();
    let path = tree.pki().join("etcd/peer.key");
    let mounted = Mounted::over_itself(&path, false);
    let before = State::of(&tree);
    let words = ["peer.key is not replaced: it is a mount point"];
    run(&mut subject.command(&tree)).expect_error(3, &words, "undo");
    assert_eq!(State::of(&tree), before);
    mounted.unmount();
}

/// A rename cannot cross from one file system to another, and one transaction spans both.
#[test]
fn killed_across_two_file_systems_it_is_wholly_old_or_wholly_new() {
    for subject in [renew(), undo()] {
        let points = subject.points();
        let mut ends: BTreeMap<Came, usize> = BTreeMap::new();
        let names = ["renameat", "fsync", "unlinkat"];
        let points = names.iter().flat_map(|name| points.of(name));
        let points: Vec<Point> = points.collect();
        for point in points.iter().step_by(2) {
            let what = format!(
                "{} across two file systems, killed at {point}",
                subject.name
            );
            let tree = subject.tree();
            let etcd = tree.pki().join("etcd");
            let aside = Tree::in_memory();
            copy_to(&etcd, aside.path());
            let mounted = Mounted::memory(&etcd, "mode=755");
            copy_to(aside.path(), &etcd);
            kill(&tree, &subject.command(&tree), *point);
            tree.assert_readable(&what);
            pkigen(&tree, &["recover"]).expect(0, &what);
            *ends.entry(subject.settled(&tree, &what)).or_default() += 1;
            // It staged there, or no rename could have worked.
            pkigen(&tree, &["renew", "all"]).expect(0, &what);
            assert!(etcd.join(".pkigen").is_dir(), "{what}");
            mounted.unmount();
        }
        eprintln!("{} across two file systems: {ends:?}", subject.name);
        assert_eq!(ends.len(), 2, "{ends:?}");
    }
}
