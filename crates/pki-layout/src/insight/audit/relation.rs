//! Who shows which certificate to whom, and by which authorities it is checked: the proofs of
//! [`PATHS`] with the files of this machine in them.

use std::path::Path;

use pki_core::observation::Found;
use pki_core::{Certificate, Host, Part, RowId, Usage};

use super::dialled::{hosts, local_etcd_hosts};
use super::finding::Subject;
use crate::observe::{Contents, FileUse, HostPath, Instance, Machine, ObservedFlag};
use crate::{Component, FlagSpec, Method, PATHS, Party, PathSpec, Proof, Role, Side};

/// A certificate that is shown, and the authorities that it has to come from.
#[derive(Debug)]
pub(super) struct Relation<'a> {
    pub(super) path: &'static PathSpec,
    pub(super) presenter: End<'a>,
    pub(super) checker: End<'a>,
    pub(super) usage: Usage,
    pub(super) credential: Option<RowId>,
    /// The names that a server is dialled by, each with who does.
    pub(super) hosts: Vec<(Host, String)>,
}

/// A file of one side.
#[derive(Debug, Clone)]
pub(super) struct End<'a> {
    pub(super) instance: Option<&'a Instance>,
    flag: Option<&'a ObservedFlag>,
    /// The file on the host.
    pub(super) file: String,
    pub(super) certificates: &'a [Certificate],
    /// Whether it is the table's own file.
    pub(super) usual: bool,
    /// Whether it is a kubeconfig.
    pub(super) kubeconfig: bool,
    pub(super) dials: Option<Dialled>,
}

/// What a kubeconfig dials.
#[derive(Debug, Clone)]
pub(super) struct Dialled {
    pub(super) host: Option<Host>,
    by_tls: bool,
}

impl End<'_> {
    pub(super) fn subject(&self) -> Subject {
        let subject = match (self.instance, self.flag) {
            (Some(instance), Some(flag)) => Subject::flag(instance, flag),
            (Some(instance), None) => Subject {
                component: Some(instance.component),
                ..Subject::default()
            },
            _ => Subject::default(),
        };
        subject.file(&self.file)
    }

    /// Which flag of which component, or which file.
    pub(super) fn named(&self) -> String {
        match (self.instance, self.flag) {
            (Some(instance), Some(flag)) => format!("{} {}", instance.component, flag.shown()),
            _ => self.file.clone(),
        }
    }

    /// What tells it from others.
    pub(super) fn key(&self) -> (Option<Component>, Option<&str>, &str) {
        (
            self.instance.map(|instance| instance.component),
            self.flag.map(|flag| flag.name.as_str()),
            &self.file,
        )
    }
}

/// Every relation of which both ends are known.
pub(super) fn relations(machine: &Machine) -> Vec<Relation<'_>> {
    let mut relations = Vec::new();
    for path in PATHS {
        if !meets(machine, path) {
            continue;
        }
        for (side, proof) in path.proofs() {
            if proof.method != Method::Certificate {
                continue;
            }
            for presenter in presenters(machine, path, side, proof) {
                for checker in checkers(machine, path, side.other(), proof) {
                    let serves = side == Side::Server;
                    let plain = |end: &End<'_>| end.dials.as_ref().is_some_and(|one| !one.by_tls);
                    if plain(&checker) || plain(&presenter) {
                        continue;
                    }
                    relations.push(Relation {
                        path,
                        usage: if serves { Usage::Server } else { Usage::Client },
                        credential: proof.credential,
                        hosts: if serves {
                            hosts(machine, path, &presenter, &checker)
                        } else {
                            Vec::new()
                        },
                        presenter: presenter.clone(),
                        checker,
                    });
                }
            }
        }
    }
    relations
}

/// Whether the two ends are ends of one path: the etcd of this machine may not be the one that
/// its API server dials.
fn meets(machine: &Machine, path: &PathSpec) -> bool {
    let etcd = Party::Component(Component::Etcd);
    if path.server != etcd || path.client != Party::Component(Component::KubeApiserver) {
        return true;
    }
    machine
        .instances
        .iter()
        .filter(|instance| instance.component == Component::KubeApiserver)
        .any(|instance| !local_etcd_hosts(machine, instance).is_empty())
}

fn presenters<'a>(
    machine: &'a Machine,
    path: &PathSpec,
    side: Side,
    proof: &Proof,
) -> Vec<End<'a>> {
    let component = match path.party(side) {
        Party::Component(component) => component,
        Party::Administrator => {
            return by_hand(machine, proof.credential)
                .filter_map(|file| end_of_client(machine, None, None, &file))
                .collect();
        }
        _ => return Vec::new(),
    };
    let mut ends = Vec::new();
    for instance in instances(machine, component) {
        let before = ends.len();
        for flag in named(instance, proof.presented_by) {
            let HostPath::At(file) = instance.on_host(flag.text()) else {
                continue;
            };
            let end = match role(instance, flag) {
                Some(Role::Kubeconfig) => end_of_client(machine, Some(instance), Some(flag), &file),
                Some(Role::OwnCertificate) => {
                    end_of_file(machine, Some(instance), Some(flag), &file)
                }
                _ => None,
            };
            ends.extend(end);
        }
        let is_kubelet = proof.credential == Some(RowId::KubeletServing);
        if is_kubelet && ends.len() == before && instance.value("tlsCertFile").is_none() {
            ends.extend(own_serving(machine, instance));
        }
    }
    ends
}

/// What a kubelet presents that is given no certificate: what it has asked for, else what it has
/// signed for itself.
fn own_serving<'a>(machine: &'a Machine, instance: &'a Instance) -> Option<End<'a>> {
    let asks = instance.switch("serverTLSBootstrap") == Some(true);
    let name = if asks {
        "kubelet-server-current.pem"
    } else {
        "kubelet.crt"
    };
    let directory = instance.value("cert-dir").unwrap_or("/var/lib/kubelet/pki");
    end_of_file(
        machine,
        Some(instance),
        None,
        &format!("{directory}/{name}"),
    )
}

fn checkers<'a>(machine: &'a Machine, path: &PathSpec, side: Side, proof: &Proof) -> Vec<End<'a>> {
    let component = match path.party(side) {
        Party::Component(component) => component,
        Party::Administrator => {
            return [RowId::AdminConf, RowId::SuperAdminConf]
                .into_iter()
                .flat_map(|id| by_hand(machine, Some(id)))
                .filter_map(|file| end_of_trust(machine, None, None, &file))
                .collect();
        }
        Party::Pod => {
            return instances(machine, Component::KubeControllerManager)
                .flat_map(|instance| trust_files(machine, instance, &["root-ca-file"]))
                .collect();
        }
        _ => return Vec::new(),
    };
    instances(machine, component)
        .flat_map(|instance| trust_files(machine, instance, proof.checked_by))
        .collect()
}

fn trust_files<'a>(
    machine: &'a Machine,
    instance: &'a Instance,
    names: &'a [&'static str],
) -> impl Iterator<Item = End<'a>> {
    named(instance, names).filter_map(move |flag| {
        let HostPath::At(file) = instance.on_host(flag.text()) else {
            return None;
        };
        match role(instance, flag) {
            Some(Role::Kubeconfig) => end_of_trust(machine, Some(instance), Some(flag), &file),
            Some(Role::ClientTrust | Role::ServerTrust) => {
                end_of_file(machine, Some(instance), Some(flag), &file)
            }
            _ => None,
        }
    })
}

fn instances(machine: &Machine, component: Component) -> impl Iterator<Item = &Instance> {
    let instances = machine.instances.iter();
    instances.filter(move |instance| instance.component == component)
}

fn named<'a>(
    instance: &'a Instance,
    names: &'a [&'static str],
) -> impl Iterator<Item = &'a ObservedFlag> {
    names.iter().filter_map(|name| instance.flag(name))
}

fn role(instance: &Instance, flag: &ObservedFlag) -> Option<Role> {
    FlagSpec::find(instance.component, &flag.name)?.role()
}

/// The table's own kubeconfig of an administrator.
fn by_hand(machine: &Machine, id: Option<RowId>) -> impl Iterator<Item = String> {
    let artifact = id.map(|id| id.part(Part::Kubeconfig));
    let path = artifact.map(|artifact| machine.directories.path(artifact));
    path.map(|path| path.display().to_string()).into_iter()
}

fn is_usual(
    machine: &Machine,
    instance: Option<&Instance>,
    flag: Option<&ObservedFlag>,
    file: &str,
) -> bool {
    let (Some(instance), Some(flag)) = (instance, flag) else {
        return true;
    };
    let spec = FlagSpec::find(instance.component, &flag.name);
    let artifact = spec.and_then(FlagSpec::artifact);
    artifact.is_some_and(|artifact| machine.directories.path(artifact) == Path::new(file))
}

fn end_of_file<'a>(
    machine: &'a Machine,
    instance: Option<&'a Instance>,
    flag: Option<&'a ObservedFlag>,
    file: &str,
) -> Option<End<'a>> {
    let found = &machine.file(file, FileUse::Certificates)?.found;
    let Contents::Certificates(certificates) = found.present()? else {
        return None;
    };
    Some(End {
        instance,
        flag,
        file: file.to_owned(),
        certificates,
        usual: is_usual(machine, instance, flag, file),
        kubeconfig: false,
        dials: None,
    })
}

fn end_of_client<'a>(
    machine: &'a Machine,
    instance: Option<&'a Instance>,
    flag: Option<&'a ObservedFlag>,
    file: &str,
) -> Option<End<'a>> {
    let (facts, client) = kubeconfig(machine, file)?;
    end_of_kubeconfig(machine, instance, flag, file, facts, client.as_ref()?)
}

fn end_of_trust<'a>(
    machine: &'a Machine,
    instance: Option<&'a Instance>,
    flag: Option<&'a ObservedFlag>,
    file: &str,
) -> Option<End<'a>> {
    let (facts, _) = kubeconfig(machine, file)?;
    end_of_kubeconfig(machine, instance, flag, file, facts, &facts.trust)
}

type Kubeconfig<'a> = (
    &'a pki_core::observation::KubeconfigFacts,
    &'a Option<Found<Vec<Certificate>>>,
);

fn kubeconfig<'a>(machine: &'a Machine, file: &str) -> Option<Kubeconfig<'a>> {
    match machine.file(file, FileUse::Kubeconfig)?.found.present()? {
        Contents::Kubeconfig { facts, client } => Some((facts, client)),
        _ => None,
    }
}

fn end_of_kubeconfig<'a>(
    machine: &'a Machine,
    instance: Option<&'a Instance>,
    flag: Option<&'a ObservedFlag>,
    file: &str,
    facts: &pki_core::observation::KubeconfigFacts,
    certificates: &'a Found<Vec<Certificate>>,
) -> Option<End<'a>> {
    let host = match &facts.server_name {
        Some(name) => name.parse().ok(),
        None => Host::of_url(&facts.server),
    };
    Some(End {
        instance,
        flag,
        file: file.to_owned(),
        certificates: certificates.present()?,
        usual: is_usual(machine, instance, flag, file),
        kubeconfig: true,
        dials: Some(Dialled {
            host,
            by_tls: facts.server.starts_with("https://"),
        }),
    })
}
