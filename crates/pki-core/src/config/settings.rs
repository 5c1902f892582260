//! What a configuration file says, before anybody asks whether it makes sense.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use super::description::SettingsError;
use crate::cluster::Cluster;
use crate::spec::{Component, RowId};

/// Where a value came from, so that every later error can name the place.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// A place in a configuration file.
    File {
        /// The file, as the user named it.
        path: String,
        /// The line, counted from 1 through the whole file.
        line: usize,
        /// The dotted path of the key, list positions in brackets, counted from 0.
        key: String,
    },
    /// Anywhere else, in the words of whoever took it from there: a flag with its dashes.
    Given(Cow<'static, str>),
    /// What a tree has already: the file that says it, and where in it that is one of several
    /// places, what.
    Tree(String),
    /// A fact of the host, in words: `the host's name`.
    Detected(&'static str),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, line, key } => write!(f, "{path}:{line}: {key}"),
            Self::Given(place) => f.write_str(place),
            Self::Tree(file) => f.write_str(file),
            Self::Detected(fact) => f.write_str(fact),
        }
    }
}

/// A value and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// The place that set it.
    pub source: Source,
}

impl<T> Sourced<T> {
    /// Pairs a value with its place.
    pub const fn new(value: T, source: Source) -> Self {
        Self { value, source }
    }

    /// Changes the value and keeps the place.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Sourced<U> {
        Sourced::new(change(self.value), self.source)
    }
}

impl Sourced<String> {
    /// Reads the text as what it is to be. Blanks around it do not count.
    ///
    /// # Errors
    ///
    /// [`SettingsError::Value`] with the place, the text and what is wrong with it.
    pub fn parse<T>(&self) -> Result<T, SettingsError>
    where
        T: FromStr,
        T::Err: fmt::Display,
    {
        let value = self.value.trim().parse();
        value.map_err(|error: T::Err| SettingsError::Value {
            at: self.source.clone(),
            value: self.value.clone(),
            problem: error.to_string(),
        })
    }
}

/// Everything a configuration file can set. Syntax only: addresses, names, periods and algorithms
/// are still text, and what is absent is for the caller to default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// What the file is written in; `None` for settings of no file.
    pub format: Option<Format>,
    /// Version of Kubernetes, such as `v1.36.2`, verbatim. No certificate depends on it, kubeconfigs
    /// and flags do.
    pub kubernetes_version: Option<Sourced<String>>,
    /// Name of this node. From a kubeadm file: trimmed and lower-cased, as kubeadm does.
    pub node_name: Option<Sourced<String>>,
    /// Address that kube-apiserver advertises.
    pub advertise_address: Option<Sourced<String>>,
    /// Port of kube-apiserver, 1 to 65535.
    pub bind_port: Option<Sourced<u16>>,
    /// `host` or `host:port` that clients of the whole control plane use.
    pub control_plane_endpoint: Option<Sourced<String>>,
    /// DNS domain of the cluster.
    pub dns_domain: Option<Sourced<String>>,
    /// Name of the cluster in kubeconfigs.
    pub cluster_name: Option<Sourced<String>>,
    /// Certificate profile. Never set by a kubeadm file, whose format means kubeadm's.
    pub profile: Option<Sourced<String>>,
    /// Key algorithm in our spelling (`rsa-2048`, `ecdsa-p256`). From a kubeadm file: one of
    /// the five that kubeadm knows. From TOML: verbatim.
    pub key_algorithm: Option<Sourced<String>>,
    /// Validity of leaf certificates, verbatim.
    pub certificate_validity: Option<Sourced<String>>,
    /// Validity of certificate authorities, verbatim.
    pub ca_validity: Option<Sourced<String>>,
    /// Directory of certificates and keys.
    pub cert_dir: Option<Sourced<String>>,
    /// Directory of kubeconfigs.
    pub kubeconfig_dir: Option<Sourced<String>>,
    /// Service networks in order, primary first.
    pub service_cidrs: Vec<Sourced<String>>,
    /// Further names and addresses of kube-apiserver. From a kubeadm file: lower-cased, without
    /// repetitions.
    pub apiserver_sans: Vec<Sourced<String>>,
    /// Where the keys of authorities are that are not in files: URIs such as `pkcs11:token=T;object=O`,
    /// verbatim.
    pub authority_keys: BTreeMap<RowId, Sourced<String>>,
    /// Where etcd runs, when the file says so.
    pub etcd: Option<Sourced<EtcdSettings>>,
    /// Further command-line arguments of components; kubeadm files only.
    pub extra_args: Vec<ExtraArgument>,
    /// Whether the node joins a cluster that is there: a `JoinConfiguration` describes it, and no
    /// `InitConfiguration`.
    pub joins: bool,
}

impl Settings {
    /// Whether they describe a cluster or a node, and not only where keys and directories are.
    #[must_use]
    pub fn describes(&self) -> bool {
        let places = Self {
            format: self.format,
            authority_keys: self.authority_keys.clone(),
            cert_dir: self.cert_dir.clone(),
            kubeconfig_dir: self.kubeconfig_dir.clone(),
            ..Self::default()
        };
        *self != places
    }

    /// What of a cluster is as it is by default, because it is not said: keys of settings, as they
    /// are written in TOML, and their values.
    #[must_use]
    pub fn defaults(&self) -> Vec<(&'static str, String)> {
        let cluster = Cluster::builder().build().ok();
        let mut defaults = Vec::new();
        let cidrs = cluster.as_ref().map(|cluster| {
            let cidrs = cluster.service_cidrs().iter().map(ToString::to_string);
            cidrs.collect::<Vec<_>>().join(", ")
        });
        let domain = cluster.map(|cluster| cluster.dns_domain().to_string());
        if let Some(cidrs) = cidrs.filter(|_| self.service_cidrs.is_empty()) {
            defaults.push(("service-cidrs", cidrs));
        }
        if let Some(domain) = domain.filter(|_| self.dns_domain.is_none()) {
            defaults.push(("dns-domain", domain));
        }
        if self.control_plane_endpoint.is_none() {
            defaults.push(("control-plane-endpoint", "none".to_owned()));
        }
        defaults
    }
}

/// Where etcd runs.
#[expect(
    clippy::large_enum_variant,
    reason = "there is one for each configuration, and a box would be in every reader's way"
)]
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EtcdSettings {
    /// On the control-plane nodes, with certificates of ours.
    Local {
        /// Further names and addresses of the server certificate.
        server_sans: Vec<Sourced<String>>,
        /// Further names and addresses of the peer certificate.
        peer_sans: Vec<Sourced<String>>,
    },
    /// Elsewhere, with certificates made by somebody else.
    External {
        /// URLs of the members.
        endpoints: Vec<Sourced<String>>,
        /// Trust bundle for the members' certificates.
        ca_file: Option<Sourced<String>>,
        /// Client certificate of kube-apiserver.
        cert_file: Option<Sourced<String>>,
        /// Its private key.
        key_file: Option<Sourced<String>>,
    },
}

/// One further argument of a component.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExtraArgument {
    /// Whose it is.
    pub component: Component,
    /// The flag without its dashes, as written.
    pub name: String,
    /// Its value; empty when the file gives none.
    pub value: Sourced<String>,
}

/// The formats of configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// Our own.
    Toml,
    /// kubeadm's `InitConfiguration` and `ClusterConfiguration`, YAML or JSON.
    Kubeadm,
    /// The `ConfigMap` in which kubeadm keeps one of them, which kubeadm does not read as a file.
    KubeadmConfigMap,
}

impl Format {
    /// Whether the words are kubeadm's.
    #[must_use]
    pub const fn is_kubeadm(self) -> bool {
        matches!(self, Self::Kubeadm | Self::KubeadmConfigMap)
    }
}

/// A configuration file that could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parsed {
    /// What it says.
    pub settings: Settings,
    /// What it says in vain, one line each, in the order of the file.
    pub warnings: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_names_its_place() {
        let file = Source::File {
            path: "cluster.toml".to_owned(),
            line: 3,
            key: "service-cidrs[1]".to_owned(),
        };
        assert_eq!(file.to_string(), "cluster.toml:3: service-cidrs[1]");
        assert_eq!(
            Source::Given("--service-cidr".into()).to_string(),
            "--service-cidr"
        );
        assert_eq!(
            Source::Detected("the host's name").to_string(),
            "the host's name"
        );
    }

    #[test]
    fn mapping_keeps_the_place() {
        let flag = || Source::Given("--bind-port".into());
        let port = Sourced::new("6443", flag()).map(str::len);
        assert_eq!(port, Sourced::new(4, flag()));
    }
}
