use std::fmt;
use std::str::FromStr;

/// A program that reads certificates of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Component {
    /// The API server.
    KubeApiserver,
    /// The controller manager, which signs certificates and service-account tokens.
    KubeControllerManager,
    /// The scheduler.
    KubeScheduler,
    /// The kubelet.
    Kubelet,
    /// The etcd member of this node.
    Etcd,
    /// etcd's command-line client.
    Etcdctl,
}

impl Component {
    /// Every component, in the order of the table.
    pub const ALL: [Self; 6] = [
        Self::KubeApiserver,
        Self::KubeControllerManager,
        Self::KubeScheduler,
        Self::Kubelet,
        Self::Etcd,
        Self::Etcdctl,
    ];

    /// Name of its binary: `kube-apiserver`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::KubeApiserver => "kube-apiserver",
            Self::KubeControllerManager => "kube-controller-manager",
            Self::KubeScheduler => "kube-scheduler",
            Self::Kubelet => "kubelet",
            Self::Etcd => "etcd",
            Self::Etcdctl => "etcdctl",
        }
    }

    /// The component that somebody who wrote `text` most likely meant.
    fn nearest(text: &str) -> Option<Self> {
        if text.is_empty() {
            return None;
        }
        let text = text.to_ascii_lowercase();
        // `apiserver` lacks the prefix; `kube-etcd` has one too many. The longest name wins, so
        // that `etcdctl3` is etcdctl and not etcd.
        Self::ALL
            .into_iter()
            .filter(|component| component.name().contains(&text) || text.contains(component.name()))
            .max_by_key(|component| (text.contains(component.name()), component.name().len()))
    }
}

impl fmt::Display for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Component {
    type Err = UnknownComponent;

    fn from_str(text: &str) -> Result<Self, UnknownComponent> {
        Self::ALL
            .into_iter()
            .find(|component| component.name() == text)
            .ok_or_else(|| UnknownComponent {
                name: text.to_owned(),
                nearest: Self::nearest(text),
            })
    }
}

crate::serde_as_text!(Component);

/// A name that is none of [`Component::ALL`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownComponent {
    /// What was given.
    pub name: String,
    /// What was probably meant.
    pub nearest: Option<Component>,
}

impl fmt::Display for UnknownComponent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown component {:?}; ", self.name)?;
        if let Some(nearest) = self.nearest {
            write!(f, "did you mean {nearest}? ")?;
        }
        let names = Component::ALL.map(Component::name).join(", ");
        write!(f, "the components are {names}")
    }
}

impl std::error::Error for UnknownComponent {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for component in Component::ALL {
            assert_eq!(component.to_string().parse(), Ok(component));
        }
    }

    #[test]
    fn all_is_in_the_order_of_the_enum() {
        assert!(Component::ALL.is_sorted());
    }

    #[test]
    fn an_unknown_name_lists_the_known() {
        let error = "apiserver".parse::<Component>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "unknown component \"apiserver\"; did you mean kube-apiserver? the components are \
             kube-apiserver, kube-controller-manager, kube-scheduler, kubelet, etcd, etcdctl"
        );
        let nearest = |text: &str| text.parse::<Component>().unwrap_err().nearest;
        assert_eq!(nearest("etcdctl3"), Some(Component::Etcdctl));
        assert_eq!(nearest("kube-etcd"), Some(Component::Etcd));
        assert_eq!(nearest("Scheduler"), Some(Component::KubeScheduler));
        assert_eq!(nearest("nginx"), None);
        assert_eq!(nearest(""), None);
    }
}
