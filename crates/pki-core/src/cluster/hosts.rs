//! The names of serving certificates: what the rules of the table come to in a cluster.

use super::{Cluster, Node};
use crate::spec::HostRule;
use crate::x509::{DnsName, Host, Profile};

/// The hosts it stands for on this node of the cluster.
pub(super) fn hosts(rule: HostRule, cluster: &Cluster, node: &Node) -> Vec<Host> {
    match rule {
        HostRule::NodeName => vec![node.name().to_host()],
        HostRule::AdvertiseAddress => vec![node.advertise_address().into()],
        HostRule::ServiceNames => cluster.service_names().into_iter().map(Host::Dns).collect(),
        HostRule::ServiceAddresses => {
            let count = match cluster.profile() {
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
        HostRule::EtcdServerExtra => node.etcd_server_hosts().to_vec(),
        HostRule::EtcdPeerExtra => node.etcd_peer_hosts().to_vec(),
        HostRule::KubeletExtra => node.kubelet_hosts().to_vec(),
        // The table has checked that it is one.
        HostRule::Own(name) => name.parse().into_iter().collect(),
    }
}
