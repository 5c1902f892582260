//! What is to be certified: a control-plane node and its cluster, validated once.

mod builder;
mod endpoint;
mod error;
mod hosts;
mod node_name;
mod service;
#[cfg(test)]
mod tests;

use std::net::IpAddr;

pub use builder::ClusterBuilder;
pub use endpoint::Endpoint;
pub use error::ClusterError;
pub use node_name::NodeName;
pub use service::ServiceCidr;
use time::OffsetDateTime;

use crate::key::KeyAlgorithm;
use crate::spec::{CertSpec, CommonNameRule, ServerRule};
use crate::x509::{
    DistinguishedName, DnsName, Host, Lifetime, NameError, Profile, SubjectAltNames, Template,
    Usage, Validity,
};

/// A control-plane node and the cluster it belongs to. Made by [`Cluster::builder`]; nothing
/// after that validates again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    node_name: NodeName,
    advertise_address: IpAddr,
    bind_port: u16,
    control_plane_endpoint: Option<Endpoint>,
    service_cidrs: Vec<ServiceCidr>,
    dns_domain: DnsName,
    cluster_name: String,
    profile: Profile,
    key_algorithm: KeyAlgorithm,
    certificate_lifetime: Lifetime,
    authority_lifetime: Lifetime,
    apiserver_hosts: Vec<Host>,
    etcd: Etcd,
    kubelet_serving: bool,
    for_join: bool,
}

/// Where the cluster keeps its state.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Etcd {
    /// A member on each control-plane node, certified here.
    Local {
        /// Further names of the server certificate.
        server_hosts: Vec<Host>,
        /// Further names of the peer certificate.
        peer_hosts: Vec<Host>,
    },
    /// Run and certified elsewhere. Paths are as the API server sees them.
    External {
        /// URLs of the members.
        endpoints: Vec<String>,
        /// File with the authority that signs etcd's certificates.
        ca_file: Option<String>,
        /// The API server's client certificate and key for etcd.
        client_pair: Option<(String, String)>,
    },
}

impl Default for Etcd {
    fn default() -> Self {
        Self::Local {
            server_hosts: Vec::new(),
            peer_hosts: Vec::new(),
        }
    }
}

impl Cluster {
    /// Starts from the two things that have no default.
    pub fn builder(node_name: NodeName, advertise_address: IpAddr) -> ClusterBuilder {
        ClusterBuilder::new(node_name, advertise_address)
    }

    /// Name of this node.
    #[must_use]
    pub fn node_name(&self) -> &NodeName {
        &self.node_name
    }

    /// Address this node's API server is reached at.
    #[must_use]
    pub fn advertise_address(&self) -> IpAddr {
        self.advertise_address
    }

    /// Port this node's API server listens on.
    #[must_use]
    pub fn bind_port(&self) -> u16 {
        self.bind_port
    }

    /// The stable address of the control plane, if there is one.
    #[must_use]
    pub fn control_plane_endpoint(&self) -> Option<&Endpoint> {
        self.control_plane_endpoint.as_ref()
    }

    /// The service networks.
    #[must_use]
    pub fn service_cidrs(&self) -> &[ServiceCidr] {
        &self.service_cidrs
    }

    /// The cluster's DNS domain.
    #[must_use]
    pub fn dns_domain(&self) -> &DnsName {
        &self.dns_domain
    }

    /// Name of the cluster in kubeconfigs.
    #[must_use]
    pub fn cluster_name(&self) -> &str {
        &self.cluster_name
    }

    /// Profile of what is newly made.
    #[must_use]
    pub fn profile(&self) -> Profile {
        self.profile
    }

    /// Algorithm of new keys.
    #[must_use]
    pub fn key_algorithm(&self) -> KeyAlgorithm {
        self.key_algorithm
    }

    /// Life of new leaf certificates.
    #[must_use]
    pub fn certificate_lifetime(&self) -> Lifetime {
        self.certificate_lifetime
    }

    /// Life of new authorities.
    #[must_use]
    pub fn authority_lifetime(&self) -> Lifetime {
        self.authority_lifetime
    }

    /// Further names of the API server.
    #[must_use]
    pub fn apiserver_hosts(&self) -> &[Host] {
        &self.apiserver_hosts
    }

    /// Where the cluster keeps its state.
    #[must_use]
    pub fn etcd(&self) -> &Etcd {
        &self.etcd
    }

    /// Whether the kubelet gets a serving certificate of the cluster's authority.
    #[must_use]
    pub fn kubelet_serving(&self) -> bool {
        self.kubelet_serving
    }

    /// Whether the tree is made for `kubeadm join` to complete.
    #[must_use]
    pub fn for_join(&self) -> bool {
        self.for_join
    }

    /// The names of the API server's service.
    #[must_use]
    pub fn service_names(&self) -> Vec<DnsName> {
        DnsName::service_names(&self.dns_domain)
    }

    /// Issuer of service-account tokens, a URL: `https://kubernetes.default.svc.<domain>`.
    #[must_use]
    pub fn service_account_issuer(&self) -> String {
        format!("https://kubernetes.default.svc.{}", self.dns_domain)
    }

    /// URL that a kubeconfig dials.
    #[must_use]
    pub fn server_url(&self, rule: ServerRule) -> String {
        let (host, port) = match (rule, &self.control_plane_endpoint) {
            (ServerRule::ControlPlaneEndpoint, Some(endpoint)) => (
                endpoint.host().clone(),
                endpoint.port().unwrap_or(self.bind_port),
            ),
            _ => (Host::Ip(self.advertise_address), self.bind_port),
        };
        match host {
            Host::Ip(IpAddr::V6(address)) => format!("https://[{address}]:{port}"),
            host => format!("https://{host}:{port}"),
        }
    }

    /// The names a row's certificate serves here. An authority has none, except that kubeadm
    /// gives its own a DNS name equal to the common name.
    #[must_use]
    pub fn hosts(&self, spec: &CertSpec) -> SubjectAltNames {
        if spec.is_authority() {
            return match (self.profile, self.common_name(spec).parse::<DnsName>()) {
                (Profile::Kubeadm, Ok(name)) => [Host::Dns(name)].into_iter().collect(),
                _ => SubjectAltNames::none(),
            };
        }
        spec.hosts
            .iter()
            .flat_map(|rule| hosts::hosts(*rule, self, self.profile))
            .collect()
    }

    /// The user name a row's certificate carries here.
    #[must_use]
    pub fn common_name(&self, spec: &CertSpec) -> String {
        match spec.common_name.of(self.profile) {
            CommonNameRule::Fixed(name) => name.to_owned(),
            CommonNameRule::NodeName => self.node_name.to_string(),
            CommonNameRule::NodeUser => format!("system:node:{}", self.node_name),
            CommonNameRule::None => String::new(),
        }
    }

    /// Everything a row's certificate says here when it is issued at `now`, at its full
    /// configured life; `None` for a bare key pair.
    ///
    /// # Errors
    ///
    /// [`NameError`] when its subject cannot be encoded.
    pub fn template(
        &self,
        spec: &CertSpec,
        now: OffsetDateTime,
    ) -> Result<Option<Template>, NameError> {
        let Some(usage) = spec.usage else {
            return Ok(None);
        };
        let lifetime = match usage {
            Usage::Authority => self.authority_lifetime,
            _ => self.certificate_lifetime,
        };
        Ok(Some(Template::new(
            self.subject(spec)?,
            usage,
            self.hosts(spec),
            Validity::starting(now, lifetime),
            self.profile,
        )))
    }

    /// The subject a row's certificate carries here.
    ///
    /// # Errors
    ///
    /// [`NameError`] when it cannot be encoded.
    pub fn subject(&self, spec: &CertSpec) -> Result<DistinguishedName, NameError> {
        DistinguishedName::new(&self.common_name(spec), spec.groups)
    }
}
