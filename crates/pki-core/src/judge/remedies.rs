//! What the table of rules says is to be done, before it is known to which file: it becomes a
//! [`Remedy`] where a finding is.

use super::rules::questions::OTHERS;
use super::{Rule, RuleSpec};
use crate::plan::remedies::waited_for;
use crate::remedy::{Command, Edit, EditPlace, Init, Question, Remedy, Step};
use crate::spec::{Binding, Form, RowId};

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
    /// The same, and let names go that it does not have.
    DropNames,
    /// Issue it again as the configuration says, without the right that it carries.
    RemoveRight,
    /// Put in its place what was issued elsewhere with the key it has.
    Take,
    /// Put its own file in the place of every copy of it.
    TakeThis,
    /// Have the binding of its row in the cluster.
    Bind(&'static Question),
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
    /// Whether the certificate is another row's, and stays so where it is issued again as it is.
    pub(super) foreign: bool,
    /// Whether it is issued elsewhere, so that pkigen cannot.
    pub(super) elsewhere: bool,
    /// How it comes from there, where that is known.
    pub(super) asked_for: Option<Remedy>,
    /// What kube-controller-manager is to be told, where it is told anything.
    pub(super) signing: Option<Edit>,
    /// The binding that gives the row its rights.
    pub(super) binding: Option<Binding>,
    /// The row's files that are symbolic links.
    pub(super) links: Vec<String>,
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
            files: row
                .and_then(|id| both(id, file))
                .unwrap_or_else(|| vec![file.to_owned()]),
            foreign: false,
            elsewhere: false,
            asked_for: None,
            signing: None,
            binding: row.and_then(|id| id.spec().rights.binding),
            links: Vec::new(),
        }
    }
}

/// The files of a leaf's pair, of which one is this: a new key and the certificate of an old one are
/// refused, so that they go together.
fn both(row: RowId, file: &str) -> Option<Vec<String>> {
    let spec = row.spec();
    if spec.issuer.is_none() || !matches!(spec.form, Form::Pair { .. }) {
        return None;
    }
    let names: Vec<String> = spec
        .artifacts()
        .into_iter()
        .map(|one| one.to_string())
        .collect();
    let directory = names
        .iter()
        .find_map(|name| file.strip_suffix(name.as_str()))?;
    Some(
        names
            .iter()
            .map(|name| format!("{directory}{name}"))
            .collect(),
    )
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

    /// Whether what is no row is told what is to be done to an authority: then it is something
    /// else that is to be done to a leaf.
    pub(super) fn is_about_authorities(&self) -> bool {
        let mut others = self.other.iter().copied().flatten();
        self.authority == self.other
            && self.leaf != self.other
            && !others.any(|one| *one == Advice::Ask(&OTHERS))
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
        // What is issued elsewhere is not issued here, and what is issued here need not be taken.
        let is_way = |way: &[Advice]| {
            let mut way = way.iter();
            !way.any(|one| match one {
                Advice::Take => !patient.elsewhere || patient.asked_for.is_some(),
                one => patient.elsewhere && one.issues(),
            })
        };
        let remedy = self.built(patient, is_way);
        let mut advice = self.ways(patient.holder).iter().copied().flatten();
        match patient.asked_for.clone() {
            Some(asked_for) if patient.elsewhere && advice.any(Advice::issues) => {
                // Where it is on its way, nothing else is to be thought of.
                if remedy == Remedy::ask(&OTHERS) || asked_for == waited_for() {
                    asked_for
                } else if patient.holder == Holder::Authority {
                    asked_for.or(remedy)
                } else {
                    remedy.or(asked_for)
                }
            }
            _ => remedy,
        }
    }

    fn built(&self, patient: &Patient, is_way: impl Fn(&[Advice]) -> bool) -> Remedy {
        let steps = |way: &&[Advice]| way.iter().flat_map(|one| one.steps(patient)).collect();
        let ways = self.ways(patient.holder).iter();
        let ways: Vec<Vec<Step>> = ways.filter(|way| is_way(way)).map(steps).collect();
        if ways.is_empty() {
            return Remedy::ask(&OTHERS);
        }
        let remedy = Remedy {
            ways,
            because: None,
        };
        remedy.after_links(&patient.links)
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
            foreign: false,
            elsewhere: false,
            asked_for: None,
            signing: Some(Edit::new("FILE", signing_flag(), Some("FILE".to_owned()))),
            binding: None,
            links: Vec::new(),
        };
        let mut all: Vec<(Holder, Remedy)> = Vec::new();
        for holder in [Holder::Leaf, Holder::Authority, Holder::Other] {
            let remedy = self.built(&patient(holder), |_| true);
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

/// Without what issues a certificate as it was, where nothing says how that is.
pub(super) fn without_renewal(mut remedy: Remedy) -> Remedy {
    let is_as_it_was = |step: &Step| {
        matches!(
            step,
            Step::Run(Command::Renew {
                reconcile: false,
                ..
            })
        )
    };
    remedy.ways.retain(|way| !way.iter().any(is_as_it_was));
    remedy
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
            Self::Renew
                | Self::Reconcile
                | Self::ReconcileAll
                | Self::DropNames
                | Self::RemoveRight
                | Self::Init
        )
    }

    fn steps(&self, patient: &Patient) -> Vec<Step> {
        let renew_accepting = |names, reconcile, accept| {
            Step::Run(Command::Renew {
                names,
                reconcile,
                reuse_key: false,
                accept,
            })
        };
        let renew = |names, reconcile| renew_accepting(names, reconcile, Vec::new());
        let own = || patient.names.clone();
        let edit = |place, value: &str| Edit::new(&patient.file, place, Some(value.to_owned()));
        let step = match self {
            Self::Renew => renew(own(), patient.foreign),
            Self::Reconcile => renew(own(), true),
            Self::DropNames => Step::Run(Command::DropNames { names: own() }),
            Self::ReconcileAll => renew(vec!["all".to_owned()], true),
            Self::RemoveRight => renew_accepting(own(), true, vec![Rule::RightRemoved.id()]),
            Self::Bind(question) => {
                let command = patient.binding.map(|binding| binding.command());
                Step::Ask(question, command.map(|command| format!("(`{command}`)")))
            }
            Self::Take => Step::Run(Command::Take {
                name: own().concat(),
                file: "FILE".to_owned(),
                there: false,
            }),
            Self::TakeThis => Step::Run(Command::Take {
                name: own().concat(),
                file: patient.file.clone(),
                there: false,
            }),
            Self::Init => Step::Run(Command::Init(Init::default())),
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
    use super::super::rules::questions::QUESTIONS;
    use super::*;

    #[test]
    fn every_question_is_asked_and_has_a_reason() {
        let rows = Rule::all().flat_map(|spec| spec.remedy.advice());
        let advice: Vec<&Advice> = rows.collect();
        for question in QUESTIONS {
            let asks = [Advice::Ask(question), Advice::Bind(question)];
            let is_asked = advice.iter().any(|one| asks.contains(one));
            assert!(is_asked, "nobody asks: {}", question.text);
            for text in [question.text, question.why] {
                assert!(!text.is_empty() && !text.ends_with('.'), "{text}");
                assert!(!text.contains("`pkigen"), "{text}");
            }
        }
    }

    /// `NAME` and what belongs to it are for a row: others cannot be renewed. Of an authority
    /// nothing but its dates and its signature are new.
    #[test]
    fn only_rows_are_renewed() {
        for spec in Rule::all() {
            let mut others = spec.remedy.other.iter().copied().flatten();
            let renews = |one: &Advice| matches!(one, Advice::Renew | Advice::Reconcile);
            assert!(!others.any(renews), "{}", spec.id);
            let mut authority = spec.remedy.authority.iter().copied().flatten();
            assert!(
                !authority.any(|one| *one == Advice::Reconcile),
                "{}",
                spec.id
            );
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
            reuse_key: false,
            accept: Vec::new(),
        };
        assert_eq!(remedy.executable(), Some(&[Step::Run(renew)][..]));
        let remedy = Rule::PairMismatch
            .spec()
            .remedy_for(Some(RowId::ClusterCa), "ca.crt");
        assert_eq!(remedy.executable(), None);
    }
}
