//! The flags that components were given, as their static pods and the kubelet's configuration say.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use crate::Root;
use crate::flags::{Component, FlagSpec, Place};

/// Where kubeadm writes the kubelet's configuration.
const KUBELET_CONFIGURATION: &str = "/var/lib/kubelet/config.yaml";

#[derive(Deserialize)]
struct Pod {
    spec: Spec,
}

#[derive(Deserialize)]
struct Spec {
    containers: Vec<Container>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Container {
    command: Vec<String>,
    args: Vec<String>,
}

/// What was found of each component.
#[derive(Debug, Default)]
pub(super) struct Given {
    components: BTreeMap<Component, BTreeMap<String, String>>,
}

impl Given {
    /// Reads what there is. What cannot be understood is as good as not there: whoever runs it
    /// says more about it than a drawing can.
    pub(super) fn read(root: &Root) -> Self {
        let mut components = BTreeMap::new();
        let manifests = root.directories().kubeconfigs.join("manifests");
        for component in Component::ALL {
            let path = manifests.join(format!("{component}.yaml"));
            if let Some(pod) = parsed::<Pod>(root, &path) {
                components.insert(component, arguments(pod));
            }
        }
        if let Some(fields) = parsed::<Value>(root, Path::new(KUBELET_CONFIGURATION)) {
            components.insert(Component::Kubelet, kubelet(&fields));
        }
        Self { components }
    }

    /// Whether any static pod was found: then those that were not are not there.
    pub(super) fn has_manifests(&self) -> bool {
        self.components.keys().any(|one| *one != Component::Kubelet)
    }

    /// Whether what a component was given is known.
    pub(super) fn knows(&self, component: Component) -> bool {
        self.components.contains_key(&component)
    }

    /// What a flag or field is set to.
    pub(super) fn value(&self, component: Component, name: &str) -> Option<&str> {
        self.components
            .get(&component)?
            .get(name)
            .map(String::as_str)
    }
}

fn parsed<T: serde::de::DeserializeOwned>(root: &Root, path: &Path) -> Option<T> {
    let text = root.read_file(path).ok()?;
    let text = std::str::from_utf8(&text).ok()?;
    serde_saphyr::from_str_with_options(text, crate::kubeconfig::options()).ok()
}

/// Flags by name, `--name=value` or `--name value`, the last of each; one without a value is yes.
fn arguments(pod: Pod) -> BTreeMap<String, String> {
    let mut flags = BTreeMap::new();
    for container in pod.spec.containers {
        let words: Vec<String> = container
            .command
            .into_iter()
            .chain(container.args)
            .collect();
        let mut words = words.iter().peekable();
        while let Some(word) = words.next() {
            let Some(flag) = word.strip_prefix('-') else {
                continue;
            };
            let flag = flag.strip_prefix('-').unwrap_or(flag);
            let (name, value) = match flag.split_once('=') {
                Some((name, value)) => (name, value.to_owned()),
                None => match words.next_if(|next| !next.starts_with('-')) {
                    Some(value) => (flag, value.clone()),
                    None => (flag, "true".to_owned()),
                },
            };
            flags.insert(name.to_owned(), value);
        }
    }
    flags
}

/// The fields of the table that the configuration sets.
fn kubelet(fields: &Value) -> BTreeMap<String, String> {
    let rows = FlagSpec::of(Component::Kubelet);
    let rows = rows.filter(|spec| spec.place == Place::KubeletConfiguration);
    rows.filter_map(|spec| {
        let mut parts = spec.name.split('.');
        let value = parts.try_fold(fields, |value, part| value.get(part))?;
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Null => return None,
            other => other.to_string(),
        };
        Some((spec.name.to_owned(), text))
    })
    .collect()
}
