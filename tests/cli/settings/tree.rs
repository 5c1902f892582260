//! What the tree itself says comes before what the host does.

use std::fs;

use super::{AT, cluster_alone, running};
use crate::support::{Run, Tree};

/// Fails where anything is said of this machine's own name or address.
#[track_caller]
fn not_of_the_host(run: &Run) {
    for fact in ["as this host is", "the default route"] {
        assert!(!run.stderr.contains(fact), "{fact} in {run:#?}");
    }
}

#[test]
fn verify_takes_the_node_from_the_tree() {
    for tree in [running(), crate::verify::kubeadm("ecdsa-p256")] {
        let config = cluster_alone(&tree);
        let arguments = ["verify", "--at", AT, "--strict", "--config", &config];
        let run = tree.pkigen(&arguments).exits(0);
        run.says(&[
            "note: the node is called cp1, as /etc/kubernetes/kubelet.conf has it\n",
            "note: the node is reached at 192.168.10.11, as /etc/kubernetes/",
        ]);
    }
}

#[test]
fn renew_takes_the_node_from_the_tree() {
    let tree = running();
    let config = cluster_alone(&tree);
    let arguments = [
        "renew",
        "all",
        "--at",
        AT,
        "--reconcile",
        "--config",
        &config,
    ];
    let before = tree.snapshot();
    let run = tree.pkigen(&arguments).exits(0);
    not_of_the_host(&run);
    let run = run.says(&["the node is called cp1, as "]);
    assert!(
        run.stdout.contains("as configured  kubelet.conf"),
        "{run:#?}"
    );
    before.assert_files_kept(&tree.snapshot());
}

/// Whatever of it is left says the same, and what nothing says is asked for.
#[test]
fn each_file_of_the_tree_says_what_it_knows() {
    let says = |tree: &Tree, code: i32| {
        let config = cluster_alone(tree);
        let run = tree.pkigen(&["verify", "--at", AT, "--config", &config]);
        not_of_the_host(&run);
        assert_eq!(run.code == 2, code == 2, "{run:#?}");
        run
    };
    let tree = running();
    says(&tree, 0)
        .says(&["as /etc/kubernetes/manifests/kube-apiserver.yaml (--advertise-address) has it"]);
    fs::remove_file(tree.etc("kubelet.conf")).unwrap();
    says(&tree, 0).says(&["the node is called cp1, as /etc/kubernetes/pki/etcd/server.crt has it"]);
    fs::remove_dir_all(tree.etc("manifests")).unwrap();
    says(&tree, 0).says(&["192.168.10.11, as /etc/kubernetes/controller-manager.conf has it"]);
    for name in ["controller-manager.conf", "scheduler.conf"] {
        fs::remove_file(tree.etc(name)).unwrap();
    }
    says(&tree, 0).says(&["192.168.10.11, as /etc/kubernetes/pki/etcd/peer.crt has it"]);
    fs::remove_dir_all(tree.pki("etcd")).unwrap();
    says(&tree, 2).says(&[
        "error: neither the configuration nor the tree says node-name; add it to the configuration: \
         node-name, or nodeRegistration.name of an InitConfiguration",
    ]);
}

#[test]
fn what_the_configuration_says_is_no_matter_of_the_tree() {
    let tree = running();
    let whole = tree.beside("kubeadm.yaml").display().to_string();
    let run = tree
        .pkigen(&["verify", "--at", AT, "--config", &whole])
        .exits(0);
    assert_eq!(run.stderr, "");
}

/// The port of the API server is the node's too.
#[test]
fn another_port_is_taken_from_the_tree() {
    let tree = Tree::empty();
    tree.init(&["--bind-port", "7443"]).exits(0);
    tree.put_beside("c.yaml", CLUSTER);
    tree.pkigen(&[
        "renew",
        "all",
        "--reconcile",
        "--config",
        "c.yaml",
        "--dry-run",
    ])
    .exits(0);
    let manifest = fs::read_to_string(tree.etc("scheduler.conf")).unwrap();
    assert!(manifest.contains("https://192.0.2.10:7443"));
    let run = tree.init(&["--config", "c.yaml", "--profile", "kubernetes-io"]);
    let run = run.exits(0);
    assert!(!run.stderr.contains("dials"), "{run:#?}");
}

const CLUSTER: &str = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n";

#[test]
fn init_on_a_running_node_keeps_it() {
    let tree = running();
    let before = tree.snapshot();
    let run = tree.pkigen(&["init", "--at", AT]).exits(0);
    not_of_the_host(&run);
    let run = run.says(&[
        "the node is called cp1, as /etc/kubernetes/kubelet.conf has it; --node-name names another",
        "the cluster is as this tree has it: control-plane-endpoint api.example.org:6443, \
         apiserver.sans lb.example.org, apiserver.sans 203.0.113.9, etcd.local.server-sans \
         etcd.example.org, etcd.local.peer-sans 10.0.0.9; --config or flags say otherwise",
    ]);
    assert!(!run.stderr.contains("warning"), "{run:#?}");
    before.assert_files_kept(&tree.snapshot());
    run.shows(&[
        "Next:\n  1. Compare the flags of the components that run with those in \
         /etc/kubernetes/pkigen/flags/\n",
    ]);
    tree.pkigen(&["init", "--at", AT])
        .exits(0)
        .shows(&["Nothing to do for control-plane node cp1 (192.168.10.11)"]);
}

/// A further name is a matter of the configuration and of a renewal; nothing in use goes away.
#[test]
fn nothing_that_is_in_use_is_to_be_moved_away() {
    let tree = running();
    let before = tree.snapshot();
    let run = tree
        .pkigen(&["init", "--at", AT, "--san", "new.example.org"])
        .exits(1);
    before.assert_untouched(&tree.snapshot());
    let run = run.says(&[
        "pki/apiserver.crt: it does not serve new.example.org\n",
        &format!(
            "to mend it: `{}`; or correct the configuration.",
            tree.typed("pkigen renew apiserver --reconcile --config FILE")
        ),
    ]);
    assert!(!run.stderr.contains("away"), "{run:#?}");
    // What the tree has already is no second one.
    tree.pkigen(&["init", "--at", AT, "--san", "LB.example.org"])
        .exits(0);
}

/// What is made anew there is restarted.
#[test]
fn what_is_made_on_a_running_node_is_to_be_restarted() {
    let tree = running();
    tree.remove(&["front-proxy-client.crt", "front-proxy-client.key"]);
    let run = tree.pkigen(&["init", "--at", AT]).exits(0);
    run.shows(&[
        "created  front-proxy-client",
        "No restart:\n  front-proxy-client",
    ]);
}

/// Where nothing of a node is yet, the host is asked, and that is said; where something is, and it
/// does not say, nobody is.
#[test]
fn the_host_is_asked_for_a_new_node_alone() {
    let tree = Tree::empty();
    let flags = ["init", "--dry-run", "--key-algorithm", "ecdsa-p256"];
    let named = [&flags[..], &["--advertise-address", "192.0.2.10"]].concat();
    tree.pkigen(&named).exits(0).says(&[
        "note: the node is called ",
        ", as this host is; --node-name names another",
    ]);
    let good = Tree::good();
    good.remove(&[
        "etcd/server.crt",
        "etcd/peer.crt",
        "etcd/server.key",
        "etcd/peer.key",
    ]);
    fs::remove_file(good.etc("kubelet.conf")).unwrap();
    // What it was made with is what says it last.
    good.pkigen(&named).exits(0).says(&[
        "note: the node is called cp1, as /etc/kubernetes/pkigen/flags/kubeadm.yaml has it",
    ]);
    fs::remove_file(good.etc("pkigen/flags/kubeadm.yaml")).unwrap();
    good.pkigen(&named).exits(2).says(&[
        "error: neither the configuration nor the tree says node-name; give it with --node-name",
    ]);
}
