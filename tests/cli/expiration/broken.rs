//! Trees that lack something, or hold something that is wrong.

use std::fs;

use super::{AT, check, check_at, row};
use crate::support::Tree;

#[test]
fn what_is_missing_is_shown_and_is_a_finding_where_it_is_needed() {
    let tree = Tree::kubeadm("ecdsa-p256");
    fs::remove_file(tree.etc("super-admin.conf")).unwrap();
    tree.remove(&["etcd/peer.crt", "front-proxy-ca.crt"]);
    let run = check(&tree, &[]).exits(1);
    for name in ["etcd-peer", "front-proxy-ca"] {
        assert!(run.stdout.contains(&format!("\n{name}: /etc")), "{run:#?}");
    }
    assert!(!run.stdout.contains("\nsuper-admin.conf: "), "{run:#?}");
    for name in ["super-admin.conf", "etcd-peer", "front-proxy-ca"] {
        let shown = format!("!MISSING! {name} ");
        assert!(run.stdout.contains(&shown), "{run:#?}");
    }
    let report = check(&tree, &["-o", "json"]).exits(1).json();
    let missing = row(&report, "certificates", "etcd-peer");
    assert_eq!(missing["missing"], true);
    assert!(missing["expirationDate"].is_null());
    assert_eq!(missing["residualTime"], 0);
    assert_eq!(missing["externallyManaged"], false);
    assert!(missing.get("caName").is_none());
    // Its authority is gone, it is not.
    let orphan = row(&report, "certificates", "front-proxy-client");
    assert_eq!(orphan["state"], "valid");
}

#[test]
fn everything_missing() {
    let tree = Tree::empty();
    let run = check(&tree, &[]).exits(1);
    assert_eq!(run.stdout.matches("!MISSING! ").count(), 14, "{run:#?}");
    assert_eq!(run.stderr, "");
    assert_eq!(check(&tree, &["-o", "json"]).json()["outcome"], "findings");
    check(&tree, &["-o", "yaml"]).exits(1);
    check(&tree, &["-o", "openmetrics"])
        .exits(1)
        .shows(&["# EOF\n"]);
}

/// Every kind of file that is no certificate: a row with its reason, the others as they are.
#[test]
fn one_unreadable_file_does_not_hide_the_others() {
    let garbage: [(&str, &[u8], &str); 4] = [
        ("junk", b"junk\n", "holds no PEM block"),
        ("empty", b"", "is empty"),
        ("binary", b"\xff\xfe\x00", "holds no PEM block"),
        ("cut", b"-----BEGIN CERTIFICATE-----\nMIIB", ""),
    ];
    for (file, name, list) in [
        ("pki/etcd/peer.crt", "etcd-peer", "certificates"),
        ("pki/ca.crt", "ca", "certificateAuthorities"),
        ("scheduler.conf", "scheduler.conf", "certificates"),
        ("kubelet.conf", "kubelet.conf", "otherCertificates"),
    ] {
        for (kind, content, reason) in garbage {
            let tree = Tree::kubeadm("ecdsa-p256");
            fs::write(tree.etc(file), content).unwrap();
            let run = check(&tree, &[]).exits(1);
            let place = format!("{name}: /etc/kubernetes/{file} ");
            let mut lines = run.stdout.lines();
            let said = lines.find(|line| line.starts_with(&place)).unwrap();
            let is_certificate = !file.contains(".conf");
            assert!(run.stdout.contains(&place), "{kind}: {run:#?}");
            assert!(!is_certificate || said.contains(reason), "{kind}: {said}");
            assert!(run.stdout.contains(&format!("!UNREADABLE! {name}")));
            let dates = run.stdout.matches(" UTC ").count();
            // Without ca.crt the authorities in kubeconfigs are listed too.
            assert!(dates >= 14, "{kind} in {file}: {run:#?}");
            let report = check(&tree, &["-o", "json"]).exits(1).json();
            let found = row(&report, list, name);
            assert_eq!(found["state"], "unreadable");
            assert!(!found["error"].as_str().unwrap().is_empty());
            assert_eq!(report["outcome"], "findings");
            let metrics = check(&tree, &["-o", "openmetrics"]).exits(1);
            let line = format!("{{certificate=\"{name}\",path=\"/etc/kubernetes/{file}\"}} 1\n");
            assert!(metrics.stdout.contains(&line), "{metrics:#?}");
        }
    }
}

#[test]
fn a_directory_in_the_place_of_a_file() {
    let tree = Tree::kubeadm("ecdsa-p256");
    tree.remove(&["apiserver.crt"]);
    fs::create_dir(tree.pki("apiserver.crt")).unwrap();
    check(&tree, &[])
        .exits(1)
        .shows(&["!UNREADABLE! apiserver ", "is a directory"]);
}

#[test]
fn expired() {
    let tree = Tree::kubeadm("rsa-2048");
    let at = "2027-11-25T18:30:48Z";
    let run = check_at(&tree, at, &[]).exits(1);
    assert_eq!(run.stdout.matches("<invalid>").count(), 12, "{run:#?}");
    assert_eq!(run.stdout.matches(": has expired\n").count(), 12);
    let report = check_at(&tree, at, &["-o", "json"]).exits(1).json();
    let admin = row(&report, "certificates", "admin.conf");
    assert_eq!(
        (&admin["residualTime"], &admin["state"]),
        (&(-172_800).into(), &"expired".into())
    );
}

#[test]
fn the_last_second_and_the_one_after() {
    let tree = Tree::kubeadm("rsa-2048");
    let last = check_at(&tree, "2027-11-23T18:30:47Z", &[]).exits(0);
    assert!(last.stdout.contains("  0s  "), "{last:#?}");
    check_at(&tree, "2027-11-23T18:30:48Z", &[])
        .exits(1)
        .shows(&["apiserver: has expired"]);
}

#[test]
fn not_yet_valid() {
    let tree = Tree::kubeadm("rsa-2048");
    let run = check_at(&tree, "2026-11-23T18:25:46Z", &[]).exits(1);
    run.shows(&[
        "apiserver: is not valid before 2026-11-23T18:25:47Z",
        "ca: is not valid before ",
    ]);
    check_at(&tree, "2026-11-23T18:25:47Z", &[]).exits(0);
}

#[test]
fn within() {
    let tree = Tree::kubeadm("rsa-2048");
    check(&tree, &["--within", "30d"]).exits(0);
    let run = check(&tree, &["--within", "400d"]).exits(1);
    let said = run
        .stdout
        .matches(": expires within the time asked about\n");
    assert_eq!(said.count(), 12, "{run:#?}");
    check_at(&tree, "2027-11-01T00:00:00Z", &["--within", "30d"]).exits(1);
    check(&tree, &["--within", "soon"])
        .exits(2)
        .says(&["--within"]);
    check(&tree, &["--within", "20y"])
        .exits(1)
        .shows(&["front-proxy-ca: expires within"]);
}

#[test]
fn no_private_key_is_needed() {
    let tree = Tree::kubeadm("rsa-2048");
    let with = check(&tree, &[]).exits(0);
    tree.remove(&[
        "apiserver.key",
        "apiserver-etcd-client.key",
        "apiserver-kubelet-client.key",
        "front-proxy-client.key",
        "etcd/server.key",
        "etcd/peer.key",
        "etcd/healthcheck-client.key",
    ]);
    let without = check(&tree, &[]).exits(0);
    let tables = |text: &str| text.split("\nsa.key").next().unwrap().to_owned();
    assert_eq!(tables(&without.stdout), tables(&with.stdout));
    // Without those of the authorities, all is managed elsewhere.
    tree.remove(&[
        "ca.key",
        "etcd/ca.key",
        "front-proxy-ca.key",
        "sa.key",
        "sa.pub",
    ]);
    let run = check(&tree, &[]).exits(0);
    assert_eq!(run.stdout.matches("   yes     \n").count(), 14, "{run:#?}");
    assert!(!run.stdout.contains("sa.key"), "{run:#?}");
}

#[test]
fn an_authority_that_is_managed_elsewhere() {
    let tree = Tree::kubeadm("rsa-2048");
    tree.remove(&["ca.key"]);
    let run = check(&tree, &[]).exits(0);
    let yes: Vec<&str> = run
        .stdout
        .lines()
        .filter(|line| line.ends_with(" yes     "))
        .filter_map(|line| line.split(' ').next())
        .collect();
    let expected = [
        "admin.conf",
        "apiserver",
        "apiserver-kubelet-client",
        "controller-manager.conf",
        "scheduler.conf",
        "super-admin.conf",
        "ca",
    ];
    assert_eq!(yes, expected);
    // What kubeadm 1.36.2 does not show at all then.
    check_at(&tree, "2027-12-01T00:00:00Z", &[])
        .exits(1)
        .shows(&["apiserver: has expired"]);
}

#[test]
fn the_instant_is_in_the_report() {
    let report = check(&Tree::empty(), &["-o", "json"]).json();
    assert_eq!(report["at"], AT);
}
