//! `extraArgs` in kubeadm's configuration, `kubeadm.k8s.io/v1beta4`, where they are lists.

use serde::Serialize;

use super::yaml::{KubeletConfiguration, to_stream};
use crate::flags::{FlagSet, FlagsError};
use crate::table::Component;

const API_VERSION: &str = "kubeadm.k8s.io/v1beta4";

#[derive(Serialize)]
#[serde(untagged)]
enum Document<'a> {
    Cluster(ClusterConfiguration<'a>),
    Init(InitConfiguration<'a>),
    Kubelet(KubeletConfiguration),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ClusterConfiguration<'a> {
    api_version: &'static str,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    api_server: Option<ExtraArgs<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    controller_manager: Option<ExtraArgs<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scheduler: Option<ExtraArgs<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    etcd: Option<Etcd<'a>>,
}

#[derive(Serialize)]
struct Etcd<'a> {
    local: ExtraArgs<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InitConfiguration<'a> {
    api_version: &'static str,
    kind: &'static str,
    node_registration: NodeRegistration<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NodeRegistration<'a> {
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
    let extra_args = |wanted: Component| {
        let set = sets.iter().find(|set| set.component() == wanted)?;
        let arguments = extra_args(set);
        // External etcd: `etcd.local` would tell kubeadm to run its own.
        (!arguments.is_empty()).then_some(ExtraArgs {
            extra_args: arguments,
        })
    };
    let mut documents = Vec::new();
    if sets.iter().any(|set| is_of_cluster(set.component())) {
        documents.push(Document::Cluster(ClusterConfiguration {
            api_version: API_VERSION,
            kind: "ClusterConfiguration",
            api_server: extra_args(Component::KubeApiserver),
            controller_manager: extra_args(Component::KubeControllerManager),
            scheduler: extra_args(Component::KubeScheduler),
            etcd: extra_args(Component::Etcd).map(|local| Etcd { local }),
        }));
    }
    for set in sets {
        if let Some(configuration) = KubeletConfiguration::of(set) {
            documents.push(Document::Init(InitConfiguration {
                api_version: API_VERSION,
                kind: "InitConfiguration",
                node_registration: NodeRegistration {
                    kubelet_extra_args: self::extra_args(set),
                },
            }));
            documents.push(Document::Kubelet(configuration));
        }
    }
    to_stream(&documents)
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
