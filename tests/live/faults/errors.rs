//! An error at every call that writes: what is reported as failed has changed nothing, or says
//! that it has to be recovered; what is not stopped by it is right all the same.

use std::collections::BTreeMap;
use std::process::Command;

use super::state::{Came, State, came};
use super::strace::{ONE_THREAD, Point, at, at_directory, with_faults};
use super::subject::{Subject, abandon, init, pkigen, recover, renew, undo, undo_init};
use crate::support::{Run, Tree, run};

const ERRORS: [&str; 5] = ["ENOSPC", "EIO", "EROFS", "EMFILE", "EDQUOT"];

/// How a command ended that met an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Ended {
    /// It failed, and every file is as it was.
    Unchanged,
    /// It failed and said that `recover` is needed, which completed it.
    Recovered,
    /// The same, and `recover` took it back, or found nothing to be done.
    TakenBack,
    /// It was not stopped by it.
    Done,
}

fn fail_at_every_point(subject: impl FnOnce() -> Subject) {
    let subject = subject();
    let points = subject.points();
    assert!(points.tried.len() >= 25, "{points:?}");
    let mut ends: BTreeMap<(Ended, &str), usize> = BTreeMap::new();
    let mut tried = 0;
    for (index, point) in points.tried.iter().enumerate() {
        // Around the commit and after it each error may find another way out.
        let errors = if is_edge(*point, &points.tried) {
            &ERRORS[..]
        } else {
            let one = index % ERRORS.len();
            &ERRORS[one..=one]
        };
        for error in errors {
            let ended = fail_at(&subject, *point, error);
            *ends.entry((ended, point.call)).or_default() += 1;
            tried += 1;
        }
    }
    eprintln!(
        "{}: {tried} errors at {} points: {ends:?}",
        subject.name,
        points.tried.len()
    );
}

/// The first and the last two of the kinds that commit, place and clear.
fn is_edge(point: Point, all: &[Point]) -> bool {
    if !matches!(point.call, "renameat" | "renameat2" | "fsync" | "unlinkat") {
        return false;
    }
    let numbers = all.iter().filter(|one| one.call == point.call);
    let numbers: Vec<usize> = numbers.map(|one| one.number).collect();
    let position = numbers.iter().position(|number| *number == point.number);
    position.is_some_and(|position| position < 1 || position + 2 >= numbers.len())
}

fn fail_at(subject: &Subject, point: Point, error: &str) -> Ended {
    let what = format!("{}: {error} at {point}", subject.name);
    let tree = subject.tree();
    let before = State::of(&tree);
    let command = subject.command(&tree);
    let ended = run(&mut at(&command, point, &format!("error={error}")));
    judge(subject, &tree, &before, ended, &what)
}

/// What holds after a command that met an error.
fn judge(subject: &Subject, tree: &Tree, before: &State, ended: Run, what: &str) -> Ended {
    tree.assert_readable(what);
    if ended.code == Some(0) {
        // What is left over is in nobody's way, and goes with the next run.
        pkigen(tree, &["recover"]).expect(0, what);
        assert_eq!(subject.settled(tree, what), subject.ends, "{what}");
        return Ended::Done;
    }
    let path = tree.path().to_string_lossy();
    let ended = ended.expect_error(3, &["error: ", &path], what);
    let operations = ["cannot ", "does not read back", "has no copy"];
    let says = operations.iter().any(|one| ended.stderr.contains(one));
    assert!(says, "{what}: {ended:?}");
    if ended.stderr.contains("`pkigen recover") {
        pkigen(tree, &["recover"]).expect(0, what);
        return match subject.settled(tree, what) {
            Came::New => Ended::Recovered,
            Came::Old => Ended::TakenBack,
        };
    }
    if tree.pki().join(".pkigen/journal").exists() {
        // It was there before: nothing of it was touched.
        assert_eq!(State::of(tree), *before, "{what}: touched");
        pkigen(tree, &["recover"]).expect(0, what);
        subject.settled(tree, what);
        return Ended::Unchanged;
    }
    if State::of(tree) != *before {
        // Some names had changed already, and were taken back: the same files, written again.
        tree.assert_sound(what);
        assert_eq!(came(tree, &subject.old, what), Came::Old, "{what}");
        State::of(tree).assert_dressed_as(before, what);
    }
    pkigen(tree, &["recover"]).expect(0, what);
    assert_eq!(subject.settled(tree, what), Came::Old, "{what}");
    Ended::Unchanged
}

#[test]
fn a_renewal_that_meets_an_error() {
    fail_at_every_point(renew);
}

#[test]
fn an_init_that_meets_an_error() {
    fail_at_every_point(init);
}

#[test]
fn an_undo_that_meets_an_error() {
    fail_at_every_point(undo);
}

#[test]
fn an_undo_of_init_that_meets_an_error() {
    fail_at_every_point(undo_init);
}

#[test]
fn a_recovery_that_meets_an_error() {
    fail_at_every_point(recover);
}

#[test]
fn an_abandoning_that_meets_an_error() {
    fail_at_every_point(abandon);
}

/// A disk that stays full, or gone: taking back fails as well, and recovery has to wait until it
/// is mended.
#[test]
fn an_error_that_stays() {
    for subject in [renew(), init(), undo(), undo_init()] {
        let mut ends: BTreeMap<Ended, usize> = BTreeMap::new();
        // The later ones are met while what was done is being taken back.
        for (call, error, when) in [
            ("fsync", "EIO", "1+"),
            ("fsync", "EIO", "46+"),
            ("renameat", "EROFS", "3+"),
            ("renameat", "EIO", "8+"),
            ("renameat2", "EROFS", "10+"),
            ("renameat2", "EIO", "30+"),
            ("unlinkat", "EIO", "1+"),
            ("unlinkat", "EROFS", "3+"),
            ("unlinkat", "EROFS", "20+"),
        ] {
            let what = format!("{}: {error} at {call} {when}", subject.name);
            let tree = subject.tree();
            let before = State::of(&tree);
            let fault = format!("error={error}:when={when}");
            let faults = [ONE_THREAD, (call, fault.as_str())];
            let ended = run(&mut with_faults(&subject.command(&tree), &faults));
            *ends
                .entry(judge(&subject, &tree, &before, ended, &what))
                .or_default() += 1;
        }
        eprintln!("{}: errors that stay: {ends:?}", subject.name);
    }
}

/// A directory that cannot be forced to disk, before the commit and after it.
#[test]
fn an_error_of_one_directory() {
    for subject in [renew(), init(), undo()] {
        for directory in [
            "",
            "pki",
            "pki/etcd",
            ".pkigen",
            "pki/.pkigen",
            "pkigen/flags",
        ] {
            let what = format!("{}: EIO at fsync of {directory:?}", subject.name);
            let tree = subject.tree();
            let path = tree.kubernetes().join(directory);
            std::fs::create_dir_all(&path).unwrap();
            let before = State::of(&tree);
            let command = subject.command(&tree);
            let ended = run(&mut at_directory(&command, &path, "error=EIO"));
            // Nothing of a renewal is in there.
            let concerned = directory != "pkigen/flags" || subject.name == "init";
            assert_eq!(ended.code, Some(if concerned { 3 } else { 0 }), "{what}");
            if concerned {
                let named = path.to_string_lossy();
                let named = named.trim_end_matches('/');
                assert!(ended.stderr.contains(named), "{what}: {ended:?}");
            }
            judge(&subject, &tree, &before, ended, &what);
        }
    }
}

/// Not by injection: with every descriptor that a run may have open at once taken.
#[test]
fn too_few_descriptors() {
    for subject in [renew(), init(), undo()] {
        let mut ends: BTreeMap<Option<i32>, usize> = BTreeMap::new();
        for limit in [5, 8, 12, 16, 24, 40, 64, 256] {
            let what = format!("{}: {limit} descriptors", subject.name);
            let tree = subject.tree();
            let before = State::of(&tree);
            let command = subject.command(&tree);
            let mut shell = Command::new("sh");
            shell.args(["-c", &format!("ulimit -n {limit}; exec \"$@\""), "sh"]);
            shell.arg(command.get_program()).args(command.get_args());
            let ended = run(&mut shell);
            *ends.entry(ended.code).or_default() += 1;
            if ended.code == Some(0) {
                assert_eq!(subject.settled(&tree, &what), Came::New, "{what}");
                continue;
            }
            // What cannot be read for want of a descriptor is not renewed, and that is said.
            assert!(matches!(ended.code, Some(1 | 3)), "{what}: {ended:?}");
            assert!(
                ended.stderr.contains("Too many open files"),
                "{what}: {ended:?}"
            );
            assert_eq!(State::of(&tree), before, "{what}");
        }
        eprintln!(
            "{}: exit codes with few descriptors: {ends:?}",
            subject.name
        );
    }
}

#[test]
fn interrupted_calls_are_made_again() {
    for subject in [renew(), init(), undo()] {
        for (call, when) in [
            ("write", "3"),
            ("write", "3+2"),
            ("pread64", "14+3"),
            ("flock", "1"),
        ] {
            let what = format!("{}: EINTR at {call} {when}", subject.name);
            let tree = subject.tree();
            let fault = format!("error=EINTR:when={when}");
            let command = subject.command(&tree);
            let faults = [ONE_THREAD, (call, fault.as_str())];
            run(&mut with_faults(&command, &faults)).expect(0, &what);
            assert_eq!(subject.settled(&tree, &what), Came::New, "{what}");
        }
    }
}

/// Success is reported, and nothing or little was written.
#[test]
fn a_write_that_lies_is_noticed() {
    for subject in [renew(), init(), undo()] {
        let points = subject.points();
        let writes: Vec<Point> = points.of("write").collect();
        for point in writes.iter().step_by(3) {
            let what = format!("{}: {point} lies", subject.name);
            let tree = subject.tree();
            let before = State::of(&tree);
            let command = subject.command(&tree);
            let ended = run(&mut at(&command, *point, "retval=9"));
            let ended = ended.expect_error(3, &["does not read back as it was written"], &what);
            assert_eq!(State::of(&tree), before, "{what}");
            judge(&subject, &tree, &before, ended, &what);
        }
    }
}

/// Such as some FUSE and network file systems.
#[test]
fn a_file_system_that_cannot_rename_without_replacing_is_served_by_links() {
    let subject = init();
    let no_flags = ("renameat2", "error=EINVAL");
    let tree = subject.tree();
    run(&mut with_faults(&subject.command(&tree), &[no_flags])).expect(0, "links");
    tree.assert_complete("links");
    for path in tree.table_files() {
        let links = std::os::unix::fs::MetadataExt::nlink(&path.metadata().unwrap());
        assert_eq!(links, 1, "{}", path.display());
    }
    // And a taken name is still refused.
    let tree = Tree::new();
    let slow = ("renameat", "delay_enter=400000:when=2");
    let command = with_faults(&subject.command(&tree), &[no_flags, slow]);
    super::meanwhile::race(&tree, command, "pki/etcd/peer.crt");
    // Killed between a link and the removal of the other name, there is no second one afterwards.
    for number in [1, 2, 20] {
        let what = format!("killed at link {number}");
        let tree = subject.tree();
        let when = format!("signal=KILL:when={}", number + 1);
        let faults = [no_flags, ("linkat", when.as_str())];
        let killed = run(&mut with_faults(&subject.command(&tree), &faults));
        assert_eq!(killed.code, None, "{what}");
        pkigen(&tree, &["recover"]).expect(0, &what);
        assert_eq!(subject.settled(&tree, &what), Came::New, "{what}");
        for path in tree.table_files() {
            let links = std::os::unix::fs::MetadataExt::nlink(&path.metadata().unwrap());
            assert_eq!(links, 1, "{what}: {}", path.display());
        }
    }
}
