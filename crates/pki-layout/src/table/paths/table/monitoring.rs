//! Probes, metrics, and what nothing protects.

use pki_core::RowId;

use super::others::{ETCD, KUBELET};
use super::{CHANNEL, CLIENT, EVERYTHING, certificate, foreign_certificate, on_server, other};
use crate::table::paths::PathSpec;
use crate::table::paths::proof::{Guard, Held, Method};
use crate::table::{Component, Party};

pub(super) const KUBELET_TO_PROBED: PathSpec = PathSpec {
    client: KUBELET,
    server: Party::Probed,
    purpose: "liveness, readiness and startup probes, those of the control plane too",
    protocol: "HTTP, HTTPS or TCP, as the pod says",
    port: "as the pod says: 6443, 10257, 10259, and 2381 for etcd",
    set_up_by: &[],
    server_proof: None,
    client_proofs: &[],
    kubeadm: Guard::NONE,
    ours: Guard::NONE,
    safeguards: &[],
    by_default: "A probe by HTTPS takes any certificate and shows none; etcd's go to port 2381 of \
                 the loopback by plain HTTP. So an expired certificate never fails a probe.",
    attack: "Nothing but the answer well or not well is on it; it stays within the node.",
    advice: "Do not count on probes to notice expired certificates: `pkigen check-expiration` does.",
};

pub(super) const MONITORING_TO_KUBELET: PathSpec = PathSpec {
    client: Party::Monitoring,
    server: KUBELET,
    purpose: "metrics of the node and its pods, for Prometheus and kubectl top",
    protocol: "HTTPS",
    port: "10250",
    set_up_by: &[],
    server_proof: Some(certificate(
        RowId::KubeletServing,
        &["tlsCertFile", "tlsPrivateKeyFile"],
        RowId::ClusterCa,
        &[],
        "metrics-server checks it unless it runs with --kubelet-insecure-tls",
    )),
    client_proofs: &[
        other(
            Method::ServiceAccountToken,
            Some(RowId::ServiceAccount),
            &["authentication.webhook.enabled", "authorization.mode"],
            true,
            "the kubelet asks kube-apiserver whose the token is, and whether it may",
        ),
        foreign_certificate(
            &[],
            &["authentication.x509.clientCAFile", "authorization.mode"],
            "any client certificate of the cluster's authority with the rights for it",
        ),
    ],
    kubeadm: Guard::tls(Held::No, Held::Yes),
    ours: Guard::MUTUAL,
    safeguards: &[
        on_server("tlsCertFile", CHANNEL),
        on_server("tlsPrivateKeyFile", CHANNEL),
        on_server("authentication.webhook.enabled", &[CLIENT]),
        on_server("authentication.x509.clientCAFile", &[CLIENT]),
        on_server("authentication.anonymous.enabled", &[CLIENT]),
        on_server("authorization.mode", &[CLIENT]),
        on_server("readOnlyPort", EVERYTHING),
        on_server("serverTLSBootstrap", CHANNEL),
    ],
    by_default: "kubeadm's kubelets sign their own certificates, so whoever fetches metrics has to \
                 skip the check; the caller is authenticated.",
    attack: "Who passes for the kubelet gets the caller's token, and forges what autoscaling goes \
             by.",
    advice: "As for apiserver->kubelet: certificates of the cluster's authority, then no \
             --kubelet-insecure-tls.",
};

pub(super) const MONITORING_TO_CONTROLLER_MANAGER: PathSpec = PathSpec {
    client: Party::Monitoring,
    server: Party::Component(Component::KubeControllerManager),
    purpose: "metrics and health of kube-controller-manager",
    protocol: "HTTPS",
    port: "10257",
    set_up_by: &[],
    server_proof: Some(foreign_certificate(
        &["tls-cert-file", "tls-private-key-file"],
        &[],
        "without --tls-cert-file it is made in memory at each start, and nobody can check it",
    )),
    client_proofs: &[
        other(
            Method::ServiceAccountToken,
            Some(RowId::ServiceAccount),
            &["authentication-kubeconfig", "authorization-kubeconfig"],
            true,
            "kube-apiserver is asked whose the token is, and whether it may",
        ),
        foreign_certificate(
            &[],
            &["client-ca-file", "authorization-kubeconfig"],
            "any client certificate of the cluster's authority with the rights for it",
        ),
        foreign_certificate(
            &[],
            &[
                "requestheader-client-ca-file",
                "requestheader-allowed-names",
            ],
            "a proxy that speaks in a user's name",
        ),
    ],
    kubeadm: Guard::tls(Held::No, Held::Yes),
    ours: Guard::tls(Held::No, Held::Yes),
    safeguards: &[
        on_server("tls-cert-file", CHANNEL),
        on_server("tls-private-key-file", CHANNEL),
        on_server("authentication-kubeconfig", &[CLIENT]),
        on_server("authorization-kubeconfig", &[CLIENT]),
        on_server("client-ca-file", &[CLIENT]),
        on_server("requestheader-client-ca-file", &[CLIENT]),
        on_server("authentication-skip-lookup", &[CLIENT]),
        on_server("authentication-tolerate-lookup-failure", &[CLIENT]),
        on_server("authorization-always-allow-paths", &[CLIENT]),
        on_server("bind-address", CHANNEL),
        on_server("tls-sni-cert-key", CHANNEL),
        on_server("tls-min-version", CHANNEL),
        on_server("tls-cipher-suites", CHANNEL),
    ],
    by_default: "kubeadm binds it to the loopback, without a certificate that anybody signed; \
                 health is answered to everyone, metrics to those with the rights.",
    attack: "On the loopback nobody is in between; opened to the network, who passes for it gets \
             the caller's token.",
    advice: "Give it --tls-cert-file before it is bound to more than the loopback.",
};

pub(super) const MONITORING_TO_SCHEDULER: PathSpec = PathSpec {
    client: Party::Monitoring,
    server: Party::Component(Component::KubeScheduler),
    purpose: "metrics and health of kube-scheduler",
    protocol: "HTTPS",
    port: "10259",
    set_up_by: &[],
    server_proof: Some(foreign_certificate(
        &["tls-cert-file", "tls-private-key-file"],
        &[],
        "without --tls-cert-file it is made in memory at each start, and nobody can check it",
    )),
    client_proofs: &[
        other(
            Method::ServiceAccountToken,
            Some(RowId::ServiceAccount),
            &["authentication-kubeconfig", "authorization-kubeconfig"],
            true,
            "kube-apiserver is asked whose the token is, and whether it may",
        ),
        foreign_certificate(
            &[],
            &[
                "client-ca-file",
                "authentication-kubeconfig",
                "authorization-kubeconfig",
            ],
            "any client certificate of the cluster's authority with the rights for it; unless \
             told, the scheduler reads that authority from the cluster",
        ),
    ],
    kubeadm: Guard::tls(Held::No, Held::Yes),
    ours: Guard::tls(Held::No, Held::Yes),
    safeguards: &[
        on_server("tls-cert-file", CHANNEL),
        on_server("tls-private-key-file", CHANNEL),
        on_server("authentication-kubeconfig", &[CLIENT]),
        on_server("authorization-kubeconfig", &[CLIENT]),
        on_server("client-ca-file", &[CLIENT]),
        on_server("requestheader-client-ca-file", &[CLIENT]),
        on_server("authentication-skip-lookup", &[CLIENT]),
        on_server("authentication-tolerate-lookup-failure", &[CLIENT]),
        on_server("authorization-always-allow-paths", &[CLIENT]),
        on_server("bind-address", CHANNEL),
        on_server("tls-sni-cert-key", CHANNEL),
        on_server("tls-min-version", CHANNEL),
        on_server("tls-cipher-suites", CHANNEL),
    ],
    by_default: "kubeadm binds it to the loopback, without a certificate that anybody signed; \
                 health is answered to everyone, metrics to those with the rights.",
    attack: "On the loopback nobody is in between; opened to the network, who passes for it gets \
             the caller's token.",
    advice: "Give it --tls-cert-file before it is bound to more than the loopback.",
};

pub(super) const MONITORING_TO_ETCD: PathSpec = PathSpec {
    client: Party::Monitoring,
    server: ETCD,
    purpose: "metrics and health of etcd, not its data",
    protocol: "HTTP",
    port: "2381",
    set_up_by: &[],
    server_proof: None,
    client_proofs: &[],
    kubeadm: Guard::NONE,
    ours: Guard::NONE,
    safeguards: &[on_server("listen-metrics-urls", EVERYTHING)],
    by_default: "kubeadm serves it by plain HTTP on the loopback, for the probes.",
    attack: "Opened to the network, everyone sees how the database is used, and nobody can tell a \
             forged answer.",
    advice: "Leave it on the loopback, or fetch metrics from port 2379 with a client certificate.",
};

pub(super) const NODE_TO_NODE: PathSpec = PathSpec {
    client: Party::Node,
    server: Party::Node,
    purpose: "what the network plugin carries between nodes, the traffic of pods in it",
    protocol: "as the network plugin does: VXLAN, Geneve, plain routes",
    port: "as the network plugin does",
    set_up_by: &[],
    server_proof: None,
    client_proofs: &[],
    kubeadm: Guard::NONE,
    ours: Guard::NONE,
    safeguards: &[],
    by_default: "Neither authenticated nor encrypted: Kubernetes has no certificate for it.",
    attack: "Who is on the network between nodes reads and forges all traffic of pods that is not \
             itself TLS.",
    advice: "Encryption of the network plugin (WireGuard or IPsec); outside of what is made here.",
};

pub(super) const POD_TO_POD: PathSpec = PathSpec {
    client: Party::Pod,
    server: Party::Pod,
    purpose: "what applications say to each other",
    protocol: "as the applications do",
    port: "any",
    set_up_by: &[],
    server_proof: None,
    client_proofs: &[],
    kubeadm: Guard::NONE,
    ours: Guard::NONE,
    safeguards: &[],
    by_default: "Neither authenticated nor encrypted: every pod reaches every other, by address.",
    attack: "A pod that was taken over reaches every service, and who is on the network reads \
             what is said.",
    advice: "NetworkPolicy for who may talk to whom, a service mesh or TLS of the application for \
             the rest; outside of what is made here.",
};
