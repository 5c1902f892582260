//! An audit as programs read it.

use pki_core::report::{
    AuditFindingRow, AuditReport, AuditedComponent, AuditedItem, AuditedPath, CisNumber,
    ConcernRow, PlaceRow, SCHEMA_VERSION,
};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{Audit, AuditFinding, PathVerdict, Seen};
use crate::cis::{CisItem, Level, NEWEST};
use crate::machine::Machine;
use crate::{Component, Held, Property};

impl Audit {
    /// The report on it.
    #[must_use]
    pub fn report(&self, machine: &Machine, at: OffsetDateTime) -> AuditReport {
        let rows = |level: Level| {
            let findings = self.findings.iter();
            findings
                .filter(move |finding| finding.level == level)
                .map(row)
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

fn row(finding: &AuditFinding) -> AuditFindingRow {
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
        remedy: finding.remedy.clone(),
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
