use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt as _, symlink};

use serde_json::json;

use super::{assert_nothing_left, contents, interrupted, renewed};
use crate::corpus::found;
use crate::support::Tree;

#[test]
fn there_may_be_nothing_to_do() {
    for tree in [Tree::kubeadm("ecdsa-p256"), renewed()] {
        let before = contents(&tree);
        let run = tree.pkigen(&["recover"]).exits(0);
        assert_eq!(
            run.stdout,
            "Nothing to recover: no run was interrupted here.\n"
        );
        for option in [
            &["recover", "-o", "json"][..],
            &["recover", "--abandon", "-o", "json"],
        ] {
            let report = tree.pkigen(option).exits(0).json();
            assert_eq!(
                report,
                json!({
                    "schemaVersion": 1,
                    "kind": "RecoverReport",
                    "outcome": "unchanged",
                    "transaction": null,
                    "readers": [],
                    "findings": [],
                })
            );
        }
        assert_eq!(contents(&tree), before);
    }
    // Where pkigen has never written it does not begin now.
    let tree = Tree::kubeadm("ecdsa-p256");
    let before = tree.snapshot();
    tree.pkigen(&["recover"]).exits(0);
    before.assert_untouched(&tree.snapshot());
}

#[test]
fn what_was_interrupted_is_completed() {
    for done in [0, 1, 2, 10, 18, 19] {
        let (tree, before) = interrupted(done);
        let run = tree.pkigen(&["recover"]).exits(0);
        run.shows(&[
            "Completed what was interrupted: pkigen --root ",
            "root renew all of ",
            "\n  /etc/kubernetes/pki/apiserver.key\n",
            "\nRestart, in this order:\n",
        ]);
        assert_nothing_left(&tree);
        let after = contents(&tree);
        let changed = before.iter().zip(&after).filter(|(old, new)| old != new);
        assert_eq!(changed.count(), 19);
        tree.pkigen(&["verify"]).exits(0);
        // It is in the history, and can be taken back.
        tree.pkigen(&["undo"])
            .exits(0)
            .shows(&["Took back transaction 2"]);
        assert_eq!(contents(&tree), before);
    }
}

#[test]
fn what_was_interrupted_is_taken_back() {
    for done in [0, 1, 2, 10, 18, 19] {
        let (tree, before) = interrupted(done);
        let run = tree.pkigen(&["recover", "--abandon"]).exits(0);
        run.shows(&[
            "Took back what was interrupted: pkigen --root ",
            "root renew all of ",
        ]);
        assert_nothing_left(&tree);
        assert_eq!(contents(&tree), before);
        tree.pkigen(&["verify"]).exits(0);
        let report = tree.pkigen(&["history", "-o", "json"]).exits(0).json();
        assert_eq!(report["transactions"].as_array().unwrap().len(), 1);
    }
}

#[test]
fn verify_tells_of_it() {
    let (tree, _) = interrupted(7);
    let report = tree.pkigen(&["verify", "-o", "json"]).exits(1).json();
    let pending: Vec<_> = found(&report)
        .into_iter()
        .filter(|(rule, _)| *rule == "pending-transaction")
        .collect();
    assert_eq!(pending, [("pending-transaction", "pki/.pkigen/journal")]);
}

#[test]
fn what_is_wrong_afterwards_is_said() {
    // While it was interrupted, somebody has put another authority in the place of the cluster's.
    let (tree, _) = interrupted(7);
    let other = Tree::kubeadm("rsa-2048");
    for name in ["ca.crt", "ca.key"] {
        fs::copy(other.pki(name), tree.pki(name)).unwrap();
    }
    let run = tree.pkigen(&["recover"]).exits(1);
    let run = run.shows(&[
        "Completed what was interrupted: ",
        "/etc/kubernetes/pki/ca.crt\n  authority-replaced\n",
    ]);
    assert!(
        run.stderr
            .contains("it is as it was decided, and this is wrong now:")
    );
    assert_nothing_left(&tree);
    let (tree, _) = interrupted(7);
    fs::copy(other.pki("ca.crt"), tree.pki("ca.crt")).unwrap();
    let report = tree.pkigen(&["recover", "-o", "json"]).exits(1).json();
    assert_eq!(report["outcome"], "done");
    assert!(
        report["findings"]
            .as_array()
            .is_some_and(|all| !all.is_empty())
    );
}

#[test]
fn for_programs() {
    let (tree, _) = interrupted(7);
    let report = tree.pkigen(&["recover", "-o", "json"]).exits(0).json();
    assert_eq!(report["kind"], "RecoverReport");
    assert_eq!(report["outcome"], "done");
    assert_eq!(report["transaction"]["number"], 2);
    assert_eq!(report["transaction"]["takenBack"], false);
    assert_eq!(report["transaction"]["files"].as_array().unwrap().len(), 19);
    assert_ne!(report["readers"], json!([]));
    let (tree, _) = interrupted(7);
    let report = tree
        .pkigen(&["recover", "--abandon", "-o", "json"])
        .exits(0)
        .json();
    assert_eq!(report["outcome"], "taken-back");
    assert_eq!(report["transaction"]["takenBack"], true);
}

/// Whatever else is asked for.
#[test]
fn every_command_that_writes_completes_it_first() {
    let said = [
        "completed first: `pkigen --root ",
        "root renew all` of ",
        "which was interrupted",
    ];
    let (tree, _) = interrupted(7);
    tree.pkigen(&["renew", "admin.conf"]).exits(0).says(&said);
    assert_nothing_left(&tree);
    let (tree, _) = interrupted(7);
    let report = tree.init(&["-o", "json"]).exits(0).json();
    assert_eq!(report["recovered"]["number"], 2);
    assert_nothing_left(&tree);
    // Which is then the one that is taken back.
    let (tree, before) = interrupted(7);
    tree.pkigen(&["undo"]).exits(0).says(&said);
    assert_eq!(contents(&tree), before);
    assert_nothing_left(&tree);
}

/// Fails with this and this outcome, and nothing of the tree changes.
pub(super) fn fails(tree: &Tree, arguments: &[&str], outcome: &str, words: &[&str]) {
    let before = contents(tree);
    tree.pkigen(arguments).exits(3).says(words);
    let json: Vec<&str> = arguments.iter().copied().chain(["-o", "json"]).collect();
    let run = tree.pkigen(&json).exits(3).says(words);
    let report = run.json();
    assert_eq!(report["schemaVersion"], 1);
    assert_eq!(report["kind"], "FailureReport");
    assert_eq!(report["outcome"], outcome, "{report:#}");
    let error = report["error"].as_str().unwrap();
    assert!(words.iter().all(|word| error.contains(word)), "{report:#}");
    assert_eq!(contents(tree), before);
}

const WRITING: [&[&str]; 4] = [
    &["recover"],
    &["renew", "all"],
    &["undo"],
    &[
        "init",
        "--node-name",
        "cp1",
        "--advertise-address",
        "192.0.2.10",
    ],
];

#[test]
fn a_file_that_somebody_else_has_changed_is_a_conflict() {
    // One that was new already, and one that was old still.
    for name in ["apiserver.key", "apiserver-etcd-client.crt"] {
        let (tree, old) = interrupted(7);
        tree.put(name, "somebody else's");
        let words = [
            "an interrupted `pkigen --root ",
            "root renew all` cannot be completed",
            name,
            "was changed by somebody else meanwhile",
            "pkigen recover --abandon --root ",
        ];
        for arguments in WRITING {
            fails(&tree, arguments, "conflict", &words);
        }
        assert!(tree.pki(".pkigen/journal").exists());
        // Theirs stays, and is said to be no use; the rest is as it was.
        let abandoned = tree.pkigen(&["recover", "--abandon"]).exits(1);
        abandoned.shows(&["\n\n/etc/kubernetes/pki/", "  malformed-file\n"]);
        assert_nothing_left(&tree);
        let differing = contents(&tree)
            .into_iter()
            .zip(old)
            .filter(|(now, old)| now != old);
        let differing: Vec<_> = differing.map(|(now, _)| now).collect();
        assert_eq!(differing.len(), 1);
        assert!(differing[0].0.ends_with(name));
        assert_eq!(differing[0].1, b"somebody else's");
    }
}

#[test]
fn a_file_that_has_gone_or_become_a_link_is_a_conflict() {
    for is_link in [false, true] {
        let (tree, _) = interrupted(7);
        let path = tree.pki("apiserver.crt");
        fs::rename(&path, tree.beside("aside")).unwrap();
        if is_link {
            symlink(tree.beside("aside"), &path).unwrap();
        }
        let words = ["apiserver.crt", "was changed by somebody else meanwhile"];
        fails(&tree, &["recover"], "conflict", &words);
        // Put right, it goes on.
        let _ = fs::remove_file(&path);
        fs::rename(tree.beside("aside"), &path).unwrap();
        tree.pkigen(&["recover"]).exits(0);
        assert_nothing_left(&tree);
    }
}

#[test]
fn what_waited_and_was_lost_or_changed_is_a_conflict() {
    for is_lost in [true, false] {
        let (tree, before) = interrupted(7);
        let mut staged = fs::read_dir(tree.etc(".pkigen")).unwrap();
        let staged = staged.find_map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            name.starts_with("stage-").then_some(path)
        });
        let staged = staged.unwrap();
        if is_lost {
            fs::remove_file(staged).unwrap();
        } else {
            fs::write(staged, "something else").unwrap();
        }
        let words = [".conf has lost the content that waited to be put there"];
        fails(&tree, &["recover"], "conflict", &words);
        tree.pkigen(&["recover", "--abandon"]).exits(0);
        assert_eq!(contents(&tree), before);
        assert_nothing_left(&tree);
    }
}

#[test]
fn a_damaged_journal_is_read_beside_the_copies() {
    for done in [0, 7] {
        for arguments in [
            &["recover"][..],
            &["recover", "--abandon"],
            &["renew", "admin.conf"],
        ] {
            let (tree, before) = interrupted(done);
            fs::write(tree.pki(".pkigen/journal"), "not any more").unwrap();
            tree.pkigen(arguments).exits(0);
            assert_nothing_left(&tree);
            let is_abandoned = arguments.contains(&"--abandon");
            assert_eq!(contents(&tree) == before, is_abandoned, "{arguments:?}");
            tree.pkigen(&["verify"]).exits(0);
        }
    }
}

/// A number that is taken, as by an archive of the directory that was restored meanwhile, is left
/// to whoever has it.
#[test]
fn a_number_that_is_taken_is_nobodys_end() {
    for taken in ["000002", "000009"] {
        for arguments in [&["recover"][..], &["recover", "--abandon"]] {
            let (tree, before) = interrupted(7);
            let backup = tree.etc(".pkigen/backup");
            let other = backup.join("000002");
            fs::create_dir(&other).unwrap();
            fs::write(other.join("record"), "another").unwrap();
            fs::rename(&other, backup.join(taken)).unwrap();
            tree.pkigen(arguments).exits(0);
            assert_nothing_left(&tree);
            let theirs = fs::read_to_string(backup.join(taken).join("record"));
            assert_eq!(theirs.unwrap(), "another");
            let is_abandoned = arguments.contains(&"--abandon");
            assert_eq!(contents(&tree) == before, is_abandoned);
            if !is_abandoned {
                let number = if taken == "000002" { "3" } else { "2" };
                tree.pkigen(&["undo", number]).exits(0);
                assert_eq!(contents(&tree), before);
            }
        }
    }
}

/// As an archive leaves them that was unpacked without permissions.
#[test]
fn permissions_are_as_they_were_decided() {
    let (tree, _) = interrupted(7);
    let mode = |name: &str| fs::metadata(tree.pki(name)).unwrap().permissions().mode() & 0o7777;
    let named = ["apiserver.key", "front-proxy-client.key"];
    for name in named {
        fs::set_permissions(tree.pki(name), fs::Permissions::from_mode(0o644)).unwrap();
    }
    tree.pkigen(&["recover"]).exits(0);
    for name in named {
        assert_eq!(mode(name), 0o600, "{name}");
    }
}

#[test]
fn a_damaged_journal_without_another_stops_everything() {
    let (tree, _) = interrupted(7);
    let path = tree.pki(".pkigen/journal");
    let whole = fs::read(&path).unwrap();
    let backup = fs::read_dir(tree.etc(".pkigen/backup")).unwrap();
    let mut copies = backup.map(|entry| entry.unwrap().path());
    let copies = copies.find(|path| path.to_str().unwrap().contains("stage-"));
    let beside = copies.unwrap().join("record");
    let record = fs::read(&beside).unwrap();
    fs::write(&beside, "not any more either").unwrap();
    let half = whole.len() / 2;
    let flipped = |position: usize| {
        let mut text = whole.clone();
        text[position] ^= 1;
        text
    };
    let mut not_text = whole.clone();
    not_text[half] = 0xff;
    let damages = [
        ("its first line", flipped(3)),
        ("its version", flipped(19)),
        ("the object", flipped(half)),
        ("the digest", flipped(whole.len() - 5)),
        ("the last line's end", flipped(whole.len() - 1)),
        ("cut", whole[..half].to_vec()),
        ("empty", Vec::new()),
        ("not text", not_text),
        ("more", [whole.as_slice(), b"\n"].concat()),
    ];
    for (what, text) in damages {
        fs::write(&path, &text).unwrap();
        for arguments in WRITING.iter().chain(&[&["recover", "--abandon"][..]]) {
            let words = [
                ".pkigen/journal ",
                ", and no other copy of it is whole; what it replaces is kept in ",
                "/etc/kubernetes/.pkigen/backup/stage-",
                "; nothing is changed while it is there",
            ];
            fails(&tree, arguments, "conflict", &words);
        }
        assert_eq!(fs::read(&path).unwrap(), text, "{what}");
        let report = tree.pkigen(&["history", "-o", "json"]).exits(1).json();
        assert_eq!(report["pending"]["command"], json!(null), "{what}");
    }
    // Put back, it is completed.
    fs::write(&path, &whole).unwrap();
    fs::write(&beside, &record).unwrap();
    tree.pkigen(&["recover"]).exits(0);
    assert_nothing_left(&tree);
}

/// It is never followed, nor taken for one of ours.
#[test]
fn a_journal_that_is_no_file_stops_everything() {
    for is_link in [true, false] {
        let (tree, _) = interrupted(7);
        let path = tree.pki(".pkigen/journal");
        fs::rename(&path, tree.beside("aside")).unwrap();
        if is_link {
            symlink(tree.beside("aside"), &path).unwrap();
        } else {
            fs::create_dir(&path).unwrap();
        }
        let before = contents(&tree);
        for arguments in WRITING {
            let run = tree.pkigen(arguments).says(&[".pkigen/journal"]);
            assert!(run.code >= 2, "{run:?}");
        }
        assert_eq!(contents(&tree), before);
    }
}

#[test]
fn a_journal_of_other_directories_is_named() {
    let words = [
        "an interrupted run was at work in ",
        "complete it first: pkigen recover --cert-dir /etc/kubernetes/pki --kubeconfig-dir \
         /etc/kubernetes",
    ];
    // They share the kubeconfigs, or the certificates.
    for shared in ["--cert-dir", "--kubeconfig-dir"] {
        for recover in [&["recover"][..], &["recover", "--abandon"]] {
            let (tree, before) = interrupted(7);
            fs::create_dir(tree.etc("other")).unwrap();
            for entry in fs::read_dir(tree.pki("")).unwrap() {
                let path = entry.unwrap().path();
                if path.is_file() {
                    fs::copy(&path, tree.etc("other").join(path.file_name().unwrap())).unwrap();
                }
            }
            let other = [shared, "/etc/kubernetes/other"];
            let renew = [&["renew", "apiserver"][..], &other].concat();
            fails(&tree, &renew, "recovery-needed", &words);
            fs::remove_dir_all(tree.etc("other")).unwrap();
            fs::create_dir(tree.etc("other")).unwrap();
            // To recover it is to go where it was interrupted.
            tree.pkigen(&[recover, &other].concat()).exits(0);
            let is_abandoned = recover.len() > 1;
            assert_eq!(contents(&tree) == before, is_abandoned);
            tree.pkigen(&["verify"]).exits(0);
        }
    }
    let (tree, _) = interrupted(7);
    tree.pkigen(&["recover"]).exits(0);
    // A word about a journal that is not there any more is none.
    fs::write(tree.etc(".pkigen/journal-in"), "/etc/kubernetes/gone\n").unwrap();
    tree.pkigen(&["renew", "admin.conf"]).exits(0);
    assert!(!tree.etc(".pkigen/journal-in").exists());
}

#[test]
fn a_lock_that_is_held_is_said() {
    let tree = renewed();
    let lock = File::open(tree.pki(".pkigen/lock")).unwrap();
    lock.lock().unwrap();
    for arguments in [&["recover"][..], &["renew", "all"], &["undo"]] {
        let arguments: Vec<&str> = arguments
            .iter()
            .copied()
            .chain(["--lock-timeout", "0"])
            .collect();
        let words = [".pkigen/lock is held by ", "--lock-timeout"];
        fails(&tree, &arguments, "locked", &words);
    }
}

/// Anything else that goes wrong.
#[test]
fn a_failure_is_reported_to_programs_too() {
    let tree = Tree::good();
    fs::remove_dir_all(tree.pki(".pkigen")).unwrap();
    fs::write(tree.pki(".pkigen"), "").unwrap();
    let words = ["cannot open the directory", "pki/.pkigen"];
    fails(&tree, &["renew", "all"], "failed", &words);
}
