//! Faults at system calls, by strace(1). It counts calls by name and by thread. With EC keys the
//! command does everything on one thread but waiting for the disk, and where it gets no thread for
//! that it waits on its own: starting one is made to fail here, so that the n-th call is the same
//! one in every run.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use crate::support::{Run, require, run};

/// The calls that change a file system, and those that wait for it.
pub(super) const WRITING: [&str; 15] = [
    "openat",
    "mkdirat",
    "fchmodat",
    "write",
    "pwrite64",
    "ftruncate",
    "fchown",
    "fsetxattr",
    "fchmod",
    "fsync",
    "renameat",
    "renameat2",
    "linkat",
    "unlinkat",
    "flock",
];

/// Calls that are made for each file and differ in nothing but the file: of these every fourth is
/// tried, and the first and the last, unless `PKIGEN_EVERY_POINT` is set. Of all others every one.
const BULK: [&str; 6] = ["openat", "write", "fchown", "fsetxattr", "fchmod", "fsync"];
const STRIDE: usize = 4;
/// How many of the last are tried: those of directories, and around the commit.
const LAST: usize = 14;

/// The n-th call of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Point {
    pub(super) call: &'static str,
    /// From 1.
    pub(super) number: usize,
}

impl std::fmt::Display for Point {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.call, self.number)
    }
}

/// Fails the test where faults cannot be injected.
fn assert_usable() {
    static TRIED: OnceLock<Run> = OnceLock::new();
    let tried = TRIED.get_or_init(|| {
        require("strace", "strace");
        let mut probe = Command::new("strace");
        let inject = "inject=getppid:error=EIO";
        run(probe.args(["-f", "-qq", "-o", "/dev/null", "-e", inject, "true"]))
    });
    assert_eq!(tried.code, Some(0), "strace may not trace here: {tried:?}");
}

/// A command under strace.
pub(crate) fn traced(command: &Command, options: &[&str]) -> Command {
    assert_usable();
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq"]).args(options);
    strace.arg("--").arg(command.get_program());
    strace.args(command.get_args());
    if let Some(directory) = command.get_current_dir() {
        strace.current_dir(directory);
    }
    strace
}

/// A command with faults at system calls, each as strace's `inject` takes it: the call and what
/// happens to it.
pub(super) fn with_faults(command: &Command, faults: &[(&str, &str)]) -> Command {
    let mut options = vec!["-o".to_owned(), "/dev/null".to_owned()];
    let calls: BTreeSet<&str> = faults.iter().map(|(call, _)| *call).collect();
    let calls: Vec<&str> = calls.into_iter().collect();
    options.extend(["-e".to_owned(), format!("trace={}", calls.join(","))]);
    for (call, fault) in faults {
        options.extend(["-e".to_owned(), format!("inject={call}:{fault}")]);
    }
    // Twice as fast, but signals are not delivered then (strace 6.1).
    if !faults.iter().any(|(_, fault)| fault.contains("signal")) {
        options.push("--seccomp-bpf".to_owned());
    }
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    traced(command, &options)
}

/// Keeps a command on one thread.
pub(super) const ONE_THREAD: (&str, &str) = ("clone3", "error=EAGAIN");

/// A command with a fault at one call.
pub(super) fn at(command: &Command, point: Point, fault: &str) -> Command {
    let fault = format!("{fault}:when={}", point.number);
    with_faults(command, &[ONE_THREAD, (point.call, &fault)])
}

/// A command with a fault at every sync of one directory, which has to be there already.
pub(super) fn at_directory(command: &Command, directory: &Path, fault: &str) -> Command {
    let inject = format!("inject=fsync:{fault}");
    let path = directory.to_str().unwrap();
    let options = [
        "-o",
        "/dev/null",
        "-P",
        path,
        "-e",
        "trace=fsync",
        "-e",
        &inject,
    ];
    traced(command, &options)
}

/// The points of a command at which something is created or changed: those that are tried, and
/// how many there are.
#[derive(Debug)]
pub(super) struct Points {
    pub(super) tried: Vec<Point>,
    pub(super) all: usize,
}

impl Points {
    /// Leaves every n-th, and the first.
    pub(super) fn thin_out(&mut self, stride: usize) {
        let mut position = 0;
        self.tried.retain(|_| {
            position += 1;
            (position - 1) % stride == 0
        });
    }

    /// Those of one kind of call.
    pub(super) fn of(&self, call: &str) -> impl Iterator<Item = Point> {
        self.tried
            .iter()
            .copied()
            .filter(move |one| one.call == call)
    }
}

/// Runs a command to its end and records where it writes.
pub(super) fn points(command: &Command) -> Points {
    let log = log(command, &[ONE_THREAD]);
    let threads: BTreeSet<&String> = log.iter().map(|(thread, _)| thread).collect();
    assert_eq!(threads.len(), 1, "several threads");
    let every = std::env::var_os("PKIGEN_EVERY_POINT").is_some();
    let mut all: BTreeMap<&'static str, Vec<usize>> = BTreeMap::new();
    for call in WRITING {
        let start = format!("{call}(");
        let lines = log.iter().filter(|(_, line)| line.starts_with(&start));
        for (index, (_, line)) in lines.enumerate() {
            if changes_something(call, line) {
                all.entry(call).or_default().push(index + 1);
            }
        }
    }
    let mut points = Points {
        tried: Vec::new(),
        all: all.values().map(Vec::len).sum(),
    };
    for (call, numbers) in all {
        let count = numbers.len();
        let last = if call == "fsync" { LAST } else { 2 };
        for (index, number) in numbers.into_iter().enumerate() {
            // The first and the last of a kind are the odd ones.
            let edge = index < 2 || index + last >= count;
            if every || edge || !BULK.contains(&call) || index % STRIDE == 0 {
                points.tried.push(Point { call, number });
            }
        }
    }
    points
}

fn changes_something(call: &str, line: &str) -> bool {
    match call {
        "openat" => line.contains("O_CREAT"),
        // Standard output and error are not what is being tested.
        "write" => !line.starts_with("write(1,") && !line.starts_with("write(2,"),
        _ => true,
    }
}

/// The writing calls of a whole run: the thread, and the call.
pub(super) fn log(command: &Command, faults: &[(&str, &str)]) -> Vec<(String, String)> {
    let file = tempfile::NamedTempFile::new().unwrap();
    let output = file.path().to_str().unwrap();
    let mut options = vec!["-s".to_owned(), "0".to_owned()];
    options.extend(["-o".to_owned(), output.to_owned()]);
    let trace = format!(
        "trace={},openat2,open,creat,clone3,rename,unlink,mkdir,link,symlink,chmod",
        WRITING.join(",")
    );
    options.extend(["-e".to_owned(), trace]);
    for (call, fault) in faults {
        options.extend(["-e".to_owned(), format!("inject={call}:{fault}")]);
    }
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    run(&mut traced(command, &options)).expect(0, "under strace");
    let log = std::fs::read_to_string(file.path()).unwrap();
    let calls = log
        .lines()
        .filter_map(|line| line.split_once(char::is_whitespace));
    // A call that was interrupted by another thread's is resumed on a line of its own.
    calls
        .map(|(thread, call)| (thread.to_owned(), call.trim_start().to_owned()))
        .collect()
}
