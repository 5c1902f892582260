//! No flag that may be a way in or out is left to memory.

use std::collections::BTreeSet;

use super::*;
use crate::table::Component::{Etcd, KubeApiserver, KubeControllerManager, KubeScheduler, Kubelet};
use crate::table::{
    FLAGS, FlagSpec, KubernetesVersion, OBSOLETE_FLAGS, ObsoleteFlag, Place, Release,
};

const COMPONENTS: &[Component] = &[
    KubeApiserver,
    KubeControllerManager,
    KubeScheduler,
    Kubelet,
    Etcd,
];

/// What the name of a flag holds that may decide who is believed, dialled or served.
const MARKS: &[&str] = &[
    "url",
    "kubeconfig",
    "config",
    "cert",
    "ca",
    "key",
    "tls",
    "auth",
    "listen",
    "bind",
    "insecure",
    "token",
];

/// Flags with such a name that no other table has: why, whose, and which.
type Excuse = (&'static str, &'static [Component], &'static [&'static str]);

const EXCUSED: &[Excuse] = &[
    (
        "its letters stand in another word: catch up, truncate, cache",
        &[KubeApiserver],
        &[
            "audit-log-truncate-enabled",
            "audit-log-truncate-max-batch-size",
            "audit-log-truncate-max-event-size",
            "audit-webhook-truncate-enabled",
            "audit-webhook-truncate-max-batch-size",
            "audit-webhook-truncate-max-event-size",
            "watch-cache",
            "watch-cache-sizes",
        ],
    ),
    (
        "its letters stand in another word: catch up, reconfiguration, deprecation",
        &[Etcd],
        &[
            "experimental-snapshot-catchup-entries",
            "log-rotation-config-json",
            "snapshot-catchup-entries",
            "strict-reconfig-check",
            "v2-deprecation",
        ],
    ),
    (
        "its letters stand in another word: allocate, autoscaler, configure, replicaset, initialization",
        &[KubeControllerManager],
        &[
            "allocate-node-cidrs",
            "cidr-allocator-type",
            "concurrent-horizontal-pod-autoscaler-syncs",
            "concurrent-replicaset-syncs",
            "configure-cloud-routes",
            "horizontal-pod-autoscaler-cpu-initialization-period",
            "horizontal-pod-autoscaler-downscale-stabilization",
            "horizontal-pod-autoscaler-initial-readiness-delay",
            "horizontal-pod-autoscaler-sync-period",
            "horizontal-pod-autoscaler-tolerance",
            "pvclaimbinder-sync-period",
        ],
    ),
    (
        "its letters stand in another word: application, allocatable, notification, local, cadvisor",
        &[Kubelet],
        &[
            "allowed-unsafe-sysctls",
            "application-metrics-count-limit",
            "enforce-node-allocatable",
            "experimental-allocatable-ignore-eviction",
            "kernel-memcg-notification",
            "local-storage-capacity-isolation",
            "log-cadvisor-usage",
        ],
    ),
    (
        "where the kubelet says whether it is well, to everyone and nothing else",
        &[Kubelet],
        &["healthz-bind-address"],
    ),
    (
        "names programs of the node that know passwords of image registries",
        &[Kubelet],
        &["image-credential-provider-config"],
    ),
    (
        "headers that go along with --manifest-url, which is a finding by itself where it is plain",
        &[Kubelet],
        &["manifest-url-header"],
    ),
    (
        "of providers of clouds, of which none is built in any more",
        &[KubeControllerManager],
        &["cloud-config"],
    ),
    (
        "how many tokens in Secrets are made at a time, and when unused ones go",
        &[KubeControllerManager],
        &[
            "concurrent-serviceaccount-token-syncs",
            "legacy-service-account-token-clean-up-period",
        ],
    ),
    (
        "which controllers move to another leader in an upgrade",
        &[KubeControllerManager],
        &["leader-migration-config"],
    ),
    (
        "how long an answer about a caller is remembered: it changes not who is asked",
        &[KubeApiserver, KubeControllerManager, KubeScheduler, Kubelet],
        &[
            "authentication-token-webhook-cache-ttl",
            "authorization-webhook-cache-authorized-ttl",
            "authorization-webhook-cache-unauthorized-ttl",
        ],
    ),
    (
        "in which version of the API a webhook is asked",
        &[KubeApiserver],
        &[
            "authentication-token-webhook-version",
            "authorization-webhook-version",
        ],
    ),
    (
        "which rights callers have who are known already (ABAC); it makes nobody known",
        &[KubeApiserver],
        &["authorization-policy-file"],
    ),
    (
        "where port 6443 is served: whoever calls is authenticated on every address",
        &[KubeApiserver],
        &["bind-address"],
    ),
    (
        "encrypts what is in etcd; its plugins are dialled by sockets of the node",
        &[KubeApiserver],
        &[
            "encryption-provider-config",
            "encryption-provider-config-automatic-reload",
        ],
    ),
    (
        "which versions of APIs are served",
        &[KubeApiserver],
        &[
            "runtime-config",
            "runtime-config-emulation-forward-compatible",
        ],
    ),
    (
        "writes what was told to a file, and ends",
        &[KubeScheduler],
        &["write-config-to"],
    ),
    (
        "tokens of etcd's own users, which Kubernetes has none of; every client shows a certificate",
        &[Etcd],
        &["auth-token", "auth-token-ttl"],
    ),
    (
        "asked once, while a cluster is first formed, and never by kubeadm",
        &[Etcd],
        &[
            "discovery-cacert",
            "discovery-cert",
            "discovery-insecure-skip-tls-verify",
            "discovery-insecure-transport",
            "discovery-key",
            "discovery-token",
        ],
    ),
    (
        "tells clusters apart that are formed at the same addresses; it is no secret",
        &[Etcd],
        &["initial-cluster-token"],
    ),
    (
        "how long a certificate of auto-tls or peer-auto-tls lives, which are findings by themselves",
        &[Etcd],
        &["self-signed-cert-validity"],
    ),
    (
        "a highest version, of which the lowest is TLS 1.2",
        &[Etcd],
        &["tls-max-version"],
    ),
];

fn is_marked(name: &str) -> bool {
    MARKS.iter().any(|mark| name.contains(mark))
}

/// Whether a table that decides something has it.
fn is_modelled(component: Component, name: &str) -> bool {
    let row = FlagSpec::find(component, name).filter(|spec| spec.place == Place::Flag);
    row.is_some() || ObsoleteFlag::find(component, name).is_some()
}

fn excused() -> impl Iterator<Item = (Component, &'static str)> {
    let each = EXCUSED.iter();
    each.flat_map(|(_, components, names)| {
        let pairs = components.iter();
        pairs.flat_map(|component| names.iter().map(|name| (*component, *name)))
    })
}

#[test]
fn every_flag_that_may_be_a_door_is_modelled_or_excused() {
    let excused: BTreeSet<_> = excused().collect();
    let mut left = Vec::new();
    for component in COMPONENTS {
        for flag in RecordedFlag::of(*component) {
            let known = is_modelled(*component, flag.name);
            if is_marked(flag.name) && !known && !excused.contains(&(*component, flag.name)) {
                left.push(format!("{component} --{}", flag.name));
            }
        }
    }
    assert!(left.is_empty(), "neither modelled nor excused: {left:#?}");
}

#[test]
fn no_excuse_is_stale() {
    let mut seen = BTreeSet::new();
    for (component, name) in excused() {
        assert!(
            seen.insert((component, name)),
            "{component} --{name}: twice"
        );
        let there = RecordedFlag::find(component, name).is_some();
        assert!(there, "{component} has no --{name}");
        assert!(is_marked(name), "{component} --{name} needs no excuse");
        assert!(
            !is_modelled(component, name),
            "{component} --{name} has a row"
        );
    }
    for (reason, _, _) in EXCUSED {
        assert!(reason.len() > 20 && !reason.ends_with('.'), "{reason}");
    }
}

#[test]
fn lists_are_sorted_and_whole() {
    for component in COMPONENTS {
        let flags = RecordedFlag::of(*component);
        assert!(
            flags.is_sorted_by(|one, other| one.name < other.name),
            "{component}"
        );
        assert!(flags.len() > 50, "{component}: {}", flags.len());
        assert!(
            RecordedFlag::find(*component, "version").is_some(),
            "{component}"
        );
        assert!(RecordedFlag::find(*component, "version-").is_none());
    }
}

/// No row is of a flag that its program does not have, and a switch is one there too.
#[test]
fn rows_are_of_flags_that_there_are() {
    for spec in FLAGS.iter().filter(|spec| spec.place == Place::Flag) {
        if !COMPONENTS.contains(&spec.component) {
            continue;
        }
        let found = RecordedFlag::find(spec.component, spec.name);
        let found = found.unwrap_or_else(|| panic!("{} has no --{}", spec.component, spec.name));
        let is_switch = spec.takes() == crate::table::Takes::Switch;
        assert_eq!(
            is_switch,
            found.kind == FlagKind::Switch,
            "{} --{}",
            spec.component,
            spec.name
        );
    }
}

/// What is gone is recorded no more, what still works is.
#[test]
fn obsolete_flags_are_there_as_long_as_they_work() {
    for flag in OBSOLETE_FLAGS {
        let gone = match flag.removed {
            Some(Release::Kubernetes(since)) => since <= KubernetesVersion::NEWEST,
            // What etcd 3.7 refuses, 3.6.8 takes.
            Some(Release::Etcd(_)) | None => false,
        };
        let there = RecordedFlag::find(flag.component, flag.name).is_some();
        if flag.removed.is_some() || there {
            assert_eq!(there, !gone, "{} --{}", flag.component, flag.name);
        }
    }
}
