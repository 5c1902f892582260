//! Who talks to whom, how each side knows the other, and what is lost without it.
//!
//! [`PATHS`] is the third table, pure data beside the certificates and the flags: map, audit and
//! explanations are made from it. After section 3 of the talk the project began with (`KubeCon`
//! 2019, "How Kubernetes components communicate securely in your cluster"), for Kubernetes 1.36.

mod proof;
mod table;
#[cfg(test)]
mod tests;

pub use proof::{Guard, Held, Method, Proof, Property, Protection, Safeguard, Side};
pub use table::PATHS;

use crate::table::{Component, FlagSpec};

/// One row of [`PATHS`]: one kind of connection.
#[derive(Debug)]
#[non_exhaustive]
pub struct PathSpec {
    /// Who opens the connection.
    pub client: Party,
    /// Who accepts it.
    pub server: Party,
    /// What it is for, in one line.
    pub purpose: &'static str,
    /// What is spoken on it.
    pub protocol: &'static str,
    /// Where the server usually listens, such as `10250`.
    pub port: &'static str,
    /// How the server shows who it is; `None` where it cannot.
    pub server_proof: Option<Proof>,
    /// The ways in which a client can show who it is, what kubeadm does first. Empty where it
    /// cannot.
    pub client_proofs: &'static [Proof],
    /// What holds with kubeadm's defaults.
    pub kubeadm: Guard,
    /// What holds with the flags that this project sets, the kubelet's serving certificate
    /// asked for.
    pub ours: Guard,
    /// The flags and fields that it depends on.
    pub safeguards: &'static [Safeguard],
    /// How kubeadm leaves it, in a sentence.
    pub by_default: &'static str,
    /// What an attacker on the network can do where the safeguards are missing.
    pub attack: &'static str,
    /// What to do about it.
    pub advice: &'static str,
}

/// One end of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Party {
    /// A component.
    Component(Component),
    /// A person with kubectl, or a program outside of the cluster.
    Administrator,
    /// A proxy that knows the user, and speaks in that name.
    AuthenticatingProxy,
    /// A machine that wants to become a node.
    JoiningNode,
    /// A program in a pod.
    Pod,
    /// kube-proxy, on every node.
    KubeProxy,
    /// What fetches metrics: Prometheus, metrics-server.
    Monitoring,
    /// A node as a machine.
    Node,
    /// A node, pod or service, as dialled through the API server's proxy.
    Proxied,
    /// A container that is asked whether it is well.
    Probed,
    /// An API server beside kube-apiserver, such as metrics-server.
    ExtensionApiserver,
    /// A service that the API server asks: about admission, conversion, tokens or rights.
    Webhook,
    /// An issuer of tokens for people, by OIDC.
    TokenIssuer,
}

impl Party {
    /// Every party, components first.
    pub const ALL: [Self; 18] = [
        Self::Component(Component::KubeApiserver),
        Self::Component(Component::KubeControllerManager),
        Self::Component(Component::KubeScheduler),
        Self::Component(Component::Kubelet),
        Self::Component(Component::Etcd),
        Self::Component(Component::Etcdctl),
        Self::Administrator,
        Self::AuthenticatingProxy,
        Self::JoiningNode,
        Self::Pod,
        Self::KubeProxy,
        Self::Monitoring,
        Self::Node,
        Self::Proxied,
        Self::Probed,
        Self::ExtensionApiserver,
        Self::Webhook,
        Self::TokenIssuer,
    ];

    /// Its short name, as in the name of a path.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Component(Component::KubeApiserver) => "apiserver",
            Self::Component(Component::KubeControllerManager) => "controller-manager",
            Self::Component(Component::KubeScheduler) => "scheduler",
            Self::Component(component) => component.name(),
            Self::Administrator => "administrator",
            Self::AuthenticatingProxy => "proxy",
            Self::JoiningNode => "joining-node",
            Self::Pod => "pod",
            Self::KubeProxy => "kube-proxy",
            Self::Monitoring => "monitoring",
            Self::Node => "node",
            Self::Proxied => "proxied",
            Self::Probed => "probed",
            Self::ExtensionApiserver => "extension-apiserver",
            Self::Webhook => "webhook",
            Self::TokenIssuer => "token-issuer",
        }
    }

    /// What it is called in a sentence.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Component(Component::Kubelet) => "the kubelet",
            Self::Component(component) => component.name(),
            Self::Administrator => "an administrator",
            Self::AuthenticatingProxy => "an authenticating proxy",
            Self::JoiningNode => "a joining node",
            Self::Pod => "a program in a pod",
            Self::KubeProxy => "kube-proxy",
            Self::Monitoring => "monitoring",
            Self::Node => "a node",
            Self::Proxied => "a node, pod or service behind the API server's proxy",
            Self::Probed => "a container that is probed",
            Self::ExtensionApiserver => "an extension API server",
            Self::Webhook => "a webhook",
            Self::TokenIssuer => "an issuer of tokens",
        }
    }

    /// Further names it is found by.
    #[must_use]
    pub const fn aliases(self) -> &'static [&'static str] {
        match self {
            Self::Component(Component::KubeApiserver) => &[
                "kube-apiserver",
                "api-server",
                "aggregator",
                "kube-aggregator",
            ],
            Self::Component(Component::KubeControllerManager) => &["kube-controller-manager"],
            Self::Component(Component::KubeScheduler) => &["kube-scheduler"],
            Self::Component(Component::Etcdctl) => &["healthcheck", "etcd-healthcheck"],
            Self::Component(_) | Self::Proxied => &[],
            Self::Administrator => &["admin", "kubectl", "user"],
            Self::AuthenticatingProxy => &["authenticating-proxy", "front-proxy"],
            Self::JoiningNode => &["join", "bootstrap"],
            Self::Pod => &["pods", "workload", "service-account"],
            Self::KubeProxy => &["kubeproxy"],
            Self::Monitoring => &["prometheus", "metrics-server", "metrics"],
            Self::Node => &["nodes"],
            Self::Probed => &["probe", "probes", "liveness"],
            Self::ExtensionApiserver => &["extension", "extension-apiservers"],
            Self::Webhook => &["webhooks"],
            Self::TokenIssuer => &["oidc", "issuer"],
        }
    }

    /// The party with this name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|party| party.name() == name || party.aliases().contains(&name))
    }

    /// The component it is, if it is one.
    #[must_use]
    pub const fn component(self) -> Option<Component> {
        match self {
            Self::Component(component) => Some(component),
            _ => None,
        }
    }
}

impl PathSpec {
    /// Its name: `apiserver->kubelet`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}->{}", self.client.name(), self.server.name())
    }

    /// The row between two parties.
    #[must_use]
    pub fn find(client: Party, server: Party) -> Option<&'static Self> {
        PATHS
            .iter()
            .find(|path| path.client == client && path.server == server)
    }

    /// What protects it with this guard, in words: mutual TLS only where both sides show
    /// certificates.
    #[must_use]
    pub fn protected(&self, guard: Guard) -> &'static str {
        let first = self.client_proofs.first().map(|proof| proof.method);
        match guard.protection() {
            Protection::Mutual if first != Some(Method::Certificate) => {
                "TLS, both sides authenticated"
            }
            protection => protection.words(),
        }
    }

    /// One of its ends.
    #[must_use]
    pub const fn party(&self, side: Side) -> Party {
        match side {
            Side::Client => self.client,
            Side::Server => self.server,
        }
    }

    /// The row of a flag of one of its ends.
    #[must_use]
    pub fn flag(&self, side: Side, name: &str) -> Option<&'static FlagSpec> {
        FlagSpec::find(self.party(side).component()?, name)
    }

    /// Every proof on it with the side that gives it, the server's first.
    pub fn proofs(&self) -> impl Iterator<Item = (Side, &Proof)> {
        let server = self.server_proof.iter().map(|proof| (Side::Server, proof));
        server.chain(self.client_proofs.iter().map(|proof| (Side::Client, proof)))
    }

    /// Whether a flag or field of this component has a part in it.
    #[must_use]
    pub fn involves(&self, component: Component, name: &str) -> bool {
        let is = |side: Side| self.party(side).component() == Some(component);
        let proofs = self.proofs().any(|(side, proof)| {
            (is(side) && proof.presented_by.contains(&name))
                || (is(side.other()) && proof.checked_by.contains(&name))
        });
        let safeguard = |guard: &Safeguard| is(guard.side) && guard.flag == name;
        proofs || self.safeguards.iter().any(safeguard)
    }
}
