//! Faults at system calls, by strace(1). It counts calls by name and by thread: `init` with EC
//! keys has one thread, so that the n-th call is the same one in every run.

use std::collections::BTreeMap;
use std::process::Command;

use crate::support::{PKIGEN, Tree, has, leave_out, run};

/// The calls that change a file system.
pub(super) const WRITING: [&str; 6] =
    ["openat", "mkdirat", "write", "fchmod", "fsync", "renameat2"];

/// Whether faults can be injected here.
pub(super) fn is_usable() -> bool {
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
/// something, and the lines of the log.
pub(super) fn record() -> BTreeMap<&'static str, Vec<usize>> {
    let log = log_of_init();
    let mut points: BTreeMap<&'static str, Vec<usize>> = BTreeMap::new();
    for call in WRITING {
        let start = format!("{call}(");
        let lines = log.iter().filter(|line| line.starts_with(&start));
        let numbered = lines.enumerate().filter(|(_, line)| match call {
            "openat" => line.contains("O_CREAT"),
            // Standard output and error are not what is being tested.
            "write" => !line.starts_with("write(1,") && !line.starts_with("write(2,"),
            _ => true,
        });
        points.insert(call, numbered.map(|(index, _)| index + 1).collect());
    }
    assert!(
        points.values().all(|points| points.len() > 5),
        "calls were missed: {points:?}"
    );
    points
}

/// The writing calls of a whole run, a line each, without process ids.
pub(super) fn log_of_init() -> Vec<String> {
    let tree = Tree::new();
    let file = tempfile::NamedTempFile::new().unwrap();
    let trace = format!("trace={},openat2,open,creat,linkat", WRITING.join(","));
    let output = file.path().to_str().unwrap();
    run(&mut traced(&tree, &["-s", "0", "-o", output, "-e", &trace])).expect(0, "under strace");
    let log = std::fs::read_to_string(file.path()).unwrap();
    let calls = log
        .lines()
        .filter_map(|line| line.split_once(char::is_whitespace));
    let calls: Vec<(&str, &str)> = calls.collect();
    let threads: std::collections::BTreeSet<&str> = calls.iter().map(|(pid, _)| *pid).collect();
    assert_eq!(threads.len(), 1, "calls are counted by thread");
    calls
        .into_iter()
        .map(|(_, call)| call.trim_start().to_owned())
        .collect()
}
