//! What is to be certified: a cluster, its nodes and its users, each validated once. Knows the
//! table, and what its rules come to here.

mod builder;
mod endpoint;
mod error;
mod hosts;
mod node;
mod service;
mod setup;
mod site;
#[cfg(test)]
mod tests;
mod user;

pub use builder::ClusterBuilder;
pub use endpoint::Endpoint;
pub use error::ClusterError;
pub use node::{Node, NodeBuilder, no_host};
pub use service::ServiceCidr;
pub use setup::Setup;
pub use site::Site;
pub use user::{User, UserError};

use crate::key::KeyAlgorithm;
use crate::spec::{KubernetesVersion, Table};
pub use crate::spec::{NodeName, UserName};
use crate::x509::{DnsName, Host, Lifetime, Profile};

/// What is the same on every node of a cluster. Made by [`Cluster::builder`]; nothing after
/// that validates again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    table: Table,
    kubernetes_version: Option<KubernetesVersion>,
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
}

/// Where the cluster keeps its state.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Etcd {
    /// A member on each control-plane node, certified here.
    #[default]
    Local,
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

impl Cluster {
    /// Starts from what kubeadm's defaults are.
    pub fn builder() -> ClusterBuilder {
        ClusterBuilder::new()
    }

    /// A node of it, for whom the rules of the table are resolved.
    #[must_use]
    pub fn at<'a>(&'a self, node: &'a Node) -> Site<'a> {
        Site::new(self, node)
    }

    /// The rows that its certificates are of.
    #[must_use]
    pub fn table(&self) -> &Table {
        &self.table
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

    /// The version of Kubernetes, where it is known.
    #[must_use]
    pub fn kubernetes_version(&self) -> Option<KubernetesVersion> {
        self.kubernetes_version
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

    /// Life of a new root that is above them: it sees each of them renewed once.
    #[must_use]
    pub fn root_lifetime(&self) -> Lifetime {
        self.authority_lifetime.doubled()
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
}
