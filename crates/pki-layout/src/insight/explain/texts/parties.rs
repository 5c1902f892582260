use crate::table::{Component, Party};

/// What is said of one end of a path.
#[derive(Debug)]
pub(crate) struct PartyText {
    /// Which.
    pub(crate) party: Party,
    /// What it is, in a sentence that can stand alone.
    pub(crate) answer: &'static str,
    /// What it has to do with certificates.
    pub(crate) certificates: &'static str,
}

const fn component(
    component: Component,
    answer: &'static str,
    certificates: &'static str,
) -> PartyText {
    PartyText {
        party: Party::Component(component),
        answer,
        certificates,
    }
}

const fn other(party: Party, answer: &'static str, certificates: &'static str) -> PartyText {
    PartyText {
        party,
        answer,
        certificates,
    }
}

/// One for every party.
pub(crate) static PARTY_TEXTS: &[PartyText] = &[
    component(
        Component::KubeApiserver,
        "kube-apiserver is the one door of the cluster: everyone talks to it, and it alone talks to \
         etcd.",
        "It is a server to all and a client of etcd, kubelets and extension API servers, with a \
         certificate of its own for each. Its calls to itself are by a certificate that it makes in \
         memory when it starts, and only a restart makes another. It runs as a static pod on every \
         control-plane node.",
    ),
    component(
        Component::KubeControllerManager,
        "kube-controller-manager makes what is agree with what was asked for, and signs \
         certificates that are requested through the API.",
        "It shows a client certificate to kube-apiserver, and holds the keys that most depends on: \
         ca.key to sign with and sa.key.",
    ),
    component(
        Component::KubeScheduler,
        "kube-scheduler decides on which node each new pod runs.",
        "It shows a client certificate to kube-apiserver; everything else it learns from there.",
    ),
    component(
        Component::Kubelet,
        "The kubelet runs the pods of one node, those of the control plane among them.",
        "It is a client of kube-apiserver, and a server that kube-apiserver dials for logs and \
         exec. It asks for its certificates itself, and replaces them itself.",
    ),
    component(
        Component::Etcd,
        "etcd is the cluster's database; whoever may read it knows every Secret.",
        "It has an authority of its own, and two certificates on each node: one for clients, one \
         for the other members. The name in a client's certificate decides nothing.",
    ),
    component(
        Component::Etcdctl,
        "etcdctl is etcd's command line, for health, backups and repairs.",
        "It shows a client certificate of etcd's authority, which has all rights.",
    ),
    other(
        Party::Administrator,
        "An administrator is a person with kubectl, or a program outside of the cluster.",
        "What a person shows is for the cluster to choose: a client certificate in a kubeconfig, a \
         token of an issuer, or what a proxy vouches for.",
    ),
    other(
        Party::AuthenticatingProxy,
        "An authenticating proxy knows who the user is, and tells kube-apiserver so in headers.",
        "It is believed because its certificate comes from the front-proxy authority and has one \
         of the names in --requestheader-allowed-names.",
    ),
    other(
        Party::JoiningNode,
        "A joining node is a machine that has a bootstrap token and wants a certificate of a node.",
        "It knows kube-apiserver by the authority's key, which the join command pins.",
    ),
    other(
        Party::Pod,
        "A pod is one or more containers; a program in it may talk to kube-apiserver.",
        "It shows a token of its service account and checks kube-apiserver by ca.crt, both of \
         which the kubelet puts below /var/run/secrets/kubernetes.io/serviceaccount. Certificates of \
         its own (PodCertificateRequest) and further authorities (ClusterTrustBundle) are beta in \
         Kubernetes 1.36 and off unless a feature gate turns them on; no file of a node holds them.",
    ),
    other(
        Party::KubeProxy,
        "kube-proxy turns services into rules of the node's network.",
        "kubeadm runs it with a service account's token; set up by hand, it has a kubeconfig with \
         CN system:kube-proxy.",
    ),
    other(
        Party::Monitoring,
        "Monitoring is what fetches metrics and health: Prometheus, metrics-server.",
        "It mostly shows a service account's token, and seldom can check what it dials.",
    ),
    other(
        Party::Node,
        "A node is a machine; between nodes goes the traffic of pods.",
        "Kubernetes protects none of it.",
    ),
    other(
        Party::Proxied,
        "What kube-apiserver's proxy subresources lead to: a node, a pod or a service.",
        "kube-apiserver neither checks it nor shows it anything.",
    ),
    other(
        Party::Probed,
        "A container whose health the kubelet asks for.",
        "No certificate is checked and none is shown.",
    ),
    other(
        Party::ExtensionApiserver,
        "An extension API server serves APIs of its own below kube-apiserver's address, such as \
         metrics-server.",
        "It believes kube-apiserver about who the user is, by the front-proxy authority.",
    ),
    other(
        Party::Webhook,
        "A webhook is a service that kube-apiserver asks before it decides.",
        "Its own certificate is its own affair; kube-apiserver checks it by caBundle.",
    ),
    other(
        Party::TokenIssuer,
        "An issuer of tokens says who people are (OpenID Connect): Dex, Keycloak, a cloud's.",
        "kube-apiserver fetches its keys by HTTPS and checks tokens with them.",
    ),
    other(
        Party::EgressProxy,
        "A proxy through which kube-apiserver dials nodes, pods and webhooks: konnectivity's server.",
        "Over a socket of the node it needs none; over the network both show certificates that \
         --egress-selector-config-file names.",
    ),
    other(
        Party::TraceCollector,
        "A collector of traces takes what components say about the requests they serve.",
        "It is dialled without TLS, so that it belongs on the loopback.",
    ),
    other(
        Party::ManifestServer,
        "A server of manifests tells a kubelet which static pods to run.",
        "The kubelet shows nothing and believes what the operating system believes.",
    ),
];
