//! SIGKILL at every call that writes, and what becomes of the tree then: by `recover`, and by the
//! same command simply run again.

use std::collections::BTreeMap;

use super::state::{Came, State, records};
use super::strace::{Point, at_directory, with_faults};
use super::subject::elsewhere::{ASK, SIGN, import, keys_away, renew_below, take};
use super::subject::{
    Subject, abandon, abandon_init, abandon_late, command, copy, init, kill, kubelet, pkigen,
    recover, renew, renew_authorities, undo, undo_init, undo_kubelet,
};
use crate::support::{Tree, run};

/// Runs a command that was killed again, and gives what the tree has come to.
type Again = fn(&Tree, &str) -> Came;

fn kill_at_every_point(subject: impl FnOnce() -> Subject, again: Again) {
    let subject = subject();
    let points = subject.points();
    assert!(points.tried.len() >= 20, "{points:?}");
    let mut ends: BTreeMap<(bool, Came), usize> = BTreeMap::new();
    for point in &points.tried {
        let (was_decided, came) = kill_at(&subject, *point, again);
        *ends.entry((was_decided, came)).or_default() += 1;
    }
    eprintln!(
        "{}: killed at {} points; decided and what recovery made of it: {ends:?}",
        subject.name,
        points.tried.len()
    );
    // Some were killed before the commit and some after it, or there was one already.
    let is_decided = subject.tree().pki().join(".pkigen/journal").exists();
    assert!(ends.len() >= 2 || is_decided, "{ends:?}");
}

/// Gives whether the transaction was decided when it was killed, and what became of it.
fn kill_at(subject: &Subject, point: Point, again: Again) -> (bool, Came) {
    let what = format!("{} killed at {point}", subject.name);
    let tree = subject.tree();
    let before = State::of(&tree);
    kill(&tree, &subject.command(&tree), point);
    let after = State::of(&tree);
    tree.assert_readable(&what);
    let was_decided = after != before || tree.pki().join(".pkigen/journal").exists();
    let second = copy(tree.path());

    pkigen(&tree, &["recover"]).expect(0, &what);
    let came = subject.settled(&tree, &what);
    if came == Came::Old && !was_decided {
        assert_eq!(State::of(&tree), before, "{what}: touched");
    }
    // All that is to be done is done.
    let once_more = pkigen(&tree, &["recover", "-o", "json"]).expect(0, &what);
    assert!(
        once_more.stdout.contains("\"unchanged\""),
        "{what}: {once_more:?}"
    );

    let what = format!("{what}, run again");
    let came_again = again(&second, &what);
    // It may have had nothing to do, and left a word about a journal that is gone.
    let left = second.leftovers();
    if !left.is_empty() {
        assert!(
            left.iter().all(|path| path.ends_with("journal-in")),
            "{what}: {left:?}"
        );
        pkigen(&second, &["recover"]).expect(0, &what);
    }
    assert_eq!(subject.settled(&second, &what), came_again, "{what}");
    State::of(&second).assert_dressed_as(&before, &what);
    (was_decided, came)
}

/// It does what it was to do, as if it had never been killed.
fn completes(arguments: &[&str], tree: &Tree, what: &str) -> Came {
    pkigen(tree, arguments).expect(0, what);
    Came::New
}

#[test]
fn a_killed_renewal_is_wholly_old_or_wholly_new() {
    kill_at_every_point(renew, |tree, what| completes(&["renew", "all"], tree, what));
}

/// Its authority's certificate is in a dozen files, or none of them.
#[test]
fn a_killed_renewal_of_authorities_is_wholly_old_or_wholly_new() {
    kill_at_every_point(renew_authorities, |tree, what| {
        completes(&["renew", "ca", "etcd-ca", "front-proxy-ca"], tree, what)
    });
}

/// By what the root above them has made of their requests.
#[test]
fn a_killed_renewal_by_an_answer_is_wholly_old_or_wholly_new() {
    kill_at_every_point(take, |tree, what| {
        let names = ["renew", "ca", "etcd-ca", "front-proxy-ca"];
        completes(
            &[&names[..], &["--certificate", "answer"]].concat(),
            tree,
            what,
        )
    });
}

/// By the root above them.
#[test]
fn a_killed_renewal_of_intermediates_is_wholly_old_or_wholly_new() {
    kill_at_every_point(renew_below, |tree, what| {
        let above = [
            "--root-ca",
            "offline",
            "--root-ca-passphrase",
            "file:passphrase",
        ];
        completes(
            &[&["renew", "ca", "etcd-ca", "front-proxy-ca"][..], &above].concat(),
            tree,
            what,
        )
    });
}

/// Run again it completes what was decided, or does its work; or nothing waits any more.
#[test]
fn a_killed_import_is_wholly_old_or_wholly_new() {
    kill_at_every_point(import, |tree, what| {
        let again = pkigen(tree, &["csr", "import", "certificates"]);
        assert!(matches!(again.code, Some(0 | 2)), "{what}: {again:?}");
        Came::New
    });
}

/// However far asking came, what waits fits its keys: asked again, signed and taken it is in order.
#[test]
fn killed_while_asking_or_signing() {
    let first = Tree::in_memory();
    keys_away(&first);
    let to = |name: &'static str| ["--to", name];
    let authorities = ["--authorities", "safe"];
    let asking = [&ASK[..], &to("requests")].concat();
    let points = super::strace::points(&command(&copy(first.path()), &asking));
    let mut tried = points.tried;
    if std::env::var_os("PKIGEN_EVERY_POINT").is_none() {
        tried.retain(|point| point.number % 3 == 1);
    }
    assert!(tried.len() >= 10, "{tried:?}");
    for point in tried {
        let what = format!("asking killed at {point}");
        let tree = copy(first.path());
        kill(&tree, &command(&tree, &asking), point);
        pkigen(&tree, &["recover"]).expect(0, &what);
        tree.assert_sound(&what);
        pkigen(&tree, &[&ASK[..], &to("again")].concat()).expect(0, &what);
        let signing = ["csr", "sign", "again"];
        pkigen(
            &tree,
            &[&signing[..], &authorities, &to("certificates")].concat(),
        )
        .expect(0, &what);
        pkigen(&tree, &["csr", "import", "certificates"]).expect(0, &what);
        tree.assert_sound(&what);
    }
    pkigen(&first, &asking).expect(0, "asking");
    let signing = [&SIGN[..], &authorities, &to("certificates")].concat();
    let points = super::strace::points(&command(&copy(first.path()), &signing));
    for point in points.tried {
        let what = format!("signing killed at {point}");
        let tree = copy(first.path());
        kill(&tree, &command(&tree, &signing), point);
        // All of it is there, or nothing.
        if !tree.path().join("certificates").exists() {
            pkigen(&tree, &signing).expect(0, &what);
        }
        pkigen(&tree, &["csr", "import", "certificates"]).expect(0, &what);
        tree.assert_sound(&what);
    }
}

#[test]
fn a_killed_init_is_wholly_old_or_wholly_new() {
    kill_at_every_point(init, |tree, what| {
        completes(&crate::support::INIT, tree, what)
    });
}

/// Run again it finds its work done, by the run before or by what that had decided.
fn kubelet_again(tree: &Tree, what: &str) -> Came {
    let again = pkigen(tree, &["renew", "kubelet.conf"]);
    assert!(matches!(again.code, Some(0 | 1)), "{what}: {again:?}");
    Came::New
}

#[test]
fn a_killed_renewal_of_a_kubelet_is_wholly_old_or_wholly_new() {
    kill_at_every_point(kubelet, kubelet_again);
}

#[test]
fn a_killed_undo_of_a_kubelet_is_wholly_old_or_wholly_new() {
    kill_at_every_point(undo_kubelet, undo_again);
}

/// Run again it does not go one further back.
fn undo_again(tree: &Tree, what: &str) -> Came {
    undone_again(&["undo"], tree, what)
}

fn undo_init_again(tree: &Tree, what: &str) -> Came {
    undone_again(&["undo", "1"], tree, what)
}

fn undone_again(arguments: &[&str], tree: &Tree, what: &str) -> Came {
    let pending = tree.pki().join(".pkigen/journal").exists();
    let undone = |tree: &Tree| {
        records(tree)
            .last()
            .and_then(|record| record["undoes"].as_u64())
    };
    match undone(tree) {
        Some(number) if !pending => {
            let number = number.to_string();
            pkigen(tree, &["undo", &number]).expect_error(
                1,
                &["is taken back already, by transaction"],
                what,
            );
        }
        _ => {
            pkigen(tree, arguments).expect(0, what);
        }
    }
    assert!(undone(tree).is_some(), "{what}");
    Came::New
}

#[test]
fn a_killed_undo_is_wholly_old_or_wholly_new() {
    kill_at_every_point(undo, undo_again);
}

#[test]
fn a_killed_undo_of_init_leaves_everything_or_nothing() {
    kill_at_every_point(undo_init, undo_init_again);
}

#[test]
fn a_killed_recovery_is_completed_by_the_next() {
    kill_at_every_point(recover, |tree, what| {
        completes(&["renew", "all"], tree, what)
    });
}

fn abandon_again(tree: &Tree, what: &str) -> Came {
    pkigen(tree, &["recover", "--abandon"]).expect(0, what);
    Came::Old
}

#[test]
fn a_killed_abandoning_is_wholly_old_or_wholly_new() {
    kill_at_every_point(abandon, abandon_again);
}

#[test]
fn a_killed_abandoning_of_init_leaves_everything_or_nothing() {
    kill_at_every_point(abandon_init, abandon_again);
}

#[test]
fn a_killed_abandoning_of_a_renewal_that_was_all_but_done_is_wholly_old_or_wholly_new() {
    kill_at_every_point(abandon_late, abandon_again);
}

/// As it really runs: with threads that wait for the disk, of which any may be killed first.
#[test]
fn killed_while_several_threads_wait_for_the_disk() {
    for subject in [&renew(), &init(), &undo()] {
        for when in ["1", "2", "3"] {
            let what = format!("{}: the threads' fsync {when}", subject.name);
            let tree = subject.tree();
            let fault = format!("signal=KILL:when={when}");
            let command = subject.command(&tree);
            assert_eq!(
                run(&mut with_faults(&command, &[("fsync", &fault)])).code,
                None,
                "{what}"
            );
            tree.assert_readable(&what);
            pkigen(&tree, &["recover"]).expect(0, &what);
            subject.settled(&tree, &what);
        }
        for directory in ["", "pki", "pki/etcd", ".pkigen", "pki/.pkigen"] {
            let what = format!("{}: the first fsync of {directory:?}", subject.name);
            let tree = subject.tree();
            let path = tree.kubernetes().join(directory);
            std::fs::create_dir_all(&path).unwrap();
            let command = subject.command(&tree);
            let killed = run(&mut at_directory(&command, &path, "signal=KILL"));
            assert_eq!(killed.code, None, "{what}");
            tree.assert_readable(&what);
            pkigen(&tree, &["recover"]).expect(0, &what);
            subject.settled(&tree, &what);
        }
    }
}

/// Private keys among it.
#[test]
fn what_a_killed_run_has_staged_is_gone_after_the_next_one() {
    let decided = Point {
        call: "renameat",
        number: 2,
    };
    for subject in [&renew(), &init()] {
        let tree = subject.kill(decided);
        let staged = tree.leftovers();
        assert!(staged.len() > 19, "{staged:?}");
        pkigen(&tree, subject.arguments).expect(0, "the next run");
        assert_eq!(subject.settled(&tree, "the next run"), Came::New);
    }
}

/// An undo that is being taken back is not taken for one that was completed.
#[test]
fn an_undo_after_one_that_was_given_up_half_way() {
    let subject = undo();
    for number in [5, 9] {
        let what = format!("given up, killed at renameat {number}");
        let point = |number| Point {
            call: "renameat",
            number,
        };
        let tree = subject.kill(point(12));
        let abandon = command(&tree, &["recover", "--abandon"]);
        kill(&tree, &abandon, point(number));
        let done = pkigen(&tree, &["undo"]).expect(0, &what);
        assert!(
            done.stderr.contains("taken back first: "),
            "{what}: {done:?}"
        );
        assert_eq!(subject.settled(&tree, &what), Came::New, "{what}");
        // Both times what was to be undone is.
        assert_eq!(records(&tree).len(), 3, "{what}");
    }
}
