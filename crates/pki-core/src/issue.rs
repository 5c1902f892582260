//! A plan, executed in memory: every key and certificate exists before the first write.

mod answer;
mod keys;
#[cfg(feature = "threads")]
mod parallel;
#[cfg(not(feature = "threads"))]
#[path = "issue/sequential.rs"]
mod parallel;
mod plan;
mod provider;
mod renew;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use answer::{check_answer, check_request};
pub use provider::{Progress, Provider};
pub use renew::Renewed;

use crate::authority::path::PathError;
use crate::authority::{Authority, SignError};
use crate::key::{KeyError, PrivateKey, PublicKey};
use crate::plan::SeenAuthorities;
use crate::spec::{CredentialId, RowId};
use crate::x509::Certificate;

/// How many keys and certificates are made at a time: enough for every processor, and few enough
/// that memory does not grow with the number of owners.
const BATCH: usize = 256;

/// Authorities that can issue, by row of the table.
pub type Authorities = BTreeMap<RowId, Authority>;

/// Everything that a plan makes, in memory.
#[derive(Debug, Default)]
pub struct Bundle {
    credentials: Vec<Credential>,
    by_id: BTreeMap<CredentialId, usize>,
}

/// What was made.
#[derive(Debug)]
#[non_exhaustive]
pub struct Credential {
    /// Which.
    pub id: CredentialId,
    /// What it is.
    pub content: Content,
}

/// What was made.
#[derive(Debug)]
#[non_exhaustive]
pub enum Content {
    /// A certificate with the path to its root, and its key.
    Pair {
        /// Leaf first; the self-signed root is left out.
        chain: Vec<Certificate>,
        /// Its key.
        key: Arc<PrivateKey>,
    },
    /// The certificate of an authority whose key somebody else keeps.
    Certificate {
        /// The authority's own.
        chain: Vec<Certificate>,
    },
    /// A key pair without a certificate.
    KeyPair {
        /// The private key.
        key: Arc<PrivateKey>,
    },
    /// A public key alone, rebuilt from a private key that is there.
    PublicKey {
        /// The key.
        key: PublicKey,
    },
    /// What goes into a kubeconfig.
    Kubeconfig {
        /// Leaf first; the self-signed root is left out.
        chain: Vec<Certificate>,
        /// Its key.
        key: Arc<PrivateKey>,
        /// The authorities it trusts.
        trust: Vec<Certificate>,
        /// URL of the API server.
        server: String,
        /// Name of the cluster.
        cluster: String,
        /// Name of the user: the certificate's common name.
        user: String,
    },
}

impl Content {
    /// The certificate, where there is one.
    #[must_use]
    pub fn certificate(&self) -> Option<&Certificate> {
        match self {
            Self::Pair { chain, .. }
            | Self::Kubeconfig { chain, .. }
            | Self::Certificate { chain } => chain.first(),
            Self::KeyPair { .. } | Self::PublicKey { .. } => None,
        }
    }

    /// The private key, where one was made.
    #[must_use]
    pub fn key(&self) -> Option<&PrivateKey> {
        match self {
            Self::Pair { key, .. } | Self::KeyPair { key } | Self::Kubeconfig { key, .. } => {
                Some(key)
            }
            Self::Certificate { .. } | Self::PublicKey { .. } => None,
        }
    }
}

impl Bundle {
    fn push(&mut self, credential: Credential) {
        let at = self.credentials.len();
        self.by_id.insert(credential.id.clone(), at);
        self.credentials.push(credential);
    }

    /// What was made, in the order of the plan.
    #[must_use]
    pub fn credentials(&self) -> &[Credential] {
        &self.credentials
    }

    /// What was made for one credential.
    #[must_use]
    pub fn get(&self, id: &CredentialId) -> Option<&Content> {
        let credential = self.credentials.get(*self.by_id.get(id)?)?;
        Some(&credential.content)
    }
}

/// Fails for an authority of these rows that the plan has not seen.
fn check_seen<'a>(
    seen: &SeenAuthorities,
    authorities: &Authorities,
    rows: impl IntoIterator<Item = &'a RowId>,
) -> Result<(), IssueError> {
    for authority in rows {
        let Some(given) = authorities.get(authority).map(Authority::issuing) else {
            continue;
        };
        if !seen.has(*authority, given) {
            return Err(IssueError::other(*authority, given));
        }
    }
    Ok(())
}

impl IssueError {
    /// An authority that the plan has not seen.
    fn other(authority: RowId, given: &Certificate) -> Self {
        Self::OtherAuthority {
            authority,
            subject: format!("{} (serial {})", given.subject(), given.serial_number()),
        }
    }
}

/// A plan could not be executed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IssueError {
    /// The plan refuses something.
    #[error("the plan refuses {count} files as they are; nothing is issued")]
    Refused {
        /// How many refusals there are.
        count: usize,
    },
    /// An authority is needed and was not given.
    #[error("the authority {authority} is needed to sign {id}, and was not given")]
    NoAuthority {
        /// What is to be signed.
        id: CredentialId,
        /// The authority.
        authority: RowId,
    },
    /// An authority was given that is none of those that were there when the plan was made: of
    /// another cluster, or of another place in this one.
    #[error(
        "{subject} was given as the authority {authority}, and is not what the plan has seen there"
    )]
    OtherAuthority {
        /// The row it was given for.
        authority: RowId,
        /// Subject and serial number of the certificate that it would issue with.
        subject: String,
    },
    /// An authority is to be made below another one, which was not given.
    #[error("the authority above is needed to sign {id}, and was not given")]
    NoSuperior {
        /// What is to be signed.
        id: CredentialId,
    },
    /// A key that is kept elsewhere was given for an authority that the plan gives another: it was
    /// made without it. [`Inventory::set_signer`](crate::Inventory::set_signer) tells it.
    #[error(
        "a key for {authority} that is kept elsewhere was given, and the plan makes another; it \
         was not told of it"
    )]
    SignerNotPlanned {
        /// The authority.
        authority: RowId,
    },
    /// A key could not be made.
    #[error("cannot make the key of {id}")]
    Key {
        /// Which.
        id: CredentialId,
        /// Why.
        #[source]
        source: KeyError,
    },
    /// A certificate could not be made.
    #[error("cannot make the certificate of {id}")]
    Sign {
        /// Which.
        id: CredentialId,
        /// Why.
        #[source]
        source: SignError,
    },
    /// What was made does not verify.
    #[error("the certificate made for {id} does not pass verification")]
    Check {
        /// Which.
        id: CredentialId,
        /// Why.
        #[source]
        source: PathError,
    },
    /// The key to keep was not given, or there is no way to make one like it.
    #[error("the key of {id} is to be kept, and was not given")]
    NoKey {
        /// Which.
        id: CredentialId,
    },
    /// What was made lacks a name.
    #[error("the certificate made for {id} does not serve {host}")]
    CheckHost {
        /// Which.
        id: CredentialId,
        /// The name.
        host: crate::x509::Host,
    },
}
