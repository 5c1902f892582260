//! What is left of private keys in a process's memory when their work is done: of the command when
//! it is about to exit, of the library in this process after its values were dropped.

mod library;
mod scan;

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use scan::{Patterns, scan};

use crate::faults::traced;
use crate::support::{PKIGEN, Tree, run};

/// Every command that opens or makes keys, with every kind of key: nothing is left at the end.
#[test]
fn nothing_of_a_key_is_left_when_a_command_exits() {
    for algorithm in ["ecdsa-p256", "ecdsa-p384", "rsa-2048"] {
        let tree = Tree::new();
        let init = [
            tree.arguments(),
            vec!["--key-algorithm".to_owned(), algorithm.to_owned()],
        ];
        assert_forgotten(&tree, &init.concat());
        let root = tree.path().to_str().unwrap();
        let strings = |arguments: &[&str]| arguments.iter().map(ToString::to_string).collect();
        let mut inspect: Vec<String> = strings(&["inspect"]);
        inspect.extend(secret_files(&tree));
        assert_forgotten(&tree, &inspect);
        assert_forgotten(&tree, &init.concat());
        assert_forgotten(&tree, &strings(&["renew", "all", "--root", root]));
    }
}

/// The sizes of RSA keys that take longer to make, one key each.
#[test]
fn nothing_of_a_large_key_is_left_when_a_command_exits() {
    for algorithm in ["rsa-3072", "rsa-4096"] {
        let tree = Tree::new();
        run(&mut tree.init()).expect(0, "init");
        let root = tree.path().to_str().unwrap();
        let config = tree.path().join("large.toml");
        std::fs::write(&config, format!("key-algorithm = \"{algorithm}\"\n")).unwrap();
        let strings = |arguments: &[&str]| -> Vec<String> {
            arguments.iter().map(ToString::to_string).collect()
        };
        let config = config.to_str().unwrap();
        let renew = ["renew", "apiserver", "--reconcile", "--config", config];
        assert_forgotten(&tree, &strings(&[&renew[..], &["--root", root]].concat()));
        let path = tree.pki().join("apiserver.key");
        let bits = format!("{} bit", algorithm.strip_prefix("rsa-").unwrap());
        let shown = Command::new("openssl")
            .args(["pkey", "-noout", "-text", "-in"])
            .arg(&path)
            .output();
        let shown = String::from_utf8(shown.unwrap().stdout).unwrap();
        assert!(shown.contains(&bits), "{shown}");
        assert_forgotten(&tree, &strings(&["renew", "apiserver", "--root", root]));
        assert_forgotten(&tree, &strings(&["inspect", path.to_str().unwrap()]));
    }
}

/// The same scan sees a key that is in memory: after a kubeconfig was read, before it is dropped.
#[test]
fn a_key_in_use_is_seen() {
    let tree = Tree::new();
    run(&mut tree.init()).expect(0, "init");
    let file = tree.kubernetes().join("admin.conf");
    let path = file.to_str().unwrap();
    let stop = [
        "-P",
        path,
        "-e",
        "trace=read",
        "-e",
        "inject=read:delay_exit=600000000:when=1",
    ];
    let stopped = Stopped::run(&stop, &["inspect".to_owned(), path.to_owned()]);
    let patterns = patterns(&tree);
    // Whether it is there yet is seen by what is searched for.
    stopped.wait(|pid| scan(pid, &patterns).is_ok_and(|found| !found.is_empty()));
}

/// Runs the command to its last call, and fails when any secret of the tree is in its memory.
fn assert_forgotten(tree: &Tree, arguments: &[String]) {
    let mut secrets = patterns(tree);
    let (_stopped, pid) = run_to_exit(arguments);
    // What it replaced, and what it made.
    secrets.extend(patterns(tree));
    assert!(secrets.len() > 30, "{} patterns", secrets.len());
    let found = scan(pid, &secrets).unwrap();
    assert!(found.is_empty(), "{arguments:?} leaves {found:#?}");
}

/// A run of the command that is held when it is about to exit.
fn run_to_exit(arguments: &[String]) -> (Stopped, u32) {
    let exit = exit_group();
    let stop = [
        "-e",
        "trace=exit_group",
        "-e",
        "inject=exit_group:delay_enter=600000000",
    ];
    let stopped = Stopped::run(&stop, arguments);
    let pid = stopped.wait(|pid| call_of(pid).is_some_and(|(call, _)| call == exit));
    let code = call_of(pid).map(|(_, first)| first);
    assert_eq!(code.as_deref(), Some("0x0"), "exit code of {arguments:?}");
    (stopped, pid)
}

/// A run of the command under strace, held at some call.
struct Stopped(Child);

impl Stopped {
    fn run(stop: &[&str], arguments: &[String]) -> Self {
        let mut pkigen = Command::new(PKIGEN);
        pkigen.args(arguments);
        let mut command = traced(&pkigen, &[&["-o", "/dev/null"], stop].concat());
        for stream in [Command::stdin, Command::stdout, Command::stderr] {
            stream(&mut command, Stdio::null());
        }
        Self(command.spawn().unwrap())
    }

    /// Waits until the command is where it should be, and tells its number.
    fn wait(&self, there: impl Fn(u32) -> bool) -> u32 {
        let tracer = self.0.id();
        let children = format!("/proc/{tracer}/task/{tracer}/children");
        let started = Instant::now();
        while started.elapsed() < Duration::from_secs(120) {
            let children = std::fs::read_to_string(&children).unwrap_or_default();
            let mut children = children
                .split_whitespace()
                .filter_map(|pid| pid.parse().ok());
            if let Some(pid) = children.find(|pid| there(*pid)) {
                return pid;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("the command did not get to the call it should be held at");
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        let tracer = self.0.id();
        let children = format!("/proc/{tracer}/task/{tracer}/children");
        let children = std::fs::read_to_string(children).unwrap_or_default();
        let children = children
            .split_whitespace()
            .filter_map(|pid| pid.parse().ok());
        for child in children.filter_map(Pid::from_raw) {
            // It may have ended by itself.
            let _ = kill_process(child, Signal::KILL);
        }
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// The number of the call that a process is in, and the first argument.
fn call_of(pid: u32) -> Option<(u32, String)> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/syscall")).ok()?;
    let mut fields = text.split_whitespace();
    let number = fields.next()?.parse().ok()?;
    Some((number, fields.next()?.to_owned()))
}

fn exit_group() -> u32 {
    match std::env::consts::ARCH {
        "x86_64" => 231,
        "aarch64" => 94,
        other => panic!("the number of the call on {other}"),
    }
}

/// The files of a tree that hold private keys.
fn secret_files(tree: &Tree) -> Vec<String> {
    let files = tree.all_files().into_iter().filter(|path| {
        let is_secret = |extension: &std::ffi::OsStr| extension == "key" || extension == "conf";
        path.extension().is_some_and(is_secret)
    });
    files
        .map(|path| path.to_str().unwrap().to_owned())
        .collect()
}

/// What a process could still hold of the keys that are on disk.
fn patterns(tree: &Tree) -> Patterns {
    let mut patterns = Patterns::default();
    for path in secret_files(tree) {
        let text = std::fs::read_to_string(&path).unwrap();
        let name = Path::new(&path).file_name().unwrap().to_str().unwrap();
        match text.split_once("client-key-data: ") {
            Some((_, data)) => {
                let data = data.split_whitespace().next().unwrap();
                patterns.add(name, "base64 of the PEM", data.as_bytes());
                patterns.add_pem(name, &scan::openssl("base64 -d -A", data.as_bytes()));
            }
            None => patterns.add_pem(name, text.as_bytes()),
        }
    }
    patterns
}

/// What the kernel says of a process that may not be dumped.
#[test]
fn the_command_leaves_no_core_dump() {
    let (_stopped, pid) = run_to_exit(&Tree::new().arguments());
    let limits = std::fs::read_to_string(format!("/proc/{pid}/limits")).unwrap();
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"));
    let fields: Vec<&str> = core.unwrap().split_whitespace().collect();
    assert_eq!(fields[4..6], ["0", "0"], "{limits}");
}
