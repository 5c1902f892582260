//! The account: JSON, and what has to be restarted.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use serde_json::json;

use super::renew;
use crate::support::{Facts, LEAVES, Tree};

/// Every row of the reload table: certificate, reader, when it reads again, whether to restart.
const RELOADS: &[(&str, &str, &str, Option<&str>)] = &[
    ("apiserver", "kube-apiserver", "notices the change", None),
    (
        "apiserver-kubelet-client",
        "kube-apiserver",
        "reads it again within 5 minutes",
        None,
    ),
    (
        "front-proxy-client",
        "kube-apiserver",
        "notices the change",
        None,
    ),
    ("etcd-server", "etcd", "reads it at every handshake", None),
    ("etcd-peer", "etcd", "reads it at every handshake", None),
    (
        "etcd-healthcheck-client",
        "etcdctl",
        "reads it at every call",
        None,
    ),
    (
        "apiserver-etcd-client",
        "kube-apiserver",
        "reads it at every handshake",
        None,
    ),
    ("admin.conf", "kubectl", "reads it at every call", None),
    (
        "super-admin.conf",
        "kubectl",
        "reads it at every call",
        None,
    ),
    (
        "kubelet.conf",
        "kubelet",
        "reads it at start only",
        Some("systemctl restart kubelet"),
    ),
    (
        "controller-manager.conf",
        "kube-controller-manager",
        "reads it at start only",
        Some("crictl ps --quiet --name '^kube-controller-manager$' | xargs -r crictl stop -t 30"),
    ),
    (
        "scheduler.conf",
        "kube-scheduler",
        "reads it at start only",
        Some("crictl ps --quiet --name '^kube-scheduler$' | xargs -r crictl stop -t 30"),
    ),
];

#[test]
fn the_advice_is_the_reload_table() {
    for (name, reader, when, restart) in RELOADS {
        let tree = Tree::kubeadm("ecdsa-p256");
        let text = renew(&tree, &[name]).exits(0).stdout;
        let report = renew(&tree, &[name, "-o", "json"]).exits(0).json();
        let readers = report["readers"].as_array().unwrap();
        assert_eq!(readers.len(), 1, "{name}");
        assert_eq!(readers[0]["certificate"], *name);
        assert_eq!(readers[0]["reader"], *reader);
        assert_eq!(readers[0]["when"], *when);
        assert_eq!(readers[0]["restart"].as_str(), *restart);
        assert_eq!(text.contains("\nRestart:\n"), restart.is_some(), "{text}");
        assert_eq!(
            text.contains("\nNo restart:\n"),
            restart.is_none(),
            "{text}"
        );
        assert!(text.contains(restart.unwrap_or(when)), "{text}");
    }
}

/// A directory with a `crictl` that finds these containers and writes down what it is asked.
fn crictl(tree: &Tree, finds: &str) -> (PathBuf, PathBuf) {
    let log = tree.beside("crictl.log");
    let script = format!(
        "#!/bin/sh\nprintf '%s\\n' \"$*\" >> {}\nif [ \"$1\" = ps ]; then printf '%s' '{finds}'; fi\n",
        log.display()
    );
    let directory = tree.beside("bin");
    fs::create_dir_all(&directory).unwrap();
    let program = directory.join("crictl");
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let _ = fs::remove_file(&log);
    (directory, log)
}

/// What is printed is run by people as it is: in a shell, where nothing runs as well.
#[test]
fn what_is_printed_restarts_one_container_and_no_other() {
    let tree = Tree::kubeadm("ecdsa-p256");
    let report = renew(&tree, &["all", "-o", "json"]).exits(0).json();
    let readers = report["readers"].as_array().unwrap().iter();
    let commands = readers.filter_map(|row| row["restart"].as_str());
    let commands: Vec<&str> = commands.filter(|one| one.starts_with("crictl")).collect();
    assert_eq!(commands.len(), 2, "{commands:?}");
    for (command, name) in commands
        .iter()
        .zip(["kube-controller-manager", "kube-scheduler"])
    {
        let ps = format!("ps --quiet --name ^{name}$\n");
        for (finds, asked) in [("", ps.clone()), ("1a\n", format!("{ps}stop -t 30 1a\n"))] {
            let (directory, log) = crictl(&tree, finds);
            let path = format!("{}:/usr/bin:/bin", directory.display());
            let mut shell = std::process::Command::new("sh");
            let status = shell.arg("-ec").arg(command).env("PATH", path).status();
            assert!(status.unwrap().success(), "{command}");
            assert_eq!(fs::read_to_string(log).unwrap(), asked, "{command}");
        }
    }
}

#[test]
fn several_restarts_are_an_order() {
    let tree = Tree::kubeadm("ecdsa-p256");
    let text = renew(&tree, &["all"]).exits(0).stdout;
    let at = |part: &str| {
        text.find(part)
            .unwrap_or_else(|| panic!("{part} in {text}"))
    };
    let order = [
        "Restart, in this order:",
        "  1. kubelet, which",
        "  2. kube-controller-manager, which",
        "  3. kube-scheduler, which",
        "  The kubelet starts a stopped static pod again, and only while it runs itself.\n  A second",
        "No restart:",
    ];
    assert!(order.map(at).is_sorted(), "{text}");
}

#[test]
fn closed_streams_and_copies_are_said() {
    let tree = Tree::kubeadm("ecdsa-p256");
    renew(&tree, &["all"]).exits(0).shows(&[
        "apiserver-kubelet-client: open exec, attach, port-forward and log streams are closed",
        "admin.conf: copies of it, such as ~/.kube/config, hold the old certificate",
        "where a certificate is embedded in it, that must be valid whenever the kubelet starts, whatever is behind kubelet-client-current.pem",
    ]);
}

#[test]
fn the_object_tells_old_and_new() {
    let tree = Tree::kubeadm("ecdsa-p256");
    let report = renew(&tree, &["all", "-o", "json"]).exits(0).json();
    assert_eq!(report["kind"], "RenewReport");
    assert_eq!(report["schemaVersion"], 1);
    assert_eq!(report["outcome"], "done");
    let facts = Facts::all(&tree);
    let rows = report["rows"].as_array().unwrap();
    assert_eq!(rows.len(), LEAVES.len());
    for (row, (name, _, _)) in rows.iter().zip(LEAVES) {
        assert_eq!(row["name"], *name);
        // The administrators' kubeconfigs are the cluster's, the rest is the node's.
        let owner = match *name {
            "admin.conf" | "super-admin.conf" => json!({"kind": "cluster", "name": null}),
            _ => json!({"kind": "node", "name": "cp1"}),
        };
        assert_eq!(row["owner"], owner, "{name}");
        let serial = row["serialNumber"].as_str().unwrap().replace(':', "");
        assert_eq!(serial, facts[name].serial);
        assert_eq!(row["newExpiration"], "2027-12-01T00:00:00Z");
        assert!(
            row["oldExpiration"]
                .as_str()
                .unwrap()
                .starts_with("2027-11-23T18:30:4")
        );
    }
    let files = report["replacedFiles"].as_array().unwrap();
    assert_eq!(files.len(), 7 * 2 + 5);
    let names: Vec<&str> = files.iter().map(|file| file.as_str().unwrap()).collect();
    let at = |name: &str| names.iter().position(|file| file.ends_with(name)).unwrap();
    assert!(at("/apiserver.key") < at("/apiserver.crt"), "key first");
}

#[test]
fn outcomes() {
    let tree = Tree::kubeadm("ecdsa-p256");
    let outcome = |arguments: &[&str]| {
        let report = renew(&tree, &[arguments, &["-o", "json"]].concat()).json();
        report["outcome"].as_str().unwrap().to_owned()
    };
    assert_eq!(outcome(&["all", "--dry-run"]), "planned");
    assert_eq!(outcome(&["all", "--within", "1d"]), "unchanged");
    tree.put("etcd/peer.crt", "junk");
    assert_eq!(outcome(&["all"]), "partial");
    assert_eq!(outcome(&["apiserver"]), "done");
}

/// The kubelet did not always notice: the advice is that of the version.
#[test]
fn the_advice_is_that_of_the_version() {
    let tree = Tree::empty();
    tree.init(&["--kubelet-serving"]).exits(0);
    let report = |version: &str| {
        let arguments = [
            "kubelet-serving",
            "-o",
            "json",
            "--kubernetes-version",
            version,
        ];
        tree.pkigen(&[&["renew"], &arguments[..]].concat())
            .exits(0)
            .json()
    };
    let newest = report("1.36");
    assert_eq!(newest["kubernetesVersion"], "1.36");
    assert_eq!(newest["readers"][0]["when"], "notices the change");
    assert_eq!(
        newest["readers"][0]["connections"],
        "open connections go on"
    );
    assert!(newest["readers"][0]["restart"].is_null());
    let older = report("v1.35.1");
    assert_eq!(older["readers"][0]["when"], "reads it at start only");
    assert_eq!(older["readers"][0]["restart"], "systemctl restart kubelet");
    let note = older["readers"][0]["note"].as_str().unwrap();
    assert!(note.contains("by address"), "{note}");
    let unknown = report("1.41");
    assert_eq!(unknown["readers"], newest["readers"]);
    let warning = unknown["warnings"][0].as_str().unwrap();
    assert!(warning.contains("1.41 is newer than 1.38"), "{warning}");
    let arguments = ["renew", "all", "--kubernetes-version", "2.0"];
    tree.pkigen(&arguments)
        .exits(2)
        .says(&["is no version of Kubernetes"]);
}
