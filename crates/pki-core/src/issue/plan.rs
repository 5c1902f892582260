use std::sync::Arc;

use super::Provider;
use super::keys::{KeyMaker, not_again};
use super::{Authorities, BATCH, Bundle, Content, Credential, IssueError, check_seen, parallel};
use crate::authority::path::{serves_host, verify_usage};
use crate::authority::{Authority, Domain};
use crate::key::{PremadeKeys, PrivateKey, SigningKey};
use crate::plan::{Creation, Plan};
use crate::spec::{CredentialId, RowId};
use crate::x509::{Certificate, SerialNumber, Template, Usage};

/// As many certificates as are signed in the time that a thread takes to start.
const FEW: usize = 4;

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
        authorities: Authorities,
        provider: &Provider<'_>,
    ) -> Result<Bundle, IssueError> {
        let mut bundle = Bundle::default();
        self.issue_each(authorities, provider, |credential| {
            bundle.push(credential);
            Ok::<(), IssueError>(())
        })?;
        Ok(bundle)
    }

    /// Makes the keys that the plan needs, and nothing else, for a
    /// [`Provider`](Provider::with_premade) that is to issue later: what is slow is over before
    /// anything is locked. Where the plan is another by then, what fits it is taken.
    ///
    /// # Errors
    ///
    /// [`IssueError::Key`].
    pub fn make_keys(&self, provider: &Provider<'_>) -> Result<PremadeKeys, IssueError> {
        let wanting = self.creations().filter(|(_, one)| one.needs_key());
        let algorithm = self.cluster().key_algorithm();
        let wanted: Vec<_> = wanting.map(|(id, _)| (id, algorithm)).collect();
        KeyMaker::new(provider, self.now(), wanted.len()).make_ahead(wanted)
    }

    /// As [`issue`](Self::issue), one credential after the other in the order of the plan: a
    /// bounded number of them is in memory, however many owners there are.
    ///
    /// # Errors
    ///
    /// [`IssueError`], and whatever `each` fails with. What it was given before exists.
    pub fn issue_each<E: From<IssueError>>(
        &self,
        mut authorities: Authorities,
        provider: &Provider<'_>,
        mut each: impl FnMut(Credential) -> Result<(), E>,
    ) -> Result<(), E> {
        if !self.refusals().is_empty() {
            let count = self.refusals().len();
            return Err(IssueError::Refused { count }.into());
        }
        check_seen(self.seen(), &authorities, &self.signers())?;
        let creations: Vec<(&CredentialId, &Creation)> = self.creations().collect();
        for (id, creation) in &creations {
            let given = provider
                .signers
                .and_then(|keys| keys.get(id.row.spec().name));
            let is_own = matches!(
                creation,
                Creation::Authority {
                    elsewhere: false,
                    ..
                }
            );
            if is_own && given.is_some() {
                let authority = id.row;
                return Err(IssueError::SignerNotPlanned { authority }.into());
            }
        }
        let wanting = creations.iter().filter(|(_, one)| one.needs_key());
        let keys = KeyMaker::new(provider, self.now(), wanting.count());
        for batch in creations.chunks(BATCH) {
            let work = self.prepare(batch, &mut authorities, &keys)?;
            for credential in self.finish(work, &authorities)? {
                each(credential)?;
            }
        }
        Ok(())
    }

    /// Keys, authorities and serial numbers. Drawn in order: signing may run in parallel.
    fn prepare<'a>(
        &self,
        batch: &[(&'a CredentialId, &'a Creation)],
        authorities: &mut Authorities,
        keys: &KeyMaker<'_>,
    ) -> Result<Vec<Work<'a>>, IssueError> {
        let algorithm = self.cluster().key_algorithm();
        let wanting = batch.iter().filter(|(_, one)| one.needs_key());
        let wanted: Vec<_> = wanting.map(|(id, _)| (*id, algorithm)).collect();
        let mut made = keys.make(wanted)?.into_iter();
        let mut work = Vec::with_capacity(batch.len());
        let mut last: Option<SerialNumber> = None;
        for &(id, creation) in batch {
            let no_key = || IssueError::NoKey { id: id.clone() };
            let mut key = || made.next().ok_or_else(no_key);
            let content = match creation {
                Creation::PublicKey(key) => Content::PublicKey { key: key.clone() },
                Creation::KeyPair => Content::KeyPair { key: key()?.into() },
                Creation::Authority {
                    template,
                    elsewhere,
                    below,
                } => {
                    let superior = below.then(|| keys.superior(id, self.seen())).transpose()?;
                    let (content, authority) = if *elsewhere {
                        let key = keys.signer(id).ok_or_else(no_key)?;
                        let authority = create(id, template, Box::new(key), superior, keys)?;
                        let chain = vec![authority.issuing().clone()];
                        (Content::Certificate { chain }, authority)
                    } else {
                        new_authority(id, template, key()?, superior, keys)?
                    };
                    authorities.insert(id.row, authority);
                    content
                }
                Creation::Leaf(template) | Creation::Kubeconfig { template, .. } => {
                    let issuer = id.row.spec().issuer.ok_or_else(no_key)?;
                    let serial_number = keys.draw(id, "serial number", |random| {
                        let drawn = SerialNumber::draw(template.profile, random)?;
                        not_again(&mut last, drawn)
                    });
                    work.push(Work::Leaf(Leaf {
                        id,
                        creation,
                        template,
                        issuer,
                        serial_number: serial_number.map_err(|source| IssueError::Sign {
                            id: id.clone(),
                            source: source.into(),
                        })?,
                        key: key()?,
                    }));
                    continue;
                }
            };
            let id = id.clone();
            work.push(Work::Done(Credential { id, content }));
        }
        Ok(work)
    }

    fn finish(
        &self,
        work: Vec<Work<'_>>,
        authorities: &Authorities,
    ) -> Result<Vec<Credential>, IssueError> {
        let finish = |one| match one {
            Work::Done(credential) => Ok(credential),
            Work::Leaf(leaf) => self.sign(leaf, authorities),
        };
        // Signing and checking take longer than a thread to start, whatever the algorithm.
        let is_slow = self.cluster().key_algorithm().is_slow() || work.len() > FEW;
        parallel::map(work, is_slow, finish)
    }

    fn sign(&self, leaf: Leaf<'_>, authorities: &Authorities) -> Result<Credential, IssueError> {
        let Leaf {
            id,
            creation,
            template,
            issuer,
            serial_number,
            key,
        } = leaf;
        let authority = authorities
            .get(&issuer)
            .ok_or_else(|| IssueError::NoAuthority {
                id: id.clone(),
                authority: issuer,
            })?;
        let certificate = authority
            .issue_as(&serial_number, template, key.public_key())
            .map_err(|source| IssueError::Sign {
                id: id.clone(),
                source,
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
                    .of_kubeconfig(id.row.is_handed_on())
                    .certificates()
                    .to_vec(),
                server: server.clone(),
                cluster: self.cluster().cluster_name().to_owned(),
                user: template
                    .subject
                    .common_name()
                    .unwrap_or_default()
                    .to_owned(),
            },
            _ => Content::Pair { chain, key },
        };
        let id = id.clone();
        Ok(Credential { id, content })
    }

    /// The certificate as its readers will check it.
    fn check(
        &self,
        id: &CredentialId,
        template: &Template,
        chain: &[Certificate],
        authority: &Authority,
    ) -> Result<(), IssueError> {
        let anchors = authority.trust().checking(template.usage).certificates();
        // What is furthest up may constrain what its readers would take of the rest.
        let top = authority.issuer().above().last().map(std::slice::from_ref);
        for anchors in std::iter::once(anchors).chain(top) {
            verify_usage(chain, anchors, template.usage, self.now()).map_err(|source| {
                IssueError::Check {
                    id: id.clone(),
                    source,
                }
            })?;
        }
        let Some(leaf) = chain.first() else {
            return Ok(());
        };
        match template.hosts.hosts().find(|host| !serves_host(leaf, host)) {
            Some(host) if template.usage != Usage::Authority => Err(IssueError::CheckHost {
                id: id.clone(),
                host,
            }),
            _ => Ok(()),
        }
    }
}

/// A credential on its way.
enum Work<'a> {
    Done(Credential),
    Leaf(Leaf<'a>),
}

/// A certificate that is to be signed.
struct Leaf<'a> {
    id: &'a CredentialId,
    creation: &'a Creation,
    template: &'a Template,
    issuer: RowId,
    serial_number: SerialNumber,
    key: PrivateKey,
}

/// A new authority, and what is kept of it: both hold the one key, which is never copied.
fn new_authority(
    id: &CredentialId,
    template: &Template,
    key: PrivateKey,
    superior: Option<&Authority>,
    keys: &KeyMaker<'_>,
) -> Result<(Content, Authority), IssueError> {
    let key = Arc::new(key);
    let authority = create(id, template, Box::new(Arc::clone(&key)), superior, keys)?;
    let chain = vec![authority.issuing().clone()];
    Ok((Content::Pair { chain, key }, authority))
}

fn create(
    id: &CredentialId,
    template: &Template,
    key: Box<dyn SigningKey>,
    superior: Option<&Authority>,
    keys: &KeyMaker<'_>,
) -> Result<Authority, IssueError> {
    let domain = id.row.domain();
    let created = keys.draw(id, "serial number", |random| match superior {
        Some(superior) => {
            let believed = domain.is_some_and(Domain::callers_believe_above);
            superior.create_below(template, key, believed, random)
        }
        None => Authority::create(template, key, random),
    });
    created.map_err(|source| IssueError::Sign {
        id: id.clone(),
        source,
    })
}
