use std::net::IpAddr;

use super::{Cluster, ClusterError, NodeName};
use crate::spec::CommonNameRule;
use crate::x509::Host;

/// A node, and what differs from one node to the other. Made by [`Node::builder`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question of its own about a node"
)]
pub struct Node {
    name: NodeName,
    advertise_address: IpAddr,
    bind_port: u16,
    etcd_server_hosts: Vec<Host>,
    etcd_peer_hosts: Vec<Host>,
    kubelet_hosts: Vec<Host>,
    kubelet_serving: bool,
    for_join: bool,
    new_cluster: bool,
    further: bool,
    super_admin: Option<bool>,
    worker: bool,
}

impl Node {
    /// Starts from the two things that have no default.
    pub fn builder(name: NodeName, advertise_address: IpAddr) -> NodeBuilder {
        NodeBuilder {
            node: Self {
                name,
                advertise_address,
                bind_port: 6443,
                etcd_server_hosts: Vec::new(),
                etcd_peer_hosts: Vec::new(),
                kubelet_hosts: Vec::new(),
                kubelet_serving: false,
                for_join: false,
                new_cluster: false,
                further: false,
                super_admin: None,
                worker: false,
            },
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &NodeName {
        &self.name
    }

    /// Address it is reached at: on the control plane, that of its API server.
    #[must_use]
    pub fn advertise_address(&self) -> IpAddr {
        self.advertise_address
    }

    /// Port its API server listens on.
    #[must_use]
    pub fn bind_port(&self) -> u16 {
        self.bind_port
    }

    /// Further names of its etcd's server certificate.
    #[must_use]
    pub fn etcd_server_hosts(&self) -> &[Host] {
        &self.etcd_server_hosts
    }

    /// Further names of its etcd's peer certificate.
    #[must_use]
    pub fn etcd_peer_hosts(&self) -> &[Host] {
        &self.etcd_peer_hosts
    }

    /// Further names and addresses of its kubelet's serving certificate.
    #[must_use]
    pub fn kubelet_hosts(&self) -> &[Host] {
        &self.kubelet_hosts
    }

    /// Whether its kubelet gets a serving certificate of the cluster's authority.
    #[must_use]
    pub fn kubelet_serving(&self) -> bool {
        self.kubelet_serving
    }

    /// Whether its tree is made for `kubeadm join` to complete.
    #[must_use]
    pub fn for_join(&self) -> bool {
        self.for_join
    }

    /// Whether it is known to be the first node of its cluster.
    #[must_use]
    pub fn new_cluster(&self) -> bool {
        self.new_cluster
    }

    /// Whether it is known to be one more node of a cluster that is there.
    #[must_use]
    pub fn is_further(&self) -> bool {
        self.further && !self.new_cluster
    }

    /// Whether super-admin.conf is made here, where that was decided.
    #[must_use]
    pub fn super_admin(&self) -> Option<bool> {
        self.super_admin
    }

    /// Whether it runs no part of the control plane.
    #[must_use]
    pub fn is_worker(&self) -> bool {
        self.worker
    }
}

/// Collects what describes a node; [`build`](Self::build) checks it as a whole.
#[derive(Debug, Clone)]
#[must_use]
pub struct NodeBuilder {
    node: Node,
}

impl NodeBuilder {
    /// Port the API server listens on. Default 6443.
    pub fn bind_port(mut self, port: u16) -> Self {
        self.node.bind_port = port;
        self
    }

    /// Further names and addresses of its etcd, as a server.
    pub fn etcd_server_hosts(mut self, hosts: impl IntoIterator<Item = Host>) -> Self {
        self.node.etcd_server_hosts = hosts.into_iter().collect();
        self
    }

    /// Further names and addresses of its etcd, as a peer.
    pub fn etcd_peer_hosts(mut self, hosts: impl IntoIterator<Item = Host>) -> Self {
        self.node.etcd_peer_hosts = hosts.into_iter().collect();
        self
    }

    /// Further names and addresses of its kubelet, as a server.
    pub fn kubelet_hosts(mut self, hosts: impl IntoIterator<Item = Host>) -> Self {
        self.node.kubelet_hosts = hosts.into_iter().collect();
        self
    }

    /// Gives the kubelet a serving certificate signed by the cluster's authority, and the API
    /// server the flag to check it. Default no.
    pub fn kubelet_serving(mut self, wanted: bool) -> Self {
        self.node.kubelet_serving = wanted;
        self
    }

    /// Leaves out what `kubeadm join` makes itself: super-admin.conf and kubelet.conf.
    pub fn for_join(mut self, wanted: bool) -> Self {
        self.node.for_join = wanted;
        self
    }

    /// Makes what the nodes of a cluster share where it is missing, whatever else is there: this is
    /// the first of them. Default no: beside other files of a cluster it was forgotten, and is
    /// refused.
    pub fn new_cluster(mut self, is_new: bool) -> Self {
        self.node.new_cluster = is_new;
        self
    }

    /// One more node of a cluster that is there: what the nodes share is never made here, unless
    /// [`new_cluster`](Self::new_cluster) says otherwise. Default no.
    pub fn further(mut self, is_further: bool) -> Self {
        self.node.further = is_further;
        self
    }

    /// Makes super-admin.conf, or does not. Default: where no kubeconfig of an administrator is,
    /// because nobody has rights in that cluster yet.
    pub fn super_admin(mut self, wanted: bool) -> Self {
        self.node.super_admin = Some(wanted);
        self
    }

    /// A node that runs no part of the control plane: it has its kubelet's credentials alone.
    /// Default no.
    pub fn worker(mut self, wanted: bool) -> Self {
        self.node.worker = wanted;
        self
    }

    /// Checks everything, by itself and against the cluster it is to be a node of.
    ///
    /// # Errors
    ///
    /// [`ClusterError`] names what is wrong and what was given.
    pub fn build(self, cluster: &Cluster) -> Result<Node, ClusterError> {
        let mut node = self.node;
        node.advertise_address = node.advertise_address.to_canonical();
        check_advertise_address(node.advertise_address)?;
        check_duplicates(&node.etcd_server_hosts, "etcd's server certificate")?;
        check_duplicates(&node.etcd_peer_hosts, "etcd's peer certificate")?;
        check_duplicates(&node.kubelet_hosts, "the kubelet's serving certificate")?;
        if node.bind_port == 0 {
            return Err(ClusterError::BindPort);
        }
        let is_node_name = |rule| match rule {
            CommonNameRule::Fixed(name) => name == node.name.as_str(),
            _ => false,
        };
        let mut authorities = cluster.table().rows().filter(|spec| spec.is_authority());
        if authorities.any(|spec| is_node_name(spec.common_name.of(cluster.profile()))) {
            return Err(ClusterError::NodeNamedAsAuthority { name: node.name });
        }
        Ok(node)
    }
}

fn check_advertise_address(address: IpAddr) -> Result<(), ClusterError> {
    no_host(address).map_or(Ok(()), |why| {
        Err(ClusterError::AdvertiseAddress { address, why })
    })
}

/// Why an address is not one host's, whom others dial: `a multicast address`. Loopback is: test clusters
/// use it.
#[must_use]
pub fn no_host(address: IpAddr) -> Option<&'static str> {
    match address {
        _ if address.is_unspecified() => Some("every address, not one"),
        _ if address.is_multicast() => Some("a multicast address"),
        IpAddr::V4(v4) if v4.is_broadcast() => Some("the broadcast address"),
        IpAddr::V4(v4) if v4.is_link_local() => Some("a link-local address"),
        IpAddr::V6(v6) if v6.is_unicast_link_local() => Some("a link-local address"),
        _ => None,
    }
}

pub(super) fn check_duplicates(hosts: &[Host], purpose: &'static str) -> Result<(), ClusterError> {
    for (position, host) in hosts.iter().enumerate() {
        if hosts.iter().skip(position + 1).any(|other| other == host) {
            return Err(ClusterError::DuplicateHost {
                host: host.clone(),
                purpose,
            });
        }
    }
    Ok(())
}
