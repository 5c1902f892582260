//! Two places of one configuration that contradict each other: a component is told by an argument
//! what the certificates are not made for.

use std::fmt;
use std::net::IpAddr;

use super::settings::{EtcdSettings, ExtraArgument, Settings, Sourced};
use crate::cluster::{Cluster, Etcd, Node, ServiceCidr};
use crate::spec::{Component, RowId};
use crate::x509::Host;

/// An argument that says something else than what certificates are made for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Contradiction {
    /// The component.
    pub component: Component,
    /// Its flag, without dashes.
    pub flag: String,
    /// What it is told, and where.
    pub told: Sourced<String>,
    /// What is configured otherwise, in words.
    pub of: &'static str,
    /// What that is.
    pub configured: String,
}

impl fmt::Display for Contradiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            component,
            flag,
            told,
            of,
            configured,
        } = self;
        write!(
            f,
            "{}: {component} is told --{flag}={}, and certificates are made for {of} {configured}; \
             one of the two is wrong",
            told.source, told.value
        )
    }
}

/// What an argument says that certificates depend on too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    /// The address the node is reached at.
    Address,
    /// The port of its API server.
    Port,
    /// The name of the node.
    NodeName,
    /// The service networks.
    ServiceCidrs,
    /// The issuer of tokens, which has the cluster's DNS domain.
    DnsDomain,
    /// Where the API server finds etcd.
    EtcdServers,
    /// URLs that etcd's server certificate has to serve.
    EtcdServer,
    /// URLs that its peer certificate has to serve.
    EtcdPeer,
}

/// The arguments of components that a file can contradict itself by.
const ROWS: &[(Component, &str, About)] = &[
    (
        Component::KubeApiserver,
        "advertise-address",
        About::Address,
    ),
    (Component::KubeApiserver, "secure-port", About::Port),
    (
        Component::KubeApiserver,
        "service-cluster-ip-range",
        About::ServiceCidrs,
    ),
    (
        Component::KubeApiserver,
        "service-account-issuer",
        About::DnsDomain,
    ),
    (Component::KubeApiserver, "etcd-servers", About::EtcdServers),
    (
        Component::KubeControllerManager,
        "service-cluster-ip-range",
        About::ServiceCidrs,
    ),
    (Component::Kubelet, "hostname-override", About::NodeName),
    (Component::Etcd, "advertise-client-urls", About::EtcdServer),
    (Component::Etcd, "listen-client-urls", About::EtcdServer),
    (
        Component::Etcd,
        "initial-advertise-peer-urls",
        About::EtcdPeer,
    ),
];

impl Settings {
    /// Where this configuration contradicts itself, about the cluster and the node that it
    /// describes.
    #[must_use]
    pub fn contradictions(&self, cluster: &Cluster, node: &Node) -> Vec<Contradiction> {
        let told = self.extra_args.iter().filter_map(|argument| {
            let is_it = |row: &&(Component, &str, About)| {
                row.0 == argument.component && row.1 == argument.name
            };
            let (_, _, about) = ROWS.iter().find(is_it)?;
            let (of, configured) = self.otherwise(*about, argument, cluster, node)?;
            Some(Contradiction {
                component: argument.component,
                flag: argument.name.clone(),
                told: argument.value.clone(),
                of,
                configured,
            })
        });
        told.collect()
    }

    /// What is configured, where the argument says otherwise.
    fn otherwise(
        &self,
        about: About,
        argument: &ExtraArgument,
        cluster: &Cluster,
        node: &Node,
    ) -> Option<(&'static str, String)> {
        let told = argument.value.value.trim();
        let address = node.advertise_address();
        let site = cluster.at(node);
        let serves = |row: RowId, kind| {
            let hosts = site.hosts(row.spec());
            let is_served = |host: &Host| hosts.hosts().any(|one| one == *host);
            let missing = hosts_of(told).find(|host| !is_served(host) && !is_any(host));
            missing.map(|_| {
                let names: Vec<String> = hosts.hosts().map(|host| host.to_string()).collect();
                (kind, names.join(", "))
            })
        };
        match about {
            About::Address => {
                let given: IpAddr = told.parse().ok()?;
                let is_other = !given.is_unspecified() && given.to_canonical() != address;
                is_other.then(|| ("the address", address.to_string()))
            }
            About::Port => {
                let port: u16 = told.parse().ok()?;
                (port != node.bind_port()).then(|| ("the port", node.bind_port().to_string()))
            }
            About::NodeName => (!told.eq_ignore_ascii_case(node.name().as_str()))
                .then(|| ("the node", node.name().to_string())),
            About::ServiceCidrs => {
                let given: Result<Vec<ServiceCidr>, _> =
                    told.split(',').map(|cidr| cidr.trim().parse()).collect();
                let cidrs = cluster.service_cidrs();
                let first = |cidrs: &[ServiceCidr]| cidrs.first().map(ServiceCidr::first_address);
                let is_other = first(&given.ok()?) != first(cidrs);
                is_other.then(|| {
                    let texts: Vec<String> = cidrs.iter().map(ToString::to_string).collect();
                    ("the services of", texts.join(","))
                })
            }
            About::DnsDomain => {
                let domain = told.strip_prefix("https://kubernetes.default.svc.")?;
                (domain != cluster.dns_domain().as_str())
                    .then(|| ("the domain", cluster.dns_domain().to_string()))
            }
            About::EtcdServers => self.other_etcd(told, cluster, node),
            About::EtcdServer => serves(RowId::EtcdServer, "the names"),
            About::EtcdPeer => serves(RowId::EtcdPeer, "the names"),
        }
    }

    /// Members that are not those that are configured.
    fn other_etcd(
        &self,
        told: &str,
        cluster: &Cluster,
        node: &Node,
    ) -> Option<(&'static str, String)> {
        let given: Vec<&str> = told.split(',').map(str::trim).collect();
        if let Etcd::External { endpoints, .. } = cluster.etcd() {
            let same = endpoints
                .iter()
                .map(String::as_str)
                .eq(given.iter().copied());
            return (!same).then(|| ("the members", endpoints.join(",")));
        }
        let own = node.advertise_address();
        let mut hosts = hosts_of(told);
        let is_local = hosts.all(|host| match host {
            Host::Ip(address) => address.is_loopback() || address == own,
            Host::Dns(name) => name.as_str() == "localhost",
        });
        let is_asked = matches!(
            self.etcd.as_ref().map(|etcd| &etcd.value),
            Some(EtcdSettings::Local { .. })
        );
        let of = if is_asked {
            "etcd.local,"
        } else {
            "a local etcd,"
        };
        (!is_local).then(|| (of, format!("at {own}")))
    }
}

/// The hosts of a list of URLs.
fn hosts_of(urls: &str) -> impl Iterator<Item = Host> {
    let each = urls.split(',').map(str::trim);
    each.filter(|url| !url.starts_with("http://"))
        .filter_map(Host::of_url)
}

/// Whether this is every address of the host, which no certificate names.
fn is_any(host: &Host) -> bool {
    matches!(host, Host::Ip(address) if address.is_unspecified())
}

#[cfg(test)]
mod tests {
    use super::super::{HostFacts, parse};

    /// What is said of a file with these arguments of the API server.
    fn said(fields: &str) -> Vec<String> {
        let text = format!(
            "apiVersion: kubeadm.k8s.io/v1beta3\nkind: InitConfiguration\nnodeRegistration: {{name: \
             cp1, kubeletExtraArgs: {{hostname-override: CP1}}}}\nlocalAPIEndpoint: \
             {{advertiseAddress: 192.0.2.10}}\n---\napiVersion: kubeadm.k8s.io/v1beta3\nkind: \
             ClusterConfiguration\n{fields}\n"
        );
        let settings = parse("k.yaml", &text).unwrap().settings;
        let described = settings.describe(&HostFacts::default()).unwrap();
        let (cluster, node) = described.build().unwrap();
        let found = settings.contradictions(&cluster, &node);
        found.iter().map(ToString::to_string).collect()
    }

    fn of_apiserver(argument: &str) -> Vec<String> {
        said(&format!("apiServer: {{extraArgs: {{{argument}}}}}"))
    }

    #[test]
    fn what_agrees_is_not_said() {
        for argument in [
            "advertise-address: 192.0.2.10",
            "advertise-address: 0.0.0.0",
            "secure-port: '6443'",
            "service-cluster-ip-range: 10.96.0.0/12",
            "service-account-issuer: https://kubernetes.default.svc.cluster.local",
            "service-account-issuer: https://issuer.example.org",
            "etcd-servers: 'https://127.0.0.1:2379'",
            "v: '2'",
        ] {
            assert_eq!(of_apiserver(argument), Vec::<String>::new(), "{argument}");
        }
        let etcd = "etcd: {local: {serverCertSANs: [etcd.example.org], extraArgs: \
                    {advertise-client-urls: 'https://192.0.2.10:2379,https://etcd.example.org:2379', \
                    listen-client-urls: 'https://0.0.0.0:2379'}}}";
        assert_eq!(said(etcd), Vec::<String>::new());
    }

    #[test]
    fn each_argument_that_contradicts_is_said_with_its_place() {
        for (argument, says) in [
            ("advertise-address: 192.0.2.99", "the address 192.0.2.10;"),
            ("secure-port: '7443'", "the port 6443;"),
            (
                "service-cluster-ip-range: 10.43.0.0/16",
                "the services of 10.96.0.0/12;",
            ),
            (
                "service-account-issuer: https://kubernetes.default.svc.k8s.local",
                "the domain cluster.local;",
            ),
            (
                "etcd-servers: 'https://192.0.2.20:2379'",
                "a local etcd, at 192.0.2.10;",
            ),
        ] {
            let said = of_apiserver(argument);
            let [one] = said.as_slice() else {
                panic!("{argument}: {said:?}");
            };
            let place = "k.yaml:8: ClusterConfiguration.apiServer.extraArgs.";
            assert!(one.starts_with(place), "{one}");
            assert!(one.contains(says), "{one}");
        }
        let etcd =
            |argument: &str| said(&format!("etcd: {{local: {{extraArgs: {{{argument}}}}}}}"));
        let peer = etcd("initial-advertise-peer-urls: 'https://192.0.2.99:2380'");
        assert_eq!(
            peer,
            [
                "k.yaml:8: ClusterConfiguration.etcd.local.extraArgs.initial-advertise-peer-urls: etcd \
                 is told --initial-advertise-peer-urls=https://192.0.2.99:2380, and certificates are \
                 made for the names cp1, localhost, 192.0.2.10, 127.0.0.1, ::1; one of the two is wrong"
            ]
        );
        assert_eq!(etcd("advertise-client-urls: 'https://etcd:2379'").len(), 1);
    }

    #[test]
    fn members_elsewhere_are_those_that_are_configured() {
        let etcd = "etcd: {external: {endpoints: ['https://192.0.2.20:2379']}}\n";
        let with = |url: &str| {
            said(&format!(
                "{etcd}apiServer: {{extraArgs: {{etcd-servers: '{url}'}}}}"
            ))
        };
        assert_eq!(with("https://192.0.2.20:2379"), Vec::<String>::new());
        assert_eq!(with("https://192.0.2.21:2379").len(), 1);
    }
}
