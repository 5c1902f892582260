use std::fs;

use super::{manifests, pkigen};
use crate::support::Tree;

const OLD: &str = "192.168.10.11";
const NEW: &str = "192.168.10.77";

fn kubeadm() -> Tree {
    let tree = Tree::kubeadm("ecdsa-p256");
    manifests(&tree);
    fs::create_dir_all(tree.at("/var/lib/kubelet/pki")).unwrap();
    let arguments = format!("KUBELET_KUBEADM_ARGS=\"--node-ip={OLD} --v=2\"\n");
    fs::write(tree.at("/var/lib/kubelet/kubeadm-flags.env"), arguments).unwrap();
    tree
}

/// Every file that has the address, but for what is kept to take it back.
fn having(tree: &Tree, address: &str) -> Vec<String> {
    let snapshot = tree.snapshot();
    let files = snapshot
        .files()
        .into_iter()
        .filter(|path| path.starts_with("root"));
    let has = |path: &&std::path::Path| {
        let content = &snapshot.entry(path).content;
        String::from_utf8_lossy(content).contains(address)
    };
    files
        .filter(has)
        .map(|path| path.display().to_string())
        .collect()
}

#[test]
fn kubeadm_s_node_moves_and_comes_back() {
    let tree = kubeadm();
    let before = tree.snapshot();
    assert!(!having(&tree, OLD).is_empty());
    let dry = tree.pkigen(&["readdress", OLD, NEW, "--dry-run"]).exits(0);
    dry.shows(&["Would move node cp1"]);
    let files = |snapshot: &crate::support::Snapshot| {
        snapshot
            .files()
            .iter()
            .map(|path| snapshot.entry(path).content.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(files(&before), files(&tree.snapshot()));
    let run = tree.pkigen(&["readdress", OLD, NEW]).exits(0);
    let run = run.shows(&[
        "Moved node cp1 from 192.168.10.11 to 192.168.10.77",
        "issued   apiserver\n",
        "issued   etcd-server\n",
        "issued   etcd-peer\n",
        "member update",
        "get configmap cluster-info",
        "rollout restart daemonset kube-proxy",
        "systemctl restart kubelet",
    ]);
    // The manifests change last.
    let manifest = run.stdout.find("manifests/etcd.yaml").unwrap();
    assert!(manifest > run.stdout.find("kubeadm-flags.env").unwrap());
    assert!(run.stdout.find("pki/apiserver.crt").unwrap() < manifest);
    assert_eq!(having(&tree, OLD), Vec::<String>::new());
    tree.pkigen(&["verify"])
        .exits(0)
        .shows(&["nothing is wrong"]);
    let shown = tree.pkigen(&[
        "inspect",
        tree.pki("apiserver.crt").to_str().unwrap(),
        "-o",
        "json",
    ]);
    assert!(shown.stdout.contains(NEW) && !shown.stdout.contains(OLD));
    let arguments = fs::read_to_string(tree.at("/var/lib/kubelet/kubeadm-flags.env")).unwrap();
    assert!(
        arguments.contains(&format!("--node-ip={NEW} --v=2")),
        "{arguments}"
    );
    assert!(!tree.at("/var/lib/kubelet/.pkigen").exists());
    tree.pkigen(&["undo"]).exits(0);
    assert_eq!(files(&before), files(&tree.snapshot()));
}

#[test]
fn audit_says_of_the_new_address_what_it_said_of_the_old() {
    let tree = kubeadm();
    let rules = |tree: &Tree| {
        let report = tree.pkigen(&["audit", "-o", "json"]).json();
        let findings = report["findings"].as_array().unwrap();
        let mut rules: Vec<String> = findings.iter().map(|one| one["rule"].to_string()).collect();
        rules.sort();
        rules
    };
    let before = rules(&tree);
    tree.pkigen(&["readdress", OLD, NEW]).exits(0);
    assert_eq!(rules(&tree), before);
}

#[test]
fn a_tree_of_our_own_moves_with_its_flags() {
    let tree = Tree::good();
    tree.pkigen(&["readdress", "192.0.2.10", "192.0.2.20"])
        .exits(0);
    assert_eq!(having(&tree, "192.0.2.10"), Vec::<String>::new());
    tree.pkigen(&["verify"]).exits(0);
    let before = tree.snapshot();
    let run = tree
        .pkigen(&["readdress", "192.0.2.10", "192.0.2.20"])
        .exits(1);
    run.says(&["nothing here has the address 192.0.2.10"]);
    let changes = before.changes(&tree.snapshot());
    assert!(
        changes.iter().all(|change| change.contains(".pkigen")),
        "{changes:?}"
    );
}

#[test]
fn what_cannot_move_is_said_with_the_reason() {
    let tree = kubeadm();
    let cases: [(&[&str], i32, &str); 9] = [
        (&["cp1", "cp2"], 2, "A node's name cannot change"),
        (&[OLD, "cp2"], 2, "is no IP address"),
        (&[OLD, OLD], 2, "is the old address and the new one"),
        (&[OLD, "2001:db8::1"], 2, "of different families"),
        (&[OLD, "0.0.0.0"], 2, "every address"),
        (&[OLD, "224.0.0.1"], 2, "multicast"),
        (&[OLD, "127.0.0.1"], 2, "every host's own"),
        (
            &["10.0.0.1", NEW],
            1,
            "this node is reached at 192.168.10.11",
        ),
        (&[OLD, "192.168.10.0/24"], 2, "is no IP address"),
    ];
    for (arguments, code, says) in cases {
        let before = tree.snapshot();
        let run = tree.pkigen(&[&["readdress"], arguments].concat());
        assert_eq!(run.code, code, "{arguments:?}: {run:#?}");
        run.says(&[says]);
        let changes = before.changes(&tree.snapshot());
        assert!(
            changes
                .iter()
                .all(|change| change.contains(".pkigen") || change.contains("is gone")),
            "{changes:?}"
        );
    }
}

#[test]
fn several_members_of_etcd_are_told_before() {
    let tree = kubeadm();
    let manifest = tree.etc("manifests/etcd.yaml");
    let text = fs::read_to_string(&manifest).unwrap();
    let several = text.replace(
        "--initial-cluster=cp1=",
        "--initial-cluster=cp2=https://192.168.10.12:2380,cp1=",
    );
    fs::write(&manifest, several).unwrap();
    let run = tree.pkigen(&["readdress", OLD, NEW, "--dry-run"]).exits(0);
    let first = run.stdout.find("member update").unwrap();
    assert!(first < run.stdout.find("Would move").unwrap(), "{run:#?}");
    run.shows(&["endpoint health --cluster", "before the next node moves"]);
    let other = tree.pkigen(&["readdress", OLD, "192.168.10.12"]).exits(1);
    other.says(&["the address of another member of etcd: cp2=https://192.168.10.12:2380"]);
}

/// What is printed for files elsewhere is carried out, beside addresses that begin or end as this one.
#[test]
fn what_is_printed_leaves_other_addresses_alone() {
    let tree = kubeadm();
    let run = tree.pkigen(&["readdress", OLD, NEW, "--dry-run"]).exits(0);
    let line = run.stdout.lines().find(|line| line.contains("sed 's/"));
    let sed = line.unwrap().split(" | ").nth(1).unwrap();
    let text = "a: [192.168.10.110, 192.168.10.11, https://192.168.10.11:6443]\nb: 1192.168.10.11";
    let script = format!("printf '%s' '{text}' | {sed}");
    let done = std::process::Command::new("sh")
        .args(["-c", &script])
        .output();
    let done = String::from_utf8(done.unwrap().stdout).unwrap();
    let right = "a: [192.168.10.110, 192.168.10.77, https://192.168.10.77:6443]\nb: 1192.168.10.11";
    assert_eq!(done.trim_end(), right, "{sed}");
}

#[test]
fn without_the_authority_nothing_moves() {
    let tree = kubeadm();
    tree.remove(&["etcd/ca.key"]);
    let before = having(&tree, OLD);
    tree.pkigen(&["readdress", OLD, NEW]).exits(1).says(&[
        "etcd-server",
        "kept elsewhere",
        "nothing was written",
    ]);
    assert_eq!(having(&tree, OLD), before);
    let none = pkigen(&tree, &["readdress", OLD, NEW, "--root", "/nowhere-at-all"]);
    none.exits(3);
}
