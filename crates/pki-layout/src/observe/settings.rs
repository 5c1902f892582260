//! What a tree says of its node and its cluster, as settings: the names and addresses that are in
//! kubeconfigs, certificates and manifests, each with the file that has it. What two files say
//! differently is not said.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::path::Path;

use pki_core::cluster::{Endpoint, ServiceCidr};
use pki_core::config::{EtcdSettings, Settings, Source, Sourced};
use pki_core::key::KeyAlgorithm;
use pki_core::{Certificate, Host, Part, RowId};

use super::dialled::is_loopback;
use super::{Instance, Machine, Observation, Sources};
use crate::table::{Component, KubernetesVersion};

/// The cluster's DNS domain and service network where nobody says otherwise.
const DNS_DOMAIN: &str = "cluster.local";
const SERVICE_CIDR: &str = "10.96.0.0/12";
/// What every API server's certificate has in the cluster's DNS domain.
const SERVICE: &str = "kubernetes.default.svc.";

impl Observation {
    /// What the tree itself says of its node and its cluster, to be laid beneath what a
    /// configuration and a caller say, with [`Settings::over_tree`]. What it does not say is left
    /// open, and what is as it is by default; nothing is asked of the host.
    #[must_use]
    pub fn settings(&self) -> Settings {
        let machine = self.components(&Sources::on_disk());
        let told = Told {
            observation: self,
            apiserver: machine.instance(Component::KubeApiserver),
            etcd: machine.instance(Component::Etcd),
            machine: &machine,
        };
        let mut settings = Settings::default();
        settings.node_name = told.node_name();
        settings.advertise_address = told.address();
        let address = settings.advertise_address.as_ref();
        let address = address.and_then(|address| address.value.parse().ok());
        settings.bind_port = told.bind_port(address);
        settings.kubernetes_version = told.version();
        settings.control_plane_endpoint = told.endpoint(address);
        settings.dns_domain = told.dns_domain();
        settings.service_cidrs = told.service_cidrs();
        settings.key_algorithm = told.key_algorithm();
        let is_external = told.external_etcd(address);
        let has_default_network = settings.service_cidrs.is_empty();
        settings.apiserver_sans = told.further(RowId::Apiserver, has_default_network);
        settings.etcd = is_external.or_else(|| told.local_etcd());
        let is_open = told.apiserver.is_none()
            && self.is_absent(
                &self
                    .directories()
                    .path(RowId::Apiserver.part(Part::Certificate)),
            );
        if is_open || settings.node_name.is_none() {
            self.add_as_made(&mut settings, is_open);
        }
        #[cfg(feature = "disk")]
        if settings.node_name.is_none() {
            settings.node_name = self.asking_node();
        }
        settings
    }

    /// The version of Kubernetes that runs: that of an image in a manifest, else the
    /// configuration's, which may be as old as the cluster, else the newest that is known.
    #[must_use]
    pub fn kubernetes_version(&self, configured: &Settings) -> KubernetesVersion {
        let text = configured.kubernetes_version.as_ref();
        let configured = || text.and_then(|version| version.value.parse().ok());
        let running = self.components(&Sources::on_disk()).kubernetes_version();
        running.or_else(configured).unwrap_or_default()
    }

    /// Whether what the nodes of a cluster share is here and nothing of a node: it becomes one more.
    #[must_use]
    pub fn is_before_a_node(&self) -> bool {
        let shared = [RowId::ClusterCa, RowId::ServiceAccount];
        let is_there = |row: RowId| self.is_there(row);
        shared.into_iter().all(is_there) && !self.is_of_a_node()
    }

    /// Whether something is here that is a node's own: a certificate other than an authority's,
    /// a kubeconfig, the kubelet's files. What nodes share, and was copied here, is not.
    #[must_use]
    pub fn is_of_a_node(&self) -> bool {
        let rows = self.root().table().rows();
        let mut own = rows.filter(|spec| spec.issuer.is_some());
        let directory = self.kubelet().directory;
        own.any(|spec| {
            let artifacts = spec.id.spec().artifacts();
            artifacts.into_iter().any(|artifact| self.exists(artifact))
        }) || self.is_taken(&directory.join("kubelet-client-current.pem"))
    }
}

/// Kubeconfigs of those that dial the API server of their own node.
const BOUND: &[RowId] = &[RowId::ControllerManagerConf, RowId::SchedulerConf];
/// Kubeconfigs of those that dial whichever there is.
const SHARED: &[RowId] = &[RowId::AdminConf, RowId::SuperAdminConf];
/// That of the kubelet, which dials one or the other, by the age of its cluster.
const EITHER: &[RowId] = &[RowId::KubeletConf];

/// Where it is looked for.
struct Told<'a> {
    observation: &'a Observation,
    machine: &'a Machine,
    apiserver: Option<&'a Instance>,
    etcd: Option<&'a Instance>,
}

/// The first of these that says something.
fn first<T>(places: impl IntoIterator<Item = Option<T>>) -> Option<T> {
    places.into_iter().flatten().next()
}

/// The one value that all of these are.
fn agreed<T: PartialEq>(values: impl IntoIterator<Item = Sourced<T>>) -> Option<Sourced<T>> {
    let mut values = values.into_iter();
    let one = values.next()?;
    values.all(|other| other.value == one.value).then_some(one)
}

impl Told<'_> {
    fn node_name(&self) -> Option<Sourced<String>> {
        let kubelet = self.machine.instance(Component::Kubelet);
        let named = self.observation.node_name_and_file();
        let certified = named.map(|(name, file)| Sourced::new(name.to_string(), of_file(&file)));
        first([
            certified,
            kubelet.and_then(|kubelet| flag(kubelet, "hostname-override")),
            self.member_name(),
        ])
    }

    /// kubeadm names etcd's certificates after their node, which is among their names too.
    fn member_name(&self) -> Option<Sourced<String>> {
        let rows = [RowId::EtcdServer, RowId::EtcdPeer];
        agreed(rows.into_iter().filter_map(|row| {
            let (leaf, source) = self.leaf(row)?;
            let name = leaf.subject().common_name()?.to_owned();
            let is_served = leaf.hosts().hosts().any(|host| host.to_string() == name);
            is_served.then(|| Sourced::new(name, source))
        }))
    }

    fn address(&self) -> Option<Sourced<String>> {
        let advertised = self
            .apiserver
            .and_then(|one| flag(one, "advertise-address"));
        let advertised = advertised.filter(|one| is_of_one_host(&one.value));
        let urls = ["initial-advertise-peer-urls", "advertise-client-urls"];
        let member = self.etcd.and_then(|etcd| {
            agreed(urls.into_iter().filter_map(|name| {
                let url = flag(etcd, name)?;
                let host = Host::of_url(url.value.split(',').next()?)?.to_string();
                is_of_one_host(&host).then(|| Sourced::new(host, url.source))
            }))
        });
        let only = || {
            let certified = self.certified(&[RowId::Apiserver, RowId::EtcdServer, RowId::EtcdPeer]);
            let one = certified.first().filter(|_| certified.len() == 1)?;
            Some(Sourced::new(one.clone(), self.leaf(RowId::EtcdPeer)?.1))
        };
        first([advertised, member, self.dialled_here()]).or_else(only)
    }

    /// What those dial who are bound to this node's API server, unless that is an address before
    /// several nodes.
    fn dialled_here(&self) -> Option<Sourced<String>> {
        let here = agreed(
            self.servers(BOUND)
                .map(|(host, _, source)| Sourced::new(host, source)),
        )?;
        let address = here.value.to_string();
        if !is_of_one_host(&address) {
            return None;
        }
        let mut shared = self.servers(SHARED).chain(self.servers(EITHER));
        let is_elsewhere = shared.any(|(host, ..)| host != here.value);
        let members = self.certified(&[RowId::EtcdServer, RowId::EtcdPeer]);
        // Where the certificate has one more, that is the service's.
        let mut others = self.certified(&[RowId::Apiserver]);
        others.remove(&address);
        let is_own =
            is_elsewhere || members.contains(&address) || (members.is_empty() && others.len() <= 1);
        is_own.then(|| Sourced::new(address, here.source))
    }

    /// The addresses that the certificates of these rows have in common, of those that are here.
    fn certified(&self, rows: &[RowId]) -> BTreeSet<String> {
        let leaves = rows.iter().filter_map(|row| self.leaf(*row));
        let addresses = leaves.map(|(leaf, _)| {
            let hosts = leaf.hosts();
            let hosts = hosts.hosts().map(|host| host.to_string());
            hosts.filter(|host| is_of_one_host(host)).collect()
        });
        let common = |one: BTreeSet<String>, other: BTreeSet<String>| &one & &other;
        addresses.reduce(common).unwrap_or_default()
    }

    fn bind_port(&self, address: Option<IpAddr>) -> Option<Sourced<u16>> {
        let told = self.apiserver.and_then(|one| flag(one, "secure-port"));
        let told = told.and_then(|port| Some(Sourced::new(port.value.parse().ok()?, port.source)));
        let here = self.servers(BOUND).filter_map(|(host, port, source)| {
            let is_here = Some(host) == address.map(Host::Ip);
            Some(Sourced::new(port.filter(|_| is_here)?, source))
        });
        let dialled = agreed(here);
        told.filter(|port| port.value > 0).or(dialled)
    }

    fn version(&self) -> Option<Sourced<String>> {
        let apiserver = self.apiserver?;
        let release = apiserver.release.clone()?;
        let is_version = release
            .strip_prefix('v')
            .is_some_and(|rest| rest.starts_with(|letter: char| letter.is_ascii_digit()));
        let source = Source::Tree(apiserver.source.file.clone());
        is_version.then(|| Sourced::new(release, source))
    }

    /// What others than this node dial, where it is not this node.
    fn endpoint(&self, address: Option<IpAddr>) -> Option<Sourced<String>> {
        let mut dialled: Vec<_> = self.servers(SHARED).collect();
        if dialled.is_empty() {
            dialled = self.servers(EITHER).collect();
        }
        let dialled = dialled.into_iter();
        let Sourced {
            value: (host, port),
            source,
        } = agreed(dialled.map(|(host, port, source)| Sourced::new((host, port), source)))?;
        if Some(&host) == address.map(Host::Ip).as_ref() {
            return None;
        }
        let port = port.map_or_else(String::new, |port| format!(":{port}"));
        let text = match &host {
            Host::Ip(IpAddr::V6(address)) => format!("[{address}]{port}"),
            host => format!("{host}{port}"),
        };
        text.parse::<Endpoint>()
            .is_ok()
            .then(|| Sourced::new(text, source))
    }

    fn dns_domain(&self) -> Option<Sourced<String>> {
        let (leaf, source) = self.leaf(RowId::Apiserver)?;
        let hosts = leaf.hosts();
        let domains = hosts.hosts().filter_map(|host| {
            let domain = host.to_string().strip_prefix(SERVICE)?.to_owned();
            Some(Sourced::new(domain, source.clone()))
        });
        agreed(domains).filter(|domain| domain.value != DNS_DOMAIN)
    }

    fn service_cidrs(&self) -> Vec<Sourced<String>> {
        let told = self
            .apiserver
            .and_then(|one| flag(one, "service-cluster-ip-range"));
        let Some(told) = told.filter(|told| told.value != SERVICE_CIDR) else {
            return Vec::new();
        };
        let each = told.value.split(',').map(|cidr| cidr.trim().to_owned());
        each.map(|cidr| Sourced::new(cidr, told.source.clone()))
            .collect()
    }

    fn key_algorithm(&self) -> Option<Sourced<String>> {
        let (leaf, source) = self.leaf(RowId::Apiserver)?;
        let algorithm = KeyAlgorithm::of(leaf.public_key().ok()?.key_type())?;
        let profile = self.observation.inventory_told(self.machine).profile();
        let usual = profile.unwrap_or_default().default_algorithm();
        (algorithm != usual).then(|| Sourced::new(algorithm.name().to_owned(), source))
    }

    /// An etcd that is run elsewhere: the API server dials no member of this node.
    fn external_etcd(&self, address: Option<IpAddr>) -> Option<Sourced<EtcdSettings>> {
        let apiserver = self.apiserver?;
        let urls = flag(apiserver, "etcd-servers")?;
        let is_here = |url: &str| {
            Host::of_url(url).is_none_or(|host| {
                is_loopback(&host) || Some(&host) == address.map(Host::Ip).as_ref()
            })
        };
        if self.etcd.is_some() || urls.value.split(',').any(is_here) {
            return None;
        }
        let each = urls.value.split(',').map(|url| url.trim().to_owned());
        let external = EtcdSettings::External {
            endpoints: each
                .map(|url| Sourced::new(url, urls.source.clone()))
                .collect(),
            ca_file: flag(apiserver, "etcd-cafile"),
            cert_file: flag(apiserver, "etcd-certfile"),
            key_file: flag(apiserver, "etcd-keyfile"),
        };
        Some(Sourced::new(external, urls.source))
    }

    fn local_etcd(&self) -> Option<Sourced<EtcdSettings>> {
        let server_sans = self.further(RowId::EtcdServer, false);
        let peer_sans = self.further(RowId::EtcdPeer, false);
        let source = server_sans.first().or(peer_sans.first())?.source.clone();
        let local = EtcdSettings::Local {
            server_sans,
            peer_sans,
        };
        Some(Sourced::new(local, source))
    }

    /// The names of a certificate that not every one of its row has. Those that other settings
    /// give it go when it is known which these are.
    fn further(&self, row: RowId, has_default_network: bool) -> Vec<Sourced<String>> {
        let Some((leaf, source)) = self.leaf(row) else {
            return Vec::new();
        };
        let hosts = leaf.hosts();
        let further = hosts
            .hosts()
            .filter(|host| !is_usual(host, has_default_network));
        further
            .map(|host| Sourced::new(host.to_string(), source.clone()))
            .collect()
    }

    /// What these kubeconfigs dial, of those that are here.
    fn servers(&self, rows: &[RowId]) -> impl Iterator<Item = (Host, Option<u16>, Source)> {
        rows.iter().filter_map(|row| self.server(*row))
    }

    /// Host and port that a kubeconfig dials.
    fn server(&self, row: RowId) -> Option<(Host, Option<u16>, Source)> {
        let path = self.path(row, Part::Kubeconfig);
        let kubeconfig = self.observation.kubeconfig(&path);
        let server = &kubeconfig.present()?.server;
        let authority = server.strip_prefix("https://")?.trim_end_matches('/');
        let endpoint: Endpoint = authority.parse().ok()?;
        Some((endpoint.host().clone(), endpoint.port(), of_file(&path)))
    }

    fn leaf(&self, row: RowId) -> Option<(Certificate, Source)> {
        let path = self.path(row, Part::Certificate);
        let certificates = self.observation.certificates(&path);
        let leaf = certificates.present()?.first()?.clone();
        Some((leaf, of_file(&path)))
    }

    fn path(&self, row: RowId, part: Part) -> std::path::PathBuf {
        self.observation.directories().path(row.part(part))
    }
}

/// Whether every certificate of that row has this name, or it has it for the service network that
/// there is by default.
fn is_usual(host: &Host, has_default_network: bool) -> bool {
    let text = host.to_string();
    let of_service = ["kubernetes", "kubernetes.default", "kubernetes.default.svc"];
    let is_of_network = || {
        let network = SERVICE_CIDR.parse::<ServiceCidr>();
        network.is_ok_and(|network| *host == Host::Ip(network.first_address()))
    };
    is_loopback(host)
        || of_service.contains(&text.as_str())
        || text.starts_with(SERVICE)
        || (has_default_network && is_of_network())
}

fn of_file(path: &Path) -> Source {
    Source::Tree(path.display().to_string())
}

/// The value of a flag that is there, and the file that has it.
fn flag(instance: &Instance, name: &str) -> Option<Sourced<String>> {
    let flag = instance.flag(name)?;
    let source = Source::Tree(format!("{} ({})", flag.spot.file, flag.shown()));
    let value = flag.value.clone().filter(|value| !value.is_empty())?;
    Some(Sourced::new(value, source))
}

/// Whether it is an address, and one host's.
fn is_of_one_host(text: &str) -> bool {
    let address = text.parse::<IpAddr>();
    address.is_ok_and(|address| !address.is_loopback() && !address.is_unspecified())
}
