use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::RenewPlan;
use crate::authority::{Authorities, SignError};
use crate::issue::{Progress, Provider};
use crate::key::{KeyAlgorithm, KeyError, KeyRequest, KeyType, PrivateKey, SigningKey as _};
use crate::spec::CertId;
use crate::validity::Validity;
use crate::verify::{PathError, verify_usage};
use crate::x509::Certificate;

/// A row that was issued again, in memory.
#[derive(Debug)]
#[non_exhaustive]
pub struct Renewed {
    /// The row.
    pub id: CertId,
    /// The new certificate, the path to its root, then what was kept beside it.
    pub chain: Vec<Certificate>,
    /// How many certificates at the end of the chain are no part of the path and were kept.
    pub kept: usize,
    /// Its key.
    pub key: Arc<PrivateKey>,
}

/// A renewal could not be executed. Nothing was made then.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RenewError {
    /// An authority is needed and was not given.
    #[error("the authority of {id} is needed to sign it, and was not given")]
    NoAuthority {
        /// The row.
        id: CertId,
    },
    /// The key to keep was not given.
    #[error("the key of {id} is to be kept, and was not given")]
    NoKey {
        /// The row.
        id: CertId,
    },
    /// A key could not be made.
    #[error("cannot make the key of {id}")]
    Key {
        /// The row.
        id: CertId,
        /// Why.
        #[source]
        source: KeyError,
    },
    /// A certificate could not be made.
    #[error("cannot make the certificate of {id}")]
    Sign {
        /// The row.
        id: CertId,
        /// Why.
        #[source]
        source: SignError,
    },
    /// What was made does not verify.
    #[error("the certificate made for {id} does not pass verification")]
    Check {
        /// The row.
        id: CertId,
        /// Why.
        #[source]
        source: PathError,
    },
}

impl RenewPlan {
    /// Issues everything that the plan renews, in memory, and checks it. `keys` holds the keys
    /// that are kept; it is empty unless the rule says so.
    ///
    /// # Errors
    ///
    /// [`RenewError`]. Nothing exists then.
    pub fn execute(
        &self,
        authorities: &Authorities,
        mut keys: BTreeMap<CertId, PrivateKey>,
        provider: &Provider<'_>,
    ) -> Result<Vec<Renewed>, RenewError> {
        let renewals: Vec<(CertId, &[Certificate], Validity)> = self.renewals().collect();
        if !self.rule().reuse_key {
            keys = make_keys(&renewals, provider)?;
        }
        let mut renewed = Vec::with_capacity(renewals.len());
        for (id, old, validity) in renewals {
            let key = keys.remove(&id).ok_or(RenewError::NoKey { id })?;
            renewed.push(self.renew(id, old, validity, key, authorities, provider)?);
        }
        Ok(renewed)
    }

    fn renew(
        &self,
        id: CertId,
        old: &[Certificate],
        validity: Validity,
        key: PrivateKey,
        authorities: &Authorities,
        provider: &Provider<'_>,
    ) -> Result<Renewed, RenewError> {
        let authority = id.spec().issuer.and_then(|issuer| authorities.get(&issuer));
        let authority = authority.ok_or(RenewError::NoAuthority { id })?;
        let (leaf, further) = old.split_first().ok_or(RenewError::NoKey { id })?;
        let certificate = authority
            .renew(leaf, validity, key.public_key(), provider.random)
            .map_err(|source| RenewError::Sign { id, source })?;
        let mut chain = vec![certificate];
        chain.extend(authority.path());
        let path_length = chain.len();
        for certificate in further {
            let is_root = authority.generations().contains(certificate);
            if !chain.contains(certificate) && !is_root {
                chain.push(certificate.clone());
            }
        }
        // An old certificate may lack a purpose that its row asks for; renewal keeps what it
        // says, so only what it says is checked.
        let usage = id.spec().usage.filter(|usage| {
            let purposes = usage.purposes().iter();
            purposes.copied().all(|purpose| leaf.has_purpose(purpose))
        });
        if let Some(usage) = usage {
            verify_usage(&chain, authority.generations(), usage, self.now())
                .map_err(|source| RenewError::Check { id, source })?;
        }
        Ok(Renewed {
            id,
            kept: chain.len() - path_length,
            chain,
            key: Arc::new(key),
        })
    }
}

/// New keys of the type and size that the old certificates have.
fn make_keys(
    renewals: &[(CertId, &[Certificate], Validity)],
    provider: &Provider<'_>,
) -> Result<BTreeMap<CertId, PrivateKey>, RenewError> {
    let mut requests = Vec::with_capacity(renewals.len());
    for (id, old, _) in renewals {
        let key_type = old
            .first()
            .ok_or(RenewError::NoKey { id: *id })?
            .public_key()
            .map_err(|source| RenewError::Key { id: *id, source })?
            .key_type();
        let algorithm = KeyAlgorithm::of(key_type).ok_or(RenewError::NoKey { id: *id })?;
        requests.push(KeyRequest::new(*id, algorithm));
    }
    let total = requests.len();
    let done = AtomicUsize::new(0);
    let make = |request: &KeyRequest| {
        let id = request.id;
        let key = provider
            .keys
            .generate(*request, provider.random)
            .map_err(|source| RenewError::Key { id, source })?;
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        (provider.progress)(Progress { done, total });
        Ok((id, key))
    };
    let is_slow = |request: &KeyRequest| {
        let key_type: KeyType = request.algorithm.key_type();
        key_type.is_rsa()
    };
    if requests.iter().any(is_slow) {
        requests.par_iter().with_max_len(1).map(make).collect()
    } else {
        requests.iter().map(make).collect()
    }
}
