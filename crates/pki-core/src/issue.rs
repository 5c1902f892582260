//! A plan, executed in memory: every key and certificate exists before the first write.

mod keys;
mod renew;

use std::collections::BTreeMap;
use std::sync::Arc;

use keys::make_keys;
use rayon::prelude::*;
pub use renew::{Renewed, RenewedRow};

use crate::authority::path::{PathError, serves_host, verify_usage};
use crate::authority::{Authority, SignError};
use crate::key::{KeyError, PrivateKey, Provider, PublicKey, SigningKey as _};
use crate::plan::{Creation, Plan};
use crate::spec::RowId;
use crate::x509::{Certificate, SerialNumber, Template, Usage};

/// Authorities that can issue, by row of the table.
pub type Authorities = BTreeMap<RowId, Authority>;

/// Everything that a plan makes, in memory.
#[derive(Debug)]
pub struct Bundle {
    credentials: Vec<Credential>,
}

/// What was made for one row.
#[derive(Debug)]
#[non_exhaustive]
pub struct Credential {
    /// The row.
    pub id: RowId,
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
            Self::Pair { chain, .. } | Self::Kubeconfig { chain, .. } => chain.first(),
            Self::KeyPair { .. } | Self::PublicKey { .. } => None,
        }
    }
}

impl Bundle {
    /// What was made, in the order of the table.
    #[must_use]
    pub fn credentials(&self) -> &[Credential] {
        &self.credentials
    }

    /// What was made for one row.
    #[must_use]
    pub fn get(&self, id: RowId) -> Option<&Content> {
        self.credentials
            .iter()
            .find(|credential| credential.id == id)
            .map(|credential| &credential.content)
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
        id: RowId,
        /// The authority.
        authority: RowId,
    },
    /// A key could not be made.
    #[error("cannot make the key of {id}")]
    Key {
        /// The row.
        id: RowId,
        /// Why.
        #[source]
        source: KeyError,
    },
    /// A certificate could not be made.
    #[error("cannot make the certificate of {id}")]
    Sign {
        /// The row.
        id: RowId,
        /// Why.
        #[source]
        source: SignError,
    },
    /// What was made does not verify.
    #[error("the certificate made for {id} does not pass verification")]
    Check {
        /// The row.
        id: RowId,
        /// Why.
        #[source]
        source: PathError,
    },
    /// The key to keep was not given, or there is no way to make one like it.
    #[error("the key of {id} is to be kept, and was not given")]
    NoKey {
        /// The row.
        id: RowId,
    },
    /// What was made lacks a name.
    #[error("the certificate made for {id} does not serve {host}")]
    CheckHost {
        /// The row.
        id: RowId,
        /// The name.
        host: crate::x509::Host,
    },
}

impl Plan {
    /// Makes every key and certificate of the plan, in memory, and checks each one as its
    /// readers will: pair, path, purpose, names. `authorities` holds those that are there
    /// already and have to sign; new ones are made.
    ///
    /// # Errors
    ///
    /// [`IssueError`]. Nothing exists then.
    pub fn issue(
        &self,
        mut authorities: Authorities,
        provider: &Provider<'_>,
    ) -> Result<Bundle, IssueError> {
        if !self.refusals().is_empty() {
            return Err(IssueError::Refused {
                count: self.refusals().len(),
            });
        }
        let mut credentials = Vec::new();
        let mut leaves = Vec::new();
        for ((id, creation), key) in self.creations().zip(self.keys(provider)?) {
            match (creation, key) {
                (Creation::PublicKey(key), _) => credentials.push(Credential {
                    id,
                    content: Content::PublicKey { key: key.clone() },
                }),
                (Creation::KeyPair, Some(key)) => credentials.push(Credential {
                    id,
                    content: Content::KeyPair { key: key.into() },
                }),
                (Creation::Authority(template), Some(key)) => {
                    let (credential, authority) = new_authority(id, template, key, provider)?;
                    credentials.push(credential);
                    authorities.insert(id, authority);
                }
                (_, Some(key)) => {
                    if let (Some(template), Some(authority)) =
                        (creation.template(), id.spec().issuer)
                    {
                        // Drawn here, in order: signing may run in parallel.
                        let serial_number = SerialNumber::draw(template.profile, provider.random)
                            .map_err(|source| IssueError::Sign {
                            id,
                            source: source.into(),
                        })?;
                        leaves.push(Leaf {
                            id,
                            creation,
                            template,
                            authority,
                            serial_number,
                            key,
                        });
                    }
                }
                (_, None) => {}
            }
        }
        let sign = |leaf| self.sign(leaf, &authorities);
        let signed: Result<Vec<Credential>, IssueError> =
            if self.cluster().key_algorithm().is_slow() {
                leaves.into_par_iter().with_max_len(1).map(sign).collect()
            } else {
                leaves.into_iter().map(sign).collect()
            };
        credentials.extend(signed?);
        credentials.sort_by_key(|credential| credential.id);
        Ok(Bundle { credentials })
    }

    /// A key for each creation that wants one, in the order of the plan.
    fn keys(&self, provider: &Provider<'_>) -> Result<Vec<Option<PrivateKey>>, IssueError> {
        let algorithm = self.cluster().key_algorithm();
        let wanting = self.creations().filter(|(_, one)| one.needs_key());
        let wanted: Vec<_> = wanting.map(|(id, _)| (id, algorithm)).collect();
        let mut keys = make_keys(provider, &wanted)?.into_iter();
        let key_of =
            |(_, creation): (RowId, &Creation)| creation.needs_key().then(|| keys.next()).flatten();
        Ok(self.creations().map(key_of).collect())
    }

    fn sign(&self, leaf: Leaf<'_>, authorities: &Authorities) -> Result<Credential, IssueError> {
        let Leaf {
            id,
            creation,
            template,
            authority,
            serial_number,
            key,
        } = leaf;
        let authority = authorities
            .get(&authority)
            .ok_or(IssueError::NoAuthority { id, authority })?;
        let certificate = authority
            .issue_as(&serial_number, template, key.public_key())
            .map_err(|source| IssueError::Sign {
                id,
                source: source.into(),
            })?;
        let mut chain = vec![certificate];
        chain.extend(authority.issuer().path());
        self.check(id, template, &chain, authority)?;
        let key = Arc::new(key);
        let content = match creation {
            Creation::Kubeconfig { server, .. } => Content::Kubeconfig {
                chain,
                key,
                trust: authority
                    .trust()
                    .of_kubeconfig(id.is_handed_on())
                    .certificates()
                    .to_vec(),
                server: server.clone(),
                cluster: self.cluster().cluster_name().to_owned(),
                user: self.cluster().common_name(id.spec()),
            },
            _ => Content::Pair { chain, key },
        };
        Ok(Credential { id, content })
    }

    /// The certificate as its readers will check it.
    fn check(
        &self,
        id: RowId,
        template: &Template,
        chain: &[Certificate],
        authority: &Authority,
    ) -> Result<(), IssueError> {
        let anchors = authority.trust().checking(template.usage).certificates();
        verify_usage(chain, anchors, template.usage, self.now())
            .map_err(|source| IssueError::Check { id, source })?;
        let Some(leaf) = chain.first() else {
            return Ok(());
        };
        match template.hosts.hosts().find(|host| !serves_host(leaf, host)) {
            Some(host) if template.usage != Usage::Authority => {
                Err(IssueError::CheckHost { id, host })
            }
            _ => Ok(()),
        }
    }
}

/// A certificate that is to be signed.
struct Leaf<'a> {
    id: RowId,
    creation: &'a Creation,
    template: &'a Template,
    authority: RowId,
    serial_number: SerialNumber,
    key: PrivateKey,
}

/// A new authority, and its credential: both hold the one key, which is never copied.
fn new_authority(
    id: RowId,
    template: &Template,
    key: PrivateKey,
    provider: &Provider<'_>,
) -> Result<(Credential, Authority), IssueError> {
    let key = Arc::new(key);
    let authority = Authority::create(template, Box::new(Arc::clone(&key)), provider.random)
        .map_err(|source| IssueError::Sign { id, source })?;
    let chain = vec![authority.issuing().clone()];
    let content = Content::Pair { chain, key };
    Ok((Credential { id, content }, authority))
}
