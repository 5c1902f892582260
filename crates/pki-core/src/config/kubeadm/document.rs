//! What each document of a kubeadm file is, by its `apiVersion` and `kind`.

use super::super::error::ConfigError;
use super::super::node::{Node, Place};
use crate::spec::KubeadmApi;
use crate::text::printable;

const GROUP: &str = "kubeadm.k8s.io";

/// Every kind that a kubeadm file may hold, with its group, those that are read first.
const KINDS: &[(&str, &str, Reading)] = &[
    ("ClusterConfiguration", GROUP, Reading::Cluster),
    ("InitConfiguration", GROUP, Reading::Init),
    ("JoinConfiguration", GROUP, Reading::Join),
    ("ClusterStatus", GROUP, Reading::PassOver),
    ("ResetConfiguration", GROUP, Reading::PassOver),
    ("UpgradeConfiguration", GROUP, Reading::PassOver),
    (
        "KubeletConfiguration",
        "kubelet.config.k8s.io",
        Reading::PassOver,
    ),
    (
        "KubeProxyConfiguration",
        "kubeproxy.config.k8s.io",
        Reading::PassOver,
    ),
];

/// What to do with a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    Init,
    Join,
    Cluster,
    /// It belongs in the file but says nothing about certificates.
    PassOver,
}

/// Versions that are not read, and the kubeadm that still reads them: what kubeadm says of them
/// itself (cmd/kubeadm/app/util/config/common.go, `oldKnownAPIVersions`).
const OLD: &[(&str, &str)] = &[
    ("v1alpha1", "v1.11"),
    ("v1alpha2", "v1.12"),
    ("v1alpha3", "v1.14"),
];

/// A document that belongs in the file.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) kind: String,
    pub(super) reading: Reading,
    /// The version of kubeadm's API; of no meaning for documents that are passed over.
    pub(super) version: KubeadmApi,
    /// The line that says so.
    pub(super) version_line: usize,
}

/// Says what a document is. `seen` holds the kinds of the documents before, with their lines.
pub(super) fn identify(
    path: &str,
    node: &Node,
    seen: &mut Vec<(String, usize)>,
) -> Result<Document, ConfigError> {
    let root = Place::root(path, "the document", node);
    root.require_mapping("a mapping with apiVersion and kind")?;
    // Their dotted keys are their names: before the kind is known there is nothing to prefix.
    let root = Place::root(path, "", node);
    let (api_version, version_line) = type_field(path, &root, "apiVersion")?;
    let (kind, line) = type_field(path, &root, "kind")?;

    let (group, version) = api_version.split_once('/').unwrap_or(("", &api_version));
    let known = KINDS
        .iter()
        .find(|(name, of, _)| *name == kind && *of == group);
    // An old version may have had kinds that are gone, and its age is what to tell about.
    let version = match KubeadmApi::named(version) {
        Some(version) => version,
        None if group == GROUP => {
            let newest_first = KubeadmApi::ALL.iter().rev();
            let usable = newest_first.filter(|api| api.spec().unusable.is_none());
            let accepted = usable.map(|api| api.name());
            let old = OLD.iter().find(|(old, _)| *old == version);
            return Err(ConfigError::UnknownVersion {
                path: path.to_owned(),
                line: version_line,
                kind: printable(&kind),
                api_version: printable(&api_version).into(),
                accepted: accepted.collect::<Vec<_>>().join(", ").into(),
                migrated_by: old.map(|(_, kubeadm)| *kubeadm),
            });
        }
        None => KubeadmApi::V1beta4,
    };
    let Some((_, _, reading)) = known else {
        let accepted = KINDS.iter().map(|(kind, group, _)| match *group {
            GROUP => (*kind).to_owned(),
            other => format!("{kind} ({other})"),
        });
        let accepted: Vec<String> = accepted
            .chain(["ConfigMap (kubeadm-config)".to_owned()])
            .collect();
        return Err(ConfigError::UnknownKind {
            path: path.to_owned(),
            line,
            kind: printable(&kind),
            api_version: printable(&api_version),
            accepted: accepted.join(", "),
        });
    };
    if let Some((_, first)) = seen.iter().find(|(name, _)| *name == kind) {
        return Err(ConfigError::RepeatedKind {
            path: path.to_owned(),
            line,
            kind,
            first: *first,
        });
    }
    seen.push((kind.clone(), line));
    Ok(Document {
        kind,
        reading: *reading,
        version,
        version_line,
    })
}

fn type_field(
    path: &str,
    root: &Place<'_>,
    field: &'static str,
) -> Result<(String, usize), ConfigError> {
    let place = root.field(field)?;
    match super::text(&place)? {
        Some(text) => Ok((text.value, place.line())),
        None => Err(ConfigError::NoType {
            path: path.to_owned(),
            line: root.line(),
            field,
        }),
    }
}

#[cfg(test)]
#[path = "document_tests.rs"]
mod tests;
