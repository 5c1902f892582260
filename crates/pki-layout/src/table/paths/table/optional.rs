//! What only a flag or a field sets up, and kubeadm never does.

use super::apiserver::APISERVER;
use super::others::{ETCD, KUBELET};
use super::{CHANNEL, CLIENT, EVERYTHING, foreign_certificate, on_client};
use crate::table::paths::PathSpec;
use crate::table::paths::proof::{Guard, Held};
use crate::table::{Component, Party};

const SCHEDULER: Party = Party::Component(Component::KubeScheduler);

const EGRESS_URL: &str = "egressSelections[].connection.transport.tcp.url";
const EGRESS_AUTHORITY: &str = "egressSelections[].connection.transport.tcp.tlsConfig.caBundle";
const EGRESS_CERTIFICATE: &str = "egressSelections[].connection.transport.tcp.tlsConfig.clientCert";
const EGRESS_KEY: &str = "egressSelections[].connection.transport.tcp.tlsConfig.clientKey";

pub(super) const APISERVER_TO_EGRESS_PROXY: PathSpec = PathSpec {
    client: APISERVER,
    server: Party::EgressProxy,
    purpose: "the way to nodes, pods and webhooks that are dialled through a proxy (konnectivity)",
    protocol: "HTTP CONNECT over TLS, or a socket of the node",
    port: "as the file says",
    set_up_by: &["egress-selector-config-file"],
    server_proof: Some(foreign_certificate(
        &[],
        &[EGRESS_AUTHORITY],
        "a socket of the node needs none; by HTTPS without caBundle any authority that the \
         operating system trusts will do",
    )),
    client_proofs: &[foreign_certificate(
        &[EGRESS_CERTIFICATE, EGRESS_KEY],
        &[],
        "by HTTPS a certificate has to be named",
    )],
    kubeadm: Guard::MUTUAL,
    ours: Guard::MUTUAL,
    safeguards: &[
        on_client("egress-selector-config-file", EVERYTHING),
        on_client(EGRESS_URL, EVERYTHING),
        on_client(EGRESS_AUTHORITY, CHANNEL),
        on_client(EGRESS_CERTIFICATE, &[CLIENT]),
        on_client(EGRESS_KEY, &[CLIENT]),
    ],
    by_default: "kubeadm sets up no proxy: nodes are dialled directly.",
    attack: "Whoever reaches such a proxy without showing a certificate dials what is behind it, \
             kubelets and pods; who passes for it sees whom kube-apiserver talks to, and what it \
             says to kubelets that are not checked.",
    advice: "Use a socket of the node, or https with caBundle, clientCert and clientKey.",
};

const fn collected(
    client: Party,
    purpose: &'static str,
    set_up_by: &'static [&'static str],
    safeguards: &'static [crate::table::paths::proof::Safeguard],
    attack: &'static str,
    advice: &'static str,
    by_default: &'static str,
) -> PathSpec {
    PathSpec {
        client,
        server: Party::TraceCollector,
        purpose,
        protocol: "OTLP over gRPC without TLS",
        port: "4317",
        set_up_by,
        server_proof: None,
        client_proofs: &[],
        kubeadm: Guard::NONE,
        ours: Guard::NONE,
        safeguards,
        by_default,
        attack,
        advice,
    }
}

pub(super) const APISERVER_TO_COLLECTOR: PathSpec = collected(
    APISERVER,
    "traces of requests: who asked for what, and how long it took",
    &["tracing-config-file"],
    &[
        on_client("tracing-config-file", EVERYTHING),
        on_client("endpoint", EVERYTHING),
    ],
    "Who listens learns names of users and objects, not what is in them.",
    "Send traces to a collector on the loopback, and let that one speak TLS to others.",
    "kubeadm sets up no tracing; no field of the file turns TLS on.",
);

pub(super) const KUBELET_TO_COLLECTOR: PathSpec = collected(
    KUBELET,
    "traces of what the kubelet asks and is asked",
    &["tracing.endpoint"],
    &[on_client("tracing.endpoint", EVERYTHING)],
    "Who listens learns which pods run on the node, and when they change.",
    "Leave tracing.endpoint on the loopback of the node.",
    "kubeadm sets up no tracing; no field of the configuration turns TLS on.",
);

pub(super) const ETCD_TO_COLLECTOR: PathSpec = collected(
    ETCD,
    "traces of what etcd is asked",
    &["enable-distributed-tracing"],
    &[
        on_client("enable-distributed-tracing", EVERYTHING),
        on_client("distributed-tracing-address", EVERYTHING),
    ],
    "Who listens learns which keys are read and written, not their values.",
    "Leave --distributed-tracing-address on the loopback.",
    "kubeadm sets up no tracing; no flag turns TLS on.",
);

pub(super) const SCHEDULER_TO_WEBHOOK: PathSpec = PathSpec {
    client: SCHEDULER,
    server: Party::Webhook,
    purpose: "questions to extenders: on which node a pod may run",
    protocol: "HTTPS, or HTTP where urlPrefix says so",
    port: "as the file says",
    set_up_by: &["extenders[].urlPrefix"],
    server_proof: Some(foreign_certificate(
        &[],
        &["extenders[].tlsConfig.caFile"],
        "without caFile any authority that the operating system trusts will do",
    )),
    client_proofs: &[foreign_certificate(
        &[
            "extenders[].tlsConfig.certFile",
            "extenders[].tlsConfig.keyFile",
        ],
        &[],
        "nothing is shown unless the file says so",
    )],
    kubeadm: Guard::tls(Held::Yes, Held::No),
    ours: Guard::tls(Held::Yes, Held::No),
    safeguards: &[
        on_client("extenders[].urlPrefix", EVERYTHING),
        on_client("extenders[].tlsConfig.insecure", CHANNEL),
        on_client("extenders[].tlsConfig.caFile", CHANNEL),
        on_client("extenders[].tlsConfig.certFile", &[CLIENT]),
        on_client("extenders[].tlsConfig.keyFile", &[CLIENT]),
    ],
    by_default: "kubeadm sets up no extender.",
    attack: "Who passes for an extender says on which node pods run, or that none can.",
    advice: "Name extenders by https, with caFile, certFile and keyFile.",
};

pub(super) const KUBELET_TO_MANIFESTS: PathSpec = PathSpec {
    client: KUBELET,
    server: Party::ManifestServer,
    purpose: "manifests of static pods that are not on the disk",
    protocol: "HTTPS, or HTTP where the URL says so",
    port: "as the URL says",
    set_up_by: &["staticPodURL"],
    server_proof: Some(foreign_certificate(
        &[],
        &[],
        "any authority that the operating system trusts will do",
    )),
    client_proofs: &[],
    kubeadm: Guard::tls(Held::Yes, Held::No),
    ours: Guard::tls(Held::Yes, Held::No),
    safeguards: &[on_client("staticPodURL", EVERYTHING)],
    by_default: "kubeadm writes static pods to the disk and names no URL.",
    attack: "Who passes for the server runs what it likes on the node, as root.",
    advice: "Leave staticPodURL unset; write manifests to the disk.",
};
