//! From what was written to what is meant: settings become a cluster and a node.

mod assumption;
mod error;
mod places;

use std::net::{IpAddr, Ipv6Addr};

pub use assumption::Assumption;
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
    /// The one of its default route for IPv6, which `::` stands for where there is one.
    pub ipv6_address: Option<Ipv6Addr>,
}

impl HostFacts {
    /// A host of this name, reached at this address. [`HostFacts::default`] knows nothing.
    #[must_use]
    pub fn new(name: impl Into<String>, address: IpAddr) -> Self {
        Self {
            name: Some(name.into()),
            address: Some(address),
            ipv6_address: None,
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
    /// What was taken from the tree or from the host, because nobody said it.
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
        self.described(Some(host))
    }

    /// Reads the meaning of every setting, for a tree that is there: what neither the settings say
    /// nor the tree, laid beneath them with [`over_tree`](Self::over_tree), is not asked of the
    /// host, whose the tree need not be.
    ///
    /// # Errors
    ///
    /// As [`describe`](Self::describe); [`SettingsError::Unsaid`] for what nobody says.
    pub fn describe_tree(&self) -> Result<Description, SettingsError> {
        self.described(None)
    }

    fn described(&self, host: Option<&HostFacts>) -> Result<Description, SettingsError> {
        let name = match &self.node_name {
            Some(name) => name.clone(),
            None => self.host_name(host)?,
        };
        let stands_for = self.advertised_unspecified().cloned();
        let address = match &self.advertise_address {
            Some(address) if stands_for.is_none() => address.clone(),
            _ => self.host_address(host, stands_for.as_ref())?,
        };
        let node_name: NodeName = name.parse()?;
        let node_address = read_address(&address)?;
        let is_assumed = |source: &Source| matches!(source, Source::Tree(_) | Source::Detected(_));
        let mut assumed = Vec::new();
        if is_assumed(&name.source) {
            assumed.push(Assumption::NodeName {
                name: node_name.clone(),
                source: name.source.clone(),
            });
        }
        if is_assumed(&address.source) {
            assumed.push(Assumption::AdvertiseAddress {
                address: node_address,
                source: address.source.clone(),
                stands_for,
            });
        }
        let of_tree = self.of_tree();
        if !of_tree.is_empty() {
            assumed.push(Assumption::Cluster(of_tree));
        }
        Ok(Description {
            cluster: self.cluster()?,
            node: self.node(node_name, node_address)?,
            places: Places::of(self, name.source, address.source),
            assumed,
        })
    }

    /// The address to advertise, where it is given and that of no host: every address, which
    /// stands for that of the default route.
    pub(super) fn advertised_unspecified(&self) -> Option<&Sourced<String>> {
        let given = self.advertise_address.as_ref()?;
        let address: IpAddr = given.value.trim().parse().ok()?;
        address.is_unspecified().then_some(given)
    }

    /// What of the cluster a tree says.
    fn of_tree(&self) -> Vec<(&'static str, String)> {
        let mut values = Vec::new();
        let mut add = |key, value: &Sourced<String>| {
            if matches!(value.source, Source::Tree(_)) {
                values.push((key, value.value.clone()));
            }
        };
        let single = [
            ("control-plane-endpoint", &self.control_plane_endpoint),
            ("dns-domain", &self.dns_domain),
            ("cluster-name", &self.cluster_name),
            ("key-algorithm", &self.key_algorithm),
        ];
        for (key, value) in single {
            if let Some(value) = value {
                add(key, value);
            }
        }
        let mut lists = vec![
            ("service-cidrs", &self.service_cidrs),
            ("apiserver.sans", &self.apiserver_sans),
        ];
        if let Some(etcd) = &self.etcd {
            match &etcd.value {
                EtcdSettings::Local {
                    server_sans,
                    peer_sans,
                } => lists.extend([
                    ("etcd.local.server-sans", server_sans),
                    ("etcd.local.peer-sans", peer_sans),
                ]),
                EtcdSettings::External { endpoints, .. } => {
                    lists.push(("etcd.external.endpoints", endpoints));
                }
            }
        }
        for (key, list) in lists {
            for value in list {
                add(key, value);
            }
        }
        values
    }

    fn cluster(&self) -> Result<ClusterBuilder, SettingsError> {
        let mut cluster = Cluster::builder();
        // What is no version is left to kubeadm, as `stable-1` is.
        let version = self.kubernetes_version.as_ref();
        if let Some(version) = version.and_then(|version| version.value.parse().ok()) {
            cluster = cluster.kubernetes_version(version);
        }
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
            None if self.format.is_some_and(Format::is_kubeadm) => {
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
        let mut node = Node::builder(name, address).further(self.joins);
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

    fn host_name(&self, host: Option<&HostFacts>) -> Result<Sourced<String>, SettingsError> {
        let setting = Setting::NodeName;
        let host = self.left_to_host(setting, host)?;
        let name = host.name.as_ref().map(|name| name.trim().to_lowercase());
        let name = name.ok_or(SettingsError::HostUnknown { setting })?;
        Ok(Sourced::new(name, Source::Detected("the host's name")))
    }

    /// The host's address, or the one that this stands for, which is asking for the host's.
    fn host_address(
        &self,
        host: Option<&HostFacts>,
        stands_for: Option<&Sourced<String>>,
    ) -> Result<Sourced<String>, SettingsError> {
        let setting = Setting::AdvertiseAddress;
        let host = match (host, stands_for) {
            (Some(host), Some(_)) => host,
            _ => self.left_to_host(setting, host)?,
        };
        let of_ipv6 = stands_for.is_some_and(|given| given.value.contains(':'));
        let ipv6 = host.ipv6_address.filter(|_| of_ipv6).map(IpAddr::V6);
        let address = ipv6.or(host.address);
        let address = address.ok_or(SettingsError::HostUnknown { setting })?;
        let source = Source::Detected("the address of the default route");
        Ok(Sourced::new(address.to_string(), source))
    }

    fn left_to_host<'a>(
        &self,
        setting: Setting,
        host: Option<&'a HostFacts>,
    ) -> Result<&'a HostFacts, SettingsError> {
        let host = host.ok_or(SettingsError::Unsaid { setting })?;
        match self.format {
            Some(Format::Toml) => Err(SettingsError::Missing { setting }),
            Some(Format::Kubeadm | Format::KubeadmConfigMap) | None => Ok(host),
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
