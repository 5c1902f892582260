//! The table of rules × refusers: each that a rule names was seen to refuse for its sake.

use std::collections::{BTreeMap, BTreeSet};

use pki_core::judge::Rule;

use crate::Refusers;
use crate::judged::{ASKED, Judged};

/// Rules of which not everybody who is named can be asked here, and why.
const ELSEWHERE: &[(&str, &str)] = &[
    ("half-pair", "a pair is two files"),
    ("pair-mismatch", "a pair is two files"),
    (
        "pem-framing",
        "`tests/oracle/framing.rs` has framings by who reads them",
    ),
    ("leaf-not-first", "a pair is two files"),
    ("weak-key", "a key below 1024 bits is not to be had here"),
    ("key-usage", "GnuTLS looks in the handshake: see below"),
    (
        "authority-replaced",
        "a tree; of each certificate it is bad-signature",
    ),
    (
        "kubeconfig-distrusts-server",
        "a tree; of the chain it is unknown-issuer",
    ),
    (
        "path-refused",
        "Go and OpenSSL follow a hundred authorities, GnuTLS 15 in a handshake",
    ),
];

/// Who was seen to refuse what a rule is broken by, and who is said to.
pub(crate) struct Table {
    seen: BTreeMap<Rule, Refusers>,
    said: BTreeMap<Rule, Refusers>,
}

impl Table {
    pub(crate) fn new() -> Self {
        Self {
            seen: BTreeMap::new(),
            said: BTreeMap::new(),
        }
    }

    pub(crate) fn add(&mut self, judged: &Judged, measured: &Refusers) {
        // Whoever refuses without -x509_strict does so with it.
        let mut measured = measured.clone();
        if measured.contains("openssl") {
            measured.insert("openssl-strict");
        }
        for (rule, refusers) in &judged.refusals {
            let both = refusers.intersection(&measured);
            self.seen.entry(*rule).or_default().extend(both);
            self.said.entry(*rule).or_default().extend(refusers);
        }
    }

    /// Where the rows of the rules and what was seen differ.
    pub(crate) fn problems(&self) -> String {
        let mut problems = String::new();
        for spec in Rule::all() {
            let row = spec.refused_by.iter().map(|party| party.called());
            let row: BTreeSet<&str> = row.filter(|one| ASKED.contains(one)).collect();
            let none = Refusers::new();
            let seen = self.seen.get(&spec.rule).unwrap_or(&none);
            let said = self.said.get(&spec.rule).unwrap_or(&none);
            let unseen: Vec<&&str> = row.difference(seen).collect();
            let elsewhere = ELSEWHERE.iter().any(|(rule, _)| *rule == spec.id);
            if unseen.is_empty() == elsewhere {
                problems += &format!("{}: nobody saw {unseen:?} refuse\n", spec.id);
            }
            let more: Vec<&&str> = said.difference(&row).collect();
            if !more.is_empty() {
                problems += &format!("{}: its row does not name {more:?}\n", spec.id);
            }
        }
        problems
    }
}
