//! What Go says of the certificates, as `tests/kubernetes` has recorded it.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use sha2::{Digest as _, Sha256};

use crate::scene::Case;
use crate::support::{program, said};

/// The verdicts by case: a digest of what was asked about, and why Go refuses.
pub(crate) struct Go {
    recorded: BTreeMap<String, (String, Option<String>)>,
    problems: String,
}

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/verdicts/go.txt");

impl Go {
    pub(crate) fn read() -> Self {
        let text = std::fs::read_to_string(FILE).unwrap();
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let recorded = lines.map(|line| {
            let mut fields = line.split('\t');
            let mut next = || fields.next().unwrap().to_owned();
            let (name, digest, verdict) = (next(), next(), next());
            let reason = (verdict != "accepted").then_some(verdict);
            (name, (digest, reason))
        });
        Self {
            recorded: recorded.collect(),
            problems: String::new(),
        }
    }

    /// Whether it refuses this one, of which there has to be a record.
    pub(crate) fn refuses(&mut self, case: &Case) -> bool {
        let Some((digest, reason)) = self.recorded.get(&case.name) else {
            self.problems += &format!("{}: Go was not asked\n", case.name);
            return false;
        };
        if *digest != digest_of(case) {
            self.problems += &format!("{}: Go was asked about another\n", case.name);
        }
        reason.is_some()
    }

    pub(crate) fn reason(&self, case: &Case) -> &str {
        let found = self.recorded.get(&case.name);
        let reason = found.and_then(|(_, reason)| reason.as_deref());
        reason.unwrap_or("accepted")
    }

    /// What is wrong with the records.
    pub(crate) fn stale(&self) -> &str {
        &self.problems
    }
}

pub(crate) fn digest_of(case: &Case) -> String {
    let presented = &case.presented;
    let text = format!("{}{}", presented.chain, presented.anchors);
    let digest = Sha256::digest(text);
    digest[..6]
        .iter()
        .map(|octet| format!("{octet:02x}"))
        .collect()
}

/// The verdicts of the Go in the directory that `PKIGEN_KUBERNETES` names, where it is named, as
/// the file has them.
pub(crate) fn ask(cases: &[Case]) -> Option<String> {
    let directory = std::env::var_os("PKIGEN_KUBERNETES")?;
    let go = || Command::new(Path::new(&directory).join("go"));
    let version = program(go().arg("version"), "golang", "");
    let version = String::from_utf8(version.stdout).unwrap();
    let questions = cases.iter().map(|case| {
        let presented = &case.presented;
        let question = serde_json::json!({
            "name": case.name,
            "chain": presented.chain,
            "anchors": presented.anchors,
            "host": presented.host,
            "serves": presented.serves,
        });
        format!("{question}\n")
    });
    let judge = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/verdicts/judge.go");
    let output = program(
        go().args(["run", judge]),
        "golang",
        &questions.collect::<String>(),
    );
    assert!(output.status.success(), "{}", said(&output));
    let verdicts = String::from_utf8(output.stdout).unwrap();
    assert_eq!(verdicts.lines().count(), cases.len());
    let mut text = format!("# crypto/x509 of {version}");
    for (case, line) in cases.iter().zip(verdicts.lines()) {
        let (name, verdict) = line.split_once('\t').unwrap();
        assert_eq!(name, case.name);
        text += &format!("{name}\t{}\t{verdict}\n", digest_of(case));
    }
    Some(text)
}

pub(crate) fn write(text: &str) {
    std::fs::write(FILE, text).unwrap();
}

pub(crate) fn text() -> String {
    std::fs::read_to_string(FILE).unwrap()
}
