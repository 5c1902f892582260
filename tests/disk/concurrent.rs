//! Several runs at once.

use std::collections::BTreeSet;
use std::fs::File;
use std::process::Child;

use super::state::records;
use super::subject::{command, copy, pkigen, renew};
use crate::support::{Run, Tree, end, run, start};

fn report(run: &Run) -> serde_json::Value {
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run:?}"))
}

#[test]
fn of_many_runs_at_once_one_does_the_work() {
    // Where they meet is a matter of luck.
    for _ in 0..4 {
        one_of_many_does_the_work();
    }
}

fn one_of_many_does_the_work() {
    let tree = Tree::in_memory();
    let children: Vec<Child> = (0..20)
        .map(|_| {
            let mut command = tree.init();
            command.args(["-o", "json"]);
            start(command)
        })
        .collect();
    let mut outcomes = Vec::new();
    for child in children {
        let done = end(child).expect(0, "init");
        outcomes.push(report(&done)["outcome"].as_str().unwrap().to_owned());
    }
    outcomes.sort();
    let mut expected = vec!["unchanged"; 20];
    expected[0] = "done";
    assert_eq!(outcomes, expected);
    tree.assert_complete("20 runs");
}

/// One goes after the other, or says who holds the lock; whatever comes of it fits together.
fn renew_at_once(runs: usize, timeout: &str) -> usize {
    let subject = renew();
    let tree = subject.tree();
    let children: Vec<Child> = (0..runs)
        .map(|_| {
            let arguments = ["renew", "all", "-o", "json", "--lock-timeout", timeout];
            start(command(&tree, &arguments))
        })
        .collect();
    let mut serials = BTreeSet::new();
    let (mut done, mut issued) = (0, 0);
    for child in children {
        let run = end(child);
        let report = report(&run);
        if run.code == Some(0) {
            assert_eq!(report["outcome"], "done", "{report:#}");
            done += 1;
            for row in report["rows"].as_array().unwrap() {
                issued += 1;
                serials.insert(row["serialNumber"].as_str().unwrap().to_owned());
            }
        } else {
            assert_eq!(run.code, Some(3), "{run:?}");
            assert_eq!(report["kind"], "FailureReport", "{report:#}");
            assert_eq!(report["outcome"], "locked", "{report:#}");
            let said = ["is held by the process ", "(pkigen renew all -o json"];
            for words in said {
                assert!(run.stderr.contains(words), "{run:?}");
            }
        }
    }
    eprintln!("{done} of {runs} renewals at once did their work, waiting for {timeout}");
    assert!(done > 0);
    // Each made certificates of its own, and is in the history.
    assert_eq!(serials.len(), issued);
    let records = records(&tree);
    assert_eq!(records.len(), done + 1);
    for (number, record) in records.iter().enumerate() {
        assert_eq!(record["number"], number + 1);
    }
    subject.settled(&tree, "renewals at once");
    tree.assert_complete("renewals at once");
    pkigen(&tree, &["verify"]).expect(0, "renewals at once");
    done
}

#[test]
fn fifty_renewals_at_once() {
    assert_eq!(renew_at_once(50, "5m"), 50);
}

/// RSA keys are made before anybody waits for anybody: in the time that one waits when nobody says
/// otherwise.
#[test]
fn fifty_renewals_of_an_rsa_key_at_once() {
    let tree = renew().tree();
    let config = tree.path().join("rsa.toml");
    std::fs::write(&config, "key-algorithm = \"rsa-2048\"\n").unwrap();
    let rsa = [
        "renew",
        "apiserver",
        "--reconcile",
        "--config",
        config.to_str().unwrap(),
    ];
    pkigen(&tree, &rsa).expect(0, "an RSA key");
    let start = |_| start(command(&tree, &["renew", "apiserver"]));
    let children: Vec<Child> = (0..50).map(start).collect();
    for child in children {
        end(child).expect(0, "fifty RSA keys at once");
    }
    assert_eq!(records(&tree).len(), 52);
    pkigen(&tree, &["verify"]).expect(0, "fifty RSA keys at once");
}

#[test]
fn fifty_renewals_at_once_that_do_not_wait() {
    renew_at_once(50, "0");
}

#[test]
fn whoever_holds_the_lock_is_named_and_everybody_else_is_told_at_once() {
    let subject = renew();
    let tree = subject.tree();
    let path = tree.pki().join(".pkigen/lock");
    let lock = File::options().read(true).write(true).open(&path).unwrap();
    lock.lock().unwrap();
    for (holder, named) in [
        (
            "4711 pkigen renew all\n",
            "the process 4711 (pkigen renew all)",
        ),
        ("4711\n", "the process 4711,"),
        ("", "another process,"),
        ("nonsense \u{1b}[2J\n", "another process,"),
        ("1 \u{1b}[2J\n", "the process 1 (\\u{1b}[2J)"),
    ] {
        std::fs::write(&path, holder).unwrap();
        for arguments in [
            &["renew", "all"][..],
            &["undo", "1"],
            &["recover"],
            &["recover", "--abandon"],
        ] {
            let mut command = command(&tree, arguments);
            let refused = run(command.args(["--lock-timeout", "0"]));
            refused.expect_error(3, &["is held by", named, "--lock-timeout"], named);
        }
    }
    drop(lock);
    pkigen(&tree, &["renew", "all", "--lock-timeout", "0"]).expect(0, "free again");
}

/// Looking needs no lock.
#[test]
fn a_held_lock_keeps_nobody_from_looking() {
    let tree = copy(renew().tree().path());
    let path = tree.pki().join(".pkigen/lock");
    let lock = File::open(&path).unwrap();
    lock.lock().unwrap();
    for verb in ["check-expiration", "history", "verify"] {
        pkigen(&tree, &[verb]).expect(0, verb);
    }
    pkigen(&tree, &["renew", "all", "--dry-run"]).expect(0, "renew --dry-run");
}
