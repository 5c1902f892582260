//! An error at every call that writes: what is reported as failed has changed nothing, or says
//! that it has to be recovered; what is not stopped by it is right all the same.

use std::collections::BTreeMap;

use super::state::{Came, State, came};
use super::strace::{Point, at, at_directory, from, is_usable, points, with_faults};
use super::subject::{
    Subject, abandon, assert_nothing_left, init, pkigen, recover, renew, undo, undo_init,
};
use crate::support::{Run, Tree, run};

const ERRORS: [&str; 5] = ["ENOSPC", "EIO", "EROFS", "EMFILE", "EDQUOT"];

/// How a command ended that met an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Ended {
    /// It failed, and only `.pkigen` has changed.
    Untouched,
    /// It failed and said that `recover` is needed, which completed it.
    Recovered,
    /// The same, and `recover` took it back, or found nothing to be done.
    TakenBack,
    /// It was not stopped by it.
    Done,
}

fn fail_at_every_point(subject: impl FnOnce() -> Subject) {
    if !is_usable() {
        return;
    }
    let subject = subject();
    let points = subject.points();
    assert!(points.tried.len() >= 25, "{points:?}");
    let mut ends: BTreeMap<(Ended, &str), usize> = BTreeMap::new();
    let mut tried = 0;
    for (index, point) in points.tried.iter().enumerate() {
        // Around the commit and after it each error may find another way out.
        let every = matches!(point.call, "unlinkat") || is_edge(*point, &points.tried);
        let errors = if every {
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

/// The first and the last two of a kind.
fn is_edge(point: Point, all: &[Point]) -> bool {
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
    if ended.stderr.contains("`pkigen recover`") {
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
        return Ended::Untouched;
    }
    if ended.stderr.contains("force to disk") || State::of(tree) != *before {
        // Some names had changed already, and were taken back: the same files, written again.
        tree.assert_sound(what);
        assert_eq!(
            came_without_history(tree, subject, what),
            Came::Old,
            "{what}"
        );
        State::of(tree).assert_dressed_as(before, what);
    } else {
        assert_eq!(State::of(tree), *before, "{what}: touched");
    }
    pkigen(tree, &["recover"]).expect(0, what);
    assert_nothing_left(tree, what);
    assert_eq!(subject.settled(tree, what), Came::Old, "{what}");
    Ended::Untouched
}

fn came_without_history(tree: &Tree, subject: &Subject, what: &str) -> Came {
    came(tree, &subject.old, what)
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
