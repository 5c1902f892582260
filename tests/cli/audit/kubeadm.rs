//! kubeadm's own trees and manifests: its real gaps, and nothing else.

use std::collections::BTreeMap;

use pki_layout::table::cis::CIS_ITEMS;

use super::in_short;
use super::remedies::{Found, Outcome, tried};
use crate::support::node::node;
use crate::support::remedy::carry_out;
use crate::support::{Run, Tree};

/// When the fixtures were made.
const AT: &[&str] = &["--at", "2026-11-24T12:00:00Z"];

fn audit(tree: &Tree, arguments: &[&str]) -> Run {
    tree.pkigen(&[&["audit"], AT, arguments].concat())
}

#[test]
fn the_gaps_are_these() {
    let gaps = [
        // kube-apiserver does not check whom it talks to when it talks to a kubelet: known since
        // 2017 (kubeadm issue 118), left to whoever sets up serving certificates.
        "missing-flag kube-apiserver --kubelet-certificate-authority 1.2.5",
        // The other half of it: each kubelet signs its own certificate.
        "missing-flag kubelet tlsCertFile 4.2.9",
        // No secret is in it; kubeadm writes it readable for everyone, the benchmark wants 600.
        "loose-mode /var/lib/kubelet/config.yaml 4.1.9",
        // Its probes and `kubeadm join` ask anonymously, and RBAC gives that little.
        "?unsafe-setting kube-apiserver --anonymous-auth 1.2.1",
        // Kubernetes' own default, for clients that do not read their token again.
        "?unsafe-setting kube-apiserver --service-account-extend-token-expiration 1.2.30",
    ];
    for algorithm in ["ecdsa-p256", "rsa-2048"] {
        assert_eq!(in_short(&audit(&node(algorithm), &["-o", "json"])), gaps);
    }
}

/// What a person does who is asked, on a cluster of this node alone.
fn answer(tree: &Tree, question: &str) {
    if !question.starts_with("let every kubelet have a serving certificate") {
        return;
    }
    let found = Found::on(tree, AT);
    let mut rows = found.rows.iter();
    let serving = rows.find(|row| row["flag"] == "tlsCertFile").unwrap();
    let said = serving["remedy"].as_str().unwrap();
    let config = tree.beside("kubeadm.yaml");
    for step in serving["ways"][0].as_array().unwrap() {
        carry_out(tree, &config, said, step).unwrap();
    }
}

/// Every gap is closed by what is said to be done about it, and nothing else is found then, by
/// `verify` neither.
#[test]
fn what_is_said_closes_the_gaps() {
    for algorithm in ["ecdsa-p256", "rsa-2048"] {
        let found = Found::on(&node(algorithm), AT);
        let mut asked = Vec::new();
        for (at, row) in found.rows.iter().enumerate() {
            let tree = node(algorithm);
            let config = tree.beside("kubeadm.yaml");
            tree.put_beside("at", AT.join(" "));
            match tried(&tree, AT, &config, (&found, at), answer) {
                Outcome::Helps => {}
                Outcome::Asks => asked.push(row["flag"].as_str().unwrap()),
                Outcome::Problem(problem) => panic!("{algorithm}: {problem}"),
            }
        }
        // Who else asks anonymously is not on the node's disk.
        assert_eq!(asked, ["--anonymous-auth"]);
    }
}

#[test]
fn verify_finds_nothing() {
    for algorithm in ["ecdsa-p256", "rsa-2048"] {
        node(algorithm)
            .pkigen(&["verify", "--at", "2026-11-24T12:00:00Z"])
            .exits(0);
    }
}

#[test]
fn the_path_to_kubelets_is_shown_as_unprotected() {
    let run = audit(&node("ecdsa-p256"), &[]).exits(1);
    let lines: Vec<&str> = run.stdout.lines().collect();
    let path = lines
        .iter()
        .find(|line| line.starts_with("apiserver->kubelet "))
        .unwrap();
    assert!(
        path.contains("server not authenticated") && path.contains("CIS 1.2.5"),
        "{path}"
    );
    let etcd = lines
        .iter()
        .find(|line| line.starts_with("apiserver->etcd "))
        .unwrap();
    assert!(etcd.contains("mutual TLS"), "{etcd}");
}

/// What kube-bench 0.10 and later say of the same flags and files with `cfg/cis-1.12`, whose
/// checks are those of 2.0.1; `W` is its `WARN`, for what it leaves to a person, and an item that
/// is not here it passes over or fails for want of the file.
const KUBE_BENCH: &[(&str, &str)] = &[
    ("1.1.1", "pass"),
    ("1.1.2", "pass"),
    ("1.1.3", "pass"),
    ("1.1.4", "pass"),
    ("1.1.5", "pass"),
    ("1.1.6", "pass"),
    ("1.1.7", "pass"),
    ("1.1.8", "pass"),
    ("1.1.9", "not-here"),
    ("1.1.10", "not-here"),
    ("1.1.11", "pass"),
    ("1.1.12", "fail"),
    ("1.1.13", "pass"),
    ("1.1.14", "pass"),
    ("1.1.15", "pass"),
    ("1.1.16", "pass"),
    ("1.1.17", "pass"),
    ("1.1.18", "pass"),
    ("1.1.19", "pass"),
    ("1.1.20", "pass"),
    ("1.1.21", "pass"),
    ("1.2.1", "warn"),
    ("1.2.2", "pass"),
    ("1.2.4", "pass"),
    ("1.2.5", "fail"),
    ("1.2.6", "pass"),
    ("1.2.7", "pass"),
    ("1.2.8", "pass"),
    ("1.2.14", "pass"),
    ("1.2.21", "pass"),
    ("1.2.22", "pass"),
    ("1.2.23", "pass"),
    ("1.2.24", "pass"),
    ("1.2.25", "pass"),
    ("1.2.26", "pass"),
    ("1.2.29", "warn"),
    ("1.2.30", "fail"),
    ("1.3.3", "pass"),
    ("1.3.4", "pass"),
    ("1.3.5", "pass"),
    ("1.3.6", "pass"),
    ("2.1", "pass"),
    ("2.2", "pass"),
    ("2.3", "pass"),
    ("2.4", "pass"),
    ("2.5", "pass"),
    ("2.6", "pass"),
    ("2.7", "pass"),
    ("3.1.1", "by-hand"),
    ("4.1.1", "fail"),
    ("4.1.2", "pass"),
    ("4.1.3", "not-here"),
    ("4.1.4", "not-here"),
    ("4.1.5", "pass"),
    ("4.1.6", "pass"),
    ("4.1.7", "pass"),
    ("4.1.8", "pass"),
    ("4.1.9", "fail"),
    ("4.1.10", "pass"),
    ("4.2.1", "pass"),
    ("4.2.2", "pass"),
    ("4.2.3", "pass"),
    ("4.2.4", "pass"),
    ("4.2.9", "warn"),
    ("4.2.10", "pass"),
    ("4.2.11", "pass"),
    ("4.2.12", "warn"),
];

/// Where the two differ the table says why.
#[test]
fn kube_bench_agrees_or_the_difference_is_explained() {
    let report = audit(&node("ecdsa-p256"), &["-o", "json"]).json();
    let items = report["items"].as_array().unwrap();
    let ours: BTreeMap<&str, &str> = items
        .iter()
        .map(|item| {
            (
                item["number"].as_str().unwrap(),
                item["verdict"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(ours.len(), KUBE_BENCH.len());
    let mut differences = Vec::new();
    for (number, theirs) in KUBE_BENCH {
        if ours[number] != *theirs {
            let item = CIS_ITEMS
                .iter()
                .find(|item| item.number == *number)
                .unwrap();
            assert!(
                !item.differs.is_empty(),
                "{number}: {theirs}, here {}",
                ours[number]
            );
            differences.push(*number);
        }
    }
    assert_eq!(
        differences,
        [
            "1.1.12", "1.2.29", "1.2.30", "4.1.1", "4.1.2", "4.2.9", "4.2.12"
        ]
    );
}

/// The table says of each item whether kubeadm passes it; that is what is found.
#[test]
fn what_the_table_says_of_kubeadm_is_so() {
    let report = audit(&node("rsa-2048"), &["-o", "json"]).json();
    for item in report["items"].as_array().unwrap() {
        let number = item["number"].as_str().unwrap();
        let spec = CIS_ITEMS.iter().find(|one| one.number == number).unwrap();
        let verdict = item["verdict"].as_str().unwrap();
        let expected: &[&str] = if spec.kubeadm_passes {
            &["pass", "not-here"]
        } else {
            &["fail", "warn", "by-hand", "not-here"]
        };
        assert!(expected.contains(&verdict), "{number} is {verdict}");
    }
}
