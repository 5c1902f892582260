//! Full, read-only and immutable file systems, each in a mount namespace that goes with its
//! process.

use std::path::Path;
use std::process::Command;

use super::mounted::Mounted;
use super::strace::{Point, with_faults};
use super::subject::{command, copy_to, kill, pkigen, renew};
use crate::support::{PKIGEN, Run, Tree, run};

/// Runs a script, then `pkigen` with these arguments, then lists what there is below the root. In
/// the script `$D` is the root.
fn pkigen_after(tree: &Tree, script: &str, arguments: &[String]) -> (Run, Vec<String>) {
    let mut command = Command::new("unshare");
    command.arg("-m");
    let script = format!(
        "D=$1; shift; set -e; {script}; set +e; \"$@\"; code=$?; \
         cd \"$D\" && find . ! -type d -printf '%P %m\\n' >\"$D.list\"; exit $code"
    );
    command.args(["sh", "-c", &script, "sh"]);
    let done = run(command.arg(tree.path()).arg(PKIGEN).args(arguments));
    (done, list_of(&tree.path().to_string_lossy()))
}

/// The same with `init`.
fn init_after(tree: &Tree, script: &str) -> (Run, Vec<String>) {
    pkigen_after(tree, script, &tree.arguments())
}

fn list_of(root: &str) -> Vec<String> {
    let name = format!("{root}.list");
    let text = std::fs::read_to_string(&name).unwrap_or_default();
    let _ = std::fs::remove_file(Path::new(&name));
    text.lines().map(str::to_owned).collect()
}

fn assert_nothing_left(listed: &[String], what: &str) {
    let mut others = listed.to_vec();
    others.retain(|line| !line.contains(".pkigen/lock") && !line.starts_with("filler"));
    assert!(others.is_empty(), "{what}: left {others:?}");
}

#[test]
fn a_full_file_system_leaves_nothing_behind() {
    let mut seen = std::collections::BTreeSet::new();
    for size in ["8k", "24k", "64k", "128k", "156k", "400k"] {
        let tree = Tree::new();
        let script = format!("mount -t tmpfs -o mode=755,size={size} none \"$D\"");
        let (done, listed) = init_after(&tree, &script);
        seen.insert(done.code);
        if done.code == Some(0) {
            assert!(listed.len() > 36, "{size}: {listed:?}");
        } else {
            done.expect_error(3, &["No space left on device"], size);
            assert_nothing_left(&listed, size);
        }
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), [Some(0), Some(3)]);
}

#[test]
fn a_file_system_without_inodes_leaves_nothing_behind() {
    for inodes in [2, 3, 6, 9, 20, 45] {
        let tree = Tree::new();
        let script = format!("mount -t tmpfs -o mode=755,nr_inodes={inodes} none \"$D\"");
        let (done, listed) = init_after(&tree, &script);
        let what = format!("{inodes} inodes");
        done.expect_error(3, &["No space left on device"], &what);
        assert_nothing_left(&listed, &what);
    }
}

#[test]
fn a_read_only_mount_is_named_and_a_complete_tree_on_one_is_fine() {
    let tree = Tree::new();
    std::fs::create_dir_all(tree.pki()).unwrap();
    let script = "mount --bind \"$D\" \"$D\"; mount -o remount,ro,bind \"$D\"";
    let (done, listed) = init_after(&tree, script);
    done.expect_error(3, &["Read-only file system", ".pkigen"], "read-only");
    assert_nothing_left(&listed, "read-only");
    run(&mut tree.init()).expect(0, "writable");
    let (done, _) = init_after(&tree, script);
    done.expect(0, "complete and read-only");
}

/// pki/etcd on a file system of its own: a rename cannot cross, so it stages there too.
#[test]
fn etcd_may_be_a_mount_of_its_own() {
    let tree = Tree::new();
    std::fs::create_dir_all(tree.pki().join("etcd")).unwrap();
    let script = "mount -t tmpfs -o mode=755 none \"$D/etc/kubernetes/pki/etcd\"";
    let (done, listed) = init_after(&tree, script);
    done.expect(0, "a mount");
    assert!(
        listed.contains(&"etc/kubernetes/pki/etcd/peer.key 600".to_owned()),
        "{listed:?}"
    );
    assert!(
        !listed.iter().any(|line| line.contains("stage-")),
        "{listed:?}"
    );
    // And full: what was placed on the other file system goes too.
    let tree = Tree::new();
    std::fs::create_dir_all(tree.pki().join("etcd")).unwrap();
    let script = "mount -t tmpfs -o mode=755,size=16k none \"$D/etc/kubernetes/pki/etcd\"";
    let (done, listed) = init_after(&tree, script);
    done.expect_error(3, &["No space left on device"], "a full mount");
    assert_nothing_left(&listed, "a full mount");
}

/// Two mounts of one file system are two, and no rename leads from one to the other.
#[test]
fn etcd_may_be_a_bind_mount_of_the_same_file_system() {
    let tree = Tree::new();
    let etcd = tree.pki().join("etcd");
    std::fs::create_dir_all(&etcd).unwrap();
    std::fs::create_dir_all(tree.path().join("elsewhere")).unwrap();
    let script = "mount --bind \"$D/elsewhere\" \"$D/etc/kubernetes/pki/etcd\"; \
                  \"$2\" init --node-name cp1 --advertise-address 192.0.2.10 --root \"$D\" --quiet";
    let root = tree.path().to_str().unwrap().to_owned();
    let script = script.replace("$2", PKIGEN);
    let renew = ["renew", "all", "--root", &root].map(str::to_owned);
    let (done, listed) = pkigen_after(&tree, &script, &renew);
    done.expect(0, "a bind mount");
    assert!(
        !listed
            .iter()
            .any(|line| line.contains("stage-") || line.contains("staged-in")),
        "{listed:?}"
    );
}

/// Nothing has to be written where nothing is to be recovered.
#[test]
fn a_read_only_tree_has_nothing_to_recover() {
    let tree = Tree::new();
    run(&mut tree.init()).expect(0, "init");
    let script = "mount --bind \"$D\" \"$D\"; mount -o remount,ro,bind \"$D\"";
    let root = tree.path().to_str().unwrap().to_owned();
    let recover = ["recover", "--root", &root].map(str::to_owned);
    let (done, _) = pkigen_after(&tree, script, &recover);
    let done = done.expect(0, "read-only");
    assert!(done.stdout.contains("Nothing to recover"), "{done:?}");
}

/// What is left undone is said, whatever stands in the way of it.
#[test]
fn a_read_only_tree_with_something_to_recover_says_so() {
    let tree = renew().tree();
    let decided = Point {
        call: "renameat",
        number: 4,
    };
    kill(&tree, &command(&tree, &["renew", "apiserver"]), decided);
    assert!(tree.pki().join(".pkigen/journal").exists());
    let script = "mount --bind \"$D\" \"$D\"; mount -o remount,ro,bind \"$D\"";
    let root = tree.path().to_str().unwrap().to_owned();
    for verb in [&["recover"][..], &["renew", "all"], &["undo"]] {
        let arguments: Vec<String> = verb.iter().map(|word| (*word).to_owned()).collect();
        let arguments = [arguments, vec!["--root".to_owned(), root.clone()]].concat();
        let (done, _) = pkigen_after(&tree, script, &arguments);
        let words = [
            "the change was decided and is not known to be complete; mend this, and run `pkigen recover",
            "Read-only file system",
        ];
        done.expect_error(3, &words, verb[0]);
    }
    pkigen(&tree, &["recover"]).expect(0, "writable");
}

/// What waits on a mount of its own, a private key among it, is found by where it was put.
#[test]
fn what_a_killed_run_has_left_on_another_mount_is_swept() {
    let subject = renew();
    let tree = Tree::in_memory();
    let etcd = tree.pki().join("etcd");
    std::fs::create_dir_all(&etcd).unwrap();
    let mounted = Mounted::memory(&etcd, "mode=755");
    copy_to(subject.tree().path(), tree.path());
    // Before it has decided anything: the pointer to the journal is the first rename.
    let first = Point {
        call: "renameat",
        number: 1,
    };
    kill(&tree, &command(&tree, &["renew", "all"]), first);
    let staged = || {
        let names = std::fs::read_dir(etcd.join(".pkigen")).unwrap();
        let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.starts_with("stage-")).count()
    };
    assert!(staged() > 0);
    pkigen(&tree, &["recover"]).expect(0, "recover");
    assert_eq!(staged(), 0);
    assert!(!tree.pki().join(".pkigen/staged-in").exists());
    drop(mounted);
}

/// Directories of an overlay's lower layer cannot be renamed.
#[test]
fn what_was_interrupted_below_an_overlay_is_completed_and_taken_back() {
    for abandon in [false, true] {
        for number in [3, 12, 21] {
            let lower = renew().tree();
            let call = "renameat";
            kill(
                &lower,
                &command(&lower, &["renew", "all"]),
                Point { call, number },
            );
            let layers = Tree::in_memory();
            let [upper, work, merged] = ["upper", "work", "merged"].map(|name| {
                let path = layers.path().join(name);
                std::fs::create_dir(&path).unwrap();
                path
            });
            let options = format!(
                "lowerdir={},upperdir={},workdir={}",
                lower.path().display(),
                upper.display(),
                work.display()
            );
            let mounted = Mounted::overlay(&merged, &options);
            let tree = Tree::at(merged);
            let mut arguments = vec!["recover"];
            arguments.extend(abandon.then_some("--abandon"));
            pkigen(&tree, &arguments).expect(0, "recover");
            assert!(tree.leftovers().is_empty(), "{:?}", tree.leftovers());
            pkigen(&tree, &["verify"]).expect(0, "verify");
            pkigen(&tree, &["renew", "apiserver"]).expect(0, "renew");
            pkigen(&tree, &["undo"]).expect(0, "undo");
            pkigen(&tree, &["verify"]).expect(0, "verify");
            drop(mounted);
        }
    }
}

/// A mount that is not there when a run is recovered has what it had: nothing is called done.
#[test]
fn a_mount_that_is_gone_is_waited_for() {
    let subject = renew();
    for number in [1, 10] {
        let tree = Tree::in_memory();
        let etcd = tree.pki().join("etcd");
        let store = Tree::in_memory();
        std::fs::create_dir_all(&etcd).unwrap();
        let mounted = Mounted::bind(store.path(), &etcd);
        copy_to(subject.tree().path(), tree.path());
        let call = "renameat";
        kill(
            &tree,
            &command(&tree, &["renew", "all"]),
            Point { call, number },
        );
        mounted.unmount();
        let recovered = pkigen(&tree, &["recover", "--abandon"]);
        let expected = if number == 1 { 0 } else { 3 };
        assert_eq!(recovered.code, Some(expected), "{recovered:?}");
        let mounted = Mounted::bind(store.path(), &etcd);
        pkigen(&tree, &["recover"]).expect(0, "mounted again");
        let names = std::fs::read_dir(etcd.join(".pkigen")).unwrap();
        assert_eq!(names.count(), 0);
        pkigen(&tree, &["verify"]).expect(0, "mounted again");
        drop(mounted);
    }
}

/// An error while it is taken back leaves what waits on a mount of its own where it is.
#[test]
fn what_waits_on_another_mount_outlives_a_failed_reversal() {
    let subject = renew();
    let tree = Tree::in_memory();
    let etcd = tree.pki().join("etcd");
    std::fs::create_dir_all(&etcd).unwrap();
    let mounted = Mounted::memory(&etcd, "mode=755");
    copy_to(subject.tree().path(), tree.path());
    let call = "renameat";
    let decided = Point { call, number: 6 };
    kill(&tree, &command(&tree, &["renew", "all"]), decided);
    let fault = [("renameat", "error=EIO:when=1+")];
    let abandon = command(&tree, &["recover", "--abandon"]);
    let failed = run(&mut with_faults(&abandon, &fault));
    failed.expect_error(3, &["Input/output error"], "a reversal that fails");
    pkigen(&tree, &["recover"]).expect(0, "recover");
    pkigen(&tree, &["verify"]).expect(0, "recover");
    assert!(tree.leftovers().is_empty(), "{:?}", tree.leftovers());
    drop(mounted);
}
