//! The names that servers are dialled by on this machine.

use std::net::IpAddr;

use pki_core::Host;
use pki_core::cluster::ServiceCidr;

use super::relations::Opened;
use super::{Instance, Machine};
use crate::table::paths::PathSpec;
use crate::table::{Component, Party};

/// The hosts of this machine's etcd that an API server dials by TLS.
fn local_etcd_hosts(machine: &Machine, apiserver: &Instance) -> Vec<Host> {
    let etcd = machine.instance(Component::Etcd);
    let lists = ["listen-client-urls", "advertise-client-urls"];
    let own = etcd.into_iter().flat_map(|etcd| {
        let urls = lists.into_iter().flat_map(|list| etcd.items(list));
        urls.filter_map(Host::of_url)
    });
    let own: Vec<Host> = own.collect();
    let dialled = apiserver
        .items("etcd-servers")
        .filter(|url| url.starts_with("https://"));
    dialled
        .filter_map(Host::of_url)
        .filter(|host| is_loopback(host) || own.contains(host))
        .collect()
}

/// Whether the two ends are ends of one path: the etcd of this machine may not be the one that
/// its API server dials. Where that is not known, it is.
pub(super) fn meets(machine: &Machine, path: &PathSpec) -> bool {
    let apiserver = Party::Component(Component::KubeApiserver);
    if path.server != Party::Component(Component::Etcd) || path.client != apiserver {
        return true;
    }
    let instances = machine.instances.iter();
    let mut instances = instances.filter(|one| one.component == Component::KubeApiserver);
    machine.instance(Component::KubeApiserver).is_none()
        || instances.any(|instance| !local_etcd_hosts(machine, instance).is_empty())
}

/// The names that a server is dialled by.
pub(super) fn hosts(
    machine: &Machine,
    path: &PathSpec,
    presenter: &Opened,
    reader: &Opened,
) -> Vec<(Host, String)> {
    let by = |host: Host, who: &str| (host, who.to_owned());
    if let Some(kubeconfig) = &reader.end.kubeconfig {
        let host = reader.host.clone().into_iter();
        return host.map(|host| by(host, kubeconfig)).collect();
    }
    let found = |one: &Opened| {
        one.end
            .instance
            .and_then(|number| machine.instances.get(number))
    };
    match (path.client, path.server) {
        (Party::Component(Component::KubeApiserver), Party::Component(Component::Etcd)) => {
            let hosts = found(reader).map(|one| local_etcd_hosts(machine, one));
            let hosts = hosts.unwrap_or_default().into_iter();
            hosts
                .map(|host| by(host, "kube-apiserver --etcd-servers"))
                .collect()
        }
        (Party::Component(Component::Etcd), _) => {
            let name = "initial-advertise-peer-urls";
            let urls = found(presenter).map(|etcd| etcd.items(name).collect::<Vec<_>>());
            let hosts = urls.unwrap_or_default().into_iter();
            let hosts = hosts
                .filter(|url| url.starts_with("https://"))
                .filter_map(Host::of_url);
            hosts
                .map(|host| by(host, "etcd --initial-advertise-peer-urls"))
                .collect()
        }
        (_, Party::Component(Component::Kubelet)) => {
            let address = found(presenter).and_then(|kubelet| kubelet.value("node-ip"));
            let hosts = address.into_iter().flat_map(|list| list.split(','));
            hosts
                .filter_map(|text| text.trim().parse().ok())
                .map(|host| by(host, "kubelet --node-ip"))
                .collect()
        }
        (Party::Pod, _) => pods_dial(machine),
        _ => Vec::new(),
    }
}

/// What pods know the API server by.
fn pods_dial(machine: &Machine) -> Vec<(Host, String)> {
    let name = "kubernetes.default.svc".parse().ok();
    let range = "service-cluster-ip-range";
    let ranges = machine
        .instance(Component::KubeApiserver)
        .map(|apiserver| apiserver.items(range).collect::<Vec<_>>());
    // Only the first is the service's.
    let first = ranges.unwrap_or_default().first().copied();
    let address = first
        .and_then(|text| text.parse::<ServiceCidr>().ok())
        .map(|network| network.first_address().into());
    let hosts = name.into_iter().chain(address);
    hosts.map(|host| (host, "every pod".to_owned())).collect()
}

pub(crate) fn is_loopback(host: &Host) -> bool {
    let text = host.to_string();
    let address = text.parse::<IpAddr>().ok();
    text == "localhost" || address.is_some_and(|address| address.is_loopback())
}
