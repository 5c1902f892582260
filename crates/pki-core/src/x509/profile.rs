use std::fmt;
use std::str::FromStr;

use crate::key::KeyAlgorithm;

/// Which of two conventions the cells of the table that differ between them follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Profile {
    /// The names of the kubernetes.io page, and extensions that pass strict verifiers.
    #[default]
    KubernetesIo,
    /// What kubeadm 1.36 writes, field by field.
    Kubeadm,
}

impl Profile {
    /// Every profile.
    pub const ALL: [Self; 2] = [Self::KubernetesIo, Self::Kubeadm];

    /// The name in configuration files and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::KubernetesIo => "kubernetes-io",
            Self::Kubeadm => "kubeadm",
        }
    }

    /// The algorithm of new keys where none is asked for.
    #[must_use]
    pub const fn default_algorithm(self) -> KeyAlgorithm {
        match self {
            Self::KubernetesIo => KeyAlgorithm::EcdsaP256,
            Self::Kubeadm => KeyAlgorithm::Rsa2048,
        }
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Profile {
    type Err = UnknownProfile;

    fn from_str(text: &str) -> Result<Self, UnknownProfile> {
        Self::ALL
            .into_iter()
            .find(|profile| profile.name() == text)
            .ok_or_else(|| UnknownProfile {
                name: text.to_owned(),
            })
    }
}

crate::serde_as_text!(Profile);

/// A name that is none of [`Profile::ALL`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown profile {name:?}; use kubernetes-io or kubeadm")]
#[non_exhaustive]
pub struct UnknownProfile {
    /// What was given.
    pub name: String,
}
