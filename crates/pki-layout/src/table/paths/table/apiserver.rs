//! The talk's paths: what the API server opens, and what it accepts from whom. Rows of one table,
//! whose order is that of the page: not split.

use pki_core::RowId;

use super::{CHANNEL, CLIENT, EVERYTHING, certificate, on_client, on_server, other};
use crate::table::paths::PathSpec;
use crate::table::paths::proof::{Guard, Held, Method, Proof, Safeguard};
use crate::table::{Component, Party};

pub(super) const APISERVER: Party = Party::Component(Component::KubeApiserver);

/// How kube-apiserver shows who it is, to a client that finds the authority in this flag.
pub(super) const fn shown_by_apiserver(
    checked_by: &'static [&'static str],
    note: &'static str,
) -> Proof {
    certificate(
        RowId::Apiserver,
        &["tls-cert-file", "tls-private-key-file"],
        RowId::ClusterCa,
        checked_by,
        note,
    )
}

/// Kubeconfigs of a component that asks kube-apiserver about its own callers too.
const ASKING: &[&str] = &[
    "kubeconfig",
    "authentication-kubeconfig",
    "authorization-kubeconfig",
];

pub(super) const SERVING: Safeguard = on_server("tls-cert-file", CHANNEL);
pub(super) const SERVING_KEY: Safeguard = on_server("tls-private-key-file", CHANNEL);
pub(super) const CLIENT_CA: Safeguard = on_server("client-ca-file", &[CLIENT]);

pub(super) const TO_KUBELET: PathSpec = PathSpec {
    client: APISERVER,
    server: Party::Component(Component::Kubelet),
    purpose: "logs, exec, attach and port-forward of pods on the node, and their metrics",
    protocol: "HTTPS",
    port: "10250",
    set_up_by: &[],
    server_proof: Some(certificate(
        RowId::KubeletServing,
        &["tlsCertFile", "tlsPrivateKeyFile"],
        RowId::ClusterCa,
        &["kubelet-certificate-authority"],
        "it must hold the address that kube-apiserver dials, by default an IP address of the Node",
    )),
    client_proofs: &[certificate(
        RowId::ApiserverKubeletClient,
        &["kubelet-client-certificate", "kubelet-client-key"],
        RowId::ClusterCa,
        &["authentication.x509.clientCAFile"],
        "its name kube-apiserver-kubelet-client needs rights on nodes/proxy, which a \
         ClusterRoleBinding to system:kubelet-api-admin gives",
    )],
    kubeadm: Guard::tls(Held::No, Held::Yes),
    ours: Guard::MUTUAL,
    safeguards: &[
        on_client("kubelet-certificate-authority", CHANNEL),
        on_server("tlsCertFile", CHANNEL),
        on_server("tlsPrivateKeyFile", CHANNEL),
        on_client("kubelet-client-certificate", &[CLIENT]),
        on_client("kubelet-client-key", &[CLIENT]),
        on_server("authentication.x509.clientCAFile", &[CLIENT]),
        on_server("authentication.anonymous.enabled", &[CLIENT]),
        on_server("authorization.mode", &[CLIENT]),
    ],
    by_default: "kubeadm authenticates kube-apiserver to the kubelet, but not the kubelet to \
                 kube-apiserver: each kubelet signs its own serving certificate, and nobody checks \
                 it (CIS 1.2.5).",
    attack: "Whoever answers at a node's address, by ARP or routing tricks, reads what is typed \
             into kubectl exec and the logs that are shown, and can forge both.",
    advice: "Give kubelets certificates of the cluster's authority and set \
             --kubelet-certificate-authority: `pkigen init --kubelet-serving`, or serverTLSBootstrap \
             with somebody who approves the requests.",
};

pub(super) const TO_PROXIED: PathSpec = PathSpec {
    client: APISERVER,
    server: Party::Proxied,
    purpose: "what `kubectl proxy` and the API's proxy subresources forward to nodes, pods and services",
    protocol: "HTTP, or HTTPS where the request says so",
    port: "any",
    set_up_by: &[],
    server_proof: None,
    client_proofs: &[],
    kubeadm: Guard::NONE,
    ours: Guard::NONE,
    safeguards: &[],
    by_default: "Plain HTTP. A name such as https:pod:443 in the request makes it HTTPS, and then \
                 the certificate is not checked, except a node's, which is the path \
                 apiserver->kubelet.",
    attack: "Whoever is on the way between the control plane and the pods reads and changes what \
             is forwarded; the other end cannot tell kube-apiserver from anybody else.",
    advice: "Do not carry secrets over it; dial the service itself by HTTPS, or keep the network \
             between control plane and nodes private.",
};

pub(super) const FROM_KUBELET: PathSpec = PathSpec {
    client: Party::Component(Component::Kubelet),
    server: APISERVER,
    purpose: "what to run on the node, with its Secrets, and the state of its pods",
    protocol: "HTTPS",
    port: "6443",
    set_up_by: &[],
    server_proof: Some(shown_by_apiserver(
        &["kubeconfig"],
        "the authority is in certificate-authority-data of kubelet.conf",
    )),
    client_proofs: &[certificate(
        RowId::KubeletConf,
        &["kubeconfig"],
        RowId::ClusterCa,
        &["client-ca-file"],
        "CN system:node:NAME and group system:nodes are what the Node authorizer gives a node's \
         rights to, and no others",
    )],
    kubeadm: Guard::MUTUAL,
    ours: Guard::MUTUAL,
    safeguards: &[
        on_client("kubeconfig", EVERYTHING),
        SERVING,
        SERVING_KEY,
        CLIENT_CA,
        on_server("authorization-mode", &[CLIENT]),
        on_server("enable-admission-plugins", &[CLIENT]),
        on_client("rotateCertificates", &[CLIENT]),
    ],
    by_default: "kubeadm authenticates both sides, and lets the kubelet replace its certificate by \
                 itself.",
    attack: "Whoever passes for kube-apiserver makes the node run pods of its choice; whoever passes for a \
             node reads the Secrets of the pods on it, and without the Node authorizer and \
             NodeRestriction those of all.",
    advice: "Keep --authorization-mode=Node,RBAC, NodeRestriction and rotateCertificates.",
};

pub(super) const FROM_POD: PathSpec = PathSpec {
    client: Party::Pod,
    server: APISERVER,
    purpose: "what controllers, operators and CoreDNS in pods ask of the cluster",
    protocol: "HTTPS",
    port: "443 of the service kubernetes, 6443 behind it",
    set_up_by: &[],
    server_proof: Some(shown_by_apiserver(
        &[],
        "the authority is in the ConfigMap kube-root-ca.crt, which kube-controller-manager fills \
         from --root-ca-file; the certificate must hold kubernetes.default.svc and the service's \
         first address",
    )),
    client_proofs: &[other(
        Method::ServiceAccountToken,
        Some(RowId::ServiceAccount),
        &["service-account-key-file", "service-account-issuer"],
        true,
        "kube-apiserver signs the token with --service-account-signing-key-file, and the kubelet \
         puts it into the pod and replaces it every hour; no certificate is involved",
    )],
    kubeadm: Guard::MUTUAL,
    ours: Guard::MUTUAL,
    safeguards: &[
        SERVING,
        SERVING_KEY,
        on_server("service-account-key-file", &[CLIENT]),
        on_server("service-account-signing-key-file", &[CLIENT]),
        on_server("service-account-issuer", &[CLIENT]),
        on_server("service-account-lookup", &[CLIENT]),
        on_server("api-audiences", &[CLIENT]),
    ],
    by_default: "kubeadm gives pods a token and the authority to check kube-apiserver by.",
    attack: "Who has sa.key forges a token of any service account, those of the system included; \
             who passes for kube-apiserver is handed the pod's token and uses it in its name.",
    advice: "Give sa.key to nobody but kube-apiserver and kube-controller-manager, and mount \
             tokens only where they are used (automountServiceAccountToken: false).",
};

pub(super) const TO_ETCD: PathSpec = PathSpec {
    client: APISERVER,
    server: Party::Component(Component::Etcd),
    purpose: "everything the cluster knows, Secrets included: read, write, watch",
    protocol: "gRPC over TLS",
    port: "2379",
    set_up_by: &[],
    server_proof: Some(certificate(
        RowId::EtcdServer,
        &["cert-file", "key-file"],
        RowId::EtcdCa,
        &["etcd-cafile"],
        "it must hold the host that --etcd-servers names",
    )),
    client_proofs: &[certificate(
        RowId::ApiserverEtcdClient,
        &["etcd-certfile", "etcd-keyfile"],
        RowId::EtcdCa,
        &["trusted-ca-file", "client-cert-auth"],
        "etcd gives every certificate of this authority all rights: the name in it decides nothing",
    )],
    kubeadm: Guard::MUTUAL,
    ours: Guard::MUTUAL,
    safeguards: &[
        on_client("etcd-servers", EVERYTHING),
        on_client("etcd-servers-overrides", EVERYTHING),
        on_client("etcd-cafile", CHANNEL),
        on_client("etcd-certfile", &[CLIENT]),
        on_client("etcd-keyfile", &[CLIENT]),
        on_server("cert-file", EVERYTHING),
        on_server("key-file", EVERYTHING),
        on_server("client-cert-auth", &[CLIENT]),
        on_server("trusted-ca-file", &[CLIENT]),
        on_server("auto-tls", CHANNEL),
        on_server("listen-client-urls", EVERYTHING),
        on_server("listen-client-http-urls", &[CLIENT]),
        on_server("client-crl-file", &[CLIENT]),
    ],
    by_default: "kubeadm authenticates both sides, with an authority that is etcd's alone.",
    attack: "Who reaches etcd without showing a certificate reads every Secret and becomes \
             administrator, past authentication, RBAC and the audit log.",
    advice: "Keep etcd's authority to etcd: signed by the cluster's, every kubelet and \
             administrator could log in to it (CIS 2.7).",
};

pub(super) const FROM_ADMINISTRATOR: PathSpec = PathSpec {
    client: Party::Administrator,
    server: APISERVER,
    purpose: "what people and programs outside do with the cluster: kubectl",
    protocol: "HTTPS",
    port: "6443",
    set_up_by: &[],
    server_proof: Some(shown_by_apiserver(
        &[],
        "the authority is in certificate-authority-data of admin.conf; --insecure-skip-tls-verify \
         of kubectl gives it up",
    )),
    client_proofs: &[
        certificate(
            RowId::AdminConf,
            &[],
            RowId::ClusterCa,
            &["client-ca-file"],
            "the CN is the user and each O a group; it cannot be revoked before it expires, so \
             keep such certificates few and short-lived (CIS 3.1.1)",
        ),
        certificate(
            RowId::SuperAdminConf,
            &[],
            RowId::ClusterCa,
            &["client-ca-file"],
            "its group system:masters is above RBAC: lock the file away for emergencies",
        ),
        other(
            Method::IssuedToken,
            None,
            &[
                "oidc-issuer-url",
                "oidc-client-id",
                "oidc-ca-file",
                "oidc-username-claim",
                "oidc-username-prefix",
                "oidc-groups-claim",
                "oidc-groups-prefix",
                "oidc-required-claim",
                "oidc-signing-algs",
                "authentication-config",
            ],
            false,
            "an issuer outside says who somebody is, for minutes or hours, and can stop saying so: \
             the way for people",
        ),
        other(
            Method::StaticToken,
            None,
            &["token-auth-file"],
            false,
            "tokens in plain text that never expire, and go only with an edit and a restart: not \
             for use",
        ),
        other(
            Method::Password,
            None,
            &[],
            false,
            "--basic-auth-file is gone since Kubernetes 1.19",
        ),
        other(
            Method::ReviewedToken,
            None,
            &["authentication-token-webhook-config-file"],
            false,
            "a service of yours is asked about each token; the path apiserver->webhook protects \
             the question",
        ),
        other(
            Method::ProxyHeaders,
            None,
            &[
                "requestheader-client-ca-file",
                "requestheader-allowed-names",
                "requestheader-username-headers",
                "requestheader-group-headers",
                "requestheader-extra-headers-prefix",
                "requestheader-uid-headers",
            ],
            false,
            "a proxy before it has authenticated the user, and shows its own certificate: the path \
             proxy->apiserver",
        ),
        other(
            Method::ServiceAccountToken,
            Some(RowId::ServiceAccount),
            &["service-account-key-file", "service-account-issuer"],
            true,
            "for programs outside: `kubectl create token` makes one that expires",
        ),
        other(
            Method::Anonymous,
            None,
            &["anonymous-auth"],
            true,
            "who shows nothing is system:anonymous, and RBAC lets it see health, version and \
             cluster-info; probes and kubeadm join need that",
        ),
    ],
    kubeadm: Guard::tls(Held::Yes, Held::Depends),
    ours: Guard::tls(Held::Yes, Held::Depends),
    safeguards: &[
        SERVING,
        SERVING_KEY,
        CLIENT_CA,
        on_server("anonymous-auth", &[CLIENT]),
        on_server("token-auth-file", &[CLIENT]),
        on_server("oidc-issuer-url", &[CLIENT]),
        on_server("oidc-ca-file", &[CLIENT]),
        on_server("oidc-client-id", &[CLIENT]),
        on_server("oidc-username-prefix", &[CLIENT]),
        on_server("oidc-groups-prefix", &[CLIENT]),
        on_server("authentication-config", &[CLIENT]),
        on_server("authorization-mode", &[CLIENT]),
        on_server("authorization-config", &[CLIENT]),
        on_server("tls-min-version", CHANNEL),
        on_server("tls-cipher-suites", CHANNEL),
    ],
    by_default: "kubeadm makes admin.conf and super-admin.conf, with client certificates of a \
                 year, and leaves anonymous requests on.",
    attack: "Whoever copies a kubeconfig is its owner until the certificate in it expires: there is no \
             revocation, only the removal of its bindings, and of system:masters not even that. \
             Who passes for kube-apiserver gets the tokens of those who use tokens.",
    advice: "Tokens of an issuer for people, short certificates for programs, super-admin.conf off \
             the node, and in --authentication-config anonymous access to health checks alone.",
};

pub(super) const FROM_CONTROLLER_MANAGER: PathSpec = PathSpec {
    client: Party::Component(Component::KubeControllerManager),
    server: APISERVER,
    purpose: "every controller's reads and writes, and the signing of certificate requests",
    protocol: "HTTPS",
    port: "6443",
    set_up_by: &[],
    server_proof: Some(shown_by_apiserver(
        ASKING,
        "the authority is in certificate-authority-data of controller-manager.conf",
    )),
    client_proofs: &[certificate(
        RowId::ControllerManagerConf,
        ASKING,
        RowId::ClusterCa,
        &["client-ca-file"],
        "CN system:kube-controller-manager is what RBAC's built-in bindings give the rights to",
    )],
    kubeadm: Guard::MUTUAL,
    ours: Guard::MUTUAL,
    safeguards: &[
        on_client("kubeconfig", EVERYTHING),
        on_client("master", EVERYTHING),
        SERVING,
        SERVING_KEY,
        CLIENT_CA,
        on_client("use-service-account-credentials", &[CLIENT]),
    ],
    by_default: "kubeadm authenticates both sides.",
    attack: "Who has controller-manager.conf reads every Secret and makes tokens of every service \
             account; who passes for kube-apiserver decides what the controllers see and do.",
    advice: "Keep controller-manager.conf at mode 0600, and \
             --use-service-account-credentials so that each controller has its own rights.",
};

pub(super) const FROM_SCHEDULER: PathSpec = PathSpec {
    client: Party::Component(Component::KubeScheduler),
    server: APISERVER,
    purpose: "which pods wait and on which node each shall run",
    protocol: "HTTPS",
    port: "6443",
    set_up_by: &[],
    server_proof: Some(shown_by_apiserver(
        ASKING,
        "the authority is in certificate-authority-data of scheduler.conf",
    )),
    client_proofs: &[certificate(
        RowId::SchedulerConf,
        ASKING,
        RowId::ClusterCa,
        &["client-ca-file"],
        "CN system:kube-scheduler is what RBAC's built-in bindings give the rights to",
    )],
    kubeadm: Guard::MUTUAL,
    ours: Guard::MUTUAL,
    safeguards: &[
        on_client("kubeconfig", EVERYTHING),
        on_client("config", EVERYTHING),
        on_client("master", EVERYTHING),
        SERVING,
        SERVING_KEY,
        CLIENT_CA,
    ],
    by_default: "kubeadm authenticates both sides.",
    attack: "Who has scheduler.conf places pods on nodes of its choice and can starve the rest; \
             who passes for kube-apiserver makes the scheduler place nothing, or all in one spot.",
    advice: "Keep scheduler.conf at mode 0600.",
};
