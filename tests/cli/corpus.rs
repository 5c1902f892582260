//! The corpus of `verify`: trees and certificates that are broken in one way each, and what is
//! clean although it looks odd. Of each certificate OpenSSL, GnuTLS and rustls are asked too.
//!
//! A case says how a good tree is broken, the one finding that this gives, and who refuses the
//! certificate concerned. Where that differs from what the rule says, [`differences`] has the
//! reason.

mod authorities;
mod bench;
mod certificates;
mod chains;
mod differences;
mod files;
mod foreign;
mod forge;
mod kubeconfigs;
mod loose;
mod oracle;
mod purposes;
mod shapes;
mod states;
mod trees;

use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;

use oracle::Presented;

use crate::support::{LEAVES, Tree};

/// One way to break a good tree.
pub(crate) struct Case {
    /// How it is broken, in a few words; no two have the same.
    name: &'static str,
    breaks: fn(&Tree),
    /// The rule of the one finding that there is to be.
    rule: &'static str,
    /// Its file: below `/etc/kubernetes`, or anywhere else.
    file: &'static str,
    /// A file with the same finding, where two are broken in one go.
    also: Option<&'static str>,
    /// Who refuses the certificate concerned: `O` for `openssl verify -x509_strict`, `G` for
    /// `certtool --verify`, `W` for rustls, `-` in the place of who accepts it. Empty where no
    /// certificate is concerned, as with a mode.
    refused: &'static str,
    /// The name or address that is dialled, where it matters.
    host: Option<&'static str>,
    /// Whether only root can break it.
    by_root: bool,
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

    const fn also(mut self, file: &'static str) -> Self {
        self.also = Some(file);
        self
    }

    /// What is wrong with the case: nothing, if all is as it says.
    fn problems(&self) -> Vec<String> {
        let tree = Tree::good();
        if self.by_root && !is_root(&tree, self.name) {
            return Vec::new();
        }
        (self.breaks)(&tree);
        let mut problems = Vec::new();
        let mut expect = |what: &str, actual: String, expected: String| {
            if actual != expected {
                problems.push(format!(
                    "{}: {what}\n  is       {actual}\n  expected {expected}",
                    self.name
                ));
            }
        };
        let before = tree.snapshot();
        let json = tree.pkigen(&["verify", "-o", "json"]);
        let text = tree.pkigen(&["verify"]);
        before.assert_untouched(&tree.snapshot());
        assert_eq!((json.code, text.code), (1, 1), "{}: {json:#?}", self.name);
        let report = json.json();
        let findings = report["findings"].as_array().unwrap();
        let string = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        let short = |file: &str| file.trim_start_matches("/etc/kubernetes/").to_owned();
        let found: Vec<(String, String)> = findings
            .iter()
            .map(|one| (string(&one["rule"]), short(&string(&one["file"]))))
            .collect();
        let files: Vec<&str> = [self.file].into_iter().chain(self.also).collect();
        let expected: Vec<(String, String)> = files
            .iter()
            .map(|file| (self.rule.to_owned(), (*file).to_owned()))
            .collect();
        expect(
            "findings",
            format!("{found:?} {}", messages(findings)),
            format!("{expected:?} {}", messages(findings)),
        );
        let heads: Vec<&str> = text
            .stdout
            .lines()
            .filter(|line| {
                line.starts_with('/') || line.starts_with("  ") && !line.starts_with("   ")
            })
            .collect();
        let expected: Vec<String> = files
            .iter()
            .flat_map(|file| {
                let path = match file.strip_prefix('/') {
                    Some(_) => (*file).to_owned(),
                    None => format!("/etc/kubernetes/{file}")
                        .trim_end_matches('/')
                        .to_owned(),
                };
                [path, format!("  {}", self.rule)]
            })
            .collect();
        expect("text", format!("{heads:?}"), format!("{expected:?}"));
        if self.refused.is_empty() {
            return problems;
        }
        let (letters, said) = oracle::ask(&self.concerned(&tree));
        expect(
            &format!("refusers, who say {said:?}"),
            letters,
            self.refused.to_owned(),
        );
        problems.extend(differences::compare(self.name, self.rule, self.refused));
        problems
    }

    /// The certificate that the finding is about: what the file holds, or of an authority the
    /// first certificate below it.
    fn concerned(&self, tree: &Tree) -> Presented {
        let is_trust = self.rule == "kubeconfig-distrusts-server";
        let row = LEAVES.iter().find(|(name, file, authority)| match () {
            () if is_trust => *name == "apiserver",
            () => *file == self.file || self.file == format!("pki/{authority}.crt"),
        });
        let (name, _, authority) = row.unwrap_or_else(|| panic!("{} has no row", self.file));
        let anchors = if is_trust {
            tree.embedded(self.file, "certificate-authority-data")
        } else {
            tree.pem(authority)
        };
        let serves = ["apiserver", "etcd-server", "etcd-peer"].contains(name);
        let usual = if *name == "apiserver" {
            "kubernetes"
        } else {
            "localhost"
        };
        Presented {
            chain: tree.pem(name),
            anchors,
            serves,
            dials: *name != "apiserver",
            host: Some(self.host.unwrap_or(usual).to_owned()),
        }
    }
}

/// Whether this is root, who made the tree; says so past the test harness where it is not.
pub(crate) fn is_root(tree: &Tree, what: &str) -> bool {
    let is_root = std::fs::metadata(tree.root()).unwrap().uid() == 0;
    if !is_root {
        let said = format!("SKIPPED: \"{what}\" needs root, to give files to somebody else\n");
        std::io::stderr().write_all(said.as_bytes()).unwrap();
    }
    is_root
}

fn messages(findings: &[serde_json::Value]) -> String {
    let messages = findings.iter().map(|one| one["message"].to_string());
    messages.collect::<Vec<_>>().join(" ")
}

/// Tries every case, and tells of all that are not as they say.
#[track_caller]
pub(crate) fn hold(cases: &[Case]) {
    let problems: Vec<String> = cases.iter().flat_map(Case::problems).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// Every case of the corpus.
fn all() -> impl Iterator<Item = &'static Case> {
    [
        certificates::CASES,
        purposes::CASES,
        authorities::CASES,
        chains::CASES,
        trees::CASES,
        files::CASES,
        kubeconfigs::CASES,
    ]
    .into_iter()
    .flatten()
}

#[test]
fn the_corpus_is_large_and_no_case_is_there_twice() {
    let names: std::collections::BTreeSet<&str> = all().map(|case| case.name).collect();
    assert_eq!(names.len(), all().count());
    assert!(names.len() >= 75, "{}", names.len());
}
