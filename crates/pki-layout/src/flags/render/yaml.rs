use std::collections::BTreeMap;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::flags::{Field, FlagSet, FlagsError};
use crate::table::Component;

/// A document of the stream.
#[derive(Serialize)]
#[serde(untagged)]
enum Document {
    Arguments(Vec<String>),
    Components(Components),
    Kubelet(KubeletConfiguration),
}

/// Components and their arguments, in the order given.
struct Components(Vec<(&'static str, Vec<String>)>);

/// A fragment of the kubelet's configuration file.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct KubeletConfiguration {
    api_version: &'static str,
    kind: &'static str,
    #[serde(flatten)]
    fields: BTreeMap<&'static str, Field>,
}

impl KubeletConfiguration {
    /// The kubelet's alone.
    pub(super) fn of(set: &FlagSet) -> Option<Self> {
        (set.component() == Component::Kubelet).then(|| Self {
            api_version: "kubelet.config.k8s.io/v1beta1",
            kind: "KubeletConfiguration",
            fields: set.kubelet_configuration(),
        })
    }
}

impl Serialize for Components {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (component, arguments) in &self.0 {
            map.serialize_entry(component, arguments)?;
        }
        map.end()
    }
}

pub(super) fn yaml(sets: &[FlagSet]) -> Result<String, FlagsError> {
    let arguments = |set: &FlagSet| -> Vec<String> {
        set.arguments().iter().map(ToString::to_string).collect()
    };
    let mut documents = vec![match sets {
        [set] => Document::Arguments(arguments(set)),
        _ => Document::Components(Components(
            sets.iter()
                .map(|set| (set.component().name(), arguments(set)))
                .collect(),
        )),
    }];
    documents.extend(
        sets.iter()
            .filter_map(KubeletConfiguration::of)
            .map(Document::Kubelet),
    );
    to_stream(&documents)
}

/// Writes the fragment of the kubelet's configuration file that a set stands for.
///
/// # Errors
///
/// [`FlagsError::NotKubelet`] for the set of another component; [`FlagsError::Yaml`] when the
/// serializer refuses.
pub fn kubelet_configuration_yaml(set: &FlagSet) -> Result<String, FlagsError> {
    match KubeletConfiguration::of(set) {
        Some(configuration) => to_stream(&[configuration]),
        None => Err(FlagsError::NotKubelet {
            component: set.component(),
        }),
    }
}

/// Documents with `---` between them. Texts that YAML 1.1 takes for something else are quoted,
/// because that is what Kubernetes reads; long ones stay on their line, so that a person can
/// search for them.
pub(super) fn to_stream<T: Serialize>(documents: &[T]) -> Result<String, FlagsError> {
    let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
    serde_saphyr::to_string_multiple_with_options(documents, options).map_err(FlagsError::Yaml)
}
