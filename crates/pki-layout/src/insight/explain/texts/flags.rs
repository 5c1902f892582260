//! What each flag and field is for the cluster: what happens where it is missing or wrong.

mod apiserver;
mod nodes;

use crate::table::{Component, FlagSpec};

/// What is said of a row of the flag table beyond its purpose.
#[derive(Debug)]
pub(crate) struct FlagText {
    /// Its name.
    pub(crate) name: &'static str,
    /// What happens where it is missing or wrong, in sentences.
    pub(crate) without: &'static str,
}

/// `"name" => "without";`
macro_rules! texts {
    ($($name:literal => $without:literal;)*) => {
        &[$(crate::insight::explain::texts::flags::FlagText { name: $name, without: $without },)*]
    };
}
pub(super) use texts;

/// The texts of a component's flags, in the order of its rows.
pub(crate) const fn of(component: Component) -> &'static [FlagText] {
    match component {
        Component::KubeApiserver => apiserver::KUBE_APISERVER,
        Component::KubeControllerManager => nodes::KUBE_CONTROLLER_MANAGER,
        Component::KubeScheduler => nodes::KUBE_SCHEDULER,
        Component::Kubelet => nodes::KUBELET,
        Component::Etcd => nodes::ETCD,
        Component::Etcdctl => nodes::ETCDCTL,
    }
}

/// The text of a row. A test holds that every row has one.
pub(crate) fn text(flag: &FlagSpec) -> &'static str {
    of(flag.component)
        .iter()
        .find(|text| text.name == flag.name)
        .map_or("", |text| text.without)
}
