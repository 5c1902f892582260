use super::{Component, FlagSpec};
use crate::table::KubernetesVersion;

/// A flag of earlier days: one that is gone, or that still works and should not be used.
#[derive(Debug)]
#[non_exhaustive]
pub struct ObsoleteFlag {
    /// Whose it is or was.
    pub component: Component,
    /// Its name, without dashes.
    pub name: &'static str,
    /// Since when it should not be used; `None` where no source tells.
    pub deprecated: Option<Release>,
    /// Since when it is refused, which keeps the component from starting; `None` while it works.
    pub removed: Option<Release>,
    /// The flag or field that took its place, by its name in [`FLAGS`](super::FLAGS).
    pub replacement: Option<&'static str>,
    /// What it did or does, and what is to be done about it.
    pub note: &'static str,
}

/// A release that changed a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Release {
    /// Of Kubernetes.
    Kubernetes(KubernetesVersion),
    /// Of etcd, as `3.6`.
    Etcd(&'static str),
}

impl std::fmt::Display for Release {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Kubernetes(version) => write!(f, "Kubernetes {version}"),
            Self::Etcd(version) => write!(f, "etcd {version}"),
        }
    }
}

impl ObsoleteFlag {
    /// The rows with this name, of all components.
    pub fn named(name: &str) -> impl Iterator<Item = &'static Self> {
        OBSOLETE_FLAGS.iter().filter(move |flag| flag.name == name)
    }

    /// The row of a component's flag.
    #[must_use]
    pub fn find(component: Component, name: &str) -> Option<&'static Self> {
        Self::named(name).find(|flag| flag.component == component)
    }

    /// The row of what took its place.
    #[must_use]
    pub fn successor(&self) -> Option<&'static FlagSpec> {
        FlagSpec::find(self.component, self.replacement?)
    }
}

const fn kubernetes(minor: u16) -> Release {
    Release::Kubernetes(KubernetesVersion::minor(minor))
}

/// `Component "name", deprecated, removed => replacement, "note";`
macro_rules! obsolete {
    ($($component:ident $name:literal, $deprecated:expr, $removed:expr
        => $replacement:expr, $note:literal;)*) => {
        &[$(ObsoleteFlag {
            component: Component::$component,
            name: $name,
            deprecated: $deprecated,
            removed: $removed,
            replacement: $replacement,
            note: $note,
        },)*]
    };
}

/// Every row that has to do with who is believed, sorted by component and name. Of the kubelet's
/// those that moved to its configuration file; a later version will refuse them.
///
/// Sources: `MarkDeprecated` and `AddKubeletConfigFlags` of Kubernetes 1.36; the release notes of
/// Kubernetes 1.11 (pull request 61386), 1.13 (70105), 1.19 (89069, 91154, 91630), 1.20 (95856),
/// 1.22, 1.24 and 1.25 (108476, 108624); etcd 3.6's `embed/config.go` and the help of etcd 3.7.1.
pub static OBSOLETE_FLAGS: &[ObsoleteFlag] = obsolete! {
    KubeApiserver "admission-control", None, None => Some("enable-admission-plugins"),
        "it lists every plugin in order, so what a newer version adds by default is left out";
    KubeApiserver "basic-auth-file", Some(kubernetes(16)), Some(kubernetes(19)) => Some("oidc-issuer-url"),
        "it named a file of passwords in plain text; people are better known by an issuer of \
         tokens, programs by service accounts or client certificates";
    KubeApiserver "insecure-bind-address", Some(kubernetes(10)), Some(kubernetes(24)) => None,
        "it chose where everyone was served without TLS and without being asked who they are; \
         since Kubernetes 1.20 it did nothing";
    KubeApiserver "insecure-port", Some(kubernetes(10)), Some(kubernetes(24)) => None,
        "on it everyone was served without TLS and without being asked who they are; since \
         Kubernetes 1.20 it could only be 0";
    KubeApiserver "kubelet-https", Some(kubernetes(19)), Some(kubernetes(22)) => None,
        "kubelets have been dialled by HTTPS only since 1.19; what checks whom HTTPS leads to is \
         --kubelet-certificate-authority";
    KubeApiserver "kubelet-port", None, None => None,
        "the port is taken from the Node object, unless that has none";
    KubeApiserver "kubelet-read-only-port", None, None => None,
        "kubelets are no longer dialled on the port that serves everyone without TLS";
    KubeApiserver "service-account-api-audiences", Some(kubernetes(13)), Some(kubernetes(25))
        => Some("api-audiences"),
        "the same under another name";
    KubeApiserver "tls-ca-file", None, Some(kubernetes(11)) => Some("client-ca-file"),
        "it had no effect; who trusts the API server says so in a kubeconfig";
    KubeControllerManager "address", None, Some(kubernetes(24)) => None,
        "it chose where health and metrics were served without TLS; since Kubernetes 1.22 it did \
         nothing";
    KubeControllerManager "experimental-cluster-signing-duration", Some(kubernetes(19)), Some(kubernetes(25))
        => Some("cluster-signing-duration"),
        "the same under another name";
    KubeControllerManager "port", None, Some(kubernetes(24)) => None,
        "on it health and metrics were served without TLS; since Kubernetes 1.22 it did nothing";
    KubeScheduler "address", None, Some(kubernetes(24)) => None,
        "it chose where health and metrics were served without TLS; what serves them now is \
         HTTPS on port 10259";
    KubeScheduler "port", None, Some(kubernetes(24)) => None,
        "on it health and metrics were served without TLS; what serves them now is HTTPS on port \
         10259";
    Kubelet "anonymous-auth", None, None => Some("authentication.anonymous.enabled"),
        "without a configuration file everyone is served unless it is set to false";
    Kubelet "authentication-token-webhook", None, None => Some("authentication.webhook.enabled"),
        "without a configuration file tokens are not checked unless it is given";
    Kubelet "authorization-mode", None, None => Some("authorization.mode"),
        "without a configuration file everyone known may do everything unless it is Webhook";
    Kubelet "client-ca-file", None, None => Some("authentication.x509.clientCAFile"),
        "set the field of the configuration file; where both are given, the flag wins";
    Kubelet "manifest-url", None, None => Some("staticPodURL"),
        "set the field of the configuration file, or better nothing; where both are given, the flag wins";
    Kubelet "read-only-port", None, None => Some("readOnlyPort"),
        "without a configuration file everyone is served on port 10255 unless it is 0";
    Kubelet "rotate-certificates", None, None => Some("rotateCertificates"),
        "set the field of the configuration file; where both are given, the flag wins";
    Kubelet "rotate-server-certificates", None, None => Some("serverTLSBootstrap"),
        "set the field of the configuration file; where both are given, the flag wins";
    Kubelet "tls-cert-file", None, None => Some("tlsCertFile"),
        "set the field of the configuration file; where both are given, the flag wins";
    Kubelet "tls-cipher-suites", None, None => Some("tlsCipherSuites"),
        "set the field of the configuration file; where both are given, the flag wins";
    Kubelet "tls-min-version", None, None => Some("tlsMinVersion"),
        "set the field of the configuration file; where both are given, the flag wins";
    Kubelet "tls-private-key-file", None, None => Some("tlsPrivateKeyFile"),
        "set the field of the configuration file; where both are given, the flag wins";
    Etcd "experimental-distributed-tracing-address", Some(Release::Etcd("3.6")), Some(Release::Etcd("3.7"))
        => Some("distributed-tracing-address"),
        "the same under another name";
    Etcd "experimental-enable-distributed-tracing", Some(Release::Etcd("3.6")), Some(Release::Etcd("3.7"))
        => Some("enable-distributed-tracing"),
        "the same under another name";
    Etcd "experimental-peer-skip-client-san-verification", Some(Release::Etcd("3.6")), Some(Release::Etcd("3.7"))
        => Some("peer-skip-client-san-verification"),
        "the same under another name; etcd 3.7 removed every flag that begins with experimental-";
};
