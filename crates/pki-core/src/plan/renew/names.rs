//! The names that a certificate serves and the configuration does not have any more. A name that is
//! dropped is refused at every new connection from that instant on, so that it is kept until it is
//! asked to go.

use std::net::IpAddr;

use crate::observation::{Found, Inventory, RowFacts};
use crate::x509::{Certificate, Host, SubjectAltNames, Template};

/// The difference that is of names which stay although the configuration does not have them.
pub(super) const KEPT: &str = "kept alternative names";

/// Those of a certificate that what would be issued in its place does not have; what no client
/// would look for is none.
pub(super) fn surplus(leaf: &Certificate, template: &Template) -> Vec<Host> {
    if !template.usage.serves() {
        return Vec::new();
    }
    let wanted: Vec<Host> = template.hosts.hosts().collect();
    let is_name = |host: &Host| match host {
        Host::Dns(name) => name.as_str().parse::<IpAddr>().is_err(),
        Host::Ip(_) => true,
    };
    let hosts = leaf.hosts();
    let hosts = hosts
        .hosts()
        .filter(|host| !wanted.contains(host) && is_name(host));
    hosts.collect()
}

/// The names of both.
pub(super) fn joined(names: &SubjectAltNames, further: &[Host]) -> SubjectAltNames {
    names.hosts().chain(further.iter().cloned()).collect()
}

/// The names in a line.
pub(super) fn listed(names: &[Host]) -> String {
    let names: Vec<String> = names.iter().map(Host::to_string).collect();
    names.join(", ")
}

/// The kubeconfigs here that dial one of these, by their names.
pub(super) fn dialling(inventory: &Inventory, names: &[Host]) -> Vec<String> {
    let dials = |facts: &RowFacts| match facts {
        RowFacts::Kubeconfig(Found::Present(facts)) => {
            let name = facts
                .server_name
                .as_ref()
                .and_then(|name| name.parse().ok());
            let dialled = name.or_else(|| Host::of_url(&facts.server));
            dialled.is_some_and(|host| names.contains(&host))
        }
        _ => false,
    };
    let rows = inventory.table().rows();
    let rows = rows.filter(|spec| inventory.facts(spec.id).is_some_and(dials));
    rows.map(|spec| spec.name.to_owned()).collect()
}
