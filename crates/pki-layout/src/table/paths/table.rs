//! The rows, the talk's five first.

mod apiserver;
mod monitoring;
mod optional;
mod others;

use pki_core::RowId;

use super::PathSpec;
use super::proof::{Method, Proof, Property, Safeguard, Side};

/// Every row: what the API server opens and what it accepts, then what goes round it.
pub static PATHS: &[PathSpec] = &[
    apiserver::TO_KUBELET,
    apiserver::TO_PROXIED,
    apiserver::FROM_KUBELET,
    apiserver::FROM_POD,
    apiserver::TO_ETCD,
    others::ETCD_TO_ETCD,
    apiserver::FROM_ADMINISTRATOR,
    apiserver::FROM_CONTROLLER_MANAGER,
    apiserver::FROM_SCHEDULER,
    others::APISERVER_TO_EXTENSION,
    others::APISERVER_TO_WEBHOOK,
    others::APISERVER_TO_ISSUER,
    others::APISERVER_TO_APISERVER,
    others::PROXY_TO_APISERVER,
    others::JOINING_NODE_TO_APISERVER,
    others::KUBE_PROXY_TO_APISERVER,
    others::ETCDCTL_TO_ETCD,
    optional::APISERVER_TO_EGRESS_PROXY,
    optional::APISERVER_TO_COLLECTOR,
    optional::KUBELET_TO_COLLECTOR,
    optional::ETCD_TO_COLLECTOR,
    optional::SCHEDULER_TO_WEBHOOK,
    optional::KUBELET_TO_MANIFESTS,
    monitoring::KUBELET_TO_PROBED,
    monitoring::MONITORING_TO_KUBELET,
    monitoring::MONITORING_TO_CONTROLLER_MANAGER,
    monitoring::MONITORING_TO_SCHEDULER,
    monitoring::MONITORING_TO_ETCD,
    monitoring::NODE_TO_NODE,
    monitoring::POD_TO_POD,
];

const SERVER: Property = Property::ServerAuthentication;
const CLIENT: Property = Property::ClientAuthentication;
const EVERYTHING: &[Property] = &[
    Property::ServerAuthentication,
    Property::ClientAuthentication,
    Property::Integrity,
    Property::Encryption,
];
/// Whom the client talks to is unknown, so that anyone between reads and changes what is said.
pub(crate) const CHANNEL: &[Property] = &[SERVER, Property::Integrity, Property::Encryption];

/// A certificate of the table, shown and checked by these flags.
const fn certificate(
    credential: RowId,
    presented_by: &'static [&'static str],
    authority: RowId,
    checked_by: &'static [&'static str],
    note: &'static str,
) -> Proof {
    Proof {
        method: Method::Certificate,
        credential: Some(credential),
        presented_by,
        authority: Some(authority),
        checked_by,
        by_kubeadm: true,
        note,
    }
}

/// A certificate of nobody's here.
const fn foreign_certificate(
    presented_by: &'static [&'static str],
    checked_by: &'static [&'static str],
    note: &'static str,
) -> Proof {
    Proof {
        method: Method::Certificate,
        credential: None,
        presented_by,
        authority: None,
        checked_by,
        by_kubeadm: false,
        note,
    }
}

/// What is no certificate.
const fn other(
    method: Method,
    credential: Option<RowId>,
    checked_by: &'static [&'static str],
    by_kubeadm: bool,
    note: &'static str,
) -> Proof {
    Proof {
        method,
        credential,
        presented_by: &[],
        authority: None,
        checked_by,
        by_kubeadm,
        note,
    }
}

const fn on_client(flag: &'static str, loses: &'static [Property]) -> Safeguard {
    Safeguard {
        side: Side::Client,
        flag,
        loses,
    }
}

const fn on_server(flag: &'static str, loses: &'static [Property]) -> Safeguard {
    Safeguard {
        side: Side::Server,
        flag,
        loses,
    }
}
