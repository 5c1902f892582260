//! kubeadm's configuration, in the version of its API that the cluster's kubeadm reads: the cluster
//! and the node, and the flags of components as `extraArgs`, which are lists from v1beta4 on.

use std::collections::BTreeMap;

use pki_core::key::KeyAlgorithm;
use pki_core::spec::KubeadmApi;
use serde::Serialize;

use super::yaml::{KubeletConfiguration, to_stream};
use crate::flags::described::Described;
use crate::flags::{FlagSet, FlagsError};
use crate::table::Component;

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
    api_version: String,
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
    #[serde(flatten)]
    keys: Keys<'a>,
    networking: Networking<'a>,
}

/// How keys and certificates are made, of which older versions say less.
#[derive(Serialize)]
#[serde(untagged)]
enum Keys<'a> {
    #[serde(rename_all = "camelCase")]
    Fields {
        encryption_algorithm: String,
        certificate_validity_period: &'a str,
        ca_certificate_validity_period: &'a str,
    },
    #[serde(rename_all = "camelCase")]
    Gates {
        #[serde(skip_serializing_if = "BTreeMap::is_empty")]
        feature_gates: BTreeMap<&'static str, bool>,
    },
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
    extra_args: Arguments<'a>,
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
    extra_args: Arguments<'a>,
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
    api_version: String,
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
    kubelet_extra_args: Arguments<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExtraArgs<'a> {
    extra_args: Arguments<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Arguments<'a> {
    List(Vec<ExtraArg<'a>>),
    Mapping(BTreeMap<&'static str, &'a str>),
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
        let set = of(wanted);
        let arguments = set.map(|set| extra_args(set).map(|extra_args| ExtraArgs { extra_args }));
        arguments.transpose()
    };
    let mut documents = Vec::new();
    if sets.iter().any(|set| is_of_cluster(set.component())) {
        let apiserver = of(Component::KubeApiserver);
        documents.push(Document::Cluster(Box::new(ClusterConfiguration {
            api_version: api_version(sets),
            kind: "ClusterConfiguration",
            cluster: apiserver.map(|set| cluster(set.cluster())),
            api_server: match apiserver {
                Some(set) => Some(ApiServer {
                    sans: &set.cluster().apiserver_sans,
                    extra_args: extra_args(set)?,
                }),
                None => None,
            },
            controller_manager: of_component(Component::KubeControllerManager)?,
            scheduler: of_component(Component::KubeScheduler)?,
            etcd: etcd(of(Component::Etcd), apiserver)?,
        })));
    }
    for set in sets {
        if let Some(configuration) = KubeletConfiguration::of(set) {
            let node = set.cluster();
            documents.push(Document::Init(InitConfiguration {
                api_version: api_version(sets),
                kind: "InitConfiguration",
                endpoint: Endpoint {
                    advertise_address: &node.advertise_address,
                    bind_port: node.bind_port,
                },
                node_registration: NodeRegistration {
                    name: &node.node_name,
                    kubelet_extra_args: extra_args(set)?,
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
        keys: keys(described),
        networking: Networking {
            service_subnet: &described.service_subnet,
            dns_domain: &described.dns_domain,
        },
    }
}

/// `encryptionAlgorithm` and the periods came with v1beta4. Before, a feature gate chose between two
/// algorithms; kubeadm keeps what is there, whatever it would make itself.
fn keys(described: &Described) -> Keys<'_> {
    if described.api >= KubeadmApi::V1beta4 {
        return Keys::Fields {
            // Ours in capitals.
            encryption_algorithm: described.key_algorithm.name().to_ascii_uppercase(),
            certificate_validity_period: &described.certificate_validity,
            ca_certificate_validity_period: &described.authority_validity,
        };
    }
    let ecdsa = described.key_algorithm == KeyAlgorithm::EcdsaP256;
    let gate = ecdsa.then_some(("PublicKeysECDSA", true));
    Keys::Gates {
        feature_gates: gate.into_iter().collect(),
    }
}

fn api_version(sets: &[FlagSet]) -> String {
    let api = sets.first().map(|set| set.cluster().api);
    let name = api.unwrap_or(KubeadmApi::V1beta4).name();
    format!("kubeadm.k8s.io/{name}")
}

/// Where etcd is: `local` would tell kubeadm to run its own. With one run elsewhere its set is
/// empty, or was retained by nobody, and the API server's says where it is.
fn etcd<'a>(
    set: Option<&'a FlagSet>,
    apiserver: Option<&'a FlagSet>,
) -> Result<Option<Etcd<'a>>, FlagsError> {
    let Some(described) = set.or(apiserver).map(FlagSet::cluster) else {
        return Ok(None);
    };
    Ok(match &described.etcd {
        pki_core::Etcd::External {
            endpoints,
            ca_file,
            client_pair,
        } => {
            let pair = client_pair.as_ref();
            apiserver.map(|_| {
                Etcd::External(ExternalEtcd {
                    endpoints,
                    ca_file: ca_file.as_deref(),
                    cert_file: pair.map(|(certificate, _)| certificate.as_str()),
                    key_file: pair.map(|(_, key)| key.as_str()),
                })
            })
        }
        _ => match set {
            Some(set) => Some(Etcd::Local(LocalEtcd {
                server_sans: &described.etcd_server_sans,
                peer_sans: &described.etcd_peer_sans,
                extra_args: extra_args(set)?,
            })),
            None => None,
        },
    })
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

fn extra_args(set: &FlagSet) -> Result<Arguments<'_>, FlagsError> {
    let api = set.cluster().api;
    let arguments = set.arguments().iter();
    let pairs = arguments.map(|argument| (argument.name(), argument.value.as_str()));
    if api.has_lists_of_arguments() {
        let list = pairs.map(|(name, value)| ExtraArg { name, value });
        return Ok(Arguments::List(list.collect()));
    }
    let mut mapping = BTreeMap::new();
    for (name, value) in pairs {
        if mapping.insert(name, value).is_some() {
            return Err(FlagsError::RepeatedInKubeadm {
                component: set.component(),
                name,
                api: api.name(),
            });
        }
    }
    Ok(Arguments::Mapping(mapping))
}
