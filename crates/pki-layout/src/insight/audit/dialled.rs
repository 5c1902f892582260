//! The names that servers are dialled by on this machine.

use pki_core::Host;
use pki_core::cluster::ServiceCidr;

use super::address::is_loopback_host;
use super::relation::End;
use crate::observe::{Instance, Machine};
use crate::{Component, Party, PathSpec};

/// The hosts of this machine's etcd that an API server dials by TLS.
pub(super) fn local_etcd_hosts(machine: &Machine, apiserver: &Instance) -> Vec<Host> {
    let Some(etcd) = machine.instance(Component::Etcd) else {
        return Vec::new();
    };
    let lists = ["listen-client-urls", "advertise-client-urls"];
    let own: Vec<Host> = lists
        .iter()
        .flat_map(|list| etcd.items(list))
        .filter_map(Host::of_url)
        .collect();
    let dialled = apiserver
        .items("etcd-servers")
        .filter(|url| url.starts_with("https://"));
    dialled
        .filter_map(Host::of_url)
        .filter(|host| is_loopback_host(host) || own.contains(host))
        .collect()
}

/// The names that a server is dialled by.
pub(super) fn hosts(
    machine: &Machine,
    path: &PathSpec,
    presenter: &End<'_>,
    checker: &End<'_>,
) -> Vec<(Host, String)> {
    let by = |host: Host, who: &str| (host, who.to_owned());
    if let Some(dials) = &checker.dials {
        let host = dials.host.clone().into_iter();
        return host.map(|host| by(host, &checker.file)).collect();
    }
    match (path.client, path.server) {
        (Party::Component(Component::KubeApiserver), Party::Component(Component::Etcd)) => {
            let hosts = checker.instance.map(|one| local_etcd_hosts(machine, one));
            let hosts = hosts.unwrap_or_default().into_iter();
            hosts
                .map(|host| by(host, "kube-apiserver --etcd-servers"))
                .collect()
        }
        (Party::Component(Component::Etcd), _) => {
            let name = "initial-advertise-peer-urls";
            let urls = presenter
                .instance
                .map(|etcd| etcd.items(name).collect::<Vec<_>>());
            let hosts = urls.unwrap_or_default().into_iter();
            let hosts = hosts
                .filter(|url| url.starts_with("https://"))
                .filter_map(Host::of_url);
            hosts
                .map(|host| by(host, "etcd --initial-advertise-peer-urls"))
                .collect()
        }
        (_, Party::Component(Component::Kubelet)) => {
            let address = presenter
                .instance
                .and_then(|kubelet| kubelet.value("node-ip"));
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
