//! What becomes of the authorities that were named: their own certificates with new dates, and
//! which others cannot do without the old ones.

use std::collections::BTreeMap;

use time::OffsetDateTime;

use super::decide::{broken, is_past};
use super::signing::{check_issuer, issuer};
use super::take::take;
use super::{RenewAction, RenewProblem, RenewRule};
use crate::authority::path::PathError;
use crate::authority::{Issuer, has_issued, named_issuer, own_name};
use crate::observation::{ClientFacts, Found, Inventory, RowFacts};
use crate::spec::{CredentialId, RowId};
use crate::x509::{Certificate, Validity};

/// What is done with each authority that was named.
pub(super) type Lives = BTreeMap<RowId, RenewAction>;

/// Decides for every authority that was named.
pub(super) fn lives(inventory: &Inventory, rule: &RenewRule, now: OffsetDateTime) -> Lives {
    let named = rule.names.iter().copied();
    let authorities = named.filter(|row| row.spec().is_authority());
    let known = authorities.filter(|row| inventory.facts(*row).is_some());
    let life = |row| life(row, inventory, rule, now).unwrap_or_else(|action| action);
    known.map(|row| (row, life(row))).collect()
}

fn life(
    row: RowId,
    inventory: &Inventory,
    rule: &RenewRule,
    now: OffsetDateTime,
) -> Result<RenewAction, RenewAction> {
    if rule.reconcile.is_some() {
        return Err(RenewAction::NotOurs {
            reason: "an authority is renewed as it is, and not as a configuration says".to_owned(),
        });
    }
    if let Some(issued) = rule.issued.get(&row) {
        return take(row, inventory, issued, now);
    }
    let issuer = issuer(row, inventory).map_err(|action| match action {
        // It is the authority itself that is not there.
        RenewAction::Broken {
            problem: RenewProblem::NoAuthority { .. },
        } => RenewAction::Missing,
        action => action,
    })?;
    let old = issuer.certificate();
    let superior = superior(old, inventory, now)?;
    let own = inventory.authority(row).certificates();
    let leaves = || {
        let signed = inventory.table().signed_by(row);
        signed.filter_map(|spec| chain(inventory.facts(spec.id)?))
    };
    let comes_from_it = |chain: &[Certificate]| {
        !matches!(
            check_issuer(chain, &own),
            Err(PathError::UnknownIssuer { .. })
        )
    };
    if leaves().next().is_some() && !leaves().any(comes_from_it) {
        return Err(broken(RenewProblem::SignedNothing));
    }
    if rule.threshold.within.is_some() && !is_past(old, rule, now) {
        let not_after = old.validity().not_after;
        return Err(RenewAction::NotDue { not_after });
    }
    let lifetime = rule
        .authority_lifetime
        .unwrap_or_else(|| old.validity().lifetime());
    let mut validity = Validity::starting(now, lifetime);
    if rule.authority_lifetime.is_none() {
        // What it has signed would be over with it.
        let ends = leaves().filter_map(|chain| Some(chain.first()?.validity().not_after));
        validity.not_after = ends.fold(validity.not_after, Ord::max);
    }
    let mut clamped = false;
    if let Some(superior) = superior {
        let end = superior.certificate().validity().not_after;
        clamped = end < validity.not_after;
        validity = validity.clamped(end);
    }
    Ok(RenewAction::Renew {
        chain: vec![old.clone()],
        validity,
        clamped,
    })
}

/// What signs an authority's certificate anew, where it does not sign itself.
fn superior<'a>(
    old: &Certificate,
    inventory: &'a Inventory,
    now: OffsetDateTime,
) -> Result<Option<&'a Issuer>, RenewAction> {
    if old.is_self_issued() {
        return match inventory.superior() {
            None => Ok(None),
            Some(superior) => Err(broken(RenewProblem::SignsItself {
                superior: superior.certificate().subject().clone(),
            })),
        };
    }
    let issuer = || old.issuer().clone();
    let by_another = || broken(RenewProblem::IssuedByAnother { issuer: issuer() });
    let superior = inventory.superior().ok_or_else(by_another)?;
    let certificate = superior.certificate();
    if !has_issued(certificate, old) {
        return Err(broken(RenewProblem::OtherSuperior {
            expected: named_issuer(old),
            actual: own_name(certificate),
        }));
    }
    let not_after = certificate.validity().not_after;
    if not_after < now {
        return Err(broken(RenewProblem::SuperiorExpired {
            issuer: issuer(),
            not_after,
        }));
    }
    Ok(Some(superior))
}

/// The certificate of a row that is no authority's, and its path.
pub(in crate::plan) fn chain(facts: &RowFacts) -> Option<&[Certificate]> {
    let chain = match facts {
        RowFacts::Pair { certificate, .. } => certificate,
        RowFacts::Kubeconfig(Found::Present(facts)) => match &facts.client {
            ClientFacts::Embedded { certificate, .. } => certificate,
            ClientFacts::Files { own: Some(own), .. } => &own.certificate,
            _ => return None,
        },
        _ => return None,
    };
    let chain = chain.present()?;
    (!chain.is_empty()).then_some(chain)
}

/// The renewed authority whose old certificate a credential names by its serial number.
pub(super) fn named_by_serial_number(
    id: &CredentialId,
    inventory: &Inventory,
    lives: &Lives,
) -> Option<RowId> {
    let authority = id.row.spec().issuer?;
    let life = lives.get(&authority)?;
    // What takes its own place is as valid as before.
    if matches!(life, RenewAction::Take { old, new, .. } if old == new) {
        return None;
    }
    let old = life.old()?;
    let leaf = chain(inventory.facts_of(id)?)?.first()?;
    let named = leaf.authority_serial_number()?;
    let is_old = named.is_same_number(old.serial_number()) && leaf.issuer() == old.subject();
    is_old.then_some(authority)
}
