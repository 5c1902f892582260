use std::collections::BTreeMap;

use time::OffsetDateTime;

use super::{Action, Creation, Problem, Refusal, Step, Warning, keep};
use crate::cluster::{Etcd, Setup, Site};
use crate::observation::{AuthorityFacts, Inventory, RowFacts};
use crate::spec::{Artifact, CertSpec, CredentialId, Form, Need, OwnerKind, RowId};
use crate::x509::{Certificate, NameError};

/// A plan in the making, and for whom it decides at the moment.
pub(super) struct Draft<'a> {
    pub(super) setup: &'a Setup,
    pub(super) site: Site<'a>,
    pub(super) inventory: &'a Inventory,
    pub(super) now: OffsetDateTime,
    pub(super) steps: Vec<Step>,
    pub(super) refusals: Vec<Refusal>,
    pub(super) warnings: Vec<Warning>,
    /// What becomes of the authorities, so that nobody has to look for it in the lists above.
    authorities: BTreeMap<RowId, Becomes>,
}

/// What becomes of an authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Becomes {
    Made,
    Kept,
    Refused,
}

/// What a leaf's authority can do for it.
pub(super) enum Signs<'a> {
    /// It is made in the same plan.
    New,
    /// It is there, in these files; its key may be elsewhere.
    There(AuthorityFacts<'a>),
    /// It is refused itself, and nothing more can be said.
    Refused,
}

impl<'a> Draft<'a> {
    pub(super) fn new(setup: &'a Setup, inventory: &'a Inventory, now: OffsetDateTime) -> Self {
        Self {
            setup,
            site: setup.site(),
            inventory,
            now,
            steps: Vec::new(),
            refusals: Vec::new(),
            warnings: Vec::new(),
            authorities: BTreeMap::new(),
        }
    }

    /// Decides for another node or user from here on.
    pub(super) fn turn_to(&mut self, site: Site<'a>) {
        self.site = site;
    }

    /// Adds the steps, refusals and warnings of one row.
    pub(super) fn judge(&mut self, spec: &'static CertSpec) -> Result<(), NameError> {
        let kept_as = self
            .inventory
            .local(self.id(spec.id), self.setup.node().name());
        let absent = RowFacts::absent(spec.form);
        let facts = self.inventory.facts_of(&kept_as).unwrap_or(&absent);
        if !self.concerns(spec, facts) {
            return Ok(());
        }
        let (steps, refusals) = (self.steps.len(), self.refusals.len());
        keep::judge(self, spec, facts)?;
        if spec.is_authority() {
            let made = self.steps.get(steps);
            let made = made.is_some_and(|step| matches!(step.action, Action::Create(_)));
            let becomes = if self.refusals.len() > refusals {
                Becomes::Refused
            } else if made {
                Becomes::Made
            } else {
                Becomes::Kept
            };
            self.authorities.insert(spec.id, becomes);
        }
        Ok(())
    }

    /// Whether a row is made here, or is there and so has to be right.
    fn concerns(&self, spec: &CertSpec, facts: &RowFacts) -> bool {
        let node = self.site.node();
        let wanted = match spec.need {
            // With etcd run elsewhere, what lies in etcd/ is not this tree's to judge.
            Need::LocalEtcd if *self.setup.cluster().etcd() != Etcd::Local => return false,
            Need::Always | Need::LocalEtcd => spec.owner != OwnerKind::Node || !node.is_worker(),
            Need::FirstNode => node.super_admin().unwrap_or_else(|| {
                let of_administrators = [RowId::AdminConf, RowId::SuperAdminConf];
                let is_absent = |row: &RowId| self.inventory.row(*row).is_absent();
                !self.setup.is_further_nodes() && of_administrators.iter().all(is_absent)
            }),
            Need::NotForJoin => !node.for_join(),
            Need::KubeletServing => node.kubelet_serving(),
        };
        wanted || !facts.is_absent()
    }

    /// Whether components are told of another directory of certificates, or of kubeconfigs, while
    /// there is none in this one: that is refused, once.
    pub(super) fn is_elsewhere(&mut self) -> bool {
        let whereabouts = self.inventory.whereabouts();
        let told = whereabouts.told_directory();
        let Some((directory, row, by)) = told.or_else(|| self.told_kubeconfigs()) else {
            return false;
        };
        let problem = Problem::Elsewhere {
            directory: directory.to_owned(),
            by: by.to_owned(),
        };
        if let Some(file) = row.spec().artifacts().into_iter().next() {
            self.refuse(file, problem);
        }
        true
    }

    /// The directory of kubeconfigs that components were told of, where there is none of the table's
    /// in the one that was looked at.
    fn told_kubeconfigs(&self) -> Option<(&'a str, RowId, &'a str)> {
        let mut rows = self.setup.cluster().table().rows();
        let is_here = rows.any(|spec| {
            let facts = self.inventory.facts(spec.id);
            matches!(spec.form, Form::Kubeconfig { .. }) && facts.is_some_and(RowFacts::is_there)
        });
        let whereabouts = self.inventory.whereabouts();
        whereabouts.told_kubeconfigs().filter(|_| !is_here)
    }

    /// Why what the nodes of a cluster share is not made where it is missing, if it is not: a node
    /// that joins has it from the first one, and so has a further node where it was forgotten. With
    /// nothing here but one authority, which a company may have given, the cluster is new.
    pub(super) fn not_shared(&self, row: RowId) -> Option<Problem> {
        if self.setup.is_further_nodes() {
            return Some(Problem::NotCopied);
        }
        if self.setup.node().new_cluster() || matches!(row, RowId::Own(_)) {
            return None;
        }
        let is_there = |spec: &&CertSpec| {
            let facts = self.inventory.facts(spec.id);
            facts.is_some_and(RowFacts::is_there)
        };
        let rows = self.setup.cluster().table().rows();
        let rows = rows.filter(|spec| !matches!(spec.id, RowId::Own(_)));
        let there: Vec<&CertSpec> = rows.filter(is_there).collect();
        // What it has signed is refused itself, and says what is lost.
        if there.iter().any(|spec| spec.issuer == Some(row)) {
            return None;
        }
        let beside = match there.as_slice() {
            [] => return None,
            [one] if one.is_authority() => return None,
            [one, ..] => one.id,
        };
        let beside = *beside.spec().artifacts().first()?;
        Some(Problem::Forgotten { beside })
    }

    /// The credential of a row for whom this decides.
    pub(super) fn id(&self, row: RowId) -> CredentialId {
        self.site.id(row)
    }

    pub(super) fn refuse(&mut self, file: Artifact, problem: Problem) {
        let owner = self.id(file.id).owner;
        let can_be_made = file.id.spec().issuer.is_none_or(|authority| {
            let Signs::There(facts) = self.signs(authority) else {
                return true;
            };
            facts.issuer().is_ok()
        });
        let links = self.inventory.links(file.id).collect();
        let is_misframed = self.inventory.is_misframed(file);
        self.refusals.push(Refusal {
            file,
            owner,
            problem,
            can_be_made,
            is_misframed,
            links,
        });
    }

    pub(super) fn keep(
        &mut self,
        row: RowId,
        certificates: &[Certificate],
        reason: impl Into<String>,
    ) {
        self.steps
            .push(Step::keep(self.id(row), certificates, reason));
    }

    pub(super) fn wait(&mut self, row: RowId, authority: RowId) {
        self.steps.push(Step::wait(self.id(row), authority));
    }

    pub(super) fn create(&mut self, row: RowId, creation: Creation) {
        self.steps
            .push(Step::create(self.id(row), creation, "missing"));
    }

    pub(super) fn signs(&self, row: RowId) -> Signs<'a> {
        match self.authorities.get(&row) {
            Some(Becomes::Refused) => return Signs::Refused,
            Some(Becomes::Made) => return Signs::New,
            Some(Becomes::Kept) | None => {}
        }
        Signs::There(self.inventory.authority(row))
    }
}
