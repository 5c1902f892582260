//! An audit as programs read it.

use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{Audit, AuditFinding, PathVerdict, Seen};
use crate::observe::Machine;
use crate::report::{RemedyRow, SCHEMA_VERSION, Words};
use crate::table::Component;
use crate::table::cis::{CisItem, Level, NEWEST};
use crate::table::paths::{Held, Property};

/// What is wrong with what the components of a machine were told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AuditReport {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// `AuditReport`.
    pub kind: &'static str,
    /// `clean`: nothing to be done, warnings aside. `findings`: something.
    pub outcome: &'static str,
    /// The instant that everything was judged by.
    pub at: String,
    /// Directories and files that were asked for and could not be looked at, because the archive
    /// does not have them. Nothing is said of what is in them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_observed: Vec<String>,
    /// The version of Kubernetes whose flags counted, such as `1.36`.
    pub kubernetes_version: String,
    /// The CIS Kubernetes Benchmark that items are numbered by.
    pub benchmark: &'static str,
    /// The components that were found.
    pub components: Vec<AuditedComponent>,
    /// The components that were not found, and so not audited.
    pub not_audited: Vec<&'static str>,
    /// Every communication path.
    pub paths: Vec<AuditedPath>,
    /// What is wrong.
    pub findings: Vec<AuditFindingRow>,
    /// What is worth knowing, and what is wrong by rules that were asked to be warnings.
    pub warnings: Vec<AuditFindingRow>,
    /// Every item of the benchmark that is about certificates, flags that name them, and files.
    pub items: Vec<AuditedItem>,
}

/// A component that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AuditedComponent {
    /// Its name.
    pub component: &'static str,
    /// `static pod`, `systemd unit`, `process`, `configuration file` or `used by hand`.
    pub source: &'static str,
    /// The file that says how it is started.
    pub file: String,
    /// What its image's tag says.
    pub release: Option<String>,
}

/// A communication path as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AuditedPath {
    /// Its name, such as `apiserver->kubelet`.
    pub path: String,
    /// What goes over it.
    pub purpose: &'static str,
    /// What protects it, in words.
    pub protection: &'static str,
    /// `whole`: both ends were looked at. `half`: one was, and of the other the best is assumed.
    /// `not`: neither, and the protection is that of a machine that is set up well.
    pub seen: &'static str,
    /// Whether the client knows the server: `yes`, `no`, `depends`.
    pub server_authentication: &'static str,
    /// Whether the server knows the client.
    pub client_authentication: &'static str,
    /// Whether nobody can change what is said; `listeners` where whoever is between the two can.
    pub integrity: &'static str,
    /// Whether nobody else can hear it; `listeners` as above.
    pub encryption: &'static str,
    /// Whether one side refuses the other, so that nothing goes over it.
    pub refused: bool,
    /// The findings that concern it: `CIS 1.2.5`, or a rule.
    pub problems: Vec<String>,
    /// What can be done by who is on the network, where something is missing.
    pub attack: &'static str,
    /// What to do about it.
    pub advice: &'static str,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AuditFindingRow {
    /// Stable id of the rule.
    pub rule: &'static str,
    /// What the rule is about, in a few words.
    pub title: &'static str,
    /// What it means and what breaks.
    pub meaning: &'static str,
    /// The items of the benchmark that fail by it.
    pub cis: Vec<CisNumber>,
    /// Whose flag it is about.
    pub component: Option<&'static str>,
    /// The flag or field, as it was given or would be.
    pub flag: Option<String>,
    /// Where that is.
    pub place: Option<PlaceRow>,
    /// The file that is at fault.
    pub file: Option<String>,
    /// Subject of the certificate in it that is at fault.
    pub certificate: Option<String>,
    /// What is wrong, with both sides of the comparison.
    pub message: String,
    /// What to set or to do.
    #[serde(flatten)]
    pub remedy: RemedyRow,
    /// The paths that it costs something.
    pub paths: Vec<ConcernRow>,
}

/// An item's numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CisNumber {
    /// In the benchmark of the report.
    pub number: &'static str,
    /// In the benchmark 1.5, where it had one.
    #[serde(rename = "in1.5")]
    pub in_1_5: Option<&'static str>,
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PlaceRow {
    /// The file, as the running system sees it.
    pub file: String,
    /// The line, from 1; none where the file has no lines or the flag is missing.
    pub line: Option<u64>,
}

/// What a finding costs a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ConcernRow {
    /// Its name.
    pub path: String,
    /// What it has lost, in words; empty where nothing goes over it any more.
    pub loses: Vec<&'static str>,
}

/// An item of the benchmark, judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AuditedItem {
    /// Its numbers.
    #[serde(flatten)]
    pub number: CisNumber,
    /// What it asks for.
    pub expectation: &'static str,
    /// `pass`, `fail`, `warn`, `not-here` or `by-hand`.
    pub verdict: &'static str,
}

impl Audit {
    /// The report on it.
    #[must_use]
    pub fn report(&self, machine: &Machine, at: OffsetDateTime, words: Words<'_>) -> AuditReport {
        let rows = |level: Level| {
            let findings = self.findings.iter();
            findings
                .filter(move |finding| finding.level == level)
                .map(|finding| row(finding, words))
                .collect()
        };
        let findings: Vec<AuditFindingRow> = rows(Level::Failure);
        AuditReport {
            schema_version: SCHEMA_VERSION,
            kind: "AuditReport",
            outcome: if findings.is_empty() {
                "clean"
            } else {
                "findings"
            },
            at: at.format(&Rfc3339).unwrap_or_default(),
            not_observed: Vec::new(),
            kubernetes_version: self.version.to_string(),
            benchmark: NEWEST,
            components: machine
                .instances
                .iter()
                .map(|instance| AuditedComponent {
                    component: instance.component.name(),
                    source: instance.source.kind.words(),
                    file: instance.source.file.clone(),
                    release: instance.release.clone(),
                })
                .collect(),
            not_audited: self
                .absent
                .iter()
                .map(|one: &Component| one.name())
                .collect(),
            paths: self.paths.iter().map(path).collect(),
            findings,
            warnings: rows(Level::Warning),
            items: self
                .items
                .iter()
                .map(|one| AuditedItem {
                    number: number(one.item),
                    expectation: one.item.expectation,
                    verdict: one.verdict.name(),
                })
                .collect(),
        }
    }
}

fn number(item: &CisItem) -> CisNumber {
    CisNumber {
        number: item.number,
        in_1_5: item.in_1_5,
    }
}

fn path(verdict: &PathVerdict) -> AuditedPath {
    let held = |property| held(verdict.guard.of(property));
    AuditedPath {
        path: verdict.path.name(),
        purpose: verdict.path.purpose,
        protection: if verdict.refused {
            "refused"
        } else {
            verdict.guard.protection().words()
        },
        seen: match verdict.seen {
            Seen::Whole => "whole",
            Seen::Half => "half",
            Seen::Not => "not",
        },
        server_authentication: held(Property::ServerAuthentication),
        client_authentication: held(Property::ClientAuthentication),
        integrity: held(Property::Integrity),
        encryption: held(Property::Encryption),
        refused: verdict.refused,
        problems: verdict.problems.clone(),
        attack: verdict.path.attack,
        advice: verdict.path.advice,
    }
}

const fn held(held: Held) -> &'static str {
    match held {
        Held::Yes => "yes",
        Held::Listeners => "listeners",
        Held::No => "no",
        Held::Depends => "depends",
    }
}

fn row(finding: &AuditFinding, words: Words<'_>) -> AuditFindingRow {
    let subject = &finding.subject;
    AuditFindingRow {
        rule: finding.rule.id(),
        title: finding.rule.title(),
        meaning: finding.rule.meaning(),
        cis: finding.items.iter().map(|item| number(item)).collect(),
        component: subject.component.map(Component::name),
        flag: subject.shown.clone(),
        place: subject.spot.as_ref().map(|spot| PlaceRow {
            file: spot.file.clone(),
            line: spot.line,
        }),
        file: subject.file.clone(),
        certificate: subject.certificate.clone(),
        message: finding.message.clone(),
        remedy: words(&finding.remedy),
        paths: finding
            .concerns
            .iter()
            .map(|concern| ConcernRow {
                path: concern.path.name(),
                loses: concern.loses.iter().map(|one| one.words()).collect(),
            })
            .collect(),
    }
}
