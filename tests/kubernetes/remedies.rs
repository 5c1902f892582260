//! What is said to be done about a node that kubeadm made, done, and then its control plane starts.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use serde_json::Value;

use crate::corpus::trees::{DATED, KUBELET, kubelet};
use crate::running::ControlPlane;
use crate::support::node::node;
use crate::support::remedy::{carry_out, executable};
use crate::support::{Tree, said};
use crate::{binary, rows};

/// As kubeadm leaves it, with certificates that are valid today.
pub(crate) fn today(algorithm: &str) -> Tree {
    let tree = node(algorithm);
    if tree.pkigen(&["check-expiration", "--quiet"]).code != 0 {
        tree.pkigen(&["renew", "all", "--quiet"]).exits(0);
    }
    kubelet(&tree);
    tree
}

fn found(tree: &Tree, verb: &str) -> Vec<Value> {
    let report = tree.pkigen(&[verb, "-o", "json"]).json();
    ["findings", "warnings"]
        .map(|list| rows(&report, list))
        .concat()
}

/// Carries out what is said of everything that is found, until there is nothing left but what a
/// person is asked; gives what that is about, and how many were done. What has to wait until
/// something else is right is refused, and comes after it.
fn mended(tree: &Tree, verb: &str) -> (Vec<String>, usize) {
    let config = tree.beside("kubeadm.yaml");
    let carried_out = |row: &Value| {
        let said = row["remedy"].as_str().unwrap();
        let way = executable(row)?;
        let mut steps = way.iter();
        Some(steps.try_for_each(|step| carry_out(tree, &config, said, step)))
    };
    for done in 0..40 {
        let all = found(tree, verb);
        let mut last = None;
        for result in all.iter().filter_map(carried_out) {
            let is_done = result.is_ok();
            last = Some(result);
            if is_done {
                break;
            }
        }
        match last {
            None => {
                let about = |row: &Value| format!("{} {}", row["rule"], row["flag"]);
                return (all.iter().map(about).collect(), done);
            }
            Some(Ok(())) => {}
            Some(Err(run)) => panic!("nothing of it can be done: {run:#?}"),
        }
    }
    panic!("it goes round in circles: {:#?}", found(tree, verb));
}

/// kubeadm's own gaps do not exclude each other: they are closed together.
#[test]
fn a_control_plane_starts_once_kubeadms_gaps_are_closed() {
    if binary("kube-apiserver").is_none() {
        return;
    }
    for algorithm in ["ecdsa-p256", "rsa-2048"] {
        let tree = today(algorithm);
        assert_eq!(mended(&tree, "verify"), (Vec::new(), 0), "{algorithm}");
        let (asked, done) = mended(&tree, "audit");
        assert_eq!(asked, ["\"unsafe-setting\" \"--anonymous-auth\""]);
        assert_eq!(done, 4, "{algorithm}");
        let plane = ControlPlane::start(&tree).unwrap();
        assert_eq!(plane.who("admin.conf"), "kubernetes-admin");
        assert_eq!(plane.who("kubelet.conf"), "system:node:cp1");
        plane.leads("kube-controller-manager");
        plane.leads("kube-scheduler");
        // What `init` has written on the way gives the administrator's certificate its rights.
        let may = ["auth", "can-i", "create", "deployments"];
        assert!(!plane.kubectl("admin.conf", &may).status.success());
        let apply = ["apply", "--filename=/etc/kubernetes/pkigen/rbac.yaml"];
        let applied = plane.kubectl("super-admin.conf", &apply);
        assert!(applied.status.success(), "{}", said(&applied));
        plane.awaits("admin.conf", &may);
    }
}

/// Each of these is mended by another command, and none by what mends another, so that all of them
/// happen to one node.
#[test]
fn a_control_plane_starts_once_a_broken_node_is_mended() {
    if binary("kube-apiserver").is_none() {
        return;
    }
    for algorithm in ["ecdsa-p256", "rsa-2048"] {
        let tree = today(algorithm);
        tree.remove(&["apiserver.crt", "apiserver.key"]);
        tree.put("front-proxy-client.key", tree.text("etcd/peer.key"));
        let open = fs::Permissions::from_mode(0o644);
        fs::set_permissions(tree.pki("apiserver-etcd-client.key"), open).unwrap();
        tree.put(
            "etcd/server.crt",
            tree.text("etcd/peer.crt") + &tree.text("etcd/server.crt"),
        );
        fs::write(tree.etc("controller-manager.conf"), "").unwrap();
        fs::remove_file(tree.at(DATED)).unwrap();
        assert!(found(&tree, "verify").len() >= 6);
        let (asked, done) = mended(&tree, "verify");
        assert!(asked.is_empty() && done >= 5, "{done}, {asked:?}");
        tree.pkigen(&["verify"]).exits(0);
        let plane = ControlPlane::start(&tree).unwrap();
        let users = [
            ("admin.conf", "kubernetes-admin"),
            ("controller-manager.conf", "system:kube-controller-manager"),
            ("scheduler.conf", "system:kube-scheduler"),
            ("kubelet.conf", "system:node:cp1"),
        ];
        for (kubeconfig, user) in users {
            assert_eq!(plane.who(kubeconfig), user);
        }
        plane.leads("kube-controller-manager");
    }
}

/// The certificate is gone with the disk's newest files, and the link leads nowhere.
#[test]
fn a_kubelet_is_known_by_what_renew_issues() {
    if binary("kube-apiserver").is_none() {
        return;
    }
    let tree = today("ecdsa-p256");
    fs::remove_file(tree.at(DATED)).unwrap();
    // Nothing else says which node's it was, and it says that the configuration is wanted.
    let config = tree.beside("kubeadm.yaml").display().to_string();
    tree.pkigen(&["renew", "kubelet.conf"]).exits(1);
    let arguments = ["renew", "kubelet.conf", "--reconcile", "--config", &config];
    tree.pkigen(&arguments).exits(0);
    let link = fs::read_link(tree.at(KUBELET)).unwrap();
    let plane = ControlPlane::start(&tree).unwrap();
    assert_eq!(plane.who("kubelet.conf"), "system:node:cp1");
    // The link is what counts: with another file behind it nobody is known.
    fs::remove_file(tree.at(KUBELET)).unwrap();
    symlink("/etc/kubernetes/pki/ca.crt", tree.at(KUBELET)).unwrap();
    assert!(
        !plane
            .kubectl("kubelet.conf", &["auth", "whoami"])
            .status
            .success()
    );
    fs::remove_file(tree.at(KUBELET)).unwrap();
    symlink(link, tree.at(KUBELET)).unwrap();
    assert_eq!(plane.who("kubelet.conf"), "system:node:cp1");
}
