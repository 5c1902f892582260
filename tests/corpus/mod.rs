//! The corpus of `verify`: trees and certificates that are broken in one way each, and what is
//! clean although it looks odd.
//!
//! A case says how a good tree is broken, the one finding that this gives, and who refuses the
//! certificate concerned. Where that differs from what the rule says, [`differences`] has the
//! reason. Here are the tables; the command is judged by them in `tests/cli`, and OpenSSL, GnuTLS
//! and rustls are asked about them in `tests/tools`.
#![allow(dead_code, reason = "each target uses its part of it")]

pub(crate) mod authorities;
pub(crate) mod bench;
pub(crate) mod certificates;
pub(crate) mod chains;
pub(crate) mod clean;
pub(crate) mod differences;
pub(crate) mod files;
pub(crate) mod kubeconfigs;
pub(crate) mod loose;
pub(crate) mod purposes;
pub(crate) mod trees;

use serde_json::Value;

use crate::support::{LEAVES, Presented, Tree};

/// One way to break a good tree.
pub(crate) struct Case {
    /// How it is broken, in a few words; no two have the same.
    pub(crate) name: &'static str,
    pub(crate) breaks: fn(&Tree),
    /// The rule of the one finding that there is to be.
    pub(crate) rule: &'static str,
    /// Its file: below `/etc/kubernetes`, or anywhere else.
    pub(crate) file: &'static str,
    /// Another finding and its file, where there are to be two.
    also: Option<(&'static str, &'static str)>,
    /// Who refuses the certificate concerned: `O` for `openssl verify -x509_strict`, `G` for
    /// `certtool --verify`, `W` for rustls, `-` in the place of who accepts it. Empty where no
    /// certificate is concerned, as with a mode, or the fault is in a name that nobody can ask for.
    pub(crate) refused: &'static str,
    /// The name or address that is dialled, where it matters.
    host: Option<&'static str>,
    /// Whether only root can break it.
    pub(crate) by_root: bool,
}

impl Case {
    pub(crate) const fn new(
        name: &'static str,
        (rule, file): (&'static str, &'static str),
        refused: &'static str,
        breaks: fn(&Tree),
    ) -> Self {
        Self {
            name,
            breaks,
            rule,
            file,
            also: None,
            refused,
            host: None,
            by_root: false,
        }
    }

    const fn dialled(mut self, host: &'static str) -> Self {
        self.host = Some(host);
        self
    }

    const fn by_root(mut self) -> Self {
        self.by_root = true;
        self
    }

    /// With the same finding in a second file.
    const fn also(self, file: &'static str) -> Self {
        let rule = self.rule;
        self.and(rule, file)
    }

    /// With a second finding.
    const fn and(mut self, rule: &'static str, file: &'static str) -> Self {
        self.also = Some((rule, file));
        self
    }

    /// Whether one of its findings is to be of this rule.
    pub(crate) fn is_of(&self, rule: &str) -> bool {
        self.rule == rule || self.also.is_some_and(|(also, _)| also == rule)
    }

    /// How many findings there are to be.
    pub(crate) fn findings(&self) -> usize {
        1 + usize::from(self.also.is_some())
    }

    /// What is wrong with what the command says of it: nothing, if all is as it should be.
    pub(crate) fn problems(&self) -> Vec<String> {
        let tree = Tree::good();
        (self.breaks)(&tree);
        let before = tree.snapshot();
        let run = tree.pkigen(&["verify", "--strict", "-o", "json"]);
        before.assert_untouched(&tree.snapshot());
        let expected = [(self.rule, self.file)].into_iter().chain(self.also);
        let expected: Vec<(&str, &str)> = expected.collect();
        let report = run.json();
        if run.code != 1 || found(&report) != expected {
            return vec![format!(
                "{}: {expected:?} is expected of {run:#?}",
                self.name
            )];
        }
        if self.refused.is_empty() {
            return Vec::new();
        }
        let refused_by = &report["findings"][0]["refusedBy"];
        differences::compare(self.name, refused_by, self.refused)
    }

    /// The certificate that the finding is about: what the file holds, or of an authority the
    /// first certificate below it.
    pub(crate) fn concerned(&self, tree: &Tree) -> Presented {
        let is_trust = self.rule == "kubeconfig-distrusts-server";
        let row = LEAVES.iter().find(|(name, file, authority)| match () {
            () if is_trust => *name == "apiserver",
            () => *file == self.file || self.file == format!("pki/{authority}.crt"),
        });
        let (name, _, authority) = row.unwrap_or_else(|| panic!("{} has no row", self.file));
        let mut presented = tree.presented(name, authority);
        if is_trust {
            presented.anchors = tree.embedded(self.file, "certificate-authority-data");
        }
        if let Some(host) = self.host {
            presented.host = Some(host.to_owned());
        }
        presented
    }
}

/// The rules that are broken in a report of `verify`, each with its file, which is named from
/// `/etc/kubernetes` on where it is there.
pub(crate) fn found(report: &Value) -> Vec<(&str, &str)> {
    let findings = report["findings"].as_array().unwrap().iter();
    let found = findings.map(|one| {
        let file = one["file"].as_str().unwrap();
        let file = file.strip_prefix("/etc/kubernetes/").unwrap_or(file);
        (one["rule"].as_str().unwrap(), file)
    });
    found.collect()
}

/// Fails the test unless exactly these rules are broken, each in its file.
#[track_caller]
pub(crate) fn finds(tree: &Tree, arguments: &[&str], expected: &[(&str, &str)]) {
    let report = tree.pkigen(&[&["verify", "--strict", "-o", "json"], arguments].concat());
    assert_eq!(found(&report.json()), expected, "{report:#?}");
}

/// The tables, by what is broken in them.
pub(crate) const TABLES: [&[Case]; 7] = [
    certificates::CASES,
    purposes::CASES,
    authorities::CASES,
    chains::CASES,
    trees::CASES,
    files::CASES,
    kubeconfigs::CASES,
];

/// Every case.
pub(crate) fn all() -> impl Iterator<Item = &'static Case> {
    TABLES.into_iter().flatten()
}
