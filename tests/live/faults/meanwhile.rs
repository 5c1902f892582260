//! Files and links that appear in the middle of a run.

use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::strace::with_faults;
use crate::support::Tree;

/// Before the first name of a new file appears: the commit is over.
const PAUSE: (&str, &str) = ("renameat2", "delay_enter=400000:when=1");

/// Starts a run that pauses before its first rename, and has a file appear meanwhile.
pub(super) fn race(tree: &Tree, mut command: Command, name: &str) {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    let started = Instant::now();
    while tree.leftovers().len() < 30 {
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "nothing was staged"
        );
        std::thread::sleep(Duration::from_millis(1));
    }
    let path = tree.kubernetes().join(name);
    std::fs::write(&path, "somebody else's").unwrap();
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{stderr}");
    let advice = format!(
        "{} appeared while this command was running; run it again",
        path.display()
    );
    assert!(stderr.contains(&advice), "{stderr}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "somebody else's");
    std::fs::remove_file(&path).unwrap();
    tree.assert_untouched(name);
}

#[test]
fn a_file_that_appears_meanwhile_stays_and_everything_else_goes() {
    for name in ["pki/ca.key", "pki/sa.pub", "scheduler.conf"] {
        let tree = Tree::new();
        race(&tree, with_faults(&tree.init(), &[PAUSE]), name);
    }
}

/// The directory is held open: a link put in its place afterwards leads nowhere.
#[test]
fn a_directory_that_is_swapped_meanwhile_is_still_the_one_written_to() {
    let tree = Tree::new();
    let elsewhere = Tree::new();
    let mut child = with_faults(&tree.init(), &[PAUSE])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let started = Instant::now();
    while tree.leftovers().len() < 36 {
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "nothing was staged"
        );
        std::thread::sleep(Duration::from_millis(1));
    }
    let moved = tree.kubernetes().join("pki.moved");
    std::fs::rename(tree.pki(), &moved).unwrap();
    symlink(elsewhere.path(), tree.pki()).unwrap();
    child.wait().unwrap();
    assert!(moved.join("etcd/peer.crt").exists());
    let written = elsewhere.all_files();
    assert!(written.is_empty(), "{written:?}");
}
