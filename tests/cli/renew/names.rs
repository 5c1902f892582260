//! Which certificates are renewed: by name, by age, or by who can sign them.

use std::fs;

use super::{renew, renew_at, rows};
use crate::support::{Facts, LEAVES, Tree};

#[test]
fn each_name_renews_its_own_certificate_alone() {
    for (name, _, _) in LEAVES {
        let tree = Tree::kubeadm("ecdsa-p256");
        let before = Facts::all(&tree);
        let run = renew(&tree, &[name, "-o", "json"]).exits(0);
        assert_eq!(rows(&run, "renewed"), [*name]);
        for (other, after) in Facts::all(&tree) {
            assert_eq!(before[other] == after, other != *name, "{name}: {other}");
        }
    }
}

#[test]
fn several_names_and_one_twice() {
    let tree = Tree::kubeadm("ecdsa-p256");
    let run = renew(
        &tree,
        &["etcd-peer", "apiserver", "etcd-peer", "-o", "json"],
    )
    .exits(0);
    assert_eq!(rows(&run, "renewed"), ["apiserver", "etcd-peer"]);
}

#[test]
fn names_that_cannot_be_renewed() {
    let tree = Tree::kubeadm("ecdsa-p256");
    let before = tree.snapshot();
    for (name, why) in [
        ("sa", "\"sa\" has no certificate"),
        (
            "apisever",
            "\"apisever\" is no certificate of the table; there are all, ca, apiserver,",
        ),
        ("apisever", "; did you mean apiserver?"),
        ("apiserver.crt", "; did you mean apiserver?"),
        ("ca.key", "; did you mean ca?"),
    ] {
        renew(&tree, &["apiserver", name]).exits(2).says(&[why]);
    }
    renew(&tree, &["all", "apiserver"])
        .exits(2)
        .says(&["\"all\" goes alone"]);
    renew(&tree, &[]).exits(2);
    before.assert_untouched(&tree.snapshot());
}

#[test]
fn missing_is_a_finding_only_where_it_was_named_or_is_needed() {
    let tree = Tree::kubeadm("ecdsa-p256");
    for name in ["super-admin.conf", "admin.conf"] {
        fs::remove_file(tree.etc(name)).unwrap();
    }
    let run = renew(&tree, &["all", "-o", "json"]).exits(0);
    assert_eq!(rows(&run, "missing"), ["admin.conf", "super-admin.conf"]);
    assert_eq!(rows(&run, "renewed").len(), 10);
    let run = renew(&tree, &["super-admin.conf", "apiserver"]).exits(1);
    run.shows(&["missing  super-admin.conf", "renewed  apiserver"]);
}

#[test]
fn managed_elsewhere_is_a_finding_only_where_it_was_named() {
    let tree = Tree::kubeadm("ecdsa-p256");
    tree.remove(&["ca.key"]);
    let before = Facts::all(&tree);
    let run = renew(&tree, &["all", "-o", "json"]).exits(0);
    assert_eq!(rows(&run, "external").len(), 7);
    assert_eq!(rows(&run, "renewed").len(), 5);
    for (name, _, authority) in LEAVES {
        let file = LEAVES.iter().find(|leaf| leaf.0 == *name).unwrap().1;
        assert_eq!(
            before[name] == Facts::at(&tree, file),
            *authority == "ca",
            "{name}"
        );
    }
    let said = "the key of its authority ca is not here";
    renew(&tree, &["apiserver"])
        .exits(1)
        .shows(&[said])
        .says(&["`pkigen csr create apiserver --to requests.tar --root"]);
}

#[test]
fn only_what_is_due() {
    let tree = Tree::kubeadm("ecdsa-p256");
    renew_at(&tree, "2027-10-01T00:00:00Z", &["apiserver"]).exits(0);
    let before = tree.snapshot();
    let run = renew(&tree, &["all", "--within", "30d"]).exits(0);
    before.assert_untouched(&tree.snapshot());
    assert_eq!(run.stdout.matches("not due  ").count(), 12, "{run:#?}");
    let run = renew_at(
        &tree,
        "2027-11-01T00:00:00Z",
        &["all", "--within", "30d", "-o", "json"],
    );
    assert_eq!(rows(&run, "not due"), ["apiserver"]);
    assert_eq!(rows(&run.exits(0), "renewed").len(), 11);
}

#[test]
fn a_dry_run_writes_nothing_and_says_the_same() {
    let tree = Tree::kubeadm("ecdsa-p256");
    tree.put("etcd/peer.crt", "junk");
    let before = tree.snapshot();
    let dry = renew(&tree, &["all", "--dry-run", "-o", "json"]).exits(1);
    before.assert_untouched(&tree.snapshot());
    let real = renew(&tree, &["all", "-o", "json"]).exits(1);
    assert_eq!(rows(&dry, "renew"), rows(&real, "renewed"));
    assert_eq!(rows(&dry, "failed"), rows(&real, "failed"));
    let (dry, real) = (dry.json(), real.json());
    assert_eq!(dry["readers"], real["readers"]);
    assert_eq!(
        (&dry["dryRun"], &real["dryRun"]),
        (&true.into(), &false.into())
    );
    assert_eq!(dry["replacedFiles"], real["replacedFiles"]);
}

/// What is announced is what happens: the key is no file that would be replaced.
#[test]
fn a_dry_run_that_keeps_keys_announces_no_key() {
    let tree = Tree::kubeadm("ecdsa-p256");
    let arguments = ["apiserver", "admin.conf", "--reuse-key", "-o", "json"];
    let dry = renew(&tree, &[&arguments[..], &["--dry-run"]].concat())
        .exits(0)
        .json();
    let real = renew(&tree, &arguments).exits(0).json();
    assert_eq!(dry["replacedFiles"], real["replacedFiles"]);
}

/// What they say stays, as people take it for granted of its length too.
#[test]
fn a_shorter_life_is_said() {
    let tree = Tree::empty();
    let validity = [
        "--certificate-validity",
        "867240h",
        "--ca-validity",
        "876000h",
    ];
    tree.init(&validity).exits(0);
    tree.pkigen(&["renew", "apiserver"])
        .exits(0)
        .shows(&["y earlier than the old one: `--certificate-validity 867240h` keeps its life"]);
    let run = tree.pkigen(&[
        "renew",
        "apiserver",
        "-o",
        "json",
        "--certificate-validity",
        "867240h",
    ]);
    assert!(run.exits(0).json()["rows"][0]["longerLife"].is_null());
}
