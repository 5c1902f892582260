//! Requests: what an authority is to certify whose key is kept elsewhere, decided before any key is
//! made.

use std::collections::BTreeSet;

use time::OffsetDateTime;

use super::renew::{Threshold, chain_of, is_past};
use super::{Plan, Problem};
use crate::authority::path::PathError;
use crate::cluster::{Setup, Site};
use crate::observation::{Inventory, RowFacts};
use crate::spec::{CredentialId, Form, RowId};
use crate::x509::{Certificate, NameError, Template, Usage};

/// For which credentials certificates are asked for.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct RequestRule {
    /// The rows that were named, due or not; empty for all that is missing or due.
    pub names: Vec<RowId>,
    /// What counts as due.
    pub threshold: Threshold,
    /// What is asked for already, and waits for its certificate: asked for again only where it was
    /// named.
    pub pending: BTreeSet<RowId>,
}

/// What is asked for, and what could not be.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct RequestPlan {
    /// The requests, in the order of the table.
    pub steps: Vec<RequestStep>,
    /// What was named and needs no request, each with why.
    pub left: Vec<(RowId, String)>,
}

/// One request.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RequestStep {
    /// For which credential.
    pub id: CredentialId,
    /// Who is to issue; `None` for what is above the tree's authorities.
    pub authority: Option<RowId>,
    /// What it is for.
    pub usage: Usage,
    /// Why it is needed.
    pub reason: RequestReason,
    /// What the certificate is to say.
    pub source: RequestSource,
    /// What else goes into its kubeconfig, where that is not there.
    pub kubeconfig: Option<RequestedKubeconfig>,
}

/// Why a certificate is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestReason {
    /// There is none.
    Missing,
    /// The one that is there is not what is wanted, or cannot be used.
    Wrong,
    /// The one that is there ends.
    Ends(OffsetDateTime),
}

/// What a certificate is to say.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum RequestSource {
    /// What the table and the configuration say.
    Template(Template),
    /// What the one that is there says.
    Certificate(Box<Certificate>),
    /// The same, for the key that is there: an authority goes on with it.
    SameKey(Box<Certificate>),
}

/// What a kubeconfig says beside its certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestedKubeconfig {
    /// URL of the API server.
    pub server: String,
    /// Name of the cluster.
    pub cluster: String,
}

impl RequestPlan {
    /// Decides for every row at hand whose authority's key is kept elsewhere. What is missing is
    /// asked for where the cluster is described.
    ///
    /// # Errors
    ///
    /// [`NameError`] when a subject cannot be encoded.
    pub fn new(
        setup: Option<&Setup>,
        inventory: &Inventory,
        rule: &RequestRule,
        now: OffsetDateTime,
    ) -> Result<Self, NameError> {
        let (missing, wrong) = match setup {
            Some(setup) => wanting(setup, inventory, now)?,
            None => (BTreeSet::new(), BTreeSet::new()),
        };
        let mut plan = Self::default();
        for spec in inventory.table().rows() {
            let (row, named) = (spec.id, rule.names.contains(&spec.id));
            if !named && (!rule.names.is_empty() || rule.pending.contains(&row)) {
                continue;
            }
            let Some(authority) = spec.issuer else {
                match of_above(row, inventory) {
                    Ok(step) if named || step.is_due(rule.threshold, now) => plan.steps.push(step),
                    Err(why) if named => plan.left.push((row, why.to_owned())),
                    _ => {}
                }
                continue;
            };
            let is_elsewhere =
                inventory.is_external(authority) && inventory.signer(authority).is_none();
            if !is_elsewhere {
                if named {
                    let why = format!(
                        "the key of its authority {authority} is here: it is issued, not asked for"
                    );
                    plan.left.push((row, why));
                }
                continue;
            }
            let id = inventory.id(row);
            let usage = spec.usage.unwrap_or(Usage::Client);
            let step = |reason, source, kubeconfig| RequestStep {
                id: id.clone(),
                authority: Some(authority),
                usage,
                reason,
                source,
                kubeconfig,
            };
            let leaf = inventory.facts_of(&id).and_then(chain_of);
            let leaf = leaf.and_then(|chain| chain.first());
            // By what it says it would be wrong again.
            let wrong = wrong.contains(&row);
            if let Some(leaf) = leaf.filter(|_| !wrong) {
                if named || is_past(leaf, rule.threshold, now) {
                    let source = RequestSource::Certificate(Box::new(leaf.clone()));
                    plan.steps.push(step(
                        RequestReason::Ends(leaf.validity().not_after),
                        source,
                        None,
                    ));
                }
            } else if let Some(setup) = setup.filter(|_| wrong || missing.contains(&row)) {
                let site = setup.site();
                if let Some(template) = site.template(spec, now)? {
                    let kubeconfig = kubeconfig(spec.form, site);
                    let source = RequestSource::Template(template);
                    let reason = if wrong {
                        RequestReason::Wrong
                    } else {
                        RequestReason::Missing
                    };
                    plan.steps.push(step(reason, source, kubeconfig));
                }
            } else if named {
                plan.left.push((row, why_left(inventory.facts_of(&id))));
            }
        }
        Ok(plan)
    }
}

impl RequestStep {
    /// Whether what is there in its place ends.
    fn is_due(&self, threshold: Threshold, now: OffsetDateTime) -> bool {
        match &self.source {
            RequestSource::Template(_) => true,
            RequestSource::Certificate(old) | RequestSource::SameKey(old) => {
                is_past(old, threshold, now)
            }
        }
    }
}

/// What an authority asks of the one above it, which is in no tree; or why it does not.
fn of_above(row: RowId, inventory: &Inventory) -> Result<RequestStep, &'static str> {
    if !row.spec().is_authority() {
        return Err("it is no certificate that an authority issues");
    }
    if inventory.is_external(row) && inventory.signer(row).is_none() {
        return Err("its key is not here: it is asked for where that is");
    }
    let issuer = inventory.authority(row).issuer();
    let issuer = issuer.map_err(|_| "it is not there with the key that it signs with")?;
    let own = issuer.certificate();
    if own.is_self_issued() {
        return Err("it signs itself: it is renewed, not asked for");
    }
    Ok(RequestStep {
        id: inventory.id(row),
        authority: None,
        usage: Usage::Authority,
        reason: RequestReason::Ends(own.validity().not_after),
        source: RequestSource::SameKey(Box::new(own.clone())),
        kubeconfig: None,
    })
}

fn why_left(facts: Option<&RowFacts>) -> String {
    if facts.is_some_and(RowFacts::is_there) {
        "what is there in its place is no certificate that can be asked for again".to_owned()
    } else {
        "it is not there, and this node does not need it".to_owned()
    }
}

fn kubeconfig(form: Form, site: Site<'_>) -> Option<RequestedKubeconfig> {
    let Form::Kubeconfig { server, .. } = form else {
        return None;
    };
    Some(RequestedKubeconfig {
        server: site.server_url(server),
        cluster: site.cluster().cluster_name().to_owned(),
    })
}

/// The rows that would be made, were the key of their authority here, and those that would be made
/// anew.
fn wanting(
    setup: &Setup,
    inventory: &Inventory,
    now: OffsetDateTime,
) -> Result<(BTreeSet<RowId>, BTreeSet<RowId>), NameError> {
    let plan = Plan::init(setup, inventory, now)?;
    let refused = |is_so: fn(&Problem) -> bool| {
        let refusals = plan.refusals().iter();
        refusals
            .filter(move |one| is_so(&one.problem))
            .map(|one| one.file.id)
    };
    let missing = refused(|problem| matches!(problem, Problem::ExternalAuthority { .. }));
    let waiting = plan.steps().iter().filter(|step| step.action.is_pending());
    // What has only ended says what it is to say again.
    let wrong = refused(|problem| match problem {
        Problem::Path(PathError::Expired { .. } | PathError::NotYetValid { .. }) => false,
        Problem::MissingHosts { .. }
        | Problem::KeyMismatch { .. }
        | Problem::CertificateWithoutKey
        | Problem::PublicKey { .. }
        | Problem::Path(_) => true,
        _ => false,
    });
    let missing = missing.chain(waiting.map(|step| step.id.row)).collect();
    Ok((missing, wrong.collect()))
}
