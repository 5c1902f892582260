//! From what was written to what is meant: settings become a cluster and a node.

mod error;
mod places;

use std::fmt;
use std::net::IpAddr;

pub use error::{Setting, SettingsError};
pub use places::Places;

use super::settings::{EtcdSettings, Format, Settings, Source, Sourced};
use crate::cluster::{Cluster, ClusterBuilder, Etcd, Node, NodeBuilder};
use crate::spec::NodeName;
use crate::x509::{Host, Profile};

/// What the machine says about itself, for settings that leave it to the host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HostFacts {
    /// The host's name, `None` when it has none. Trimmed and lower-cased, as the kubelet does.
    pub name: Option<String>,
    /// The address that others reach it at, which is that of its default route; `None` when it
    /// has none.
    pub address: Option<IpAddr>,
}

impl HostFacts {
    /// A host of this name, reached at this address. [`HostFacts::default`] knows nothing.
    #[must_use]
    pub fn new(name: impl Into<String>, address: IpAddr) -> Self {
        Self {
            name: Some(name.into()),
            address: Some(address),
        }
    }
}

/// What was taken from the host because no setting says it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Assumption {
    /// The node is called as the host is.
    NodeName(NodeName),
    /// The node is reached at the host's address.
    AdvertiseAddress(IpAddr),
}

impl Assumption {
    /// What was not said.
    #[must_use]
    pub const fn setting(&self) -> Setting {
        match self {
            Self::NodeName(_) => Setting::NodeName,
            Self::AdvertiseAddress(_) => Setting::AdvertiseAddress,
        }
    }
}

impl fmt::Display for Assumption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NodeName(name) => write!(f, "the node is called {name}, as this host is"),
            Self::AdvertiseAddress(address) => write!(
                f,
                "the node is reached at {address}, the address of the default route"
            ),
        }
    }
}

/// A cluster and a node of it, as settings describe them. Each value is readable; whether they
/// fit together, [`build`](Self::build) says.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Description {
    /// The cluster.
    pub cluster: ClusterBuilder,
    /// The node.
    pub node: NodeBuilder,
    /// Where the values were given, for errors of the builders.
    pub places: Places,
    /// What was taken from the host because no setting says it.
    pub assumed: Vec<Assumption>,
}

impl Description {
    /// Checks everything, and names the place of what is wrong.
    ///
    /// # Errors
    ///
    /// [`SettingsError::Cluster`] for values that do not fit together.
    pub fn build(self) -> Result<(Cluster, Node), SettingsError> {
        let cluster = self.cluster.build();
        let cluster = cluster.map_err(|error| self.places.locate(error))?;
        let node = self.node.build(&cluster);
        let node = node.map_err(|error| self.places.locate(error))?;
        Ok((cluster, node))
    }
}

impl Settings {
    /// Reads the meaning of every setting.
    ///
    /// A kubeadm file selects the profile [`Profile::Kubeadm`] where none is set. As settings of
    /// no file do, it may leave the node's name and address to the host; a TOML file may not.
    ///
    /// ```
    /// use pki_core::Profile;
    /// use pki_core::config::{self, HostFacts};
    ///
    /// let text = "
    /// apiVersion: kubeadm.k8s.io/v1beta4
    /// kind: ClusterConfiguration
    /// controlPlaneEndpoint: api.example.org:6443
    /// ";
    /// let parsed = config::parse("kubeadm.yaml", text)?;
    /// let host = HostFacts::new("cp1", "192.0.2.10".parse()?);
    /// let (cluster, node) = parsed.settings.describe(&host)?.build()?;
    /// assert_eq!(cluster.profile(), Profile::Kubeadm);
    /// assert_eq!(node.name().as_str(), "cp1");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`SettingsError`] names the place of a value that cannot be read, or the setting that is
    /// missing.
    pub fn describe(&self, host: &HostFacts) -> Result<Description, SettingsError> {
        let mut assumed = Vec::new();
        let name = match &self.node_name {
            Some(name) => name.clone(),
            None => self.host_name(host)?,
        };
        let address = match &self.advertise_address {
            Some(address) => address.clone(),
            None => self.host_address(host)?,
        };
        let node_name: NodeName = name.parse()?;
        let node_address = read_address(&address)?;
        if self.node_name.is_none() {
            assumed.push(Assumption::NodeName(node_name.clone()));
        }
        if self.advertise_address.is_none() {
            assumed.push(Assumption::AdvertiseAddress(node_address));
        }
        Ok(Description {
            cluster: self.cluster()?,
            node: self.node(node_name, node_address)?,
            places: Places::of(self, name.source, address.source),
            assumed,
        })
    }

    fn cluster(&self) -> Result<ClusterBuilder, SettingsError> {
        let mut cluster = Cluster::builder();
        if let Some(endpoint) = &self.control_plane_endpoint {
            cluster = cluster.control_plane_endpoint(endpoint.parse()?);
        }
        if let Some(domain) = &self.dns_domain {
            cluster = cluster.dns_domain(domain.parse()?);
        }
        if let Some(name) = &self.cluster_name {
            cluster = cluster.cluster_name(&name.value);
        }
        match &self.profile {
            Some(profile) => cluster = cluster.profile(profile.parse()?),
            None if self.format == Some(Format::Kubeadm) => {
                cluster = cluster.profile(Profile::Kubeadm);
            }
            None => {}
        }
        if let Some(algorithm) = &self.key_algorithm {
            cluster = cluster.key_algorithm(algorithm.parse()?);
        }
        if let Some(validity) = &self.certificate_validity {
            cluster = cluster.certificate_lifetime(validity.parse()?);
        }
        if let Some(validity) = &self.ca_validity {
            cluster = cluster.authority_lifetime(validity.parse()?);
        }
        if !self.service_cidrs.is_empty() {
            let cidrs = self.service_cidrs.iter().map(Sourced::parse);
            cluster = cluster.service_cidrs(cidrs.collect::<Result<Vec<_>, _>>()?);
        }
        cluster = cluster.apiserver_hosts(hosts(&self.apiserver_sans)?);
        if let Some(EtcdSettings::External {
            endpoints,
            ca_file,
            cert_file,
            key_file,
        }) = self.etcd.as_ref().map(|etcd| &etcd.value)
        {
            cluster = cluster.etcd(Etcd::External {
                endpoints: endpoints.iter().map(|one| one.value.clone()).collect(),
                ca_file: ca_file.as_ref().map(|one| one.value.clone()),
                client_pair: client_pair(cert_file.as_ref(), key_file.as_ref())?,
            });
        }
        Ok(cluster)
    }

    fn node(&self, name: NodeName, address: IpAddr) -> Result<NodeBuilder, SettingsError> {
        let mut node = Node::builder(name, address);
        if let Some(port) = &self.bind_port {
            node = node.bind_port(port.value);
        }
        if let Some(EtcdSettings::Local {
            server_sans,
            peer_sans,
        }) = self.etcd.as_ref().map(|etcd| &etcd.value)
        {
            node = node.etcd_server_hosts(hosts(server_sans)?);
            node = node.etcd_peer_hosts(hosts(peer_sans)?);
        }
        Ok(node)
    }

    fn host_name(&self, host: &HostFacts) -> Result<Sourced<String>, SettingsError> {
        let name = host.name.as_ref().map(|name| name.trim().to_lowercase());
        let name = self.left_to_host(Setting::NodeName, name)?;
        Ok(Sourced::new(name, Source::Detected("the host's name")))
    }

    fn host_address(&self, host: &HostFacts) -> Result<Sourced<String>, SettingsError> {
        let address = self.left_to_host(Setting::AdvertiseAddress, host.address)?;
        let source = Source::Detected("the address of the default route");
        Ok(Sourced::new(address.to_string(), source))
    }

    fn left_to_host<T>(&self, setting: Setting, fact: Option<T>) -> Result<T, SettingsError> {
        match self.format {
            Some(Format::Toml) => Err(SettingsError::Missing { setting }),
            Some(Format::Kubeadm) | None => fact.ok_or(SettingsError::HostUnknown { setting }),
        }
    }
}

/// Reads an address; the standard library's message does not say what one looks like.
fn read_address(value: &Sourced<String>) -> Result<IpAddr, SettingsError> {
    let address = value.value.trim().parse();
    address.map_err(|_| SettingsError::NotAnAddress {
        at: value.source.clone(),
        value: value.value.clone(),
    })
}

/// A list of further names: each readable, none twice.
fn hosts(values: &[Sourced<String>]) -> Result<Vec<Host>, SettingsError> {
    let mut hosts: Vec<Host> = Vec::with_capacity(values.len());
    for value in values {
        let host = value.parse()?;
        if hosts.contains(&host) {
            return Err(SettingsError::GivenTwice {
                at: value.source.clone(),
                host,
            });
        }
        hosts.push(host);
    }
    Ok(hosts)
}

/// The client certificate for an external etcd, and its key.
fn client_pair(
    certificate: Option<&Sourced<String>>,
    key: Option<&Sourced<String>>,
) -> Result<Option<(String, String)>, SettingsError> {
    match (certificate, key) {
        (Some(certificate), Some(key)) => Ok(Some((certificate.value.clone(), key.value.clone()))),
        (None, None) => Ok(None),
        (Some(one), None) | (None, Some(one)) => Err(SettingsError::HalfPair {
            at: one.source.clone(),
        }),
    }
}

#[cfg(test)]
mod tests;
