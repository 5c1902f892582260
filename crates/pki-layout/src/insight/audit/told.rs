//! What flags name and no relation of this machine judges, and the users of kubeconfigs: dates need
//! no second end.

use pki_core::observation::ToldPart;
use pki_core::{Usage, judge};
use time::OffsetDateTime;

use super::AuditRule;
use super::finding::{Findings, Subject};
use super::relation::{Relation, relations};
use crate::observe::{Machine, Told};

pub(super) fn judge(findings: &mut Findings, machine: &Machine, at: OffsetDateTime) {
    let relations = relations(machine);
    for told in machine.told.iter().filter(|told| told.file.is_mounted) {
        if is_judged(&relations, told) {
            continue;
        }
        let instance = told.flag.as_ref();
        let instance =
            instance.and_then(|(number, flag)| Some((machine.instances.get(*number)?, flag)));
        // What is wrong with the file of a flag itself has been said.
        let is_direct = instance.is_some_and(|(instance, flag)| {
            told.file.by == format!("{} {}", instance.component, flag.shown())
        });
        for finding in judge::told(&told.file, at) {
            if is_direct && finding.certificate.is_none() {
                continue;
            }
            let subject = match instance {
                Some((instance, flag)) => Subject::flag(instance, flag),
                None => Subject::default(),
            };
            let mut subject = subject.file(&finding.file);
            subject.certificate.clone_from(&finding.certificate);
            let rule = AuditRule::Check(finding.rule);
            let (level, _) = super::rule::of(&finding);
            findings.about_flag_as(rule, level, subject, finding.message, finding.remedy);
        }
    }
}

/// Whether somebody here shows it, or is checked by it.
fn is_judged(relations: &[Relation<'_>], told: &Told) -> bool {
    let is_it = |relation: &Relation<'_>| match (&told.file.part, told.file.usage) {
        (ToldPart::File, Usage::Authority) => relation.checker.file() == told.file.file.path,
        (ToldPart::File, _) => relation.presenter.end.file == told.file.file.path,
        (ToldPart::Trust, _) => relation.checker.file() == told.file.told_in,
        _ => false,
    };
    relations.iter().any(is_it)
}
