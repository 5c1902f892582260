//! What is issued for others, shown to a kube-apiserver: it takes them for who they are, and lets them do
//! what they should. And a node that moves, with the API server and the etcd that it moves.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::remedies::today;
use crate::running::ControlPlane;
use crate::support::{Tree, program, said};
use crate::{binary, running};

const MOVED: &str = "192.168.10.77";

/// Applies manifests as whoever needs no binding.
fn apply(plane: &ControlPlane<'_>, tree: &Tree, text: &str) {
    fs::write(tree.at("/tmp/apply.yaml"), text).unwrap();
    let applied = plane.kubectl("super-admin.conf", &["apply", "-f", "/tmp/apply.yaml"]);
    assert!(applied.status.success(), "{}", said(&applied));
}

/// What somebody may and may not do.
#[track_caller]
fn may(plane: &ControlPlane<'_>, root: &Path, config: &str, yes: &[&[&str]], no: &[&[&str]]) {
    for what in yes {
        plane.awaits_below(root, config, &[&["auth", "can-i"], *what].concat());
    }
    for what in no {
        let asked = plane.kubectl_below(root, config, &[&["auth", "can-i"], *what].concat());
        let said = said(&asked);
        assert!(
            said.lines().any(|line| line.starts_with("no")),
            "{what:?}: {said}"
        );
    }
}

#[test]
fn people_are_who_they_are_and_may_do_what_they_should() {
    if binary("kube-apiserver").is_none() {
        return;
    }
    let tree = today("ecdsa-p256");
    let plane = ControlPlane::start(&tree).unwrap();
    let to = tree.etc("jane.conf").display().to_string();
    let user = ["user", "jane", "--group", "developers", "--to", &to];
    // Not one that kube-controller-manager would have to put together first, as it does `view`.
    let bind = ["--bind", "cluster-admin", "--namespace", "default"];
    let issued = tree.pkigen(&[&user[..], &bind].concat()).exits(0);
    assert_eq!(plane.who("jane.conf"), "jane");
    let look: &[&str] = &["list", "pods"];
    let elsewhere: &[&str] = &["list", "pods", "--namespace=kube-system"];
    let change: &[&str] = &["create", "deployments"];
    let everything: &[&str] = &["*", "*"];
    may(&plane, &tree.root(), "jane.conf", &[], &[look, change]);
    apply(&plane, &tree, &issued.stdout);
    let conf = "jane.conf";
    may(&plane, &tree.root(), conf, &[look, change], &[elsewhere]);
    let to = tree.etc("glass.conf").display().to_string();
    let glass = [
        "user",
        "root-jane",
        "--group",
        "system:masters",
        "--break-glass",
        "RBAC is gone",
        "--to",
        &to,
    ];
    tree.pkigen(&glass).exits(0);
    may(&plane, &tree.root(), "glass.conf", &[everything], &[]);
    // The audit log's name for it is the ledger's.
    let id = plane.kubectl("jane.conf", &["auth", "whoami", "-o", "json"]);
    let id: Value = serde_json::from_slice(&id.stdout).unwrap();
    let id = &id["status"]["userInfo"]["extra"]["authentication.kubernetes.io/credential-id"][0];
    let ledger = tree
        .pkigen(&["issued", "jane", "-o", "json"])
        .exits(0)
        .stdout;
    assert!(ledger.contains(id.as_str().unwrap()), "{id}: {ledger}");
}

#[test]
fn nodes_are_who_they_are_and_ask_for_what_they_may() {
    if binary("kube-apiserver").is_none() {
        return;
    }
    let tree = today("ecdsa-p256");
    let plane = ControlPlane::start(&tree).unwrap();
    let nodes = tree.beside("nodes").display().to_string();
    let node = ["node", "worker-1=192.168.10.21", "--to", &nodes];
    tree.pkigen(&node).exits(0);
    let worker = PathBuf::from(nodes).join("worker-1");
    let who = plane.kubectl_below(&worker, "kubelet.conf", &["auth", "whoami"]);
    let who = said(&who);
    assert!(who.contains("system:node:worker-1"), "{who}");
    let create: &[&str] = &["create", "nodes"];
    let ask: &[&str] = &["create", "certificatesigningrequests.certificates.k8s.io"];
    let secrets: &[&str] = &["list", "secrets"];
    may(&plane, &worker, "kubelet.conf", &[create, ask], &[secrets]);
    let join = tree.beside("join").display().to_string();
    tree.pkigen(&["bootstrap", "worker-9", "--to", &join])
        .exits(0);
    for name in ["token.yaml", "rbac.yaml"] {
        let text = fs::read_to_string(Path::new(&join).join(name)).unwrap();
        apply(&plane, &tree, &text);
    }
    let conf = "bootstrap-kubelet.conf";
    fs::copy(Path::new(&join).join(conf), tree.etc(conf)).unwrap();
    may(&plane, &tree.root(), conf, &[ask], &[create, secrets]);
    assert!(plane.who(conf).starts_with("system:bootstrap:"));
}

#[test]
fn a_further_control_plane_node_is_of_the_same_cluster() {
    if binary("kube-apiserver").is_none() {
        return;
    }
    let tree = today("ecdsa-p256");
    let plane = ControlPlane::start(&tree).unwrap();
    let key = tree.put_beside("pass", "correct horse\n");
    fs::set_permissions(key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let export = [
        "bundle",
        "export",
        "--to",
        "c.age",
        "--passphrase",
        "file:pass",
    ];
    tree.pkigen(&export).exits(0);
    let second = Tree::empty();
    let mut import = second.command(&["bundle", "import", "c.age", "--passphrase", "file:pass"]);
    import.current_dir(tree.beside(""));
    import.args(["--node-name", "cp2", "--advertise-address", "192.168.10.12"]);
    import.args(["--control-plane-endpoint", "api.example.org:6443"]);
    crate::support::run(&mut import).exits(0);
    // Its own kubelet dials its own API server.
    let who = said(&plane.kubectl_below(&second.root(), "admin.conf", &["auth", "whoami"]));
    assert!(who.contains("kubernetes-admin"), "{who}");
}

#[test]
fn a_node_moves_with_what_runs_on_it_and_back() {
    if binary("kube-apiserver").is_none() {
        return;
    }
    let tree = today("ecdsa-p256");
    let mut plane = ControlPlane::start(&tree).unwrap();
    let files = [
        "pki/apiserver.crt",
        "pki/etcd/server.key",
        "kubelet.conf",
        "manifests/kube-apiserver.yaml",
        "manifests/etcd.yaml",
    ];
    let all = || files.map(|name| fs::read(tree.etc(name)).unwrap());
    let before = all();
    let arguments = ["readdress", running::ADDRESS, MOVED, "-o", "json"];
    let report = tree.pkigen(&arguments).exits(0).json();
    plane.moves(running::ADDRESS, MOVED);
    assert_eq!(plane.who("admin.conf"), "kubernetes-admin");
    assert_eq!(plane.who("kubelet.conf"), "system:node:cp1");
    plane.leads("kube-controller-manager");
    plane.leads("kube-scheduler");
    // What is printed for etcd is done; its paths are below the tree's root.
    let tasks = report["tasks"].as_array().unwrap();
    let commands = tasks.iter().filter_map(|task| task["command"].as_str());
    let update: Vec<&str> = commands
        .filter(|one| one.contains("member update"))
        .collect();
    let [update] = update[..] else {
        panic!("{tasks:#?}");
    };
    let here = tree.etc("").display().to_string();
    let update = update.replace("/etc/kubernetes/", &format!("{here}/"));
    let mut command: Command = plane.beside("sh");
    let output = program(command.args(["-c", &update]), "nsenter", "util-linux");
    assert!(output.status.success(), "{update}: {}", said(&output));
    assert!(said(&output).contains("updated"), "{}", said(&output));
    tree.pkigen(&["undo"]).exits(0);
    assert!(before == all(), "undo puts back what was there");
    plane.moves(MOVED, running::ADDRESS);
    assert_eq!(plane.who("admin.conf"), "kubernetes-admin");
}
