//! The rows.

use pki_core::Part;
use pki_core::RowId::{
    AdminConf, Apiserver, ApiserverEtcdClient, ApiserverKubeletClient, ClusterCa,
    ControllerManagerConf, EtcdCa, EtcdHealthcheckClient, EtcdPeer, EtcdServer, FrontProxyCa,
    FrontProxyClient, KubeletConf, KubeletServing, SchedulerConf, ServiceAccount, SuperAdminConf,
};

use super::Connections::{Closed, Kept, Rechecked, Restart};
use super::Material::{
    Identity, IdentityFiles, Issuing, Key, KubeconfigTrust, KubeletFile, Named, Pair, Trust,
};
use super::Reload::{AtStart, EveryFiveMinutes, OnChange, PerCall, PerHandshake};
use super::{Connections, Older, Reload, ReloadSpec};
use crate::table::{Component, KubernetesVersion, Party};

const APISERVER: Party = Party::Component(Component::KubeApiserver);
const CONTROLLER_MANAGER: Party = Party::Component(Component::KubeControllerManager);
const SCHEDULER: Party = Party::Component(Component::KubeScheduler);
const KUBELET: Party = Party::Component(Component::Kubelet);
const ETCD: Party = Party::Component(Component::Etcd);
const ETCDCTL: Party = Party::Component(Component::Etcdctl);

/// `Reader: Material, [flags] => Reload, Connections; "note", older...; "source"`: a row on two
/// or three lines.
macro_rules! reloads {
    ($($material:expr, $reader:expr, [$($flag:literal),*] => $reload:expr, $connections:expr,
        $note:literal, [$($older:expr),*], $source:literal;)*) => {
        &[$(ReloadSpec {
            material: $material,
            reader: $reader,
            flags: &[$($flag),*],
            reload: $reload,
            connections: $connections,
            older: &[$($older),*],
            note: $note,
            source: $source,
        },)*]
    };
}

const fn before(minor: u16, reload: Reload, note: &'static str, source: &'static str) -> Older {
    Older {
        before: KubernetesVersion::minor(minor),
        reload,
        note,
        source,
    }
}

const ROTATION: &str = "kubernetes#132922; client-go/features/known_features.go";

/// Every reader of every file: first what can be renewed, then what is trusted and signed with.
pub static RELOADS: &[ReloadSpec] = reloads! {
    Pair(Apiserver), APISERVER, ["tls-cert-file", "tls-private-key-file"] => OnChange, Kept,
        "", [], "apiserver/pkg/server/options/serving.go";
    Pair(ApiserverKubeletClient), APISERVER, ["kubelet-client-certificate", "kubelet-client-key"]
        => EveryFiveMinutes, Closed,
        "open exec, attach, port-forward and log streams are closed when it does", [],
        "pkg/kubelet/client/kubelet_client.go";
    Pair(KubeletServing), KUBELET, ["tlsCertFile", "tlsPrivateKeyFile"] => OnChange, Kept,
        "",
        [before(36, AtStart, "who dials it by address, as kube-apiserver does, goes on being \
             shown the old one", "kubernetes#133654")],
        "pkg/features/kube_features.go, ReloadKubeletServerCertificateFile";
    Pair(FrontProxyClient), APISERVER, ["proxy-client-cert-file", "proxy-client-key-file"]
        => OnChange, Kept,
        "", [], "kube-aggregator/pkg/apiserver/apiserver.go";
    Pair(EtcdServer), ETCD, ["cert-file", "key-file"] => PerHandshake, Kept,
        "", [], "etcd client/pkg/transport/listener.go";
    Pair(EtcdPeer), ETCD, ["peer-cert-file", "peer-key-file"] => PerHandshake, Kept,
        "", [], "etcd client/pkg/transport/listener.go";
    Pair(EtcdHealthcheckClient), ETCDCTL, ["cert", "key"] => PerCall, Connections::None,
        "", [], "etcd etcdctl/ctlv3/command/global.go";
    Pair(ApiserverEtcdClient), APISERVER, ["etcd-certfile", "etcd-keyfile"] => PerHandshake, Kept,
        "", [], "etcd client/pkg/transport/listener.go";
    Identity(AdminConf), Party::Kubectl, [] => PerCall, Connections::None,
        "copies of it, such as ~/.kube/config, hold the old certificate: copy it again", [],
        "client-go/tools/clientcmd";
    Identity(SuperAdminConf), Party::Kubectl, [] => PerCall, Connections::None,
        "copies of it hold the old certificate: copy it again", [],
        "client-go/tools/clientcmd";
    Identity(KubeletConf), KUBELET, ["kubeconfig"] => AtStart, Restart,
        "where a certificate is embedded in it, that must be valid whenever the kubelet starts, \
         whatever is behind kubelet-client-current.pem", [],
        "cmd/kubelet/app/server.go";
    Identity(ControllerManagerConf), CONTROLLER_MANAGER,
        ["kubeconfig", "authentication-kubeconfig", "authorization-kubeconfig"]
        => AtStart, Restart,
        "", [], "client-go/transport/transport.go, loadTLSFiles";
    Identity(SchedulerConf), SCHEDULER,
        ["kubeconfig", "authentication-kubeconfig", "authorization-kubeconfig"]
        => AtStart, Restart,
        "", [], "client-go/transport/transport.go, loadTLSFiles";
    IdentityFiles(KubeletConf), KUBELET, ["kubeconfig"] => AtStart, Restart,
        "what the kubelet itself asks for it uses at once", [],
        "client-go/util/certificate/certificate_manager.go";
    IdentityFiles(ControllerManagerConf), CONTROLLER_MANAGER,
        ["kubeconfig", "authentication-kubeconfig", "authorization-kubeconfig"]
        => EveryFiveMinutes, Closed,
        "its container must see the files", [],
        "client-go/transport/cert_rotation.go";
    IdentityFiles(SchedulerConf), SCHEDULER,
        ["kubeconfig", "authentication-kubeconfig", "authorization-kubeconfig"]
        => EveryFiveMinutes, Closed,
        "its container must see the files", [],
        "client-go/transport/cert_rotation.go";
    KubeletFile("kubelet-client-current.pem"), KUBELET, ["cert-dir"] => AtStart, Restart,
        "the kubelet replaces it by itself at 70 to 90 per cent of its life, uses the new one at \
         once and closes its connections", [],
        "client-go/util/certificate/certificate_manager.go";
    KubeletFile("kubelet-server-current.pem"), KUBELET, ["cert-dir", "serverTLSBootstrap"]
        => AtStart, Restart,
        "the kubelet replaces it by itself at 70 to 90 per cent of its life, once the request is \
         approved", [],
        "pkg/kubelet/certificate/kubelet.go";
    KubeletFile("kubelet.crt"), KUBELET, ["cert-dir"] => AtStart, Restart,
        "the kubelet makes it when it starts and finds none, and never again", [],
        "cmd/kubelet/app/server.go";
    KubeletFile("bootstrap-kubelet.conf"), KUBELET, ["bootstrap-kubeconfig"] => AtStart, Restart,
        "read only while the kubelet has no valid client certificate", [],
        "pkg/kubelet/certificate/bootstrap/bootstrap.go";

    Trust(ClusterCa), APISERVER, ["client-ca-file"] => OnChange, Rechecked,
        "", [], "apiserver/pkg/server/options/authentication.go";
    Trust(ClusterCa), APISERVER, ["kubelet-certificate-authority"] => EveryFiveMinutes, Kept,
        "idle connections are closed", [before(36, AtStart, "", ROTATION)],
        "client-go/transport/ca_rotation.go, ClientsAllowCARotation";
    Trust(ClusterCa), CONTROLLER_MANAGER, ["client-ca-file"] => OnChange, Rechecked,
        "", [], "apiserver/pkg/server/options/authentication.go";
    Trust(ClusterCa), CONTROLLER_MANAGER, ["root-ca-file"] => AtStart, Restart,
        "only then does it write the new one into the ConfigMap kube-root-ca.crt of every \
         namespace", [],
        "cmd/kube-controller-manager/app/certificates.go";
    Trust(ClusterCa), SCHEDULER, [] => OnChange, Rechecked,
        "it reads the ConfigMap extension-apiserver-authentication, which kube-apiserver writes", [],
        "apiserver/pkg/server/dynamiccertificates/configmap_cafile_content.go";
    Trust(ClusterCa), KUBELET, ["authentication.x509.clientCAFile"] => OnChange, Rechecked,
        "",
        [before(36, OnChange, "the authorities that it names to clients in the handshake stay \
             the old ones until it is restarted", "CHANGELOG-1.36, kubernetes#136762")],
        "cmd/kubelet/app/auth.go, ReloadKubeletClientCAFile";
    Trust(ClusterCa), Party::Pod, [] => EveryFiveMinutes, Kept,
        "it reads the ConfigMap kube-root-ca.crt; programs built with client-go before 0.36 do so \
         at start only: restart their pods", [before(36, AtStart, "restart the pods", ROTATION)],
        "client-go/transport/ca_rotation.go, ClientsAllowCARotation";
    Issuing(ClusterCa), CONTROLLER_MANAGER,
        ["cluster-signing-cert-file", "cluster-signing-key-file"]
        => OnChange, Connections::None,
        "it must hold exactly one certificate: with two, nothing is signed any more", [],
        "pkg/controller/certificates/signer/ca_provider.go";
    KubeconfigTrust(AdminConf), Party::Kubectl, [] => PerCall, Connections::None,
        "copies of it, such as ~/.kube/config, hold the old one: copy it again", [],
        "client-go/tools/clientcmd";
    KubeconfigTrust(SuperAdminConf), Party::Kubectl, [] => PerCall, Connections::None,
        "copies of it hold the old one: copy it again", [],
        "client-go/tools/clientcmd";
    KubeconfigTrust(KubeletConf), KUBELET, ["kubeconfig"] => AtStart, Restart,
        "", [], "cmd/kubelet/app/server.go";
    KubeconfigTrust(ControllerManagerConf), CONTROLLER_MANAGER,
        ["kubeconfig", "authentication-kubeconfig", "authorization-kubeconfig"]
        => AtStart, Restart,
        "", [], "client-go/transport/transport.go, loadTLSFiles";
    KubeconfigTrust(SchedulerConf), SCHEDULER,
        ["kubeconfig", "authentication-kubeconfig", "authorization-kubeconfig"]
        => AtStart, Restart,
        "", [], "client-go/transport/transport.go, loadTLSFiles";
    Trust(FrontProxyCa), APISERVER, ["requestheader-client-ca-file"] => OnChange, Rechecked,
        "it also writes it into the ConfigMap extension-apiserver-authentication", [],
        "apiserver/pkg/server/options/authentication.go";
    Trust(FrontProxyCa), CONTROLLER_MANAGER, ["requestheader-client-ca-file"]
        => OnChange, Rechecked,
        "", [], "apiserver/pkg/server/options/authentication.go";
    Trust(FrontProxyCa), SCHEDULER, [] => OnChange, Rechecked,
        "it reads the ConfigMap extension-apiserver-authentication, which kube-apiserver writes", [],
        "apiserver/pkg/server/dynamiccertificates/configmap_cafile_content.go";
    Trust(FrontProxyCa), Party::ExtensionApiserver, [] => OnChange, Rechecked,
        "it reads the ConfigMap extension-apiserver-authentication, which kube-apiserver writes", [],
        "apiserver/pkg/server/dynamiccertificates/configmap_cafile_content.go";
    Trust(EtcdCa), APISERVER, ["etcd-cafile"] => AtStart, Restart,
        "", [], "etcd client/pkg/transport/listener.go";
    Trust(EtcdCa), ETCD, ["trusted-ca-file", "peer-trusted-ca-file"] => AtStart, Restart,
        "one member after the other, each when the one before it is healthy again", [],
        "etcd client/pkg/transport/listener.go";
    Trust(EtcdCa), ETCDCTL, ["cacert"] => PerCall, Connections::None,
        "", [], "etcd etcdctl/ctlv3/command/global.go";
    Key(ServiceAccount.part(Part::Key)), APISERVER, ["service-account-signing-key-file"]
        => AtStart, Restart,
        "", [], "pkg/kubeapiserver/options/authentication.go";
    Key(ServiceAccount.part(Part::PublicKey)), APISERVER, ["service-account-key-file"]
        => AtStart, Restart,
        "tokens of a key that is gone from it are refused from then on", [],
        "pkg/kubeapiserver/options/authentication.go";
    Key(ServiceAccount.part(Part::Key)), CONTROLLER_MANAGER, ["service-account-private-key-file"]
        => AtStart, Restart,
        "", [], "cmd/kube-controller-manager/app/controllermanager.go";

    Named, APISERVER, ["authentication-config"] => OnChange, Rechecked,
        "a file that is wrong is left aside, and the old one stays in force", [],
        "pkg/kubeapiserver/options/authentication.go";
    Named, APISERVER, ["authorization-config"] => OnChange, Rechecked,
        "a file that is wrong is left aside, and the old one stays in force", [],
        "pkg/kubeapiserver/authorizer/reload.go";
    Named, APISERVER, ["oidc-ca-file"] => AtStart, Restart,
        "", [], "pkg/kubeapiserver/options/authentication.go";
    Named, APISERVER, ["token-auth-file"] => AtStart, Restart,
        "a token that was taken out of it works until then", [],
        "pkg/kubeapiserver/authenticator/config.go";
    Named, APISERVER, ["tls-sni-cert-key"] => OnChange, Kept,
        "", [], "apiserver/pkg/server/options/serving.go";
    Named, CONTROLLER_MANAGER, ["tls-cert-file", "tls-private-key-file"] => OnChange, Kept,
        "", [], "apiserver/pkg/server/options/serving.go";
    Named, SCHEDULER, ["tls-cert-file", "tls-private-key-file"] => OnChange, Kept,
        "", [], "apiserver/pkg/server/options/serving.go";
    Named, SCHEDULER, ["client-ca-file", "requestheader-client-ca-file"] => OnChange, Rechecked,
        "", [], "apiserver/pkg/server/options/authentication.go";
};
