//! Every field of the documents that are read, as of Kubernetes 1.36, to tell a misspelt field
//! from one that simply does not concern certificates.
//!
//! Names only: types matter where a value is read, and what is not read may hold anything.

use super::super::node::Place;
use super::Warnings;
use crate::spec::KubeadmApi;
use crate::text::nearest;

/// A field of an object.
#[derive(Debug)]
pub(super) struct Field {
    name: &'static str,
    /// The first version that has it, and the last.
    since: KubeadmApi,
    until: KubeadmApi,
    below: Below,
}

/// What a field holds.
#[derive(Debug)]
enum Below {
    /// A scalar, a list of scalars, or a mapping with keys of the user's choice.
    Anything,
    Object(&'static [Field]),
    List(&'static [Field]),
}

const fn field(name: &'static str) -> Field {
    Field {
        name,
        since: KubeadmApi::V1beta1,
        until: KubeadmApi::V1,
        below: Below::Anything,
    }
}

const fn object(name: &'static str, fields: &'static [Field]) -> Field {
    Field {
        name,
        since: KubeadmApi::V1beta1,
        until: KubeadmApi::V1,
        below: Below::Object(fields),
    }
}

const fn list(name: &'static str, fields: &'static [Field]) -> Field {
    Field {
        name,
        since: KubeadmApi::V1beta1,
        until: KubeadmApi::V1,
        below: Below::List(fields),
    }
}

impl Field {
    const fn since(self, since: KubeadmApi) -> Self {
        Self { since, ..self }
    }

    const fn until(self, until: KubeadmApi) -> Self {
        Self { until, ..self }
    }

    fn exists_in(&self, version: KubeadmApi) -> bool {
        (self.since..=self.until).contains(&version)
    }
}

const API_VERSION: Field = field("apiVersion");
const KIND: Field = field("kind");

/// `InitConfiguration`.
pub(super) const INIT: &[Field] = &[
    API_VERSION,
    KIND,
    list("bootstrapTokens", BOOTSTRAP_TOKEN),
    field("dryRun").since(KubeadmApi::V1beta4),
    object("nodeRegistration", NODE_REGISTRATION),
    object("localAPIEndpoint", LOCAL_API_ENDPOINT),
    CERTIFICATE_KEY,
    SKIP_PHASES,
    PATCHES,
    object("timeouts", TIMEOUTS).since(KubeadmApi::V1beta4),
];

const CERTIFICATE_KEY: Field = field("certificateKey").since(KubeadmApi::V1beta2);
const SKIP_PHASES: Field = field("skipPhases").since(KubeadmApi::V1beta3);
const PATCHES: Field = object("patches", &[field("directory")]).since(KubeadmApi::V1beta3);

/// `JoinConfiguration`.
pub(super) const JOIN: &[Field] = &[
    API_VERSION,
    KIND,
    field("dryRun").since(KubeadmApi::V1beta4),
    object("nodeRegistration", NODE_REGISTRATION),
    field("caCertPath"),
    object("discovery", DISCOVERY),
    object("controlPlane", JOIN_CONTROL_PLANE),
    SKIP_PHASES,
    PATCHES,
    object("timeouts", TIMEOUTS).since(KubeadmApi::V1beta4),
];

const DISCOVERY: &[Field] = &[
    object(
        "bootstrapToken",
        &[
            field("token"),
            field("apiServerEndpoint"),
            field("caCertHashes"),
            field("unsafeSkipCAVerification"),
        ],
    ),
    object("file", &[field("kubeConfigPath")]),
    field("tlsBootstrapToken"),
    field("timeout").until(KubeadmApi::V1beta3),
];

const JOIN_CONTROL_PLANE: &[Field] = &[
    object("localAPIEndpoint", LOCAL_API_ENDPOINT),
    CERTIFICATE_KEY,
];

const BOOTSTRAP_TOKEN: &[Field] = &[
    field("token"),
    field("description"),
    field("ttl"),
    field("expires"),
    field("usages"),
    field("groups"),
];

const NODE_REGISTRATION: &[Field] = &[
    field("name"),
    field("criSocket"),
    list("taints", TAINT),
    list("kubeletExtraArgs", ARGUMENT).since(KubeadmApi::V1beta4),
    field("kubeletExtraArgs").until(KubeadmApi::V1beta3),
    field("ignorePreflightErrors").since(KubeadmApi::V1beta2),
    field("imagePullPolicy").since(KubeadmApi::V1beta3),
    field("imagePullSerial").since(KubeadmApi::V1beta4),
];

const TAINT: &[Field] = &[
    field("key"),
    field("value"),
    field("effect"),
    field("timeAdded"),
];

const ARGUMENT: &[Field] = &[field("name"), field("value")];

const LOCAL_API_ENDPOINT: &[Field] = &[field("advertiseAddress"), field("bindPort")];

const TIMEOUTS: &[Field] = &[
    field("controlPlaneComponentHealthCheck"),
    field("kubeletHealthCheck"),
    field("kubernetesAPICall"),
    field("etcdAPICall"),
    field("tlsBootstrap"),
    field("discovery"),
    field("upgradeManifests"),
];

/// `ClusterConfiguration`.
pub(super) const CLUSTER: &[Field] = &[
    API_VERSION,
    KIND,
    object(
        "etcd",
        &[
            object("local", LOCAL_ETCD),
            object("external", EXTERNAL_ETCD),
        ],
    ),
    object("networking", NETWORKING),
    field("kubernetesVersion"),
    field("controlPlaneEndpoint"),
    object("apiServer", API_SERVER),
    object("controllerManager", COMPONENT),
    object("scheduler", COMPONENT),
    object("dns", DNS),
    object("proxy", &[field("disabled")]).since(KubeadmApi::V1beta4),
    field("certificatesDir"),
    field("imageRepository"),
    field("useHyperKubeImage").until(KubeadmApi::V1beta2),
    field("featureGates"),
    field("clusterName"),
    field("encryptionAlgorithm").since(KubeadmApi::V1beta4),
    field("certificateValidityPeriod").since(KubeadmApi::V1beta4),
    field("caCertificateValidityPeriod").since(KubeadmApi::V1beta4),
];

const NETWORKING: &[Field] = &[
    field("serviceSubnet"),
    field("podSubnet"),
    field("dnsDomain"),
];

const EXTRA_ARGS_4: Field = list("extraArgs", ARGUMENT).since(KubeadmApi::V1beta4);
const EXTRA_ARGS_3: Field = field("extraArgs").until(KubeadmApi::V1beta3);
const EXTRA_ENVS: Field = list("extraEnvs", VARIABLE).since(KubeadmApi::V1beta4);
const EXTRA_VOLUMES: Field = list("extraVolumes", VOLUME);

const COMPONENT: &[Field] = &[EXTRA_ARGS_4, EXTRA_ARGS_3, EXTRA_VOLUMES, EXTRA_ENVS];

const API_SERVER: &[Field] = &[
    EXTRA_ARGS_4,
    EXTRA_ARGS_3,
    EXTRA_VOLUMES,
    EXTRA_ENVS,
    field("certSANs"),
    field("timeoutForControlPlane").until(KubeadmApi::V1beta3),
];

const LOCAL_ETCD: &[Field] = &[
    field("imageRepository"),
    field("imageTag"),
    field("dataDir"),
    EXTRA_ARGS_4,
    EXTRA_ARGS_3,
    EXTRA_ENVS,
    field("serverCertSANs"),
    field("peerCertSANs"),
];

const EXTERNAL_ETCD: &[Field] = &[
    field("endpoints"),
    field("httpEndpoints").since(KubeadmApi::V1beta4),
    field("caFile"),
    field("certFile"),
    field("keyFile"),
];

const DNS: &[Field] = &[
    field("type").until(KubeadmApi::V1beta2),
    field("imageRepository"),
    field("imageTag"),
    field("disabled").since(KubeadmApi::V1beta4),
];

const VOLUME: &[Field] = &[
    field("name"),
    field("hostPath"),
    field("mountPath"),
    field("readOnly"),
    field("pathType"),
];

/// Kubernetes' own `EnvVar`; what `valueFrom` points at is not ours to check.
const VARIABLE: &[Field] = &[field("name"), field("value"), field("valueFrom")];

/// Warns of every field below `place` that its version does not have.
pub(super) fn unknown_fields(
    path: &str,
    place: &Place<'_>,
    fields: &'static [Field],
    version: KubeadmApi,
    warnings: &mut Warnings,
) {
    for (name, line, value) in place.fields() {
        let known = fields
            .iter()
            .find(|field| field.name == name && field.exists_in(version));
        match known.map(|field| &field.below) {
            Some(Below::Anything) => {}
            Some(Below::Object(below)) => unknown_fields(path, &value, below, version, warnings),
            Some(Below::List(below)) => {
                for item in value.items() {
                    unknown_fields(path, &item, below, version, warnings);
                }
            }
            None => {
                warnings.push(line, || {
                    let hint = hint(name, fields, version);
                    let key = value.key();
                    let version = version.name();
                    format!(
                        "{path}:{line}: {key} is not a field of kubeadm {version} and is \
                         ignored{hint}"
                    )
                });
            }
        }
    }
}

fn hint(name: &str, fields: &'static [Field], version: KubeadmApi) -> String {
    if let Some(field) = fields.iter().find(|field| field.name == name) {
        let has_it = if field.since > version {
            field.since
        } else {
            field.until
        };
        return format!("; {} has it", has_it.name());
    }
    let here = fields.iter().filter(|field| field.exists_in(version));
    match nearest(name, here.map(|field| field.name)) {
        Some(near) => format!("; did you mean {}?", near.name),
        None => String::new(),
    }
}

#[cfg(test)]
#[path = "schema_tests.rs"]
mod tests;
