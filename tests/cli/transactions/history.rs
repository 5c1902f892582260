use std::fs;

use serde_json::json;

use super::{interrupted, renewed};
use crate::support::Tree;

#[test]
fn there_may_be_none() {
    let tree = Tree::kubeadm("ecdsa-p256");
    let before = tree.snapshot();
    let run = tree.pkigen(&["history"]).exits(0);
    assert_eq!(run.stdout, "No transaction yet.\n");
    let report = tree.pkigen(&["history", "-o", "json"]).exits(0).json();
    assert_eq!(
        report,
        json!({
            "schemaVersion": 1,
            "kind": "HistoryReport",
            "outcome": "unchanged",
            "transactions": [],
            "unreadable": [],
            "pending": null,
        })
    );
    before.assert_untouched(&tree.snapshot());
}

#[test]
fn the_newest_comes_first() {
    let tree = renewed();
    tree.pkigen(&["renew", "admin.conf", "--keep", "0"])
        .exits(0);
    tree.pkigen(&["renew", "admin.conf", "--keep", "3"])
        .exits(0);
    tree.pkigen(&["undo"]).exits(0);
    let run = tree.pkigen(&["history"]).exits(0);
    let lines: Vec<Vec<&str>> = run
        .stdout
        .lines()
        .map(|line| {
            line.split("  ")
                .map(str::trim)
                .filter(|one| !one.is_empty())
                .collect()
        })
        .collect();
    assert_eq!(lines[0], ["NUMBER", "WHEN", "FILES", "UNDO", "COMMAND"]);
    let states: Vec<(&str, &str, &str)> = lines[1..]
        .iter()
        .map(|line| (line[0], line[2], line[3]))
        .collect();
    let expected = [
        ("5", "1", "undid 4"),
        ("4", "1", "undone by 5"),
        ("3", "1", "not kept"),
        ("2", "19", "not kept"),
        ("1", "36", "possible"),
    ];
    assert_eq!(states, expected);
    assert!(lines[4][4].ends_with("renew all"), "{lines:?}");
    let run = tree.pkigen(&["history", "-v"]).exits(0);
    run.shows(&[
        "  created  ",
        "  replaced  ",
        "/etc/kubernetes/pki/apiserver.crt",
    ]);
}

#[test]
fn for_programs_the_oldest_comes_first() {
    let tree = renewed();
    tree.pkigen(&["undo"]).exits(0);
    let report = tree.pkigen(&["history", "-o", "json"]).exits(0).json();
    assert_eq!(report["outcome"], "unchanged");
    let rows = report["transactions"].as_array().unwrap();
    let numbers: Vec<(u64, Option<u64>, Option<u64>)> = rows
        .iter()
        .map(|row| {
            let number = |name: &str| row[name].as_u64();
            (
                number("number").unwrap(),
                number("undoes"),
                number("undoneBy"),
            )
        })
        .collect();
    assert_eq!(
        numbers,
        [(1, None, None), (2, None, Some(3)), (3, Some(2), None)]
    );
    assert!(rows.iter().all(|row| row["kept"] == true), "{report:#}");
    let file = &rows[1]["files"][0];
    assert_eq!(file["path"], "/etc/kubernetes/pki/apiserver.key");
    assert_eq!(file["effect"], "replaced");
    let credential = json!({"name": "apiserver", "owner": {"kind": "node", "name": "cp1"}});
    assert_eq!(file["credential"], credential);
}

#[test]
fn a_damaged_record_is_said_and_hides_no_other() {
    for (damage, why) in [
        (
            Some("pkigen-transaction 1\n{}\nabc\n"),
            "its checksum is wrong",
        ),
        (Some("something else"), "is cut short"),
        (Some(""), "is cut short"),
        (
            Some("pkigen-transaction 2\n{}\nabc\n"),
            "was not written by this version",
        ),
        (None, "is not there"),
    ] {
        let tree = renewed();
        tree.pkigen(&["renew", "admin.conf"]).exits(0);
        let record = tree.etc(".pkigen/backup/000002/record");
        match damage {
            Some(text) => fs::write(&record, text).unwrap(),
            None => fs::remove_file(&record).unwrap(),
        }
        let run = tree.pkigen(&["history"]).exits(1);
        run.says(&["the record of transaction 2 ", why]);
        let report = tree.pkigen(&["history", "-o", "json"]).exits(1).json();
        assert_eq!(report["unreadable"][0]["number"], 2);
        let rows = report["transactions"].as_array().unwrap();
        assert_eq!(rows.len(), 2);
        tree.pkigen(&["undo"])
            .exits(0)
            .shows(&["Took back transaction 3"]);
        // Its number is not given away again.
        tree.pkigen(&["renew", "admin.conf"]).exits(0);
        let report = tree.pkigen(&["history", "-o", "json"]).exits(1).json();
        let last = report["transactions"].as_array().unwrap().last().unwrap();
        assert_eq!(last["number"], 5);
    }
}

/// What a command line holds is shown as it is, but on one line and without control characters.
#[test]
fn what_was_typed_does_nothing_to_the_screen() {
    let tree = Tree::good();
    let config = tree.put_beside("a\u{1b}[2J\nb.toml", "cluster-name = \"a\"");
    let config = config.to_str().unwrap();
    tree.pkigen(&["renew", "admin.conf", "--config", config])
        .exits(0);
    let run = tree.pkigen(&["history"]).exits(0);
    assert!(!run.stdout.contains('\u{1b}'), "{run:?}");
    assert_eq!(run.stdout.lines().count(), 3, "{run:?}");
}

#[test]
fn a_run_that_was_interrupted_is_a_finding() {
    let (tree, _) = interrupted(7);
    let before = tree.snapshot();
    let recover = format!("`{}`", tree.typed("pkigen recover"));
    let words = ["root renew all` of ", "was interrupted", &recover];
    tree.pkigen(&["history"]).exits(1).says(&words);
    let report = tree.pkigen(&["history", "-o", "json"]).exits(1).json();
    assert_eq!(report["outcome"], "recovery-needed");
    let journal = "/etc/kubernetes/pki/.pkigen/journal";
    assert_eq!(report["pending"]["journal"], journal);
    let command = report["pending"]["command"].as_str().unwrap();
    assert!(command.ends_with("renew all"), "{command}");
    // And to those that look at the files.
    tree.pkigen(&["renew", "all", "--dry-run"])
        .exits(1)
        .says(&words);
    tree.pkigen(&["undo", "--dry-run"]).exits(1).says(&words);
    tree.pkigen(&["check-expiration"]).exits(1).shows(&words);
    let report = tree
        .pkigen(&["check-expiration", "-o", "json"])
        .exits(1)
        .json();
    assert_eq!(report["pendingTransaction"]["journal"], journal);
    before.assert_untouched(&tree.snapshot());
}
