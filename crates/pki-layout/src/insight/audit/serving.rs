//! A kubelet that asks for its serving certificate and has none yet serves nothing at all.

use pki_core::judge;
use pki_core::remedy::Remedy;

use super::finding::{AuditFinding, Concern, Findings, Subject};
use super::{AuditRule, questions};
use crate::observe::{FileUse, Machine};
use crate::table::paths::{PATHS, PathSpec};
use crate::table::{Component, Party};

pub(super) fn judge(findings: &mut Findings, machine: &Machine) {
    let is_missing = |file: &str| {
        let file = machine.file(file, FileUse::Certificates);
        file.is_some_and(|file| file.found.is_absent())
    };
    let Some((instance, file)) = machine.awaited_serving(is_missing) else {
        return;
    };
    let Some(flag) = instance.flag("serverTLSBootstrap") else {
        return;
    };
    let subject = Subject::flag(instance, flag);
    let rule = AuditRule::Check(judge::Rule::ServingNotIssued);
    let served = |path: &&PathSpec| {
        path.server == Party::Component(Component::Kubelet) && path.server_proof.is_some()
    };
    let concerns = PATHS.iter().filter(served).map(|path| Concern {
        path,
        loses: Vec::new(),
    });
    findings.add(AuditFinding {
        rule,
        level: rule.level(),
        items: super::finding::items(&subject),
        subject,
        message: format!(
            "{file} is not there: the kubelet asks for a serving certificate, and none is issued, \
             so that it serves nothing"
        ),
        remedy: Remedy::ask(&questions::APPROVE),
        concerns: concerns.collect(),
    });
}
