//! What kubeadm's configuration says beside the flags of components: the cluster and the node.

use pki_core::key::KeyAlgorithm;
use pki_core::spec::KubeadmApi;
use pki_core::{Etcd, Host, Site};

use super::FlagOptions;
use crate::Directories;

/// A cluster and a node, in the texts of kubeadm's configuration.
#[derive(Debug, Clone)]
pub(super) struct Described {
    pub(super) node_name: String,
    pub(super) advertise_address: String,
    pub(super) bind_port: u16,
    /// The version of kubeadm's API that the kubeadm of this cluster reads.
    pub(super) api: KubeadmApi,
    pub(super) kubernetes_version: Option<String>,
    pub(super) control_plane_endpoint: Option<String>,
    pub(super) cluster_name: String,
    pub(super) certificates: String,
    pub(super) service_subnet: String,
    pub(super) dns_domain: String,
    pub(super) key_algorithm: KeyAlgorithm,
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
        let version = options.version().or(cluster.kubernetes_version());
        Self {
            node_name: node.name().to_string(),
            advertise_address: node.advertise_address().to_string(),
            bind_port: node.bind_port(),
            api: KubeadmApi::written_for(version.unwrap_or_default()),
            kubernetes_version: options
                .kubernetes_version
                .clone()
                .filter(|text| is_whole(text)),
            control_plane_endpoint: endpoint.map(ToString::to_string),
            cluster_name: cluster.cluster_name().to_owned(),
            certificates: directories.certificates.display().to_string(),
            service_subnet: cidrs.collect::<Vec<_>>().join(","),
            dns_domain: cluster.dns_domain().to_string(),
            key_algorithm: cluster.key_algorithm(),
            certificate_validity: cluster.certificate_lifetime().to_string(),
            authority_validity: cluster.authority_lifetime().to_string(),
            apiserver_sans: texts(cluster.apiserver_hosts()),
            etcd: cluster.etcd().clone(),
            etcd_server_sans: texts(node.etcd_server_hosts()),
            etcd_peer_sans: texts(node.etcd_peer_hosts()),
        }
    }
}

/// Whether it names one release, as kubeadm wants it: `1.36` does not.
fn is_whole(version: &str) -> bool {
    let number = version.split(['-', '+']).next().unwrap_or_default();
    !number.trim_start_matches('v').starts_with("1.") || number.matches('.').count() == 2
}
