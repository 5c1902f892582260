use std::path::PathBuf;
use std::sync::Arc;

use pki_core::key::{KeyAlgorithm, KeyRequest, Passphrase, PrivateKey, SigningKey};
use pki_core::x509::{DistinguishedName, Profile, SubjectAltNames, Template, Usage, Validity};
use pki_core::{Authority, ClusterBuilder, Lifetime, NodeBuilder, Provider};
use rustix::fs::RenameFlags;
use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::{CERTIFICATE, KEY, OfflineAuthority};
use crate::aside::{self, Made};
use crate::{FlagOptions, Initialised, LayoutError, Observation, Outcome};

/// What a root that is made here is called.
const COMMON_NAME: &str = "kubernetes-root-ca";

/// A root that exists in memory, until it is written.
#[derive(Debug)]
pub struct NewRoot {
    directory: PathBuf,
    authority: Arc<Authority>,
    /// What is written of its key; nothing where that is kept elsewhere.
    key: Option<Zeroizing<String>>,
}

impl OfflineAuthority {
    /// Makes a root in memory, its key encrypted, or for the key that is kept elsewhere.
    ///
    /// # Errors
    ///
    /// [`LayoutError::Key`] and [`LayoutError::Sign`]; [`LayoutError::NoPassphrase`] where the key is
    /// to be in the directory, and nothing was given to encrypt it.
    pub fn make_root(
        &self,
        (algorithm, lifetime): (KeyAlgorithm, Lifetime),
        passphrase: Option<&Passphrase>,
        now: OffsetDateTime,
        provider: &Provider<'_>,
    ) -> Result<NewRoot, LayoutError> {
        let path = || self.directory.join(KEY);
        let failed = |source| LayoutError::Key {
            path: path(),
            source,
        };
        let (key, pem): (Box<dyn SigningKey>, _) = match (&self.signer, passphrase) {
            (Some(signer), _) => (Box::new(Arc::clone(signer)), None),
            (None, None) => return Err(LayoutError::NoPassphrase { path: path() }),
            (None, Some(passphrase)) => {
                let request = KeyRequest::new("root-ca", algorithm);
                let key = provider.keys.generate(request, provider.random);
                let key: PrivateKey = key.map_err(failed)?;
                let pem = key.to_encrypted_pem(passphrase, provider.random);
                (Box::new(key), Some(pem.map_err(failed)?))
            }
        };
        let template = Template::new(
            DistinguishedName::new(COMMON_NAME, &[])?,
            Usage::Authority,
            SubjectAltNames::none(),
            Validity::starting(now, lifetime),
            Profile::KubernetesIo,
        );
        let authority = Authority::create(&template, key, provider.random);
        let authority = authority.map_err(|source| LayoutError::Sign {
            path: self.directory.join(CERTIFICATE),
            source,
        })?;
        Ok(NewRoot {
            directory: self.directory.clone(),
            authority: Arc::new(authority),
            key: pem,
        })
    }
}

impl NewRoot {
    /// What signs.
    #[must_use]
    pub fn authority(&self) -> &Arc<Authority> {
        &self.authority
    }

    /// Writes its files, on disk when this returns: the directory appears with all of them in it, or
    /// not at all.
    ///
    /// # Errors
    ///
    /// [`LayoutError::Io`]. Nothing is there then but a hidden directory beside it, should that not
    /// be removable; the next call removes it.
    pub fn write(&self) -> Result<(), LayoutError> {
        let certificate = self.authority.issuing().to_pem();
        let key = self.key.iter().map(|key| (KEY, 0o600, key.as_bytes()));
        let certificate = [(CERTIFICATE, 0o644, certificate.as_bytes())];
        let files = key.chain(certificate).collect();
        // In the place of an empty directory too.
        let made = Made::Directory(0o700, files);
        aside::place(&self.directory, &made, RenameFlags::empty())
    }
}

impl Observation {
    /// As [`init`](Self::init) of a tree that has a new root above it
    /// ([`Root::with_superior`](crate::Root::with_superior)): the root is written once it is known that
    /// something will be below it, so that none is left behind.
    ///
    /// # Errors
    ///
    /// As [`init`](Self::init) and [`NewRoot::write`].
    pub fn init_below(
        self,
        new: &NewRoot,
        cluster: ClusterBuilder,
        node: NodeBuilder,
        options: &FlagOptions,
        now: OffsetDateTime,
        provider: &Provider<'_>,
    ) -> Result<Initialised, LayoutError> {
        let planned = self.rehearse_init(cluster.clone(), node.clone(), options, now, provider)?;
        if planned.outcome != Outcome::Planned {
            return Ok(planned);
        }
        new.write()?;
        self.init(cluster, node, options, now, provider)
    }
}
