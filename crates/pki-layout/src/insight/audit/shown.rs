//! What is wrong with a certificate where it is shown, whoever checks it: dates, purposes, names.

use pki_core::judge;
use pki_core::remedy::Remedy;

use super::finding::{AuditFinding, Concern, Findings, Subject};
use super::relation::Relation;
use super::rule::Effect;
use super::{AuditRule, questions};
use crate::table::cis::Level;
use crate::table::paths::PathSpec;

/// Something wrong with a certificate itself, or with an authority.
pub(super) fn certificate(
    findings: &mut Findings,
    relation: &Relation<'_>,
    finding: judge::Finding,
) {
    let of_presenter = finding.file == relation.presenter.file();
    let end = if of_presenter {
        &relation.presenter
    } else {
        &relation.checker
    };
    let mut subject = end.subject();
    subject.certificate.clone_from(&finding.certificate);
    let rule = AuditRule::Check(finding.rule);
    let name = (of_presenter && end.usual()).then_some(relation.credential);
    let remedy = if finding.rule == judge::Rule::Expired && end.is_asked_for() {
        // The kubelet asks for another by itself.
        Remedy::ask(&questions::APPROVE)
    } else {
        finding.rule.spec().remedy_for(name, &finding.file)
    };
    let weighs = super::rule::of(&finding);
    add_as(
        findings,
        (relation.path, weighs),
        rule,
        subject,
        finding.message,
        remedy,
    );
}

pub(super) fn add(
    findings: &mut Findings,
    path: &'static PathSpec,
    rule: AuditRule,
    subject: Subject,
    message: String,
    remedy: Remedy,
) {
    let weighs = (rule.level(), rule.effect());
    add_as(findings, (path, weighs), rule, subject, message, remedy);
}

fn add_as(
    findings: &mut Findings,
    (path, (level, effect)): (&'static PathSpec, (Level, Effect)),
    rule: AuditRule,
    subject: Subject,
    message: String,
    remedy: Remedy,
) {
    let concern = Concern {
        path,
        loses: Vec::new(),
    };
    let breaks = effect == Effect::Breaks;
    findings.add(AuditFinding {
        rule,
        level,
        items: super::finding::items(&subject),
        subject,
        message,
        remedy,
        concerns: if breaks { vec![concern] } else { Vec::new() },
    });
}

/// The names that a server is dialled by and does not have: one finding for each certificate.
pub(super) fn names(findings: &mut Findings, relations: &[&Relation<'_>]) {
    let mut done: Vec<&str> = Vec::new();
    for first in relations {
        let presenter = &first.presenter;
        let Some(leaf) = presenter.end.certificates.first() else {
            continue;
        };
        let served = leaf.hosts();
        if done.contains(&presenter.file()) || served.is_empty() {
            continue;
        }
        done.push(presenter.file());
        let same = || {
            let same = relations.iter();
            same.filter(|one| one.presenter.key() == presenter.key())
        };
        let mut missing: Vec<(String, Vec<&str>)> = Vec::new();
        for (host, by) in same().flat_map(|one| one.hosts) {
            if served.covers(host) {
                continue;
            }
            let host = host.to_string();
            match missing.iter_mut().find(|(known, _)| *known == host) {
                Some((_, all)) if all.contains(&by.as_str()) => {}
                Some((_, all)) => all.push(by),
                None => missing.push((host, vec![by])),
            }
        }
        if missing.is_empty() {
            continue;
        }
        let missing: Vec<String> = missing
            .iter()
            .map(|(host, by)| format!("{host} ({})", by.join(", ")))
            .collect();
        let message = format!(
            "it does not serve {}; it serves {served}",
            missing.join(" and ")
        );
        let rule = judge::Rule::NameNotServed;
        let name = presenter.usual().then_some(first.credential);
        let remedy = rule.spec().remedy_for(name, presenter.file());
        let rule = AuditRule::Check(rule);
        let lacks = |one: &&&Relation<'_>| one.hosts.iter().any(|(host, _)| !served.covers(host));
        for relation in same().filter(lacks) {
            let mut subject = presenter.subject();
            subject.certificate = Some(leaf.subject().to_string());
            add(
                findings,
                relation.path,
                rule,
                subject,
                message.clone(),
                remedy.clone(),
            );
        }
    }
}
