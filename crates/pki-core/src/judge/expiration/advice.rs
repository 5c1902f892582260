//! What is to be done about what is due, over, not there or not readable: what the rules of the
//! judge say of the same.

use super::super::remedies::{Patient, without_renewal};
use super::super::rules::questions::{APPROVE, ONE_OF_THE_NAME, OTHERS};
use super::super::{Holder, Rule, missing};
use super::{ExpirationFacts, FurtherExpiration, Judged, RenewedBy, RowExpiration, State};
use crate::plan::remedies::{brought, from_elsewhere, with_its_authority};
use crate::remedy::{Command, Question, Remedy, Step};
use crate::spec::RowId;
use crate::x509::Certificate;

static KUBELET_RENEWS: Question = Question::new(
    "look in the kubelet's log for why it has not renewed it",
    "what the API server answered it is not on this disk",
);

/// What is to be done about one or several certificates.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Advice {
    /// What the certificates are called in reports; of a node on which nothing is, its directory.
    pub names: Vec<String>,
    /// What to do.
    pub remedy: Remedy,
}

impl Judged<'_> {
    /// What is to be done about everything that somebody has to do something about, that which goes
    /// together in one. Authorities come first, because nothing outlives its own; what is made afresh
    /// comes last: before, it may be refused for the sake of what else is to be done.
    #[must_use]
    pub fn advice(&self) -> Vec<Advice> {
        let mut all: Vec<Advice> = Vec::new();
        let mut add = |name: String, remedy: Remedy| {
            for one in &mut all {
                if let Some(joined) = one.remedy.joined(&remedy) {
                    one.remedy = joined;
                    one.names.push(name);
                    return;
                }
            }
            let names = vec![name];
            all.push(Advice { names, remedy });
        };
        if let Some(nothing) = &self.whereabouts.nothing {
            add(
                nothing.directory.clone(),
                missing::where_to_look(self.whereabouts),
            );
        }
        for (row, state) in &self.rows {
            let is_missed = row.needed && !self.found_nothing();
            let is_missed = *state == State::Missing && is_missed;
            if state.is_finding() || is_missed || self.ends_early(row, *state) {
                let at_hand = AtHand {
                    asked_for: self.asked_for(row, *state),
                    ..AtHand::of_row(row, *state)
                };
                add(row.id.to_string(), self.remedy(&at_hand));
            }
        }
        for (other, state) in &self.others {
            if state.is_finding() || *state == State::Missing {
                let waits = other.id.filter(|id| self.requested.contains(id));
                let at_hand = AtHand {
                    asked_for: waits.map(|id| from_elsewhere(id, true, true)),
                    ..AtHand::of_other(other, *state)
                };
                add(other.name.clone(), self.remedy(&at_hand));
            }
        }
        for one in &mut all {
            self.renew_all(one);
        }
        let is_authority = |one: &Advice| {
            let mut rows = self.rows.iter().map(|(row, _)| row.id.spec());
            rows.any(|spec| spec.is_authority() && one.names.iter().any(|name| name == spec.name))
        };
        all.sort_by_key(|one| (one.remedy.makes_afresh(), !is_authority(one)));
        all
    }

    /// How a row comes whose authority's key is kept elsewhere, or an authority that is below another.
    fn asked_for(&self, row: &RowExpiration, state: State) -> Option<Remedy> {
        let is_ours = row.renewed_by == RenewedBy::Operator && !row.left_alone;
        let is_elsewhere = match &row.certificate {
            // Of an authority it is its own key that may be kept elsewhere, and then it is asked for there.
            ExpirationFacts::Certificate(one) if row.id.spec().is_authority() => {
                is_issued(one) && !row.externally_managed
            }
            _ => row.externally_managed && !row.id.spec().is_authority(),
        };
        let with_all = matches!(state, State::Missing | State::Expired);
        let is_requested = self.requested.contains(&row.id);
        (is_ours && is_elsewhere).then(|| from_elsewhere(row.id, is_requested, with_all))
    }

    fn remedy(&self, one: &AtHand<'_>) -> Remedy {
        let is_of_kubelet = one.renewed_by == RenewedBy::Kubelet;
        match one.state {
            State::Due if is_of_kubelet => Remedy::ask(&KUBELET_RENEWS),
            State::Expired if is_of_kubelet && one.row.is_none() => self.of_kubelet(one.path),
            State::Due | State::Expired | State::Valid => self.new_dates(one),
            State::NotYetValid if one.is_authority() => one.by(Rule::AuthorityNotYetValid),
            State::NotYetValid => one.by(Rule::NotYetValid),
            // With half of a pair there nothing is made: the other half goes first.
            State::Missing if one.key.is_some() => one.by(Rule::MalformedFile),
            State::Missing => one.by(Rule::MissingFile),
            _ if matches!(one.certificate, ExpirationFacts::Unreadable { .. }) => {
                one.by(Rule::UnreadableFile)
            }
            _ if is_of_kubelet && one.row.is_some() => {
                let remedy = one.by(Rule::KubeletIdentity);
                if one.unidentified {
                    without_renewal(remedy)
                } else {
                    remedy
                }
            }
            _ => one.by(Rule::MalformedFile),
        }
    }

    fn new_dates(&self, one: &AtHand<'_>) -> Remedy {
        if one.is_authority() {
            return match (one.row, one.above) {
                (None, Some(above)) => brought(above),
                (None, None) if one.renewed_by == RenewedBy::Nobody => {
                    Remedy::ask(&ONE_OF_THE_NAME)
                }
                _ => one.by(Rule::AuthorityExpired),
            };
        }
        let Some(row) = one.row else {
            return Remedy::ask(&OTHERS);
        };
        match row.spec().issuer {
            Some(authority) if self.has_ended(authority) && !one.elsewhere => {
                let is_below = self.rows.iter().any(|(row, _)| {
                    let own = &row.certificate;
                    row.id == authority
                        && matches!(own, ExpirationFacts::Certificate(own) if is_issued(own))
                });
                with_its_authority(row, authority, is_below).after_links(one.links)
            }
            _ => one.by(Rule::Expired),
        }
    }

    /// A file that the kubelet renews by itself, and has not: where kubelet.conf names it, another is
    /// issued with that.
    fn of_kubelet(&self, path: &str) -> Remedy {
        if path.contains("server") {
            return Remedy::ask(&APPROVE);
        }
        let is_conf = |other: &FurtherExpiration| {
            other.id == Some(RowId::KubeletConf) && other.renewed_by == RenewedBy::Kubelet
        };
        let conf = self.others.iter().find(|(other, _)| is_conf(other));
        match conf {
            Some((conf, State::Expired)) => self.remedy(&AtHand::of_other(conf, State::Expired)),
            _ => Remedy::ask(&KUBELET_RENEWS),
        }
    }

    fn has_ended(&self, authority: RowId) -> bool {
        let mut rows = self.rows.iter();
        rows.any(|(row, state)| row.id == authority && *state == State::Expired)
    }

    /// Where all of them are renewed, nobody has to name them.
    fn renew_all(&self, one: &mut Advice) {
        let leaves = self
            .rows
            .iter()
            .filter(|(row, _)| !row.id.spec().is_authority());
        let others = self.others.iter();
        let others =
            others.filter_map(|(other, state)| Some((other.id?, other.renewed_by, *state)));
        let all = leaves
            .map(|(row, state)| (row.id, row.renewed_by, *state))
            .chain(others)
            .filter(|(_, by, state)| *by == RenewedBy::Operator && *state != State::Missing);
        let all: Vec<&str> = all.map(|(row, ..)| row.spec().name).collect();
        if one.names.len() < 2 {
            return;
        }
        for step in one.remedy.ways.iter_mut().flatten() {
            if let Step::Run(Command::Renew { names, .. }) = step
                && all.iter().all(|row| names.iter().any(|name| name == row))
            {
                *names = vec!["all".to_owned()];
            }
        }
    }
}

/// A certificate, or what is in its place.
struct AtHand<'a> {
    row: Option<RowId>,
    path: &'a str,
    certificate: &'a ExpirationFacts,
    renewed_by: RenewedBy,
    /// Whether pkigen cannot issue it.
    elsewhere: bool,
    /// How it comes from there, where that is known.
    asked_for: Option<Remedy>,
    /// The authority that it is above.
    above: Option<RowId>,
    /// The file of its key, where there is one.
    key: Option<&'a str>,
    /// Whether nothing says for whom it was.
    unidentified: bool,
    links: &'a [String],
    state: State,
}

impl<'a> AtHand<'a> {
    fn of_row(row: &'a RowExpiration, state: State) -> Self {
        let RowExpiration {
            id,
            path,
            certificate,
            renewed_by,
            ..
        } = row;
        let issued = matches!(certificate, ExpirationFacts::Certificate(one) if is_issued(one));
        Self {
            row: Some(*id),
            path,
            certificate,
            renewed_by: *renewed_by,
            elsewhere: row.externally_managed || row.left_alone || issued,
            asked_for: None,
            above: None,
            key: row.key.as_deref(),
            unidentified: false,
            links: &row.links,
            state,
        }
    }

    fn of_other(other: &'a FurtherExpiration, state: State) -> Self {
        Self {
            row: other.id,
            path: &other.path,
            certificate: &other.certificate,
            renewed_by: other.renewed_by,
            elsewhere: other.elsewhere,
            asked_for: None,
            above: other.above,
            key: None,
            unidentified: other.unidentified,
            links: &other.links,
            state,
        }
    }

    fn is_authority(&self) -> bool {
        let is_one = |one: &Certificate| one.is_authority();
        matches!(self.certificate, ExpirationFacts::Certificate(one) if is_one(one))
    }

    /// What the judge says where this rule is broken.
    fn by(&self, rule: Rule) -> Remedy {
        let patient = Patient {
            elsewhere: self.elsewhere,
            asked_for: self.asked_for.clone(),
            links: self.links.to_vec(),
            ..Patient::of(self.row, self.path)
        };
        match patient.holder {
            // To whom it belongs, nobody here knows.
            Holder::Other if rule == Rule::MissingFile => {
                Rule::MalformedFile.spec().remedy.of(&patient)
            }
            _ => rule.spec().remedy.of(&patient),
        }
    }
}

/// Whether an authority is one that somebody else has issued.
fn is_issued(one: &Certificate) -> bool {
    one.is_authority() && !one.is_self_issued()
}
