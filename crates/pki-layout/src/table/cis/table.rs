//! The items, in the order of the benchmark. After kube-bench's `cfg/cis-1.5` to `cfg/cis-1.12`;
//! the checks of 2.0.1 are those of 1.12 (kube-bench pull request 2126).

use super::Ask::{
    ByHand, GateNotOff, Given, Has, HasNot, Mode, NoPort, NotGiven, Off, On, OwnAuthority, Owner,
    ServingCertificate, StrongCiphers,
};
use super::Level::{Failure, Warning};
use super::{CisItem, EARLIER};
use crate::table::Component;
use crate::table::Component::{Etcd, KubeApiserver, KubeControllerManager, KubeScheduler};
use crate::table::FileSet::{
    AdminConf, Cni, ControllerManagerConf, EtcdData, KubeletCa, KubeletConf, KubeletConfiguration,
    KubeletService, Manifest, Pki, PkiCertificates, PkiKeys, ProxyConf, SchedulerConf,
};

const BY_CONTENT: &str = "kube-bench looks for the flag; here what it names has to be there and to \
                          be accepted where it is shown or checked.";
const BY_CONFIGURATION: &str = "With --authorization-config the file decides, which is not judged; \
                                kube-bench fails where the flag is missing.";
const BY_SIGNER: &str = "With --service-account-signing-endpoint it is not needed; kube-bench \
                         wants it all the same.";
const GO_CHOOSES: &str = "Unset, Go chooses, which passes here; kube-bench warns, for a person to \
                          look.";

macro_rules! earlier {
    (same $number:literal) => {
        [$number; EARLIER.len()]
    };
    ([$($old:literal)*] $number:literal) => {
        [$($old),*]
    };
}

macro_rules! is {
    (Manual) => {
        true
    };
    (Scored) => {
        false
    };
    (Passes) => {
        true
    };
    (Fails) => {
        false
    };
}

/// `"number" earlier Component [flags] ask, level, Manual | Scored, Passes | Fails,
/// "expectation", differs;` where `earlier` is `same`, or the numbers in [`EARLIER`].
macro_rules! items {
    ($($number:literal $earlier:tt $component:ident [$($flag:literal),*] $ask:expr, $level:ident,
        $manual:ident, $passes:ident, $expectation:literal, $differs:expr;)*) => {
        &[$(CisItem {
            number: $number,
            in_1_5: first(earlier!($earlier $number)),
            earlier: earlier!($earlier $number),
            component: Component::$component,
            flags: &[$($flag),*],
            expectation: $expectation,
            ask: $ask,
            level: $level,
            manual: is!($manual),
            kubeadm_passes: is!($passes),
            differs: $differs,
        },)*]
    };
}

const fn first(earlier: [&'static str; EARLIER.len()]) -> Option<&'static str> {
    let [first, ..] = earlier;
    if first.is_empty() { None } else { Some(first) }
}

/// Every item about certificates, what names them, and their files.
pub static CIS_ITEMS: &[CisItem] = items! {
    "1.1.1" same KubeApiserver [] Mode(0o600, &[Manifest(KubeApiserver)]), Failure, Scored, Passes,
        "kube-apiserver's manifest has mode 600 or less", "";
    "1.1.2" same KubeApiserver [] Owner(&[Manifest(KubeApiserver)]), Failure, Scored, Passes,
        "kube-apiserver's manifest belongs to root", "";
    "1.1.3" same KubeControllerManager [] Mode(0o600, &[Manifest(KubeControllerManager)]), Failure, Scored, Passes,
        "kube-controller-manager's manifest has mode 600 or less", "";
    "1.1.4" same KubeControllerManager [] Owner(&[Manifest(KubeControllerManager)]), Failure, Scored, Passes,
        "kube-controller-manager's manifest belongs to root", "";
    "1.1.5" same KubeScheduler [] Mode(0o600, &[Manifest(KubeScheduler)]), Failure, Scored, Passes,
        "kube-scheduler's manifest has mode 600 or less", "";
    "1.1.6" same KubeScheduler [] Owner(&[Manifest(KubeScheduler)]), Failure, Scored, Passes,
        "kube-scheduler's manifest belongs to root", "";
    "1.1.7" same Etcd [] Mode(0o600, &[Manifest(Etcd)]), Failure, Scored, Passes,
        "etcd's manifest has mode 600 or less", "";
    "1.1.8" same Etcd [] Owner(&[Manifest(Etcd)]), Failure, Scored, Passes,
        "etcd's manifest belongs to root", "";
    "1.1.9" same Kubelet [] Mode(0o600, &[Cni]), Warning, Manual, Passes,
        "each file of the pod network's configuration has mode 600 or less", "Looks at /etc/cni/net.d; kube-bench at --cni-conf-dir, a flag that is gone, and at /var/lib/cni/networks.";
    "1.1.10" same Kubelet [] Owner(&[Cni]), Warning, Manual, Passes,
        "each file of the pod network's configuration belongs to root", "";
    "1.1.11" same Etcd [] Mode(0o700, &[EtcdData]), Failure, Scored, Passes,
        "etcd's data directory has mode 700 or less", "";
    "1.1.12" same Etcd [] Owner(&[EtcdData]), Failure, Scored, Passes,
        "etcd's data directory belongs to the user that etcd runs as", "kube-bench wants the user etcd. Where etcd runs as root, as in kubeadm's static pod, root is right; here root and a user of its own pass, and what belongs to root and another's group does not.";
    "1.1.13" same KubeApiserver [] Mode(0o600, &[AdminConf]), Failure, Scored, Passes,
        "admin.conf, and super-admin.conf where it is there, has mode 600 or less", "";
    "1.1.14" same KubeApiserver [] Owner(&[AdminConf]), Failure, Scored, Passes,
        "admin.conf, and super-admin.conf where it is there, belongs to root", "";
    "1.1.15" same KubeScheduler [] Mode(0o600, &[SchedulerConf]), Failure, Scored, Passes,
        "scheduler.conf has mode 600 or less", "";
    "1.1.16" same KubeScheduler [] Owner(&[SchedulerConf]), Failure, Scored, Passes,
        "scheduler.conf belongs to root", "";
    "1.1.17" same KubeControllerManager [] Mode(0o600, &[ControllerManagerConf]), Failure, Scored, Passes,
        "controller-manager.conf has mode 600 or less", "";
    "1.1.18" same KubeControllerManager [] Owner(&[ControllerManagerConf]), Failure, Scored, Passes,
        "controller-manager.conf belongs to root", "";
    "1.1.19" same KubeApiserver [] Owner(&[Pki]), Failure, Scored, Passes,
        "everything in the certificate directory belongs to root", "";
    "1.1.20" same KubeApiserver [] Mode(0o644, &[PkiCertificates]), Failure, Manual, Passes,
        "every certificate in the certificate directory has mode 644 or less", "Links are followed here; kube-bench looks at the link itself.";
    "1.1.21" same KubeApiserver [] Mode(0o600, &[PkiKeys]), Failure, Manual, Passes,
        "every private key has mode 600 or less", "Private keys that flags name outside of the certificate directory are looked at too.";
    "1.2.1" same KubeApiserver ["anonymous-auth"] Off { unset: true }, Warning, Manual, Fails,
        "nobody is served without saying who they are", "An AuthenticationConfiguration that switches anonymous access off, or limits it to some paths, passes; kube-bench knows the flag only.";
    "1.2.2" ["1.2.3" "1.2.2" "1.2.2" "1.2.2" "1.2.2" "1.2.2"] KubeApiserver ["token-auth-file"] NotGiven, Failure, Scored, Passes,
        "no file of tokens is accepted", "";
    "1.2.4" ["1.2.5" "1.2.4" "1.2.5" "1.2.4" "1.2.4" "1.2.4"] KubeApiserver ["kubelet-client-certificate", "kubelet-client-key"] Given, Failure, Scored, Passes,
        "kube-apiserver has a certificate for kubelets", BY_CONTENT;
    "1.2.5" ["1.2.6" "1.2.5" "1.2.6" "1.2.5" "1.2.5" "1.2.5"] KubeApiserver ["kubelet-certificate-authority"] Given, Failure, Scored, Fails,
        "kube-apiserver checks the certificates of kubelets", BY_CONTENT;
    "1.2.6" ["1.2.7" "1.2.6" "1.2.7" "1.2.6" "1.2.6" "1.2.6"] KubeApiserver ["authorization-mode"] HasNot("AlwaysAllow"), Failure, Scored, Passes,
        "kube-apiserver does not allow everything", BY_CONFIGURATION;
    "1.2.7" ["1.2.8" "1.2.7" "1.2.8" "1.2.7" "1.2.7" "1.2.7"] KubeApiserver ["authorization-mode"] Has("Node"), Failure, Scored, Passes,
        "the Node authorizer decides what kubelets may do", BY_CONFIGURATION;
    "1.2.8" ["1.2.9" "1.2.8" "1.2.9" "1.2.8" "1.2.8" "1.2.8"] KubeApiserver ["authorization-mode"] Has("RBAC"), Failure, Scored, Passes,
        "RBAC decides what everybody else may do", BY_CONFIGURATION;
    "1.2.14" ["1.2.17" "1.2.16" "1.2.16" "1.2.15" "1.2.15" "1.2.15"] KubeApiserver ["enable-admission-plugins"] Has("NodeRestriction"), Failure, Scored, Passes,
        "each kubelet is kept to its own node", "";
    "1.2.21" ["1.2.27" "1.2.26" "1.2.24" "1.2.23" "1.2.23" "1.2.22"] KubeApiserver ["service-account-lookup"] On { unset: true }, Failure, Scored, Passes,
        "tokens of deleted service accounts are refused", "";
    "1.2.22" ["1.2.28" "1.2.27" "1.2.25" "1.2.24" "1.2.24" "1.2.23"] KubeApiserver ["service-account-key-file"] Given, Failure, Scored, Passes,
        "tokens have a key pair of their own", BY_SIGNER;
    "1.2.23" ["1.2.29" "1.2.28" "1.2.26" "1.2.25" "1.2.25" "1.2.24"] KubeApiserver ["etcd-certfile", "etcd-keyfile"] Given, Failure, Scored, Passes,
        "kube-apiserver has a certificate for etcd", BY_CONTENT;
    "1.2.24" ["1.2.30" "1.2.29" "1.2.27" "1.2.26" "1.2.26" "1.2.25"] KubeApiserver ["tls-cert-file", "tls-private-key-file"] Given, Failure, Scored, Passes,
        "kube-apiserver has a serving certificate", BY_CONTENT;
    "1.2.25" ["1.2.31" "1.2.30" "1.2.28" "1.2.27" "1.2.27" "1.2.26"] KubeApiserver ["client-ca-file"] Given, Failure, Scored, Passes,
        "kube-apiserver checks client certificates", BY_CONTENT;
    "1.2.26" ["1.2.32" "1.2.31" "1.2.29" "1.2.28" "1.2.28" "1.2.27"] KubeApiserver ["etcd-cafile"] Given, Failure, Scored, Passes,
        "kube-apiserver checks the certificate of etcd", BY_CONTENT;
    "1.2.29" ["1.2.35" "1.2.34" "1.2.32" "1.2.31" "1.2.31" "1.2.30"] KubeApiserver ["tls-cipher-suites"] StrongCiphers, Failure, Manual, Passes,
        "kube-apiserver offers strong cipher suites only", GO_CHOOSES;
    "1.2.30" ["" "" "" "" "" ""] KubeApiserver ["service-account-extend-token-expiration"] Off { unset: true }, Warning, Scored, Fails,
        "tokens of pods live an hour and no longer", "The benchmark scores it; it is a warning here, because it is about tokens and what relies on the longer life is then refused.";
    "1.3.3" same KubeControllerManager ["use-service-account-credentials"] On { unset: false }, Failure, Scored, Passes,
        "each controller has rights of its own", "";
    "1.3.4" same KubeControllerManager ["service-account-private-key-file"] Given, Failure, Scored, Passes,
        "tokens are signed with a key that was chosen", BY_CONTENT;
    "1.3.5" same KubeControllerManager ["root-ca-file"] Given, Failure, Scored, Passes,
        "pods are given the authority to check kube-apiserver by", BY_CONTENT;
    "1.3.6" same KubeControllerManager ["cluster-signing-cert-file"] GateNotOff("RotateKubeletServerCertificate"), Failure, Scored, Passes,
        "the feature gate RotateKubeletServerCertificate is not switched off", "";
    "2.1" same Etcd ["cert-file", "key-file"] Given, Failure, Scored, Passes,
        "etcd has a serving certificate", BY_CONTENT;
    "2.2" same Etcd ["client-cert-auth"] On { unset: false }, Failure, Scored, Passes,
        "etcd asks clients for a certificate", "";
    "2.3" same Etcd ["auto-tls"] Off { unset: false }, Failure, Scored, Passes,
        "etcd makes no serving certificate of its own", "";
    "2.4" same Etcd ["peer-cert-file", "peer-key-file"] Given, Failure, Scored, Passes,
        "members of etcd have a certificate", BY_CONTENT;
    "2.5" same Etcd ["peer-client-cert-auth"] On { unset: false }, Failure, Scored, Passes,
        "members of etcd ask each other for a certificate", "";
    "2.6" same Etcd ["peer-auto-tls"] Off { unset: false }, Failure, Scored, Passes,
        "members of etcd make no certificate of their own", "";
    "2.7" same Etcd ["trusted-ca-file"] OwnAuthority, Failure, Manual, Passes,
        "etcd has an authority that is not the cluster's", "kube-bench looks for the flag; here its authorities are compared with those of kube-apiserver's --client-ca-file and --requestheader-client-ca-file, by name and key.";
    "3.1.1" same KubeApiserver ["client-ca-file"] ByHand, Warning, Manual, Fails,
        "people do not log in with client certificates", "";
    "4.1.1" same Kubelet [] Mode(0o600, &[KubeletService]), Failure, Scored, Fails,
        "the kubelet's unit has mode 600 or less", "Looked at with --systemd only.";
    "4.1.2" same Kubelet [] Owner(&[KubeletService]), Failure, Scored, Passes,
        "the kubelet's unit belongs to root", "Looked at with --systemd only.";
    "4.1.3" same Kubelet [] Mode(0o600, &[ProxyConf]), Failure, Manual, Passes,
        "kube-proxy's kubeconfig, where it is a file of the host, has mode 600 or less", "";
    "4.1.4" same Kubelet [] Owner(&[ProxyConf]), Failure, Manual, Passes,
        "kube-proxy's kubeconfig, where it is a file of the host, belongs to root", "";
    "4.1.5" same Kubelet [] Mode(0o600, &[KubeletConf]), Failure, Scored, Passes,
        "kubelet.conf has mode 600 or less", "";
    "4.1.6" same Kubelet [] Owner(&[KubeletConf]), Failure, Scored, Passes,
        "kubelet.conf belongs to root", "";
    "4.1.7" same Kubelet [] Mode(0o644, &[KubeletCa]), Failure, Manual, Passes,
        "the file of the authorities whose clients the kubelet accepts has mode 644 or less", "";
    "4.1.8" same Kubelet [] Owner(&[KubeletCa]), Failure, Manual, Passes,
        "the file of the authorities whose clients the kubelet accepts belongs to root", "";
    "4.1.9" same Kubelet [] Mode(0o600, &[KubeletConfiguration]), Failure, Scored, Fails,
        "the kubelet's configuration file has mode 600 or less", "";
    "4.1.10" same Kubelet [] Owner(&[KubeletConfiguration]), Failure, Scored, Passes,
        "the kubelet's configuration file belongs to root", "";
    "4.2.1" same Kubelet ["authentication.anonymous.enabled"] Off { unset: false }, Failure, Scored, Passes,
        "the kubelet serves nobody whom it does not know", "Unset in a configuration file it is off, and passes; kube-bench wants it written down.";
    "4.2.2" same Kubelet ["authorization.mode"] HasNot("AlwaysAllow"), Failure, Scored, Passes,
        "the kubelet does not allow everything", "Unset in a configuration file it is Webhook, and passes; kube-bench wants it written down.";
    "4.2.3" same Kubelet ["authentication.x509.clientCAFile"] Given, Failure, Scored, Passes,
        "the kubelet checks client certificates", BY_CONTENT;
    "4.2.4" same Kubelet ["readOnlyPort"] NoPort, Failure, Manual, Passes,
        "the kubelet has no port that serves everyone", "";
    "4.2.9" ["4.2.10" "4.2.10" "4.2.10" "4.2.10" "4.2.9" "4.2.9"] Kubelet ["tlsCertFile", "tlsPrivateKeyFile"] ServingCertificate, Failure, Manual, Fails,
        "the kubelet has a serving certificate that somebody signed", "kube-bench warns, for a person to look, and knows files only. serverTLSBootstrap passes here, because the kubelet asks for a certificate then; neither fails, because nobody can check whom they talk to.";
    "4.2.10" ["4.2.11" "4.2.11" "4.2.11" "4.2.11" "4.2.10" "4.2.10"] Kubelet ["rotateCertificates"] On { unset: false }, Failure, Scored, Passes,
        "the kubelet renews its client certificate", "Unset in a configuration file it is off, and fails; kube-bench takes that for on.";
    "4.2.11" ["4.2.12" "4.2.12" "4.2.12" "4.2.12" "4.2.11" "4.2.11"] Kubelet ["featureGates.RotateKubeletServerCertificate"] On { unset: true }, Failure, Manual, Passes,
        "the kubelet can renew its serving certificate", "";
    "4.2.12" ["4.2.13" "4.2.13" "4.2.13" "4.2.13" "4.2.12" "4.2.12"] Kubelet ["tlsCipherSuites"] StrongCiphers, Failure, Manual, Passes,
        "the kubelet offers strong cipher suites only", GO_CHOOSES;
};
