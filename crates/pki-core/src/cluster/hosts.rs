//! The names of serving certificates: what the rules of the table come to in a cluster.

use super::{Cluster, Etcd};
use crate::spec::HostRule;
use crate::x509::{DnsName, Host, Profile};

/// The hosts it stands for in this cluster.
pub(super) fn hosts(rule: HostRule, cluster: &Cluster, profile: Profile) -> Vec<Host> {
    match rule {
        HostRule::NodeName => vec![cluster.node_name().to_dns_name().into()],
        HostRule::AdvertiseAddress => vec![cluster.advertise_address().into()],
        HostRule::ServiceNames => cluster.service_names().into_iter().map(Host::Dns).collect(),
        HostRule::ServiceAddresses => {
            let count = match profile {
                Profile::KubernetesIo => usize::MAX,
                Profile::Kubeadm => 1,
            };
            let networks = cluster.service_cidrs().iter().take(count);
            networks
                .map(|network| network.first_address().into())
                .collect()
        }
        HostRule::ControlPlaneEndpoint => cluster
            .control_plane_endpoint()
            .map(|endpoint| endpoint.host().clone())
            .into_iter()
            .collect(),
        HostRule::Localhost => vec![DnsName::localhost().into()],
        HostRule::Loopback => vec![
            Host::Ip(std::net::Ipv4Addr::LOCALHOST.into()),
            Host::Ip(std::net::Ipv6Addr::LOCALHOST.into()),
        ],
        HostRule::ApiserverExtra => cluster.apiserver_hosts().to_vec(),
        HostRule::EtcdServerExtra => match cluster.etcd() {
            Etcd::Local { server_hosts, .. } => server_hosts.clone(),
            Etcd::External { .. } => Vec::new(),
        },
        HostRule::EtcdPeerExtra => match cluster.etcd() {
            Etcd::Local { peer_hosts, .. } => peer_hosts.clone(),
            Etcd::External { .. } => Vec::new(),
        },
    }
}
