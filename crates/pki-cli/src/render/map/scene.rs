//! Who is on the map and what is between them, before anything is placed.

use pki_core::{CERTS, RowId};
use pki_layout::map::{EtcdPlace, MapFacts, PathFact, Setup, Source};
use pki_layout::table::paths::{PATHS, Side};
use pki_layout::table::{Component, Party};

/// Somebody on the map. A component of the control plane is there once for each node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Actor {
    pub(super) party: Party,
    pub(super) area: Area,
    pub(super) title: &'static str,
    pub(super) subtitle: String,
    pub(super) missing: bool,
}

/// Where somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Area {
    /// Outside of the cluster, or added to it.
    Outside,
    /// On every node.
    EveryNode,
    /// On a control-plane node, by its number.
    ControlPlane(usize),
    /// etcd on machines of its own.
    Etcd,
    /// What is asked by the API server.
    Services,
    /// What watches all.
    Monitoring,
}

/// A path, or its part on one node: everyone in `clients` dials everyone in `servers`.
#[derive(Debug)]
pub(super) struct Link<'a> {
    pub(super) fact: &'a PathFact,
    /// Positions in [`Scene::actors`].
    pub(super) clients: Vec<usize>,
    pub(super) servers: Vec<usize>,
}

/// Everything on the map but the certificates.
#[derive(Debug)]
pub(super) struct Scene<'a> {
    pub(super) facts: &'a MapFacts,
    pub(super) actors: Vec<Actor>,
    pub(super) links: Vec<Link<'a>>,
}

impl<'a> Scene<'a> {
    pub(super) fn of(facts: &'a MapFacts) -> Self {
        let mut scene = Self {
            facts,
            actors: Vec::new(),
            links: Vec::new(),
        };
        let is_end = |party: &Party| {
            let mut paths = facts.paths.iter().map(|fact| fact.path);
            party.component().is_some()
                || paths.any(|path| [path.client, path.server].contains(party))
        };
        for party in Party::ENDS.into_iter().filter(is_end) {
            scene.add_party(party);
        }
        for fact in &facts.paths {
            scene.add_path(fact);
        }
        scene
    }

    fn add_party(&mut self, party: Party) {
        let external = match &self.facts.etcd {
            EtcdPlace::External(members) if party == Party::Component(Component::Etcd) => {
                Some(members)
            }
            _ => None,
        };
        if let Some(members) = external {
            let subtitle = match members.as_slice() {
                [] => "external".to_owned(),
                [one] => one.clone(),
                [first, rest @ ..] => format!("{first} and {} more", rest.len()),
            };
            self.add(party, Area::Etcd, subtitle, false);
            return;
        }
        match area(party) {
            Area::ControlPlane(_) => {
                for node in 0..self.facts.nodes.len() {
                    let missing = party
                        .component()
                        .is_some_and(|one| self.facts.is_missing(one, node));
                    let subtitle = if missing { "not found" } else { note(party) };
                    self.add(
                        party,
                        Area::ControlPlane(node),
                        subtitle.to_owned(),
                        missing,
                    );
                }
            }
            area => self.add(party, area, note(party).to_owned(), false),
        }
    }

    fn add(&mut self, party: Party, area: Area, subtitle: String, missing: bool) {
        self.actors.push(Actor {
            party,
            area,
            title: title(party),
            subtitle,
            missing,
        });
    }

    fn add_path(&mut self, fact: &'a PathFact) {
        let path = fact.path;
        let clients = self.positions(path.client);
        let servers = self.positions(path.server);
        let on_nodes = |all: &[usize]| {
            all.iter()
                .all(|position| matches!(self.area(*position), Area::ControlPlane(_)))
        };
        // Each talks to the one beside it on its node, but to its own kind everywhere.
        if path.client != path.server && on_nodes(&clients) && on_nodes(&servers) {
            for (client, server) in clients.into_iter().zip(servers) {
                self.links.push(Link {
                    fact,
                    clients: vec![client],
                    servers: vec![server],
                });
            }
        } else {
            self.links.push(Link {
                fact,
                clients,
                servers,
            });
        }
    }

    fn positions(&self, party: Party) -> Vec<usize> {
        let all = self.actors.iter().enumerate();
        all.filter(|(_, actor)| actor.party == party)
            .map(|(position, _)| position)
            .collect()
    }

    pub(super) fn area(&self, position: usize) -> Area {
        self.actors
            .get(position)
            .map_or(Area::Outside, |actor| actor.area)
    }

    /// Whether one of a link's ends is not there.
    pub(super) fn is_missing(&self, link: &Link<'_>) -> bool {
        let gone = |all: &[usize]| {
            all.iter()
                .all(|position| self.actors.get(*position).is_none_or(|one| one.missing))
        };
        gone(&link.clients) || gone(&link.servers)
    }

    /// Whether any path does not work.
    pub(super) fn is_broken(&self) -> bool {
        let facts = &self.facts.paths;
        facts.iter().any(|fact| !fact.faults.is_empty())
    }

    /// What the map is of, for its heading.
    pub(super) fn heading(&self) -> &'static str {
        match self.facts.source {
            Source::Tables(Setup::Kubeadm) => "as kubeadm sets it up",
            Source::Tables(_) => "with pkigen's flags",
            _ => "as the files of this node have it",
        }
    }

    /// Names of the areas with a frame.
    pub(super) fn area_title(&self, area: Area) -> String {
        match area {
            Area::ControlPlane(node) => {
                let name = self.facts.nodes.get(node).map(String::as_str);
                match name {
                    Some(pki_layout::map::UNNAMED) | None => "control-plane node".to_owned(),
                    Some(name) => format!("control-plane node {name}"),
                }
            }
            Area::Etcd => "etcd, on machines of its own".to_owned(),
            Area::EveryNode => "every node".to_owned(),
            Area::Services => "asked by the API server".to_owned(),
            Area::Outside => "outside".to_owned(),
            Area::Monitoring => "monitoring".to_owned(),
        }
    }
}

/// The links from one to the other, pair by pair, for forms that know only such. Those of one
/// kind are each other's peers: each pair is there once, and `true` says that it goes both ways.
pub(super) fn pairs(link: &Link<'_>) -> Vec<(usize, usize, bool)> {
    let mut pairs = Vec::new();
    let peers = link.clients == link.servers;
    for client in &link.clients {
        for server in &link.servers {
            match (peers, link.clients.len()) {
                (true, 2..) if client >= server => {}
                (true, 2..) => pairs.push((*client, *server, true)),
                _ => pairs.push((*client, *server, false)),
            }
        }
    }
    pairs
}

const fn area(party: Party) -> Area {
    match party {
        Party::Component(Component::Kubelet)
        | Party::KubeProxy
        | Party::Pod
        | Party::Node
        | Party::Probed => Area::EveryNode,
        Party::Component(_) => Area::ControlPlane(0),
        Party::Monitoring => Area::Monitoring,
        Party::Proxied
        | Party::ExtensionApiserver
        | Party::Webhook
        | Party::TokenIssuer
        | Party::EgressProxy
        | Party::TraceCollector
        | Party::ManifestServer => Area::Services,
        _ => Area::Outside,
    }
}

/// What is written into its box.
const fn title(party: Party) -> &'static str {
    match party {
        Party::Component(component) => component.name(),
        Party::Administrator => "administrator",
        Party::AuthenticatingProxy => "authenticating proxy",
        Party::JoiningNode => "joining node",
        Party::Pod => "pod",
        Party::KubeProxy => "kube-proxy",
        Party::Monitoring => "monitoring",
        Party::Node => "node",
        Party::Proxied => "proxied",
        Party::Probed => "probed container",
        Party::ExtensionApiserver => "extension API server",
        Party::Webhook => "webhook",
        Party::TokenIssuer => "token issuer",
        Party::EgressProxy => "egress proxy",
        Party::TraceCollector => "trace collector",
        Party::ManifestServer => "manifest server",
        _ => party.name(),
    }
}

/// A few words under the title.
const fn note(party: Party) -> &'static str {
    match party {
        Party::Component(Component::Etcdctl) => "and health checks",
        Party::Administrator => "kubectl, programs",
        Party::AuthenticatingProxy => "speaks for users",
        Party::JoiningNode => "kubeadm join",
        Party::Pod => "any program in it",
        Party::Monitoring => "Prometheus",
        Party::Node => "the machine",
        Party::Proxied => "node, pod or service",
        Party::ExtensionApiserver => "metrics-server",
        Party::Webhook => "admission, tokens",
        Party::TokenIssuer => "OpenID Connect",
        Party::EgressProxy => "konnectivity",
        Party::TraceCollector => "OpenTelemetry",
        Party::ManifestServer => "static pods",
        _ => "",
    }
}

/// The port of a path as far as it is a number, else what is spoken.
pub(super) fn port(fact: &PathFact) -> &'static str {
    let word = fact.path.port.split_whitespace().next().unwrap_or_default();
    if word.chars().all(|c| c.is_ascii_digit()) && !word.is_empty() {
        word
    } else {
        "any port"
    }
}

/// Who shows a certificate, by the paths; the cluster's own use where no path has it.
pub(super) fn shown_by(id: RowId) -> Vec<Party> {
    let mut parties = Vec::new();
    for path in PATHS {
        for (side, proof) in path.proofs() {
            // A token is shown, and the key that signed it is not.
            if proof.credential == Some(id) && id.spec().usage.is_some() {
                let party = match side {
                    Side::Client => path.client,
                    Side::Server => path.server,
                };
                if !parties.contains(&party) {
                    parties.push(party);
                }
            }
        }
    }
    parties
}

/// The authorities of the table, and then what none of them signs.
pub(super) fn roots() -> impl Iterator<Item = RowId> {
    CERTS
        .iter()
        .filter(|spec| spec.issuer.is_none())
        .map(|spec| spec.id)
}
