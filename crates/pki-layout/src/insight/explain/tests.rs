//! That everything is found by every name it has, and explained.

use std::path::Path;

use pki_core::CERTS;
use time::macros::datetime;

use super::*;
use crate::report::RemedyRow;
use crate::table::cis::CIS_ITEMS;
use crate::table::paths::PATHS;
use crate::table::{FLAGS, KUBELET_FILES, OBSOLETE_FLAGS};
use crate::{Directories, Root};

fn ask(words: &[&str]) -> Result<ExplainReport, UnknownTopic> {
    let root = Root::new("/nonexistent", Directories::default()).unwrap();
    let observation = root.observe();
    let now = datetime!(2026-11-23 12:00 UTC);
    let told = |_: &_| RemedyRow::default();
    let question = Question::new(&observation, KubernetesVersion::NEWEST, now, &told);
    let words: Vec<String> = words.iter().map(ToString::to_string).collect();
    explain(&words, &question)
}

#[track_caller]
fn kinds_and_names(words: &[&str]) -> Vec<(&'static str, String)> {
    let report = ask(words).unwrap_or_else(|error| panic!("{words:?}: {error}"));
    let topics = report.topics.into_iter();
    topics.map(|topic| (topic.kind, topic.name)).collect()
}

#[track_caller]
fn found(word: &str, kind: &str, name: &str) {
    let found = kinds_and_names(&[word]);
    assert!(
        found.contains(&(kind_of(kind), name.to_owned())),
        "{word}: {found:?}"
    );
}

fn kind_of(kind: &str) -> &'static str {
    [
        "certificate",
        "kubelet-file",
        "flag",
        "obsolete-flag",
        "party",
        "path",
        "rule",
    ]
    .into_iter()
    .find(|known| *known == kind)
    .unwrap()
}

/// Every row of every table, by every name it has.
#[test]
fn every_row_is_found_and_explained() {
    for spec in CERTS {
        found(spec.name, "certificate", spec.name);
        for artifact in spec.artifacts() {
            let path = Directories::default().path(artifact);
            found(&artifact.to_string(), "certificate", spec.name);
            found(&path.display().to_string(), "certificate", spec.name);
            let name = path.file_name().unwrap().to_str().unwrap();
            if name != "ca.crt" && name != "ca.key" {
                found(name, "certificate", spec.name);
            }
        }
    }
    for file in KUBELET_FILES {
        found(file.name, "kubelet-file", file.name);
        let path = file.path(
            &Directories::default(),
            Path::new(crate::table::kubelet_files::KUBELET_DIRECTORY),
        );
        found(&path.display().to_string(), "kubelet-file", file.name);
    }
    for flag in FLAGS {
        let name = sections::qualified(flag);
        for word in [format!("-{}", flag.name), format!("--{}", flag.name)] {
            found(&word, "flag", &name);
            let both = kinds_and_names(&[flag.component.name(), &word]);
            assert_eq!(both, [("flag", name.clone())]);
        }
    }
    for flag in OBSOLETE_FLAGS {
        let name = format!("{} --{}", flag.component, flag.name);
        found(&format!("--{}", flag.name), "obsolete-flag", &name);
    }
    for party in Party::ENDS {
        let name = party.component().map_or(party.name(), |one| one.name());
        found(name, "party", name);
    }
    for path in PATHS {
        let name = path.name();
        found(&name, "path", &name);
        let words = [path.client.name(), "to", path.server.name()];
        assert_eq!(kinds_and_names(&words), [("path", name.clone())]);
    }
    for rule in pki_core::judge::RULES.iter().flat_map(|group| group.rules) {
        found(rule.id, "rule", rule.id);
    }
    for item in CIS_ITEMS {
        found(item.number, "rule", item.number);
        assert!(kinds_and_names(&["CIS", item.number])[0].0 == "rule");
    }
}

/// No section of any explanation is empty, and each says something of its own subject first.
#[test]
fn explanations_are_whole() {
    let names = names();
    assert!(names.len() > 250, "{}", names.len());
    for name in names {
        let report = ask(&[&name]).unwrap_or_else(|error| panic!("{name}: {error}"));
        for topic in report.topics {
            assert!(topic.answer.ends_with('.'), "{}", topic.answer);
            assert!(topic.answer.len() > 30, "{}", topic.answer);
            assert!(!topic.sections.is_empty(), "{name}");
            for section in &topic.sections {
                assert!(!section.lines.is_empty(), "{name} {}", section.id);
                for line in &section.lines {
                    assert!(!line.trim().is_empty() && !line.contains('\n'), "{name}");
                    assert!(!line.contains(".."), "{name}: {line}");
                }
            }
            let mut ids: Vec<&str> = topic.sections.iter().map(|section| section.id).collect();
            ids.sort_unstable();
            let count = ids.len();
            ids.dedup();
            // A party has two lists of paths.
            assert!(
                ids.len() == count || topic.kind == "party",
                "{name}: {ids:?}"
            );
        }
    }
}

#[test]
fn what_several_things_are_called_finds_them_all() {
    let flags = kinds_and_names(&["--client-ca-file"]);
    let names: Vec<&str> = flags.iter().map(|(_, name)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "kube-apiserver --client-ca-file",
            "kube-controller-manager --client-ca-file",
            "kube-scheduler --client-ca-file",
            "kubelet --client-ca-file",
        ]
    );
    let report = ask(&["kube-apiserver"]).unwrap();
    assert_eq!(report.topics.len(), 1);
    let sections = &report.topics[0].sections;
    let also = sections.iter().find(|section| section.id == "see-also");
    assert!(also.unwrap().lines[0].contains("pkigen explain apiserver"));
    let users = kinds_and_names(&["system:node:worker7"]);
    assert_eq!(users.len(), 2);
    let old = kinds_and_names(&["1.2.29"]);
    assert_eq!(old.len(), 2);
}

#[test]
fn common_names_and_groups_lead_to_their_rows() {
    for (word, name) in [
        ("kubernetes", "ca"),
        ("kubernetes-ca", "ca"),
        ("kube-etcd", "etcd-server"),
        ("kube-etcd-peer", "etcd-peer"),
        ("kube-etcd-healthcheck-client", "etcd-healthcheck-client"),
        ("kube-apiserver-etcd-client", "apiserver-etcd-client"),
        ("etcd-client", "apiserver-etcd-client"),
        ("kubernetes-front-proxy-ca", "front-proxy-ca"),
        ("system:kube-scheduler", "scheduler.conf"),
        ("system:masters", "super-admin.conf"),
        ("kubernetes-admin", "admin.conf"),
    ] {
        assert_eq!(
            kinds_and_names(&[word]),
            [("certificate", name.to_owned())],
            "{word}"
        );
    }
}

#[test]
fn directories_tell_files_of_one_name_apart() {
    for (word, name) in [
        ("ca.crt", "ca"),
        ("pki/ca.crt", "ca"),
        ("etcd/ca.crt", "etcd-ca"),
        ("/backup/etcd/ca.crt", "etcd-ca"),
        ("peer.key", "etcd-peer"),
        ("sa.pub", "sa"),
    ] {
        assert_eq!(
            kinds_and_names(&[word]),
            [("certificate", name.to_owned())],
            "{word}"
        );
    }
}

#[test]
fn fields_are_found_by_their_end_and_paths_from_either() {
    found(
        "clientCAFile",
        "flag",
        "kubelet authentication.x509.clientCAFile",
    );
    found("etcd->apiserver", "path", "apiserver->etcd");
    found("kube-apiserver:kubelet", "path", "apiserver->kubelet");
    found("kubectl->apiserver", "path", "administrator->apiserver");
    let report = ask(&["etcd->apiserver"]).unwrap();
    assert_eq!(report.topics[0].sections[0].id, "direction");
}

#[test]
fn several_questions_have_several_answers() {
    let found = kinds_and_names(&[
        "sa.key",
        "kube-apiserver",
        "--etcd-cafile",
        "etcd",
        "to",
        "etcd",
    ]);
    let names: Vec<&str> = found.iter().map(|(_, name)| name.as_str()).collect();
    assert_eq!(names, ["sa", "kube-apiserver --etcd-cafile", "etcd->etcd"]);
}

#[test]
fn what_names_nothing_is_said() {
    for word in [
        "nginx",
        "--nginx",
        "apiserver->nginx",
        "pki/",
        "9.9.9",
        "kubelet->etcd",
    ] {
        let word = word.to_owned();
        assert_eq!(ask(&[&word]).unwrap_err(), UnknownTopic::Word { word });
    }
    let error = ask(&["sa.key", "nginx"]).unwrap_err();
    assert!(matches!(error, UnknownTopic::Word { word } if word == "nginx"));
}
