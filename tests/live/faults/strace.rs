//! Faults at system calls, by strace(1). It counts calls by name and by thread. `init` with EC
//! keys does everything on one thread, so that the n-th call is the same one in every run; only
//! waiting for the disk is spread over several, whose order means nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use crate::support::{PKIGEN, Tree, has, leave_out, run};

/// The calls that change a file system.
pub(super) const WRITING: [&str; 6] =
    ["openat", "mkdirat", "write", "fchmod", "fsync", "renameat2"];

/// Whether faults can be injected here.
pub(crate) fn is_usable() -> bool {
    if !has("strace", "strace") {
        return false;
    }
    let mut probe = Command::new("strace");
    let probe = run(probe.args([
        "-f",
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        "inject=getppid:error=EIO",
        "true",
    ]));
    if probe.code != Some(0) {
        leave_out(&format!("strace may not trace here: {}", probe.stderr));
    }
    probe.code == Some(0)
}

/// `pkigen init` on a tree under strace. What it prints is not counted: it goes to no file.
pub(super) fn traced(tree: &Tree, options: &[&str]) -> Command {
    let mut command = Command::new("strace");
    command.args(["-f", "-qq"]).args(options);
    command.arg("--").arg(PKIGEN).args(tree.arguments());
    command
}

/// `pkigen init` with a fault at the n-th call of a kind.
pub(super) fn inject(tree: &Tree, call: &str, fault: &str, when: &str) -> Command {
    let trace = format!("trace={call}");
    let inject = format!("inject={call}:{fault}:when={when}");
    let mut options = vec!["-o", "/dev/null", "-e", &trace, "-e", &inject];
    // Twice as fast, but signals are not delivered then (strace 6.1).
    if !fault.starts_with("signal") {
        options.push("--seccomp-bpf");
    }
    traced(tree, &options)
}

/// Of every writing call, which ones (counted from 1) a run makes that create or change
/// something. A number of `fsync` stands for that call of every thread.
pub(super) fn record() -> BTreeMap<&'static str, Vec<usize>> {
    let log = log_of_init();
    let mut points: BTreeMap<&'static str, Vec<usize>> = BTreeMap::new();
    for call in WRITING {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        let mut numbers = BTreeSet::new();
        let mut threads = BTreeSet::new();
        let start = format!("{call}(");
        for (thread, line) in log.iter().filter(|(_, line)| line.starts_with(&start)) {
            let count = counts.entry(thread).or_default();
            *count += 1;
            let counted = match call {
                "openat" => line.contains("O_CREAT"),
                // Standard output and error are not what is being tested.
                "write" => !line.starts_with("write(1,") && !line.starts_with("write(2,"),
                _ => true,
            };
            if counted {
                numbers.insert(*count);
                threads.insert(thread);
            }
        }
        let expected = if call == "fsync" { 2 } else { 8 };
        assert!(numbers.len() >= expected, "{call} was missed: {numbers:?}");
        assert!(
            call == "fsync" || threads.len() == 1,
            "{call} on several threads"
        );
        points.insert(call, numbers.into_iter().collect());
    }
    points
}

/// The writing calls of a whole run: the thread, and the call.
pub(super) fn log_of_init() -> Vec<(String, String)> {
    let tree = Tree::new();
    let file = tempfile::NamedTempFile::new().unwrap();
    let trace = format!("trace={},openat2,open,creat,linkat", WRITING.join(","));
    let output = file.path().to_str().unwrap();
    run(&mut traced(&tree, &["-s", "0", "-o", output, "-e", &trace])).expect(0, "under strace");
    let log = std::fs::read_to_string(file.path()).unwrap();
    let calls = log
        .lines()
        .filter_map(|line| line.split_once(char::is_whitespace));
    // A call that was interrupted by another thread's is resumed on a line of its own.
    calls
        .map(|(thread, call)| (thread.to_owned(), call.trim_start().to_owned()))
        .collect()
}

/// `pkigen init` with a fault at every sync of one directory, which has to be there already.
pub(super) fn inject_at_directory(tree: &Tree, directory: &str, fault: &str) -> Command {
    let path = tree.kubernetes().join(directory);
    let path = path.to_str().unwrap();
    let inject = format!("inject=fsync:{fault}");
    traced(
        tree,
        &[
            "-o",
            "/dev/null",
            "-P",
            path,
            "-e",
            "trace=fsync",
            "-e",
            &inject,
        ],
    )
}

/// The directories of a tree whose names change, as they are below `/etc/kubernetes`.
pub(super) const DIRECTORIES: [&str; 5] = ["", "pki", "pki/etcd", "pkigen", "pkigen/flags"];
