//! What goes on beside the talk's paths.

use pki_core::RowId;

use super::apiserver::{APISERVER, CLIENT_CA, SERVING, SERVING_KEY, shown_by_apiserver};
use super::{
    CHANNEL, CLIENT, EVERYTHING, certificate, foreign_certificate, on_client, on_server, other,
};
use crate::table::paths::PathSpec;
use crate::table::paths::proof::{Guard, Held, Method};
use crate::table::{Component, Party};

pub(super) const KUBELET: Party = Party::Component(Component::Kubelet);
pub(super) const ETCD: Party = Party::Component(Component::Etcd);

pub(super) const ETCD_TO_ETCD: PathSpec = PathSpec {
    client: ETCD,
    server: ETCD,
    purpose: "agreement between the members: every write goes over it",
    protocol: "HTTPS",
    port: "2380",
    set_up_by: &[],
    server_proof: Some(certificate(
        RowId::EtcdPeer,
        &["peer-cert-file", "peer-key-file"],
        RowId::EtcdCa,
        &["peer-trusted-ca-file"],
        "it must hold the address that --initial-advertise-peer-urls of its member names",
    )),
    client_proofs: &[certificate(
        RowId::EtcdPeer,
        &["peer-cert-file", "peer-key-file"],
        RowId::EtcdCa,
        &["peer-trusted-ca-file", "peer-client-cert-auth"],
        "the same certificate on both sides, so it is for servers and for clients; it must hold \
         the address it comes from",
    )],
    kubeadm: Guard::MUTUAL,
    ours: Guard::MUTUAL,
    safeguards: &[
        on_server("peer-cert-file", EVERYTHING),
        on_server("peer-key-file", EVERYTHING),
        on_server("peer-client-cert-auth", &[CLIENT]),
        on_server("peer-trusted-ca-file", EVERYTHING),
        on_server("peer-auto-tls", EVERYTHING),
        on_server("peer-cert-allowed-cn", &[CLIENT]),
        on_server("peer-cert-allowed-hostname", &[CLIENT]),
        on_server("peer-skip-client-san-verification", &[CLIENT]),
        on_server("peer-crl-file", &[CLIENT]),
        on_server("initial-advertise-peer-urls", EVERYTHING),
        on_server("initial-cluster", EVERYTHING),
        on_server("listen-peer-urls", EVERYTHING),
    ],
    by_default: "kubeadm authenticates both sides.",
    attack: "Who passes for a member reads and writes the whole database, or breaks the majority \
             and stops the cluster.",
    advice: "Keep port 2380 closed to everyone but the members.",
};

pub(super) const APISERVER_TO_EXTENSION: PathSpec = PathSpec {
    client: APISERVER,
    server: Party::ExtensionApiserver,
    purpose: "requests for APIs that others serve, such as metrics.k8s.io, with the user's name in headers",
    protocol: "HTTPS",
    port: "443 of a service",
    set_up_by: &[],
    server_proof: Some(foreign_certificate(
        &[],
        &[],
        "kube-apiserver checks it with caBundle of the APIService object; \
         insecureSkipTLSVerify there gives it up",
    )),
    client_proofs: &[certificate(
        RowId::FrontProxyClient,
        &["proxy-client-cert-file", "proxy-client-key-file"],
        RowId::FrontProxyCa,
        &[],
        "the other side reads the authority, the accepted names and the headers from the ConfigMap \
         extension-apiserver-authentication, where kube-apiserver puts what its \
         --requestheader-* flags say",
    )],
    kubeadm: Guard::tls(Held::Depends, Held::Yes),
    ours: Guard::tls(Held::Depends, Held::Yes),
    safeguards: &[
        on_client("proxy-client-cert-file", &[CLIENT]),
        on_client("proxy-client-key-file", &[CLIENT]),
        on_client("requestheader-client-ca-file", &[CLIENT]),
        on_client("requestheader-allowed-names", &[CLIENT]),
        on_client("requestheader-username-headers", &[CLIENT]),
        on_client("requestheader-group-headers", &[CLIENT]),
        on_client("requestheader-extra-headers-prefix", &[CLIENT]),
    ],
    by_default: "kubeadm gives kube-apiserver its certificate; whether the other side is checked \
                 is up to the APIService object, and metrics-server's usual manifest does not.",
    attack: "Who has a certificate of the front-proxy authority writes any user's name into the \
             headers and is believed; who passes for the extension answers in its place.",
    advice: "Keep the front-proxy authority apart from the cluster's, and set caBundle in every \
             APIService.",
};

pub(super) const APISERVER_TO_WEBHOOK: PathSpec = PathSpec {
    client: APISERVER,
    server: Party::Webhook,
    purpose: "questions to admission, conversion, image, token and authorization webhooks, and the audit log",
    protocol: "HTTPS",
    port: "443 of a service, or a URL",
    set_up_by: &[],
    server_proof: Some(foreign_certificate(
        &[],
        &[
            "audit-webhook-config-file",
            "authentication-token-webhook-config-file",
            "authorization-webhook-config-file",
            "authorizers[].webhook.connectionInfo.kubeConfigFile",
            "plugins[].configuration.imagePolicy.kubeConfigFile",
        ],
        "admission and conversion webhooks are checked with caBundle of the object that registers \
         them, the others with the authority in their kubeconfig",
    )),
    client_proofs: &[foreign_certificate(
        &[
            "admission-control-config-file",
            "audit-webhook-config-file",
            "authentication-token-webhook-config-file",
            "authorization-webhook-config-file",
            "authorizers[].webhook.connectionInfo.kubeConfigFile",
            "plugins[].configuration.imagePolicy.kubeConfigFile",
        ],
        &[],
        "nothing is shown unless one of these files names a kubeconfig with a credential",
    )],
    kubeadm: Guard::tls(Held::Yes, Held::No),
    ours: Guard::tls(Held::Yes, Held::No),
    safeguards: &[
        on_client("admission-control-config-file", &[CLIENT]),
        on_client("audit-webhook-config-file", EVERYTHING),
        on_client("authentication-token-webhook-config-file", EVERYTHING),
        on_client("authorization-webhook-config-file", EVERYTHING),
        on_client(
            "authorizers[].webhook.connectionInfo.kubeConfigFile",
            EVERYTHING,
        ),
        on_client(
            "plugins[].configuration.imagePolicy.kubeConfigFile",
            EVERYTHING,
        ),
    ],
    by_default: "The webhook is authenticated, kube-apiserver is not: every pod that reaches the \
                 webhook can ask it. kubeadm sets up none.",
    attack: "Who passes for an admission webhook changes what is created, a Pod's image for \
             instance; who passes for a token webhook says who anyone is; who is sent the audit \
             log reads what was asked and answered. Where a webhook's certificate has expired, what \
             it guards cannot be created or is no longer guarded.",
    advice: "Name webhooks by https with the authority of each in its kubeconfig, and watch the \
             expiry of their own certificates, which are none of this node's files.",
};

pub(super) const APISERVER_TO_ISSUER: PathSpec = PathSpec {
    client: APISERVER,
    server: Party::TokenIssuer,
    purpose: "the public keys with which the issuer's tokens are checked",
    protocol: "HTTPS",
    port: "443",
    set_up_by: &[],
    server_proof: Some(foreign_certificate(
        &[],
        &["oidc-ca-file", "authentication-config"],
        "without --oidc-ca-file any authority that the operating system trusts will do",
    )),
    client_proofs: &[],
    kubeadm: Guard::tls(Held::Yes, Held::No),
    ours: Guard::tls(Held::Yes, Held::No),
    safeguards: &[
        on_client("oidc-issuer-url", CHANNEL),
        on_client("oidc-ca-file", CHANNEL),
        on_client("authentication-config", CHANNEL),
    ],
    by_default: "kubeadm sets up no issuer.",
    attack: "Who passes for the issuer hands out keys of its own, and from then on is whoever it \
             likes, an administrator too.",
    advice: "Name the issuer's authority in --oidc-ca-file, so that no public one can speak for it.",
};

pub(super) const APISERVER_TO_APISERVER: PathSpec = PathSpec {
    client: APISERVER,
    server: APISERVER,
    purpose: "requests for API versions that only another API server has, during an upgrade",
    protocol: "HTTPS",
    port: "6443",
    set_up_by: &[],
    server_proof: Some(shown_by_apiserver(
        &["peer-ca-file"],
        "without --peer-ca-file nobody is dialled",
    )),
    client_proofs: &[certificate(
        RowId::FrontProxyClient,
        &["proxy-client-cert-file", "proxy-client-key-file"],
        RowId::FrontProxyCa,
        &[
            "requestheader-client-ca-file",
            "requestheader-allowed-names",
        ],
        "the user's name goes along in headers, as to an extension API server",
    )],
    kubeadm: Guard::tls(Held::Depends, Held::Yes),
    ours: Guard::tls(Held::Depends, Held::Yes),
    safeguards: &[
        on_client("peer-ca-file", CHANNEL),
        on_client("proxy-client-cert-file", &[CLIENT]),
        on_client("proxy-client-key-file", &[CLIENT]),
        on_server("requestheader-client-ca-file", &[CLIENT]),
        on_server("requestheader-allowed-names", &[CLIENT]),
    ],
    by_default: "Used only with several API servers and --peer-ca-file, by the feature gate \
                 UnknownVersionInteroperabilityProxy, which is on since Kubernetes 1.36; kubeadm \
                 sets neither the gate nor the flag.",
    attack: "Who passes for another API server sees the requests that are passed on to it.",
    advice: "Where it is wanted, set --peer-ca-file to ca.crt on every API server, so that they \
             believe each other by the authority that signed them; before Kubernetes 1.36 switch \
             the gate on first, or they do not start.",
};

pub(super) const PROXY_TO_APISERVER: PathSpec = PathSpec {
    client: Party::AuthenticatingProxy,
    server: APISERVER,
    purpose: "requests of users whom a proxy has authenticated, their names in headers",
    protocol: "HTTPS",
    port: "6443",
    set_up_by: &[],
    server_proof: Some(shown_by_apiserver(
        &[],
        "the proxy has to be told the authority of the cluster, ca.crt",
    )),
    client_proofs: &[certificate(
        RowId::FrontProxyClient,
        &[],
        RowId::FrontProxyCa,
        &[
            "requestheader-client-ca-file",
            "requestheader-allowed-names",
            "requestheader-username-headers",
            "requestheader-group-headers",
            "requestheader-extra-headers-prefix",
            "requestheader-uid-headers",
        ],
        "any certificate of this authority with one of the allowed names; without allowed names, \
         any certificate of it",
    )],
    kubeadm: Guard::MUTUAL,
    ours: Guard::MUTUAL,
    safeguards: &[
        SERVING,
        SERVING_KEY,
        on_server("requestheader-client-ca-file", &[CLIENT]),
        on_server("requestheader-allowed-names", &[CLIENT]),
        on_server("requestheader-username-headers", &[CLIENT]),
        on_server("requestheader-group-headers", &[CLIENT]),
        on_server("requestheader-extra-headers-prefix", &[CLIENT]),
        on_server("requestheader-uid-headers", &[CLIENT]),
    ],
    by_default: "kubeadm sets the flags for its own aggregation; no proxy of people is set up.",
    attack: "Who can get a certificate of this authority is whoever it writes into X-Remote-User, \
             system:masters included. Were it the cluster's authority, every kubelet could.",
    advice: "Never let ca.crt be --requestheader-client-ca-file; give a proxy of people a name of \
             its own in --requestheader-allowed-names.",
};

pub(super) const JOINING_NODE_TO_APISERVER: PathSpec = PathSpec {
    client: Party::JoiningNode,
    server: APISERVER,
    purpose: "a new node's request for its first client certificate",
    protocol: "HTTPS",
    port: "6443",
    set_up_by: &[],
    server_proof: Some(shown_by_apiserver(
        &[],
        "`kubeadm join --discovery-token-ca-cert-hash` pins the authority's public key; without \
         the pin, whoever answers is believed",
    )),
    client_proofs: &[other(
        Method::BootstrapToken,
        None,
        &["enable-bootstrap-token-auth"],
        true,
        "a token that kubeadm makes for a day; with it one may ask for a certificate of a node \
         and nothing else",
    )],
    kubeadm: Guard::MUTUAL,
    ours: Guard::MUTUAL,
    safeguards: &[
        SERVING,
        SERVING_KEY,
        on_server("enable-bootstrap-token-auth", &[CLIENT]),
    ],
    by_default: "kubeadm prints a join command with token and pin.",
    attack: "Who has the token joins a node of its own, and is given the pods and Secrets that \
             are scheduled on it.",
    advice: "Let tokens be short-lived, and keep the pin in the join command.",
};

pub(super) const KUBE_PROXY_TO_APISERVER: PathSpec = PathSpec {
    client: Party::KubeProxy,
    server: APISERVER,
    purpose: "which services there are and which pods are behind them",
    protocol: "HTTPS",
    port: "6443",
    set_up_by: &[],
    server_proof: Some(shown_by_apiserver(
        &[],
        "the authority is the one of the pod's service account",
    )),
    client_proofs: &[
        other(
            Method::ServiceAccountToken,
            Some(RowId::ServiceAccount),
            &["service-account-key-file", "service-account-issuer"],
            true,
            "kubeadm runs kube-proxy as pods, with the service account kube-proxy",
        ),
        foreign_certificate(
            &[],
            &["client-ca-file"],
            "by hand: a kubeconfig with CN system:kube-proxy and group system:node-proxier, signed \
             by the cluster's authority",
        ),
    ],
    kubeadm: Guard::MUTUAL,
    ours: Guard::MUTUAL,
    safeguards: &[
        SERVING,
        SERVING_KEY,
        on_server("service-account-key-file", &[CLIENT]),
        CLIENT_CA,
    ],
    by_default: "kubeadm authenticates both sides; kube-proxy has no certificate of its own.",
    attack: "Who passes for kube-apiserver sends the traffic of every service wherever it likes.",
    advice: "Nothing beyond what protects the API server itself.",
};

pub(super) const ETCDCTL_TO_ETCD: PathSpec = PathSpec {
    client: Party::Component(Component::Etcdctl),
    server: ETCD,
    purpose: "health checks, backups and repairs by hand, and kubeadm's own questions to etcd",
    protocol: "gRPC over TLS",
    port: "2379",
    set_up_by: &[],
    server_proof: Some(certificate(
        RowId::EtcdServer,
        &["cert-file", "key-file"],
        RowId::EtcdCa,
        &["cacert"],
        "it always holds 127.0.0.1 and localhost",
    )),
    client_proofs: &[certificate(
        RowId::EtcdHealthcheckClient,
        &["cert", "key"],
        RowId::EtcdCa,
        &["trusted-ca-file", "client-cert-auth"],
        "in spite of its name it may read and write everything",
    )],
    kubeadm: Guard::MUTUAL,
    ours: Guard::MUTUAL,
    safeguards: &[
        on_client("cacert", CHANNEL),
        on_client("cert", &[CLIENT]),
        on_client("key", &[CLIENT]),
        on_client("endpoints", CHANNEL),
        on_client("insecure-skip-tls-verify", CHANNEL),
        on_client("insecure-transport", EVERYTHING),
        on_server("listen-client-http-urls", &[CLIENT]),
        on_server("client-cert-auth", &[CLIENT]),
        on_server("trusted-ca-file", &[CLIENT]),
    ],
    by_default: "kubeadm makes the certificate and uses it itself; etcd's own probes do not.",
    attack: "Who copies this pair off a control-plane node reads and changes the whole cluster \
             from wherever port 2379 is open.",
    advice: "Leave the pair on the node, and take backups there.",
};
