//! What only root can bring about: files that belong to somebody else, and a run as another user.

use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use crate::corpus::files::set_mode;
use crate::corpus::{Case, all, finds};
use crate::support::{Tree, run};

#[test]
fn files_of_others() {
    let mut cases = all().filter(|case| case.by_root).peekable();
    assert!(cases.peek().is_some());
    let problems: Vec<String> = cases.flat_map(Case::problems).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// In such a directory of root's nobody takes away what is another's.
#[test]
fn a_sticky_directory() {
    let tree = Tree::good();
    set_mode(&tree.pki("etcd"), 0o1777);
    finds(&tree, &[], &[]);
    chown(tree.pki("etcd"), Some(7), None).unwrap();
    let rules = ["writable-by-others", "foreign-owner"];
    finds(&tree, &[], &rules.map(|rule| (rule, "pki/etcd")));
}

/// Runs as somebody who is not root.
#[test]
fn a_file_that_cannot_be_read() {
    const NOBODY: u32 = 65534;
    let tree = Tree::good();
    set_mode(tree.root().parent().unwrap(), 0o755);
    let mut directories = vec![tree.root()];
    while let Some(directory) = directories.pop() {
        chown(&directory, Some(NOBODY), Some(NOBODY)).unwrap();
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            chown(&path, Some(NOBODY), Some(NOBODY)).unwrap();
            if path.is_dir() {
                directories.push(path);
            }
        }
    }
    // The binary where everybody can start it.
    let binary = tree.beside("pkigen");
    fs::copy(env!("CARGO_BIN_EXE_pkigen"), &binary).unwrap();
    let verify = || {
        let mut command = Command::new(&binary);
        command
            .arg("--root")
            .arg(tree.root())
            .args(["verify", "-o", "json"]);
        run(command.uid(NOBODY).gid(NOBODY))
    };
    verify().exits(0);
    chown(tree.pki("ca.key"), Some(0), Some(0)).unwrap();
    let report = verify().exits(1).json();
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert_eq!(findings[0]["rule"], "unreadable-file");
    assert_eq!(findings[0]["file"], "/etc/kubernetes/pki/ca.key");
    assert!(
        findings[0]["message"]
            .as_str()
            .unwrap()
            .contains("Permission denied")
    );
    // To root it is they who are strangers.
    let report = tree.pkigen(&["verify", "-o", "json"]).exits(1).json();
    let findings = report["findings"].as_array().unwrap();
    assert!(
        findings.iter().all(|one| one["rule"] == "foreign-owner"),
        "{findings:#?}"
    );
}
