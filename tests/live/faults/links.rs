//! Links where files and directories should be, and files that appear in the middle of a run.

use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::strace::with_faults;
use crate::support::{Tree, run};

/// As kubespray has it: /etc/kubernetes/pki is a link to ssl beside it.
#[test]
fn the_certificate_directory_may_be_a_link() {
    for target in ["ssl", "../kubernetes/ssl"] {
        let tree = Tree::new();
        std::fs::create_dir_all(tree.kubernetes().join("ssl")).unwrap();
        symlink(target, tree.pki()).unwrap();
        run(&mut tree.init()).expect(0, target);
        tree.assert_complete(target);
        assert!(tree.pki().symlink_metadata().unwrap().is_symlink());
        assert!(tree.kubernetes().join("ssl/ca.crt").exists());
    }
}

/// An absolute link means what it means to the running system, where the root is `/`.
#[test]
fn an_absolute_link_stays_below_the_root() {
    let tree = Tree::new();
    let outside = Tree::new();
    let name = outside.path().to_str().unwrap().trim_start_matches('/');
    std::fs::create_dir_all(tree.path().join(name)).unwrap();
    std::fs::create_dir_all(tree.kubernetes()).unwrap();
    symlink(outside.path(), tree.pki()).unwrap();
    run(&mut tree.init()).expect(0, "an absolute link");
    assert!(tree.path().join(name).join("ca.key").exists());
    let written = outside.all_files();
    assert!(written.is_empty(), "outside the root: {written:?}");
    // What is read is what was written: there is nothing left to do.
    let again = run(tree.init().args(["-o", "json"])).expect(0, "a second run");
    assert!(again.stdout.contains("\"unchanged\""), "{again:#?}");
}

#[test]
fn a_link_in_place_of_a_directory_below_is_refused() {
    for (name, inside) in [
        ("pki/etcd", true),
        ("pki/etcd", false),
        ("pki/.pkigen", true),
        (".pkigen", false),
        ("pkigen", false),
        ("pkigen/flags", true),
    ] {
        let what = format!("{name} is a link");
        let tree = Tree::new();
        let elsewhere = Tree::new();
        let target = if inside {
            tree.path().join("elsewhere")
        } else {
            elsewhere.path().to_owned()
        };
        std::fs::create_dir_all(&target).unwrap();
        let link = tree.kubernetes().join(name);
        std::fs::create_dir_all(link.parent().unwrap()).unwrap();
        symlink(&target, &link).unwrap();
        run(&mut tree.init()).expect_error(3, &["cannot ", &link.to_string_lossy()], &what);
        assert_eq!(std::fs::read_dir(&target).unwrap().count(), 0, "{what}");
        assert!(tree.table_files().is_empty(), "{what}");
        assert!(tree.leftovers().is_empty(), "{what}");
    }
}

/// A link that leads nowhere is no free name, and one that leads somewhere is not written to.
#[test]
fn a_link_in_place_of_a_file_is_never_written_through() {
    for (name, target_exists) in [
        ("pki/apiserver.key", false),
        ("pki/ca.crt", false),
        ("pki/sa.key", true),
        ("admin.conf", false),
        ("pkigen/rbac.yaml", true),
    ] {
        let tree = Tree::new();
        let target = tree.path().join("target");
        if target_exists {
            std::fs::write(&target, "precious").unwrap();
        }
        let link = tree.kubernetes().join(name);
        std::fs::create_dir_all(link.parent().unwrap()).unwrap();
        symlink(&target, &link).unwrap();
        let done = run(&mut tree.init());
        // A file of the table is a refusal; a derived one is found out when it is replaced.
        let expected = if name.starts_with("pkigen") { 3 } else { 1 };
        done.expect(expected, name);
        let after = std::fs::read_to_string(&target).ok();
        let before = target_exists.then(|| "precious".to_owned());
        assert_eq!(after, before, "{name}");
    }
}

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
