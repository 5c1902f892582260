//! What only shows in a whole run: an interrupted one, another user, a configuration.

use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use super::bench::KUBECONFIGS;
use super::foreign::finds;
use crate::support::{LEAVES, Tree, run};

const CONFIGURATION: &str = "node-name = \"cp1\"\nadvertise-address = \"192.0.2.10\"\n";

/// A renewal that is killed when it begins to put files in their places.
#[test]
fn a_renewal_that_was_killed() {
    let tree = Tree::good();
    let mut strace = Command::new("strace");
    strace.args([
        "-f",
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        "trace=renameat2,renameat,rename",
    ]);
    // The journal is committed by the first rename; then come the targets.
    strace.args(["-e", "inject=renameat2,renameat,rename:signal=KILL:when=4"]);
    strace.arg("--").arg(env!("CARGO_BIN_EXE_pkigen"));
    strace.arg("--root").arg(tree.root()).args(["renew", "all"]);
    let output = strace
        .output()
        .expect("strace is required: install the Debian package strace");
    assert!(!output.status.success(), "{output:?}");
    let report = tree.pkigen(&["verify", "-o", "json"]).exits(1).json();
    let findings = report["findings"].as_array().unwrap();
    let pending: Vec<&serde_json::Value> = findings
        .iter()
        .filter(|one| one["rule"] == "pending-transaction")
        .collect();
    assert_eq!(pending.len(), 1, "{findings:#?}");
    let file = pending[0]["file"].as_str().unwrap();
    assert!(file.starts_with("/etc/kubernetes/pki/.pkigen/"), "{file}");
    tree.pkigen(&["recover"]).exits(0);
    finds(&tree, &[], &[]);
}

/// Runs as somebody who is not root.
#[test]
fn a_file_that_cannot_be_read() {
    const NOBODY: u32 = 65534;
    let tree = Tree::good();
    if !super::is_root(&tree, "a file that cannot be read") {
        return;
    }
    super::files::set_mode(tree.root().parent().unwrap(), 0o755);
    let mut directories = vec![tree.root()];
    while let Some(directory) = directories.pop() {
        chown(&directory, Some(NOBODY), Some(NOBODY)).unwrap();
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            chown(&path, Some(NOBODY), Some(NOBODY)).unwrap();
            if path.is_dir() {
                directories.push(path);
            }
        }
    }
    // The binary where everybody can start it.
    let binary = tree.beside("pkigen");
    fs::copy(env!("CARGO_BIN_EXE_pkigen"), &binary).unwrap();
    let verify = || {
        let mut command = Command::new(&binary);
        command
            .arg("--root")
            .arg(tree.root())
            .args(["verify", "-o", "json"]);
        run(command.uid(NOBODY).gid(NOBODY))
    };
    verify().exits(0);
    chown(tree.pki("ca.key"), Some(0), Some(0)).unwrap();
    let report = verify().exits(1).json();
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert_eq!(findings[0]["rule"], "unreadable-file");
    assert_eq!(findings[0]["file"], "/etc/kubernetes/pki/ca.key");
    assert!(
        findings[0]["message"]
            .as_str()
            .unwrap()
            .contains("Permission denied")
    );
    // To root it is they who are strangers.
    let report = tree.pkigen(&["verify", "-o", "json"]).exits(1).json();
    let findings = report["findings"].as_array().unwrap();
    assert!(
        findings.iter().all(|one| one["rule"] == "foreign-owner"),
        "{findings:#?}"
    );
}

const APISERVER: &str = "pki/apiserver.crt";
const SERVER: &str = "pki/etcd/server.crt";
const PEER: &str = "pki/etcd/peer.crt";

/// Files of every leaf, in the order of the report.
fn leaves() -> Vec<&'static str> {
    LEAVES.iter().map(|(_, file, _)| *file).collect()
}

/// A line of the configuration, the files that lack a name it wants, and those that differ
/// otherwise. What no certificate depends on is here too.
fn fields() -> Vec<(&'static str, Vec<&'static str>, Vec<&'static str>)> {
    let names = |field, files: &[&'static str]| (field, files.to_vec(), vec![]);
    let administrators = ["admin.conf", "super-admin.conf"];
    vec![
        (
            "node-name = \"cp2\"",
            vec![APISERVER, SERVER, PEER],
            vec!["kubelet.conf"],
        ),
        (
            "advertise-address = \"192.0.2.11\"",
            vec![APISERVER, SERVER, PEER],
            KUBECONFIGS.to_vec(),
        ),
        (
            "control-plane-endpoint = \"api.example.org:6443\"",
            vec![APISERVER],
            administrators.to_vec(),
        ),
        names("service-cidrs = [\"10.0.0.0/16\"]", &[APISERVER]),
        names("dns-domain = \"example.local\"", &[APISERVER]),
        names("[apiserver]\nsans = [\"x.example.org\"]", &[APISERVER]),
        names("[etcd.local]\nserver-sans = [\"x.example.org\"]", &[SERVER]),
        names("[etcd.local]\npeer-sans = [\"192.0.2.9\"]", &[PEER]),
        ("bind-port = 7443", vec![], KUBECONFIGS.to_vec()),
        ("profile = \"kubeadm\"", vec![], leaves()),
        ("key-algorithm = \"ecdsa-p384\"", vec![], leaves()),
        ("certificate-validity = \"30d\"", vec![], leaves()),
        names("ca-validity = \"30y\"", &[]),
        names("cluster-name = \"other\"", &[]),
    ]
}

#[test]
fn drift_of_every_field() {
    let tree = Tree::good();
    for (field, names, others) in fields() {
        let key = field.split(' ').next().unwrap();
        let kept = CONFIGURATION.lines().filter(|line| !line.starts_with(key));
        let kept = kept.collect::<Vec<_>>().join("\n") + "\n";
        let path = tree.put_beside("cluster.toml", format!("{kept}{field}\n"));
        let names = names.into_iter().map(|file| ("name-not-served", file));
        let others = others.into_iter().map(|file| ("configuration-drift", file));
        let expected: Vec<(&str, &str)> = names.chain(others).collect();
        eprintln!("{field}");
        finds(&tree, &["--config", &path.display().to_string()], &expected);
    }
}
