//! What kubeadm reads and runs, by version: its own API, the algorithms of keys, etcd.
//!
//! Sources: `util/config/common.go`, `apis/kubeadm/v1beta4/types.go`, `constants/constants.go` and
//! `features/features.go` of kubeadm 1.36.2; of later versions their changelogs.

use super::{KubernetesVersion, Since};
use crate::key::KeyAlgorithm;

/// One row: which kubeadm reads a version of its API, `kubeadm.k8s.io`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct KubeadmApiSpec {
    /// As it stands in `apiVersion`, behind the group.
    pub name: &'static str,
    /// The first kubeadm that knows it.
    pub since: Since,
    /// The first kubeadm that does not any more.
    pub gone: Option<Since>,
    /// What it is, where it cannot be used although it is known.
    pub unusable: Option<&'static str>,
}

/// Declares the enumeration and its table together.
macro_rules! apis {
    ($($(#[$doc:meta])* $id:ident $name:literal, $since:expr, $gone:expr, $unusable:expr;)*) => {
        /// A version of kubeadm's API that is read here, oldest first. What concerns certificates
        /// is the same in all of them, but for the form of arguments and what
        /// [`V1beta4`](Self::V1beta4) has added.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum KubeadmApi {
            $($(#[$doc])* $id,)*
        }

        impl KubeadmApi {
            /// Every one, oldest first.
            pub const ALL: &[Self] = &[$(Self::$id),*];

            /// Its row.
            #[must_use]
            pub const fn spec(self) -> &'static KubeadmApiSpec {
                match self {
                    $(Self::$id => const {
                        &KubeadmApiSpec {
                            name: $name,
                            since: $since,
                            gone: $gone,
                            unusable: $unusable,
                        }
                    },)*
                }
            }
        }
    };
}

const COMMON: &str = "kubeadm util/config/common.go, validateSupportedVersion";
const V1: &str = "CHANGELOG-1.37, kubernetes#136016; CHANGELOG-1.38, kubernetes#142037";

apis! {
    /// `v1beta1`.
    V1beta1 "v1beta1", Since::minor(13, COMMON), Some(Since::minor(22, COMMON)), None;
    /// `v1beta2`.
    V1beta2 "v1beta2", Since::minor(15, COMMON), Some(Since::minor(27, COMMON)), None;
    /// `v1beta3`.
    V1beta3 "v1beta3", Since::minor(22, COMMON), Some(Since::minor(37, V1)), None;
    /// `v1beta4`.
    V1beta4 "v1beta4", Since::minor(31, COMMON), None, None;
    /// `v1`, the placeholder for what will follow.
    V1 "v1", Since::minor(37, V1), None,
        Some("an experimental copy of v1beta4 that cannot be used yet");
}

impl KubeadmApi {
    /// Its name in `apiVersion`, without the group.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.spec().name
    }

    /// The one of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.name() == name)
    }

    /// Whether the kubeadm of this version takes a configuration in it.
    #[must_use]
    pub fn is_read_by(self, kubeadm: KubernetesVersion) -> bool {
        let spec = self.spec();
        spec.unusable.is_none()
            && spec.since.version <= kubeadm
            && spec.gone.is_none_or(|gone| kubeadm < gone.version)
    }

    /// What to write for the kubeadm of this version: the newest that it takes.
    #[must_use]
    pub fn written_for(kubeadm: KubernetesVersion) -> Self {
        let mut newest_first = Self::ALL.iter().rev().copied();
        let taken = newest_first.find(|one| one.is_read_by(kubeadm));
        taken.unwrap_or(Self::V1beta1)
    }

    /// Whether arguments of components are a list in it, in which a flag may come several times,
    /// and not a mapping.
    #[must_use]
    pub fn has_lists_of_arguments(self) -> bool {
        self >= Self::V1beta4
    }
}

/// A value of `encryptionAlgorithm`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct EncryptionAlgorithm {
    /// As kubeadm writes it; case counts.
    pub name: &'static str,
    /// What makes such keys here, if anything does.
    pub made: Option<KeyAlgorithm>,
    /// The first kubeadm that takes it.
    pub since: Since,
}

/// Every value of `encryptionAlgorithm`.
pub static ENCRYPTION_ALGORITHMS: &[EncryptionAlgorithm] = &[
    made("RSA-2048", KeyAlgorithm::Rsa2048),
    made("RSA-3072", KeyAlgorithm::Rsa3072),
    made("RSA-4096", KeyAlgorithm::Rsa4096),
    made("ECDSA-P256", KeyAlgorithm::EcdsaP256),
    made("ECDSA-P384", KeyAlgorithm::EcdsaP384),
    announced("ML-DSA-44"),
    announced("ML-DSA-65"),
    announced("ML-DSA-87"),
];

const fn made(name: &'static str, algorithm: KeyAlgorithm) -> EncryptionAlgorithm {
    EncryptionAlgorithm {
        name,
        made: Some(algorithm),
        since: Since::minor(
            31,
            "kubeadm apis/kubeadm/v1beta4/types.go, EncryptionAlgorithmType",
        ),
    }
}

const fn announced(name: &'static str) -> EncryptionAlgorithm {
    EncryptionAlgorithm {
        name,
        made: None,
        since: Since::minor(38, "CHANGELOG-1.38, v1.38.0-alpha.1, kubernetes#142037"),
    }
}

impl EncryptionAlgorithm {
    /// The row of a name, in kubeadm's spelling.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        ENCRYPTION_ALGORITHMS.iter().find(|row| row.name == name)
    }
}

/// The first kubeadm without the feature gate `PublicKeysECDSA`, which it then refuses.
pub const PUBLIC_KEYS_ECDSA_GONE: Since = Since::minor(37, "CHANGELOG-1.37, kubernetes#136016");

/// The line of etcd that kubeadm runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct KubeadmEtcd {
    /// From which kubeadm on.
    pub since: Since,
    /// Major and minor number.
    pub line: (u32, u32),
}

/// Every line of etcd that a kubeadm of these tables runs, oldest first.
pub static KUBEADM_ETCD: &[KubeadmEtcd] = &[
    etcd(
        22,
        (3, 5),
        "kubeadm constants/constants.go, DefaultEtcdVersion",
    ),
    etcd(
        34,
        (3, 6),
        "kubeadm constants/constants.go, SupportedEtcdVersion",
    ),
    etcd(
        37,
        (3, 7),
        "CHANGELOG-1.37, v1.37.0-alpha.1, kubernetes#139427",
    ),
];

const fn etcd(minor: u16, line: (u32, u32), source: &'static str) -> KubeadmEtcd {
    KubeadmEtcd {
        since: Since::minor(minor, source),
        line,
    }
}

impl KubeadmEtcd {
    /// The one that the kubeadm of this version runs.
    #[must_use]
    pub fn of(kubeadm: KubernetesVersion) -> Option<&'static Self> {
        let mut newest_first = KUBEADM_ETCD.iter().rev();
        newest_first.find(|row| row.since.version <= kubeadm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::Standing;

    const fn minor(minor: u16) -> KubernetesVersion {
        KubernetesVersion::minor(minor)
    }

    #[test]
    fn each_kubeadm_gets_what_it_reads() {
        for (version, expected) in [
            (21, KubeadmApi::V1beta2),
            (22, KubeadmApi::V1beta3),
            (30, KubeadmApi::V1beta3),
            (31, KubeadmApi::V1beta4),
            (36, KubeadmApi::V1beta4),
            // `v1` is known there, and cannot be used.
            (37, KubeadmApi::V1beta4),
            (38, KubeadmApi::V1beta4),
        ] {
            assert_eq!(
                KubeadmApi::written_for(minor(version)),
                expected,
                "1.{version}"
            );
        }
        for version in KubernetesVersion::all() {
            assert!(KubeadmApi::V1beta4.is_read_by(version), "{version}");
            assert!(!KubeadmApi::V1.is_read_by(version), "{version}");
            let reads = KubeadmApi::V1beta3.is_read_by(version);
            assert_eq!(reads, version.standing() == Standing::Checked, "{version}");
        }
    }

    #[test]
    fn apis_are_named_once_and_in_order() {
        for api in KubeadmApi::ALL {
            assert_eq!(KubeadmApi::named(api.name()), Some(*api));
        }
        assert!(KubeadmApi::ALL.is_sorted());
        assert_eq!(KubeadmApi::named("v1alpha3"), None);
    }

    #[test]
    fn etcd_goes_with_kubeadm() {
        let line = |version| KubeadmEtcd::of(version).map(|row| row.line);
        for (version, expected) in KubernetesVersion::all().zip([
            (3, 5),
            (3, 5),
            (3, 5),
            (3, 6),
            (3, 6),
            (3, 6),
            (3, 7),
            (3, 7),
        ]) {
            assert_eq!(line(version), Some(expected), "{version}");
        }
        assert_eq!(line(minor(12)), None);
    }

    /// Whoever says something names the place, and what is not made is announced only.
    #[test]
    fn rows_have_sources() {
        for api in KubeadmApi::ALL {
            let spec = api.spec();
            assert!(!spec.since.source.is_empty());
            assert!(spec.gone.is_none_or(|gone| !gone.source.is_empty()));
        }
        for row in ENCRYPTION_ALGORITHMS {
            assert!(!row.since.source.is_empty());
            let is_announced = row.since.standing() == Standing::Announced;
            assert_eq!(row.made.is_none(), is_announced, "{}", row.name);
        }
        assert!(KUBEADM_ETCD.iter().all(|row| !row.since.source.is_empty()));
        assert!(KUBEADM_ETCD.is_sorted_by_key(|row| row.since.version));
    }
}
