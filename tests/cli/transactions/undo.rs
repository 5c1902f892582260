use std::fs;

use serde_json::json;

use super::{assert_nothing_left, contents, renewed};
use crate::support::{Tree, day};

#[test]
fn for_people() {
    let tree = Tree::good();
    let before = contents(&tree);
    tree.pkigen(&["renew", "all"]).exits(0);
    let run = tree.pkigen(&["undo"]).exits(0);
    assert_eq!(run.stderr, "");
    run.shows(&[
        "Took back transaction 2 of ",
        "root renew all\n",
        "\n  replaced  /etc/kubernetes/pki/apiserver.key\n",
        &format!("\nTo have it as it was: {}\n", tree.typed("pkigen undo 3")),
        "\nRestart, in this order:\n",
    ]);
    assert_eq!(contents(&tree), before);
    assert_nothing_left(&tree);
    // And back again.
    tree.pkigen(&["undo", "3"])
        .exits(0)
        .shows(&["Took back transaction 3 of "]);
    assert_ne!(contents(&tree), before);
    tree.pkigen(&["undo"])
        .exits(0)
        .shows(&["Took back transaction 2 of "]);
    assert_eq!(contents(&tree), before);
}

#[test]
fn for_programs() {
    let tree = renewed();
    let report = tree.pkigen(&["undo", "-o", "json"]).exits(0).json();
    let mut keys: Vec<&String> = report.as_object().unwrap().keys().collect();
    keys.sort();
    let expected = [
        "dryRun",
        "files",
        "kind",
        "number",
        "outcome",
        "readers",
        "recovered",
        "refusals",
        "schemaVersion",
        "transaction",
        "warnings",
    ];
    let missing = expected.iter().filter(|key| report.get(key).is_none());
    assert_eq!(missing.count(), 0, "{keys:?}");
    assert_eq!(report["kind"], "UndoReport");
    assert_eq!(report["outcome"], "done");
    assert_eq!(report["dryRun"], false);
    assert_eq!(report["number"], 3);
    assert_eq!(report["transaction"]["number"], 2);
    assert_eq!(report["recovered"], json!(null));
    assert_eq!(report["refusals"], json!([]));
    assert_eq!(report["warnings"], json!([]));
    let files = report["files"].as_array().unwrap();
    assert_eq!(files.len(), 19);
    assert!(
        files.iter().all(|file| file["effect"] == "replaced"),
        "{files:#?}"
    );
    assert_ne!(report["readers"], json!([]));
}

#[test]
fn a_dry_run_writes_nothing() {
    let tree = renewed();
    let before = tree.snapshot();
    tree.pkigen(&["undo", "--dry-run"])
        .exits(0)
        .shows(&["Would take back transaction 2", "Would need a restart"]);
    let run = tree.pkigen(&["undo", "--dry-run", "-o", "json"]).exits(0);
    assert_eq!(run.json()["outcome"], "planned");
    assert_eq!(run.json()["number"], json!(null));
    before.assert_untouched(&tree.snapshot());
}

/// The last transaction is the one that made everything: what it made goes, and comes again.
#[test]
fn of_init_and_of_that() {
    let tree = Tree::empty();
    tree.init(&[]).exits(0);
    let before = contents(&tree);
    // Whoever goes back step by step does not mean the authorities.
    refused(
        &tree,
        &["undo"],
        &[
            "transaction 1 made ca, front-proxy-ca, etcd-ca, sa, and taking it back removes them",
            &format!("`{}`", tree.typed("pkigen undo 1")),
        ],
    );
    let run = tree.pkigen(&["undo", "1"]).exits(0);
    run.shows(&[
        "Took back transaction 1",
        "  removed  /etc/kubernetes/pki/ca.key",
    ]);
    assert_eq!(contents(&tree), []);
    tree.pkigen(&["undo"])
        .exits(1)
        .says(&["there is no transaction to take back"]);
    let run = tree.pkigen(&["undo", "2"]).exits(0);
    run.shows(&[
        "Took back transaction 2",
        "  created  /etc/kubernetes/pki/ca.key",
    ]);
    assert_eq!(contents(&tree), before);
    let report = tree.init(&["-o", "json"]).exits(0).json();
    assert_eq!(report["outcome"], "unchanged");
    assert_nothing_left(&tree);
}

#[test]
fn each_goes_one_further_back() {
    let tree = Tree::good();
    let mut states = vec![contents(&tree)];
    for _ in 0..2 {
        tree.pkigen(&["renew", "all", "--keep", "9"]).exits(0);
        states.push(contents(&tree));
    }
    for state in states.iter().rev().skip(1) {
        tree.pkigen(&["undo", "--keep", "9"]).exits(0);
        assert_eq!(contents(&tree), *state);
    }
    tree.pkigen(&["undo", "--keep", "9"]).exits(1);
    tree.pkigen(&["undo", "1", "--keep", "9"]).exits(0);
    assert_eq!(contents(&tree), []);
    tree.pkigen(&["undo"]).exits(1);
}

/// Refused with this, and nothing is written.
fn refused(tree: &Tree, arguments: &[&str], words: &[&str]) {
    let before = tree.snapshot();
    let run = tree.pkigen(arguments).exits(1).says(words);
    assert!(run.stderr.contains("nothing was written"), "{run:?}");
    let json: Vec<&str> = arguments.iter().copied().chain(["-o", "json"]).collect();
    let report = tree.pkigen(&json).exits(1).json();
    assert_eq!(report["kind"], "UndoReport");
    assert_eq!(report["outcome"], "refused");
    assert_ne!(report["refusals"], json!([]));
    before.assert_untouched(&tree.snapshot());
}

#[test]
fn is_refused_when_a_file_has_changed_since() {
    let tree = renewed();
    let admin = tree.etc("admin.conf");
    let mut text = fs::read(&admin).unwrap();
    text.push(b'\n');
    fs::write(&admin, text).unwrap();
    fs::remove_file(tree.pki("etcd/peer.crt")).unwrap();
    let words = [
        "etc/kubernetes/admin.conf is not as transaction 2 left it",
        "etc/kubernetes/pki/etcd/peer.crt is not as transaction 2 left it",
    ];
    refused(&tree, &["undo"], &words);
    // An earlier one, whose files the later one has changed.
    let tree = renewed();
    refused(
        &tree,
        &["undo", "1"],
        &["apiserver.crt is not as transaction 1 left it"],
    );
}

#[test]
fn is_refused_when_there_is_nothing_or_not_that() {
    let tree = Tree::kubeadm("ecdsa-p256");
    refused(&tree, &["undo"], &["there is no transaction to take back"]);
    refused(
        &tree,
        &["undo", "1"],
        &["there is no transaction to take back"],
    );
    let tree = renewed();
    for number in ["0", "3", "77"] {
        let history = tree.typed("pkigen history");
        let words = format!("there is no transaction {number}; `{history}` lists those");
        refused(&tree, &["undo", number], &[&words]);
    }
}

#[test]
fn is_refused_when_what_was_replaced_is_not_kept() {
    let words = ["what transaction 2 replaced is not kept any more", "--keep"];
    let tree = Tree::good();
    tree.pkigen(&["renew", "all", "--keep", "0"]).exits(0);
    refused(&tree, &["undo"], &words);
    // Or is not what it was.
    for name in ["0", "18"] {
        let tree = renewed();
        let copy = tree.etc(".pkigen/backup/000002").join(name);
        let mut content = fs::read(&copy).unwrap();
        content[40] ^= 1;
        fs::write(&copy, content).unwrap();
        refused(&tree, &["undo"], &words);
        fs::remove_file(&copy).unwrap();
        refused(&tree, &["undo"], &words);
    }
}

#[test]
fn as_many_are_kept_as_was_asked_for() {
    let tree = Tree::good();
    for _ in 0..4 {
        tree.pkigen(&["renew", "apiserver", "--keep", "2"]).exits(0);
    }
    let report = tree.pkigen(&["history", "-o", "json"]).exits(0).json();
    let rows = report["transactions"].as_array().unwrap().iter();
    let kept: Vec<bool> = rows.map(|row| row["kept"] == true).collect();
    // Of the first, which replaced nothing, there is nothing to be kept.
    assert_eq!(kept, [true, false, false, true, true]);
    tree.pkigen(&["undo"]).exits(0);
    tree.pkigen(&["undo"]).exits(0);
    refused(
        &tree,
        &["undo"],
        &["what transaction 3 replaced is not kept any more"],
    );
}

/// An undo takes nothing away that could be taken back: three renewals are walked back.
#[test]
fn what_can_be_taken_back_can_be_until_something_newer_is_written() {
    let tree = Tree::good();
    let mut before = vec![contents(&tree)];
    for _ in 0..3 {
        tree.pkigen(&["renew", "apiserver"]).exits(0);
        before.push(contents(&tree));
    }
    before.pop();
    for state in before.iter().rev() {
        tree.pkigen(&["undo"]).exits(0);
        assert!(contents(&tree) == *state);
    }
    // And forward again.
    tree.pkigen(&["undo", "7"]).exits(0);
    assert!(contents(&tree) == before[1]);
}

/// What one run was told to keep, another does not take away.
#[test]
fn how_many_are_kept_is_remembered() {
    let tree = Tree::good();
    tree.pkigen(&["renew", "apiserver", "--keep", "6"]).exits(0);
    for _ in 0..5 {
        tree.pkigen(&["renew", "apiserver"]).exits(0);
    }
    let report = tree.pkigen(&["history", "-o", "json"]).exits(0).json();
    let rows = report["transactions"].as_array().unwrap().iter();
    assert!(rows.skip(1).all(|row| row["kept"] == true), "{report:#}");
    tree.pkigen(&["renew", "apiserver", "--keep", "1"]).exits(0);
    tree.pkigen(&["undo"]).exits(0);
    refused(
        &tree,
        &["undo"],
        &["what transaction 7 replaced is not kept"],
    );
}

/// Somebody may have wanted all of them.
#[test]
fn what_is_not_known_to_be_too_many_is_kept() {
    let tree = Tree::good();
    tree.pkigen(&["renew", "apiserver", "--keep", "2"]).exits(0);
    let keep = tree.etc(".pkigen/keep");
    assert_eq!(fs::read_to_string(&keep).unwrap(), "2\n");
    fs::write(&keep, "200 or so").unwrap();
    for _ in 0..4 {
        tree.pkigen(&["renew", "apiserver"]).exits(0);
    }
    let report = tree.pkigen(&["history", "-o", "json"]).exits(0).json();
    let rows = report["transactions"].as_array().unwrap().iter();
    assert!(rows.skip(1).all(|row| row["kept"] == true), "{report:#}");
}

/// Which transaction is the last is not known then: never the one before.
#[test]
fn is_refused_when_the_last_record_cannot_be_read() {
    let tree = renewed();
    let record = tree.etc(".pkigen/backup/000002/record");
    fs::write(&record, "nothing").unwrap();
    let words = ["the record of transaction 2 is cut short", "pkigen history"];
    refused(&tree, &["undo"], &words);
    refused(&tree, &["undo", "2"], &words);
    // One before it, and by its number.
    refused(&tree, &["undo", "1"], &["is not as transaction 1 left it"]);
}

#[test]
fn is_refused_a_second_time() {
    let tree = renewed();
    tree.pkigen(&["undo"]).exits(0);
    let words = ["transaction 2 is taken back already, by transaction 3"];
    refused(&tree, &["undo", "2"], &words);
}

#[test]
fn is_refused_from_other_directories() {
    let tree = renewed();
    fs::create_dir(tree.etc("other")).unwrap();
    let words = [
        "transaction 2 was made with --cert-dir /etc/kubernetes/pki",
        "--kubeconfig-dir /etc/kubernetes",
    ];
    refused(
        &tree,
        &["undo", "--cert-dir", "/etc/kubernetes/other"],
        &words,
    );
}

#[test]
fn is_refused_when_it_would_not_verify() {
    let tree = Tree::good();
    let later = day(300);
    tree.pkigen(&["renew", "all", "--at", &later]).exits(0);
    let words = ["after taking back transaction 2, ", "would be refused: "];
    refused(&tree, &["undo", "--at", &day(370)], &words);
    tree.pkigen(&["undo", "--at", &later]).exits(0);
}

#[test]
fn wrong_usage() {
    let tree = renewed();
    for arguments in [
        &["undo", "last"][..],
        &["undo", "-1"],
        &["undo", "1", "2"],
        &["undo", "--keep", "many"],
        &["undo", "--lock-timeout", "soon"],
        &["undo", "--lock-timeout", "-1s"],
    ] {
        tree.pkigen(arguments).exits(2);
    }
}
