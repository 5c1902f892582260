//! A kubelet.conf that names the certificate which the kubelet renews itself.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use super::{renew_at, rows};
use crate::corpus::files::set_mode;
use crate::corpus::found;
use crate::corpus::trees::{DATED, KUBELET, kubelet};
use crate::support::{Facts, Tree};

/// When every certificate of a good tree has expired, and its authorities have not.
const LATER: &str = "2032-05-06T07:08:09Z";
/// What is issued then.
const NEW: &str = "/var/lib/kubelet/pki/kubelet-client-2032-05-06-07-08-09.pem";

fn node() -> Tree {
    let tree = Tree::good();
    kubelet(&tree);
    tree
}

fn conf(tree: &Tree) -> String {
    fs::read_to_string(tree.etc("kubelet.conf")).unwrap()
}

fn link(tree: &Tree) -> PathBuf {
    fs::read_link(tree.at(KUBELET)).unwrap()
}

fn names(tree: &Tree) -> Vec<String> {
    let entries = fs::read_dir(tree.at("/var/lib/kubelet/pki")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// What is there is what the kubelet itself would have written, and kubelet.conf goes by it.
fn assert_issued(tree: &Tree) {
    assert_eq!(link(tree), Path::new(NEW));
    let pem = fs::read_to_string(tree.at(NEW)).unwrap();
    let mode = fs::metadata(tree.at(NEW)).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o600);
    let certificate = pem.find("-----BEGIN CERTIFICATE-----").unwrap();
    assert!(certificate < pem.find("PRIVATE KEY-----").unwrap());
    let key = pem.rfind("-----BEGIN").unwrap();
    let identity = Facts::of(&pem.as_bytes()[..key]).identity;
    assert!(identity.contains("CN=system:node:cp1"), "{identity}");
    let conf = conf(tree);
    assert!(
        conf.contains(&format!("client-certificate: {KUBELET}\n")),
        "{conf}"
    );
    assert!(conf.contains(&format!("client-key: {KUBELET}\n")), "{conf}");
    assert!(!conf.contains("client-certificate-data") && !conf.contains("client-key-data"));
    // Only what is new is there, and nothing of ours.
    assert!(!names(tree).contains(&".pkigen".to_owned()));
    let verify = tree.pkigen(&["verify", "--at", LATER, "-o", "json"]).json();
    let kubelets = found(&verify).into_iter();
    let mut kubelets =
        kubelets.filter(|(_, file)| file.contains("kubelet.conf") || *file == KUBELET);
    assert_eq!(kubelets.next(), None);
}

#[test]
fn one_that_has_expired_is_issued_as_the_kubelet_writes_it() {
    let tree = node();
    let (before, old) = (conf(&tree), link(&tree));
    let verify = tree.pkigen(&["verify", "--at", LATER, "-o", "json"]).json();
    let mut findings = verify["findings"].as_array().unwrap().iter();
    let finding = findings.find(|one| one["file"] == KUBELET).unwrap();
    assert_eq!(finding["rule"], "expired");
    let words: Vec<&str> = finding["ways"][0][0]["run"]
        .as_array()
        .unwrap()
        .iter()
        .map(|word| word.as_str().unwrap())
        .collect();
    let expected = tree.typed("pkigen renew kubelet.conf");
    assert_eq!(words.join(" "), expected);

    // What would be done is said, and nothing is written.
    let planned = renew_at(&tree, LATER, &["kubelet.conf", "--dry-run", "-o", "json"]).exits(0);
    let planned = planned.json();
    assert_eq!(planned["replacedFiles"], serde_json::json!([NEW, KUBELET]));
    assert_eq!(link(&tree), old);

    let run = renew_at(&tree, LATER, &["kubelet.conf"]).exits(0);
    run.shows(&["renewed  kubelet.conf", "systemctl restart kubelet"]);
    assert_issued(&tree);
    assert_eq!(conf(&tree), before);
    assert!(tree.at(DATED).exists());
    // It is the kubelet's again.
    let run = renew_at(&tree, LATER, &["kubelet.conf"]).exits(1);
    run.shows(&[
        "left alone  kubelet.conf",
        "which the kubelet renews itself",
    ]);

    // What has expired helps nobody, and is put back where that is meant.
    let undo = ["undo", "--at", LATER];
    tree.pkigen(&undo).exits(1).says(&["it expired on"]);
    let run = tree
        .pkigen(&[&undo[..], &["--accept", "expired"]].concat())
        .exits(0);
    run.shows(&[KUBELET, NEW]);
    assert_eq!(link(&tree), old);
    assert_eq!(names(&tree).len(), 2, "{:?}", names(&tree));
    tree.pkigen(&["undo", "3", "--at", LATER]).exits(0);
    assert_issued(&tree);
}

#[test]
fn one_that_is_gone_is_issued_for_whom_the_last_was() {
    let tree = node();
    let last = tree.at("/var/lib/kubelet/pki/kubelet-client-2026-01-02-03-04-05.pem");
    fs::rename(tree.at(DATED), &last).unwrap();
    let verify = tree.pkigen(&["verify", "-o", "json"]).exits(1).json();
    assert_eq!(found(&verify), [("kubelet-identity", "kubelet.conf")]);
    renew_at(&tree, LATER, &["kubelet.conf"]).exits(0);
    assert_issued(&tree);
    // Nothing tells who it was.
    let tree = node();
    fs::remove_dir_all(tree.at("/var/lib/kubelet/pki")).unwrap();
    let verify = tree.pkigen(&["verify", "-o", "json"]).exits(1).json();
    assert_eq!(found(&verify), [("kubelet-identity", "kubelet.conf")]);
    let ways = verify["findings"][0]["ways"].as_array().unwrap();
    assert_eq!(ways.len(), 1, "{ways:?}");
    let run = renew_at(&tree, LATER, &["all"]).exits(1);
    run.says(&["kubelet.conf was not renewed", "--reconcile"]);
    let config = "node-name = \"cp1\"\nadvertise-address = \"192.0.2.10\"\n";
    tree.put_beside("want.toml", config);
    let arguments = ["kubelet.conf", "--reconcile", "--config", "want.toml"];
    renew_at(&tree, LATER, &arguments).exits(0);
    assert_issued(&tree);
}

/// With a file there the kubelet can never replace it.
#[test]
fn a_file_in_the_place_of_the_link_is_replaced_by_one() {
    let tree = node();
    let pem = fs::read(tree.at(DATED)).unwrap();
    fs::rename(tree.at(DATED), tree.at(KUBELET)).unwrap();
    let verify = tree.pkigen(&["verify", "-o", "json"]).exits(1).json();
    assert_eq!(found(&verify), [("kubelet-no-link", KUBELET)]);
    renew_at(&tree, LATER, &["kubelet.conf"]).exits(0);
    assert_issued(&tree);
    let undo = ["undo", "--accept", "kubelet-no-link", "--accept", "expired"];
    tree.pkigen(&[&undo[..], &["--at", LATER]].concat())
        .exits(0);
    let there = fs::symlink_metadata(tree.at(KUBELET)).unwrap();
    assert!(there.is_file());
    assert_eq!(there.permissions().mode() & 0o7777, 0o600);
    assert_eq!(fs::read(tree.at(KUBELET)).unwrap(), pem);
    assert_eq!(names(&tree).len(), 1);
}

#[test]
fn a_file_that_nobody_renews_is_left_behind_once_it_has_expired() {
    let tree = node();
    let own = "/opt/kubelet/client.pem";
    fs::create_dir_all(tree.at("/opt/kubelet")).unwrap();
    fs::rename(tree.at(DATED), tree.at(own)).unwrap();
    fs::remove_file(tree.at(KUBELET)).unwrap();
    fs::write(tree.etc("kubelet.conf"), conf(&tree).replace(KUBELET, own)).unwrap();
    renew_at(&tree, LATER, &["kubelet.conf"]).exits(0);
    assert_issued(&tree);
    assert!(tree.at(own).exists());
}

#[test]
fn without_the_authoritys_key_it_is_a_finding() {
    let tree = node();
    tree.remove(&["ca.key"]);
    let run = renew_at(&tree, LATER, &["all", "-q"]).exits(1);
    run.says(&[
        "kubelet.conf was not renewed",
        KUBELET,
        "expired on",
        "is not here",
    ]);
    // While it is valid the kubelet is left to itself.
    let run = tree.pkigen(&["renew", "all", "-o", "json"]).exits(0);
    assert!(rows(&run, "left alone").contains(&"kubelet.conf".to_owned()));
}

/// What is beside the certificate is not the kubelet's to change.
#[test]
fn server_and_authorities_are_the_configurations() {
    let tree = node();
    let before = conf(&tree);
    let config = "node-name = \"cp1\"\nadvertise-address = \"192.0.2.11\"\n";
    tree.put_beside("want.toml", config);
    let verify = ["verify", "--strict", "--config", "want.toml", "-o", "json"];
    let report = tree.pkigen(&verify).json();
    let drift = ("configuration-drift", "kubelet.conf");
    assert!(
        found(&report).contains(&drift),
        "{drift:?} in {:?}",
        found(&report)
    );
    let pem = fs::read(tree.at(DATED)).unwrap();
    let renew = [
        "renew",
        "kubelet.conf",
        "--reconcile",
        "--config",
        "want.toml",
    ];
    let run = tree.pkigen(&renew).exits(0);
    run.shows(&[
        "adapted  kubelet.conf",
        "server: https://192.0.2.10:6443 instead of https://192.0.2.11:6443",
        "systemctl restart kubelet",
    ]);
    let after = before.replace("192.0.2.10", "192.0.2.11");
    assert_eq!(conf(&tree), after);
    assert_eq!(fs::read(tree.at(DATED)).unwrap(), pem);
    let run = tree.pkigen(&renew).exits(0);
    run.shows(&["as configured  kubelet.conf"]);
    tree.pkigen(&["undo"]).exits(0);
    assert_eq!(conf(&tree), before);
}

/// `init` keeps what is of use, and this is not.
#[test]
fn init_does_not_keep_it() {
    for is_there in [true, false] {
        let tree = node();
        if !is_there {
            fs::remove_file(tree.at(DATED)).unwrap();
        }
        let run = tree.init(&["--at", LATER]).exits(1);
        run.says(&["kubelet.conf", "pkigen renew kubelet.conf"]);
        if is_there {
            tree.init(&[]).exits(0);
        }
    }
}

/// Of a run that was killed before it had decided.
#[test]
fn what_is_left_with_the_kubelet_is_swept() {
    let tree = node();
    tree.pkigen(&["renew", "scheduler.conf"]).exits(0);
    let staging = tree.at("/var/lib/kubelet/pki/.pkigen");
    fs::create_dir(&staging).unwrap();
    fs::write(staging.join("stage-0a-0"), "a private key").unwrap();
    symlink("nowhere", staging.join("stage-0a-1")).unwrap();
    tree.pkigen(&["recover"]).exits(0);
    assert!(!staging.exists());
}

const WANT: &str = "node-name = \"cp1\"\nadvertise-address = \"192.0.2.10\"\n";

fn another_authority(tree: &Tree) {
    tree.take(&Tree::kubeadm("ecdsa-p256"), &["ca.crt", "ca.key"]);
    set_mode(&tree.pki("ca.key"), 0o600);
}

/// What another cluster's authority has issued stays behind, such as after a reset.
#[test]
fn one_of_another_authority_is_issued_again() {
    let tree = node();
    another_authority(&tree);
    tree.pkigen(&["renew", "kubelet.conf"]).exits(1).says(&[
        "kubelet.conf was not renewed: it is issued by CN=kubernetes-ca, which is not the authority \
         here",
        &tree.typed("pkigen renew all --reconcile --config FILE"),
    ]);
    let all = ["renew", "all", "--reconcile", "--config", "want.toml"];
    tree.put_beside("want.toml", WANT);
    tree.pkigen(&all)
        .exits(0)
        .shows(&["certificate: comes from another authority than the one here instead of valid"]);
    tree.pkigen(&["verify"]).exits(0);
    assert_eq!(names(&tree).len(), 3);
}

/// The kubelet takes what is behind its link before what kubelet.conf holds.
#[test]
fn one_that_was_left_behind_is_moved_away() {
    let tree = node();
    another_authority(&tree);
    tree.put_beside("want.toml", WANT);
    fs::copy(Tree::good().etc("kubelet.conf"), tree.etc("kubelet.conf")).unwrap();
    tree.pkigen(&["renew", "all", "--reconcile", "--config", "want.toml"])
        .exits(0);
    let run = tree.pkigen(&["verify", "-o", "json"]).exits(1).json();
    let findings = run["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!(findings[0]["file"], KUBELET);
    assert_eq!(findings[0]["ways"][1][0]["edit"]["place"], "file");
    fs::remove_file(tree.at(KUBELET)).unwrap();
    tree.pkigen(&["verify"]).exits(0);
}
