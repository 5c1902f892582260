//! kubeadm's configuration, `kubeadm.k8s.io/v1beta4`: the cluster and the node, and the flags of
//! components as `extraArgs`, which are lists there.

use serde::Serialize;

use super::yaml::{KubeletConfiguration, to_stream};
use crate::flags::described::Described;
use crate::flags::{FlagSet, FlagsError};
use crate::table::Component;

const API_VERSION: &str = "kubeadm.k8s.io/v1beta4";

#[derive(Serialize)]
#[serde(untagged)]
enum Document<'a> {
    Cluster(Box<ClusterConfiguration<'a>>),
    Init(InitConfiguration<'a>),
    Kubelet(KubeletConfiguration),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ClusterConfiguration<'a> {
    api_version: &'static str,
    kind: &'static str,
    #[serde(flatten)]
    cluster: Option<Cluster<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    api_server: Option<ApiServer<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    controller_manager: Option<ExtraArgs<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scheduler: Option<ExtraArgs<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    etcd: Option<Etcd<'a>>,
}

/// What concerns no component alone.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Cluster<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    kubernetes_version: Option<&'a str>,
    cluster_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    control_plane_endpoint: Option<&'a str>,
    certificates_dir: &'a str,
    encryption_algorithm: &'a str,
    certificate_validity_period: &'a str,
    ca_certificate_validity_period: &'a str,
    networking: Networking<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Networking<'a> {
    service_subnet: &'a str,
    dns_domain: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ApiServer<'a> {
    #[serde(rename = "certSANs", skip_serializing_if = "<[String]>::is_empty")]
    sans: &'a [String],
    extra_args: Vec<ExtraArg<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Etcd<'a> {
    Local(LocalEtcd<'a>),
    External(ExternalEtcd<'a>),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LocalEtcd<'a> {
    #[serde(
        rename = "serverCertSANs",
        skip_serializing_if = "<[String]>::is_empty"
    )]
    server_sans: &'a [String],
    #[serde(rename = "peerCertSANs", skip_serializing_if = "<[String]>::is_empty")]
    peer_sans: &'a [String],
    extra_args: Vec<ExtraArg<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExternalEtcd<'a> {
    endpoints: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    ca_file: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cert_file: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_file: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InitConfiguration<'a> {
    api_version: &'static str,
    kind: &'static str,
    #[serde(rename = "localAPIEndpoint")]
    endpoint: Endpoint<'a>,
    node_registration: NodeRegistration<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Endpoint<'a> {
    advertise_address: &'a str,
    bind_port: u16,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NodeRegistration<'a> {
    name: &'a str,
    kubelet_extra_args: Vec<ExtraArg<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExtraArgs<'a> {
    extra_args: Vec<ExtraArg<'a>>,
}

#[derive(Serialize)]
struct ExtraArg<'a> {
    name: &'static str,
    value: &'a str,
}

pub(super) fn kubeadm(sets: &[FlagSet]) -> Result<String, FlagsError> {
    // kubeadm starts everything but etcdctl. Beside others etcdctl is left out; alone, leaving
    // it out would be an empty file that looks like an answer.
    if let [first, ..] = sets
        && sets.iter().all(|set| set.component() == Component::Etcdctl)
    {
        return Err(FlagsError::NotInKubeadm {
            component: first.component(),
        });
    }
    let of = |wanted: Component| sets.iter().find(|set| set.component() == wanted);
    let of_component = |wanted| {
        of(wanted).map(|set| ExtraArgs {
            extra_args: extra_args(set),
        })
    };
    let mut documents = Vec::new();
    if sets.iter().any(|set| is_of_cluster(set.component())) {
        let apiserver = of(Component::KubeApiserver);
        documents.push(Document::Cluster(Box::new(ClusterConfiguration {
            api_version: API_VERSION,
            kind: "ClusterConfiguration",
            cluster: apiserver.map(|set| cluster(set.cluster())),
            api_server: apiserver.map(|set| ApiServer {
                sans: &set.cluster().apiserver_sans,
                extra_args: extra_args(set),
            }),
            controller_manager: of_component(Component::KubeControllerManager),
            scheduler: of_component(Component::KubeScheduler),
            etcd: etcd(of(Component::Etcd), apiserver),
        })));
    }
    for set in sets {
        if let Some(configuration) = KubeletConfiguration::of(set) {
            let node = set.cluster();
            documents.push(Document::Init(InitConfiguration {
                api_version: API_VERSION,
                kind: "InitConfiguration",
                endpoint: Endpoint {
                    advertise_address: &node.advertise_address,
                    bind_port: node.bind_port,
                },
                node_registration: NodeRegistration {
                    name: &node.node_name,
                    kubelet_extra_args: extra_args(set),
                },
            }));
            documents.push(Document::Kubelet(configuration));
        }
    }
    to_stream(&documents)
}

fn cluster(described: &Described) -> Cluster<'_> {
    Cluster {
        kubernetes_version: described.kubernetes_version.as_deref(),
        cluster_name: &described.cluster_name,
        control_plane_endpoint: described.control_plane_endpoint.as_deref(),
        certificates_dir: &described.certificates,
        encryption_algorithm: &described.encryption_algorithm,
        certificate_validity_period: &described.certificate_validity,
        ca_certificate_validity_period: &described.authority_validity,
        networking: Networking {
            service_subnet: &described.service_subnet,
            dns_domain: &described.dns_domain,
        },
    }
}

/// Where etcd is: `local` would tell kubeadm to run its own. With one run elsewhere its set is
/// empty, or was retained by nobody, and the API server's says where it is.
fn etcd<'a>(set: Option<&'a FlagSet>, apiserver: Option<&'a FlagSet>) -> Option<Etcd<'a>> {
    let described = set.or(apiserver)?.cluster();
    match &described.etcd {
        pki_core::Etcd::External {
            endpoints,
            ca_file,
            client_pair,
        } => {
            apiserver?;
            let pair = client_pair.as_ref();
            Some(Etcd::External(ExternalEtcd {
                endpoints,
                ca_file: ca_file.as_deref(),
                cert_file: pair.map(|(certificate, _)| certificate.as_str()),
                key_file: pair.map(|(_, key)| key.as_str()),
            }))
        }
        _ => Some(Etcd::Local(LocalEtcd {
            server_sans: &described.etcd_server_sans,
            peer_sans: &described.etcd_peer_sans,
            extra_args: extra_args(set?),
        })),
    }
}

/// Whether the component's flags are the same on every control-plane node to kubeadm.
const fn is_of_cluster(component: Component) -> bool {
    match component {
        Component::KubeApiserver
        | Component::KubeControllerManager
        | Component::KubeScheduler
        | Component::Etcd => true,
        Component::Kubelet | Component::Etcdctl => false,
    }
}

fn extra_args(set: &FlagSet) -> Vec<ExtraArg<'_>> {
    set.arguments()
        .iter()
        .map(|argument| ExtraArg {
            name: argument.name(),
            value: &argument.value,
        })
        .collect()
}
