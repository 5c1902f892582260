//! What is named in the configuration files that kube-apiserver is told of: authentication and
//! authorization, admission plugins, the egress selector.

use std::path::Path;

use pki_core::observation::Found;
use pki_core::{Certificate, Usage};

use super::Observation;
use super::parse::parse_certificates;
use super::yaml::{self, Value};

/// Something that a configuration names, with the path of its field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Named {
    /// A kubeconfig: of a webhook.
    Kubeconfig { field: String, path: String },
    /// A file of certificates.
    File {
        field: String,
        path: String,
        usage: Usage,
    },
    /// Authorities, in the file itself.
    Authorities {
        field: String,
        certificates: Found<Vec<Certificate>>,
    },
}

impl Named {
    pub(super) fn field(&self) -> &str {
        match self {
            Self::Kubeconfig { field, .. }
            | Self::File { field, .. }
            | Self::Authorities { field, .. } => field,
        }
    }
}

impl Observation {
    /// What a configuration names, and the configurations of plugins that it names in turn.
    pub(super) fn named_in(&self, file: &Path) -> Vec<Named> {
        let mut all = Vec::new();
        let read = |path: &Path| self.parsed(path, yaml::parse);
        if let Found::Present(document) = read(file) {
            walk(&document.value, "", &mut all);
            let plugins = document.value.field("plugins");
            let plugins = plugins.map_or(&[][..], |plugins| plugins.value.items());
            for path in plugins
                .iter()
                .filter_map(|plugin| plugin.value.field("path"))
            {
                let path = path.value.text().unwrap_or_default();
                let path = file.parent().unwrap_or(file).join(path);
                if let Found::Present(document) = read(&path) {
                    walk(&document.value, "", &mut all);
                }
            }
        }
        all
    }
}

fn walk(value: &Value, path: &str, all: &mut Vec<Named>) {
    match value {
        Value::Map(fields) => {
            for (name, node) in fields {
                let field = match path {
                    "" => name.clone(),
                    path => format!("{path}.{name}"),
                };
                match node.value.text() {
                    Some(text) if !text.is_empty() => all.extend(named(name, field, text)),
                    _ => walk(&node.value, &field, all),
                }
            }
        }
        Value::List(items) => {
            for (at, item) in items.iter().enumerate() {
                walk(&item.value, &format!("{path}[{at}]"), all);
            }
        }
        _ => {}
    }
}

/// `AuthenticationConfiguration`, `AuthorizationConfiguration`, `AdmissionConfiguration`,
/// `WebhookAdmissionConfiguration` and `EgressSelectorConfiguration` of Kubernetes.
fn named(name: &str, field: String, text: &str) -> Option<Named> {
    let path = text.to_owned();
    Some(match name {
        "kubeConfigFile" => Named::Kubeconfig { field, path },
        "certificateAuthority" => Named::Authorities {
            field,
            certificates: match parse_certificates(text.as_bytes()) {
                Ok(certificates) => Found::Present(certificates),
                Err(reason) => Found::Broken { reason },
            },
        },
        "caBundle" => Named::File {
            field,
            path,
            usage: Usage::Authority,
        },
        "clientCert" => Named::File {
            field,
            path,
            usage: Usage::Client,
        },
        _ => return None,
    })
}
