//! The Secrets of Cluster API, which finds a cluster's authorities in them and makes none of its own:
//! `<cluster>-ca`, `-etcd`, `-proxy`, `-sa` and `-kubeconfig` (util/secret/consts.go,
//! util/kubeconfig).

use std::collections::BTreeMap;

use zeroize::Zeroizing;

use super::secret::Secret;
use super::{BundleError, Shared, SharedFile};

/// The label by which Cluster API knows whose they are.
const LABEL: &str = "cluster.x-k8s.io/cluster-name";
const TYPE: &str = "cluster.x-k8s.io/secret";
const CERTIFICATE: &str = "tls.crt";
const KEY: &str = "tls.key";
const KUBECONFIG: &str = "kubeconfig";

/// What each Secret is called after the cluster's name, and the files in it.
const SECRETS: [(&str, &str, &str); 4] = [
    ("ca", "ca.crt", "ca.key"),
    ("etcd", "etcd/ca.crt", "etcd/ca.key"),
    ("proxy", "front-proxy-ca.crt", "front-proxy-ca.key"),
    // The public key in the place of a certificate.
    ("sa", "sa.pub", "sa.key"),
];

/// A cluster of Cluster API.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CapiCluster {
    /// Its name.
    pub name: String,
    /// The namespace that it is in.
    pub namespace: Option<String>,
}

impl CapiCluster {
    /// A cluster, and the namespace that it is in.
    #[must_use]
    pub fn new(name: impl Into<String>, namespace: Option<String>) -> Self {
        Self {
            name: name.into(),
            namespace,
        }
    }
}

/// The Secrets, as YAML for `kubectl apply`; with an administrator's kubeconfig where there is one.
///
/// # Errors
///
/// [`BundleError::Missing`] for a file that Cluster API wants, such as the key of an authority.
pub fn to_capi(
    shared: &Shared,
    kubeconfig: Option<&[u8]>,
    cluster: &CapiCluster,
) -> Result<Zeroizing<String>, BundleError> {
    let mut text = Zeroizing::new(String::new());
    let mut add = |purpose: &str, data: BTreeMap<String, Zeroizing<Vec<u8>>>| {
        let secret = Secret {
            name: format!("{}-{purpose}", cluster.name),
            namespace: cluster.namespace.clone(),
            labels: BTreeMap::from([(LABEL.to_owned(), cluster.name.clone())]),
            kind: Some(TYPE.to_owned()),
            data,
        };
        text.push_str("---\n");
        text.push_str(&secret.to_yaml()?);
        Ok::<(), BundleError>(())
    };
    for (purpose, certificate, key) in SECRETS {
        let content = |name: &str| {
            let file = shared
                .find(name)
                .ok_or_else(|| BundleError::Missing { path: name.into() })?;
            Ok(Zeroizing::new(file.contents().to_vec()))
        };
        let data = BTreeMap::from([
            (CERTIFICATE.to_owned(), content(certificate)?),
            (KEY.to_owned(), content(key)?),
        ]);
        add(purpose, data)?;
    }
    if let Some(kubeconfig) = kubeconfig {
        let content = Zeroizing::new(kubeconfig.to_vec());
        add(KUBECONFIG, BTreeMap::from([("value".to_owned(), content)]))?;
    }
    Ok(text)
}

/// What is in the Secrets of a cluster, as kubectl prints them in YAML or JSON.
///
/// # Errors
///
/// [`BundleError`]. Nothing of them is given then.
pub fn from_capi(text: &str, what: &str, cluster: &CapiCluster) -> Result<Shared, BundleError> {
    let secrets = Secret::all(text, what)?;
    let mut shared = Shared::default();
    for (purpose, certificate, key) in SECRETS {
        let name = format!("{}-{purpose}", cluster.name);
        let secret = secrets.iter().find(|secret| secret.name == name);
        let secret = secret.ok_or_else(|| BundleError::NotABundle {
            what: what.to_owned(),
            reason: format!("there is no Secret {name} in it"),
        })?;
        for (entry, file, is_secret) in [(KEY, key, true), (CERTIFICATE, certificate, false)] {
            let contents = secret.data.get(entry).filter(|content| !content.is_empty());
            let contents = contents.ok_or_else(|| BundleError::File {
                name: format!("{entry} of Secret {name}"),
                reason: "it is missing".to_owned(),
            })?;
            let contents = Zeroizing::new(contents.to_vec());
            shared
                .files
                .push(SharedFile::new(file, is_secret, contents));
        }
    }
    Ok(shared)
}
