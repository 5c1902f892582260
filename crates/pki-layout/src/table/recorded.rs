//! Every flag that a component takes, as it says itself: what the other tables are held to, so that
//! no way in or out is left to memory, and what tells a switch from a flag that wants a value.
//!
//! The lists are those of `--help`: of `kube-apiserver`, `kube-controller-manager`,
//! `kube-scheduler` and `kubelet` of Kubernetes 1.36.2, and of `etcd` 3.6.8, built from their
//! sources. The build of Kubernetes was that of a distribution, whose own flags
//! (`openshift-config`, `unsupported-kube-api-over-localhost`) are left out. pflag's help gives the
//! type of a flag, and with it how several add up; etcd's does not, and what Go's type of the flag
//! does was taken from etcd. `tests/kubernetes` compares the lists with the programs.

mod apiserver;
mod controller_manager;
mod etcd;
mod kubelet;
mod scheduler;
#[cfg(test)]
mod tests;

use super::Component;

/// A flag, by its name without dashes.
#[derive(Debug)]
#[non_exhaustive]
pub struct RecordedFlag {
    /// Its name.
    pub name: &'static str,
    /// What it takes, and what counts of several.
    pub kind: FlagKind,
}

/// What a flag takes, and what counts where it is given several times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FlagKind {
    /// Yes or no; alone it is yes. The last counts.
    Switch,
    /// A value. The last counts.
    Value,
    /// A list or a map: each adds to those before it.
    List,
    /// A list of URLs, as etcd reads it: the last counts, but one that is a single URL of those
    /// that count already is passed over, and the others stay.
    Urls,
}

impl RecordedFlag {
    /// Every flag of a component, sorted by name. Of etcdctl none is recorded.
    #[must_use]
    pub const fn of(component: Component) -> &'static [Self] {
        match component {
            Component::KubeApiserver => apiserver::KUBE_APISERVER,
            Component::KubeControllerManager => controller_manager::KUBE_CONTROLLER_MANAGER,
            Component::KubeScheduler => scheduler::KUBE_SCHEDULER,
            Component::Kubelet => kubelet::KUBELET,
            Component::Etcd => etcd::ETCD,
            Component::Etcdctl => &[],
        }
    }

    /// A component's flag of this name.
    #[must_use]
    pub fn find(component: Component, name: &str) -> Option<&'static Self> {
        let flags = Self::of(component);
        let at = flags.binary_search_by(|flag| flag.name.cmp(name)).ok()?;
        flags.get(at)
    }
}

/// `Kind "name";`
macro_rules! recorded {
    ($($kind:ident $name:literal;)*) => {
        &[$($crate::table::recorded::RecordedFlag {
            name: $name,
            kind: $crate::table::recorded::FlagKind::$kind,
        },)*]
    };
}
use recorded;
