//! The rows. kubernetes.io "PKI certificates and requirements", and what kubeadm writes into
//! manifests (`phases/controlplane/manifests.go`, `phases/etcd/local.go`) and into the kubelet's
//! configuration (`componentconfigs/kubelet.go`). etcd's rows are understood by etcd 3.4 to 3.6.

use pki_core::CertId::{
    Apiserver, ApiserverEtcdClient, ApiserverKubeletClient, ClusterCa, ControllerManagerConf,
    EtcdCa, EtcdHealthcheckClient, EtcdPeer, EtcdServer, FrontProxyCa, FrontProxyClient,
    KubeletConf, KubeletServing, SchedulerConf, ServiceAccount,
};
use pki_core::{CertId, Part};

use super::ComputedValue::{
    BootstrapKubeconfig, ClusterSigningDuration, EtcdctlEndpoints, ExternalEtcdEndpoints,
    ServiceAccountIssuer,
};
use super::FlagValue::{Computed, Given, Switch, Text};
use super::Place::{Flag, KubeletConfiguration};
use super::When::{
    Always, EmptyWithoutClusterCaKey, ExternalEtcd, LocalEtcd, OnRequest, UnlessGiven,
};
use super::{Component, FlagSpec, FlagValue, Role, When};

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

/// Every row, sorted by component and name.
pub static FLAGS: &[FlagSpec] = flags! {
    KubeApiserver {
        Flag "authorization-config" = Given, OnRequest,
            "file that configures the authorizers, instead of authorization-mode";
        Flag "authorization-mode" = Text("Node,RBAC"), UnlessGiven("authorization-config"),
            "who decides what the name in a certificate may do: Node for kubelets, RBAC for all";
        Flag "client-ca-file" = trusts(ClusterCa), Always,
            "authorities whose client certificates are accepted as users, nodes and components";
        Flag "enable-admission-plugins" = Text("NodeRestriction"), Always,
            "keeps each kubelet to its own node and the pods on it, whatever it asks for";
        Flag "enable-bootstrap-token-auth" = Switch(true), Always,
            "lets a new node join with a bootstrap token and ask for its first certificate";
        Flag "etcd-cafile" = trusts(EtcdCa), Always,
            "authorities that etcd's server certificates must come from";
        Flag "etcd-certfile" = presents(ApiserverEtcdClient), Always,
            "certificate presented to etcd";
        Flag "etcd-keyfile" = key(ApiserverEtcdClient), Always,
            "private key of the certificate presented to etcd";
        Flag "etcd-servers" = Computed(ExternalEtcdEndpoints), ExternalEtcd,
            "where the external etcd members are dialled";
        Flag "kubelet-certificate-authority" = trusts(ClusterCa), When::KubeletServing,
            "authorities that kubelets' serving certificates must come from; unset, none is checked";
        Flag "kubelet-client-certificate" = presents(ApiserverKubeletClient), Always,
            "certificate presented to kubelets, for logs, exec and port-forward";
        Flag "kubelet-client-key" = key(ApiserverKubeletClient), Always,
            "private key of the certificate presented to kubelets";
        Flag "proxy-client-cert-file" = presents(FrontProxyClient), Always,
            "certificate presented to extension API servers";
        Flag "proxy-client-key-file" = key(FrontProxyClient), Always,
            "private key of the certificate presented to extension API servers";
        Flag "requestheader-allowed-names" = Text("front-proxy-client"), Always,
            "common names of proxies whose word about a user is taken";
        Flag "requestheader-client-ca-file" = trusts(FrontProxyCa), Always,
            "authorities that certificates of such proxies must come from; never the cluster's own";
        Flag "requestheader-extra-headers-prefix" = Text("X-Remote-Extra-"), Always,
            "headers in which a proxy passes on further facts about the user";
        Flag "requestheader-group-headers" = Text("X-Remote-Group"), Always,
            "header in which a proxy passes on the user's groups";
        Flag "requestheader-username-headers" = Text("X-Remote-User"), Always,
            "header in which a proxy passes on the user's name";
        Flag "service-account-issuer" = Computed(ServiceAccountIssuer), Always,
            "issuer named in service-account tokens; tokens of others are refused";
        Flag "service-account-key-file" = file(ServiceAccount, Part::PublicKey, Role::TokenVerificationKey), Always,
            "public key that service-account tokens are checked with";
        Flag "service-account-signing-key-file" = file(ServiceAccount, Part::Key, Role::TokenSigningKey), Always,
            "private key that service-account tokens are signed with";
        Flag "tls-cert-file" = presents(Apiserver), Always,
            "certificate presented to everyone who dials the API server";
        Flag "tls-private-key-file" = key(Apiserver), Always,
            "private key of the certificate presented to everyone who dials the API server";
    }
    KubeControllerManager {
        Flag "authentication-kubeconfig" = kubeconfig(ControllerManagerConf), Always,
            "identity used to ask the API server who a caller of this component's own port is";
        Flag "authorization-kubeconfig" = kubeconfig(ControllerManagerConf), Always,
            "identity used to ask the API server what a caller of this component's own port may do";
        Flag "client-ca-file" = trusts(ClusterCa), Always,
            "authorities whose client certificates are accepted on this component's own port";
        Flag "cluster-signing-cert-file" = file(ClusterCa, Part::Certificate, Role::IssuingCertificate), EmptyWithoutClusterCaKey,
            "the one certificate in whose name approved signing requests are signed";
        Flag "cluster-signing-duration" = Computed(ClusterSigningDuration), OnRequest,
            "longest life of the certificates signed here; unset, a year";
        Flag "cluster-signing-key-file" = key(ClusterCa), EmptyWithoutClusterCaKey,
            "private key that approved signing requests are signed with";
        Flag "controllers" = Text("*,bootstrapsigner,tokencleaner"), Always,
            "adds the controllers that make bootstrap tokens usable and remove expired ones";
        Flag "kubeconfig" = kubeconfig(ControllerManagerConf), Always,
            "identity shown to the API server";
        Flag "requestheader-client-ca-file" = trusts(FrontProxyCa), Always,
            "authorities of proxies whose word about a user is taken on this component's own port";
        Flag "root-ca-file" = trusts(ClusterCa), Always,
            "authorities handed to every pod, to know the API server by";
        Flag "service-account-private-key-file" = file(ServiceAccount, Part::Key, Role::TokenSigningKey), Always,
            "private key that service-account tokens kept in Secrets are signed with";
        Flag "use-service-account-credentials" = Switch(true), Always,
            "gives each controller its own identity, so that RBAC holds each to its own task";
    }
    KubeScheduler {
        Flag "authentication-kubeconfig" = kubeconfig(SchedulerConf), Always,
            "identity used to ask the API server who a caller of this component's own port is";
        Flag "authorization-kubeconfig" = kubeconfig(SchedulerConf), Always,
            "identity used to ask the API server what a caller of this component's own port may do";
        Flag "kubeconfig" = kubeconfig(SchedulerConf), Always,
            "identity shown to the API server";
    }
    Kubelet {
        KubeletConfiguration "authentication.anonymous.enabled" = Switch(false), Always,
            "refuses callers that show neither certificate nor token";
        KubeletConfiguration "authentication.webhook.enabled" = Switch(true), Always,
            "asks the API server whose a bearer token is";
        KubeletConfiguration "authentication.x509.clientCAFile" = trusts(ClusterCa), Always,
            "authorities whose client certificates are accepted, the API server's among them";
        KubeletConfiguration "authorization.mode" = Text("Webhook"), Always,
            "asks the API server what a caller may do, instead of allowing everything";
        Flag "bootstrap-kubeconfig" = Computed(BootstrapKubeconfig), Always,
            "where kubeconfig is missing: the token with which a first certificate is asked for";
        Flag "kubeconfig" = kubeconfig(KubeletConf), Always,
            "identity shown to the API server";
        KubeletConfiguration "rotateCertificates" = Switch(true), Always,
            "asks the API server for a new client certificate before the old one expires";
        KubeletConfiguration "tlsCertFile" = presents(KubeletServing), When::KubeletServing,
            "certificate presented to the API server; unset, one that nobody signed";
        KubeletConfiguration "tlsPrivateKeyFile" = key(KubeletServing), When::KubeletServing,
            "private key of the certificate presented to the API server";
    }
    Etcd {
        Flag "cert-file" = presents(EtcdServer), LocalEtcd,
            "certificate presented to clients";
        Flag "client-cert-auth" = Switch(true), LocalEtcd,
            "refuses clients without a certificate";
        Flag "key-file" = key(EtcdServer), LocalEtcd,
            "private key of the certificate presented to clients";
        Flag "peer-cert-file" = presents(EtcdPeer), LocalEtcd,
            "certificate presented to the other members, as server and as client";
        Flag "peer-client-cert-auth" = Switch(true), LocalEtcd,
            "refuses members without a certificate";
        Flag "peer-key-file" = key(EtcdPeer), LocalEtcd,
            "private key of the certificate presented to the other members";
        Flag "peer-trusted-ca-file" = trusts(EtcdCa), LocalEtcd,
            "authorities that certificates of other members must come from";
        Flag "trusted-ca-file" = trusts(EtcdCa), LocalEtcd,
            "authorities that certificates of clients must come from";
    }
    Etcdctl {
        Flag "cacert" = trusts(EtcdCa), Always,
            "authorities that etcd's server certificates must come from";
        Flag "cert" = presents(EtcdHealthcheckClient), Always,
            "certificate presented to etcd";
        Flag "endpoints" = Computed(EtcdctlEndpoints), Always,
            "where etcd is dialled";
        Flag "key" = key(EtcdHealthcheckClient), Always,
            "private key of the certificate presented to etcd";
    }
};

const fn trusts(id: CertId) -> FlagValue {
    file(id, Part::Certificate, Role::TrustBundle)
}

const fn presents(id: CertId) -> FlagValue {
    file(id, Part::Certificate, Role::OwnCertificate)
}

const fn key(id: CertId) -> FlagValue {
    file(id, Part::Key, Role::PrivateKey)
}

const fn kubeconfig(id: CertId) -> FlagValue {
    file(id, Part::Kubeconfig, Role::Kubeconfig)
}

const fn file(id: CertId, part: Part, role: Role) -> FlagValue {
    FlagValue::File {
        artifact: id.part(part),
        role,
    }
}
