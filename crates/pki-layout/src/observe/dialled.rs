//! The names that servers are dialled by on this machine.

use std::net::IpAddr;

use pki_core::Host;
use pki_core::cluster::ServiceCidr;

use super::relations::Opened;
use super::{Instance, Machine};
use crate::table::paths::PathSpec;
use crate::table::{Component, Party};

/// The URLs of this machine's etcd that an API server dials by TLS, and those of which nobody can
/// tell whose they are.
fn local_etcd_urls<'a>(machine: &Machine, apiserver: &'a Instance) -> Vec<&'a str> {
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
    let is_own =
        |url: &&str| Host::of_url(url).is_none_or(|host| is_loopback(&host) || own.contains(&host));
    dialled.filter(is_own).collect()
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
        || instances.any(|instance| !local_etcd_urls(machine, instance).is_empty())
}

/// What a server is dialled by, each with who does.
#[derive(Default)]
pub(super) struct Dialled {
    pub(super) hosts: Vec<(Host, String)>,
    /// What is no name and no address, as it is written.
    pub(super) unknown: Vec<(String, String)>,
}

impl Dialled {
    /// From names, addresses or URLs as they are written.
    fn of<'a>(written: impl IntoIterator<Item = &'a str>, by: &str) -> Self {
        let mut dialled = Self::default();
        for text in written {
            match Host::of_url(text) {
                Some(host) => dialled.hosts.push((host, by.to_owned())),
                None => dialled.unknown.push((text.to_owned(), by.to_owned())),
            }
        }
        dialled
    }
}

/// The names that a server is dialled by.
pub(super) fn hosts(
    machine: &Machine,
    path: &PathSpec,
    presenter: &Opened,
    reader: &Opened,
) -> Dialled {
    if let Some(kubeconfig) = &reader.end.kubeconfig {
        return Dialled::of(reader.host.as_deref(), kubeconfig);
    }
    let found = |one: &Opened| {
        one.end
            .instance
            .and_then(|number| machine.instances.get(number))
    };
    match (path.client, path.server) {
        (Party::Component(Component::KubeApiserver), Party::Component(Component::Etcd)) => {
            let urls = found(reader).map(|one| local_etcd_urls(machine, one));
            let urls = urls.unwrap_or_default();
            Dialled::of(urls, "kube-apiserver --etcd-servers")
        }
        (Party::Component(Component::Etcd), _) => {
            let name = "initial-advertise-peer-urls";
            let urls = found(presenter).map(|etcd| etcd.items(name).collect::<Vec<_>>());
            let urls = urls.unwrap_or_default().into_iter();
            let urls = urls.filter(|url| url.starts_with("https://"));
            Dialled::of(urls, "etcd --initial-advertise-peer-urls")
        }
        (_, Party::Component(Component::Kubelet)) => {
            let address = found(presenter).and_then(|kubelet| kubelet.value("node-ip"));
            let list = address.into_iter().flat_map(|list| list.split(','));
            Dialled::of(list.map(str::trim), "kubelet --node-ip")
        }
        (Party::Pod, _) => pods_dial(machine),
        _ => Dialled::default(),
    }
}

/// What pods know the API server by.
fn pods_dial(machine: &Machine) -> Dialled {
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
    Dialled {
        hosts: hosts.map(|host| (host, "every pod".to_owned())).collect(),
        unknown: Vec::new(),
    }
}

pub(crate) fn is_loopback(host: &Host) -> bool {
    let text = host.to_string();
    let address = text.parse::<IpAddr>().ok();
    text == "localhost" || address.is_some_and(|address| address.is_loopback())
}
