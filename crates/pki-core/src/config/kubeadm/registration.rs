//! `InitConfiguration` and `JoinConfiguration`: what concerns this node.

use super::super::error::ConfigError;
use super::super::node::Place;
use super::super::settings::{Settings, Source, Sourced};
use super::{extra_args, text};
use crate::spec::{Component, KubeadmApi};

/// Reads what a document says of this node: where it registers it, and, of `control_plane`, where
/// its API server is. A file that is for `kubeadm init` and for `kubeadm join` has two documents
/// that do, and these describe one node.
pub(super) fn read(
    document: &Place<'_>,
    control_plane: &Place<'_>,
    version: KubeadmApi,
    settings: &mut Settings,
) -> Result<(), ConfigError> {
    let endpoint = control_plane.field("localAPIEndpoint")?;
    let address = text(&endpoint.field("advertiseAddress")?)?;
    settings.advertise_address = one(settings.advertise_address.take(), address)?;
    let port = endpoint.field("bindPort")?;
    // Zero is Go's "not set".
    let port = if port.is_zero() { None } else { port.port()? };
    settings.bind_port = one(settings.bind_port.take(), port)?;

    let registration = document.field("nodeRegistration")?;
    let name = node_name(&registration.field("name")?)?;
    settings.node_name = one(settings.node_name.take(), name)?;
    let mut arguments = Vec::new();
    extra_args(
        &registration.field("kubeletExtraArgs")?,
        version,
        Component::Kubelet,
        &mut arguments,
    )?;
    let is_given = |name: &str| {
        let mut given = settings.extra_args.iter();
        given.any(|one| one.component == Component::Kubelet && one.name == name)
    };
    arguments.retain(|argument| !is_given(&argument.name));
    settings.extra_args.extend(arguments);
    Ok(())
}

/// What both documents say, or the one that says it.
fn one<T: PartialEq + ToString>(
    earlier: Option<Sourced<T>>,
    later: Option<Sourced<T>>,
) -> Result<Option<Sourced<T>>, ConfigError> {
    if let (Some(earlier), Some(later)) = (&earlier, &later)
        && earlier.value != later.value
        && let Source::File { line, key, .. } = &earlier.source
    {
        return Err(ConfigError::TwoNodes {
            at: later.source.clone(),
            value: later.value.to_string().into(),
            other: key.as_str().into(),
            other_line: *line,
            other_value: earlier.value.to_string().into(),
        });
    }
    Ok(earlier.or(later))
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

    /// A `JoinConfiguration` whose fields start at line 3.
    fn join(version: &str, fields: &str) -> String {
        format!("apiVersion: kubeadm.k8s.io/{version}\nkind: JoinConfiguration\n{fields}\n")
    }

    /// With the cluster that it joins.
    fn joining(version: &str, fields: &str) -> String {
        join(version, fields) + "---\n" + &cluster(version, "")
    }

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

    #[test]
    fn a_joining_node_is_what_its_document_says() {
        for version in ["v1beta1", "v1beta2", "v1beta3", "v1beta4"] {
            let read = quiet(&joining(
                version,
                "discovery: {bootstrapToken: {token: a, apiServerEndpoint: 'api:6443', caCertHashes: \
                 []}}\nnodeRegistration: {name: cp2}\ncontrolPlane:\n  localAPIEndpoint: \
                 {advertiseAddress: 192.168.10.12, bindPort: 7443}",
            ));
            let on = |line, key: &str, value: &str| {
                at(line, &format!("JoinConfiguration.{key}"), value.to_owned())
            };
            assert_eq!(read.node_name, Some(on(4, "nodeRegistration.name", "cp2")));
            let key = "controlPlane.localAPIEndpoint.advertiseAddress";
            assert_eq!(read.advertise_address, Some(on(6, key, "192.168.10.12")));
            assert_eq!(read.bind_port.map(|port| port.value), Some(7443));
            assert!(read.joins);
            // Where the cluster is reached is its own configuration's to say.
            assert_eq!(read.control_plane_endpoint, None);
        }
    }

    #[test]
    fn the_arguments_of_a_joining_kubelet_are_read() {
        let registration =
            "nodeRegistration: {kubeletExtraArgs: [{name: node-ip, value: 10.0.0.1}]}";
        let both = format!(
            "{}---\n{}",
            init("v1beta4", registration),
            join("v1beta4", registration)
        );
        let alone = joining("v1beta4", &format!("{registration}\ncontrolPlane: {{}}"));
        for text in [alone, both] {
            let read = quiet(&text);
            let arguments: Vec<&str> = read
                .extra_args
                .iter()
                .map(|one| one.name.as_str())
                .collect();
            assert_eq!(arguments, ["node-ip"], "{text}");
        }
    }

    #[test]
    fn a_worker_and_a_cluster_that_is_not_described_are_refused() {
        let worker = joining("v1beta4", "nodeRegistration: {name: w1}\ncontrolPlane:");
        assert!(error(&worker).starts_with(
            "k.yaml:1: this JoinConfiguration has no controlPlane, and so is a worker's, "
        ));
        let alone = join("v1beta4", "controlPlane: {}");
        assert!(error(&alone).starts_with(
            "k.yaml:1: a JoinConfiguration says nothing of the cluster, and there is no \
             ClusterConfiguration: "
        ));
        // What `kubeadm init` reads says whose node it is.
        let both = init("v1beta4", "") + "---\n" + &join("v1beta4", "");
        assert!(!quiet(&both).joins);
    }

    #[test]
    fn two_documents_describe_one_node() {
        let text = |name: &str, address: &str| {
            format!(
                "{}---\n{}",
                init("v1beta4", "nodeRegistration: {name: cp1}"),
                join(
                    "v1beta4",
                    &format!(
                        "nodeRegistration: {{name: {name}}}\ncontrolPlane: {{localAPIEndpoint: \
                         {{advertiseAddress: {address}}}}}"
                    )
                )
            )
        };
        let read = quiet(&text("CP1", "10.0.0.1"));
        assert_eq!(
            read.node_name,
            Some(of_node(3, "nodeRegistration.name", "cp1"))
        );
        assert_eq!(
            read.advertise_address
                .map(|address| address.value)
                .as_deref(),
            Some("10.0.0.1")
        );
        assert_eq!(
            error(&text("cp2", "10.0.0.1")),
            "k.yaml:7: JoinConfiguration.nodeRegistration.name is \"cp2\", and \
             InitConfiguration.nodeRegistration.name (line 3) is \"cp1\": a configuration describes \
             one node; remove one of them"
        );
    }
}
