use std::collections::BTreeMap;

use serde::Serialize;

use crate::flags::{Field, FlagSet, FlagsError};
use crate::table::Component;

/// Raised when a field changes its meaning or goes away, not when one is added.
const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report<'a> {
    schema_version: u32,
    components: Vec<ComponentFlags<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ComponentFlags<'a> {
    component: &'static str,
    arguments: Vec<ArgumentFields<'a>>,
    /// The kubelet's alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    kubelet_configuration: Option<BTreeMap<&'static str, Field>>,
}

#[derive(Serialize)]
struct ArgumentFields<'a> {
    name: &'static str,
    value: &'a str,
    purpose: &'static str,
}

pub(super) fn json(sets: &[FlagSet]) -> Result<String, FlagsError> {
    let report = Report {
        schema_version: SCHEMA_VERSION,
        components: sets.iter().map(ComponentFlags::from).collect(),
    };
    let mut text = serde_json::to_string_pretty(&report).map_err(FlagsError::Json)?;
    text.push('\n');
    Ok(text)
}

impl<'a> From<&'a FlagSet> for ComponentFlags<'a> {
    fn from(set: &'a FlagSet) -> Self {
        let arguments = set.arguments().iter().map(|argument| ArgumentFields {
            name: argument.name(),
            value: &argument.value,
            purpose: argument.spec.purpose,
        });
        Self {
            component: set.component().name(),
            arguments: arguments.collect(),
            kubelet_configuration: (set.component() == Component::Kubelet)
                .then(|| set.kubelet_configuration()),
        }
    }
}
