use super::Component;

/// Who: whoever shows, checks, reads or refuses a certificate.
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
    /// A proxy that the API server dials nodes through: konnectivity's server.
    EgressProxy,
    /// What traces are sent to, by OTLP.
    TraceCollector,
    /// A server that a kubelet fetches manifests of static pods from.
    ManifestServer,
    /// kubectl, and copies of its kubeconfig elsewhere.
    Kubectl,
    /// kubeadm.
    Kubeadm,
    /// Go's `crypto/x509` and `crypto/tls`: every component of Kubernetes, etcd and kubectl.
    Go,
    /// OpenSSL as it is: curl, most clients in Ruby, PHP and older Python.
    OpenSsl,
    /// OpenSSL with `-x509_strict`, which Python has by default from 3.13 on.
    OpenSslStrict,
    /// GnuTLS: clients of Debian's libraries, wget.
    GnuTls,
    /// rustls and everything in Rust that uses it.
    Webpki,
}

impl Party {
    /// Every end of a communication path, components first.
    pub const ENDS: [Self; 21] = [
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
        Self::EgressProxy,
        Self::TraceCollector,
        Self::ManifestServer,
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
            Self::EgressProxy => "egress-proxy",
            Self::TraceCollector => "trace-collector",
            Self::ManifestServer => "manifest-server",
            Self::Kubectl => "kubectl",
            Self::Kubeadm => "kubeadm",
            Self::Go => "go",
            Self::OpenSsl => "openssl",
            Self::OpenSslStrict => "openssl-strict",
            Self::GnuTls => "gnutls",
            Self::Webpki => "webpki",
        }
    }

    /// What it is called as the reader of a file, or as who refuses one: `kube-apiserver`,
    /// `a program in a pod`, `openssl-strict`.
    #[must_use]
    pub const fn called(self) -> &'static str {
        match self {
            Self::Component(component) => component.name(),
            other => other.title(),
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
            Self::EgressProxy => "a proxy to the nodes",
            Self::TraceCollector => "a collector of traces",
            Self::ManifestServer => "a server of manifests",
            program => program.name(),
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
            Self::Component(_)
            | Self::Proxied
            | Self::Kubectl
            | Self::Kubeadm
            | Self::Go
            | Self::OpenSsl
            | Self::OpenSslStrict
            | Self::GnuTls
            | Self::Webpki => &[],
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
            Self::EgressProxy => &["konnectivity", "konnectivity-server"],
            Self::TraceCollector => &["tracing", "opentelemetry"],
            Self::ManifestServer => &["manifest-url"],
        }
    }

    /// The end of a communication path with this name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::ENDS
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
