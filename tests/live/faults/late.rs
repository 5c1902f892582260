//! Another program that writes the very files that are renewed, at the very moments between which
//! only calls of the kernel lie.

use std::fs::File;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::strace::{Point, with_faults};
use super::subject::{command, kill, pkigen, renew};
use crate::support::{Run, Tree, end, start};

const CERTIFICATE: &str = "pki/apiserver.crt";

fn wait_for(what: &str, there: impl Fn() -> bool) {
    let started = Instant::now();
    while !there() {
        assert!(started.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// A renewal of one pair that is held at a rename, and what another program does meanwhile. The
/// renames are those of the journal's pointer, of the journal, of the key and of the certificate.
fn renewed_meanwhile(tree: &Tree, fault: &str, number: usize, edit: impl FnOnce()) -> Run {
    let fault = format!("{fault}:when={number}");
    let renew = command(tree, &["renew", "apiserver"]);
    let child = start(with_faults(&renew, &[("renameat", &fault)]));
    let journal = tree.pki().join(".pkigen/journal");
    wait_for("nothing is decided", || journal.exists());
    // The rename that it is held at follows within far less than it is held for.
    std::thread::sleep(Duration::from_millis(300));
    edit();
    end(child)
}

/// In place, as `kubeadm certs renew` does.
fn write_in_place(tree: &Tree, text: &str) {
    let file = File::options()
        .append(true)
        .open(tree.kubernetes().join(CERTIFICATE));
    file.unwrap().write_all(text.as_bytes()).unwrap();
}

fn content(path: PathBuf) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// After the decision, before its own rename: everything goes back, theirs stays, and so does what
/// was there before.
#[test]
fn a_file_that_is_changed_after_the_decision_is_not_replaced() {
    let tree = renew().tree();
    let old = content(tree.kubernetes().join(CERTIFICATE));
    let old_key = content(tree.pki().join("apiserver.key"));
    let done = renewed_meanwhile(&tree, "delay_exit=1500000", 2, || {
        write_in_place(&tree, "# theirs\n");
    });
    let words = [
        "pki/apiserver.crt was changed by another program",
        "everything else was put back as it was",
        "what was there before is kept in ",
        "run this again",
    ];
    done.expect_error(3, &words, "after the decision");
    let theirs = format!("{old}# theirs\n");
    assert_eq!(content(tree.kubernetes().join(CERTIFICATE)), theirs);
    assert_eq!(content(tree.pki().join("apiserver.key")), old_key);
    let kept = tree.kubernetes().join(".pkigen/backup/000002");
    let copies: Vec<String> = std::fs::read_dir(&kept)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| !path.ends_with("record"))
        .map(content)
        .collect();
    assert_eq!(copies, [old]);
    let history = pkigen(&tree, &["history"]).expect(0, "history");
    assert!(history.stdout.contains("taken back"), "{history:?}");
    pkigen(&tree, &["undo", "2"]).expect_error(1, &["was taken back while it was made"], "undo");
    // Theirs is a certificate with a comment, and is renewed as any other.
    pkigen(&tree, &["renew", "apiserver"]).expect(0, "again");
    pkigen(&tree, &["verify"]).expect(0, "again");
}

/// Who may read a file is somebody's decision too.
#[test]
fn permissions_that_are_changed_after_the_decision_are_not_taken_back() {
    let tree = renew().tree();
    let certificate = tree.kubernetes().join(CERTIFICATE);
    let old = content(certificate.clone());
    let done = renewed_meanwhile(&tree, "delay_exit=1500000", 2, || {
        let mode = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(&certificate, mode).unwrap();
    });
    done.expect_error(3, &["was changed by another program"], "after the decision");
    assert_eq!(content(certificate.clone()), old);
    let mode = std::fs::metadata(&certificate)
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    pkigen(&tree, &["renew", "apiserver"]).expect(0, "again");
}

/// Whoever moves it away lets another run in, which locks another one.
#[test]
fn a_directory_of_ours_that_is_moved_away_is_noticed() {
    let tree = renew().tree();
    let old = content(tree.kubernetes().join(CERTIFICATE));
    let command = command(&tree, &["renew", "apiserver"]);
    // Held before anything is decided: at the flush of what is staged.
    let fault = "delay_exit=1500000:when=1";
    let child = start(with_faults(&command, &[("fsync", fault)]));
    let staged = || {
        let mut names = std::fs::read_dir(tree.pki().join(".pkigen")).unwrap();
        names.any(|name| {
            name.unwrap()
                .file_name()
                .to_str()
                .unwrap()
                .starts_with("stage-")
        })
    };
    wait_for("nothing is staged", staged);
    std::fs::rename(tree.pki().join(".pkigen"), tree.pki().join("aside")).unwrap();
    end(child).expect_error(3, &["while it was held"], "moved away");
    assert_eq!(content(tree.kubernetes().join(CERTIFICATE)), old);
    std::fs::remove_dir_all(tree.pki().join("aside")).unwrap();
    pkigen(&tree, &["renew", "apiserver"]).expect(0, "again");
}

/// Half of a file looks broken while it is being written, and is no reason to have it moved away.
#[test]
fn a_file_that_is_half_written_is_looked_at_again() {
    let tree = renew().tree();
    let path = tree.kubernetes().join("admin.conf");
    let whole = content(path.clone());
    std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let command = command(&tree, &["renew", "admin.conf"]);
    let pauses = [("clock_nanosleep", "delay_exit=1000000")];
    let child = start(with_faults(&command, &pauses));
    std::thread::sleep(Duration::from_millis(700));
    let file = File::options().append(true).open(&path);
    file.unwrap()
        .write_all(&whole.as_bytes()[whole.len() / 2..])
        .unwrap();
    end(child).expect(0, "half written");
    assert_ne!(content(path), whole);
    pkigen(&tree, &["verify"]).expect(0, "half written");
}

/// Between the last look and the rename: it is done, and what they wrote is kept and said.
#[test]
fn what_is_written_at_the_moment_of_the_rename_is_kept() {
    let tree = renew().tree();
    let old = content(tree.kubernetes().join(CERTIFICATE));
    let done = renewed_meanwhile(&tree, "delay_enter=1500000", 4, || {
        write_in_place(&tree, "# theirs\n");
    });
    let words = [
        "another program wrote to ",
        CERTIFICATE,
        "what it wrote is kept in ",
    ];
    let done = done.expect_error(1, &words, "at the rename");
    let kept = done.stderr.split("is kept in ").nth(1).unwrap();
    let kept = kept.lines().next().unwrap();
    assert_eq!(content(kept.into()), format!("{old}# theirs\n"));
    assert!(!content(tree.kubernetes().join(CERTIFICATE)).contains("theirs"));
    pkigen(&tree, &["undo"]).expect(0, "undo");
    assert_eq!(content(tree.kubernetes().join(CERTIFICATE)), old);
}

/// What signs is exchanged after the decision: nothing of it stays.
#[test]
fn an_authority_that_is_exchanged_after_the_decision_has_signed_nothing() {
    let tree = renew().tree();
    let other = Tree::new();
    crate::support::run(&mut other.init()).expect(0, "another cluster");
    let old = content(tree.kubernetes().join(CERTIFICATE));
    let done = renewed_meanwhile(&tree, "delay_exit=1500000", 2, || {
        for name in ["ca.crt", "ca.key"] {
            std::fs::copy(other.pki().join(name), tree.pki().join(name)).unwrap();
        }
    });
    let words = [
        "pki/ca.",
        "was changed by another program",
        "was put back as it was",
    ];
    done.expect_error(3, &words, "an authority");
    assert_eq!(content(tree.kubernetes().join(CERTIFICATE)), old);
}

/// Somebody changes one file while it is replaced, and another while the first ones go back: what
/// is theirs stays, and the rest is whole.
#[test]
fn a_second_change_does_not_hold_up_what_is_taken_back() {
    for second in ["pki/etcd/server.crt", "scheduler.conf"] {
        let tree = renew().tree();
        kill_at(&tree, &["renew", "all"], 14);
        append(&tree, CERTIFICATE);
        kill_at(&tree, &["recover", "--abandon"], 5);
        append(&tree, second);
        let done = pkigen(&tree, &["recover", "--abandon"]);
        assert_eq!(done.code, Some(1), "{done:?}");
        // Told, and what was there before is kept.
        assert!(
            done.stderr.contains("stays as another program has left it"),
            "{done:?}"
        );
        assert!(!tree.pki().join(".pkigen/journal").exists());
        assert!(tree.leftovers().is_empty(), "{:?}", tree.leftovers());
        for name in [CERTIFICATE, second] {
            assert!(
                content(tree.kubernetes().join(name)).ends_with("# theirs\n"),
                "{name}"
            );
        }
        pkigen(&tree, &["renew", "all"]).expect(0, second);
        pkigen(&tree, &["verify"]).expect(0, second);
    }
}

/// What waits to be put back is gone: that is no end, and nothing is called done.
#[test]
fn what_is_lost_of_a_reversal_is_said() {
    let tree = renew().tree();
    kill_at(&tree, &["renew", "all"], 14);
    kill_at(&tree, &["recover", "--abandon"], 5);
    let waits = |entry: std::io::Result<std::fs::DirEntry>| {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        name.starts_with("stage-").then_some(path)
    };
    let staging = std::fs::read_dir(tree.pki().join(".pkigen")).unwrap();
    for path in staging.filter_map(waits) {
        std::fs::remove_file(path).unwrap();
    }
    for arguments in [
        &["recover"][..],
        &["recover", "--abandon"],
        &["renew", "all"],
    ] {
        let words = ["has lost the content that waited to be put there"];
        pkigen(&tree, arguments).expect_error(3, &words, "lost");
        assert!(tree.pki().join(".pkigen/journal").exists());
    }
}

fn kill_at(tree: &Tree, arguments: &[&str], number: usize) {
    let call = "renameat";
    kill(tree, &command(tree, arguments), Point { call, number });
}

fn append(tree: &Tree, name: &str) {
    let file = File::options()
        .append(true)
        .open(tree.kubernetes().join(name));
    file.unwrap().write_all(b"# theirs\n").unwrap();
}

/// Seconds of edits in place beside renewals of the same file: each line that was written is in
/// the file, or in one that was kept and said.
#[test]
fn no_edit_of_another_program_is_lost_without_a_word() {
    let seconds = std::env::var("PKIGEN_LATE_SECONDS").ok();
    let seconds = seconds.map_or(10, |text| text.parse().unwrap());
    let tree = renew().tree();
    let path = tree.kubernetes().join("admin.conf");
    let stop = AtomicBool::new(false);
    let (written, said, runs) = std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut written: u64 = 0;
            while !stop.load(Ordering::Relaxed) {
                let mut file = File::options().append(true).open(&path).unwrap();
                file.write_all(format!("# edit {written}\n").as_bytes())
                    .unwrap();
                written += 1;
                // Now within a renewal, now between two.
                std::thread::sleep(Duration::from_millis(written * 7919 % 397));
            }
            written
        });
        let started = Instant::now();
        let (mut said, mut runs) = (String::new(), [0; 4]);
        while started.elapsed() < Duration::from_secs(seconds) {
            let run = pkigen(&tree, &["renew", "admin.conf", "--keep", "1000"]);
            runs[usize::try_from(run.code.unwrap()).unwrap()] += 1;
            assert!(matches!(run.code, Some(0 | 1 | 3)), "{run:?}");
            assert!(
                run.code == Some(0) || run.stderr.contains("admin.conf"),
                "{run:?}"
            );
            said.push_str(&run.stderr);
        }
        stop.store(true, Ordering::Relaxed);
        (writer.join().unwrap(), said, runs)
    });
    eprintln!(
        "{written} edits beside {} renewals: {} done, {} with a late edit, {} refused",
        runs.iter().sum::<usize>(),
        runs[0],
        runs[1],
        runs[3]
    );
    assert!(runs[0] > 0 && runs[3] > 0, "{runs:?}");
    let mut texts = content(path);
    for line in said
        .lines()
        .filter_map(|line| line.split("is kept in ").nth(1))
    {
        let kept = line.split(';').next().unwrap();
        let kept = PathBuf::from(kept);
        if kept.is_file() {
            texts.push_str(&content(kept));
        }
    }
    let lost: Vec<u64> = (0..written)
        .filter(|number| !texts.contains(&format!("# edit {number}\n")))
        .collect();
    assert!(
        lost.is_empty(),
        "{} of {written} are lost: {lost:?}",
        lost.len()
    );
    pkigen(&tree, &["verify"]).expect(0, "verify");
}
