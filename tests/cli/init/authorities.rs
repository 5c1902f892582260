//! Authorities in special states: under rotation, elsewhere, near their end.

use super::{certificate, rows, warnings};
use crate::support::{Tree, days_from_now};

/// A tree whose `ca.crt` holds this authority and another tree's, in this order or the other.
fn rotating(own_first: bool) -> Tree {
    let (tree, other) = (Tree::good(), Tree::empty());
    other.init(&[]).exits(0);
    let (own, other) = (tree.text("ca.crt"), other.text("ca.crt"));
    tree.put(
        "ca.crt",
        if own_first {
            own + &other
        } else {
            other + &own
        },
    );
    tree
}

#[test]
fn a_rotation_under_way_is_accepted_with_a_warning() {
    for own_first in [true, false] {
        let tree = rotating(own_first);
        let before = tree.text("ca.crt");
        let run = tree.init(&[]).exits(0);
        assert_eq!(tree.text("ca.crt"), before);
        let warnings = warnings(&run);
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        let says =
            "ca.crt holds 2 certificates: all are trusted and the one with the serial number ";
        assert!(warnings[0].starts_with(says), "{warnings:?}");
        let says = "kube-controller-manager takes one certificate, and finds it in ca-issuing.crt";
        assert!(warnings[0].contains(says), "{warnings:?}");
        tree.init(&[]).exits(0).shows(&["Nothing to do"]);
    }
}

/// The one that the key belongs to issues, wherever it stands; a new kubeconfig trusts both.
#[test]
pub(crate) fn in_a_rotation_the_key_decides_who_issues() {
    let tree = rotating(false);
    tree.remove(&["apiserver.crt", "apiserver.key"]);
    std::fs::remove_file(tree.etc("scheduler.conf")).unwrap();
    let report = tree.init(&["-o", "json"]).exits(0).json();
    assert_eq!(rows(&report, "create"), ["apiserver", "scheduler.conf"]);
    let issuer = certificate(&tree.pki("apiserver-kubelet-client.crt"));
    let issued = certificate(&tree.pki("apiserver.crt"));
    assert_eq!(
        issued["authorityKeyIdentifier"],
        issuer["authorityKeyIdentifier"]
    );
    let path = tree.etc("scheduler.conf");
    let path = path.to_str().unwrap();
    let inspected = tree
        .pkigen(&["inspect", "-o", "json", path])
        .exits(0)
        .json();
    let trust = &inspected["files"][0]["kubeconfig"]["trust"];
    assert_eq!(trust.as_array().unwrap().len(), 2);
}

#[test]
fn a_key_kept_elsewhere_is_a_warning() {
    let tree = Tree::good();
    tree.remove(&["ca.key"]);
    let before = tree.snapshot();
    let run = tree.init(&[]).exits(0);
    let expected = "ca.crt has no key beside it: the authority is external, and what it signs \
        cannot be made or renewed here";
    assert_eq!(warnings(&run), [expected]);
    // The controller manager cannot sign now, and its flags say so.
    let after = tree.snapshot();
    let changed: Vec<String> = before.changes(&after);
    let flags = "pkigen/flags/kube-controller-manager.args changed";
    assert!(
        changed.iter().any(|change| change.ends_with(flags)),
        "{changed:?}"
    );
    let text = std::fs::read_to_string(tree.etc("pkigen/flags/kube-controller-manager.args"));
    assert!(text.unwrap().contains("--cluster-signing-key-file=\n"));
    assert!(!tree.pki("ca.key").exists());
    tree.init(&[]).exits(0).shows(&["Nothing to do"]);
}

#[test]
fn what_an_external_authority_signs_cannot_be_made() {
    let tree = Tree::good();
    tree.remove(&["ca.key", "apiserver.crt", "apiserver.key"]);
    std::fs::remove_file(tree.etc("admin.conf")).unwrap();
    let before = tree.snapshot();
    let run = tree.init(&[]).exits(1);
    before.assert_untouched(&tree.snapshot());
    run.says(&[
        "pki/apiserver.crt: it is missing and cannot be made: its authority's ca.key is not here",
        "to mend it: Put here, from another control-plane node or a backup, ",
        "pki/ca.key; or name the token that has it (--ca-key, ",
        "`pkigen csr create --to requests.tar --root",
        "admin.conf: it is missing and cannot be made",
        "2 problems; nothing was written",
    ]);
}

/// Leaves never outlive the authority, and that is said.
#[test]
pub(crate) fn an_authority_near_its_end_shortens_what_it_signs() {
    let tree = Tree::good();
    tree.remove(&["apiserver.crt", "apiserver.key"]);
    std::fs::remove_file(tree.etc("super-admin.conf")).unwrap();
    for name in [
        "apiserver-kubelet-client",
        "front-proxy-client",
        "apiserver-etcd-client",
    ] {
        tree.remove(&[&format!("{name}.crt"), &format!("{name}.key")]);
    }
    for name in ["etcd/server", "etcd/peer", "etcd/healthcheck-client"] {
        tree.remove(&[&format!("{name}.crt"), &format!("{name}.key")]);
    }
    for name in [
        "admin.conf",
        "kubelet.conf",
        "controller-manager.conf",
        "scheduler.conf",
    ] {
        std::fs::remove_file(tree.etc(name)).unwrap();
    }
    // Ten years after the tree was made, less three months.
    let later = days_from_now(3560);
    let run = tree.init(&["--at", &later]).exits(0);
    let said = warnings(&run);
    assert_eq!(said.len(), 12, "{said:?}");
    let says = [
        "apiserver ends on 20",
        "with its authority ca, earlier than its configured lifetime",
    ];
    assert!(says.iter().all(|text| said[0].contains(text)), "{said:?}");
    let ends = |name: &str| certificate(&tree.pki(name))["notAfter"].clone();
    assert_eq!(ends("apiserver.crt"), ends("ca.crt"));
    assert_eq!(ends("etcd/peer.crt"), ends("etcd/ca.crt"));
}
