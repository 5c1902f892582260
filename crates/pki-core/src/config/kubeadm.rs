//! kubeadm's format: a file of YAML (or JSON) documents, of which three are read, or the `ConfigMap`
//! in which kubeadm keeps one of them.
//!
//! Fields that are not known are warnings, as they are for kubeadm; fields that concern
//! certificates are honoured just as kubeadm 1.36 honours them. What the kubeadm of the cluster's
//! version does not take is a warning as well.

mod cluster;
mod config_map;
mod document;
mod registration;
mod schema;
mod version;
mod yaml;

use document::Reading;
use version::Written;

use super::error::ConfigError;
use super::node::Place;
use super::settings::{ExtraArgument, Parsed, Settings, Sourced};
use crate::spec::{Component, KubeadmApi};

/// Nobody reads more of them, and a file can be made to cause a hundred thousand.
const MAX_WARNINGS: usize = 100;

/// Warnings with the lines they are about, so that they can be told in the order of the file.
#[derive(Debug, Default)]
struct Warnings {
    kept: Vec<(usize, String)>,
    /// How many more there were.
    left_out: usize,
}

impl Warnings {
    /// Keeps a warning, which is not even worded when there are enough.
    fn push(&mut self, line: usize, warning: impl FnOnce() -> String) {
        if self.kept.len() < MAX_WARNINGS {
            self.kept.push((line, warning()));
        } else {
            self.left_out += 1;
        }
    }

    fn in_order(mut self, path: &str) -> Vec<String> {
        self.kept.sort_by_key(|(line, _)| *line);
        let more = (self.left_out > 0).then(|| {
            let count = self.left_out;
            format!("{path}: {count} more warnings are left out")
        });
        let kept = self.kept.into_iter().map(|(_, warning)| warning);
        kept.chain(more).collect()
    }
}

/// Reads kubeadm's configuration file.
pub(super) fn parse(path: &str, text: &str) -> Result<Parsed, ConfigError> {
    let documents = yaml::documents(path, text)?;
    let (documents, format) = config_map::opened(path, text, documents)?;
    let mut settings = Settings {
        format: Some(format),
        ..Settings::default()
    };
    let mut warnings = Warnings::default();
    let mut seen = Vec::new();
    let mut written = Vec::new();
    let mut readings = Vec::new();
    let mut joining = None;
    for node in &documents {
        let document = document::identify(path, node, &mut seen)?;
        let place = Place::root(path, &document.kind, node);
        let version = document.version;
        match document.reading {
            Reading::PassOver => continue,
            Reading::Init => {
                schema::unknown_fields(path, &place, schema::INIT, version, &mut warnings);
                registration::read(&place, &place, version, &mut settings)?;
            }
            Reading::Join => {
                schema::unknown_fields(path, &place, schema::JOIN, version, &mut warnings);
                let control_plane = place.field("controlPlane")?;
                registration::read(&place, &control_plane, version, &mut settings)?;
                joining = Some((place.line(), control_plane.is_present()));
            }
            Reading::Cluster => {
                schema::unknown_fields(path, &place, schema::CLUSTER, version, &mut warnings);
                cluster::read(&place, version, &mut settings, &mut warnings)?;
            }
        }
        readings.push(document.reading);
        written.push(Written::of(&document));
    }
    if written.is_empty() {
        return Err(ConfigError::NoConfiguration {
            path: path.to_owned(),
        });
    }
    let has = |reading| readings.contains(&reading);
    if let Some((line, is_control_plane)) = joining.filter(|_| !has(Reading::Init)) {
        let path = path.to_owned();
        if !is_control_plane {
            return Err(ConfigError::Worker { path, line });
        }
        if !has(Reading::Cluster) {
            return Err(ConfigError::NoCluster { path, line });
        }
        settings.joins = true;
    }
    version::judge(path, &written, &settings, &mut warnings);
    Ok(Parsed {
        settings,
        warnings: warnings.in_order(path),
    })
}

/// An empty string is what kubeadm takes for "not set".
fn text(place: &Place<'_>) -> Result<Option<Sourced<String>>, ConfigError> {
    Ok(place.string()?.filter(|text| !text.value.is_empty()))
}

/// Reads a component's further arguments: a list from v1beta4 on, a mapping before.
fn extra_args(
    place: &Place<'_>,
    version: KubeadmApi,
    component: Component,
    arguments: &mut Vec<ExtraArgument>,
) -> Result<(), ConfigError> {
    let mut add = |name: String, value: Sourced<String>| {
        arguments.push(ExtraArgument {
            component,
            name,
            value,
        });
    };
    if version.has_lists_of_arguments() {
        place.require_list(
            "a list of {name, value} (a mapping is v1beta3's form, which `kubeadm config migrate` \
             converts)",
        )?;
        for item in place.items() {
            let name = item.field("name")?;
            let Some(flag) = text(&name)? else {
                return Err(name.unexpected("the name of a flag"));
            };
            let value = item.field("value")?;
            let value = value.string()?.unwrap_or(value.sourced(String::new()));
            add(flag.value, value);
        }
    } else {
        place.require_mapping(
            "a mapping of flags to values (a list of {name, value} is v1beta4's form)",
        )?;
        for (name, _, value) in place.fields() {
            let value = value.string()?.unwrap_or(value.sourced(String::new()));
            add(name.to_owned(), value);
        }
    }
    Ok(())
}

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
