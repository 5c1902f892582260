use pkigen::cluster::{ClusterBuilder, ClusterError, DnsName, Etcd, Host, Lifetime, NodeBuilder};
use pkigen::pki_core::cluster::{Endpoint, NodeName, ServiceCidr};
use pkigen::{Cluster, KeyAlgorithm, Node, Profile, Setup};

/// A cluster and its one node, as most tests describe them.
#[derive(Debug, Clone)]
pub(crate) struct Described {
    pub(crate) cluster: ClusterBuilder,
    pub(crate) node: NodeBuilder,
}

macro_rules! forwarded {
    ($($part:ident { $($name:ident($flag:ty);)* })*) => {
        $($(pub(crate) fn $name(mut self, flag: $flag) -> Self {
            self.$part = self.$part.$name(flag);
            self
        })*)*
    };
}

impl Described {
    pub(crate) fn new(name: NodeName, address: std::net::IpAddr) -> Self {
        Self {
            cluster: Cluster::builder(),
            node: Node::builder(name, address),
        }
    }

    forwarded! {
        cluster {
            profile(Profile);
            key_algorithm(KeyAlgorithm);
            control_plane_endpoint(Endpoint);
            service_cidrs(impl IntoIterator<Item = ServiceCidr>);
            apiserver_hosts(impl IntoIterator<Item = Host>);
            certificate_lifetime(Lifetime);
            authority_lifetime(Lifetime);
            cluster_name(impl Into<String>);
            dns_domain(DnsName);
            etcd(Etcd);
        }
        node {
            bind_port(u16);
            etcd_server_hosts(impl IntoIterator<Item = Host>);
            etcd_peer_hosts(impl IntoIterator<Item = Host>);
            kubelet_serving(bool);
            for_join(bool);
            new_cluster(bool);
        }
    }

    pub(crate) fn build(self) -> Result<Setup, ClusterError> {
        let cluster = self.cluster.build()?;
        let node = self.node.build(&cluster)?;
        Ok(Setup::new(cluster, node))
    }
}
