//! `ClusterConfiguration`: what concerns the whole cluster.

use super::super::error::ConfigError;
use super::super::node::Place;
use super::super::settings::{EtcdSettings, Settings, Sourced};
use super::version::of_cluster;
use super::{Warnings, extra_args, text};
use crate::spec::{
    Component, ENCRYPTION_ALGORITHMS, EncryptionAlgorithm, KubeadmApi, KubernetesVersion,
    PUBLIC_KEYS_ECDSA_GONE,
};

/// Fields of control-plane components that run as static pods, and the components.
const COMPONENTS: &[(&str, Component)] = &[
    ("apiServer", Component::KubeApiserver),
    ("controllerManager", Component::KubeControllerManager),
    ("scheduler", Component::KubeScheduler),
];

/// Reads a `ClusterConfiguration`.
pub(super) fn read(
    document: &Place<'_>,
    api: KubeadmApi,
    settings: &mut Settings,
    warnings: &mut Warnings,
) -> Result<(), ConfigError> {
    // No certificate depends on it, so that what is none stops nobody.
    settings.kubernetes_version = text(&document.field("kubernetesVersion")?).unwrap_or_default();
    settings.cluster_name = text(&document.field("clusterName")?)?;
    settings.control_plane_endpoint = text(&document.field("controlPlaneEndpoint")?)?;
    settings.cert_dir = text(&document.field("certificatesDir")?)?;

    let networking = document.field("networking")?;
    settings.dns_domain = text(&networking.field("dnsDomain")?)?;
    settings.service_cidrs = service_cidrs(&networking.field("serviceSubnet")?)?;

    settings.key_algorithm = key_algorithm(document, api, of_cluster(settings), warnings)?;
    // Fields that came with v1beta4 mean nothing in an older file; the schema has warned.
    if api >= KubeadmApi::V1beta4 {
        settings.certificate_validity = document.field("certificateValidityPeriod")?.string()?;
        settings.ca_validity = document.field("caCertificateValidityPeriod")?.string()?;
    }

    let sans = document.field("apiServer")?.field("certSANs")?;
    settings.apiserver_sans = apiserver_sans(&sans, warnings)?;
    for (field, component) in COMPONENTS {
        let arguments = document.field(field)?.field("extraArgs")?;
        extra_args(&arguments, api, *component, &mut settings.extra_args)?;
    }

    let etcd = document.field("etcd")?;
    settings.etcd = etcd_settings(&etcd)?;
    let arguments = etcd.field("local")?.field("extraArgs")?;
    extra_args(&arguments, api, Component::Etcd, &mut settings.extra_args)
}

/// One string holds both families, separated by a comma.
fn service_cidrs(place: &Place<'_>) -> Result<Vec<Sourced<String>>, ConfigError> {
    Ok(text(place)?.map_or_else(Vec::new, |subnets| {
        let each = subnets.value.split(',');
        each.map(|subnet| place.sourced(subnet.trim().to_owned()))
            .collect()
    }))
}

/// kubeadm lower-cases these names, and only these: etcd's must be lower-case already.
fn apiserver_sans(
    place: &Place<'_>,
    warnings: &mut Warnings,
) -> Result<Vec<Sourced<String>>, ConfigError> {
    let mut sans: Vec<Sourced<String>> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for (item, san) in place.items().zip(place.strings()?) {
        let san = san.map(|san| san.to_lowercase());
        if seen.insert(san.value.clone()) {
            sans.push(san);
        } else {
            warnings.push(item.line(), || {
                format!(
                    "{} repeats {} and is dropped",
                    san.source,
                    shown(&san.value)
                )
            });
        }
    }
    Ok(sans)
}

fn key_algorithm(
    document: &Place<'_>,
    api: KubeadmApi,
    kubeadm: Option<KubernetesVersion>,
    warnings: &mut Warnings,
) -> Result<Option<Sourced<String>>, ConfigError> {
    let algorithm = if api >= KubeadmApi::V1beta4 {
        encryption_algorithm(&document.field("encryptionAlgorithm")?)?
    } else {
        None
    };
    let gate = document.field("featureGates")?.field("PublicKeysECDSA")?;
    let Some(ecdsa) = gate.boolean()? else {
        return Ok(algorithm);
    };
    if kubeadm.is_some_and(|kubeadm| kubeadm >= PUBLIC_KEYS_ECDSA_GONE.version) {
        warnings.push(gate.line(), || {
            format!(
                "{}: kubeadm is announced to refuse this feature gate from {} on; set \
                 encryptionAlgorithm to {} instead",
                gate.source(),
                PUBLIC_KEYS_ECDSA_GONE.version,
                if ecdsa { "ECDSA-P256" } else { "RSA-2048" }
            )
        });
    }
    // Present is enough for the gate to win, either way it is set.
    let forced = if ecdsa { "ecdsa-p256" } else { "rsa-2048" };
    if let Some(field) = algorithm.filter(|field| field.value != forced) {
        warnings.push(gate.line(), || {
            format!(
                "{} is {ecdsa}, which makes keys {forced} as kubeadm does: encryptionAlgorithm, \
                 which asks for {}, is ignored",
                gate.source(),
                field.value
            )
        });
    }
    Ok(Some(gate.sourced(forced.to_owned())))
}

fn encryption_algorithm(place: &Place<'_>) -> Result<Option<Sourced<String>>, ConfigError> {
    let Some(name) = text(place)? else {
        return Ok(None);
    };
    match EncryptionAlgorithm::named(&name.value) {
        None => Err(place.unexpected(&made_here())),
        Some(EncryptionAlgorithm {
            made: Some(ours), ..
        }) => Ok(Some(name.map(|_| ours.name().to_owned()))),
        Some(row) => Err(ConfigError::NotMade {
            at: name.source,
            algorithm: row.name,
            since: row.since,
            made: made_here(),
        }),
    }
}

/// The algorithms that keys are made by, as kubeadm writes them.
fn made_here() -> String {
    let made = ENCRYPTION_ALGORITHMS
        .iter()
        .filter(|row| row.made.is_some());
    let names: Vec<&str> = made.map(|row| row.name).collect();
    match names.split_last() {
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}

fn etcd_settings(etcd: &Place<'_>) -> Result<Option<Sourced<EtcdSettings>>, ConfigError> {
    let local = etcd.field("local")?;
    let external = etcd.field("external")?;
    local.require_not_both(&external)?;
    Ok(if external.is_present() {
        Some(external.sourced(EtcdSettings::External {
            endpoints: external.field("endpoints")?.strings()?,
            ca_file: text(&external.field("caFile")?)?,
            cert_file: text(&external.field("certFile")?)?,
            key_file: text(&external.field("keyFile")?)?,
        }))
    } else if local.is_present() {
        Some(local.sourced(EtcdSettings::Local {
            server_sans: local.field("serverCertSANs")?.strings()?,
            peer_sans: local.field("peerCertSANs")?.strings()?,
        }))
    } else {
        None
    })
}

fn shown(text: &str) -> String {
    format!("\"{}\"", crate::text::printable(text))
}

#[cfg(test)]
#[path = "cluster_tests.rs"]
mod tests;
