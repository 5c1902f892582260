//! Kubeconfigs.

use std::fs;

use super::{mended, move_away, refused};
use crate::support::Tree;

const AFRESH: &str = "admin.conf away, then run this again: it is made afresh";

fn read(tree: &Tree, name: &str) -> String {
    fs::read_to_string(tree.etc(name)).unwrap()
}

/// Rewrites admin.conf line by line; `None` leaves a line out.
fn edit(tree: &Tree, change: impl Fn(&str) -> Option<String>) {
    let text: Vec<String> = read(tree, "admin.conf")
        .lines()
        .filter_map(change)
        .collect();
    fs::write(tree.etc("admin.conf"), text.join("\n") + "\n").unwrap();
}

fn without(field: &str) -> impl Fn(&str) -> Option<String> {
    move |line| (!line.trim_start().starts_with(field)).then(|| line.to_owned())
}

/// What is in use is issued again where it is.
const ALL_AS_CONFIGURED: &str = "`pkigen renew all --reconcile --config FILE`";

#[track_caller]
fn check(tree: &Tree, problem: &str) {
    refused(tree, &[], &[("admin.conf", problem, AFRESH)]);
}

#[test]
fn empty_and_then_made_afresh() {
    let tree = Tree::good();
    fs::write(tree.etc("admin.conf"), "").unwrap();
    check(&tree, "it is empty");
    move_away(&tree, &["admin.conf"]);
    mended(&tree, &[], &["admin.conf"]);
}

#[test]
fn no_yaml() {
    for (text, problem) in [
        (
            "garbage",
            "it is not a kubeconfig: expected mapping start at line 1, column 1",
        ),
        ("clusters: [", "it is not a kubeconfig: "),
        ("clusters: 5", "it is not a kubeconfig: "),
        ("kind: Config\n", "it names no current-context"),
        ("a: &a [*a, *a]\n", "it is not a kubeconfig: "),
    ] {
        let tree = Tree::good();
        fs::write(tree.etc("admin.conf"), text).unwrap();
        check(&tree, problem);
    }
    let tree = Tree::good();
    fs::write(tree.etc("admin.conf"), b"\xff\xfe").unwrap();
    check(&tree, "it is not text");
}

#[test]
pub(crate) fn of_another_cluster() {
    let (tree, other) = (Tree::good(), Tree::empty());
    other.init(&[]).exits(0);
    fs::copy(other.etc("admin.conf"), tree.etc("admin.conf")).unwrap();
    refused(
        &tree,
        &[],
        &[
            (
                "admin.conf",
                "it trusts another authority than this cluster's ca.crt",
                ALL_AS_CONFIGURED,
            ),
            (
                "admin.conf",
                "it is issued by CN=kubernetes-ca, which is not the authority here",
                ALL_AS_CONFIGURED,
            ),
        ],
    );
}

#[test]
fn that_trusts_another_authority() {
    let (tree, other) = (Tree::good(), Tree::empty());
    other.init(&[]).exits(0);
    let foreign = read(&other, "admin.conf");
    let field = "certificate-authority-data:";
    let foreign = foreign.lines().find(|line| line.contains(field)).unwrap();
    edit(&tree, |line| {
        Some(if line.contains(field) { foreign } else { line }.to_owned())
    });
    let problem = "it trusts another authority than this cluster's ca.crt";
    refused(&tree, &[], &[("admin.conf", problem, ALL_AS_CONFIGURED)]);
}

#[test]
fn without_its_parts() {
    for (field, problem) in [
        ("current-context:", "it names no current-context"),
        (
            "client-key-data:",
            "it holds client-certificate-data, but no client-key-data",
        ),
    ] {
        let tree = Tree::good();
        edit(&tree, without(field));
        check(&tree, problem);
    }
}

#[test]
fn with_names_that_lead_nowhere() {
    for (from, to, problem) in [
        (
            "current-context: kubernetes-admin",
            "current-context: other",
            "it names the context \"other",
        ),
        (
            "    user: kubernetes-admin",
            "    user: other",
            "it names the user \"other",
        ),
        (
            "    cluster: kubernetes",
            "    cluster: other",
            "it names the cluster \"other",
        ),
    ] {
        let tree = Tree::good();
        edit(&tree, |line| Some(line.replace(from, to)));
        check(&tree, problem);
    }
}

#[test]
fn with_data_that_is_none() {
    for (field, problem) in [
        (
            "certificate-authority-data:",
            "it has certificate-authority-data that is not base64",
        ),
        (
            "client-certificate-data:",
            "it has client-certificate-data that is not base64",
        ),
        (
            "client-key-data:",
            "it has client-key-data that is not base64",
        ),
    ] {
        let tree = Tree::good();
        edit(&tree, |line| {
            let (before, _) = line.split_once(field).unwrap_or((line, ""));
            Some(if line.contains(field) {
                format!("{before}{field} '%%'")
            } else {
                line.to_owned()
            })
        });
        check(&tree, problem);
    }
}

#[test]
fn with_the_key_of_another_certificate() {
    let tree = Tree::good();
    let scheduler = read(&tree, "scheduler.conf");
    let field = "client-key-data:";
    let foreign = scheduler.lines().find(|line| line.contains(field)).unwrap();
    edit(&tree, |line| {
        Some(if line.contains(field) { foreign } else { line }.to_owned())
    });
    let problem = "the key belongs to another certificate";
    let remedy = "`pkigen renew admin.conf`: it gets a new key";
    refused(&tree, &[], &[("admin.conf", problem, remedy)]);
}

/// It may be meant: the address of a load balancer, say.
#[test]
fn another_server_is_a_warning() {
    let tree = Tree::good();
    edit(&tree, |line| {
        Some(line.replace("192.0.2.10", "203.0.113.1"))
    });
    let before = tree.snapshot();
    let says = "admin.conf dials https://203.0.113.1:6443, where the configuration says \
        https://192.0.2.10:6443; it is kept";
    tree.init(&[]).exits(0).says(&[says]);
    before.assert_untouched(&tree.snapshot());
}

#[test]
pub(crate) fn another_identity_is_a_warning() {
    let tree = Tree::good();
    fs::copy(tree.etc("scheduler.conf"), tree.etc("admin.conf")).unwrap();
    let says = "admin.conf is for CN=system:kube-scheduler, where the table says \
        O=kubeadm:cluster-admins, CN=kubernetes-admin; it is kept";
    tree.init(&[]).exits(0).says(&[says]);
}
