//! An authority's certificate that was issued elsewhere, in the place of the one that is there.

use time::OffsetDateTime;

use super::decide::broken;
use super::{RenewAction, RenewProblem};
use crate::authority::{
    Issuer, check_may_issue, has_issued, key_name, named_issuer, own_name, shown_identifier,
};
use crate::observation::Inventory;
use crate::spec::RowId;
use crate::x509::Certificate;

/// The one among these that is of this authority, or of what is above it, and as good as the one that
/// is there.
pub(super) fn take(
    row: RowId,
    inventory: &Inventory,
    issued: &[Certificate],
    now: OffsetDateTime,
) -> Result<RenewAction, RenewAction> {
    let own = inventory.authority(row).certificates();
    // A bundle may hold others too, some of which are in place already: what signs here comes first.
    let signing = inventory.authority(row).issuer().ok();
    let signing = signing.as_ref().map(Issuer::certificate).or(own.first());
    let Some(signing) = signing else {
        return Err(RenewAction::Missing);
    };
    let signs = |one: &Certificate| signing.spki_der() == one.spki_der();
    let end = |one: &Certificate| one.validity().not_after;
    let rank = |old: &Certificate, new: &Certificate| (signs(old), old != new, end(new), end(old));
    let mut of_both: Vec<(&Certificate, &Certificate)> = own
        .iter()
        .flat_map(|old| {
            let new = issued.iter().filter(|new| new.is_renewal_of(old));
            new.map(move |new| (old, new))
        })
        .collect();
    of_both.sort_by_key(|(old, new)| std::cmp::Reverse(rank(old, new)));
    if of_both.iter().any(|(old, _)| signs(old)) {
        // What is meant for this authority is not passed over for what is above it.
        of_both.retain(|(old, _)| signs(old));
    } else if let Some(problem) = answer_of_another(signing, &own, issued, of_both.is_empty()) {
        return Err(broken(problem));
    }
    let mut problem = None;
    for (old, new) in of_both {
        match check(row, &own, (old, new), now) {
            Ok(()) => {
                return Ok(RenewAction::Take {
                    is_above: Issuer::new(signing.clone(), &own).above().contains(old),
                    old: Box::new(old.clone()),
                    new: Box::new(new.clone()),
                });
            }
            Err(error) => problem = problem.or(Some(error)),
        }
    }
    Err(problem.map_or(RenewAction::Missing, broken))
}

/// Why none of these is the authority's, though one is meant to be: besides those that are here
/// already there is an authority that nobody knows.
fn answer_of_another(
    signing: &Certificate,
    own: &[Certificate],
    issued: &[Certificate],
    is_nothing_known: bool,
) -> Option<RenewProblem> {
    let of_its_key = |one: &&Certificate| one.spki_der() == signing.spki_der();
    if let Some(one) = issued.iter().find(of_its_key) {
        let (actual, expected) = (one.subject(), signing.subject());
        return Some(if actual == expected {
            RenewProblem::OtherIssuer {
                actual: named_issuer(one),
                expected: named_issuer(signing),
            }
        } else if actual.to_string() == expected.to_string() {
            RenewProblem::OtherEncoding {
                subject: expected.clone(),
            }
        } else {
            RenewProblem::OtherAuthority {
                actual: vec![named(one)],
                expected: vec![named(signing)],
            }
        });
    }
    let is_unknown = |one: &&Certificate| {
        let mut known = own.iter();
        !known.any(|own| *one == own || one.is_renewal_of(own))
    };
    let unknown: Vec<&Certificate> = issued.iter().filter(is_unknown).collect();
    let is_answer = unknown.iter().any(|one| !one.is_self_issued());
    (is_answer || is_nothing_known).then(|| RenewProblem::OtherAuthority {
        actual: unknown.into_iter().map(named).collect(),
        expected: vec![named(signing)],
    })
}

/// What would make of those who accept the old one some that refuse the new one.
fn check(
    row: RowId,
    own: &[Certificate],
    (old, new): (&Certificate, &Certificate),
    now: OffsetDateTime,
) -> Result<(), RenewProblem> {
    check_may_issue(new).map_err(|error| RenewProblem::Authority {
        authority: row,
        error,
    })?;
    let of = |one: &Certificate| shown_identifier(one.subject_key_identifier());
    let (actual, expected) = (of(new), of(old));
    if actual != expected {
        return Err(RenewProblem::OtherIdentifier { actual, expected });
    }
    check_issuer(own, old, new)?;
    // Strict readers want them, and had them.
    let is_critical = |one: &Certificate, oid: &str| {
        let mut extensions = one.extensions().iter();
        extensions.find_map(|one| (one.oid().to_string() == oid).then_some(one.critical))
    };
    let essentials = [
        ("basic constraints", "2.5.29.19"),
        ("key usage", "2.5.29.15"),
        ("authority key identifier", "2.5.29.35"),
    ];
    let lacks = essentials.into_iter().filter(|(_, oid)| {
        match (is_critical(old, oid), is_critical(new, oid)) {
            (Some(_), None) => true,
            (Some(old), Some(new)) => old && !new,
            (None, _) => false,
        }
    });
    let lacks: Vec<&'static str> = lacks.map(|(name, _)| name).collect();
    if !lacks.is_empty() {
        return Err(RenewProblem::Lacks { lacks });
    }
    let validity = new.validity();
    if !validity.contains(now) {
        return Err(RenewProblem::NotValidNow { validity });
    }
    Ok(())
}

/// Whoever has the old one's issuer accepts the new one by that. Where no issuer is here, it is to be of
/// the key that the old one names.
fn check_issuer(
    own: &[Certificate],
    old: &Certificate,
    new: &Certificate,
) -> Result<(), RenewProblem> {
    // Nobody checks what a trust anchor says of itself.
    if old.is_self_issued() {
        return Ok(());
    }
    let known = Issuer::new(old.clone(), own);
    let above = known.above().first();
    let is_of_it = match above {
        Some(above) => has_issued(above, new),
        None => named_issuer(old) == named_issuer(new),
    };
    if is_of_it {
        return Ok(());
    }
    let expected = above.map_or_else(|| named_issuer(old), own_name);
    let actual = named_issuer(new);
    Err(if actual == expected {
        RenewProblem::NotSigned { issuer: expected }
    } else {
        RenewProblem::OtherIssuer { actual, expected }
    })
}

fn named(certificate: &Certificate) -> String {
    format!(
        "{} of {}, with the key {}",
        certificate.subject(),
        certificate.issuer(),
        key_name(certificate)
    )
}
