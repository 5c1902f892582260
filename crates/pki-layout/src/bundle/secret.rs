//! Secrets of Kubernetes as text: written as YAML, read from YAML or JSON, one or a list.

use std::collections::BTreeMap;

use base64ct::{Base64, Encoding as _};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::BundleError;

/// A Secret. Its values are decoded; wiped when dropped.
pub(super) struct Secret {
    pub(super) name: String,
    pub(super) namespace: Option<String>,
    pub(super) labels: BTreeMap<String, String>,
    pub(super) kind: Option<String>,
    pub(super) data: BTreeMap<String, Zeroizing<Vec<u8>>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Written<'a> {
    api_version: &'static str,
    data: BTreeMap<&'a str, String>,
    kind: &'static str,
    metadata: Metadata<'a>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    type_: Option<&'a str>,
}

#[derive(Serialize)]
struct Metadata<'a> {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    labels: &'a BTreeMap<String, String>,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<&'a str>,
}

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    metadata: ReadMetadata,
    #[serde(default)]
    data: Option<BTreeMap<String, String>>,
    #[serde(default)]
    items: Vec<Self>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ReadMetadata {
    name: String,
    namespace: Option<String>,
    labels: Option<BTreeMap<String, String>>,
}

impl Secret {
    pub(super) fn to_yaml(&self) -> Result<Zeroizing<String>, BundleError> {
        let data = self.data.iter();
        let data = data.map(|(key, value)| (key.as_str(), Base64::encode_string(value)));
        let written = Written {
            api_version: "v1",
            data: data.collect(),
            kind: "Secret",
            metadata: Metadata {
                labels: &self.labels,
                name: &self.name,
                namespace: self.namespace.as_deref(),
            },
            type_: self.kind.as_deref(),
        };
        let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
        let text = serde_saphyr::to_string_with_options(&written, options);
        text.map(Zeroizing::new).map_err(|error| BundleError::File {
            name: self.name.clone(),
            reason: error.to_string(),
        })
    }

    /// Every Secret of a text: documents of YAML, or lists as kubectl prints them.
    pub(super) fn all(text: &str, what: &str) -> Result<Vec<Self>, BundleError> {
        let not_one = |reason: String| BundleError::NotABundle {
            what: what.to_owned(),
            reason,
        };
        let documents: Vec<Document> = serde_saphyr::from_multiple(text).map_err(|error| {
            let reason = error.without_snippet().to_string();
            not_one(format!(
                "it is no YAML: {}",
                reason.lines().next().unwrap_or_default()
            ))
        })?;
        let mut secrets = Vec::new();
        let mut open = documents;
        open.reverse();
        while let Some(document) = open.pop() {
            if document.kind == "Secret" {
                secrets.push(Self::of(document)?);
            } else {
                open.extend(document.items.into_iter().rev());
            }
        }
        if secrets.is_empty() {
            return Err(not_one("there is no Secret in it".to_owned()));
        }
        Ok(secrets)
    }

    fn of(document: Document) -> Result<Self, BundleError> {
        let mut data = BTreeMap::new();
        for (key, value) in document.data.unwrap_or_default() {
            // kubectl prints it in one line, and people fold it.
            let value = Zeroizing::new(value.split_whitespace().collect::<String>());
            let decoded = Base64::decode_vec(&value).map_err(|_| BundleError::File {
                name: format!("{} of Secret {}", key, document.metadata.name),
                reason: "it is not base64".to_owned(),
            })?;
            data.insert(key, Zeroizing::new(decoded));
        }
        Ok(Self {
            name: document.metadata.name,
            namespace: document.metadata.namespace,
            labels: document.metadata.labels.unwrap_or_default(),
            kind: None,
            data,
        })
    }
}
