//! Kubeconfigs as text: writing new ones as kubeadm does, reading what there is, and renewing the
//! certificate in one with every other byte left as it is.

mod edit;
mod read;
mod splice;
mod write;

use std::path::Path;

use pki_core::Certificate;
use pki_core::key::{PrivateKey, PublicKey};
use pki_core::observation::{Found, KubeconfigFacts, RowFacts};
use pki_core::plan::renew::KubeconfigChange;
use zeroize::Zeroizing;

pub use self::edit::{Data, DataFile, Edit, Edited, edited, merged};
pub(crate) use self::read::{options, read as read_with, trust_of_file};
pub use self::write::{NewKubeconfig, RenderError, render};
#[cfg(feature = "disk")]
pub(crate) use self::write::{render_file, render_token};

#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod kubectl_tests;

/// A text that is not a kubeconfig that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
#[non_exhaustive]
pub struct KubeconfigError {
    /// What is wrong with it, as a sentence about it: `names no current-context`.
    pub reason: String,
}

impl From<String> for KubeconfigError {
    fn from(reason: String) -> Self {
        Self { reason }
    }
}

impl From<KubeconfigError> for String {
    fn from(error: KubeconfigError) -> Self {
        error.reason
    }
}

/// What the current context of a kubeconfig says. `named` reads the file of authorities that it
/// names, as it names it; of the private key only the public half is kept.
///
/// # Errors
///
/// [`KubeconfigError`].
///
/// ```
/// use pki_core::observation::{ClientFacts, Found};
/// use pki_layout::kubeconfig;
///
/// let text = b"
/// current-context: c
/// contexts: [{name: c, context: {cluster: k, user: u}}]
/// clusters: [{name: k, cluster: {server: 'https://192.0.2.10:6443'}}]
/// users: [{name: u, user: {token: x}}]
/// ";
/// let facts = kubeconfig::read(text, |_| Found::NotObserved)?;
/// assert_eq!(facts.server, "https://192.0.2.10:6443");
/// assert_eq!(facts.client, ClientFacts::Other);
/// # Ok::<(), kubeconfig::KubeconfigError>(())
/// ```
pub fn read(
    text: &[u8],
    named: impl Fn(&Path) -> Found<Vec<Certificate>>,
) -> Result<KubeconfigFacts, KubeconfigError> {
    Ok(read_with(text, named, PublicKey::of_private_pem)?)
}

/// What a kubeconfig is in an [`Inventory`](pki_core::Inventory), whatever it is. Nothing is read
/// but the text: of files that it names, nothing is known.
#[must_use]
pub fn facts(text: &[u8]) -> RowFacts {
    RowFacts::Kubeconfig(match read(text, |_| Found::NotObserved) {
        Ok(facts) => Found::Present(facts),
        Err(KubeconfigError { reason }) => Found::Broken { reason },
    })
}

/// The text with the current user's certificate and key replaced, and with a change the current
/// cluster's server and authorities too. Every other byte stays: comments, further contexts.
///
/// # Errors
///
/// [`KubeconfigError`] when it is none, or is written in a form in which they cannot be replaced.
pub fn splice(
    text: &str,
    chain: &[Certificate],
    key: &PrivateKey,
    change: Option<&KubeconfigChange>,
) -> Result<Zeroizing<String>, KubeconfigError> {
    Ok(splice::splice(text, chain, key, change)?)
}

/// The text with an authority's new certificate in the place of its old ones: among what any
/// cluster trusts, and in any user's chain. Every other byte stays. `None` where nobody holds one.
///
/// # Errors
///
/// [`KubeconfigError`] as [`splice`].
pub fn with_renewed(
    text: &str,
    authority: &Certificate,
) -> Result<Option<Zeroizing<String>>, KubeconfigError> {
    Ok(splice::with_renewed(text, authority)?)
}

/// The text with the current user's certificate and key in this file, and with a change the
/// current cluster's server and authorities too.
#[cfg(feature = "disk")]
pub(crate) fn splice_file(
    text: &str,
    file: &str,
    change: Option<&KubeconfigChange>,
) -> Result<Zeroizing<String>, KubeconfigError> {
    Ok(splice::splice_file(text, file, change)?)
}

/// The text with the current cluster's server and authorities changed.
#[cfg(feature = "disk")]
pub(crate) fn splice_cluster(
    text: &str,
    change: &KubeconfigChange,
) -> Result<Zeroizing<String>, KubeconfigError> {
    Ok(splice::splice_cluster(text, change)?)
}

/// The current user's private key.
///
/// # Errors
///
/// [`KubeconfigError`] when it is none, or holds no such key.
pub fn own_key(text: &str) -> Result<PrivateKey, KubeconfigError> {
    Ok(splice::own_key(text)?)
}
