//! The gate: whether a change would make somebody refuse what was accepted before.
//!
//! What is written must be accepted afterwards by everybody who reads it, unless the same reader
//! refused it before, by the same rule and for the same reason. What had expired may go on being
//! expired; it may not become distrusted.

mod planned;
mod rights;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

pub use planned::distrusted;
pub use rights::removed as rights_removed;
use time::OffsetDateTime;

use super::finding::{self, Finding, Findings};
use super::node::Node;
use super::relation::{self, Judged, Reader};
use super::{Rule, files, keys, kubeconfig};
use crate::observation::NodeFacts;
use crate::remedy::{Command, Question, Remedy, Step};
use crate::spec::{CertSpec, RowId};

/// What a change would make worse.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Offence {
    /// The file that would be refused, as the running system sees it.
    pub file: String,
    /// Who would refuse it, and by which file; nobody in particular where the file itself is of
    /// no use.
    pub reader: Option<Reader>,
    /// The rule that would be broken.
    pub rule: Rule,
    /// What would be wrong, with both sides of the comparison.
    pub message: String,
    /// What to do, so that it would not be.
    pub remedy: Remedy,
    /// The row that this does it to, where it is the reader's.
    pub mends: Option<RowId>,
    /// The files through which the change would do it.
    pub through: BTreeSet<String>,
}

impl fmt::Display for Offence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", told(std::slice::from_ref(self)).join("; "))
    }
}

/// The offences, those together that differ in their readers only.
#[must_use]
pub fn grouped(offences: &[Offence]) -> Vec<Vec<Offence>> {
    let mut groups: Vec<Vec<Offence>> = Vec::new();
    for offence in offences {
        let is_alike = |group: &&mut Vec<Offence>| {
            group.first().is_some_and(|one| {
                (&one.file, one.rule, &one.message)
                    == (&offence.file, offence.rule, &offence.message)
            })
        };
        match groups.iter_mut().find(is_alike) {
            Some(group) => group.push(offence.clone()),
            None => groups.push(vec![offence.clone()]),
        }
    }
    groups
}

/// What would happen to the file of a group, in words that follow its name.
#[must_use]
pub fn verdict(group: &[Offence]) -> String {
    let readers = group.iter().filter_map(|one| one.reader.as_ref());
    let readers = readers.map(|one| format!("{} with {}", one.who, one.trust));
    let readers: Vec<String> = readers.collect();
    let by = match readers.as_slice() {
        [] => String::new(),
        readers => format!("; by {}", readers.join(", ")),
    };
    let first = group.first();
    let what = first.map(|one| format!("{} ({}{by})", one.message, one.rule));
    format!("would be refused: {}", what.unwrap_or_default())
}

/// The offences in words: one sentence for each group.
#[must_use]
pub fn told(offences: &[Offence]) -> Vec<String> {
    let groups = grouped(offences);
    let sentence = |group: &Vec<Offence>| {
        let file = group.first().map(|one| one.file.as_str());
        format!("{} {}", file.unwrap_or_default(), verdict(group))
    };
    groups.iter().map(sentence).collect()
}

/// What to do about the offences, none of it said twice.
#[must_use]
pub fn remedies(offences: &[Offence]) -> Vec<Remedy> {
    let mut remedies = Vec::new();
    for offence in offences {
        let alike = offences.iter().filter(|one| one.rule == offence.rule);
        let rows: BTreeSet<RowId> = alike.filter_map(|one| one.mends).collect();
        let remedy = if offence.mends.is_some() {
            with_all(finding::remedy_of(offence.rule, rows))
        } else {
            offence.remedy.clone()
        };
        if !remedies.contains(&remedy) {
            remedies.push(remedy);
        }
    }
    remedies
}

/// What was refused and who refuses it change together, or neither is accepted: what the
/// configuration says of all of them is put in place at once.
fn with_all(mut remedy: Remedy) -> Remedy {
    for step in remedy.ways.iter_mut().flatten() {
        if let Step::Run(Command::Renew {
            names,
            reconcile: true,
            ..
        }) = step
        {
            *names = vec!["all".to_owned()];
        }
    }
    remedy
}

/// How to have it all the same.
#[must_use]
pub fn responsibility(offences: &[Offence]) -> Remedy {
    let rules: BTreeSet<Rule> = offences.iter().map(|offence| offence.rule).collect();
    Remedy::step(Step::Accept(rules.into_iter().map(Rule::id).collect()))
}

/// A tree as the gate sees it: who refuses what.
#[derive(Debug)]
pub struct Picture {
    relations: Vec<Judged>,
    files: Vec<Finding>,
    missing: Vec<Finding>,
    /// The files of each row that has several.
    pairs: Vec<Vec<String>>,
}

impl Picture {
    /// Judges a tree at an instant.
    #[must_use]
    pub fn of(facts: &NodeFacts, at: OffsetDateTime) -> Self {
        let node = Node::of(facts);
        let mut findings = Findings::of(facts);
        files::judge(&mut findings, &node);
        keys::judge(&mut findings, &node);
        kubeconfig::usable(&mut findings, &node);
        let mut files = findings.into_list();
        files.retain(Finding::is_refusal);
        let is_missing = |finding: &Finding| finding.rule == Rule::MissingFile;
        let (missing, files) = files.into_iter().partition(is_missing);
        let own = |spec: &CertSpec| spec.artifacts().into_iter().map(|one| facts.path(one));
        Self {
            pairs: facts
                .table()
                .rows()
                .map(|spec| own(spec).collect())
                .collect(),
            relations: relation::judged(&node, at),
            files,
            missing,
        }
    }

    /// What is missed of these files, which are gone, where it was not before: a file that the
    /// node needs, or the other half of one that is still there. Of what is taken back, which is
    /// gone because that was asked for, nobody asks.
    #[must_use]
    pub fn missed(&self, removed: &BTreeSet<String>, before: &Self) -> Vec<Offence> {
        let is_half = |finding: &&Finding| {
            finding.rule == Rule::HalfPair
                && removed
                    .iter()
                    .any(|file| self.are_halves(file, &finding.file))
        };
        let needed = self.missing.iter();
        let needed = needed.filter(|finding| removed.contains(&finding.file));
        let missed = needed.chain(self.files.iter().filter(is_half));
        let is_old = |new: &&Finding| {
            let mut old = before.missing.iter().chain(&before.files);
            old.any(|old| old.file == new.file && new.is_within(old))
        };
        let new = missed.filter(|finding| !is_old(finding));
        new.map(|finding| Offence {
            through: removed.clone(),
            ..Offence::of(finding)
        })
        .collect()
    }

    /// What this tree makes worse than it was before, where these files are written. What was
    /// before is only asked for where something is refused.
    pub fn offences(
        &self,
        written: &BTreeSet<String>,
        before: impl FnOnce() -> Self,
    ) -> Vec<Offence> {
        let files = self.files.iter();
        let mut files = files
            .filter(|finding| !self.of_files(finding, written).is_empty())
            .peekable();
        let mut relations = self
            .relations
            .iter()
            .filter(|one| !one.refusals.is_empty())
            .peekable();
        if files.peek().is_none() && relations.peek().is_none() {
            return Vec::new();
        }
        let before = before();
        let known: BTreeMap<(&str, &Reader), &Judged> = before
            .relations
            .iter()
            .map(|one| (one.key(), one))
            .collect();
        let mut offences = Vec::new();
        for judged in relations {
            let old = known.get(&judged.key()).copied();
            let through = touched(judged, old);
            if through.is_empty() {
                continue;
            }
            let is_old = |new: &&Finding| {
                old.is_some_and(|old| old.refusals.iter().any(|one| new.is_within(one)))
            };
            let new = judged.refusals.iter().filter(|new| !is_old(new));
            offences.extend(new.map(|finding| Offence {
                file: judged.presenter.clone(),
                through: through.clone(),
                ..Offence::at(finding, judged.reader.clone(), judged.mends)
            }));
        }
        let is_old = |new: &&Finding| {
            let mut old = before.files.iter();
            old.any(|old| old.file == new.file && new.is_within(old))
        };
        let new = files.filter(|new| !is_old(new));
        offences.extend(new.map(|finding| Offence {
            through: self.of_files(finding, written),
            ..Offence::of(finding)
        }));
        offences
    }
}

impl Picture {
    /// The files among these that a finding is about: its own, or the other half of that where
    /// the two do not belong together.
    fn of_files(&self, finding: &Finding, written: &BTreeSet<String>) -> BTreeSet<String> {
        let is_of_both = matches!(
            finding.rule,
            Rule::PairMismatch | Rule::ServiceAccountMismatch
        );
        // kubelet.conf names a link, and it is the link that is written.
        let is_kubelets =
            |file: &str| finding.rule == Rule::KubeletIdentity && file.contains("/kubelet-client-");
        let is_about = |file: &&String| {
            **file == finding.file
                || is_kubelets(file)
                || (is_of_both && self.are_halves(file, &finding.file))
        };
        written.iter().filter(is_about).cloned().collect()
    }

    /// Whether two files are one row's.
    fn are_halves(&self, one: &str, other: &str) -> bool {
        let has = |files: &[String], wanted: &str| files.iter().any(|file| file == wanted);
        let mut pairs = self.pairs.iter();
        pairs.any(|files| has(files, one) && has(files, other))
    }

    /// Whether the same reader refuses it by the same rule.
    fn refuses(&self, offence: &Offence) -> bool {
        let mut relations = self.relations.iter();
        relations.any(|one| {
            one.presenter == offence.file
                && Some(&one.reader) == offence.reader.as_ref()
                && one.refusals.iter().any(|old| old.rule == offence.rule)
        })
    }
}

/// Issuing again would come from the same authority.
static TRUST_IT: Question = Question::new(
    "put the certificate of the authority that signs into",
    "whom a reader is to believe is for a person to decide",
);

impl Offence {
    /// At a reader. One that does not know the authority is told of it, where its trust is no
    /// row's that can be issued again.
    fn at(finding: &Finding, reader: Reader, mends: Option<RowId>) -> Self {
        let is_unknown = matches!(finding.rule, Rule::UnknownIssuer | Rule::BadSignature);
        let remedy = if is_unknown && mends.is_none() {
            Remedy::ask_about(&TRUST_IT, reader.trust.clone())
        } else {
            finding.remedy.clone()
        };
        Self {
            reader: Some(reader),
            mends,
            remedy,
            ..Self::of(finding)
        }
    }

    fn of(finding: &Finding) -> Self {
        Self {
            file: finding.file.clone(),
            reader: None,
            rule: finding.rule,
            message: finding.message.clone(),
            remedy: finding.remedy.clone(),
            mends: None,
            through: BTreeSet::from([finding.file.clone()]),
        }
    }
}

/// The files of a relation that say something else than before.
fn touched(new: &Judged, old: Option<&Judged>) -> BTreeSet<String> {
    let mut files = BTreeSet::new();
    if old.is_none_or(|old| old.presented != new.presented) {
        files.insert(new.presenter.clone());
    }
    if old.is_none_or(|old| old.trusted != new.trusted) {
        files.insert(new.reader.trust.clone());
    }
    files
}
