//! What the tests of this format share: files in short, and places in short.

#![allow(clippy::unwrap_used, reason = "a test stops when it is not so")]

use super::super::parse as parse_any;
use super::super::settings::{ExtraArgument, Format, Parsed, Settings, Source, Sourced};

/// What made `fixtures/kubeadm-1.36.2/ecdsa-p256`.
pub(super) const ECDSA: &str = include_str!("../fixtures/ecdsa-p256.yaml");

pub(super) fn parsed(text: &str) -> Parsed {
    let parsed = parse_any("k.yaml", text).unwrap();
    assert!(parsed.settings.format.is_some_and(Format::is_kubeadm));
    parsed
}

pub(super) fn quiet(text: &str) -> Settings {
    let parsed = parsed(text);
    assert_eq!(parsed.warnings, Vec::<String>::new());
    parsed.settings
}

/// What a kubeadm file sets that says nothing.
pub(super) fn nothing() -> Settings {
    Settings {
        format: Some(Format::Kubeadm),
        ..Settings::default()
    }
}

pub(super) fn error(text: &str) -> String {
    parse_any("k.yaml", text).unwrap_err().to_string()
}

/// A `ClusterConfiguration` whose fields start at line 3.
pub(super) fn cluster(version: &str, fields: &str) -> String {
    format!("apiVersion: kubeadm.k8s.io/{version}\nkind: ClusterConfiguration\n{fields}\n")
}

/// An `InitConfiguration` whose fields start at line 3.
pub(super) fn init(version: &str, fields: &str) -> String {
    format!("apiVersion: kubeadm.k8s.io/{version}\nkind: InitConfiguration\n{fields}\n")
}

pub(super) fn at<T>(line: usize, key: &str, value: T) -> Sourced<T> {
    let source = Source::File {
        path: "k.yaml".to_owned(),
        line,
        key: key.to_owned(),
    };
    Sourced::new(value, source)
}

pub(super) fn on(line: usize, key: &str, value: &str) -> Sourced<String> {
    at(
        line,
        &format!("ClusterConfiguration.{key}"),
        value.to_owned(),
    )
}

pub(super) fn of_node(line: usize, key: &str, value: &str) -> Sourced<String> {
    at(line, &format!("InitConfiguration.{key}"), value.to_owned())
}

pub(super) fn argument(component: &str, name: &str, value: Sourced<String>) -> ExtraArgument {
    ExtraArgument {
        component: component.parse().unwrap(),
        name: name.to_owned(),
        value,
    }
}

pub(super) fn values(list: &[Sourced<String>]) -> Vec<&str> {
    list.iter().map(|item| item.value.as_str()).collect()
}
