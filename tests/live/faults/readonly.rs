//! That commands which only look write nothing, by their system calls.

use super::state::State;
use super::strace::traced;
use super::subject::{Subject, command, recover, renew};
use crate::support::{INIT, Run, Tree, run};

/// What a command makes of a run that was interrupted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tells {
    /// It judges the tree: a finding.
    Pending,
    /// It has nothing to do with that.
    Nothing,
}

/// Commands that only look. A new one is a line here.
const LOOKING: [(&[&str], Tells); 23] = [
    (&["check-expiration"], Tells::Pending),
    (&["check-expiration", "-o", "json"], Tells::Pending),
    (&["check-expiration", "-o", "openmetrics"], Tells::Pending),
    (&["history"], Tells::Pending),
    (&["history", "-o", "json"], Tells::Pending),
    (&["renew", "all", "--dry-run"], Tells::Pending),
    (&["renew", "all", "--dry-run", "-o", "json"], Tells::Pending),
    (&["undo", "--dry-run"], Tells::Pending),
    (&["undo", "1", "--dry-run"], Tells::Pending),
    (&["verify"], Tells::Pending),
    (&["verify", "-o", "json"], Tells::Pending),
    (
        &["flags", "kube-apiserver", "--node-name", "cp1"],
        Tells::Nothing,
    ),
    (
        &["flags", "--node-name", "cp1", "-o", "json"],
        Tells::Nothing,
    ),
    (
        &["inspect", "ca.crt", "apiserver.key", "../admin.conf"],
        Tells::Nothing,
    ),
    (
        &["verify", "--ca", "ca.crt", "--cert", "apiserver.crt"],
        Tells::Nothing,
    ),
    (&["completions", "bash"], Tells::Nothing),
    (&["man"], Tells::Nothing),
    (&["man", "renew"], Tells::Nothing),
    (&["help"], Tells::Nothing),
    (&["renew", "--help"], Tells::Nothing),
    (&["--version"], Tells::Nothing),
    (&["renew", "no-such-name"], Tells::Nothing),
    (&["no-such-verb"], Tells::Nothing),
];

/// Every call by which something on disk could change, or by which others would be kept waiting.
const FORBIDDEN: &str = "creat,mkdir,mkdirat,mknod,mknodat,rename,renameat,renameat2,link,linkat,\
                         symlink,symlinkat,unlink,unlinkat,rmdir,chmod,fchmod,fchmodat,\
                         chown,fchown,lchown,fchownat,truncate,ftruncate,fallocate,utime,utimes,\
                         utimensat,futimesat,setxattr,lsetxattr,fsetxattr,removexattr,\
                         lremovexattr,fremovexattr,fsync,fdatasync,sync,syncfs,flock,mount,\
                         pwrite64,pwritev,pwritev2,copy_file_range,sendfile,splice";

/// Runs a command and gives the calls by which it wrote something, other than what it prints.
fn watched(tree: &Tree, arguments: &[&str]) -> (Run, Vec<String>) {
    let file = tempfile::NamedTempFile::new().unwrap();
    let trace = format!("trace=open,openat,openat2,write,writev,{FORBIDDEN}");
    let output = file.path().to_str().unwrap();
    let mut command = traced(&command(tree, arguments), &["-o", output, "-e", &trace]);
    let done = run(command.current_dir(tree.pki()));
    assert!(!done.stderr.contains("strace:"), "{done:?}");
    let log = std::fs::read_to_string(file.path()).unwrap();
    let calls = log.lines().filter_map(|line| {
        let (_, call) = line.split_once(char::is_whitespace)?;
        Some(call.trim_start())
    });
    let writing = calls.filter(|call| writes(call)).map(str::to_owned);
    (done, writing.collect())
}

fn writes(call: &str) -> bool {
    let (name, arguments) = call.split_once('(').unwrap_or((call, ""));
    match name {
        "open" | "openat" | "openat2" => {
            let flags = ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_APPEND"];
            flags.iter().any(|flag| arguments.contains(flag))
        }
        // Standard output and error.
        "write" | "writev" => !arguments.starts_with("1,") && !arguments.starts_with("2,"),
        _ => FORBIDDEN.split(',').any(|one| one == name),
    }
}

fn look_at(subject: &Subject, pending: bool) {
    let tree = subject.tree();
    let before = State::of(&tree);
    let own = tree.all_files();
    let mut init: Vec<&str> = INIT.to_vec();
    init.push("--dry-run");
    let looking = LOOKING.iter().copied();
    for (arguments, tells) in looking.chain([(init.as_slice(), Tells::Pending)]) {
        let what = format!("{arguments:?}, interrupted: {pending}");
        let (done, calls) = watched(&tree, arguments);
        assert!(calls.is_empty(), "{what}: {calls:#?}");
        assert!(!done.stderr.contains("panicked"), "{what}: {done:?}");
        if tells == Tells::Pending && pending {
            assert_eq!(done.code, Some(1), "{what}: {done:?}");
            let said = format!("{}{}", done.stdout, done.stderr);
            let words = ["was interrupted", "recovery-needed", "pending", "Pending"];
            let says = words.iter().any(|word| said.contains(word));
            assert!(says, "{what}: {done:?}");
        }
    }
    assert_eq!(State::of(&tree), before);
    assert_eq!(tree.all_files(), own);
}

#[test]
fn commands_that_look_do_not_write() {
    look_at(&renew(), false);
}

#[test]
fn nor_do_they_when_a_run_was_interrupted_but_they_say_so() {
    look_at(&recover(), true);
}

/// What is asserted above can be seen.
#[test]
fn a_command_that_writes_is_caught() {
    let subject = renew();
    let (_, calls) = watched(&subject.tree(), subject.arguments);
    for name in ["openat(", "write(", "fsync(", "renameat(", "flock("] {
        let found = calls.iter().any(|call| call.starts_with(name));
        assert!(found, "{name}: {calls:#?}");
    }
}
