//! Authorities that are renewed while the API server runs: who holds the old certificate, and who
//! holds the new one, as Go's verifier judges it.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::Duration;

use crate::binary;
use crate::remedies::today;
use crate::running::ControlPlane;
use crate::support::node::node;
use crate::support::tree::copy;
use crate::support::x509::{decode, embedded, encode};
use crate::support::{Tree, said};

/// A field of a kubeconfig, with its value.
fn line(kubeconfig: &str, field: &str) -> String {
    let mut lines = kubeconfig.lines();
    lines
        .find(|line| line.trim_start().starts_with(field))
        .unwrap()
        .to_owned()
}

/// A kubeconfig that trusts as one does and shows what another one does.
fn mixed(tree: &Tree, name: &str, trust: &str, leaf: &str) {
    let field = "certificate-authority-data:";
    let text = leaf.replace(&line(leaf, field), &line(trust, field));
    fs::write(tree.etc(name), text).unwrap();
}

/// Old and new trust with old and new leaves, each by a kubeconfig of its own.
const BOTH: [&str; 4] = [
    "old-old.conf",
    "old-new.conf",
    "new-old.conf",
    "new-new.conf",
];

fn everybody_is_served(plane: &ControlPlane<'_>) {
    for name in BOTH {
        assert_eq!(plane.who(name), "kubernetes-super-admin", "{name}");
    }
    assert_eq!(plane.who("kubelet.conf"), "system:node:cp1");
}

/// With keys of both kinds: all of it on one control plane each, because a start takes seconds.
#[test]
fn an_authority_is_renewed_under_a_running_api_server() {
    if binary("kube-apiserver").is_none() {
        return;
    }
    for algorithm in ["ecdsa-p256", "rsa-2048"] {
        let tree = today(algorithm);
        let mut plane = ControlPlane::start(&tree).unwrap();
        let conf = || fs::read_to_string(tree.etc("super-admin.conf")).unwrap();
        let old = conf();
        mixed(&tree, "old-old.conf", &old, &old);
        let authorities = ["ca", "etcd-ca", "front-proxy-ca"];
        let renew = [&["renew"][..], &authorities, &["--ca-validity", "9y"]].concat();
        let is_over = AtomicBool::new(false);
        // Somebody asks all the while, who has nothing but the old certificate.
        let (asked, failed) = std::thread::scope(|scope| {
            let asking = scope.spawn(|| {
                let mut counts = (0, Vec::new());
                while !is_over.load(Ordering::Relaxed) {
                    let output = plane.kubectl("old-old.conf", &["get", "--raw", "/readyz"]);
                    counts.0 += 1;
                    if !output.status.success() {
                        counts.1.push(said(&output));
                    }
                }
                counts
            });
            tree.pkigen(&renew).exits(0);
            let new_trust = conf();
            mixed(&tree, "new-old.conf", &new_trust, &old);
            for name in ["old-old.conf", "new-old.conf"] {
                assert_eq!(plane.who(name), "kubernetes-super-admin", "{name}");
            }
            tree.pkigen(&["renew", "all"]).exits(0);
            let new = conf();
            mixed(&tree, "old-new.conf", &old, &new);
            mixed(&tree, "new-new.conf", &new, &new);
            // The API server shows its new certificate within a second.
            sleep(Duration::from_secs(2));
            everybody_is_served(&plane);
            is_over.store(true, Ordering::Relaxed);
            asking.join().unwrap()
        });
        assert!(
            asked > 3 && failed.is_empty(),
            "{algorithm}: {failed:?} of {asked}"
        );
        assert_ne!(
            line(&old, "certificate-authority-data:"),
            line(&conf(), "certificate-authority-data:")
        );
        // As it says: etcd and the API server with the new certificates.
        plane.restart();
        everybody_is_served(&plane);
        // And back again, leaves first.
        drop(plane);
        for _ in 0..2 {
            tree.pkigen(&["undo"]).exits(0);
        }
        assert_eq!(conf(), old);
        let plane = ControlPlane::start(&tree).unwrap();
        everybody_is_served(&plane);
    }
}

/// They lived for seconds: nothing starts with them, and everything does with their new
/// certificates.
#[test]
fn authorities_that_have_expired_are_renewed_and_a_control_plane_starts() {
    if binary("kube-apiserver").is_none() {
        return;
    }
    let fixture = node("ecdsa-p256");
    let tree = Tree::empty();
    copy(&fixture.etc("manifests"), &tree.etc("manifests"));
    let config = fixture.beside("kubeadm.yaml").display().to_string();
    let lives = ["--ca-validity", "3s", "--certificate-validity", "2s"];
    let init = ["init", "--config", &config];
    tree.pkigen(&[&init[..], &lives].concat()).exits(0);
    let conf = || fs::read_to_string(tree.etc("super-admin.conf")).unwrap();
    let old = conf();
    sleep(Duration::from_secs(4));
    tree.pkigen(&["verify"]).exits(1);
    let renew = [
        "renew",
        "ca",
        "etcd-ca",
        "front-proxy-ca",
        "--ca-validity",
        "10y",
    ];
    let first = format!("`{}`; then what follows", tree.typed("pkigen renew all"));
    tree.pkigen(&renew).exits(0).shows(&[&first]);
    tree.pkigen(&["renew", "all"]).exits(0);
    tree.pkigen(&["verify"]).exits(0);
    let plane = ControlPlane::start(&tree).unwrap();
    assert_eq!(plane.who("super-admin.conf"), "kubernetes-super-admin");
    assert_eq!(plane.who("kubelet.conf"), "system:node:cp1");
    // Who has not got the new certificate believes nobody.
    mixed(&tree, "old-new.conf", &old, &conf());
    let output = plane.kubectl("old-new.conf", &["auth", "whoami"]);
    assert!(said(&output).contains("has expired"), "{}", said(&output));
    // Beside the new one the old one does no harm.
    let field = "certificate-authority-data";
    let trust = [&old, &conf()].map(|text| decode(&embedded(text, field).unwrap()));
    let both = encode(trust.concat());
    let text = conf().replace(&line(&conf(), field), &format!("    {field}: {both}"));
    fs::write(tree.etc("both.conf"), text).unwrap();
    assert_eq!(plane.who("both.conf"), "kubernetes-super-admin");
}
