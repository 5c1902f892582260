//! The names that certificates have to serve.

use super::leaf::Wanted;
use super::node::{Node, Presented};
use crate::observation::Relation;
use crate::spec::{CertSpec, HostRule, RowId};
use crate::x509::{DnsName, Host};

impl Node<'_> {
    /// The names that a certificate has to serve: those that it is dialled by, and of a row's own
    /// file those of the configuration, else those that the table has for every cluster.
    pub(super) fn wanted(&self, presented: &Presented<'_>) -> Vec<Wanted> {
        let mut wanted: Vec<Wanted> = Vec::new();
        if !presented.usage.serves() {
            return wanted;
        }
        let mut want = |host: Host, by: String| {
            if !wanted.iter().any(|one| one.host == host) {
                wanted.push(Wanted { host, by });
            }
        };
        let (kubeconfigs, others): (Vec<&Relation>, Vec<&Relation>) = self
            .relations_of(&presented.file)
            .partition(|relation| relation.reader.kubeconfig.is_some());
        for relation in kubeconfigs {
            let row = relation.reader.row;
            for (host, by) in &relation.hosts {
                let by = row.map_or_else(|| by.clone(), |row| row.to_string());
                if row.is_none_or(|row| !self.foreign.contains(&row)) {
                    want(host.clone(), format!("{by} dials it"));
                }
            }
        }
        if presented.row().is_some() {
            for (host, by) in self.expected(presented.id.spec()) {
                want(host, by.to_owned());
            }
        }
        for (host, by) in others.into_iter().flat_map(|relation| &relation.hosts) {
            want(host.clone(), by.clone());
        }
        wanted
    }

    /// What somebody dials a server by that is no name: each as it is written, with who does.
    pub(super) fn unknown_hosts(&self, presented: &Presented<'_>) -> Vec<&(String, String)> {
        let mut unknown: Vec<&(String, String)> = Vec::new();
        let relations = self.relations_of(&presented.file);
        for host in relations.flat_map(|relation| &relation.unknown_hosts) {
            if !unknown.contains(&host) {
                unknown.push(host);
            }
        }
        unknown
    }

    /// The names that a row has to have whoever dials it, each with who says so.
    fn expected(&self, spec: &CertSpec) -> Vec<(Host, &'static str)> {
        if let Some(setup) = &self.facts.setup {
            let hosts = setup.site().hosts(spec);
            let hosts = hosts.hosts();
            return hosts.map(|host| (host, "configured")).collect();
        }
        // Members dial each other by the addresses of their peer URLs, whatever these are.
        let rules = spec.hosts.iter().filter(|_| spec.id != RowId::EtcdPeer);
        let hosts = rules.flat_map(|rule| everywhere(*rule));
        hosts.map(|host| (host, "every cluster has it")).collect()
    }
}

/// Names that do not depend on how a cluster is configured. Its DNS domain and its addresses do,
/// and a cluster without IPv6 may do without `::1`.
fn everywhere(rule: HostRule) -> Vec<Host> {
    match rule {
        HostRule::ServiceNames => ["kubernetes", "kubernetes.default", "kubernetes.default.svc"]
            .iter()
            .filter_map(|name| name.parse().ok())
            .collect(),
        HostRule::Localhost => vec![DnsName::localhost().into()],
        HostRule::Loopback => vec![Host::Ip(std::net::Ipv4Addr::LOCALHOST.into())],
        _ => Vec::new(),
    }
}
