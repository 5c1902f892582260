//! That a key is at no instant open to others.

use std::io::Read as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};

use super::strace::log;
use super::subject::pkigen;
use crate::support::{Tree, run};

#[test]
fn every_file_is_born_closed_and_never_opened_over_another() {
    let tree = Tree::new();
    let log: Vec<String> = log(&tree.init(), &[])
        .into_iter()
        .map(|(_, call)| call)
        .collect();
    let created: Vec<&String> = log.iter().filter(|line| line.contains("O_CREAT")).collect();
    assert!(created.len() > 35, "{created:#?}");
    for line in created {
        assert!(line.starts_with("openat("), "{line}");
        assert!(line.contains(", 0600) = "), "{line}");
        assert!(line.contains("O_NOFOLLOW"), "{line}");
        let lock = line.contains("\"lock\"");
        assert_eq!(line.contains("O_EXCL"), !lock, "{line}");
    }
    // Nothing else makes a file.
    assert!(!log.iter().any(|line| line.starts_with("creat(")));
    // A staged file never gets more than its place wants.
    let modes = log.iter().filter(|line| line.starts_with("fchmod("));
    for line in modes {
        let known = ["0600)", "0644)", "0755)", "0700)"];
        assert!(known.iter().any(|mode| line.contains(mode)), "{line}");
    }
}

/// Somebody who has lost the right to write sees a failure, and no part of a key.
#[test]
fn an_unprivileged_user_is_told_which_directory_refuses() {
    let tree = Tree::new();
    run(&mut tree.init()).expect(0, "root");
    let path = tree.path().to_str().unwrap();
    run(Command::new("chmod").args(["755", path])).expect(0, "chmod");
    let mut command = tree.init();
    // The user nobody.
    command.uid(65534).gid(65534).current_dir("/");
    run(&mut command).expect_error(3, &["cannot be read", "again as root"], "nobody");
    let tree = Tree::new();
    std::fs::create_dir_all(tree.kubernetes()).unwrap();
    run(Command::new("chmod").args(["755", tree.path().to_str().unwrap()])).expect(0, "chmod");
    let mut command = tree.init();
    command.uid(65534).gid(65534).current_dir("/");
    run(&mut command).expect_error(3, &["cannot create the directory"], "nobody");
}

/// Somebody else who tries to read every key, staged or not.
struct Nobody(std::process::Child);

impl Nobody {
    fn new(tree: &Tree) -> Self {
        run(Command::new("chmod").arg("755").arg(tree.path())).expect(0, "chmod");
        let script = "while :; do cat pki/*.key pki/etcd/*.key *.conf .pkigen/* .pkigen/*/*/* \
                      pki/.pkigen/* 2>/dev/null; done";
        let mut shell = Command::new("sh");
        shell.args(["-c", script]).current_dir(tree.kubernetes());
        shell.uid(65534).gid(65534).stdin(Stdio::null());
        Self(shell.stdout(Stdio::piped()).spawn().unwrap())
    }

    /// What it got hold of.
    fn stop(mut self) -> Vec<u8> {
        self.0.kill().unwrap();
        let mut got = Vec::new();
        let output = self.0.stdout.take();
        output.unwrap().read_to_end(&mut got).unwrap();
        self.0.wait().unwrap();
        got
    }
}

#[test]
fn nobody_else_reads_a_key_while_it_is_renewed() {
    let tree = Tree::new();
    run(&mut tree.init()).expect(0, "init");
    let nobody = Nobody::new(&tree);
    for _ in 0..100 {
        pkigen(&tree, &["renew", "apiserver"]).expect(0, "renew");
    }
    assert_eq!(nobody.stop(), b"", "somebody else has read it");
}
