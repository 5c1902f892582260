//! What mends a finding, as data: who works on a node's files words it, or carries it out.

use std::collections::BTreeSet;

use super::rules::questions::OTHERS;
use super::{Rule, RuleSpec};
use crate::spec::RowId;

/// What mends a finding.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Remedy {
    /// Any one of these will do, the one to be thought of first before the others. Each is a row
    /// of steps, one after the other.
    pub ways: Vec<Vec<Step>>,
    /// What is good about it, where the finding does not say so: words that follow a colon.
    pub because: Option<&'static str>,
}

/// One step of a remedy. A kind that is added has to be worded, so that this is exhaustive, and
/// what it is made of too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Something that pkigen does.
    Run(Command),
    /// A change that is made by hand, or by whoever manages the node's files.
    Edit(Edit),
    /// Something that only a person can do, and what it is about where that differs.
    Ask(&'static Question, Option<String>),
}

/// What pkigen does for a remedy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Issues certificates again.
    Renew {
        /// Names of rows; `all` for every row that is there.
        names: Vec<String>,
        /// As the configuration says, not as they are.
        reconcile: bool,
    },
    /// Makes what is missing, as the configuration says.
    Init {
        /// The kubelet's serving certificate too.
        kubelet_serving: bool,
    },
    /// Completes what was interrupted.
    Recover,
    /// What was refused, and these rules may be broken by it.
    Accept(BTreeSet<Rule>),
}

/// A change to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The file, as the running system sees it.
    pub file: String,
    /// What of it.
    pub place: EditPlace,
    /// What it is to be; `None` where it is to go.
    pub value: Option<String>,
}

/// What of a file is changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditPlace {
    /// The file itself: it is moved away.
    File,
    /// Its permissions, as `chmod` takes them.
    Mode,
    /// Its owner and group, as `chown` takes them.
    Owner,
    /// A component's flag, by its name without dashes.
    Flag(String),
    /// A field, by its path.
    Field(String),
    /// A word of a command line, as it is written: what it is written as instead.
    Word(String),
}

/// What a person is asked to do: a row of a table that gives the reason.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Question {
    /// What, in a few words: lower case, no full stop. What it is about follows.
    pub text: &'static str,
    /// Why no step that can be carried out takes its place.
    pub why: &'static str,
}

impl Question {
    /// A row.
    #[must_use]
    pub const fn new(text: &'static str, why: &'static str) -> Self {
        Self { text, why }
    }
}

impl Edit {
    /// A change to a file.
    #[must_use]
    pub fn new(file: &str, place: EditPlace, value: Option<String>) -> Self {
        Self {
            file: file.to_owned(),
            place,
            value,
        }
    }
}

impl Remedy {
    /// One way, of these steps.
    #[must_use]
    pub fn steps(steps: impl IntoIterator<Item = Step>) -> Self {
        Self {
            ways: vec![steps.into_iter().collect()],
            because: None,
        }
    }

    /// One thing to do.
    #[must_use]
    pub fn step(step: Step) -> Self {
        Self::steps([step])
    }

    /// Something that pkigen does.
    #[must_use]
    pub fn run(command: Command) -> Self {
        Self::step(Step::Run(command))
    }

    /// A change to a file.
    #[must_use]
    pub fn edit(edit: Edit) -> Self {
        Self::step(Step::Edit(edit))
    }

    /// Something that a person does.
    #[must_use]
    pub fn ask(question: &'static Question) -> Self {
        Self::step(Step::Ask(question, None))
    }

    /// Something that a person does, about this.
    #[must_use]
    pub fn ask_about(question: &'static Question, about: impl Into<String>) -> Self {
        Self::step(Step::Ask(question, Some(about.into())))
    }

    /// The ways of another remedy after these.
    #[must_use]
    pub fn or(mut self, other: Self) -> Self {
        self.ways.extend(other.ways);
        self
    }

    /// With what is good about it.
    #[must_use]
    pub fn because(mut self, because: &'static str) -> Self {
        self.because = Some(because);
        self
    }

    /// The first way that can be carried out: that has something to run or to change.
    #[must_use]
    pub fn executable(&self) -> Option<&[Step]> {
        let is_asked = |step: &Step| matches!(step, Step::Ask(..));
        let mut ways = self.ways.iter();
        let way = ways.find(|way| !way.iter().all(is_asked))?;
        Some(way)
    }
}

/// What a row of the table of rules says is to be done, by what it is done to.
#[derive(Debug)]
#[non_exhaustive]
pub struct Remedies {
    /// To a leaf of the table.
    leaf: Ways,
    /// To an authority, and to the key of service accounts.
    authority: Ways,
    /// To what is no row.
    other: Ways,
}

/// Ways, before it is known what they are done to.
type Ways = &'static [&'static [Advice]];

/// A step, before it is known what it is done to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Advice {
    /// Issue it again as it is.
    Renew,
    /// Issue it again as the configuration says.
    Reconcile,
    /// Issue again what is not as the configuration says.
    ReconcileAll,
    /// Make what is missing.
    Init,
    /// Complete what was interrupted.
    Recover,
    /// Move it away, with what belongs to it.
    MoveAway,
    /// Change its permissions.
    Mode(&'static str),
    /// Change its owner.
    Owner,
    /// Let kube-controller-manager sign with the file that holds one certificate.
    SignWith,
    /// Ask.
    Ask(&'static Question),
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Holder {
    /// A leaf of the table.
    Leaf,
    /// An authority, or the key of service accounts.
    Authority,
    /// What is no row.
    Other,
}

/// What a remedy is for.
#[derive(Debug)]
pub(super) struct Patient {
    pub(super) holder: Holder,
    /// The names of rows.
    pub(super) names: Vec<String>,
    /// The file that is at fault.
    pub(super) file: String,
    /// It, and what is moved away with it.
    pub(super) files: Vec<String>,
    /// Whether it is issued elsewhere, so that pkigen cannot.
    pub(super) elsewhere: bool,
    /// What kube-controller-manager is to be told, where it is told anything.
    pub(super) signing: Option<Edit>,
}

impl Patient {
    /// A file, and the row that it is of.
    pub(super) fn of(row: Option<RowId>, file: &str) -> Self {
        let holder = match row.map(|id| id.spec().issuer) {
            Some(Some(_)) => Holder::Leaf,
            Some(None) => Holder::Authority,
            None => Holder::Other,
        };
        Self {
            holder,
            names: row.iter().map(|id| id.spec().name.to_owned()).collect(),
            file: file.to_owned(),
            files: vec![file.to_owned()],
            elsewhere: false,
            signing: None,
        }
    }
}

impl RuleSpec {
    /// What is to be done where a file breaks the rule, which is a row's or none's.
    #[must_use]
    pub fn remedy_for(&self, row: Option<RowId>, file: &str) -> Remedy {
        self.remedy.of(&Patient::of(row, file))
    }
}

impl Remedies {
    pub(super) const fn new(leaf: Ways, authority: Ways, other: Ways) -> Self {
        Self {
            leaf,
            authority,
            other,
        }
    }

    const fn ways(&self, holder: Holder) -> Ways {
        match holder {
            Holder::Leaf => self.leaf,
            Holder::Authority => self.authority,
            Holder::Other => self.other,
        }
    }

    /// What is to be done to this.
    pub(super) fn of(&self, patient: &Patient) -> Remedy {
        let steps = |way: &&[Advice]| way.iter().flat_map(|one| one.steps(patient)).collect();
        let ways = self.ways(patient.holder).iter();
        let ways = ways.filter(|way| !patient.elsewhere || !way.iter().any(Advice::issues));
        let ways: Vec<Vec<Step>> = ways.map(steps).collect();
        if ways.is_empty() {
            return Remedy::ask(&OTHERS);
        }
        Remedy {
            ways,
            because: None,
        }
    }

    /// What is to be done, for whoever reads about the rule: to a leaf called NAME, and where
    /// something else is to be done to others than to have them issued again, to those.
    #[must_use]
    pub fn in_general(&self) -> Vec<(Holder, Remedy)> {
        let patient = |holder| Patient {
            holder,
            names: vec!["NAME".to_owned()],
            file: "FILE".to_owned(),
            files: vec!["its files".to_owned()],
            elsewhere: false,
            signing: Some(Edit::new("FILE", signing_flag(), Some("FILE".to_owned()))),
        };
        let mut all: Vec<(Holder, Remedy)> = Vec::new();
        for holder in [Holder::Leaf, Holder::Authority, Holder::Other] {
            let remedy = self.of(&patient(holder));
            let is_usual = remedy == Remedy::ask(&OTHERS);
            if !is_usual && !all.iter().any(|(_, known)| *known == remedy) {
                all.push((holder, remedy));
            }
        }
        all
    }

    #[cfg(test)]
    pub(super) fn advice(&self) -> impl Iterator<Item = &'static Advice> {
        let all = [self.leaf, self.authority, self.other];
        all.into_iter().flatten().copied().flatten()
    }
}

/// What kube-controller-manager is told which file it signs with.
pub(super) fn signing_flag() -> EditPlace {
    EditPlace::Flag("cluster-signing-cert-file".to_owned())
}

impl Advice {
    /// Whether it takes the authority's key.
    const fn issues(&self) -> bool {
        matches!(
            self,
            Self::Renew | Self::Reconcile | Self::ReconcileAll | Self::Init
        )
    }

    fn steps(&self, patient: &Patient) -> Vec<Step> {
        let renew = |names: Vec<String>, reconcile| Step::Run(Command::Renew { names, reconcile });
        let own = || patient.names.clone();
        let edit = |place, value: &str| Edit::new(&patient.file, place, Some(value.to_owned()));
        let step = match self {
            Self::Renew => renew(own(), false),
            Self::Reconcile => renew(own(), true),
            Self::ReconcileAll => renew(vec!["all".to_owned()], true),
            Self::Init => Step::Run(Command::Init {
                kubelet_serving: false,
            }),
            Self::Recover => Step::Run(Command::Recover),
            Self::Mode(mode) => Step::Edit(edit(EditPlace::Mode, mode)),
            Self::Owner => Step::Edit(edit(EditPlace::Owner, "root:root")),
            Self::Ask(question) => Step::Ask(question, None),
            Self::SignWith => {
                return patient
                    .signing
                    .clone()
                    .map(Step::Edit)
                    .into_iter()
                    .collect();
            }
            Self::MoveAway => {
                let files = patient.files.iter();
                let away = |file: &String| Step::Edit(Edit::new(file, EditPlace::File, None));
                return files.map(away).collect();
            }
        };
        vec![step]
    }
}

#[cfg(test)]
mod tests {
    use super::super::Rule;
    use super::super::rules::questions::QUESTIONS;
    use super::*;

    #[test]
    fn every_question_is_asked_and_has_a_reason() {
        let rows = Rule::all().flat_map(|spec| spec.remedy.advice());
        let advice: Vec<&Advice> = rows.collect();
        for question in QUESTIONS {
            let is_asked = advice.iter().any(|one| **one == Advice::Ask(question));
            assert!(is_asked, "nobody asks: {}", question.text);
            for text in [question.text, question.why] {
                assert!(!text.is_empty() && !text.ends_with('.'), "{text}");
                assert!(!text.contains("`pkigen"), "{text}");
            }
        }
    }

    /// `NAME` and what belongs to it are for a leaf: others cannot be renewed.
    #[test]
    fn only_leaves_are_renewed() {
        for spec in Rule::all() {
            let others = [spec.remedy.authority, spec.remedy.other];
            let mut others = others.into_iter().flatten().copied().flatten();
            let renews = |one: &Advice| matches!(one, Advice::Renew | Advice::Reconcile);
            assert!(!others.any(renews), "{}", spec.id);
        }
    }

    #[test]
    fn a_way_that_asks_for_nothing_but_a_person_is_not_carried_out() {
        let remedy = Rule::PairMismatch
            .spec()
            .remedy_for(Some(RowId::Apiserver), "a.crt");
        let renew = Command::Renew {
            names: vec!["apiserver".to_owned()],
            reconcile: false,
        };
        assert_eq!(remedy.executable(), Some(&[Step::Run(renew)][..]));
        let remedy = Rule::PairMismatch
            .spec()
            .remedy_for(Some(RowId::ClusterCa), "ca.crt");
        assert_eq!(remedy.executable(), None);
    }
}
