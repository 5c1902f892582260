//! Text, JSON and Markdown.

use std::collections::BTreeSet;

use pki_layout::explain::names;

use super::explain;
use crate::support::{Tree, run};

#[test]
fn no_line_is_wider_than_80_columns() {
    let tree = Tree::kubeadm("ecdsa-p256");
    for what in names() {
        let run = explain(&tree, &["--", &what]).exits(0);
        for line in run.stdout.lines() {
            // A command is copied: it is on one line.
            let is_command = line.contains("crictl ps ");
            assert!(is_command || line.chars().count() <= 80, "{what}: {line}");
            assert_eq!(line.trim_end(), line, "{what}");
        }
        assert!(!run.stdout.contains('\u{1b}'), "{what}");
        assert!(run.stdout.is_ascii(), "{what}");
    }
}

#[test]
fn the_whole_picture_is_one_screen() {
    let tree = Tree::empty();
    let text = explain(&tree, &[]).exits(0).stdout;
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines.len() <= 45, "{}", lines.len());
    assert!(lines.iter().all(|line| line.len() <= 80));
    for row in [
        "apiserver->kubelet             kubelet-serving apiserver-kubelet-client unproven",
        "apiserver->etcd                etcd-server     apiserver-etcd-client    mutual",
        "administrator->apiserver       apiserver       admin.conf, tokens       server",
        "pod->pod                       nothing         nothing                  plain",
    ] {
        assert!(lines.contains(&row), "{row} in\n{text}");
    }
    assert!(text.contains("front-proxy-ca signs front-proxy-client"));
}

/// Colour marks headings, and says nothing that the words do not.
#[test]
fn colour_is_for_terminals() {
    let tree = Tree::empty();
    let plain = explain(&tree, &["ca"]).exits(0).stdout;
    let colour = tree
        .pkigen(&["explain", "ca", "--color", "always"])
        .exits(0);
    assert!(
        colour.stdout.contains("\u{1b}[1mFiles\u{1b}[0m"),
        "{}",
        colour.stdout
    );
    let stripped = colour
        .stdout
        .replace("\u{1b}[1m", "")
        .replace("\u{1b}[0m", "");
    assert_eq!(stripped, plain);
    let mut command = tree.command(&["explain", "ca"]);
    let run = run(command.env("NO_COLOR", "1").env("CLICOLOR_FORCE", "0")).exits(0);
    assert_eq!(run.stdout, plain);
}

/// Every section that a topic may have.
const SECTIONS: &[&str] = &[
    "advice",
    "attack",
    "by-default",
    "certificate",
    "certificates",
    "checked-by",
    "client-shows",
    "depends-on",
    "expires",
    "file",
    "files",
    "flags",
    "guards",
    "has",
    "identity",
    "looks-at",
    "missing",
    "more-flags",
    "note",
    "obsolete",
    "paths",
    "presented-by",
    "protocol",
    "read-again",
    "reference",
    "refused-by",
    "renew",
    "replacement",
    "restart",
    "rules",
    "see-also",
    "server-shows",
    "set-to",
    "shows",
    "signed-with",
    "signs",
    "stolen",
    "trusts",
    "versions",
];

#[test]
fn the_object_keeps_its_fields() {
    let tree = Tree::kubeadm("ecdsa-p256");
    let keys = |value: &serde_json::Value| -> Vec<String> {
        value.as_object().unwrap().keys().cloned().collect()
    };
    let mut kinds = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for what in names() {
        let report = explain(&tree, &["-o", "json", "--", &what]).exits(0).json();
        assert_eq!(
            keys(&report),
            [
                "kind",
                "kubernetesVersion",
                "notes",
                "schemaVersion",
                "topics"
            ]
        );
        assert_eq!(report["kind"], "ExplainReport");
        assert_eq!(report["schemaVersion"], 1);
        assert_eq!(report["kubernetesVersion"], "1.36");
        for topic in report["topics"].as_array().unwrap() {
            assert_eq!(
                keys(topic),
                [
                    "answer",
                    "certificates",
                    "expirations",
                    "flags",
                    "kind",
                    "name",
                    "paths",
                    "restarts",
                    "sections"
                ]
            );
            kinds.insert(topic["kind"].as_str().unwrap().to_owned());
            for section in topic["sections"].as_array().unwrap() {
                assert_eq!(keys(section), ["id", "lines", "title"]);
                ids.insert(section["id"].as_str().unwrap().to_owned());
            }
            for fact in topic["expirations"].as_array().unwrap() {
                assert_eq!(keys(fact), ["expirationDate", "name", "path", "state"]);
            }
        }
    }
    let expected = [
        "certificate",
        "flag",
        "kubelet-file",
        "obsolete-flag",
        "party",
        "path",
        "rule",
    ];
    assert_eq!(
        kinds.iter().map(String::as_str).collect::<Vec<_>>(),
        expected
    );
    assert_eq!(ids.iter().map(String::as_str).collect::<Vec<_>>(), SECTIONS);
}

#[test]
fn a_page_has_headings_and_lists() {
    let tree = Tree::empty();
    let text = explain(&tree, &["etcd-peer", "-o", "markdown"])
        .exits(0)
        .stdout;
    assert!(
        text.starts_with("# etcd-peer\n\netcd-peer: the certificate that "),
        "{text}"
    );
    assert!(
        text.contains("\n## Checked by\n\n- etcd, by --peer-trusted-ca-file"),
        "{text}"
    );
    let text = explain(&tree, &["-o", "markdown"]).exits(0).stdout;
    assert!(text.starts_with("# overview\n"), "{text}");
}
