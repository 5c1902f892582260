//! Feature gates about who is believed: flags that wait for one, and gates that are going.

use pki_core::spec::{Since, Standing};

use super::{Component, KubernetesVersion};

/// A flag that is refused while a feature gate is off.
#[derive(Debug)]
#[non_exhaustive]
pub struct GatedFlag {
    /// Whose it is.
    pub component: Component,
    /// Its name, without dashes.
    pub name: &'static str,
    /// The gate.
    pub gate: &'static str,
    /// Since when the gate is on unless it is switched off.
    pub on: Since,
}

/// Every flag of [`FLAGS`](super::FLAGS) that a gate stands before which is not on in all versions.
pub static GATED_FLAGS: &[GatedFlag] = &[GatedFlag {
    component: Component::KubeApiserver,
    name: "peer-ca-file",
    gate: "UnknownVersionInteroperabilityProxy",
    on: Since::minor(
        36,
        "CHANGELOG-1.36, kubernetes#137172; pkg/controlplane/apiserver/options/validation.go",
    ),
}];

impl GatedFlag {
    /// The row of a component's flag.
    #[must_use]
    pub fn find(component: Component, name: &str) -> Option<&'static Self> {
        let mut rows = GATED_FLAGS.iter();
        rows.find(|row| row.component == component && row.name == name)
    }

    /// Whether the gate is on, with these items of `--feature-gates`, of which the last counts.
    pub fn is_on<'a>(
        &self,
        version: KubernetesVersion,
        gates: impl DoubleEndedIterator<Item = &'a str>,
    ) -> bool {
        let mut pairs = gates.rev().filter_map(|one| one.split_once('='));
        let set = pairs.find(|(gate, _)| *gate == self.gate);
        set.map_or(self.on.version <= version, |(_, value)| {
            value.eq_ignore_ascii_case("true")
        })
    }

    /// That it is off, in words that follow the flag's name.
    #[must_use]
    pub fn says(&self, version: KubernetesVersion) -> String {
        format!(
            "is refused without the feature gate {}, which is off in Kubernetes {version} unless \
             --feature-gates switches it on",
            self.gate
        )
    }
}

/// A feature gate about who is believed that is going: a component refuses a gate that it does not
/// know.
#[derive(Debug)]
#[non_exhaustive]
pub struct GoneGate {
    /// Whose it is.
    pub component: Component,
    /// Its name.
    pub gate: &'static str,
    /// The first version without it.
    pub gone: Since,
}

const LOCKED: &str = "apiserver/pkg/features/kube_features.go of 1.36.2: remove in 1.37";
const LOCKED_NODE: &str = "pkg/features/kube_features.go of 1.36.2: remove in 1.37";

/// Every such gate that a version of the tables has and another has not.
pub static GONE_GATES: &[GoneGate] = &[
    gone("AuthorizeNodeWithSelectors", Since::minor(37, LOCKED_NODE)),
    gone("AuthorizeWithSelectors", Since::minor(37, LOCKED)),
    gone(
        "StructuredAuthenticationConfiguration",
        Since::minor(37, LOCKED),
    ),
];

const fn gone(gate: &'static str, gone: Since) -> GoneGate {
    GoneGate {
        component: Component::KubeApiserver,
        gate,
        gone,
    }
}

impl GoneGate {
    /// Of an item of a component's `--feature-gates`, such as `Gate=true`, the row of a gate that
    /// this version does not have any more.
    #[must_use]
    pub fn of_item(
        component: Component,
        item: &str,
        version: KubernetesVersion,
    ) -> Option<&'static Self> {
        let gate = item.split('=').next().unwrap_or_default().trim();
        let mut rows = GONE_GATES.iter();
        rows.find(|row| {
            row.component == component && row.gate == gate && row.gone.version <= version
        })
    }

    /// That it is gone, in words that follow its name.
    #[must_use]
    pub fn says(&self) -> String {
        match self.gone.standing() {
            Standing::Announced => format!(
                "is announced to be gone from Kubernetes {} on, and a gate that is not known is refused",
                self.gone.version
            ),
            _ => format!(
                "is gone since Kubernetes {}, and a gate that is not known is refused",
                self.gone.version
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::FlagSpec;

    #[test]
    fn gates_that_are_going_are_told_by_their_name() {
        for version in KubernetesVersion::all() {
            for row in GONE_GATES {
                let item = format!("{}=true", row.gate);
                let found = GoneGate::of_item(row.component, &item, version);
                assert_eq!(
                    found.is_some(),
                    version >= row.gone.version,
                    "{version}: {item}"
                );
                assert!(!row.gone.source.is_empty());
                assert!(row.says().contains("announced"), "{}", row.says());
            }
            assert!(GoneGate::of_item(Component::Kubelet, GONE_GATES[0].gate, version).is_none());
        }
    }

    #[test]
    fn a_gate_is_as_it_is_set_or_as_the_version_has_it() {
        let row = GatedFlag::find(Component::KubeApiserver, "peer-ca-file").unwrap();
        let (on, off) = (format!("{}=true", row.gate), format!("{}=false", row.gate));
        for version in KubernetesVersion::all() {
            let by_itself = version >= KubernetesVersion::minor(36);
            assert_eq!(row.is_on(version, ["Other=true"].into_iter()), by_itself);
            assert!(row.is_on(version, [off.as_str(), on.as_str()].into_iter()));
            assert!(!row.is_on(version, [on.as_str(), off.as_str()].into_iter()));
        }
        for row in GATED_FLAGS {
            assert!(FlagSpec::find(row.component, row.name).is_some());
            assert!(!row.on.source.is_empty());
        }
    }
}
