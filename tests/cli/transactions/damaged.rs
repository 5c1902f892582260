//! What recovery does where journals, copies and numbers are not what they were.

use std::fs;

use super::recover::fails;
use super::{assert_nothing_left, contents, interrupted, renewed};

/// A journal that is damaged when all is done, as by a disk: the transaction is over, and taking
/// back what was interrupted is not to take that back.
#[test]
fn what_is_done_is_not_taken_back_for_a_damaged_journal() {
    for arguments in [&["recover"][..], &["recover", "--abandon"]] {
        let tree = renewed();
        let before = contents(&tree);
        fs::write(tree.pki(".pkigen/journal"), "").unwrap();
        tree.pkigen(arguments)
            .exits(0)
            .shows(&["Nothing to recover"]);
        assert!(contents(&tree) == before);
        assert!(!tree.pki(".pkigen/journal").exists());
        // Where a file is another by now, nobody can tell.
        fs::write(tree.pki(".pkigen/journal"), "").unwrap();
        tree.put("apiserver.crt", "another");
        let changed = contents(&tree);
        let words = [".pkigen/journal ", "nothing is changed while it is there"];
        tree.pkigen(arguments).exits(3).says(&words);
        assert!(contents(&tree) == changed);
    }
}

/// Of what is taken back, what somebody else has changed stays, and is told with where the old
/// version is.
#[test]
fn what_stays_is_told_when_the_rest_is_taken_back() {
    let (tree, old) = interrupted(7);
    let theirs = tree.text("apiserver.crt") + "# theirs\n";
    tree.put("apiserver.crt", &theirs);
    let run = tree.pkigen(&["recover", "--abandon", "-q"]).exits(1);
    let run = run.says(&[
        "apiserver.crt stays as another program has left it",
        "what was there before is kept in ",
    ]);
    let kept = run.stderr.split("is kept in ").nth(1).unwrap();
    let kept = std::path::Path::new(kept.lines().next().unwrap());
    let is_old = |path: &std::path::Path| {
        let text = fs::read(path).unwrap();
        old.iter()
            .any(|(name, content)| name.ends_with("apiserver.crt") && *content == text)
    };
    let copies = fs::read_dir(kept)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    assert!(copies.filter(|path| is_old(path)).count() == 1);
    assert_eq!(tree.text("apiserver.crt"), theirs);
}

/// One copy is lost: nobody is sent in a circle, and nothing is moved.
#[test]
fn what_cannot_be_taken_back_is_said_once() {
    let (tree, _) = interrupted(7);
    let backup = fs::read_dir(tree.etc(".pkigen/backup")).unwrap();
    let mut copies = backup.map(|entry| entry.unwrap().path());
    let copies = copies
        .find(|path| path.to_str().unwrap().contains("stage-"))
        .unwrap();
    fs::write(copies.join("2"), "not any more").unwrap();
    let words = [
        "has no copy of what was there before",
        "pkigen verify",
        ".pkigen/journal away",
    ];
    fails(&tree, &["recover", "--abandon"], "failed", &words);
    assert!(copies.is_dir());
    // To complete it nothing of that is needed.
    tree.pkigen(&["recover"]).exits(0);
    assert_nothing_left(&tree);
}

/// Neither a journal that is none, nor a number that nobody counts to.
#[test]
fn what_is_odd_in_our_directory_is_no_endless_work() {
    let (tree, _) = interrupted(7);
    fs::write(tree.pki(".pkigen/journal"), "#".repeat(1 << 21)).unwrap();
    fs::create_dir(tree.etc(".pkigen/backup/18446744073709551615")).unwrap();
    tree.pkigen(&["recover"]).exits(0);
    assert_nothing_left(&tree);
    tree.pkigen(&["renew", "apiserver"]).exits(0);
    tree.pkigen(&["undo"]).exits(0);
}
