//! Renewal: which certificates get a new life, decided before anything is done.
//!
//! What a certificate says stays as it is; key, serial number and dates are new. Needs no
//! description of the cluster.

mod decide;
mod problem;
mod reconcile;
mod rights;
mod threshold;

use std::collections::{BTreeMap, BTreeSet};

pub use problem::RenewProblem;
pub use reconcile::Difference;
pub(crate) use reconcile::MISSING_NAMES;
pub use threshold::Threshold;
use time::OffsetDateTime;

use super::SeenAuthorities;
use crate::cluster::Setup;
use crate::observation::Inventory;
use crate::spec::{CertSpec, CredentialId, Need, OwnerKind, RowId};
use crate::x509::{Certificate, Lifetime, Template, Validity};

/// Which certificates to renew, and how.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RenewRule {
    /// The rows that were named; empty for all of them.
    pub names: Vec<RowId>,
    /// Only what is due by this threshold.
    pub threshold: Threshold,
    /// Life of the new certificates.
    pub lifetime: Lifetime,
    /// Keep the keys.
    pub reuse_key: bool,
    /// Issue what differs from this configuration as it says, and leave the rest.
    pub reconcile: Option<Box<Setup>>,
    /// Do so also where a certificate loses a right by it that an earlier kubeadm gave it: somebody
    /// has seen to the binding that takes its place.
    pub remove_rights: bool,
}

impl RenewRule {
    /// All certificates, new keys, a year.
    #[must_use]
    pub fn all() -> Self {
        Self {
            names: Vec::new(),
            threshold: Threshold::default(),
            lifetime: Lifetime::YEAR,
            reuse_key: false,
            reconcile: None,
            remove_rights: false,
        }
    }
}

/// What `renew` is going to do with each credential.
#[derive(Debug, Clone)]
pub struct RenewPlan {
    steps: Vec<RenewStep>,
    by_id: BTreeMap<CredentialId, usize>,
    rule: RenewRule,
    now: OffsetDateTime,
    seen: SeenAuthorities,
}

/// One credential's part of a [`RenewPlan`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RenewStep {
    /// The credential.
    pub id: CredentialId,
    /// What is done with it.
    pub action: RenewAction,
    /// Whether it was named, so that not doing it is worth an exit code.
    pub named: bool,
    /// Whether it could be made anew: what issues it is here.
    pub can_be_made: bool,
}

/// What is done with a row.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum RenewAction {
    /// It is issued again.
    Renew {
        /// What is there now, and its path.
        chain: Vec<Certificate>,
        /// The new life.
        validity: Validity,
        /// Whether that is shorter than asked, because the authority ends.
        clamped: bool,
    },
    /// It is issued as the configuration says.
    Reissue(Box<Reissue>),
    /// It is as the configuration says.
    AsConfigured,
    /// It has time left.
    NotDue {
        /// Until when.
        not_after: OffsetDateTime,
    },
    /// There is no file.
    Missing,
    /// Its authority's key is kept elsewhere.
    External {
        /// The authority.
        authority: RowId,
    },
    /// It is somebody else's to renew.
    NotOurs {
        /// Whose, or why.
        reason: String,
    },
    /// It cannot be renewed as it is.
    Broken {
        /// Why.
        problem: RenewProblem,
    },
}

/// How a row is issued as the configuration says.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Reissue {
    /// What is there now, and its path.
    pub chain: Vec<Certificate>,
    /// What is issued.
    pub template: Template,
    /// How the two differ.
    pub differences: Vec<Difference>,
    /// What else changes in a kubeconfig.
    pub kubeconfig: Option<KubeconfigChange>,
}

/// What changes in a kubeconfig beside the certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KubeconfigChange {
    /// URL of the API server.
    pub server: String,
    /// The authorities it trusts; `None` where it names none, and that stays so.
    pub trust: Option<Vec<Certificate>>,
}

impl RenewAction {
    /// Whether a new certificate is issued.
    #[must_use]
    pub const fn issues(&self) -> bool {
        matches!(self, Self::Renew { .. } | Self::Reissue(_))
    }
}

impl RenewPlan {
    /// Decides for every row at hand that has a certificate of its own and is no authority, and
    /// for every such credential of others that the inventory knows of.
    #[must_use]
    pub fn new(inventory: &Inventory, rule: RenewRule, now: OffsetDateTime) -> Self {
        let sites = rule.reconcile.as_deref().map(decide::sites);
        let asked = |row: RowId| rule.names.is_empty() || rule.names.contains(&row);
        let here = inventory.table().rows().map(|spec| inventory.id(spec.id));
        let ids = here.chain(inventory.elsewhere().cloned());
        let issues = |authority: RowId| inventory.authority(authority).issuer().is_ok();
        let rows = inventory.table().rows().map(|spec| spec.id);
        let issuing: BTreeSet<RowId> = rows
            .filter(|row| row.spec().is_authority() && issues(*row))
            .collect();
        let mut steps = Vec::new();
        for id in ids.filter(|id| id.row.spec().issuer.is_some() && asked(id.row)) {
            let spec: &CertSpec = id.row.spec();
            let named = rule.names.contains(&id.row);
            let action = decide::decide(&id, inventory, &rule, sites.as_ref(), now);
            // What is made on request only, or is with a user, is not missed where nobody asked for
            // it.
            let elsewhere = spec.need == Need::KubeletServing || spec.owner == OwnerKind::User;
            let unasked = elsewhere && !named;
            if !(unasked && matches!(action, RenewAction::Missing)) {
                steps.push(RenewStep {
                    can_be_made: spec.issuer.is_some_and(|issuer| issuing.contains(&issuer)),
                    id,
                    action,
                    named,
                });
            }
        }
        // A row that nobody has looked for is missed as one that is not there.
        let is_known = |row: &RowId| inventory.table().rows().any(|spec| spec.id == *row);
        let unknown = rule.names.iter().filter(|row| !is_known(row));
        steps.extend(unknown.map(|row| RenewStep {
            id: inventory.id(*row),
            action: RenewAction::Missing,
            named: true,
            can_be_made: false,
        }));
        let ids = steps.iter().map(|step| step.id.clone());
        Self {
            by_id: ids.enumerate().map(|(at, id)| (id, at)).collect(),
            steps,
            rule,
            now,
            seen: SeenAuthorities::of(inventory),
        }
    }

    /// What is decided, in the order of the table.
    #[must_use]
    pub fn steps(&self) -> &[RenewStep] {
        &self.steps
    }

    /// The authorities that were there when it was made.
    pub(crate) fn seen(&self) -> &SeenAuthorities {
        &self.seen
    }

    /// The rule it was made by.
    #[must_use]
    pub fn rule(&self) -> &RenewRule {
        &self.rule
    }

    /// The instant it was made for.
    #[must_use]
    pub fn now(&self) -> OffsetDateTime {
        self.now
    }

    /// The credentials that get a new certificate.
    pub fn renewals(&self) -> impl Iterator<Item = &CredentialId> {
        let renewals = self.steps.iter().filter(|step| step.action.issues());
        renewals.map(|step| &step.id)
    }

    /// What is done with a credential that was asked for.
    #[must_use]
    pub fn action(&self, id: &CredentialId) -> Option<&RenewAction> {
        Some(&self.steps.get(*self.by_id.get(id)?)?.action)
    }

    /// Whether something is worth an exit code: what is broken always, what is missing or
    /// external only where it was named.
    #[must_use]
    pub fn has_findings(&self) -> bool {
        self.steps.iter().any(|step| match step.action {
            RenewAction::Broken { .. } => true,
            RenewAction::Missing | RenewAction::External { .. } | RenewAction::NotOurs { .. } => {
                step.named
            }
            RenewAction::Renew { .. }
            | RenewAction::Reissue(_)
            | RenewAction::AsConfigured
            | RenewAction::NotDue { .. } => false,
        })
    }
}
