//! What has to hold of an authority that signs, and of a key, before anything is issued again.

use time::OffsetDateTime;

use super::decide::broken;
use super::{RenewAction, RenewProblem, RenewRule};
use crate::authority::path::PathError;
use crate::authority::path::search::{Broken, paths};
use crate::authority::{AuthorityError, Issuer};
use crate::key::{KeyAlgorithm, PublicKey};
use crate::observation::{Found, Inventory, RowFacts};
use crate::spec::{Part, RowId};
use crate::x509::{Certificate, Validity};

/// An authority signs only while it lives.
pub(super) fn check_authority(
    authority: RowId,
    issuing: &Certificate,
    Validity {
        not_before,
        not_after,
    }: Validity,
    now: OffsetDateTime,
) -> Result<(), RenewAction> {
    if not_after <= now {
        return Err(broken(RenewProblem::AuthorityExpired {
            authority,
            is_below: !issuing.is_self_issued(),
            not_after,
        }));
    }
    if not_before > now {
        return Err(broken(RenewProblem::AuthorityNotYetValid {
            authority,
            not_before,
        }));
    }
    Ok(())
}

/// What issues for a row, if it can.
pub(super) fn issuer(id: RowId, inventory: &Inventory) -> Result<Issuer, RenewAction> {
    let RowFacts::Pair { certificate, key } = inventory.row(id) else {
        return Err(RenewAction::Missing);
    };
    let unusable = |part, reason: &str| {
        broken(RenewProblem::UnusableAuthority {
            file: id.part(part),
            reason: reason.to_owned(),
        })
    };
    let unreadable = |part, reason: &str| {
        broken(RenewProblem::UnreadableAuthority {
            file: id.part(part),
            reason: reason.to_owned(),
        })
    };
    match &certificate {
        Found::Present(_) => {}
        Found::Absent | Found::NotObserved => {
            let file = id.part(Part::Certificate);
            let told = inventory.whereabouts().certificates().map(str::to_owned);
            return Err(broken(RenewProblem::NoAuthority { file, told }));
        }
        Found::Broken { reason } => return Err(unusable(Part::Certificate, reason)),
        Found::Unreadable { reason } => return Err(unreadable(Part::Certificate, reason)),
    }
    match &key {
        Found::Present(_) => {}
        Found::Absent | Found::NotObserved if inventory.signer(id).is_some() => {}
        Found::Absent | Found::NotObserved => return Err(RenewAction::External { authority: id }),
        Found::Broken { reason } => return Err(unusable(Part::Key, reason)),
        Found::Unreadable { reason } => return Err(unreadable(Part::Key, reason)),
    }
    let issuer = inventory.authority(id).issuer();
    let is_given = inventory.signer(id).is_some();
    issuer.map_err(|error| {
        broken(match error {
            AuthorityError::KeyMismatch { .. } if is_given => RenewProblem::OtherSigner {
                authority: id,
                error,
            },
            error => RenewProblem::Authority {
                authority: id,
                error,
            },
        })
    })
}

/// A certificate of another authority must not become one of ours by renewal. When it was valid
/// does not matter here, nor what for.
pub(super) fn check_issuer(
    chain: &[Certificate],
    anchors: &[Certificate],
) -> Result<(), PathError> {
    let Some(leaf) = chain.first() else {
        return Err(PathError::Empty);
    };
    Err(match paths(chain, anchors) {
        _ if leaf.is_authority() => PathError::AuthorityAsLeaf,
        Ok(_) => return Ok(()),
        // By a hash that is not checked any more, and the authority's own name and key: that is
        // what renewing it mends.
        Err(Broken::Unsupported {
            certificate,
            issuer,
        }) if names_key(certificate, issuer.certificate) => return Ok(()),
        Err(broken) => broken.error(leaf),
    })
}

/// Whether a certificate names this authority's key. One that names none might be anybody's.
fn names_key(certificate: &Certificate, issuer: &Certificate) -> bool {
    let named = certificate.authority_key_identifier();
    named.is_some() && named == issuer.subject_key_identifier()
}

/// A new key must be of a kind that can be made, and a kept one must be the certificate's.
pub(super) fn check_key(
    leaf: &Certificate,
    key: &Found<PublicKey>,
    rule: &RenewRule,
) -> Result<(), RenewProblem> {
    let own = leaf.public_key();
    let own = own.map_err(|error| RenewProblem::PublicKey {
        reason: error.to_string(),
    })?;
    if !rule.reuse_key {
        return match KeyAlgorithm::of(own.key_type()) {
            Some(_) => Ok(()),
            None => Err(RenewProblem::KeyType {
                actual: own.key_type(),
            }),
        };
    }
    match key {
        Found::Present(key) if *key == own => Ok(()),
        Found::Present(_) => Err(RenewProblem::OtherKey),
        Found::Absent | Found::NotObserved => Err(RenewProblem::NoKey),
        Found::Broken { reason } => Err(RenewProblem::UnusableKey {
            reason: reason.clone(),
        }),
        Found::Unreadable { reason } => Err(RenewProblem::UnreadableKey {
            reason: reason.clone(),
        }),
    }
}
