use crate::cluster::{Cluster, Etcd};
use crate::san::{DnsName, Host};
use crate::spec::Profile;

/// Where names of a serving certificate come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum HostRule {
    /// The node's name.
    NodeName,
    /// The address the node's API server is reached at.
    AdvertiseAddress,
    /// `kubernetes`, `kubernetes.default`, `kubernetes.default.svc` and the same in the
    /// cluster's DNS domain: the names of the API server's service.
    ServiceNames,
    /// The first address of each service network: the API server's service. kubeadm takes
    /// the first network only.
    ServiceAddresses,
    /// Host of the control-plane endpoint: a load balancer's name or address.
    ControlPlaneEndpoint,
    /// `localhost`.
    Localhost,
    /// `127.0.0.1` and `::1`.
    Loopback,
    /// What the configuration adds for the API server.
    ApiserverExtra,
    /// What the configuration adds for etcd's server certificate.
    EtcdServerExtra,
    /// What the configuration adds for etcd's peer certificate.
    EtcdPeerExtra,
}

impl HostRule {
    /// What it stands for, in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::NodeName => "the node's name",
            Self::AdvertiseAddress => "the node's address",
            Self::ServiceNames => {
                "kubernetes, kubernetes.default, kubernetes.default.svc and the same in the \
                 cluster's domain"
            }
            Self::ServiceAddresses => "the first address of each service network",
            Self::ControlPlaneEndpoint => "the control-plane endpoint",
            Self::Localhost => "localhost",
            Self::Loopback => "127.0.0.1 and ::1",
            Self::ApiserverExtra | Self::EtcdServerExtra | Self::EtcdPeerExtra => {
                "what the configuration adds"
            }
        }
    }

    /// The hosts it stands for in this cluster.
    pub(crate) fn hosts(self, cluster: &Cluster, profile: Profile) -> Vec<Host> {
        match self {
            Self::NodeName => vec![cluster.node_name().to_dns_name().into()],
            Self::AdvertiseAddress => vec![cluster.advertise_address().into()],
            Self::ServiceNames => cluster.service_names().into_iter().map(Host::Dns).collect(),
            Self::ServiceAddresses => {
                let count = match profile {
                    Profile::KubernetesIo => usize::MAX,
                    Profile::Kubeadm => 1,
                };
                let networks = cluster.service_cidrs().iter().take(count);
                networks
                    .map(|network| network.first_address().into())
                    .collect()
            }
            Self::ControlPlaneEndpoint => cluster
                .control_plane_endpoint()
                .map(|endpoint| endpoint.host().clone())
                .into_iter()
                .collect(),
            Self::Localhost => vec![DnsName::localhost().into()],
            Self::Loopback => vec![
                Host::Ip(std::net::Ipv4Addr::LOCALHOST.into()),
                Host::Ip(std::net::Ipv6Addr::LOCALHOST.into()),
            ],
            Self::ApiserverExtra => cluster.apiserver_hosts().to_vec(),
            Self::EtcdServerExtra => match cluster.etcd() {
                Etcd::Local { server_hosts, .. } => server_hosts.clone(),
                Etcd::External { .. } => Vec::new(),
            },
            Self::EtcdPeerExtra => match cluster.etcd() {
                Etcd::Local { peer_hosts, .. } => peer_hosts.clone(),
                Etcd::External { .. } => Vec::new(),
            },
        }
    }
}
