//! `InitConfiguration`: what concerns this node.

use super::super::error::ConfigError;
use super::super::node::Place;
use super::super::settings::{Settings, Sourced};
use super::document::Version;
use super::{extra_args, text};
use crate::spec::Component;

/// Reads an `InitConfiguration`.
pub(super) fn read(
    document: &Place<'_>,
    version: Version,
    settings: &mut Settings,
) -> Result<(), ConfigError> {
    let endpoint = document.field("localAPIEndpoint")?;
    settings.advertise_address = text(&endpoint.field("advertiseAddress")?)?;
    let port = endpoint.field("bindPort")?;
    // Zero is Go's "not set".
    settings.bind_port = if port.is_zero() { None } else { port.port()? };

    let registration = document.field("nodeRegistration")?;
    settings.node_name = node_name(&registration.field("name")?)?;
    extra_args(
        &registration.field("kubeletExtraArgs")?,
        version,
        Component::Kubelet,
        &mut settings.extra_args,
    )
}

/// kubeadm trims and lower-cases the name, and refuses one that is only blanks.
fn node_name(place: &Place<'_>) -> Result<Option<Sourced<String>>, ConfigError> {
    let name = text(place)?.map(|name| name.map(|name| name.trim().to_lowercase()));
    match name {
        Some(name) if name.value.is_empty() => {
            Err(place.unexpected("a node name that is not blank"))
        }
        name => Ok(name),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn the_node_name_is_trimmed_and_lower_cased() {
        let read = quiet(&init("v1beta4", "nodeRegistration:\n  name: \" CP1 \""));
        assert_eq!(
            read.node_name,
            Some(of_node(4, "nodeRegistration.name", "cp1"))
        );
        assert_eq!(
            error(&init("v1beta4", "nodeRegistration: {name: '  '}")),
            "k.yaml:3: InitConfiguration.nodeRegistration.name expects a node name that is not blank, \
             found the string \"  \""
        );
    }
}
