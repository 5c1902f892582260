//! Findings: what is wrong, where, and the remedy of the rule for that file.

mod whose;

use std::collections::{BTreeMap, BTreeSet};

use whose::{above, below, elsewhere, external, is_unidentified, rotated, signing};

use super::remedies::{self, Holder, Patient};
use super::rules::questions::{APPROVE, OTHERS};
use super::{Rule, identity};
use crate::observation::NodeFacts;
use crate::plan::remedies::brought;
use crate::remedy::{Edit, Remedy};
use crate::spec::{Part, Party, RowId, Table};
use crate::x509::Certificate;

/// Something that is wrong, said where its cause is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// Which rule is broken.
    pub rule: Rule,
    /// The file or directory, as the running system sees it.
    pub file: String,
    /// The row of the table that it is about, where it is about one.
    pub row: Option<RowId>,
    /// Subject and serial number of the certificate in it that is at fault.
    pub certificate: Option<String>,
    /// What is wrong, with both sides of the comparison: a sentence about the certificate or the
    /// file, lower case, no full stop.
    pub message: String,
    /// Who refuses for its sake; nobody where it is wrong all the same.
    pub refused_by: Vec<Party>,
    /// What to do.
    pub remedy: Remedy,
    /// What the rule is broken by, so that a finding of before can be compared with one of
    /// afterwards: nothing in here is another after each renewal, as dates and serial numbers
    /// are. Empty where the rule says it all.
    pub cause: BTreeSet<String>,
}

impl Finding {
    /// Whether it says nothing that the other does not say.
    pub(super) fn is_within(&self, other: &Self) -> bool {
        self.rule == other.rule && self.cause.is_subset(&other.cause)
    }

    /// Whether one of those who read a cluster's files refuses for its sake: a component, or the
    /// Go that all of them are made of; or whether nobody knows, because it was not checked. What
    /// only others would refuse is worth a finding, and is no reason to leave a cluster without its
    /// certificates.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        let mut parties = self.refused_by.iter();
        self.rule == Rule::NotChecked
            || parties.any(|party| *party == Party::Go || party.component().is_some())
    }

    /// Whether it is a finding that something is to be done about, and not a warning: somebody
    /// refuses, or the rule counts all the same.
    #[must_use]
    pub fn counts(&self) -> bool {
        !self.refused_by.is_empty() || self.rule.spec().counts
    }
}

/// What a check says of one certificate, before it is known where that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) rule: Rule,
    pub(super) message: String,
    pub(super) cause: BTreeSet<String>,
    pub(super) refused_by: Vec<Party>,
}

impl Problem {
    pub(super) fn new(rule: Rule, message: impl Into<String>) -> Self {
        let message = message.into();
        Self {
            rule,
            cause: BTreeSet::from([message.clone()]),
            message,
            refused_by: rule.spec().refused_by.to_vec(),
        }
    }

    /// Refused by these among those who refuse for the rule's sake.
    pub(super) fn refused_by(mut self, parties: impl IntoIterator<Item = Party>) -> Self {
        self.refused_by = parties.into_iter().collect();
        self
    }

    /// Not refused by these.
    pub(super) fn accepted_by(mut self, parties: &[Party]) -> Self {
        self.refused_by.retain(|party| !parties.contains(party));
        self
    }

    /// Whether it is one to be done something about: see [`Finding::counts`].
    pub(super) fn counts(&self) -> bool {
        !self.refused_by.is_empty() || self.rule.spec().counts
    }

    /// With a cause that is not the message: see [`Finding::cause`].
    pub(super) fn because(mut self, cause: impl IntoIterator<Item = String>) -> Self {
        self.cause = cause.into_iter().collect();
        self
    }
}

/// Where a certificate is, and what it is called.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    /// The file, as the running system sees it.
    pub(super) file: &'a str,
    /// The name of the row, as `renew` takes it; `None` for what is no row.
    pub(super) name: Option<&'a str>,
}

/// Findings as they come. A certificate that is in several places is judged in the first.
#[derive(Debug, Default)]
pub(super) struct Findings {
    table: Table,
    /// The rows that are issued elsewhere.
    elsewhere: BTreeSet<RowId>,
    /// Those whose authority's key is kept elsewhere, and whether they are asked for.
    external: BTreeMap<RowId, bool>,
    /// The certificates that are above authorities, each with the first of those.
    above: BTreeMap<[u8; 32], RowId>,
    /// Those that issue, and are below another.
    below: BTreeSet<[u8; 32]>,
    /// The rows whose certificates the kubelet renews itself.
    rotated: BTreeSet<RowId>,
    /// The file of the serving certificate that the kubelet asks for.
    serving: Option<String>,
    /// Whether nothing says any more whose certificate a kubelet.conf named.
    is_unidentified: bool,
    /// What kube-controller-manager is to be told.
    signing: Option<Edit>,
    /// The files of rows that are symbolic links.
    links: BTreeMap<RowId, Vec<String>>,
    /// The file that it signs with as it is told.
    signs_with: Option<String>,
    list: Vec<Finding>,
    /// Which of the list says that a rule is broken by a certificate.
    seen: BTreeMap<(Rule, [u8; 32]), usize>,
    blamed: BTreeSet<[u8; 32]>,
}

impl Findings {
    /// Findings about a node.
    pub(super) fn of(facts: &NodeFacts) -> Self {
        Self {
            table: facts.table().clone(),
            elsewhere: elsewhere(facts).collect(),
            external: external(facts).collect(),
            above: above(facts),
            below: below(facts),
            rotated: rotated(facts).collect(),
            is_unidentified: is_unidentified(facts),
            serving: facts
                .kubelet
                .server
                .as_ref()
                .map(|one| one.certificate.clone()),
            signing: signing(facts),
            links: links(facts),
            signs_with: facts.signing.as_ref().map(|told| told.file.path.clone()),
            ..Self::default()
        }
    }

    fn row(&self, place: Place<'_>) -> Option<RowId> {
        place.name.and_then(|name| self.table.find(name))
    }

    /// Adds a finding about a file.
    pub(super) fn file(&mut self, rule: Rule, place: Place<'_>, message: impl Into<String>) {
        self.file_problem(place, Problem::new(rule, message));
    }

    /// Adds what is wrong with a file.
    pub(super) fn file_problem(&mut self, place: Place<'_>, problem: Problem) {
        let rule = problem.rule;
        self.list.push(Finding {
            rule,
            file: place.file.to_owned(),
            row: self.row(place),
            certificate: None,
            message: problem.message,
            refused_by: problem.refused_by,
            remedy: self.remedy(rule, place),
            cause: problem.cause,
        });
    }

    /// Says what else is to be done where a file breaks a rule.
    pub(super) fn mend_at(&mut self, rule: Rule, file: &str, remedy: &Remedy) {
        let broken = self.list.iter_mut();
        for finding in broken.filter(|one| one.rule == rule && one.file == file) {
            finding.remedy = remedy.clone();
        }
    }

    /// Adds a finding about a file by this certificate, which may be another row's: then it is issued
    /// again as the configuration says, or it would go on being that.
    pub(super) fn file_of(
        &mut self,
        rule: Rule,
        place: Place<'_>,
        certificate: &Certificate,
        message: String,
    ) {
        let patient = Patient {
            foreign: self
                .row(place)
                .is_some_and(|row| identity::is_foreign(row, certificate)),
            ..self.patient(rule, place)
        };
        let remedy = rule.spec().remedy.of(&patient);
        self.file(rule, place, message);
        if let Some(finding) = self.list.last_mut() {
            finding.remedy = remedy;
        }
    }

    /// Adds a finding about a certificate. One that is there already is also refused by these.
    pub(super) fn certificate(
        &mut self,
        place: Place<'_>,
        certificate: &Certificate,
        problem: Problem,
    ) {
        let Problem {
            rule,
            message,
            cause,
            refused_by,
        } = problem;
        let fingerprint = certificate.fingerprint();
        self.blamed.insert(fingerprint);
        if self.seen.contains_key(&(rule, fingerprint)) {
            self.refused_too(rule, certificate, &refused_by);
            return;
        }
        self.seen.insert((rule, fingerprint), self.list.len());
        self.list.push(Finding {
            rule,
            file: place.file.to_owned(),
            row: self.row(place),
            certificate: Some(described(certificate)),
            message,
            refused_by,
            remedy: self.remedy_for(rule, place, certificate),
            cause,
        });
    }

    /// That these refuse too what is there already.
    pub(super) fn refused_too(&mut self, rule: Rule, certificate: &Certificate, by: &[Party]) {
        let position = self.seen.get(&(rule, certificate.fingerprint()));
        if let Some(finding) = position.and_then(|position| self.list.get_mut(*position)) {
            let new = by.iter().filter(|one| !finding.refused_by.contains(one));
            let new: Vec<Party> = new.copied().collect();
            finding.refused_by.extend(new);
        }
    }

    /// What is to be done to a certificate: one that is no row's and no authority is issued again by
    /// whoever issued it.
    fn remedy_for(&self, rule: Rule, place: Place<'_>, certificate: &Certificate) -> Remedy {
        let is_other = self.row(place).is_none() && !certificate.is_authority();
        if is_other && rule == Rule::Expired && self.serving.as_deref() == Some(place.file) {
            // The kubelet asks for another by itself.
            return Remedy::ask(&APPROVE);
        }
        if is_other && rule.spec().remedy.is_about_authorities() {
            return Remedy::ask(&OTHERS);
        }
        let fingerprint = certificate.fingerprint();
        if let Some(row) = self.above.get(&fingerprint)
            && rule == Rule::AuthorityExpired
        {
            return brought(*row);
        }
        let row = self
            .row(place)
            .filter(|_| self.below.contains(&fingerprint));
        if let Some(row) = row {
            let asked_for = self.asked_for(row, rule);
            let patient = self.patient(rule, place);
            return rule.spec().remedy.of(&Patient {
                asked_for,
                ..patient
            });
        }
        self.remedy(rule, place)
    }

    /// What the rule says is to be done to what is here.
    fn remedy(&self, rule: Rule, place: Place<'_>) -> Remedy {
        let remedy = rule.spec().remedy.of(&self.patient(rule, place));
        if rule == Rule::KubeletIdentity && self.is_unidentified {
            remedies::without_renewal(remedy)
        } else {
            remedy
        }
    }

    fn patient(&self, rule: Rule, place: Place<'_>) -> Patient {
        let row = self.row(place);
        Patient {
            elsewhere: row.is_some_and(|id| self.is_elsewhere(id, rule)),
            asked_for: row
                .filter(|id| !id.spec().is_authority())
                .and_then(|id| self.asked_for(id, rule)),
            // Of every other file that is not there it signs with another one already.
            signing: self.signing.clone().filter(|_| {
                rule != Rule::MissingFile || self.signs_with.as_deref() == Some(place.file)
            }),
            links: row
                .and_then(|id| self.links.get(&id).cloned())
                .unwrap_or_default(),
            ..Patient::of(row, place.file)
        }
    }

    /// Whether something is wrong with this certificate.
    pub(super) fn blames(&self, certificate: &Certificate) -> bool {
        self.blamed.contains(&certificate.fingerprint())
    }

    /// Whether this rule is broken by this certificate.
    pub(super) fn has(&self, rule: Rule, certificate: &Certificate) -> bool {
        self.seen.contains_key(&(rule, certificate.fingerprint()))
    }

    /// Whether this rule is broken in this file.
    pub(super) fn has_at(&self, rule: Rule, file: &str) -> bool {
        self.list
            .iter()
            .any(|finding| finding.rule == rule && finding.file == file)
    }

    /// The findings as they came.
    pub(super) fn into_list(self) -> Vec<Finding> {
        self.list
    }

    /// The findings, by file in this order, those of other files last, and in the order of the
    /// rules.
    pub(super) fn sorted(mut self, files: &[String]) -> Vec<Finding> {
        let position = |finding: &Finding| {
            let position = files.iter().position(|file| *file == finding.file);
            (
                position.unwrap_or(usize::MAX),
                finding.file.clone(),
                finding.rule,
            )
        };
        self.list.sort_by_cached_key(position);
        self.list
    }
}

fn links(facts: &NodeFacts) -> BTreeMap<RowId, Vec<String>> {
    let rows = facts.table().rows().map(|spec| spec.id);
    let of_row = |row| {
        let links = facts.inventory.links(row);
        let written =
            links.filter(|file| !row.spec().is_authority() || file.part == Part::Certificate);
        written.map(|file| facts.path(file)).collect()
    };
    rows.map(|row| (row, of_row(row))).collect()
}
/// What the rule says is to be done to several rows at once.
pub(super) fn remedy_of(rule: Rule, rows: impl IntoIterator<Item = RowId>) -> Remedy {
    let names = rows.into_iter().map(|id| id.spec().name.to_owned());
    rule.spec().remedy.of(&Patient {
        holder: Holder::Leaf,
        names: names.collect(),
        ..Patient::of(None, "")
    })
}

/// The first few of many; a trust file may hold hundreds.
pub(super) fn listed(items: impl ExactSizeIterator<Item = String>, separator: &str) -> String {
    const MOST: usize = 4;
    let more = items.len().saturating_sub(MOST);
    let first: Vec<String> = items.take(MOST).collect();
    let first = first.join(separator);
    match more {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

fn described(certificate: &Certificate) -> String {
    let subject = certificate.subject().to_string();
    let subject = if subject.is_empty() {
        "no subject"
    } else {
        &subject
    };
    format!("{subject} (serial {})", certificate.serial_number())
}
