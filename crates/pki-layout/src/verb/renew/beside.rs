//! What is to be said of a renewal beside its rows.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use pki_core::RowId;
use pki_core::judge::expiration::{
    ExpirationFacts, Expirations, FurtherExpiration, judge, renewal_of,
};
use pki_core::plan::renew::RenewAction;
use pki_core::remedy::{Command, Remedy};
use pki_core::spec::Table;
use serde::Serialize;

use crate::report::Words;
use crate::view::schema::rfc3339;
use crate::{Renewal, Root};

/// What is due or over, and is no row's to renew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NamedRow {
    /// Who names it: a component and its flag, a kubeconfig and its user.
    pub name: String,
    /// Its file.
    pub path: String,
    /// `due` or `expired`.
    pub state: &'static str,
    /// When it ends, or has ended.
    pub expiration: Option<String>,
    /// What to do about it.
    pub remedy: String,
}

impl Renewal {
    /// Whether something is due that is no row's to renew.
    pub(super) fn is_something_left(&self) -> bool {
        self.left_elsewhere().next().is_some()
    }

    /// What is due beside the rows, but for what was written with them.
    fn left_elsewhere(&self) -> impl Iterator<Item = &FurtherExpiration> {
        let is_written = |one: &FurtherExpiration| {
            let mut written = self.replaced.iter();
            written.any(|path| path == Path::new(&one.path))
        };
        let others = self.named_elsewhere.others.iter();
        others.filter(move |one| !is_written(one))
    }

    pub(super) fn named_rows(&self, words: Words<'_>) -> Vec<NamedRow> {
        let rows = self.left_elsewhere().map(|one| {
            let alone = Expirations {
                others: vec![one.clone()],
                ..Expirations::default()
            };
            let judged = judge(&alone, self.plan.now(), self.plan.rule().threshold);
            let remedies = judged.advice();
            let remedies = remedies.iter().map(|advice| words(&advice.remedy).text);
            let state = judged.others.first().map(|(_, state)| state.name());
            NamedRow {
                name: one.name.clone(),
                path: one.path.clone(),
                state: state.unwrap_or_default(),
                expiration: match &one.certificate {
                    ExpirationFacts::Certificate(leaf) => Some(rfc3339(leaf.validity().not_after)),
                    _ => None,
                },
                remedy: remedies.collect::<Vec<String>>().join(" "),
            }
        });
        rows.collect()
    }

    /// That what signs has a newer certificate than the one that is here.
    pub(super) fn older_above(&self, words: Words<'_>) -> Option<String> {
        let row = self.older_above?;
        let take = words(&Remedy::run(Command::Take {
            name: row.to_string(),
            file: "FILE".to_owned(),
            there: false,
        }));
        Some(format!(
            "of what is above the authorities this node holds an older certificate than the one that \
             signs; the new one is brought by itself: {}",
            take.text
        ))
    }

    /// Whether a command does what this one did.
    pub(super) fn has_run(&self, command: &Command) -> bool {
        let Command::Renew {
            names, reconcile, ..
        } = command
        else {
            return false;
        };
        let rule = self.plan.rule();
        let steps = self.plan.steps().iter();
        let done: Vec<&str> = steps.map(|step| step.id.row.spec().name).collect();
        let is_in = |name: &String| match name.as_str() {
            "all" => rule.names.is_empty(),
            name => done.contains(&name),
        };
        *reconcile == rule.reconcile.is_some() && names.iter().all(is_in)
    }

    /// What is to be done about what has expired too, before anything is restarted. What this run
    /// was asked for and could not renew, the same command renews no better.
    pub(super) fn first_of_all(
        &self,
        expired: &[RowId],
        root: &Root,
        words: Words<'_>,
    ) -> Option<String> {
        let stuck = |row: &RowId| {
            let mut steps = self.plan.steps().iter();
            let step = steps.find(|step| step.id.row == *row)?;
            step.remedy(|file| root.path(file).display().to_string())
        };
        let mut remedies: Vec<Remedy> = Vec::new();
        for remedy in expired.iter().filter_map(stuck) {
            if !remedies.contains(&remedy) {
                remedies.push(remedy);
            }
        }
        let others = expired.iter().filter(|row| stuck(row).is_none());
        let others: Vec<RowId> = others.copied().collect();
        if !others.is_empty() {
            remedies.push(renewal_of(&others));
        }
        let texts = remedies.iter().map(|remedy| words(remedy).text);
        let texts: Vec<String> = texts.collect();
        (!texts.is_empty()).then(|| texts.join(" "))
    }

    /// The authorities whose leaves came from another one before: who reads them is to have the new
    /// one too. One leaf that was somebody else's says nothing of the authority; what the kubelet
    /// rotates is compared by itself.
    pub(super) fn exchanged(&self, done: &[RowId]) -> BTreeSet<RowId> {
        let mut leaves: BTreeMap<RowId, Vec<bool>> = BTreeMap::new();
        for step in self.plan.steps() {
            let row = step.id.row;
            let is_anew = match &step.action {
                RenewAction::Reissue(reissue) => reissue.changes_issuer() && done.contains(&row),
                RenewAction::AsConfigured => false,
                _ => continue,
            };
            if let Some(authority) = row.spec().issuer.filter(|_| row != RowId::KubeletConf) {
                leaves.entry(authority).or_default().push(is_anew);
            }
        }
        let exchanged = leaves.into_iter().filter(|(authority, anew)| {
            anew.iter().all(|anew| *anew) && (anew.len() > 1 || is_alone(*authority))
        });
        exchanged.map(|(authority, _)| authority).collect()
    }

    /// What has to be in the cluster, where a right has gone with an old certificate.
    pub(super) fn removed_rights(&self, root: &Root) -> Vec<String> {
        let removed = self.plan.removed_rights();
        let removed = removed.filter(|(id, _)| !self.left_out.contains_key(&id.row));
        let bindings = root.directories().rbac();
        let told = removed.filter_map(|(id, binding)| {
            let name = binding?.name;
            Some(format!(
                "the new {id} has its rights by the ClusterRoleBinding {name} alone: apply {}, if \
                 it is not in the cluster, before the certificate is read",
                bindings.display()
            ))
        });
        told.collect()
    }
}

/// Whether an authority has but one leaf.
fn is_alone(authority: RowId) -> bool {
    Table::kubernetes().signed_by(authority).count() == 1
}

/// What an authority that was exchanged means for others.
pub(super) fn of_exchanged(authority: RowId) -> String {
    format!(
        "{authority} is another authority than the one that had signed: every other node goes on \
         trusting that one, and is refused and refuses until it has the files of this one, with \
         what they sign issued anew"
    )
}
