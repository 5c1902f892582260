//! Which flags a version has: what came with it, and what is gone.

use pki_core::spec::{KubeadmEtcd, Standing};

use super::{Component, KubernetesVersion, ObsoleteFlag, Release};

/// A flag that older versions of the tables' range do not have.
#[derive(Debug)]
#[non_exhaustive]
pub struct NewerFlag {
    /// Whose it is.
    pub component: Component,
    /// Its name without dashes, or the dotted path of the field.
    pub name: &'static str,
    /// The first release that has it.
    pub since: Release,
    /// Where this is to be seen.
    pub source: &'static str,
}

const UIDS: &str =
    "kubernetes#115834; apiserver/pkg/features/kube_features.go, RemoteRequestHeaderUID";
const SIGNER: &str = "pkg/features/kube_features.go, ExternalServiceAccountTokenSigner";
const CURVES: &str = "CHANGELOG-1.36, kubernetes#137115";
const EMBED: &str = "etcd 3.6, server/embed/config.go";

/// Every flag of [`FLAGS`](super::FLAGS) that came later than [`KubernetesVersion::OLDEST`], or with
/// a later etcd than kubeadm of that version runs, sorted by component and name.
pub static NEWER_FLAGS: &[NewerFlag] = &[
    newer(
        Component::KubeApiserver,
        "requestheader-uid-headers",
        kubernetes(32),
        UIDS,
    ),
    newer(
        Component::KubeApiserver,
        "service-account-signing-endpoint",
        kubernetes(32),
        SIGNER,
    ),
    newer(
        Component::KubeApiserver,
        "tls-curve-preferences",
        kubernetes(36),
        CURVES,
    ),
    newer(
        Component::KubeControllerManager,
        "tls-curve-preferences",
        kubernetes(36),
        CURVES,
    ),
    newer(
        Component::KubeScheduler,
        "tls-curve-preferences",
        kubernetes(36),
        CURVES,
    ),
    newer(
        Component::Kubelet,
        "tlsCurvePreferences",
        kubernetes(36),
        CURVES,
    ),
    newer(
        Component::Etcd,
        "distributed-tracing-address",
        Release::Etcd("3.6"),
        EMBED,
    ),
    newer(
        Component::Etcd,
        "enable-distributed-tracing",
        Release::Etcd("3.6"),
        EMBED,
    ),
    newer(
        Component::Etcd,
        "peer-skip-client-san-verification",
        Release::Etcd("3.6"),
        EMBED,
    ),
];

const fn newer(
    component: Component,
    name: &'static str,
    since: Release,
    source: &'static str,
) -> NewerFlag {
    NewerFlag {
        component,
        name,
        since,
        source,
    }
}

const fn kubernetes(minor: u16) -> Release {
    Release::Kubernetes(KubernetesVersion::minor(minor))
}

/// What runs: a version of Kubernetes, and the etcd beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Running {
    /// Of Kubernetes.
    pub kubernetes: KubernetesVersion,
    /// Major and minor number of etcd, where it is known. Where it is not, etcd is taken for the
    /// one that kubeadm of this version runs.
    pub etcd: Option<(u32, u32)>,
}

/// Why a component does not take a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unavailable {
    /// It had it, before this release.
    Gone(Release),
    /// It will have it, from this release on.
    NotYet(Release),
}

impl Running {
    /// This version, with the etcd that its kubeadm runs.
    #[must_use]
    pub const fn kubernetes(kubernetes: KubernetesVersion) -> Self {
        Self {
            kubernetes,
            etcd: None,
        }
    }

    /// With an etcd of this release, such as `v3.6.8-0`; what is none says nothing.
    #[must_use]
    pub fn with_etcd(mut self, release: Option<&str>) -> Self {
        self.etcd = release.and_then(line);
        self
    }

    fn etcd_line(self) -> Option<(u32, u32)> {
        let of_kubeadm = || KubeadmEtcd::of(self.kubernetes).map(|row| row.line);
        self.etcd.or_else(of_kubeadm)
    }

    /// Whether what runs is of this release or a later one.
    #[must_use]
    pub fn has(self, release: Release) -> bool {
        match release {
            Release::Kubernetes(since) => self.kubernetes >= since,
            Release::Etcd(since) => self
                .etcd_line()
                .zip(line(since))
                .is_some_and(|(own, since)| own >= since),
        }
    }

    /// Why a component does not take a flag of the tables, if it does not.
    #[must_use]
    pub fn lacks(self, component: Component, name: &str) -> Option<Unavailable> {
        let gone = ObsoleteFlag::find(component, name).and_then(|flag| flag.removed);
        // All of them went at once, those that have no row too.
        let is_experimental = component == Component::Etcd && name.starts_with("experimental-");
        let gone = gone.or(is_experimental.then_some(Release::Etcd("3.7")));
        if let Some(release) = gone.filter(|release| self.has(*release)) {
            return Some(Unavailable::Gone(release));
        }
        let row = NewerFlag::find(component, name)?;
        (!self.has(row.since)).then_some(Unavailable::NotYet(row.since))
    }

    /// That in words that follow the flag's name.
    #[must_use]
    pub fn says(self, unavailable: Unavailable) -> String {
        match unavailable {
            Unavailable::Gone(Release::Etcd(since)) => {
                let announced = KubeadmEtcd::of(self.kubernetes).filter(|row| {
                    self.etcd.is_none() && row.since.standing() == Standing::Announced
                });
                match announced {
                    Some(row) => format!(
                        "is gone since etcd {since}; kubeadm's own is {}.{}, {}",
                        row.line.0, row.line.1, row.since
                    ),
                    None => format!("is gone since etcd {since}"),
                }
            }
            Unavailable::Gone(Release::Kubernetes(since)) => match since.standing() {
                Standing::Announced => {
                    format!("is announced to be gone from Kubernetes {since} on")
                }
                _ => format!("is gone since Kubernetes {since}"),
            },
            Unavailable::NotYet(release) => {
                let own = match release {
                    Release::Kubernetes(_) => format!("Kubernetes {}", self.kubernetes),
                    Release::Etcd(_) => match self.etcd_line() {
                        Some((major, minor)) => format!("etcd {major}.{minor}"),
                        None => "what runs".to_owned(),
                    },
                };
                format!("came with {release}, and {own} refuses it")
            }
        }
    }
}

impl NewerFlag {
    /// The row of a component's flag or field.
    #[must_use]
    pub fn find(component: Component, name: &str) -> Option<&'static Self> {
        let mut rows = NEWER_FLAGS.iter();
        rows.find(|row| row.component == component && row.name == name)
    }
}

/// Major and minor number of `v3.6.8-0`.
fn line(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.trim_start_matches('v').split(['.', '-']);
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{FLAGS, FlagSpec, OBSOLETE_FLAGS};

    fn running(minor: u16) -> Running {
        Running::kubernetes(KubernetesVersion::minor(minor))
    }

    #[test]
    fn releases_of_etcd_are_compared_by_number() {
        assert!(line("v3.10.1-0") > line("3.6"));
        assert_eq!(line("latest"), None);
        // One that is no number says nothing.
        assert_eq!(running(37).with_etcd(Some("latest")), running(37));
    }

    #[test]
    fn rows_are_of_flags_that_there_are_and_have_sources() {
        for row in NEWER_FLAGS {
            assert!(
                FlagSpec::find(row.component, row.name).is_some(),
                "{}",
                row.name
            );
            assert!(!row.source.is_empty());
            let is_later = match row.since {
                Release::Kubernetes(since) => since > KubernetesVersion::OLDEST,
                Release::Etcd(_) => !running(31).has(row.since),
            };
            assert!(is_later, "{}: every version of the tables has it", row.name);
        }
        let order = |row: &NewerFlag| {
            let place = Component::ALL.iter().position(|one| *one == row.component);
            (place, row.name)
        };
        assert!(NEWER_FLAGS.is_sorted_by_key(order));
    }

    /// What is set without being asked for, every version takes.
    #[test]
    fn what_this_project_sets_every_version_has() {
        for version in KubernetesVersion::all() {
            for spec in FLAGS.iter().filter(|spec| spec.is_ours()) {
                let lacks = Running::kubernetes(version).lacks(spec.component, spec.name);
                assert_eq!(lacks, None, "{version}: {} {}", spec.component, spec.name);
            }
        }
    }

    /// Version by version: flags that came and went.
    #[test]
    fn flags_come_and_go() {
        use Component::{Etcd, KubeApiserver, KubeScheduler};
        for minor in 31..=38 {
            let has = |component, name: &str| running(minor).lacks(component, name).is_none();
            assert_eq!(has(KubeApiserver, "requestheader-uid-headers"), minor >= 32);
            assert_eq!(
                has(KubeApiserver, "service-account-signing-endpoint"),
                minor >= 32
            );
            assert_eq!(has(KubeScheduler, "tls-curve-preferences"), minor >= 36);
            assert_eq!(has(Etcd, "peer-skip-client-san-verification"), minor >= 34);
            let experimental = "experimental-peer-skip-client-san-verification";
            assert_eq!(has(Etcd, experimental), minor < 37);
            // What kubeadm wrote up to 1.33.
            assert_eq!(has(Etcd, "experimental-initial-corrupt-check"), minor < 37);
            assert!(!has(KubeApiserver, "insecure-port"));
            assert!(has(KubeApiserver, "tls-cert-file"));
        }
    }

    /// Of a version that could not be checked nothing is said as a fact.
    #[test]
    fn what_is_announced_is_said_to_be() {
        let name = "experimental-enable-distributed-tracing";
        let said = |running: Running| {
            let lacks = running.lacks(Component::Etcd, name)?;
            Some(running.says(lacks))
        };
        assert_eq!(said(running(36)), None);
        assert_eq!(
            said(running(37)).as_deref(),
            Some("is gone since etcd 3.7; kubeadm's own is 3.7, announced for Kubernetes 1.37")
        );
        // That it runs is no announcement.
        assert_eq!(
            said(running(36).with_etcd(Some("3.7.1-0"))).as_deref(),
            Some("is gone since etcd 3.7")
        );
        assert_eq!(said(running(37).with_etcd(Some("3.6.8-0"))), None);
        let gone = Unavailable::Gone(kubernetes(37));
        assert_eq!(
            running(38).says(gone),
            "is announced to be gone from Kubernetes 1.37 on"
        );
        let later = running(31).lacks(Component::KubeApiserver, "tls-curve-preferences");
        assert_eq!(
            later.map(|later| running(31).says(later)).as_deref(),
            Some("came with Kubernetes 1.36, and Kubernetes 1.31 refuses it")
        );
    }

    /// A flag of the obsolete is gone before the range or within it, and then known by its release.
    #[test]
    fn what_is_gone_from_kubernetes_is_gone_from_all_of_the_range_or_announced() {
        for flag in OBSOLETE_FLAGS {
            if let Some(Release::Kubernetes(since)) = flag.removed {
                let before = since <= KubernetesVersion::OLDEST;
                assert!(
                    before || since.standing() == Standing::Announced,
                    "{}",
                    flag.name
                );
            }
        }
    }
}
