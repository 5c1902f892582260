//! What is named and is no row's: its dates need no second end.

use std::collections::BTreeSet;

use time::OffsetDateTime;

use super::files::{content, pem, place};
use super::finding::{Finding, Findings, Problem};
use super::framing::ReadAs;
use super::node::Node;
use super::rules::questions::RESTORE_AUTHORITY;
use super::standing::Standing;
use super::{Rule, certificate, malformed};
use crate::observation::{NodeFacts, ToldFile, ToldPart};
use crate::remedy::{Question, Remedy};
use crate::spec::{Component, Party, RowId};
use crate::x509::{Certificate, Usage};

/// Whether it is there and holds what it must.
pub(super) fn files(findings: &mut Findings, facts: &NodeFacts) {
    let rows = facts.table().artifacts();
    let rows: Vec<(String, RowId)> = rows.map(|file| (facts.path(file), file.id)).collect();
    let mut known: BTreeSet<&str> = rows.iter().map(|(path, _)| path.as_str()).collect();
    for told in &facts.told_files {
        let ToldFile { by, file, part, .. } = told;
        let at = place(&file.path, None);
        let is_file = *part == ToldPart::File;
        if !told.is_mounted {
            findings.file_problem(at, missing(by, "its container has no such path"));
            let mount = Remedy::ask(&MOUNT).or(Remedy::ask(&NAME_MOUNTED));
            findings.mend_at(Rule::MissingFile, &file.path, &mount);
        } else if *part == ToldPart::Key {
            let row = rows.iter().find(|(path, _)| *path == file.path);
            let at = place(&file.path, row.map(|(_, row)| row.spec().name));
            findings.file_problem(at, missing(by, "it is not there"));
            let restore = Remedy::ask(&RESTORE_AUTHORITY).or(Remedy::ask(&KEPT_ELSEWHERE));
            findings.mend_at(Rule::MissingFile, &file.path, &restore);
        } else if !is_file {
            if file.certificates.is_absent() {
                findings.file_problem(at, missing(by, "it is not there"));
            }
            let problem = |message: String| unusable(part, &message);
            content(findings, problem, at, &file.certificates);
        } else if known.insert(&file.path) {
            if file.certificates.is_absent() {
                findings.file_problem(at, missing(by, "it is not there"));
            }
            pem(
                findings,
                facts,
                (at, ReadAs::Certificates),
                &file.certificates,
            );
        }
    }
}

static MOUNT: Question = Question::new(
    "mount the directory into the container, by a volume of the manifest",
    "what a container is to see is for a person to decide",
);
static NAME_MOUNTED: Question = Question::new(
    "name a file that is in a mounted directory",
    "which file is meant is not on this disk",
);
static KEPT_ELSEWHERE: Question = Question::new(
    "where that key is kept elsewhere, take away the flags that name it and its certificate, and \
     nothing is signed here",
    "where the key is kept is not on this disk",
);

/// A file that is named and is of no use, because it is not where it is looked for. Whoever names it
/// does not start.
fn missing(by: &str, why: &str) -> Problem {
    let problem = Problem::new(Rule::MissingFile, format!("{by} names it, and {why}"));
    let first = by.split(' ').next();
    let mut components = Component::ALL.into_iter();
    match components.find(|component| Some(component.name()) == first) {
        Some(component) => problem.refused_by([Party::Component(component)]),
        None => problem,
    }
}

/// What is wrong with a part of a file: `message` is about the file.
fn unusable(part: &ToldPart, message: &str) -> Problem {
    let what = message.strip_prefix("it ").unwrap_or(message);
    let message = format!("{part} {what}");
    match part {
        ToldPart::Field(_) => malformed::problem(message),
        // Nobody but who takes this user.
        ToldPart::User { .. } => {
            Problem::new(Rule::KubeconfigUnusable, message).refused_by([Party::Kubectl])
        }
        _ => Problem::new(Rule::KubeconfigUnusable, message),
    }
}

/// The certificates that no relation of this machine judges.
pub(super) fn certificates(findings: &mut Findings, node: &Node<'_>, at: OffsetDateTime) {
    for told in node.facts.told_files.iter().filter(|told| told.is_mounted) {
        let file = &told.file.path;
        let is_file = told.part == ToldPart::File;
        let is_judged = if told.usage == Usage::Authority {
            let mut relations = node.facts.relations.iter();
            node.authorities.iter().any(|one| one.has(file))
                || relations.any(|one| one.reader.named() == file)
        } else {
            is_file && node.presented.iter().any(|one| one.file == *file)
        };
        if !is_judged {
            life(findings, told, at);
        }
    }
}

/// What is wrong with certificates that are named somewhere, by themselves: that they are not there,
/// cannot be read, or that their life is over.
#[must_use]
pub fn told(told: &ToldFile, at: OffsetDateTime) -> Vec<Finding> {
    let mut findings = Findings::default();
    let mut facts = NodeFacts::default();
    facts.told_files.push(told.clone());
    files(&mut findings, &facts);
    life(&mut findings, told, at);
    findings.into_list()
}

fn life(findings: &mut Findings, told: &ToldFile, at: OffsetDateTime) {
    let certificates = told.file.certificates.present();
    let certificates = certificates.map_or(&[][..], Vec::as_slice);
    if let Some((certificate, problem)) = over(certificates, told.usage, at) {
        let rest = problem.message.strip_prefix("it ");
        let rest = rest.unwrap_or(&problem.message);
        let message = match &told.part {
            ToldPart::User { .. } => format!("{} has a certificate that {rest}", told.part),
            part => format!("{part} {rest}"),
        };
        let place = place(&told.file.path, None);
        findings.certificate(place, certificate, Problem { message, ..problem });
    }
}

/// What is wrong with the life of the certificates in a file: of several authorities one that lives
/// is enough.
fn over(
    certificates: &[Certificate],
    usage: Usage,
    at: OffsetDateTime,
) -> Option<(&Certificate, Problem)> {
    let (certificate, standing) = match usage {
        Usage::Authority if certificates.iter().any(|one| one.validity().contains(at)) => {
            return None;
        }
        Usage::Authority => {
            let last = certificates
                .iter()
                .max_by_key(|one| one.validity().not_after);
            (last?, Standing::Anchor)
        }
        usage => (certificates.first()?, Standing::Leaf(usage)),
    };
    let problem = certificate::dates(certificate, standing, at)?;
    Some((certificate, problem))
}
