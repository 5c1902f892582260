//! What kubeadm's configuration says beside the flags of components: the cluster and the node.

use pki_core::{Etcd, Host, Site};

use super::FlagOptions;
use crate::Directories;

/// A cluster and a node, in the texts of kubeadm's configuration.
#[derive(Debug, Clone)]
pub(super) struct Described {
    pub(super) node_name: String,
    pub(super) advertise_address: String,
    pub(super) bind_port: u16,
    pub(super) kubernetes_version: Option<String>,
    pub(super) control_plane_endpoint: Option<String>,
    pub(super) cluster_name: String,
    pub(super) certificates: String,
    pub(super) service_subnet: String,
    pub(super) dns_domain: String,
    pub(super) encryption_algorithm: String,
    pub(super) certificate_validity: String,
    pub(super) authority_validity: String,
    pub(super) apiserver_sans: Vec<String>,
    pub(super) etcd: Etcd,
    pub(super) etcd_server_sans: Vec<String>,
    pub(super) etcd_peer_sans: Vec<String>,
}

impl Described {
    pub(super) fn of(site: Site<'_>, directories: &Directories, options: &FlagOptions) -> Self {
        let (cluster, node) = (site.cluster(), site.node());
        let texts = |hosts: &[Host]| hosts.iter().map(ToString::to_string).collect();
        let cidrs = cluster.service_cidrs().iter().map(ToString::to_string);
        let endpoint = cluster.control_plane_endpoint();
        Self {
            node_name: node.name().to_string(),
            advertise_address: node.advertise_address().to_string(),
            bind_port: node.bind_port(),
            kubernetes_version: options.kubernetes_version.clone(),
            control_plane_endpoint: endpoint.map(ToString::to_string),
            cluster_name: cluster.cluster_name().to_owned(),
            certificates: directories.certificates.display().to_string(),
            service_subnet: cidrs.collect::<Vec<_>>().join(","),
            dns_domain: cluster.dns_domain().to_string(),
            // Ours in capitals.
            encryption_algorithm: cluster.key_algorithm().name().to_ascii_uppercase(),
            certificate_validity: cluster.certificate_lifetime().to_string(),
            authority_validity: cluster.authority_lifetime().to_string(),
            apiserver_sans: texts(cluster.apiserver_hosts()),
            etcd: cluster.etcd().clone(),
            etcd_server_sans: texts(node.etcd_server_hosts()),
            etcd_peer_sans: texts(node.etcd_peer_hosts()),
        }
    }
}
