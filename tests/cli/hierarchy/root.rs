//! The root's own new dates, and where the commands that look show it.

use std::fs;
use std::os::unix::fs::symlink;

use pki_core::Certificate;

use super::{init, passphrase, renew};
use crate::support::{AUTHORITY, How, NODE, Snapshot, Tree, Workshop};

fn certificates(text: &[u8]) -> Vec<Certificate> {
    Certificate::all_from_pem(text).unwrap()
}

fn root(tree: &Tree) -> Certificate {
    certificates(&fs::read(tree.beside("offline/ca.crt")).unwrap()).remove(0)
}

/// Nothing of the tree depends on when: old and new root stand side by side.
#[test]
fn a_root_gets_new_dates_and_its_intermediates_stay() {
    let tree = Tree::empty();
    init(&tree, &[]).exits(0);
    let before = Snapshot::of(&tree.etc(""));
    let key = fs::read(tree.beside("offline/ca.key")).unwrap();
    let old = root(&tree);
    let longer = ["root-ca", "--ca-validity", "300000h"];
    renew(&tree, &[&longer[..], &["--dry-run"]].concat())
        .exits(0)
        .shows(&["would be renewed  root-ca"]);
    assert_eq!(root(&tree), old);
    renew(&tree, &longer).exits(0).shows(&[
        "renewed  root-ca  CN=kubernetes-root-ca",
        "renew ca --certificate ca.crt",
    ]);
    let new = root(&tree);
    assert!(new.is_renewal_of(&old) && new.validity().not_after > old.validity().not_after);
    assert_eq!(new.subject_key_identifier(), old.subject_key_identifier());
    assert_eq!(fs::read(tree.beside("offline/ca.key")).unwrap(), key);
    before.assert_untouched(&Snapshot::of(&tree.etc("")));
    tree.pkigen(&["verify"]).exits(0);
    // The new one signs what the old one is believed for.
    renew(&tree, &["etcd-ca"]).exits(0);
    tree.pkigen(&["verify"]).exits(0);
    let issuing = fs::read(tree.pki("ca.crt")).unwrap();
    let bring = ["renew", "ca", "--certificate", "offline/ca.crt"];
    let brought = tree.pkigen(&bring).exits(0).shows(&[
        "that is CN=kubernetes-root-ca, which is above it",
        "copy the same there as FILE",
    ]);
    // What joining nodes are given becomes what their kubelets believe of clients.
    assert!(!brought.stdout.contains("cluster-info"), "{brought:#?}");
    assert_eq!(fs::read(tree.pki("ca.crt")).unwrap(), issuing);
    let callers = || certificates(&fs::read(tree.pki("ca-callers.crt")).unwrap());
    assert_eq!(callers().last(), Some(&new));
    tree.pkigen(&["verify"]).exits(0);
    let told = tree.pkigen(&["check-expiration"]).exits(0).stdout;
    assert_eq!(told.matches("CN=kubernetes-root-ca").count(), 1, "{told}");
    tree.pkigen(&["undo"]).exits(0);
    assert_eq!(callers().last(), Some(&old));
    tree.pkigen(&["verify"]).exits(0);
}

/// What is above is shown once, and what is signed by it is not said to sign itself.
#[test]
fn the_hierarchy_is_shown() {
    let tree = Tree::empty();
    init(&tree, &[]).exits(0);
    let told = tree.pkigen(&["check-expiration"]).exits(0).stdout;
    let above = told
        .lines()
        .filter(|line| line.starts_with("CN=kubernetes-root-ca"));
    assert_eq!(above.count(), 1, "{told}");
    // Chains and trust repeat what is told already.
    assert!(!told.contains('#') && !told.contains("CA data"), "{told}");
    let map = tree.pkigen(&["map"]).exits(0).stdout;
    assert_eq!(map.matches("CN=kubernetes-root-ca").count(), 1, "{map}");
    for format in ["text", "svg", "html"] {
        let map = tree.pkigen(&["map", "-o", format]).exits(0).stdout;
        assert_eq!(map.matches("below kubernetes-root-ca").count(), 3, "{map}");
    }
    for word in ["ca", "ca-callers.crt", "/etc/kubernetes/pki/ca-callers.crt"] {
        tree.pkigen(&["explain", word]).exits(0).shows(&[
            "or by a root above it",
            "/etc/kubernetes/pki/ca-callers.crt",
            "CN=kubernetes-root-ca: ",
            "--root-ca DIR",
        ]);
    }
}

/// Every root that is made here has the same name.
#[test]
fn another_root_of_the_same_name_signs_nothing() {
    let (tree, other) = (Tree::empty(), Tree::empty());
    init(&tree, &[]).exits(0);
    init(&other, &[]).exits(0);
    let before = Snapshot::of(&tree.etc(""));
    let root = other.beside("offline").display().to_string();
    let above = [
        "--root-ca",
        &root,
        "--root-ca-passphrase",
        "file:passphrase",
    ];
    let names = ["renew", "ca", "etcd-ca", "front-proxy-ca"];
    tree.pkigen(&[&names[..], &above].concat()).exits(1).says(&[
        "with the key",
        "Give the directory of the one that has issued it",
    ]);
    let init_below = [&["init"], NODE, &above].concat();
    tree.pkigen(&init_below)
        .exits(1)
        .says(&["and not by CN=kubernetes-root-ca with the key "]);
    // One that is over signs nothing either.
    let late = ["ca", "--at", "2050-01-01T00:00:00Z"];
    renew(&tree, &late)
        .exits(1)
        .says(&["expired on", "as root-ca where it is a root"]);
    before.assert_untouched(&Snapshot::of(&tree.etc("")));
}

/// A company's root is above its intermediate, which is above the cluster's: it is above all the same,
/// and what joining nodes are given does not get it.
#[test]
fn the_one_above_the_one_above() {
    let tree = Tree::empty();
    let shop = Workshop::new();
    for name in ["root", "middle"] {
        shop.key(name, "P-256");
    }
    let subject = "/O=Example/CN=Root";
    let old = shop.self_signed_as("root", subject, AUTHORITY, How::days(3000));
    let middle = shop.signed("middle", "root", "/O=Example/CN=Middle", AUTHORITY);
    fs::create_dir(tree.beside("company")).unwrap();
    tree.put_beside("company/ca.crt", [middle, old].concat());
    tree.put_beside("company/ca.key", shop.read("middle.key"));
    // It ends within a year, and everything with it.
    tree.init(&["--root-ca", "company"])
        .exits(0)
        .says(&["apiserver"]);
    let new = shop.self_signed_as("root", subject, AUTHORITY, How::days(5000));
    tree.put_beside("root.crt", &new);
    let bring = ["renew", "ca", "--certificate", "root.crt"];
    let brought = tree
        .pkigen(&bring)
        .exits(0)
        .shows(&["that is O=Example, CN=Root, which is above it"]);
    assert!(!brought.stdout.contains("cluster-info"), "{brought:#?}");
    let callers = certificates(&fs::read(tree.pki("ca-callers.crt")).unwrap());
    assert_eq!(callers.last(), certificates(&new).first());
    tree.pkigen(&["verify"]).exits(0);
}

#[test]
fn what_is_no_root_to_renew() {
    let tree = Tree::empty();
    init(&tree, &[]).exits(0);
    let before = Snapshot::of(&tree.beside("offline"));
    tree.pkigen(&["renew", "root-ca"])
        .exits(2)
        .says(&["--root-ca DIR"]);
    renew(&tree, &["root-ca", "ca"])
        .exits(2)
        .says(&["goes alone"]);
    for option in ["--reuse-key", "--within=30d", "--certificate=ca.crt"] {
        renew(&tree, &["root-ca", option])
            .exits(2)
            .says(&["a root is not renewed with it"]);
    }
    passphrase(&tree, "wrong", "another\n");
    let at = |directory, source| {
        let above = ["--root-ca", directory, "--root-ca-passphrase", source];
        tree.pkigen(&[&["renew", "root-ca"][..], &above].concat())
    };
    at("offline", "file:wrong")
        .exits(2)
        .says(&["offline/ca.key"]);
    at("nowhere", "file:passphrase")
        .exits(3)
        .says(&["nowhere/ca.crt"]);
    renew(&tree, &["root-ca", "--ca-validity=1h"])
        .exits(2)
        .says(&["would end before the one that is there"]);
    let own = tree.pki("").display().to_string();
    tree.pkigen(&["renew", "root-ca", "--root-ca", &own])
        .exits(2)
        .says(&["the tree is there"]);
    before.assert_untouched(&Snapshot::of(&tree.beside("offline")));
    fs::rename(
        tree.beside("offline/ca.crt"),
        tree.beside("offline/real.crt"),
    )
    .unwrap();
    symlink("real.crt", tree.beside("offline/ca.crt")).unwrap();
    at("offline", "file:passphrase")
        .exits(3)
        .says(&["offline/ca.crt is not replaced"]);
}

/// One below another gets its dates from that.
#[test]
fn an_intermediate_is_no_root() {
    let tree = Tree::empty();
    let middle = tree.beside("middle");
    init(&tree, &[]).exits(0);
    fs::create_dir(&middle).unwrap();
    for ending in ["crt", "key"] {
        let name = format!("ca.{ending}");
        fs::copy(tree.pki(&name), middle.join(&name)).unwrap();
    }
    // Nor is it enough above others: callers want a path with an end.
    Tree::empty()
        .init(&["--root-ca", middle.to_str().unwrap()])
        .exits(2)
        .says(&["add the certificates above to that file"]);
    tree.pkigen(&["renew", "root-ca", "--root-ca", "middle"])
        .exits(2)
        .says(&["middle is not usable", "ends with none that is self-signed"]);
}
