use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Provider;
use super::keys::{KeyMaker, not_again};
use super::{Authorities, BATCH, IssueError, check_seen};
use crate::authority::Authority;
use crate::authority::path::verify_usage;
use crate::key::{KeyAlgorithm, PremadeKeys, PrivateKey, SigningKey as _};
use crate::plan::renew::{RenewAction, RenewPlan};
use crate::spec::{CredentialId, RowId};
use crate::x509::{Certificate, SerialNumber};

/// A credential that was issued again, in memory.
#[derive(Debug)]
#[non_exhaustive]
pub struct Renewed {
    /// Which.
    pub id: CredentialId,
    /// The new certificate, the path to its root, then what was kept beside it.
    pub chain: Vec<Certificate>,
    /// How many certificates at the end of the chain are no part of the path and were kept.
    pub kept: usize,
    /// Its key; `None` for an authority, whose key signs and stays where it is.
    pub key: Option<Arc<PrivateKey>>,
}

impl RenewPlan {
    /// Makes the keys that the plan needs, as [`Plan::make_keys`](crate::Plan::make_keys) does.
    ///
    /// # Errors
    ///
    /// [`IssueError::Key`], and [`IssueError::NoKey`] where there is no way to make one like the
    /// old one.
    pub fn make_keys(&self, provider: &Provider<'_>) -> Result<PremadeKeys, IssueError> {
        if self.rule().reuse_key {
            return Ok(PremadeKeys::default());
        }
        let renewals = self.renewals().filter(|id| !id.row.spec().is_authority());
        let wanted = renewals.map(|id| Ok((id, self.key_algorithm(id)?)));
        let wanted = wanted.collect::<Result<Vec<_>, IssueError>>()?;
        KeyMaker::new(provider, self.now(), wanted.len()).make_ahead(wanted)
    }

    /// Issues everything that the plan renews, in memory, checks it, and gives it to `each` in
    /// the order of the plan; a bounded number is in memory, however many there are.
    /// `kept_key` is asked for the keys that are kept, and for none unless the rule says so.
    /// What cannot be issued, or does not pass the check, is an error of its own and does not
    /// stop the others.
    ///
    /// # Errors
    ///
    /// [`IssueError`], where something that all need is not there, and whatever `kept_key` or
    /// `each` fails with. What `each` was given before exists.
    pub fn issue_each<E: From<IssueError>>(
        &self,
        authorities: &Authorities,
        mut kept_key: impl FnMut(&CredentialId) -> Result<PrivateKey, E>,
        provider: &Provider<'_>,
        mut each: impl FnMut(&CredentialId, Result<Renewed, IssueError>) -> Result<(), E>,
    ) -> Result<(), E> {
        let (own, renewals): (Vec<&CredentialId>, Vec<&CredentialId>) =
            self.renewals().partition(|id| id.row.spec().is_authority());
        let issuers = renewals.iter().filter_map(|id| id.row.spec().issuer);
        let issuers = issuers.chain(own.iter().map(|id| id.row));
        check_seen(
            self.seen(),
            authorities,
            &issuers.collect::<BTreeSet<RowId>>(),
        )?;
        let maker = KeyMaker::new(provider, self.now(), renewals.len());
        // What follows is signed in the name of their new certificates.
        let mut anew: BTreeMap<RowId, Authority> = BTreeMap::new();
        for id in own {
            let authority = authorities.get(&id.row);
            let certificate = if let Some(RenewAction::Take { new, .. }) = self.action(id) {
                let authority = authority.map(|one| one.with_certificate((**new).clone()));
                anew.extend(authority.map(|authority| (id.row, authority)));
                (**new).clone()
            } else {
                let authority = authority.ok_or_else(|| no_authority(id, id.row))?;
                let authority = self.renew_authority(id, authority, &maker)?;
                let certificate = authority.issuing().clone();
                anew.insert(id.row, authority);
                certificate
            };
            let renewed = Renewed {
                id: id.clone(),
                chain: vec![certificate],
                kept: 0,
                key: None,
            };
            each(id, Ok(renewed))?;
        }
        let mut last: Option<SerialNumber> = None;
        for batch in renewals.chunks(BATCH) {
            let keys = if self.rule().reuse_key {
                let keys: Result<Vec<_>, E> = batch.iter().map(|id| kept_key(id)).collect();
                keys?
            } else {
                let algorithms = batch.iter().map(|id| Ok((*id, self.key_algorithm(id)?)));
                maker.make(algorithms.collect::<Result<Vec<_>, IssueError>>()?)?
            };
            for (&id, key) in batch.iter().zip(keys) {
                let no_key = || IssueError::NoKey { id: id.clone() };
                let issuer = id.row.spec().issuer.ok_or_else(no_key)?;
                let authority = anew.get(&issuer).or_else(|| authorities.get(&issuer));
                let authority = authority.ok_or_else(|| no_authority(id, issuer))?;
                let renewed = self.renew(id, key, authority, &maker).and_then(|renewed| {
                    let number = renewed.chain.first().map(Certificate::serial_number);
                    let number = number.ok_or_else(no_key)?.clone();
                    not_again(&mut last, number).map_err(|source| IssueError::Sign {
                        id: id.clone(),
                        source: source.into(),
                    })?;
                    Ok(renewed)
                });
                each(id, renewed)?;
            }
        }
        Ok(())
    }

    /// An authority with the new certificate that the plan gives it.
    fn renew_authority(
        &self,
        id: &CredentialId,
        authority: &Authority,
        maker: &KeyMaker<'_>,
    ) -> Result<Authority, IssueError> {
        let Some(RenewAction::Renew { validity, .. }) = self.action(id) else {
            return Err(IssueError::NoKey { id: id.clone() });
        };
        let superior = if authority.issuing().is_self_issued() {
            None
        } else {
            Some(maker.superior(id, self.seen())?)
        };
        let renewed = maker.draw(id, "serial number", |random| match superior {
            Some(superior) => authority.renewed_by(superior, *validity, random),
            None => authority.renewed(*validity, random),
        });
        renewed.map_err(|source| IssueError::Sign {
            id: id.clone(),
            source,
        })
    }

    fn renew(
        &self,
        id: &CredentialId,
        key: PrivateKey,
        authority: &Authority,
        maker: &KeyMaker<'_>,
    ) -> Result<Renewed, IssueError> {
        let no_key = || IssueError::NoKey { id: id.clone() };
        let failed = |source| IssueError::Sign {
            id: id.clone(),
            source,
        };
        let (certificate, further, usage) = match self.action(id) {
            Some(RenewAction::Renew {
                chain, validity, ..
            }) => {
                let (leaf, further) = chain.split_first().ok_or_else(no_key)?;
                let renewed = maker.draw(id, "serial number", |random| {
                    authority.renew(leaf, *validity, key.public_key(), random)
                });
                let renewed = renewed.map_err(failed)?;
                // An old certificate may lack a purpose that its row asks for; renewal keeps
                // what it says, so only what it says is checked.
                let usage = id.row.spec().usage.filter(|usage| {
                    let mut purposes = usage.purposes().iter();
                    purposes.all(|purpose| leaf.has_purpose(*purpose))
                });
                (renewed, further, usage)
            }
            Some(RenewAction::Reissue(reissue)) => {
                let issued = maker.draw(id, "serial number", |random| {
                    authority.issue(&reissue.template, key.public_key(), random)
                });
                let issued = issued.map_err(failed)?;
                // What the configuration does not say does not stay.
                (issued, &[][..], Some(reissue.template.usage))
            }
            _ => return Err(no_key()),
        };
        let mut chain = vec![certificate];
        chain.extend(authority.issuer().path());
        let path_length = chain.len();
        for certificate in further {
            let is_trusted = authority.trust().contains(certificate);
            if !chain.contains(certificate) && !is_trusted {
                chain.push(certificate.clone());
            }
        }
        if let Some(usage) = usage {
            let anchors = authority.trust().checking(usage).certificates();
            verify_usage(&chain, anchors, usage, self.now()).map_err(|source| {
                IssueError::Check {
                    id: id.clone(),
                    source,
                }
            })?;
        }
        Ok(Renewed {
            id: id.clone(),
            kept: chain.len() - path_length,
            chain,
            key: Some(Arc::new(key)),
        })
    }

    /// The key that a row needs: of the old certificate's type and size, or the configuration's.
    fn key_algorithm(&self, id: &CredentialId) -> Result<KeyAlgorithm, IssueError> {
        let no_key = || IssueError::NoKey { id: id.clone() };
        let key_type = match (self.action(id), &self.rule().reconcile) {
            (Some(RenewAction::Reissue(_)), Some(setup)) => {
                setup.cluster().key_algorithm().key_type()
            }
            (Some(RenewAction::Renew { chain, .. }), _) => chain
                .first()
                .ok_or_else(no_key)?
                .public_key()
                .map_err(|source| IssueError::Key {
                    id: id.clone(),
                    source,
                })?
                .key_type(),
            _ => return Err(no_key()),
        };
        KeyAlgorithm::of(key_type).ok_or_else(no_key)
    }
}

fn no_authority(id: &CredentialId, authority: RowId) -> IssueError {
    IssueError::NoAuthority {
        id: id.clone(),
        authority,
    }
}
