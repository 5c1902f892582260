//! Each command opens a file at most once for its content, counted at the system calls.

use std::collections::BTreeMap;
use std::process::Command;

use crate::faults::traced;
use crate::support::{INIT, PKIGEN, Tree, run};

/// What the transaction opens by name in directories that it holds open: copies of what it
/// replaces, the files it staged, read back, and what it keeps for itself. The look at the machine
/// opens nothing that way.
const OF_THE_TRANSACTION: &str = "openat(";

/// The files below the tree that a command opens for their content, with how often.
fn opened(tree: &Tree, arguments: &[&str], code: i32) -> BTreeMap<String, usize> {
    let log = tempfile::NamedTempFile::new().unwrap();
    let mut command = Command::new(PKIGEN);
    command.arg("--root").arg(tree.path()).args(arguments);
    let log_path = log.path().to_str().unwrap();
    let options = [
        "-y",
        "-s",
        "0",
        "-e",
        "trace=openat,openat2",
        "-o",
        log_path,
    ];
    run(&mut traced(&command, &options)).expect(code, &format!("{arguments:?}"));
    let mut opened = BTreeMap::new();
    for line in std::fs::read_to_string(log.path()).unwrap().lines() {
        let is_transaction = line.contains(OF_THE_TRANSACTION);
        let is_content = !["O_PATH", "O_DIRECTORY"]
            .iter()
            .any(|flag| line.contains(flag));
        // What it came to be is in brackets after its number.
        let result = line.rsplit_once(" = ").map(|(_, result)| result);
        let path = result.and_then(|result| result.split_once('<')?.1.strip_suffix('>'));
        if let Some(path) = path.and_then(|path| path.strip_prefix(tree.path().to_str().unwrap()))
            && is_content
            && !is_transaction
        {
            *opened.entry(path.to_owned()).or_default() += 1;
        }
    }
    opened
}

fn once(tree: &Tree, arguments: &[&str], code: i32) {
    let opened = opened(tree, arguments, code);
    let several: Vec<_> = opened.iter().filter(|(_, count)| **count > 1).collect();
    assert!(several.is_empty(), "{arguments:?}: {several:?}");
    assert!(
        !opened.is_empty() || arguments[0] == "init",
        "{arguments:?}"
    );
}

/// What a change is made from is read again when it is decided, and what is not written itself once
/// more when it is done. Nothing else is.
const COMPARED: usize = 2;

/// The same of a command that writes.
fn once_but_to_compare(tree: &Tree, arguments: &[&str]) {
    let opened = opened(tree, arguments, 0);
    let is_input = |name: &str| {
        [".crt", ".key", ".pub", ".conf"]
            .iter()
            .any(|end| name.ends_with(end))
    };
    let several = opened.iter().filter(|(name, count)| {
        let compared = if is_input(name) { COMPARED } else { 0 };
        **count > 1 + compared
    });
    let several: Vec<_> = several.collect();
    assert!(several.is_empty(), "{arguments:?}: {several:?}");
    assert!(!opened.is_empty(), "{arguments:?}");
}

/// A node with manifests and a kubelet, so that one file is named from many places.
fn node() -> Tree {
    let tree = Tree::new();
    let mut init = Command::new(PKIGEN);
    run(init.arg("--root").arg(tree.path()).args(INIT)).expect(0, "init");
    let manifests = tree.kubernetes().join("manifests");
    std::fs::create_dir(&manifests).unwrap();
    for component in ["kube-apiserver", "kube-controller-manager", "etcd"] {
        let mut flags = Command::new(PKIGEN);
        flags.arg("--root").arg(tree.path());
        flags
            .args(["flags", component, "-o", "args"])
            .args(&INIT[1..]);
        let flags = run(&mut flags).expect(0, "flags");
        let lines = flags.stdout.lines();
        let arguments: Vec<String> = lines
            .filter(|line| line.starts_with("--"))
            .map(|line| format!("    - {line}\n"))
            .collect();
        let arguments = arguments.concat();
        let pod = format!(
            "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: {component}\n    command:\n    \
             - {component}\n{arguments}    volumeMounts:\n    - {{name: k, mountPath: /etc/kubernetes}}\n  \
             volumes:\n  - {{name: k, hostPath: {{path: /etc/kubernetes}}}}\n"
        );
        std::fs::write(manifests.join(format!("{component}.yaml")), pod).unwrap();
    }
    tree
}

#[test]
fn commands_that_look_open_each_file_once() {
    let tree = node();
    once(&tree, &["check-expiration"], 0);
    once(&tree, &["verify"], 0);
    once(&tree, &["audit", "-o", "json"], 1);
    for output in ["text", "svg", "html"] {
        once(&tree, &["map", "-o", output], 0);
    }
    for what in ["apiserver", "ca", "kubelet.conf"] {
        once(&tree, &["explain", what], 0);
    }
    for file in ["pki/apiserver.crt", "pki/ca.crt", "admin.conf"] {
        let named = tree.kubernetes().join(file).display().to_string();
        once(&tree, &["explain", &named], 0);
    }
    once(&tree, &[&["flags"], &INIT[1..]].concat(), 0);
    once(&tree, &["renew", "all", "--dry-run"], 0);
    once(&tree, &[&INIT[..], &["--dry-run"]].concat(), 0);
}

#[test]
fn commands_that_write_open_each_file_once_outside_of_their_transaction() {
    let empty = Tree::new();
    once(&empty, &INIT, 0);
    once(&empty, &INIT, 0);
    let tree = node();
    once_but_to_compare(&tree, &["renew", "all"]);
    once_but_to_compare(&tree, &["renew", "apiserver", "--reuse-key"]);
    once_but_to_compare(&tree, &["undo"]);
    let directory = tempfile::TempDir::new().unwrap();
    let file = directory.path().join("cluster.toml");
    let text = "node-name = \"cp1\"\nadvertise-address = \"192.0.2.10\"\n\
                [apiserver]\nsans = [\"api.example.org\"]\n";
    std::fs::write(&file, text).unwrap();
    let file = file.to_str().unwrap();
    once_but_to_compare(&tree, &["renew", "all", "--reconcile", "--config", file]);
}
