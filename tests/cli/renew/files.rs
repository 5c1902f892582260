//! Modes, links, and what else is in the files.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};

use super::identity::odd_leaf;
use super::{AT, renew, rows};
use crate::support::remedy::carry_out;
use crate::support::{Facts, Tree};

fn set_mode(tree: &Tree, file: &str, mode: u32) {
    fs::set_permissions(tree.etc(file), fs::Permissions::from_mode(mode)).unwrap();
}

fn mode(tree: &Tree, file: &str) -> u32 {
    fs::metadata(tree.etc(file)).unwrap().mode() & 0o7777
}

#[test]
fn modes_are_kept_but_for_keys_that_others_may_read() {
    let tree = Tree::kubeadm("ecdsa-p256");
    for (file, before, after) in [
        ("pki/apiserver.key", 0o640, 0o640),
        ("pki/apiserver.crt", 0o640, 0o640),
        ("pki/etcd/peer.key", 0o644, 0o640),
        ("pki/etcd/peer.crt", 0o644, 0o644),
        ("admin.conf", 0o640, 0o640),
        ("scheduler.conf", 0o604, 0o600),
    ] {
        set_mode(&tree, file, before);
        renew(&tree, &["all"]).exits(0);
        assert_eq!(mode(&tree, file), after, "{file}: {:o}", mode(&tree, file));
    }
}

/// Only root can give files away.
#[test]
fn owner_and_group_are_kept() {
    let tree = Tree::kubeadm("ecdsa-p256");
    let key = tree.pki("apiserver.key");
    if chown(&key, None, Some(4242)).is_err() {
        return;
    }
    set_mode(&tree, "pki/apiserver.key", 0o640);
    renew(&tree, &["apiserver"]).exits(0);
    assert_eq!(fs::metadata(&key).unwrap().gid(), 4242);
    assert_eq!(mode(&tree, "pki/apiserver.key"), 0o640);
}

#[test]
fn a_linked_file_is_refused_and_the_others_are_renewed() {
    for file in ["apiserver.crt", "apiserver.key"] {
        let tree = Tree::kubeadm("ecdsa-p256");
        let elsewhere = tree.etc("elsewhere");
        fs::rename(tree.pki(file), &elsewhere).unwrap();
        symlink("../elsewhere", tree.pki(file)).unwrap();
        let before = (
            fs::read(&elsewhere).unwrap(),
            Facts::at(&tree, "pki/apiserver.crt"),
        );
        let run = renew(&tree, &["all"]).exits(1);
        run.says(&[&format!(
            "{file} is a symbolic link; put the file itself there"
        )])
        .shows(&["renewed  etcd-peer"]);
        let after = (
            fs::read(&elsewhere).unwrap(),
            Facts::at(&tree, "pki/apiserver.crt"),
        );
        assert_eq!(before, after);
        assert!(tree.pki(file).is_symlink());
        // It is said beforehand too, and what is said to be done is all there is to do.
        let report = renew(&tree, &["apiserver", "--dry-run", "-o", "json"]).exits(1);
        let row = report.json()["rows"][0].clone();
        assert_eq!(row["action"], "failed");
        let printed = row["remedy"].as_str().unwrap();
        let link = tree.pki(file).display().to_string();
        let said = format!("Put the file itself in the place of the symbolic link {link}, then");
        assert!(printed.starts_with(&said), "{printed}");
        tree.put_beside("at", format!("--at {AT}"));
        for step in row["ways"][0].as_array().unwrap() {
            carry_out(&tree, &tree.beside("none.toml"), printed, step).unwrap();
        }
        assert!(!tree.pki(file).is_symlink());
        assert_ne!(before.1, Facts::at(&tree, "pki/apiserver.crt"));
        assert_eq!(before.0, fs::read(&elsewhere).unwrap());
    }
}

#[test]
fn an_appended_certificate_is_kept_and_said() {
    let tree = Tree::kubeadm("ecdsa-p256");
    let appended = tree.text("etcd/ca.crt");
    tree.put("apiserver.crt", tree.text("apiserver.crt") + &appended);
    let run = renew(&tree, &["apiserver"]).exits(0);
    run.shows(&["1 further in its file are no part of its path and were kept"]);
    let text = tree.text("apiserver.crt");
    assert_eq!(text.matches("BEGIN CERTIFICATE").count(), 2);
    assert!(text.ends_with(appended.trim_start()), "{text}");
}

#[test]
fn nothing_temporary_stays() {
    let tree = Tree::kubeadm("ecdsa-p256");
    let before = tree.snapshot();
    renew(&tree, &["all"]).exits(0);
    assert_eq!(before.files(), tree.snapshot().files());
}

/// Only the files of what was renewed are replaced: authorities and sa.key are as they were.
#[test]
fn nothing_else_is_touched() {
    let tree = Tree::kubeadm("rsa-2048");
    odd_leaf(&tree, "P-256", "/CN=x", "extendedKeyUsage=serverAuth\n");
    let before = tree.snapshot();
    let run = renew(&tree, &["apiserver", "-o", "json"]).exits(0);
    assert_eq!(rows(&run, "renewed"), ["apiserver"]);
    let after = tree.snapshot();
    let changed: Vec<_> = before
        .files()
        .into_iter()
        .filter(|path| before.entry(path) != after.entry(path))
        .map(|path| path.file_name().unwrap().to_str().unwrap())
        .collect();
    assert_eq!(changed, ["apiserver.crt", "apiserver.key"]);
}
