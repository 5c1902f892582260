/// Where names of a serving certificate come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum HostRule {
    /// The node's name.
    NodeName,
    /// The address the node's API server is reached at.
    AdvertiseAddress,
    /// `kubernetes`, `kubernetes.default`, `kubernetes.default.svc` and the same in the
    /// cluster's DNS domain: the names of the API server's service.
    ServiceNames,
    /// The first address of each service network: the API server's service. kubeadm takes
    /// the first network only.
    ServiceAddresses,
    /// Host of the control-plane endpoint: a load balancer's name or address.
    ControlPlaneEndpoint,
    /// `localhost`.
    Localhost,
    /// `127.0.0.1` and `::1`.
    Loopback,
    /// What the configuration adds for the API server.
    ApiserverExtra,
    /// What the configuration adds for etcd's server certificate.
    EtcdServerExtra,
    /// What the configuration adds for etcd's peer certificate.
    EtcdPeerExtra,
    /// What is said of the node's kubelet beside its name and address.
    KubeletExtra,
    /// This name or address, of an embedder's own row: `webhook.example.svc`.
    Own(&'static str),
}

impl HostRule {
    /// What it stands for, in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::NodeName => "the node's name",
            Self::AdvertiseAddress => "the node's address",
            Self::ServiceNames => {
                "kubernetes, kubernetes.default, kubernetes.default.svc and the same in the \
                 cluster's domain"
            }
            Self::ServiceAddresses => "the first address of each service network",
            Self::ControlPlaneEndpoint => "the control-plane endpoint",
            Self::Localhost => "localhost",
            Self::Loopback => "127.0.0.1 and ::1",
            Self::ApiserverExtra | Self::EtcdServerExtra | Self::EtcdPeerExtra => {
                "what the configuration adds"
            }
            Self::KubeletExtra => "what is said of the node beside",
            Self::Own(name) => name,
        }
    }
}
