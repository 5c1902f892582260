//! Which side is at fault where a certificate does not come from the authorities that check it.

use pki_core::Certificate;
use pki_core::judge::{self, LooseFiles};
use pki_core::remedy::{Remedy, Step};
use time::OffsetDateTime;

use super::finding::{AuditFinding, Concern, Findings};
use super::relation::{End, Relation, relations};
use super::shown::{add, certificate, names};
use super::{AuditRule, questions};
use crate::observe::{Contents, FileUse, Machine};
use crate::table::cis::CisItem;

pub(super) fn judge(findings: &mut Findings, machine: &Machine, at: OffsetDateTime) {
    let relations = relations(machine);
    let mut failed = vec![None; relations.len()];
    for (relation, failed) in relations.iter().zip(&mut failed) {
        for finding in judge::loose(&files(relation), at) {
            match finding.rule {
                judge::Rule::UnknownIssuer | judge::Rule::BadSignature => *failed = Some(finding),
                _ => certificate(findings, relation, finding),
            }
        }
    }
    // Of one that belongs elsewhere its names are no wonder.
    let chained: Vec<&Relation<'_>> = relations
        .iter()
        .zip(&failed)
        .filter(|(_, failed)| failed.is_none())
        .map(|(relation, _)| relation)
        .collect();
    names(findings, &chained);
    let failures: Vec<(&Relation<'_>, judge::Finding)> = relations
        .iter()
        .zip(failed)
        .filter_map(|(relation, finding)| Some((relation, finding?)))
        .collect();
    Blame {
        machine,
        relations: &relations,
        failures,
    }
    .say(findings);
}

fn files(relation: &Relation<'_>) -> LooseFiles {
    by(relation, relation.checker.end.certificates.to_vec())
}

/// What is presented, checked by these.
fn by(relation: &Relation<'_>, anchors: Vec<Certificate>) -> LooseFiles {
    LooseFiles {
        file: relation.presenter.file().to_owned(),
        chain: relation.presenter.end.certificates.to_vec(),
        intermediates: Vec::new(),
        anchors_file: relation.checker.file().to_owned(),
        anchors,
        key: None,
        hosts: Vec::new(),
        usage: Some(relation.usage),
    }
}

/// Chains that lead nowhere, of all relations.
struct Blame<'a> {
    machine: &'a Machine,
    relations: &'a [Relation<'a>],
    failures: Vec<(&'a Relation<'a>, judge::Finding)>,
}

impl Blame<'_> {
    fn say(mut self, findings: &mut Findings) {
        self.stale_kubeconfigs(findings);
        self.authorities(findings);
        self.presenters(findings);
        for (relation, finding) in std::mem::take(&mut self.failures) {
            if self.checker_is_at_fault(relation) {
                wrong_authority(findings, self.machine, &relation.checker, &[relation]);
            } else {
                foreign(findings, relation, finding);
            }
        }
    }

    /// Kubeconfigs that fail on both sides: they belong elsewhere.
    fn stale_kubeconfigs(&mut self, findings: &mut Findings) {
        let kubeconfigs = self.failures.iter();
        let presenters: Vec<String> = kubeconfigs
            .filter(|(relation, _)| relation.presenter.is_kubeconfig())
            .map(|(relation, _)| relation.presenter.file().to_owned())
            .collect();
        for file in presenters {
            let is = |relation: &Relation<'_>| {
                relation.presenter.file() == file
                    || (relation.checker.is_kubeconfig() && relation.checker.file() == file)
            };
            let trusts = |relation: &Relation<'_>| {
                relation.checker.is_kubeconfig() && relation.checker.file() == file
            };
            if !self.failures.iter().any(|(relation, _)| trusts(relation)) {
                continue;
            }
            let (stale, rest) = std::mem::take(&mut self.failures)
                .into_iter()
                .partition(|(relation, _)| is(relation));
            self.failures = rest;
            let stale: Vec<(&Relation<'_>, judge::Finding)> = stale;
            for (relation, _) in &stale {
                let own = if relation.presenter.file() == file {
                    &relation.presenter
                } else {
                    &relation.checker
                };
                let message = format!(
                    "{file} neither trusts the API server's certificate nor is accepted by it: it \
                     belongs to other authorities"
                );
                let remedy = judge::Rule::KubeconfigUnusable
                    .spec()
                    .remedy_for(own.end.row, &file);
                let rule = AuditRule::StaleKubeconfig;
                add(
                    findings,
                    relation.path,
                    rule,
                    own.subject(),
                    message,
                    remedy,
                );
            }
        }
    }

    /// Authorities that nothing comes from of several that should: a file, whichever flags name
    /// it, or one flag.
    fn authorities(&mut self, findings: &mut Findings) {
        let relations = self.relations;
        let checkers: Vec<&End<'_>> = self.failures.iter().map(|(one, _)| &one.checker).collect();
        for checker in checkers {
            let of_file = |one: &Relation<'_>| one.checker.file() == checker.file();
            let of_flag = |one: &Relation<'_>| one.checker.key() == checker.key();
            let tries: [&dyn Fn(&Relation<'_>) -> bool; 2] = [&of_file, &of_flag];
            for is in tries {
                let all: Vec<&Relation<'_>> = relations.iter().filter(|one| is(one)).collect();
                let several = distinct_files(all.iter().map(|one| &one.presenter)) > 1;
                if several && all.iter().all(|one| self.has_failed(one)) {
                    self.failures.retain(|(one, _)| !is(one));
                    wrong_authority(findings, self.machine, checker, &all);
                }
            }
        }
    }

    fn has_failed(&self, relation: &Relation<'_>) -> bool {
        let mut failed = self.failures.iter();
        failed.any(|(one, _)| std::ptr::eq(*one, relation))
    }

    /// Certificates that nobody accepts of several who should.
    fn presenters(&mut self, findings: &mut Findings) {
        let mut at = 0;
        while let Some((relation, _)) = self.failures.get(at) {
            let key = relation.presenter.key();
            let mut all = self
                .relations
                .iter()
                .filter(|one| one.presenter.key() == key);
            let several = distinct_files(
                self.relations
                    .iter()
                    .filter(|one| one.presenter.key() == key)
                    .map(|one| &one.checker),
            ) > 1;
            if !several || !all.all(|one| self.has_failed(one)) {
                at += 1;
                continue;
            }
            let (mine, rest): (Vec<_>, Vec<_>) = std::mem::take(&mut self.failures)
                .into_iter()
                .partition(|(one, _)| one.presenter.key() == key);
            self.failures = rest;
            let first = mine.first().map(|(_, finding)| finding.clone());
            for (relation, _) in mine {
                if let Some(finding) = first.clone() {
                    foreign(findings, relation, finding);
                }
            }
        }
    }

    /// Of one certificate and one authority, which is wrong: the one that gets along with nobody
    /// else, else the one that is not the table's.
    fn checker_is_at_fault(&self, relation: &Relation<'_>) -> bool {
        let works = |is: &dyn Fn(&Relation<'_>) -> bool| {
            self.relations
                .iter()
                .any(|one| is(one) && check_passes(one) && !std::ptr::eq(one, relation))
        };
        let presenter = relation.presenter.key();
        let checker = relation.checker.key();
        if works(&|one| one.presenter.key() == presenter) {
            return true;
        }
        if works(&|one| one.checker.key() == checker) {
            return false;
        }
        relation.presenter.usual() && !relation.checker.usual()
    }
}

/// Whether the leaf of a relation is issued by one of its authorities.
fn check_passes(relation: &Relation<'_>) -> bool {
    leads(&files(relation))
}

fn leads(files: &LooseFiles) -> bool {
    let findings = judge::loose(files, OffsetDateTime::UNIX_EPOCH);
    !findings.iter().any(|finding| {
        matches!(
            finding.rule,
            judge::Rule::UnknownIssuer | judge::Rule::BadSignature
        )
    })
}

fn distinct_files<'a>(ends: impl Iterator<Item = &'a End<'a>>) -> usize {
    let mut files: Vec<&str> = ends.map(End::file).collect();
    files.sort_unstable();
    files.dedup();
    files.len()
}

fn subjects(certificates: &[Certificate]) -> String {
    let subjects: Vec<String> = certificates
        .iter()
        .map(|certificate| certificate.subject().to_string())
        .collect();
    subjects.join("; ")
}

/// Says that authorities are none of what they check.
fn wrong_authority(
    findings: &mut Findings,
    machine: &Machine,
    checker: &End<'_>,
    all: &[&Relation<'_>],
) {
    let mut checked: Vec<&str> = Vec::new();
    for relation in all {
        if !checked.contains(&relation.presenter.file()) {
            checked.push(relation.presenter.file());
        }
    }
    let issuer = all
        .first()
        .and_then(|relation| relation.presenter.end.certificates.first())
        .map(|leaf| leaf.issuer().to_string())
        .unwrap_or_default();
    let mut flags: Vec<String> = Vec::new();
    let mut items: Vec<&'static CisItem> = Vec::new();
    for one in all.iter().map(|relation| &relation.checker) {
        let named = one.named();
        if flags.contains(&named) {
            continue;
        }
        flags.push(named);
        let new = super::finding::items(&one.subject()).into_iter();
        items.extend(new.filter(|item| !checker.is_kubeconfig() && item.files().is_empty()));
    }
    let named = if flags.len() > 1 {
        format!(", which {} name,", flags.join(" and "))
    } else {
        String::new()
    };
    let message = format!(
        "{}{named} holds {}; what is checked by it comes from {issuer}: {}",
        checker.file(),
        subjects(&checker.end.certificates),
        checked.join(", ")
    );
    let (rule, remedy) = if checker.is_kubeconfig() {
        let rule = judge::Rule::KubeconfigDistrustsServer;
        let remedy = match checker.end.row {
            row @ Some(_) => rule.spec().remedy_for(row, checker.file()),
            None => Remedy::ask(&questions::EMBED_CA),
        };
        (AuditRule::Check(rule), remedy)
    } else if checker.usual() {
        // It is named as the table has it: the file is at fault, as for who looks at files alone.
        let rule = judge::Rule::AuthorityReplaced;
        // Whether the authority's key is here to sign anew with, is not looked at.
        let remedy = rule.spec().remedy_for(None, checker.file());
        (AuditRule::Check(rule), remedy)
    } else {
        (AuditRule::WrongAuthority, right_file(machine, all, &issuer))
    };
    for relation in all {
        let concern = Concern {
            path: relation.path,
            loses: Vec::new(),
        };
        findings.add(AuditFinding {
            rule,
            level: rule.level(),
            items: items.clone(),
            subject: checker.subject(),
            message: message.clone(),
            remedy: remedy.clone(),
            concerns: vec![concern],
        });
    }
}

/// The file that holds the authority that is meant: the table's, where what is checked comes from
/// that. By its name alone it is not told, which several may have.
fn right_file(machine: &Machine, all: &[&Relation<'_>], issuer: &str) -> Remedy {
    let mut edits: Vec<Step> = Vec::new();
    let mut is_right = true;
    for relation in all {
        let own = relation.checker.own_file(&machine.directories);
        let edit = own.as_deref().and_then(|own| {
            let file = machine.file(own, FileUse::Certificates)?;
            let Contents::Certificates(anchors) = file.found.present()? else {
                return None;
            };
            let leads = leads(&by(relation, anchors.clone()));
            relation.checker.naming(own).filter(|_| leads)
        });
        match edit {
            Some(edit) if !edits.contains(&edit) => edits.push(edit),
            Some(_) => {}
            None => is_right = false,
        }
    }
    let checker = all
        .first()
        .map(|relation| &relation.checker.end.certificates);
    let mut there = checker
        .into_iter()
        .flat_map(|certificates| certificates.iter());
    let is_of_the_name = there.any(|one| one.subject().to_string() == issuer);
    let asked = if is_of_the_name {
        Remedy::ask_about(
            &questions::NAME_ISSUER,
            format!("the {issuer} that signs, which is another one of that name"),
        )
    } else {
        Remedy::ask_about(&questions::NAME_ISSUER, issuer)
    };
    if is_right {
        Remedy::steps(edits).or(asked)
    } else {
        asked
    }
}

/// Says that a certificate comes from authorities that nobody asks for.
fn foreign(findings: &mut Findings, relation: &Relation<'_>, finding: judge::Finding) {
    let mut subject = relation.presenter.subject();
    subject.certificate = finding.certificate;
    let rule = AuditRule::Check(finding.rule);
    let name = relation.presenter.usual().then_some(relation.credential);
    let remedy = match name {
        Some(_) => {
            let anew = judge::Rule::SelfSigned.spec();
            let anew = anew.remedy_for(name, relation.presenter.file());
            Remedy::ask(&questions::NAME_MEANT).or(anew)
        }
        None => Remedy::ask_about(
            &questions::NAME_ISSUED,
            subjects(&relation.checker.end.certificates),
        ),
    };
    add(
        findings,
        relation.path,
        rule,
        subject,
        finding.message,
        remedy,
    );
}
