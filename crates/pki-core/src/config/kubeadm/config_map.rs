//! The `ConfigMap` in which kubeadm keeps a cluster's configuration, as `kubectl get cm -o yaml` and
//! `-o json` print it, alone or in a list: what it holds takes its place.

use super::super::error::ConfigError;
use super::super::node::{Node, Place, Value};
use super::super::settings::Format;
use super::{text, yaml};
use crate::text::printable;

/// Where a `ConfigMap` keeps documents of kubeadm's. `MasterConfiguration` is a kind of versions that
/// are not read, which is then said.
const KEYS: &[&str] = &[
    "ClusterConfiguration",
    "InitConfiguration",
    "MasterConfiguration",
];

/// The documents, and in the place of `ConfigMap`s those that they hold; and what they are in.
pub(super) fn opened(
    path: &str,
    file: &str,
    documents: Vec<Node>,
) -> Result<(Vec<Node>, Format), ConfigError> {
    let mut opened = Vec::with_capacity(documents.len());
    let mut format = Format::Kubeadm;
    for document in documents {
        match held(path, file, &document)? {
            Some(held) => {
                opened.extend(held);
                format = Format::KubeadmConfigMap;
            }
            None => opened.push(document),
        }
    }
    Ok((opened, format))
}

/// The documents that this one holds; `None` where it is one itself.
fn held(path: &str, file: &str, document: &Node) -> Result<Option<Vec<Node>>, ConfigError> {
    if !matches!(document.value, Value::Mapping(_)) {
        return Ok(None);
    }
    let place = Place::root(path, "", document);
    let kind = place.field("kind")?;
    let is_core = text(&place.field("apiVersion")?)
        .is_ok_and(|one| one.is_some_and(|version| version.value == "v1"));
    let name = text(&kind).ok().flatten().map(|kind| kind.value);
    let name = name.filter(|_| is_core).unwrap_or_default();
    let mut found = Vec::new();
    match name.as_str() {
        "ConfigMap" => found.extend(of_config_map(path, file, &place)?),
        "List" | "ConfigMapList" => {
            let items = place.field("items")?;
            items.require_list("a list of ConfigMaps")?;
            for item in items.items() {
                found.extend(of_config_map(path, file, &item)?);
            }
        }
        _ => return Ok(None),
    }
    if found.is_empty() {
        return Err(ConfigError::OtherConfigMap {
            path: path.to_owned(),
            line: kind.line(),
            kind: printable(&name),
        });
    }
    Ok(Some(found))
}

fn of_config_map(path: &str, file: &str, map: &Place<'_>) -> Result<Vec<Node>, ConfigError> {
    let data = map.field("data")?;
    data.require_mapping("a mapping of names to texts")?;
    let mut found = Vec::new();
    for (key, line, value) in data.fields() {
        if !KEYS.contains(&key) {
            continue;
        }
        let Some(document) = value.string()? else {
            continue;
        };
        let lines = Lines::of(file, line);
        let documents = yaml::documents(path, &document.value);
        let documents = documents.map_err(|error| lines.locate(error))?;
        found.extend(documents.into_iter().map(|node| lines.shift(node)));
    }
    Ok(found)
}

/// Which line of the file a line of a text in it is: counted from where a block begins; of a text
/// that is quoted, and so on one line, that line.
#[derive(Clone, Copy)]
enum Lines {
    After(usize),
    On(usize),
}

impl Lines {
    /// Of the text whose key is on this line.
    fn of(file: &str, key: usize) -> Self {
        let header = file.lines().nth(key.saturating_sub(1)).unwrap_or_default();
        let indicator = header.trim_end().trim_end_matches(['+', '-']);
        let indicator = indicator.trim_end_matches(|letter: char| letter.is_ascii_digit());
        if indicator.ends_with('|') {
            Self::After(key)
        } else {
            Self::On(key)
        }
    }

    const fn line(self, line: usize) -> usize {
        match self {
            Self::After(key) => key.saturating_add(line),
            Self::On(key) => key,
        }
    }

    fn locate(self, error: ConfigError) -> ConfigError {
        match error {
            ConfigError::Syntax {
                path,
                line,
                column,
                language,
                problem,
            } => ConfigError::Syntax {
                path,
                line: self.line(line),
                column,
                language,
                problem,
            },
            other => other,
        }
    }

    fn shift(self, mut node: Node) -> Node {
        node.line = self.line(node.line);
        match &mut node.value {
            Value::List(items) => {
                let old = std::mem::take(items);
                *items = old.into_iter().map(|item| self.shift(item)).collect();
            }
            Value::Mapping(entries) => {
                let old = std::mem::take(entries);
                *entries = old
                    .into_iter()
                    .map(|mut entry| {
                        entry.line = self.line(entry.line);
                        entry.node = self.shift(entry.node);
                        entry
                    })
                    .collect();
            }
            _ => {}
        }
        node
    }
}

#[cfg(test)]
#[path = "config_map_tests.rs"]
mod tests;
