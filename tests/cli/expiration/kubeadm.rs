//! What kubeadm 1.36.2 printed about its own trees, and what is printed about them here.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::check_at;
use crate::support::Tree;

/// The instants at which kubeadm's output was recorded.
const RECORDED: [(&str, &str); 2] = [
    ("rsa-2048", "2026-11-23T18:30:49Z"),
    ("ecdsa-p256", "2026-11-23T18:30:48Z"),
];

fn recorded(algorithm: &str, file: &str) -> String {
    let fixtures =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/kubeadm-1.36.2");
    fs::read_to_string(fixtures.join(algorithm).join(file)).unwrap()
}

#[test]
fn the_tables_are_kubeadms_byte_for_byte() {
    for (algorithm, at) in RECORDED {
        let run = check_at(&Tree::kubeadm(algorithm), at, &[]).exits(0);
        let expected = recorded(algorithm, "check-expiration.txt");
        let (tables, more) = run.stdout.split_at(expected.len());
        assert_eq!(tables, expected);
        assert!(more.starts_with("\nOTHER CERTIFICATE  "), "{more}");
        assert_eq!(run.stderr, "");
    }
}

/// Every field of `old` is in `new` with the same value; lists have the same length.
#[track_caller]
fn contains(new: &Value, old: &Value, place: &str) {
    match (new, old) {
        (Value::Object(new), Value::Object(old)) => {
            for (key, value) in old {
                let place = format!("{place}.{key}");
                contains(new.get(key).unwrap_or(&Value::Null), value, &place);
            }
        }
        (Value::Array(new), Value::Array(old)) => {
            assert_eq!(new.len(), old.len(), "{place}");
            for (position, (new, old)) in new.iter().zip(old).enumerate() {
                contains(new, old, &format!("{place}[{position}]"));
            }
        }
        _ => assert_eq!(new, old, "{place}"),
    }
}

#[test]
fn the_object_is_a_superset_of_kubeadms() {
    for (algorithm, at) in RECORDED {
        let run = check_at(&Tree::kubeadm(algorithm), at, &["-o", "json"]).exits(0);
        let old: Value =
            serde_json::from_str(&recorded(algorithm, "check-expiration.json")).unwrap();
        contains(&run.json(), &old, "");
        // Indented by four, and what kubeadm has comes first and in its order.
        let lines = |text: &str| text.lines().take(9).map(str::to_owned).collect::<Vec<_>>();
        let expected = lines(&recorded(algorithm, "check-expiration.json"));
        assert_eq!(lines(&run.stdout), expected);
        assert_eq!(run.json()["schemaVersion"], 1);
        assert_eq!(run.json()["outcome"], "unchanged");
        assert_eq!(run.json()["at"], at);
    }
}

/// Compared by its lines: every field of the object is on one of its own.
#[test]
fn yaml_is_the_same_object() {
    let tree = Tree::kubeadm("rsa-2048");
    let at = RECORDED[0].1;
    let yaml = check_at(&tree, at, &["-o", "yaml"]).exits(0).stdout;
    let json = check_at(&tree, at, &["-o", "json"]).exits(0).json();
    let scalars = |value: &Value| {
        let row = value.as_object().unwrap().iter();
        row.filter(|(_, value)| !value.is_array() && !value.is_object())
            .map(|(key, value)| match value {
                Value::String(text) => (key.clone(), text.clone()),
                other => (key.clone(), other.to_string()),
            })
            .collect::<Vec<_>>()
    };
    let lists = [
        "certificates",
        "certificateAuthorities",
        "otherCertificates",
    ];
    let mut expected = scalars(&json);
    for list in lists {
        let rows = json[list].as_array().unwrap();
        expected.extend(rows.iter().flat_map(scalars));
        let owners = rows.iter().map(|row| &row["owner"]);
        expected.extend(owners.filter(|owner| owner.is_object()).flat_map(scalars));
    }
    for object in [
        &json["serviceAccountKey"],
        &json["summary"],
        &json["summary"]["next"],
    ] {
        expected.extend(scalars(object));
    }
    let mut found: Vec<(String, String)> = yaml
        .lines()
        .filter_map(|line| line.trim_start_matches([' ', '-']).split_once(": "))
        .map(|(key, value)| (key.to_owned(), value.trim_matches(['"', '\'']).to_owned()))
        .filter(|(_, value)| value != "[]")
        .collect();
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
    // Sorted keys, as kubeadm writes them.
    let top: Vec<&str> = yaml
        .lines()
        .filter(|line| !line.starts_with([' ', '-']))
        .filter_map(|line| line.split(':').next())
        .collect();
    assert!(top.is_sorted(), "{top:?}");
}

/// The same lives by the clock: each instant is that much before the end of apiserver.
#[test]
fn lives_are_told_as_kubeadm_tells_them() {
    let tree = Tree::kubeadm("rsa-2048");
    for (at, left) in [
        ("2027-11-23T18:29:37Z", "70s"),
        ("2027-11-23T18:27:37Z", "3m10s"),
        ("2027-11-23T17:20:47Z", "70m"),
        ("2027-11-21T19:30:47Z", "47h"),
        ("2027-11-21T17:30:47Z", "2d1h"),
        ("2027-11-15T16:30:47Z", "8d"),
        ("2027-11-23T18:30:49Z", "<invalid>"),
    ] {
        let run = tree.pkigen(&["check-expiration", "--at", at]);
        let line = run
            .stdout
            .lines()
            .find(|line| line.starts_with("apiserver "))
            .unwrap();
        assert_eq!(
            line.split("UTC").nth(1).unwrap().split_whitespace().next(),
            Some(left)
        );
    }
}
