use std::path::PathBuf;

use crate::table::Component;

/// A flag set that cannot be made or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FlagsError {
    /// A value that would break the file it is written to, or smuggle another flag into it.
    #[error(
        "{name} of {component} cannot be {value:?}: it holds a line break, a NUL or another \
         control character"
    )]
    ControlCharacter {
        /// Whose flag.
        component: Component,
        /// Name of the flag, or path of the field.
        name: &'static str,
        /// What it would have been.
        value: String,
    },
    /// A path that is not text. YAML, JSON and unit files hold text only.
    #[error("{name} of {component} cannot be {path:?}: the path is not valid UTF-8")]
    NotUtf8 {
        /// Whose flag.
        component: Component,
        /// Name of the flag, or path of the field.
        name: &'static str,
        /// What it would have been.
        path: PathBuf,
    },
    /// kubeadm does not start this component, so its configuration has no place for the flags.
    #[error("kubeadm's configuration has no place for flags of {component}; take another format")]
    NotInKubeadm {
        /// Which one.
        component: Component,
    },
    /// In the version of its API that the cluster's kubeadm reads a flag has one value.
    #[error(
        "--{name} of {component} comes several times, and in kubeadm.k8s.io/{api}, which the kubeadm \
         of this version reads, each flag has one value"
    )]
    RepeatedInKubeadm {
        /// Whose flag.
        component: Component,
        /// Name of the flag.
        name: &'static str,
        /// The version of the API.
        api: &'static str,
    },
    /// Only the kubelet has a configuration file here.
    #[error("a KubeletConfiguration is the kubelet's, not that of {component}")]
    NotKubelet {
        /// Which one.
        component: Component,
    },
    /// The YAML serializer refused.
    #[error("the flags cannot be written as YAML")]
    Yaml(#[source] serde_saphyr::SerializeError),
    /// The JSON serializer refused.
    #[error("the flags cannot be written as JSON")]
    Json(#[source] serde_json::Error),
}
