//! Whether this is the first node of its cluster, and what is made there alone.

use crate::support::{Run, Tree};

pub(super) const SHARED: &[&str] = &[
    "ca.crt",
    "ca.key",
    "front-proxy-ca.crt",
    "front-proxy-ca.key",
    "etcd/ca.crt",
    "etcd/ca.key",
    "sa.key",
    "sa.pub",
];

fn with(files: &[&str]) -> Tree {
    let tree = Tree::empty();
    tree.take(&Tree::good(), files);
    tree
}

fn init(tree: &Tree, more: &[&str]) -> Run {
    tree.init(&[&["--key-algorithm", "ecdsa-p256"], more].concat())
}

/// Nobody has rights in a cluster before somebody gives them.
#[test]
fn a_company_s_authority_makes_a_first_node() {
    let tree = with(&["ca.crt", "ca.key"]);
    init(&tree, &[]).exits(0).shows(&[
        "created  super-admin.conf",
        "kubectl --kubeconfig /etc/kubernetes/super-admin.conf apply -f \
         /etc/kubernetes/pkigen/rbac.yaml",
    ]);
    assert!(tree.etc("super-admin.conf").exists());
}

#[test]
fn super_admin_conf_is_made_or_left_out_on_request() {
    let tree = with(SHARED);
    init(&tree, &["--super-admin=false"]).exits(0);
    assert!(!tree.etc("super-admin.conf").exists());
    // An administrator is there by now.
    init(&tree, &[]).exits(0).shows(&["Nothing to do"]);
    let run = init(&tree, &["--super-admin"]).exits(0);
    run.shows(&["created  super-admin.conf", "apply -f"]);
}

/// An authority that was replaced took the administrators' kubeconfigs with it.
#[test]
fn after_an_authority_was_replaced_the_rights_are_given_again() {
    let tree = Tree::good();
    for name in ["admin.conf", "super-admin.conf"] {
        std::fs::remove_file(tree.etc(name)).unwrap();
    }
    init(&tree, &[])
        .exits(0)
        .shows(&["created  super-admin.conf", "apply -f"]);
}

/// Its remedy is one that makes it.
#[test]
fn super_admin_conf_that_is_broken_is_made_afresh() {
    let tree = Tree::good();
    std::fs::write(tree.etc("super-admin.conf"), "nonsense").unwrap();
    let command = tree.typed("pkigen init --super-admin --config FILE");
    let remedy = format!("super-admin.conf away, then `{command}`");
    init(&tree, &[]).exits(1).says(&[&remedy]);
    std::fs::remove_file(tree.etc("super-admin.conf")).unwrap();
    init(&tree, &["--super-admin"]).exits(0);
    assert!(tree.etc("super-admin.conf").exists());
}

/// A second authority is believed by no other node.
#[test]
pub(crate) fn what_was_forgotten_on_a_further_node_is_not_made() {
    for (missing, file) in [
        (&["etcd/ca.crt", "etcd/ca.key"][..], "pki/etcd/ca.crt"),
        (&["sa.key", "sa.pub"], "pki/sa.key"),
        (
            &["front-proxy-ca.crt", "front-proxy-ca.key"],
            "pki/front-proxy-ca.crt",
        ),
        (&["ca.crt", "ca.key"], "pki/ca.crt"),
    ] {
        let tree = with(SHARED);
        tree.remove(missing);
        let before = tree.snapshot();
        let run = init(&tree, &[]).exits(1);
        before.assert_untouched(&tree.snapshot());
        run.says(&[
            &format!("{file}: it is missing beside "),
            ": the nodes of a cluster share it, and another one would be believed by none of them",
            "to mend it: Copy from the first control-plane node: ",
            &format!(
                "; or see that no other node of this cluster has it, as on a first node with the \
                 authorities of a company, then `{}`.",
                tree.typed("pkigen init --new-cluster --config FILE")
            ),
            "1 problem; nothing was written",
        ]);
        init(&tree, &["--new-cluster"]).exits(0);
    }
}

/// On a node that runs, a new key for tokens would make all of them invalid.
#[test]
fn what_is_lost_on_a_node_is_not_made_in_passing() {
    let tree = Tree::good();
    tree.remove(&["sa.key", "sa.pub"]);
    init(&tree, &[])
        .exits(1)
        .says(&["pki/sa.key: it is missing beside ca.crt: the nodes of a cluster share it"]);
}

/// A `JoinConfiguration` says whose node it is, whatever is there already.
#[test]
fn a_join_configuration_is_of_a_further_node() {
    const JOIN: &str = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: JoinConfiguration\n\
        nodeRegistration: {name: cp2}\ncontrolPlane: {localAPIEndpoint: {advertiseAddress: \
        192.0.2.12}}\n---\napiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n\
        encryptionAlgorithm: ECDSA-P256\n";
    let init = |tree: &Tree, more: &[&str]| {
        tree.put_beside("join.yaml", JOIN);
        tree.pkigen(&[&["init", "--config", "join.yaml"], more].concat())
    };
    let empty = Tree::empty();
    init(&empty, &[]).exits(1).says(&[
        "pki/ca.crt: it is missing, and a joining node shares it",
        "4 problems; nothing was written",
    ]);
    let tree = with(SHARED);
    let run = init(&tree, &[]).exits(0);
    run.shows(&["1. This is a further node, where `kubeadm init` would start a second cluster."]);
    assert!(!tree.etc("super-admin.conf").exists());
    init(&empty, &["--new-cluster"])
        .exits(0)
        .shows(&["`kubeadm init --config /etc/kubernetes/pkigen/flags/kubeadm.yaml`"]);
}

#[test]
fn a_node_that_joins_is_not_the_first() {
    for flag in ["--new-cluster", "--super-admin"] {
        init(&Tree::empty(), &["--for-join", flag])
            .exits(2)
            .says(&["cannot be used with"]);
    }
}
