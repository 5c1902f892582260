use std::net::IpAddr;

use super::{NodeName, ServiceCidr};
use crate::spec::Owner;
use crate::x509::{Host, Lifetime};

/// A description of a cluster that cannot be certified.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClusterError {
    /// Two owners with one name.
    #[error("{owner} is given twice")]
    DuplicateOwner {
        /// Whose name it is.
        owner: Owner,
    },
    /// The node is called as an authority is.
    #[error(
        "the node's name {name} is also the common name of an authority; its certificates would \
         look self-signed, and OpenSSL and GnuTLS would refuse them; give the node another name"
    )]
    NodeNamedAsAuthority {
        /// The name.
        name: NodeName,
    },
    /// An address nobody can dial.
    #[error("{address} cannot be advertised: it is {why}")]
    AdvertiseAddress {
        /// What was given.
        address: IpAddr,
        /// What it is instead.
        why: &'static str,
    },
    /// Not a host with an optional port.
    #[error("{endpoint:?} cannot be the control-plane endpoint: {why}")]
    Endpoint {
        /// What was given.
        endpoint: String,
        /// What is wrong with it.
        why: String,
    },
    /// Port 0.
    #[error("port 0 cannot be served on")]
    BindPort,
    /// Not a service network.
    #[error("{cidr:?} cannot be a service network: {why}")]
    ServiceCidr {
        /// What was given.
        cidr: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// No service network.
    #[error("a cluster has at least one service network")]
    NoServiceCidr,
    /// Two networks of one family, or three.
    #[error(
        "{first} and {second} cannot both be service networks: a cluster has one, or one of IPv4 \
         and one of IPv6"
    )]
    ServiceCidrFamilies {
        /// The first.
        first: ServiceCidr,
        /// The one that is too many.
        second: ServiceCidr,
    },
    /// The DNS domain of the cluster is a wildcard.
    #[error("{domain:?} cannot be the cluster's DNS domain")]
    DnsDomain {
        /// What was given.
        domain: String,
    },
    /// The cluster's name is empty or not text.
    #[error("{name:?} cannot be the cluster's name: it must be text and not empty")]
    ClusterName {
        /// What was given.
        name: String,
    },
    /// The same host given twice for one certificate.
    #[error("{host} is given twice for {purpose}")]
    DuplicateHost {
        /// The host.
        host: Host,
        /// Which list it is in.
        purpose: &'static str,
    },
    /// Leaf certificates are configured to outlive their authority.
    #[error(
        "certificates are to live {leaf}, longer than the {authority} of the authority that \
         signs them; shorten them, or lengthen the authority's life"
    )]
    OutlivesAuthority {
        /// Life of leaf certificates.
        leaf: Lifetime,
        /// Life of authorities.
        authority: Lifetime,
    },
    /// An external etcd that cannot be dialled.
    #[error("external etcd: {why}")]
    ExternalEtcd {
        /// What is wrong.
        why: String,
    },
}
