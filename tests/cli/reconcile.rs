//! `renew --reconcile`: what differs from the configuration is shown, mended, and nothing else.

pub(crate) mod authorities;
mod configured;
mod forged;
mod rights;
mod usage;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use crate::support::x509::{decode, encode};
use crate::support::{Facts, OddKey, Presented, Snapshot, Tree};

/// The configuration that [`Tree::good`] was made by.
const GOOD: &str = "node-name = \"cp1\"\nadvertise-address = \"192.0.2.10\"\n";

const CLUSTER_PAIRS: [&str; 2] = ["apiserver", "apiserver-kubelet-client"];
const ETCD_PAIRS: [&str; 4] = [
    "etcd-server",
    "etcd-peer",
    "etcd-healthcheck-client",
    "apiserver-etcd-client",
];
const KUBECONFIGS: [&str; 5] = [
    "admin.conf",
    "super-admin.conf",
    "kubelet.conf",
    "controller-manager.conf",
    "scheduler.conf",
];

/// A row and what is said of it: each text is a whole difference, or its beginning when it ends
/// in `...`.
type Drift<'a> = (&'a str, &'a [&'a str]);

/// The same of several rows.
fn each<'a>(rows: &[&'a str], differences: &'a [&'a str]) -> Vec<Drift<'a>> {
    rows.iter().map(|row| (*row, differences)).collect()
}

/// Every row that has a certificate.
fn leaves() -> Vec<&'static str> {
    [
        &CLUSTER_PAIRS[..],
        &["front-proxy-client"],
        &ETCD_PAIRS,
        &KUBECONFIGS,
    ]
    .concat()
}

/// Where the certificate of a row is, below `/etc/kubernetes`, and the authority that signs it.
fn place(row: &str) -> (String, &'static str) {
    let etcd = ["server", "peer", "healthcheck-client"];
    match row.strip_prefix("etcd-").filter(|name| etcd.contains(name)) {
        Some(name) => (format!("pki/etcd/{name}"), "etcd/ca.crt"),
        None if row == "apiserver-etcd-client" => (format!("pki/{row}"), "etcd/ca.crt"),
        None if row == "front-proxy-client" => (format!("pki/{row}"), "front-proxy-ca.crt"),
        None if KUBECONFIGS.contains(&row) => (row.to_owned(), "ca.crt"),
        None => (format!("pki/{row}"), "ca.crt"),
    }
}

/// A further node has no super-admin.conf.
fn is_there(tree: &Tree, row: &str) -> bool {
    row != "super-admin.conf" || tree.etc(row).exists()
}

/// Runs `renew all --reconcile` by this configuration.
fn reconcile(tree: &Tree, config: &str, more: &[&str]) -> crate::support::Run {
    tree.put_beside("want.toml", config);
    let arguments = [
        "renew",
        "all",
        "--reconcile",
        "--drop-names",
        "--config",
        "want.toml",
    ];
    tree.pkigen(&[&arguments[..], more].concat())
}

/// The differences of every row with this action.
fn differences(report: &Value, action: &str) -> BTreeMap<String, Vec<String>> {
    let rows = report["rows"].as_array().unwrap().iter();
    let rows = rows.filter(|row| row["action"] == action).map(|row| {
        let name = row["name"].as_str().unwrap().to_owned();
        let differences = row["differences"].as_array();
        let differences = differences.map_or(&[][..], Vec::as_slice).iter();
        let differences = differences.map(|one| one.as_str().unwrap().to_owned());
        (name, differences.collect())
    });
    rows.collect()
}

/// The tree differs by exactly this from the configuration; it is shown, mended, and stays so.
#[track_caller]
fn mends(tree: &Tree, config: &str, drift: &[Drift<'_>]) {
    tree.put_beside("want.toml", config);
    let before = tree.snapshot();

    // Shown, and nothing is written.
    let planned = reconcile(tree, config, &["--dry-run", "-o", "json"]).exits(0);
    let report = planned.json();
    assert_eq!(report["outcome"], "planned", "{report:#}");
    let found = differences(&report, "renew");
    assert_drift(&found, drift);
    let text = reconcile(tree, config, &["--dry-run"]).exits(0).stdout;
    for difference in found.values().flatten() {
        assert!(text.contains(difference), "{difference:?} not in {text}");
    }
    assert_nothing_written(&before, &tree.snapshot());

    // Mended, and nothing else is touched.
    let report = reconcile(tree, config, &["-o", "json"]).exits(0).json();
    assert_eq!(report["outcome"], "done", "{report:#}");
    assert_eq!(differences(&report, "renewed"), found);
    assert_eq!(
        differences(&report, "as configured").len(),
        leaves().iter().filter(|row| is_there(tree, row)).count() - drift.len()
    );
    let after = tree.snapshot();
    for path in before.files() {
        let row = drift.iter().find(|(row, _)| {
            let place = tree.etc(&place(row).0);
            path.with_extension("") == relative(tree, &place.with_extension(""))
        });
        let changed = before.entry(path).content != after.entry(path).content;
        let what = path.display();
        if row.is_some() {
            assert!(changed, "{what} is as it was");
        } else if !path.ends_with("want.toml") {
            assert_eq!(before.entry(path), after.entry(path), "{what}");
        }
    }

    stays(tree, config);
}

/// Nothing differs: a run finds nothing, OpenSSL accepts everything, and `init` keeps it all.
#[track_caller]
fn stays(tree: &Tree, config: &str) {
    tree.put_beside("want.toml", config);
    let before = tree.snapshot();
    let report = reconcile(tree, config, &["-o", "json"]).exits(0).json();
    assert_eq!(report["outcome"], "unchanged", "{report:#}");
    let configured = differences(&report, "as configured");
    let present = leaves().into_iter().filter(|row| is_there(tree, row));
    assert_eq!(configured.len(), present.count(), "{report:#}");
    assert!(configured.values().all(Vec::is_empty), "{report:#}");
    reconcile(tree, config, &[])
        .exits(0)
        .shows(&["as configured", "Nothing was renewed"]);
    verifies(tree);

    let init = ["init", "--config", "want.toml"];
    let run = tree.pkigen(&[&init[..], &["-o", "json"]].concat()).exits(0);
    let rows = run.json()["rows"].as_array().unwrap().clone();
    for row in rows {
        assert_ne!(row["action"], "create", "{row:#}");
    }
    // Flags may say another address now; certificates, keys and kubeconfigs are as they were.
    let after = tree.snapshot();
    for path in before.files() {
        let derived = path.components().any(|part| part.as_os_str() == "pkigen");
        if !derived && !path.ends_with("want.toml") {
            let what = path.display();
            assert_eq!(before.entry(path), after.entry(path), "{what}");
        }
    }
    tree.pkigen(&init).exits(0).shows(&["Nothing to do"]);
}

#[track_caller]
fn assert_drift(found: &BTreeMap<String, Vec<String>>, drift: &[Drift<'_>]) {
    let rows: BTreeMap<&str, &[&str]> = drift.iter().copied().collect();
    let names: Vec<&str> = found.keys().map(String::as_str).collect();
    let expected: Vec<&str> = rows.keys().copied().collect();
    assert_eq!(names, expected, "{found:#?}");
    for (row, expected) in rows {
        let found = &found[row];
        assert_eq!(found.len(), expected.len(), "{row}: {found:#?}");
        for (found, expected) in found.iter().zip(expected) {
            let same = match expected.strip_suffix("...") {
                Some(beginning) => found.starts_with(beginning),
                None => found == expected,
            };
            assert!(same, "{row}: {found:?} instead of {expected:?}");
        }
    }
}

/// The configuration itself is written again by each run here.
#[track_caller]
fn assert_nothing_written(before: &Snapshot, after: &Snapshot) {
    let changes = before.changes(after);
    let others: Vec<&String> = changes
        .iter()
        .filter(|change| *change != "want.toml changed")
        .collect();
    assert!(others.is_empty(), "{others:?}");
}

fn relative(tree: &Tree, path: &std::path::Path) -> PathBuf {
    let base = tree.beside("");
    path.strip_prefix(base).unwrap().to_owned()
}

/// A base64 value of a kubeconfig, decoded.
fn data(tree: &Tree, kubeconfig: &str, field: &str) -> Vec<u8> {
    let text = std::fs::read_to_string(tree.etc(kubeconfig)).unwrap();
    let value = text
        .lines()
        .find_map(|line| line.trim().strip_prefix(&format!("{field}: ")));
    decode(value.unwrap())
}

/// Puts another base64 value into a kubeconfig.
fn put_data(tree: &Tree, kubeconfig: &str, field: &str, content: &[u8]) {
    let encoded = encode(content);
    let text = std::fs::read_to_string(tree.etc(kubeconfig)).unwrap();
    let lines = text.lines().map(|line| match line.split_once(": ") {
        Some((name, _)) if name.trim() == field => format!("{name}: {encoded}\n"),
        _ => format!("{line}\n"),
    });
    std::fs::write(tree.etc(kubeconfig), lines.collect::<String>()).unwrap();
}

/// rustls accepts every leaf by its authority, and every key is its certificate's.
#[track_caller]
fn verifies(tree: &Tree) {
    for row in leaves().into_iter().filter(|row| is_there(tree, row)) {
        let (file, authority) = place(row);
        let (certificate, key, trust) = if KUBECONFIGS.contains(&row) {
            let part = |field| data(tree, row, field);
            (
                part("client-certificate-data"),
                part("client-key-data"),
                part("certificate-authority-data"),
            )
        } else {
            let part = |extension| std::fs::read(tree.etc(&format!("{file}.{extension}"))).unwrap();
            (part("crt"), part("key"), tree.text(authority).into_bytes())
        };
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let own = OddKey::from_pem(&text(key)).spki();
        assert!(own == Facts::of(&certificate).key, "{row}: another's key");
        let serves = ["apiserver", "etcd-server", "etcd-peer"].contains(&row);
        let presented = Presented {
            chain: text(certificate),
            anchors: text(trust),
            serves,
            dials: row != "apiserver",
            host: serves.then(|| {
                if row == "apiserver" {
                    "kubernetes"
                } else {
                    "localhost"
                }
                .to_owned()
            }),
        };
        assert_eq!(presented.refused_by_rustls(), None, "{row}");
    }
}
