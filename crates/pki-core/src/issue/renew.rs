use std::collections::BTreeMap;
use std::sync::Arc;

use super::keys::make_keys;
use super::{Authorities, IssueError};
use crate::authority::Authority;
use crate::authority::path::verify_usage;
use crate::key::{KeyAlgorithm, PrivateKey, Provider, SigningKey as _};
use crate::plan::renew::{RenewAction, RenewPlan};
use crate::spec::RowId;
use crate::x509::Certificate;

/// A row that was issued again, in memory.
#[derive(Debug)]
#[non_exhaustive]
pub struct Renewed {
    /// The row.
    pub id: RowId,
    /// The new certificate, the path to its root, then what was kept beside it.
    pub chain: Vec<Certificate>,
    /// How many certificates at the end of the chain are no part of the path and were kept.
    pub kept: usize,
    /// Its key.
    pub key: Arc<PrivateKey>,
}

/// A row, and what became of it.
pub type RenewedRow = (RowId, Result<Renewed, IssueError>);

impl RenewPlan {
    /// Issues everything that the plan renews, in memory, and checks it. `keys` holds the keys
    /// that are kept; it is empty unless the rule says so. A row that cannot be issued, or does
    /// not pass the check, is an error of its own and does not stop the others.
    ///
    /// # Errors
    ///
    /// [`IssueError`], where something that all rows need is not there. Nothing exists then.
    pub fn execute(
        &self,
        authorities: &Authorities,
        mut keys: BTreeMap<RowId, PrivateKey>,
        provider: &Provider<'_>,
    ) -> Result<Vec<RenewedRow>, IssueError> {
        if !self.rule().reuse_key {
            keys = self.make_keys(provider)?;
        }
        let mut renewed = Vec::new();
        for id in self.renewals() {
            let key = keys.remove(&id).ok_or(IssueError::NoKey { id })?;
            let issuer = id.spec().issuer.ok_or(IssueError::NoKey { id })?;
            let authority = authorities.get(&issuer).ok_or(IssueError::NoAuthority {
                id,
                authority: issuer,
            })?;
            renewed.push((id, self.renew(id, key, authority, provider)));
        }
        Ok(renewed)
    }

    fn renew(
        &self,
        id: RowId,
        key: PrivateKey,
        authority: &Authority,
        provider: &Provider<'_>,
    ) -> Result<Renewed, IssueError> {
        let failed = |source| IssueError::Sign { id, source };
        let (certificate, further, usage) = match self.action(id) {
            Some(RenewAction::Renew {
                chain, validity, ..
            }) => {
                let (leaf, further) = chain.split_first().ok_or(IssueError::NoKey { id })?;
                let renewed = authority
                    .renew(leaf, *validity, key.public_key(), provider.random)
                    .map_err(failed)?;
                // An old certificate may lack a purpose that its row asks for; renewal keeps
                // what it says, so only what it says is checked.
                let usage = id.spec().usage.filter(|usage| {
                    let mut purposes = usage.purposes().iter();
                    purposes.all(|purpose| leaf.has_purpose(*purpose))
                });
                (renewed, further, usage)
            }
            Some(RenewAction::Reissue(reissue)) => {
                let issued = authority
                    .issue(&reissue.template, key.public_key(), provider.random)
                    .map_err(failed)?;
                // What the configuration does not say does not stay.
                (issued, &[][..], Some(reissue.template.usage))
            }
            _ => return Err(IssueError::NoKey { id }),
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
            verify_usage(&chain, anchors, usage, self.now())
                .map_err(|source| IssueError::Check { id, source })?;
        }
        Ok(Renewed {
            id,
            kept: chain.len() - path_length,
            chain,
            key: Arc::new(key),
        })
    }

    /// The key that a row needs: of the old certificate's type and size, or the configuration's.
    fn key_algorithm(&self, id: RowId) -> Result<KeyAlgorithm, IssueError> {
        let key_type = match (self.action(id), &self.rule().reconcile) {
            (Some(RenewAction::Reissue(_)), Some(cluster)) => cluster.key_algorithm().key_type(),
            (Some(RenewAction::Renew { chain, .. }), _) => chain
                .first()
                .ok_or(IssueError::NoKey { id })?
                .public_key()
                .map_err(|source| IssueError::Key { id, source })?
                .key_type(),
            _ => return Err(IssueError::NoKey { id }),
        };
        KeyAlgorithm::of(key_type).ok_or(IssueError::NoKey { id })
    }

    fn make_keys(
        &self,
        provider: &Provider<'_>,
    ) -> Result<BTreeMap<RowId, PrivateKey>, IssueError> {
        let wanted: Result<Vec<_>, IssueError> = self
            .renewals()
            .map(|id| Ok((id, self.key_algorithm(id)?)))
            .collect();
        let wanted = wanted?;
        let keys = make_keys(provider, &wanted)?;
        Ok(self.renewals().zip(keys).collect())
    }
}
