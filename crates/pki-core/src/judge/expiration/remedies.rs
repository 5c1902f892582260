//! What is to be done about dates.

use super::{ExpirationFacts, Judged, RenewedBy, State};
use crate::judge::rules::questions::{PRIVILEGE, RESTART, WHERE};
use crate::observation::Whereabouts;
use crate::remedy::{Command, Init, Question, Remedy, Step};
use crate::spec::RowId;

static ANOTHER: Question = Question::new(
    "name the directory where they are",
    "where they are is not known",
);

impl Judged<'_> {
    /// What to do about what was found, one thing after the other. Of what is issued elsewhere
    /// nothing is said: who keeps the key knows.
    #[must_use]
    pub fn remedies(&self, whereabouts: &Whereabouts) -> Vec<Remedy> {
        if self.found_nothing {
            return vec![where_to_look(whereabouts)];
        }
        let mut remedies = Vec::new();
        if self.is_denied() {
            remedies.push(Remedy::ask(&PRIVILEGE));
        }
        let (authorities, leaves) = self.due();
        if !authorities.is_empty() || !leaves.is_empty() {
            let renewals = [authorities, leaves].into_iter();
            let renewals = renewals.filter(|names| !names.is_empty()).map(renew);
            remedies.push(Remedy::steps(renewals.chain([Step::Ask(&RESTART, None)])));
        }
        let missing = |state: &State, needed: bool| needed && *state == State::Missing;
        if self
            .rows
            .iter()
            .any(|(row, state)| missing(state, row.needed))
        {
            remedies.push(Remedy::run(Command::Init(Init::default())));
        }
        remedies
    }

    /// Whether this user may not read something.
    fn is_denied(&self) -> bool {
        let rows = self.rows.iter().map(|(row, _)| &row.certificate);
        let others = self.others.iter().map(|(other, _)| &other.certificate);
        rows.chain(others)
            .any(|one| matches!(one, ExpirationFacts::Denied { .. }))
    }

    /// What is over or due and can be renewed here: authorities by their names, and the others,
    /// `all` of them where that is so.
    fn due(&self) -> (Vec<String>, Vec<String>) {
        let rows = self
            .rows
            .iter()
            .map(|(row, state)| (row.id, *state, row.renewed_by, row.externally_managed));
        let others = self
            .others
            .iter()
            .filter_map(|(other, state)| Some((other.id?, *state, other.renewed_by, false)));
        let there = rows
            .chain(others)
            .filter(|(_, state, ..)| *state != State::Missing);
        let (authorities, leaves): (Vec<_>, Vec<_>) =
            there.partition(|(row, ..)| row.spec().is_authority());
        let is_due = |&&(_, state, by, is_external): &&(RowId, State, RenewedBy, bool)| {
            let is_late =
                state == State::Expired || state == State::Due && by != RenewedBy::Kubelet;
            is_late && by != RenewedBy::Nobody && !is_external
        };
        let names = |rows: &[(RowId, State, RenewedBy, bool)]| -> Vec<String> {
            let due = rows.iter().filter(is_due);
            due.map(|(row, ..)| row.spec().name.to_owned()).collect()
        };
        let mut due = names(&leaves);
        // What the kubelet sees to is none of the others.
        let own = |&&(_, state, by, _): &&(RowId, State, RenewedBy, bool)| {
            by != RenewedBy::Kubelet || state == State::Expired
        };
        if due.len() == leaves.iter().filter(own).count() && !due.is_empty() {
            due = vec!["all".to_owned()];
        }
        (names(&authorities), due)
    }
}

/// What to do where nothing was found.
#[must_use]
pub fn where_to_look(whereabouts: &Whereabouts) -> Remedy {
    match whereabouts.certificates() {
        Some(directory) => Remedy::ask_about(&WHERE, directory),
        None => Remedy::ask(&ANOTHER).or(Remedy::run(Command::Init(Init::default()))),
    }
}

/// The renewal of what has expired; authorities come first, because what is below them lives no
/// longer.
#[must_use]
pub fn renewal_of(expired: &[RowId]) -> Remedy {
    let (authorities, leaves): (Vec<RowId>, Vec<RowId>) =
        expired.iter().partition(|row| row.spec().is_authority());
    let authorities: Vec<String> = authorities.iter().map(ToString::to_string).collect();
    let leaves = (!leaves.is_empty()).then(|| renew(vec!["all".to_owned()]));
    let authorities = (!authorities.is_empty()).then(|| renew(authorities));
    Remedy::steps(authorities.into_iter().chain(leaves))
}

fn renew(names: Vec<String>) -> Step {
    Step::Run(Command::Renew {
        names,
        reconcile: false,
        reuse_key: false,
        accept: Vec::new(),
    })
}
