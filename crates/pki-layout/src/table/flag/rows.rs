//! The rows. kubernetes.io "PKI certificates and requirements", and what kubeadm writes into
//! manifests (`phases/controlplane/manifests.go`, `phases/etcd/local.go`) and into the kubelet's
//! configuration (`componentconfigs/kubelet.go`). etcd's rows are understood by etcd 3.4 to 3.6, those
//! about HTTP, tracing and members' names from 3.6 on. Rows of one table, in the order of names: not
//! split.

use pki_core::RowId::{
    Apiserver, ApiserverEtcdClient, ApiserverKubeletClient, ClusterCa, ControllerManagerConf,
    EtcdCa, EtcdHealthcheckClient, EtcdPeer, EtcdServer, FrontProxyCa, FrontProxyClient,
    KubeletConf, KubeletServing, SchedulerConf, ServiceAccount,
};
use pki_core::{Part, RowId};

use super::ComputedValue::{
    BootstrapKubeconfig, ClusterSigningDuration, EtcdctlEndpoints, ExternalEtcdEndpoints,
    ServiceAccountIssuer,
};
use super::FlagValue::{Computed, Switch, Text};
use super::Place::{Flag, KubeletConfiguration};
use super::When::{
    Always, EmptyWithoutClusterCaKey, ExternalEtcd, LocalEtcd, OnRequest, UnlessGiven,
};
use super::{FlagSpec, FlagValue, Place, Role, Takes, When};
use crate::table::Component;

/// `Component { Place "name" = value, when, "purpose"; ... }`: rows on two lines each, so that
/// the table can be read as one.
macro_rules! flags {
    ($($component:ident {
        $($place:ident $name:literal = $value:expr, $when:expr, $purpose:literal;)*
    })*) => {
        &[$($(FlagSpec {
            component: Component::$component,
            place: $place,
            name: $name,
            value: $value,
            when: $when,
            purpose: $purpose,
        },)*)*]
    };
}

/// What a file says that a flag names.
const ADMISSION: Place = Place::FileOf("admission-control-config-file");
const AUTHORIZATION: Place = Place::FileOf("authorization-config");
const EGRESS: Place = Place::FileOf("egress-selector-config-file");
const SCHEDULER: Place = Place::FileOf("config");
const TRACING: Place = Place::FileOf("tracing-config-file");

const GIVEN_SWITCH: FlagValue = FlagValue::Given(Takes::Switch);
const GIVEN_TEXT: FlagValue = FlagValue::Given(Takes::Text);

/// Every row, sorted by component and name: what this project sets, and what else decides who is
/// believed, which is `Given`.
pub static FLAGS: &[FlagSpec] = flags! {
    KubeApiserver {
        Flag "admission-control-config-file" = given(Role::Configuration), OnRequest,
            "file that configures admission plugins, among it what is presented to webhooks";
        Flag "anonymous-auth" = GIVEN_SWITCH, OnRequest,
            "serves callers who present nothing, as system:anonymous; on unless set to false";
        Flag "api-audiences" = GIVEN_TEXT, OnRequest,
            "audiences that a token must be meant for; unset, the issuer's";
        Flag "audit-webhook-config-file" = given(Role::Kubeconfig), OnRequest,
            "kubeconfig of a service that every audited request is sent to";
        Flag "authentication-config" = given(Role::Configuration), OnRequest,
            "file that configures token issuers and anonymous access, instead of oidc-* flags";
        Flag "authentication-token-webhook-config-file" = given(Role::Kubeconfig), OnRequest,
            "kubeconfig of a service that is asked whose a bearer token is";
        Flag "authorization-config" = given(Role::Configuration), OnRequest,
            "file that configures the authorizers, instead of authorization-mode";
        Flag "authorization-mode" = Text("Node,RBAC"), UnlessGiven("authorization-config"),
            "who decides what the name in a certificate may do: Node for kubelets, RBAC for all";
        Flag "authorization-webhook-config-file" = given(Role::Kubeconfig), OnRequest,
            "kubeconfig of a service that is asked what a user may do";
        AUTHORIZATION "authorizers[].webhook.connectionInfo.kubeConfigFile" = given(Role::Kubeconfig), OnRequest,
            "kubeconfig of a service that is asked what a user may do";
        Flag "cert-dir" = GIVEN_TEXT, OnRequest,
            "directory of the certificate that is made where tls-cert-file is unset";
        Flag "client-ca-file" = admits(ClusterCa), Always,
            "authorities whose client certificates are accepted as users, nodes and components";
        Flag "debug-socket-path" = GIVEN_TEXT, OnRequest,
            "socket where profiles are served to whoever opens it; unset, none";
        Flag "egress-selector-config-file" = given(Role::Configuration), OnRequest,
            "file that says by which proxy nodes, etcd and webhooks are dialled";
        EGRESS "egressSelections[].connection.transport.tcp.tlsConfig.caBundle" = given(Role::ServerTrust), OnRequest,
            "authorities that the proxy's server certificate must come from; unset, the system's";
        EGRESS "egressSelections[].connection.transport.tcp.tlsConfig.clientCert" = given(Role::OwnCertificate), OnRequest,
            "certificate presented to the proxy";
        EGRESS "egressSelections[].connection.transport.tcp.tlsConfig.clientKey" = given(Role::PrivateKey), OnRequest,
            "private key of the certificate presented to the proxy";
        EGRESS "egressSelections[].connection.transport.tcp.url" = GIVEN_TEXT, OnRequest,
            "where the proxy is dialled; a URL with http is dialled without TLS";
        Flag "enable-admission-plugins" = Text("NodeRestriction"), Always,
            "keeps each kubelet to its own node and the pods on it, whatever it asks for";
        Flag "enable-bootstrap-token-auth" = Switch(true), Always,
            "lets a new node join with a bootstrap token and ask for its first certificate";
        TRACING "endpoint" = GIVEN_TEXT, OnRequest,
            "collector that traces of requests are sent to, always without TLS; unset, localhost:4317";
        Flag "etcd-cafile" = believes(EtcdCa), Always,
            "authorities that etcd's server certificates must come from";
        Flag "etcd-certfile" = presents(ApiserverEtcdClient), Always,
            "certificate presented to etcd";
        Flag "etcd-keyfile" = key(ApiserverEtcdClient), Always,
            "private key of the certificate presented to etcd";
        Flag "etcd-servers" = Computed(ExternalEtcdEndpoints), ExternalEtcd,
            "where the external etcd members are dialled";
        Flag "etcd-servers-overrides" = GIVEN_TEXT, OnRequest,
            "etcd members of single resources, dialled instead of etcd-servers";
        Flag "kubelet-certificate-authority" = believes(ClusterCa), When::KubeletServing,
            "authorities that kubelets' serving certificates must come from; unset, none is checked";
        Flag "kubelet-client-certificate" = presents(ApiserverKubeletClient), Always,
            "certificate presented to kubelets, for logs, exec and port-forward";
        Flag "kubelet-client-key" = key(ApiserverKubeletClient), Always,
            "private key of the certificate presented to kubelets";
        Flag "kubelet-preferred-address-types" = GIVEN_TEXT, OnRequest,
            "which of a node's addresses is dialled, and so must be in its kubelet's certificate";
        Flag "oidc-ca-file" = given(Role::ServerTrust), OnRequest,
            "authorities that the token issuer's server certificate must come from";
        Flag "oidc-client-id" = GIVEN_TEXT, OnRequest,
            "audience that the issuer's tokens must be meant for";
        Flag "oidc-groups-claim" = GIVEN_TEXT, OnRequest,
            "claim of the token that holds the user's groups";
        Flag "oidc-groups-prefix" = GIVEN_TEXT, OnRequest,
            "what is put before these groups, so that none is taken for one of the system's";
        Flag "oidc-issuer-url" = GIVEN_TEXT, OnRequest,
            "issuer whose tokens are accepted from people";
        Flag "oidc-required-claim" = GIVEN_TEXT, OnRequest,
            "claim that a token must hold with this value";
        Flag "oidc-signing-algs" = GIVEN_TEXT, OnRequest,
            "signature algorithms that are accepted in tokens";
        Flag "oidc-username-claim" = GIVEN_TEXT, OnRequest,
            "claim of the token that holds the user's name";
        Flag "oidc-username-prefix" = GIVEN_TEXT, OnRequest,
            "what is put before the user's name, so that it is taken for no other";
        Flag "peer-ca-file" = given(Role::ServerTrust), OnRequest,
            "authorities that the other API servers' serving certificates must come from";
        ADMISSION "plugins[].configuration.imagePolicy.kubeConfigFile" = given(Role::Kubeconfig), OnRequest,
            "kubeconfig of a service that is asked which images may run";
        Flag "proxy-client-cert-file" = presents(FrontProxyClient), Always,
            "certificate presented to extension API servers";
        Flag "proxy-client-key-file" = key(FrontProxyClient), Always,
            "private key of the certificate presented to extension API servers";
        Flag "requestheader-allowed-names" = Text("front-proxy-client"), Always,
            "common names of proxies whose word about a user is taken";
        Flag "requestheader-client-ca-file" = admits(FrontProxyCa), Always,
            "authorities that certificates of such proxies must come from; never the cluster's own";
        Flag "requestheader-extra-headers-prefix" = Text("X-Remote-Extra-"), Always,
            "headers in which a proxy passes on further facts about the user";
        Flag "requestheader-group-headers" = Text("X-Remote-Group"), Always,
            "header in which a proxy passes on the user's groups";
        Flag "requestheader-uid-headers" = GIVEN_TEXT, OnRequest,
            "header in which a proxy passes on the user's UID";
        Flag "requestheader-username-headers" = Text("X-Remote-User"), Always,
            "header in which a proxy passes on the user's name";
        Flag "service-account-extend-token-expiration" = GIVEN_SWITCH, OnRequest,
            "lets the tokens of pods live up to a year instead of an hour; on unless set to false";
        Flag "service-account-issuer" = Computed(ServiceAccountIssuer), Always,
            "issuer named in service-account tokens; tokens of others are refused";
        Flag "service-account-jwks-uri" = GIVEN_TEXT, OnRequest,
            "where others fetch the public keys that tokens are checked with";
        Flag "service-account-key-file" = file(ServiceAccount, Part::PublicKey, Role::TokenVerificationKey), Always,
            "public key that service-account tokens are checked with";
        Flag "service-account-lookup" = GIVEN_SWITCH, OnRequest,
            "refuses tokens whose service account or Secret is gone; on unless set to false";
        Flag "service-account-max-token-expiration" = GIVEN_TEXT, OnRequest,
            "longest life of a token that is asked for";
        Flag "service-account-signing-endpoint" = GIVEN_TEXT, OnRequest,
            "socket of a service that signs tokens, instead of the two key files";
        Flag "service-account-signing-key-file" = file(ServiceAccount, Part::Key, Role::TokenSigningKey), Always,
            "private key that service-account tokens are signed with";
        Flag "tls-cert-file" = presents(Apiserver), Always,
            "certificate presented to everyone who dials the API server";
        Flag "tls-cipher-suites" = GIVEN_TEXT, OnRequest,
            "cipher suites accepted below TLS 1.3; unset, Go's";
        Flag "tls-curve-preferences" = GIVEN_TEXT, OnRequest,
            "key exchanges that are accepted, by Go's numbers; unset, Go's";
        Flag "tls-min-version" = GIVEN_TEXT, OnRequest,
            "lowest TLS version accepted; unset, TLS 1.2";
        Flag "tls-private-key-file" = key(Apiserver), Always,
            "private key of the certificate presented to everyone who dials the API server";
        Flag "tls-sni-cert-key" = given(Role::CertificateAndKey), OnRequest,
            "further certificates with their keys, presented to who dials by one of their names";
        Flag "token-auth-file" = given(Role::TokenList), OnRequest,
            "file of bearer tokens with the users they stand for, in plain text";
        Flag "tracing-config-file" = given(Role::Configuration), OnRequest,
            "file that says where traces of requests are sent";
    }
    KubeControllerManager {
        Flag "authentication-kubeconfig" = kubeconfig(ControllerManagerConf), Always,
            "identity used to ask the API server who a caller of this component's own port is";
        Flag "authentication-skip-lookup" = GIVEN_SWITCH, OnRequest,
            "does not read the authorities of callers from the cluster where none are given";
        Flag "authentication-tolerate-lookup-failure" = GIVEN_SWITCH, OnRequest,
            "starts although these authorities cannot be read from the cluster; off unless set to true";
        Flag "authorization-always-allow-paths" = GIVEN_TEXT, OnRequest,
            "paths of this component's own port that everyone may ask for; unset, health alone";
        Flag "authorization-kubeconfig" = kubeconfig(ControllerManagerConf), Always,
            "identity used to ask the API server what a caller of this component's own port may do";
        Flag "bind-address" = GIVEN_TEXT, OnRequest,
            "address of this component's own port; unset, every one";
        Flag "cert-dir" = GIVEN_TEXT, OnRequest,
            "directory of the certificate that is made where tls-cert-file is unset; unset, in memory";
        Flag "client-ca-file" = admits(ClusterCa), Always,
            "authorities whose client certificates are accepted on this component's own port";
        Flag "cluster-signing-cert-file" = file(ClusterCa, Part::Certificate, Role::IssuingCertificate), EmptyWithoutClusterCaKey,
            "the one certificate in whose name approved signing requests are signed";
        Flag "cluster-signing-duration" = Computed(ClusterSigningDuration), OnRequest,
            "longest life of the certificates signed here; unset, a year";
        Flag "cluster-signing-key-file" = key(ClusterCa), EmptyWithoutClusterCaKey,
            "private key that approved signing requests are signed with";
        Flag "cluster-signing-kube-apiserver-client-cert-file" = given(Role::IssuingCertificate), OnRequest,
            "as cluster-signing-cert-file, for clients of the API server only";
        Flag "cluster-signing-kube-apiserver-client-key-file" = given(Role::PrivateKey), OnRequest,
            "as cluster-signing-key-file, for clients of the API server only";
        Flag "cluster-signing-kubelet-client-cert-file" = given(Role::IssuingCertificate), OnRequest,
            "as cluster-signing-cert-file, for kubelets as clients only";
        Flag "cluster-signing-kubelet-client-key-file" = given(Role::PrivateKey), OnRequest,
            "as cluster-signing-key-file, for kubelets as clients only";
        Flag "cluster-signing-kubelet-serving-cert-file" = given(Role::IssuingCertificate), OnRequest,
            "as cluster-signing-cert-file, for kubelets as servers only";
        Flag "cluster-signing-kubelet-serving-key-file" = given(Role::PrivateKey), OnRequest,
            "as cluster-signing-key-file, for kubelets as servers only";
        Flag "cluster-signing-legacy-unknown-cert-file" = given(Role::IssuingCertificate), OnRequest,
            "as cluster-signing-cert-file, for requests of the beta API only";
        Flag "cluster-signing-legacy-unknown-key-file" = given(Role::PrivateKey), OnRequest,
            "as cluster-signing-key-file, for requests of the beta API only";
        Flag "controllers" = Text("*,bootstrapsigner,tokencleaner"), Always,
            "adds the controllers that make bootstrap tokens usable and remove expired ones";
        Flag "kubeconfig" = kubeconfig(ControllerManagerConf), Always,
            "identity shown to the API server";
        Flag "master" = GIVEN_TEXT, OnRequest,
            "address of the API server, instead of the one in the kubeconfig";
        Flag "requestheader-allowed-names" = GIVEN_TEXT, OnRequest,
            "common names of proxies whose word about a user is taken on this component's own port";
        Flag "requestheader-client-ca-file" = admits(FrontProxyCa), Always,
            "authorities of proxies whose word about a user is taken on this component's own port";
        Flag "root-ca-file" = believes(ClusterCa), Always,
            "authorities handed to every pod, to know the API server by";
        Flag "service-account-private-key-file" = file(ServiceAccount, Part::Key, Role::TokenSigningKey), Always,
            "private key that service-account tokens kept in Secrets are signed with";
        Flag "tls-cert-file" = given(Role::OwnCertificate), OnRequest,
            "certificate presented on this component's own port; unset, one that nobody signed";
        Flag "tls-cipher-suites" = GIVEN_TEXT, OnRequest,
            "cipher suites accepted below TLS 1.3; unset, Go's";
        Flag "tls-curve-preferences" = GIVEN_TEXT, OnRequest,
            "key exchanges that are accepted, by Go's numbers; unset, Go's";
        Flag "tls-min-version" = GIVEN_TEXT, OnRequest,
            "lowest TLS version accepted; unset, TLS 1.2";
        Flag "tls-private-key-file" = given(Role::PrivateKey), OnRequest,
            "private key of the certificate presented on this component's own port";
        Flag "tls-sni-cert-key" = given(Role::CertificateAndKey), OnRequest,
            "further certificates with their keys, presented to who dials by one of their names";
        Flag "use-service-account-credentials" = Switch(true), Always,
            "gives each controller its own identity, so that RBAC holds each to its own task";
    }
    KubeScheduler {
        Flag "authentication-kubeconfig" = kubeconfig(SchedulerConf), Always,
            "identity used to ask the API server who a caller of this component's own port is";
        Flag "authentication-skip-lookup" = GIVEN_SWITCH, OnRequest,
            "does not read the authorities of callers from the cluster where none are given";
        Flag "authentication-tolerate-lookup-failure" = GIVEN_SWITCH, OnRequest,
            "starts although these authorities cannot be read from the cluster; on unless set to false";
        Flag "authorization-always-allow-paths" = GIVEN_TEXT, OnRequest,
            "paths of this component's own port that everyone may ask for; unset, health alone";
        Flag "authorization-kubeconfig" = kubeconfig(SchedulerConf), Always,
            "identity used to ask the API server what a caller of this component's own port may do";
        Flag "bind-address" = GIVEN_TEXT, OnRequest,
            "address of this component's own port; unset, every one";
        Flag "cert-dir" = GIVEN_TEXT, OnRequest,
            "directory of the certificate that is made where tls-cert-file is unset; unset, in memory";
        Flag "client-ca-file" = given(Role::ClientTrust), OnRequest,
            "authorities whose client certificates are accepted on its port; unset, asked of the cluster";
        Flag "config" = given(Role::Configuration), OnRequest,
            "its configuration file, KubeSchedulerConfiguration, which names its kubeconfig and extenders";
        SCHEDULER "extenders[].tlsConfig.caFile" = given(Role::ServerTrust), OnRequest,
            "authorities that the extender's server certificate must come from; unset, the system's";
        SCHEDULER "extenders[].tlsConfig.certFile" = given(Role::OwnCertificate), OnRequest,
            "certificate presented to the extender";
        SCHEDULER "extenders[].tlsConfig.insecure" = GIVEN_SWITCH, OnRequest,
            "takes whatever certificate the extender presents";
        SCHEDULER "extenders[].tlsConfig.keyFile" = given(Role::PrivateKey), OnRequest,
            "private key of the certificate presented to the extender";
        SCHEDULER "extenders[].urlPrefix" = GIVEN_TEXT, OnRequest,
            "where the extender is asked; a URL with http is dialled without TLS";
        Flag "kubeconfig" = kubeconfig(SchedulerConf), Always,
            "identity shown to the API server";
        Flag "master" = GIVEN_TEXT, OnRequest,
            "address of the API server, instead of the one in the kubeconfig";
        Flag "requestheader-allowed-names" = GIVEN_TEXT, OnRequest,
            "common names of proxies whose word about a user is taken on this component's own port";
        Flag "requestheader-client-ca-file" = given(Role::ClientTrust), OnRequest,
            "authorities of proxies whose word is taken on its port; unset, asked of the cluster";
        Flag "tls-cert-file" = given(Role::OwnCertificate), OnRequest,
            "certificate presented on this component's own port; unset, one that nobody signed";
        Flag "tls-cipher-suites" = GIVEN_TEXT, OnRequest,
            "cipher suites accepted below TLS 1.3; unset, Go's";
        Flag "tls-curve-preferences" = GIVEN_TEXT, OnRequest,
            "key exchanges that are accepted, by Go's numbers; unset, Go's";
        Flag "tls-min-version" = GIVEN_TEXT, OnRequest,
            "lowest TLS version accepted; unset, TLS 1.2";
        Flag "tls-private-key-file" = given(Role::PrivateKey), OnRequest,
            "private key of the certificate presented on this component's own port";
        Flag "tls-sni-cert-key" = given(Role::CertificateAndKey), OnRequest,
            "further certificates with their keys, presented to who dials by one of their names";
    }
    Kubelet {
        KubeletConfiguration "authentication.anonymous.enabled" = Switch(false), Always,
            "refuses callers that show neither certificate nor token";
        KubeletConfiguration "authentication.webhook.enabled" = Switch(true), Always,
            "asks the API server whose a bearer token is";
        KubeletConfiguration "authentication.x509.clientCAFile" = admits(ClusterCa), Always,
            "authorities whose client certificates are accepted, the API server's among them";
        KubeletConfiguration "authorization.mode" = Text("Webhook"), Always,
            "asks the API server what a caller may do, instead of allowing everything";
        Flag "bootstrap-kubeconfig" = Computed(BootstrapKubeconfig), Always,
            "where kubeconfig is missing: the token with which a first certificate is asked for";
        Flag "cert-dir" = GIVEN_TEXT, OnRequest,
            "directory of the certificates that the kubelet makes or asks for itself";
        Flag "config" = given(Role::Configuration), OnRequest,
            "its configuration file, KubeletConfiguration: the fields of this table are in there";
        Flag "config-dir" = GIVEN_TEXT, OnRequest,
            "directory of further configuration files, which win over config";
        KubeletConfiguration "featureGates.RotateKubeletServerCertificate" = GIVEN_SWITCH, OnRequest,
            "allows serverTLSBootstrap; on unless set to false";
        Flag "kubeconfig" = kubeconfig(KubeletConf), Always,
            "identity shown to the API server";
        KubeletConfiguration "readOnlyPort" = GIVEN_TEXT, OnRequest,
            "port that serves what runs on the node to everyone, in plain text; unset, none";
        KubeletConfiguration "rotateCertificates" = Switch(true), Always,
            "asks the API server for a new client certificate before the old one expires";
        KubeletConfiguration "serverTLSBootstrap" = GIVEN_SWITCH, OnRequest,
            "asks the API server for a serving certificate, which somebody has to approve";
        KubeletConfiguration "staticPodURL" = GIVEN_TEXT, OnRequest,
            "address that manifests of static pods are fetched from; unset, none";
        KubeletConfiguration "tlsCertFile" = presents(KubeletServing), When::KubeletServing,
            "certificate presented to the API server; unset, one that nobody signed";
        KubeletConfiguration "tlsCipherSuites" = GIVEN_TEXT, OnRequest,
            "cipher suites accepted below TLS 1.3; unset, Go's";
        KubeletConfiguration "tlsCurvePreferences" = GIVEN_TEXT, OnRequest,
            "key exchanges that are accepted, by Go's numbers; unset, Go's";
        KubeletConfiguration "tlsMinVersion" = GIVEN_TEXT, OnRequest,
            "lowest TLS version accepted; unset, TLS 1.2";
        KubeletConfiguration "tlsPrivateKeyFile" = key(KubeletServing), When::KubeletServing,
            "private key of the certificate presented to the API server";
        KubeletConfiguration "tracing.endpoint" = GIVEN_TEXT, OnRequest,
            "collector that traces are sent to, always without TLS; unset, localhost:4317";
    }
    Etcd {
        Flag "advertise-client-urls" = GIVEN_TEXT, OnRequest,
            "where clients are told to dial this member";
        Flag "auto-tls" = GIVEN_SWITCH, OnRequest,
            "makes a serving certificate that nobody signed, instead of cert-file";
        Flag "cert-file" = presents(EtcdServer), LocalEtcd,
            "certificate presented to clients";
        Flag "cipher-suites" = GIVEN_TEXT, OnRequest,
            "cipher suites accepted below TLS 1.3; unset, Go's";
        Flag "client-cert-allowed-hostname" = GIVEN_TEXT, OnRequest,
            "name that the certificates of clients must hold";
        Flag "client-cert-auth" = Switch(true), LocalEtcd,
            "refuses clients without a certificate";
        Flag "client-cert-file" = given(Role::OwnCertificate), OnRequest,
            "certificate etcd presents when it dials itself; unset, cert-file";
        Flag "client-crl-file" = given(Role::RevocationList), OnRequest,
            "list of revoked certificates of clients";
        Flag "client-key-file" = given(Role::PrivateKey), OnRequest,
            "private key of the certificate etcd presents when it dials itself";
        Flag "config-file" = given(Role::Configuration), OnRequest,
            "YAML file with these options; where it is given, every other flag is ignored";
        Flag "distributed-tracing-address" = GIVEN_TEXT, OnRequest,
            "collector that traces are sent to, always without TLS; unset, localhost:4317";
        Flag "enable-distributed-tracing" = GIVEN_SWITCH, OnRequest,
            "sends traces of what etcd is asked to distributed-tracing-address";
        Flag "initial-advertise-peer-urls" = GIVEN_TEXT, OnRequest,
            "where the other members are told to dial this one";
        Flag "initial-cluster" = GIVEN_TEXT, OnRequest,
            "members by their URLs for each other, while a cluster is first formed";
        Flag "key-file" = key(EtcdServer), LocalEtcd,
            "private key of the certificate presented to clients";
        Flag "listen-client-http-urls" = GIVEN_TEXT, OnRequest,
            "where clients are served by HTTP alone, every key with it; unset, where listen-client-urls says";
        Flag "listen-client-urls" = GIVEN_TEXT, OnRequest,
            "where clients are served; a URL with http is served without TLS";
        Flag "listen-metrics-urls" = GIVEN_TEXT, OnRequest,
            "where health and metrics are served to everyone, without a certificate";
        Flag "listen-peer-urls" = GIVEN_TEXT, OnRequest,
            "where the other members are served; a URL with http is served without TLS";
        Flag "peer-auto-tls" = GIVEN_SWITCH, OnRequest,
            "makes a certificate for other members that nobody signed, instead of peer-cert-file";
        Flag "peer-cert-allowed-cn" = GIVEN_TEXT, OnRequest,
            "common name that the certificates of other members must hold";
        Flag "peer-cert-allowed-hostname" = GIVEN_TEXT, OnRequest,
            "name that the certificates of other members must hold";
        Flag "peer-cert-file" = presents(EtcdPeer), LocalEtcd,
            "certificate presented to the other members, as server and as client";
        Flag "peer-client-cert-auth" = Switch(true), LocalEtcd,
            "refuses members without a certificate";
        Flag "peer-client-cert-file" = given(Role::OwnCertificate), OnRequest,
            "certificate presented when dialling another member; unset, peer-cert-file";
        Flag "peer-client-key-file" = given(Role::PrivateKey), OnRequest,
            "private key of the certificate presented when dialling another member";
        Flag "peer-crl-file" = given(Role::RevocationList), OnRequest,
            "list of revoked certificates of other members";
        Flag "peer-key-file" = key(EtcdPeer), LocalEtcd,
            "private key of the certificate presented to the other members";
        Flag "peer-skip-client-san-verification" = GIVEN_SWITCH, OnRequest,
            "accepts members whose certificate does not hold the address they dial from";
        Flag "peer-trusted-ca-file" = admits(EtcdCa), LocalEtcd,
            "authorities that certificates of other members must come from";
        Flag "tls-min-version" = GIVEN_TEXT, OnRequest,
            "lowest TLS version accepted; unset, TLS 1.2";
        Flag "trusted-ca-file" = admits(EtcdCa), LocalEtcd,
            "authorities that certificates of clients must come from";
    }
    Etcdctl {
        Flag "cacert" = believes(EtcdCa), Always,
            "authorities that etcd's server certificates must come from";
        Flag "cert" = presents(EtcdHealthcheckClient), Always,
            "certificate presented to etcd";
        Flag "endpoints" = Computed(EtcdctlEndpoints), Always,
            "where etcd is dialled";
        Flag "insecure-skip-tls-verify" = GIVEN_SWITCH, OnRequest,
            "takes whatever certificate the server presents";
        Flag "insecure-transport" = GIVEN_SWITCH, OnRequest,
            "dials without TLS where no certificate is given; on unless set to false";
        Flag "key" = key(EtcdHealthcheckClient), Always,
            "private key of the certificate presented to etcd";
    }
};

const fn admits(id: RowId) -> FlagValue {
    file(id, Part::Certificate, Role::ClientTrust)
}

const fn believes(id: RowId) -> FlagValue {
    file(id, Part::Certificate, Role::ServerTrust)
}

const fn presents(id: RowId) -> FlagValue {
    file(id, Part::Certificate, Role::OwnCertificate)
}

const fn key(id: RowId) -> FlagValue {
    file(id, Part::Key, Role::PrivateKey)
}

const fn kubeconfig(id: RowId) -> FlagValue {
    file(id, Part::Kubeconfig, Role::Kubeconfig)
}

const fn file(id: RowId, part: Part, role: Role) -> FlagValue {
    FlagValue::File {
        artifact: id.part(part),
        role,
    }
}

const fn given(role: Role) -> FlagValue {
    FlagValue::Given(Takes::File(role))
}
