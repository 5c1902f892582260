//! Renewal: which certificates get a new life, decided before anything is done.
//!
//! What a certificate says stays as it is; key, serial number and dates are new. An authority, which
//! is only renewed by name, keeps its key too. Needs no description of the cluster.

mod action;
mod authority;
mod decide;
mod kubeconfig;
mod kubelet;
mod names;
mod problem;
mod reconcile;
mod rights;
mod signing;
mod take;
mod threshold;

use std::collections::{BTreeMap, BTreeSet};

pub use action::{Adaptation, KubeconfigChange, Reissue, RenewAction};
pub(in crate::plan) use authority::chain as chain_of;
pub(in crate::plan) use decide::is_past_threshold as is_past;
pub(crate) use kubeconfig::TRUST;
pub(crate) use kubelet::IDENTITY;
pub use problem::RenewProblem;
pub use reconcile::Difference;
pub(crate) use reconcile::{MISSING_NAMES, SURPLUS_NAMES, VERDICT};
pub use threshold::Threshold;
use time::OffsetDateTime;

use super::SeenAuthorities;
use crate::cluster::{Etcd, Setup};
use crate::observation::{Elsewhere, Inventory, RowFacts, Whereabouts, needed};
use crate::spec::{Artifact, CertSpec, CredentialId, Need, OwnerKind, RowId};
use crate::x509::{Certificate, Lifetime};

/// Which certificates to renew, and how.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RenewRule {
    /// The rows that were named; empty for all but the authorities.
    pub names: Vec<RowId>,
    /// Only what is due by this threshold.
    pub threshold: Threshold,
    /// Life of the new certificates.
    pub lifetime: Lifetime,
    /// Certificates of authorities that were issued elsewhere with the key that they have: the one
    /// of these that lives longest is taken, and none is signed here.
    pub issued: BTreeMap<RowId, Vec<Certificate>>,
    /// Life of authorities' new certificates; `None` for as long as their old ones lived.
    pub authority_lifetime: Option<Lifetime>,
    /// Keep the keys.
    pub reuse_key: bool,
    /// Issue what differs from this configuration as it says, and leave the rest.
    pub reconcile: Option<Box<Setup>>,
    /// Let names go that a certificate serves and the configuration does not have: whoever still
    /// dials them is refused at once.
    pub drop_names: bool,
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
            issued: BTreeMap::new(),
            authority_lifetime: None,
            reuse_key: false,
            reconcile: None,
            drop_names: false,
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
    whereabouts: Whereabouts,
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
    /// Its files and its authority's of which nothing is read for the sake of their framing.
    pub misframed: Vec<Artifact>,
    /// The row's files that are symbolic links, which are not written through.
    pub links: Vec<Artifact>,
    /// The authority that it is renewed with, though nobody asked for it: it names that
    /// authority's certificate by its serial number, which OpenSSL and Java hold it to.
    pub with: Option<RowId>,
    /// Whether the cluster suffers where nothing is done: it is due, or this node cannot do without
    /// it.
    pub pressing: bool,
}

impl RenewStep {
    /// How long the old certificate was made to live, where the new one ends before it does, not
    /// because its authority ends. Of an authority nobody asks: it lives as long as before, unless
    /// somebody has said how long.
    #[must_use]
    pub fn longer_life(&self) -> Option<Lifetime> {
        let RenewAction::Renew {
            chain,
            validity,
            clamped: false,
        } = &self.action
        else {
            return None;
        };
        let old = chain.first().filter(|old| !old.is_authority())?;
        let is_longer = old.validity().not_after > validity.not_after;
        is_longer.then(|| old.validity().lifetime())
    }
}

/// A kubeconfig that is told of another server by the same plan does not dial the old one then.
fn dials_no_more(steps: &mut [RenewStep]) {
    let is_changed = |step: &&RenewStep| match &step.action {
        RenewAction::Adapt(_) => true,
        RenewAction::Reissue(reissue) => reissue.kubeconfig.is_some(),
        _ => false,
    };
    let changed = steps.iter().filter(is_changed);
    let changed: BTreeSet<&str> = changed.map(|step| step.id.row.spec().name).collect();
    for step in steps.iter_mut() {
        if let RenewAction::Reissue(reissue) = &mut step.action {
            reissue
                .dialling
                .retain(|name| !changed.contains(name.as_str()));
        }
    }
}

/// What becomes of a row whose authority's key is elsewhere, also where there is none yet.
fn from_elsewhere(action: RenewAction, row: RowId, inventory: &Inventory) -> RenewAction {
    let Some(authority) = row.spec().issuer else {
        return action;
    };
    let is_external = inventory.is_external(authority) && inventory.signer(authority).is_none();
    match action {
        RenewAction::Missing | RenewAction::External { .. }
            if inventory.requested().contains(&row) =>
        {
            RenewAction::NotOurs {
                reason: format!("its certificate is asked for of {authority}, and has not come"),
            }
        }
        RenewAction::Missing if is_external => RenewAction::External { authority },
        action => action,
    }
}

impl RenewPlan {
    /// Decides for every row at hand that has a certificate of its own and is no authority, for
    /// every such credential of others that the inventory knows of, and for the authorities that
    /// were named.
    #[must_use]
    pub fn new(inventory: &Inventory, rule: RenewRule, now: OffsetDateTime) -> Self {
        let sites = rule.reconcile.as_deref().map(decide::sites);
        let lives = authority::lives(inventory, &rule, now);
        let here = inventory.table().rows().map(|spec| inventory.id(spec.id));
        let ids = here.chain(inventory.elsewhere().cloned());
        let issues = |authority: RowId| inventory.authority(authority).issuer().is_ok();
        let rows = inventory.table().rows().map(|spec| spec.id);
        let issuing: BTreeSet<RowId> = rows
            .filter(|row| row.spec().is_authority() && issues(*row))
            .collect();
        let there = |row: RowId| inventory.facts(row).is_some_and(RowFacts::is_there);
        let setup = rule.reconcile.as_deref();
        let external_etcd = setup.is_some_and(|setup| *setup.cluster().etcd() != Etcd::Local);
        let whereabouts = inventory.whereabouts();
        let needed = needed(
            inventory.table(),
            whereabouts,
            there,
            inventory.requested(),
            external_etcd,
        );
        let mut steps = Vec::new();
        for id in ids {
            let spec: &CertSpec = id.row.spec();
            let named = rule.names.contains(&id.row);
            let is_asked = named || (rule.names.is_empty() && spec.issuer.is_some());
            let with = if is_asked {
                None
            } else {
                authority::named_by_serial_number(&id, inventory, &lives)
            };
            if !is_asked && with.is_none() {
                continue;
            }
            let action = match lives.get(&id.row) {
                Some(action) => action.clone(),
                None => decide::decide(&id, inventory, &rule, sites.as_ref(), &lives, now),
            };
            let action = decide::behind_links(&id, action, inventory, &rule);
            let action = match (action, whereabouts.elsewhere.get(&id.row)) {
                (RenewAction::Missing, Some(Elsewhere { by, file })) => RenewAction::NotOurs {
                    reason: format!("{by} names {file} in its place"),
                },
                (action, _) => action,
            };
            // What is made on request only, or is with a user, is not missed where nobody asked for
            // it.
            let elsewhere = spec.need == Need::KubeletServing || spec.owner == OwnerKind::User;
            let unasked = elsewhere && !named;
            if !(unasked && matches!(action, RenewAction::Missing)) {
                steps.push(RenewStep {
                    pressing: match action {
                        RenewAction::Missing => needed.iter().any(|one| one.id == id.row),
                        RenewAction::External { .. } => {
                            with.is_some() || decide::is_due(&id, inventory, &rule, now)
                        }
                        _ => false,
                    },
                    action: from_elsewhere(action, id.row, inventory),
                    misframed: misframed(&id, inventory),
                    links: inventory.links(id.row).collect(),
                    can_be_made: spec.issuer.is_some_and(|issuer| issuing.contains(&issuer)),
                    id,
                    named,
                    with,
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
            misframed: Vec::new(),
            links: Vec::new(),
            with: None,
            pressing: false,
        }));
        dials_no_more(&mut steps);
        let ids = steps.iter().map(|step| step.id.clone());
        Self {
            by_id: ids.enumerate().map(|(at, id)| (id, at)).collect(),
            steps,
            rule,
            now,
            seen: SeenAuthorities::of(inventory),
            whereabouts: whereabouts.clone(),
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

    /// The kubeconfigs that change beside their certificates, which stay.
    pub fn adaptations(&self) -> impl Iterator<Item = (&CredentialId, &Adaptation)> {
        self.steps.iter().filter_map(|step| match &step.action {
            RenewAction::Adapt(adaptation) => Some((&step.id, &**adaptation)),
            _ => None,
        })
    }

    /// Whether anything is to be written.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.renewals().next().is_none() && self.adaptations().next().is_none()
    }

    /// What is done with a credential that was asked for.
    #[must_use]
    pub fn action(&self, id: &CredentialId) -> Option<&RenewAction> {
        Some(&self.steps.get(*self.by_id.get(id)?)?.action)
    }

    /// Where files are, if not where they were looked for.
    #[must_use]
    pub fn whereabouts(&self) -> &Whereabouts {
        &self.whereabouts
    }

    /// Whether something could not be renewed because the machine does not let it be read.
    #[must_use]
    pub fn is_environment(&self) -> bool {
        self.steps.iter().any(|step| match &step.action {
            RenewAction::Broken { problem } => problem.is_environment(),
            _ => false,
        })
    }

    /// Whether something is worth an exit code: that nothing is there and what is broken always,
    /// what is missing or external only where it was named or is pressing.
    #[must_use]
    pub fn has_findings(&self) -> bool {
        let found_nothing = self.whereabouts.nothing.is_some();
        found_nothing
            || self.steps.iter().any(|step| match step.action {
                RenewAction::Broken { .. } => true,
                RenewAction::Missing
                | RenewAction::External { .. }
                | RenewAction::NotOurs { .. } => step.named || step.pressing,
                RenewAction::Renew { .. }
                | RenewAction::Reissue(_)
                | RenewAction::Take { .. }
                | RenewAction::Adapt(_)
                | RenewAction::AsConfigured
                | RenewAction::NotDue { .. } => false,
            })
    }
}

fn misframed(id: &CredentialId, inventory: &Inventory) -> Vec<Artifact> {
    let rows = [Some(id.row), id.row.spec().issuer];
    let files = rows
        .into_iter()
        .flatten()
        .flat_map(|row| row.spec().artifacts());
    files.filter(|file| inventory.is_misframed(*file)).collect()
}
