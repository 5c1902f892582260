//! What is different from version to version without anybody having set it: what components do by
//! themselves, and what kubeadm writes.

use pki_core::spec::{Since, Standing};

use super::{Component, KubernetesVersion};

/// One thing, and how it was and is.
#[derive(Debug)]
#[non_exhaustive]
pub struct ByVersion {
    /// Whose it is; `None` for what is kubeadm's.
    pub component: Option<Component>,
    /// What.
    pub what: &'static str,
    /// How it is in [`KubernetesVersion::OLDEST`].
    pub at_first: &'static str,
    /// How it is later, oldest change first.
    pub changes: &'static [(Since, &'static str)],
}

const APISERVER: Option<Component> = Some(Component::KubeApiserver);
const CONTROLLER_MANAGER: Option<Component> = Some(Component::KubeControllerManager);
const KUBELET: Option<Component> = Some(Component::Kubelet);
const KUBEADM: Option<Component> = None;

/// `Whose "what": "at first", since, source => "later", ...;`
macro_rules! by_version {
    ($($component:ident $what:literal: $at_first:literal
        $(, $minor:literal, $source:literal => $later:literal)*;)*) => {
        &[$(ByVersion {
            component: $component,
            what: $what,
            at_first: $at_first,
            changes: &[$((Since::minor($minor, $source), $later)),*],
        },)*]
    };
}

/// Every row, by whose it is.
pub static BY_VERSION: &[ByVersion] = by_version! {
    APISERVER "requests for APIs that only another API server has":
        "answered with 404; --peer-ca-file is refused unless the feature gate \
         UnknownVersionInteroperabilityProxy is switched on",
        36, "CHANGELOG-1.36, kubernetes#137172; pkg/controlplane/apiserver/config.go" =>
        "passed on where --peer-ca-file is given, for the feature gate \
         UnknownVersionInteroperabilityProxy is on";
    APISERVER "how long the certificate of its calls to itself is good":
        "a year",
        33, "kubernetes#130047; apiserver/pkg/server/options/serving_with_loopback.go" =>
        "three years and a day";
    APISERVER "when the certificate of its calls to itself has expired":
        "it goes on and fails at what it asks itself; only a restart makes another",
        36, "CHANGELOG-1.36, kubernetes#136477" =>
        "/livez fails, so that the kubelet restarts it, which makes another";
    APISERVER "the UID of a user, to extension API servers":
        "not passed on",
        32, "kubernetes#115834; RemoteRequestHeaderUID" =>
        "passed on with the feature gate RemoteRequestHeaderUID, which is off",
        33, "kubernetes#130560; RemoteRequestHeaderUID" =>
        "passed on in X-Remote-Uid";
    APISERVER "anonymous access to some paths alone, by --authentication-config":
        "with the feature gate AnonymousAuthConfigurableEndpoints, which is off",
        32, "apiserver/pkg/features/kube_features.go, AnonymousAuthConfigurableEndpoints" =>
        "as its anonymous.conditions say";
    CONTROLLER_MANAGER "requests for certificates with a key of ML-DSA":
        "refused",
        38, "CHANGELOG-1.38, kubernetes#142196" =>
        "taken with the feature gate CertificateSigningRequestMLDSA";
    KUBELET "the key of a certificate that it asks for itself":
        "ECDSA P-256",
        38, "CHANGELOG-1.38, kubernetes#142046" =>
        "ECDSA P-256, unless its configuration says RSA or ML-DSA";
    KUBEADM "where kubelet.conf leads":
        "to the control plane's endpoint; to the node's own API server with the feature gate \
         ControlPlaneKubeletLocalMode, which is off",
        33, "kubernetes.io, kubeadm init, feature gates: ControlPlaneKubeletLocalMode" =>
        "to the node's own API server";
    KUBEADM "the group of apiserver-kubelet-client":
        "kubeadm:cluster-admins",
        36, "CHANGELOG-1.36, v1.36.1, kubernetes#138958" =>
        "none; its name is bound to system:kubelet-api-admin, from 1.36.1 on";
    KUBEADM "how etcd is told to look for corruption and to report progress":
        "--experimental-initial-corrupt-check, --experimental-watch-progress-notify-interval",
        34, "CHANGELOG-1.36, kubernetes#135701" =>
        "--feature-gates=InitialCorruptCheck=true, --watch-progress-notify-interval";
    KUBEADM "the order of extraArgs in a manifest":
        "sorted by name, among kubeadm's own",
        36, "CHANGELOG-1.36, kubernetes#135400" =>
        "as they are given, after kubeadm's own";
    KUBEADM "keyEncipherment in certificates with an ECDSA key":
        "there",
        38, "kubernetes#142037, its first commit" =>
        "not there any more: with RSA keys alone";
};

impl ByVersion {
    /// The rows of a component; of kubeadm for none.
    pub fn of(component: Option<Component>) -> impl Iterator<Item = &'static Self> {
        BY_VERSION
            .iter()
            .filter(move |row| row.component == component)
    }

    /// How it is in a version.
    #[must_use]
    pub fn at(&self, version: KubernetesVersion) -> &'static str {
        let mut newest_first = self.changes.iter().rev();
        let change = newest_first.find(|(since, _)| since.version <= version);
        change.map_or(self.at_first, |(_, now)| *now)
    }

    /// How it is in a version, and what is to change, as one sentence: of what could not be checked
    /// it says that it is announced.
    #[must_use]
    pub fn told(&self, version: KubernetesVersion) -> String {
        let checked = version.min(KubernetesVersion::NEWEST);
        let announced = self.changes.iter();
        let announced = announced.filter(|(since, _)| since.standing() == Standing::Announced);
        let announced = announced.map(|(since, later)| format!("{since}: {later}"));
        let now = format!("{}: {}", self.what, self.at(checked));
        let all: Vec<String> = [now].into_iter().chain(announced).collect();
        all.join("; ")
    }
}

/// The first releases of etcd in which gRPC heeds revocation lists although HTTP has addresses of
/// its own, one of each line: CHANGELOG-3.5, CHANGELOG-3.6 and CHANGELOG-3.7, GHSA-3wh4-j44w-pg92.
#[cfg(feature = "insight")]
pub(crate) const REVOCATION_HEEDED: &[(u32, u32, u32)] = &[(3, 5, 32), (3, 6, 13), (3, 7, 0)];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_within_the_range_and_have_sources() {
        for row in BY_VERSION {
            assert!(!row.changes.is_empty(), "{}", row.what);
            for (since, later) in row.changes {
                assert!(!since.source.is_empty(), "{}", row.what);
                assert!(since.version > KubernetesVersion::OLDEST, "{}", row.what);
                assert!(
                    since.version <= KubernetesVersion::ANNOUNCED,
                    "{}",
                    row.what
                );
                assert_ne!(*later, row.at_first);
            }
            assert!(
                row.changes
                    .is_sorted_by(|(one, _), (other, _)| one.version < other.version)
            );
        }
    }

    /// Version by version: what is announced is never told as what is.
    #[test]
    fn each_version_is_told_as_it_is() {
        let find = |what: &str| {
            BY_VERSION
                .iter()
                .find(|row| row.what.contains(what))
                .unwrap()
        };
        let (proxy, key) = (
            find("only another API server"),
            find("key of a certificate"),
        );
        let group = find("group of");
        for version in KubernetesVersion::all() {
            let is_on = version >= KubernetesVersion::minor(36);
            assert_eq!(
                proxy.told(version).contains("passed on"),
                is_on,
                "{version}"
            );
            assert_eq!(
                group.told(version).contains("cluster-admins"),
                !is_on,
                "{version}"
            );
            assert_eq!(
                key.told(version),
                "the key of a certificate that it asks for itself: ECDSA P-256; announced for \
                 Kubernetes 1.38: ECDSA P-256, unless its configuration says RSA or ML-DSA",
                "{version}"
            );
        }
    }
}
