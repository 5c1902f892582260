//! Whose a file is, and what it grants to whom, stays so through renewal, undo, and a recovery of
//! either.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use super::state::State;
use super::strace::Point;
use super::subject::{command, kill, pkigen};
use crate::support::{INIT, PKIGEN, Tree, require, run};

fn set(tool: &str, arguments: &[&str], tree: &Tree, name: &str) {
    let mut command = Command::new(tool);
    command.args(arguments).arg(tree.kubernetes().join(name));
    run(&mut command).expect(0, name);
}

/// A rootless control plane's: keys for groups, attributes, access lists.
fn dressed() -> Tree {
    require("setfacl", "acl");
    require("setfattr", "attr");
    let tree = Tree::new();
    run(command(&tree, &INIT).arg("-q")).expect(0, "init");
    set("chown", &["1234:1235"], &tree, "pki/apiserver.key");
    set("chmod", &["0640"], &tree, "pki/apiserver.key");
    set("chown", &["1234:1235"], &tree, "pki/apiserver.crt");
    set("chmod", &["0600"], &tree, "pki/apiserver.crt");
    set("chown", &["0:1236"], &tree, "pki/etcd/server.key");
    set("chmod", &["0440"], &tree, "pki/etcd/server.key");
    set("chown", &["65534:65534"], &tree, "scheduler.conf");
    let attribute = ["-n", "user.owner", "-v", "operations"];
    set("setfattr", &attribute, &tree, "admin.conf");
    set("setfattr", &attribute, &tree, "pki/front-proxy-client.key");
    let label = [
        "-n",
        "security.selinux",
        "-v",
        "system_u:object_r:cert_t:s0",
    ];
    set(
        "setfattr",
        &label,
        &tree,
        "pki/apiserver-kubelet-client.key",
    );
    set(
        "setfacl",
        &["-m", "u:1240:r"],
        &tree,
        "controller-manager.conf",
    );
    set("setfacl", &["-m", "g:1241:r"], &tree, "pki/etcd/peer.key");
    tree
}

fn access(tree: &Tree) -> String {
    let mut command = Command::new("getfacl");
    command.args(["-R", "-n", "-p", "."]);
    run(command.current_dir(tree.path()))
        .expect(0, "getfacl")
        .stdout
}

/// Without what is about `.pkigen`.
fn access_of_files(tree: &Tree) -> Vec<String> {
    let all = access(tree);
    let entries = all.split("\n\n").filter(|entry| !entry.contains(".pkigen"));
    let mut entries: Vec<String> = entries.map(str::to_owned).collect();
    entries.sort();
    entries
}

#[test]
fn they_survive_renewal_and_undo() {
    let tree = dressed();
    let (before, granted) = (State::of(&tree), access_of_files(&tree));
    for arguments in [&["renew", "all"][..], &["undo"], &["undo", "3"], &["undo"]] {
        let what = format!("{arguments:?}");
        pkigen(&tree, arguments).expect(0, &what);
        let after = State::of(&tree);
        after.assert_dressed_as(&before, &what);
        assert_eq!(access_of_files(&tree), granted, "{what}");
        let changed = after.contents() != before.contents();
        assert_eq!(
            changed,
            matches!(arguments, ["renew", _] | [_, "3"]),
            "{what}"
        );
    }
    assert_eq!(State::of(&tree).contents(), before.contents());
}

/// Files that go and come again.
#[test]
fn they_survive_the_undo_of_an_init_that_is_taken_back() {
    let tree = dressed();
    let (before, granted) = (State::of(&tree), access_of_files(&tree));
    pkigen(&tree, &["undo", "1"]).expect(0, "undo");
    assert!(tree.table_files().is_empty());
    pkigen(&tree, &["undo", "2"]).expect(0, "its undo");
    State::of(&tree).assert_dressed_as(&before, "undone and done again");
    assert_eq!(State::of(&tree).contents(), before.contents());
    assert_eq!(access_of_files(&tree), granted);
}

#[test]
fn they_survive_recovery() {
    for second in [&["recover"][..], &["recover", "--abandon"]] {
        let tree = dressed();
        let (before, granted) = (State::of(&tree), access_of_files(&tree));
        let point = Point {
            call: "renameat",
            number: 15,
        };
        kill(&tree, &command(&tree, &["renew", "all"]), point);
        pkigen(&tree, second).expect(0, "recover");
        let what = format!("{second:?}");
        State::of(&tree).assert_dressed_as(&before, &what);
        assert_eq!(access_of_files(&tree), granted, "{what}");
    }
}

/// What a directory hands down to new files is not granted on a key that had it not.
#[test]
fn a_default_access_list_opens_no_key() {
    require("setfacl", "acl");
    let tree = Tree::new();
    run(command(&tree, &INIT).arg("-q")).expect(0, "init");
    set("chmod", &["0640"], &tree, "pki/apiserver.key");
    for name in ["pki", "pki/.pkigen"] {
        set("setfacl", &["-d", "-m", "u:1240:rwx"], &tree, name);
    }
    let before = access_of_files(&tree);
    pkigen(&tree, &["renew", "apiserver"]).expect(0, "renew");
    assert_eq!(access_of_files(&tree), before);
}

#[test]
fn a_key_that_everybody_could_read_no_longer_can_be_and_that_is_said() {
    let tree = Tree::new();
    run(command(&tree, &INIT).arg("-q")).expect(0, "init");
    set("chmod", &["0644"], &tree, "pki/apiserver.key");
    set("chmod", &["0666"], &tree, "admin.conf");
    let renewed = pkigen(&tree, &["renew", "all"]).expect(0, "renew");
    for name in ["pki/apiserver.key", "admin.conf"] {
        let said = format!("/etc/kubernetes/{name} could be read by everybody, and no longer can");
        assert!(renewed.stderr.contains(&said), "{renewed:?}");
    }
    let mode = |name: &str| {
        let metadata = tree.kubernetes().join(name).metadata().unwrap();
        metadata.permissions().mode() & 0o7777
    };
    let now = || (mode("pki/apiserver.key"), mode("admin.conf"));
    assert_eq!(now(), (0o640, 0o660));
    // Undone, too: it is the same key that was open, and it is not opened again.
    pkigen(&tree, &["undo"]).expect(0, "undo");
    assert_eq!(now(), (0o640, 0o660));
}

#[test]
fn modes_do_not_depend_on_the_umask() {
    for umask in ["000", "022", "077", "0777"] {
        let tree = Tree::new();
        let run_with_umask = |arguments: &[&str]| {
            let mut shell = Command::new("sh");
            shell.args(["-c", &format!("umask {umask}; exec \"$@\""), "sh", PKIGEN]);
            shell.args(arguments).arg("--root").arg(tree.path());
            run(&mut shell).expect(0, umask);
        };
        run_with_umask(&INIT);
        tree.assert_complete(umask);
        let before = State::of(&tree);
        for arguments in [
            &["renew", "all"][..],
            &["undo"],
            &["undo", "1"],
            &["undo", "4"],
        ] {
            run_with_umask(arguments);
            State::of(&tree).assert_dressed_as(&before, umask);
            tree.assert_sound(umask);
            for path in tree.all_files() {
                let own = path.components().any(|part| part.as_os_str() == ".pkigen");
                let metadata = path.symlink_metadata().unwrap();
                if own {
                    let mode = metadata.permissions().mode() & 0o7777;
                    let expected = if metadata.is_dir() { 0o700 } else { 0o600 };
                    assert_eq!(mode, expected, "umask {umask}: {}", path.display());
                }
            }
        }
        tree.assert_complete(umask);
    }
}

/// Whoever is in the group of a directory, or in its access list, could swap files in it.
#[test]
fn a_directory_that_somebody_else_may_write_to_is_refused() {
    require("setfacl", "acl");
    // Of the group nogroup is nobody, and of the group root there is root alone.
    let cases: [(&str, &[&str], Option<&str>); 6] = [
        ("chgrp", &["nogroup"], Some(" is in it")),
        (
            "chgrp",
            &["4711"],
            Some("has the id 4711, and who is in it is not known"),
        ),
        ("chgrp", &["root"], None),
        (
            "setfacl",
            &["-m", "u:nobody:rwx"],
            Some("lets the user with the id 65534 write"),
        ),
        ("setfacl", &["-m", "g:nogroup:rwx"], Some(" is in it")),
        ("setfacl", &["-m", "u:nobody:r-x"], None),
    ];
    for (tool, arguments, refused) in cases {
        for name in ["", "pki/etcd"] {
            let what = format!("{tool} {arguments:?} {name:?}");
            let tree = Tree::new();
            run(command(&tree, &INIT).arg("-q")).expect(0, &what);
            set("chmod", &["0775"], &tree, name);
            set(tool, arguments, &tree, name);
            let before = State::of(&tree);
            let done = pkigen(&tree, &["renew", "all"]);
            match refused {
                Some(why) => {
                    done.expect_error(3, &["not safe to keep private keys in", why], &what);
                    assert_eq!(State::of(&tree), before, "{what}");
                }
                None => {
                    done.expect(0, &what);
                }
            }
        }
    }
}
