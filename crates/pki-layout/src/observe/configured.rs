//! Files that a configuration of the cluster names, which need not be told to any component here.

use pki_core::Usage;
use pki_core::config::{EtcdSettings, Settings};

use super::Observation;
use super::told::usage_of;
use crate::table::{FlagSpec, Role};

/// A file of certificates that a configuration names.
#[derive(Debug, Clone)]
pub(super) struct ConfiguredFile {
    /// Its key.
    pub(super) by: String,
    pub(super) path: String,
    pub(super) usage: Usage,
}

impl Observation {
    /// The same look, at what a configuration of the cluster names too: files of an external etcd,
    /// and those of further arguments.
    #[must_use]
    pub fn with_settings(mut self, settings: &Settings) -> Self {
        let mut files = Vec::new();
        self.external_etcd = false;
        if let Some(EtcdSettings::External {
            ca_file, cert_file, ..
        }) = settings.etcd.as_ref().map(|etcd| &etcd.value)
        {
            self.external_etcd = true;
            let named = [(ca_file, Usage::Authority), (cert_file, Usage::Client)];
            for (file, usage) in named {
                files.extend(file.iter().map(|file| ConfiguredFile {
                    by: file.source.to_string(),
                    path: file.value.clone(),
                    usage,
                }));
            }
        }
        for argument in &settings.extra_args {
            let spec = FlagSpec::find(argument.component, &argument.name);
            let usage = spec.and_then(|spec| match spec.role()? {
                Role::OwnCertificate
                | Role::ClientTrust
                | Role::ServerTrust
                | Role::IssuingCertificate => Some(usage_of(spec)),
                _ => None,
            });
            files.extend(usage.map(|usage| ConfiguredFile {
                by: argument.value.source.to_string(),
                path: argument.value.value.clone(),
                usage,
            }));
        }
        files.retain(|file| file.path.starts_with('/'));
        self.configured = files;
        self
    }
}
