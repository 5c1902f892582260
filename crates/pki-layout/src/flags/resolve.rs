//! From a row of the table to its value on one node.

use std::path::PathBuf;

use pki_core::{Artifact, Etcd, Need, Part, RowId, Site};

use super::{Field, FlagOptions, FlagsError, Override};
use crate::Directories;
use crate::table::kubelet_files::BOOTSTRAP;
use crate::table::{Component, ComputedValue, FlagSpec, FlagValue, Place, Role, When};

/// Everything that one component's values come from.
pub(super) struct Source<'a> {
    component: Component,
    site: Site<'a>,
    directories: &'a Directories,
    options: &'a FlagOptions,
    /// The overrides that concern the component and that the table knows, in the order given.
    overrides: Vec<(&'static FlagSpec, &'a Override)>,
}

impl<'a> Source<'a> {
    pub(super) fn new(
        component: Component,
        site: Site<'a>,
        directories: &'a Directories,
        options: &'a FlagOptions,
    ) -> Self {
        let ours = options.overrides.iter();
        let overrides = ours
            .filter(|given| given.component == component)
            .filter_map(|given| Some((FlagSpec::find(component, &given.name)?, given)))
            .filter(|(spec, _)| spec.place == Place::Flag)
            .collect();
        Self {
            component,
            site,
            directories,
            options,
            overrides,
        }
    }

    /// Whether the component runs or is used here at all.
    pub(super) fn is_used(&self) -> bool {
        self.component != Component::Etcd || self.has_local_etcd()
    }

    /// What the table sets, sorted by name, less what is overridden.
    pub(super) fn base(&self) -> Result<Vec<(&'static FlagSpec, Field)>, FlagsError> {
        FlagSpec::of(self.component)
            .filter(|spec| !self.is_given(spec.name) && self.applies(spec.when))
            .filter_map(|spec| Some((spec, self.value(spec).transpose()?)))
            .map(|(spec, value)| Ok((spec, value?)))
            .collect()
    }

    /// What is overridden, in the order given.
    pub(super) fn given(&self) -> Result<Vec<(&'static FlagSpec, String)>, FlagsError> {
        self.overrides
            .iter()
            .map(|(spec, given)| Ok((*spec, checked(spec, given.value.clone())?)))
            .collect()
    }

    fn is_given(&self, name: &str) -> bool {
        self.overrides.iter().any(|(spec, _)| spec.name == name)
    }

    fn has_local_etcd(&self) -> bool {
        *self.site.cluster().etcd() == Etcd::Local
    }

    fn applies(&self, when: When) -> bool {
        match when {
            When::Always | When::EmptyWithoutClusterCaKey | When::OnRequest => true,
            When::LocalEtcd => self.has_local_etcd(),
            When::ExternalEtcd => !self.has_local_etcd(),
            When::KubeletServing => self.site.node().kubelet_serving(),
            When::UnlessGiven(other) => !self.is_given(other),
        }
    }

    /// What the table says for a flag, whatever overrides it.
    pub(super) fn usual(&self, spec: &'static FlagSpec) -> Result<Option<String>, FlagsError> {
        Ok(self.value(spec)?.map(Field::into_text))
    }

    /// The value of a row that applies; `None` where there is nothing to set.
    fn value(&self, spec: &'static FlagSpec) -> Result<Option<Field>, FlagsError> {
        if spec.when == When::EmptyWithoutClusterCaKey && !self.options.cluster_ca_key_present {
            return Ok(Some(Field::Text(String::new())));
        }
        let text = match spec.value {
            FlagValue::Switch(on) => return Ok(Some(Field::Switch(on))),
            FlagValue::Text(text) => Some(text.to_owned()),
            FlagValue::File { artifact, role } => match self.file(artifact, role) {
                Some(path) => Some(as_text(spec, path)?),
                None => None,
            },
            FlagValue::Computed(ComputedValue::BootstrapKubeconfig) => {
                let path = self.directories.kubeconfigs.join(BOOTSTRAP);
                Some(as_text(spec, path)?)
            }
            FlagValue::Computed(ComputedValue::ServiceAccountIssuer) => {
                Some(self.site.cluster().service_account_issuer())
            }
            FlagValue::Computed(ComputedValue::ExternalEtcdEndpoints) => self.external_endpoints(),
            FlagValue::Computed(ComputedValue::EtcdctlEndpoints) => self.etcdctl_endpoints(),
            FlagValue::Computed(ComputedValue::ClusterSigningDuration) => {
                let duration = self.options.cluster_signing_duration;
                duration.map(|duration| duration.to_string())
            }
            FlagValue::Given(_) => None,
        };
        text.map(|text| checked(spec, text).map(Field::Text))
            .transpose()
    }

    /// Path of a file of the table, or of what stands in its place in this role, or with external
    /// etcd.
    fn file(&self, artifact: Artifact, role: Role) -> Option<PathBuf> {
        match self.site.cluster().etcd() {
            Etcd::External {
                ca_file,
                client_pair,
                ..
            } if artifact.id.spec().need == Need::LocalEtcd => {
                let file = match (artifact.id, artifact.part) {
                    (RowId::EtcdCa, Part::Certificate) => ca_file.as_ref(),
                    // There is one client pair, and etcdctl may use it as the API server does.
                    (RowId::ApiserverEtcdClient | RowId::EtcdHealthcheckClient, part) => {
                        client_pair
                            .as_ref()
                            .and_then(|(certificate, key)| match part {
                                Part::Certificate => Some(certificate),
                                Part::Key => Some(key),
                                _ => None,
                            })
                    }
                    _ => None,
                };
                file.map(PathBuf::from)
            }
            _ => {
                let domain = artifact.id.domain();
                let place = domain.and_then(|domain| self.options.places.get(&(domain, role)));
                Some(place.map_or_else(|| self.directories.path(artifact), PathBuf::clone))
            }
        }
    }

    fn external_endpoints(&self) -> Option<String> {
        match self.site.cluster().etcd() {
            Etcd::External { endpoints, .. } => Some(endpoints.join(",")),
            _ => None,
        }
    }

    fn etcdctl_endpoints(&self) -> Option<String> {
        match self.site.cluster().etcd() {
            // Without files there is nothing to say that etcdctl's user does not know.
            Etcd::External {
                ca_file: None,
                client_pair: None,
                ..
            } => None,
            Etcd::External { .. } => self.external_endpoints(),
            _ if self.site.node().advertise_address().is_ipv6() => {
                Some("https://[::1]:2379".to_owned())
            }
            _ => Some("https://127.0.0.1:2379".to_owned()),
        }
    }
}

fn as_text(spec: &FlagSpec, path: PathBuf) -> Result<String, FlagsError> {
    path.into_os_string()
        .into_string()
        .map_err(|path| FlagsError::NotUtf8 {
            component: spec.component,
            name: spec.name,
            path: path.into(),
        })
}

/// A value that fits on a line, and so into every format. A line break in one would begin a
/// flag of its own in a file of flags.
fn checked(spec: &FlagSpec, value: String) -> Result<String, FlagsError> {
    if value.chars().any(char::is_control) {
        return Err(FlagsError::ControlCharacter {
            component: spec.component,
            name: spec.name,
            value,
        });
    }
    Ok(value)
}
