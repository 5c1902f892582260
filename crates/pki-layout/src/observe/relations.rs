//! Who presents which certificate to whom, and by which authorities it is checked: the proofs of
//! [`PATHS`] with the files of this machine in them. Where it is not known how a component is run,
//! it is taken to use the table's.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pki_core::observation::{ClientFacts, End, Relation};
use pki_core::{Certificate, Part, RowId, Usage};

use super::dialled::{self, Dialled};
use super::file::{Contents, FileUse};
use super::{HostPath, Instance, Machine, Observation};
use crate::table::paths::{Method, PATHS, PathSpec, Proof, Side};
use crate::table::{Component, FlagSpec, Party, Role};

impl Observation {
    /// Every relation of which both ends are there.
    pub(super) fn relations(&self, machine: &Machine) -> Vec<Relation> {
        let mut ends = Ends {
            observation: self,
            machine,
            opened: BTreeMap::new(),
        };
        let mut relations = Vec::new();
        for path in PATHS.iter().filter(|path| dialled::meets(machine, path)) {
            for (side, proof) in path.proofs() {
                if let (Method::Certificate, Some(credential)) = (proof.method, proof.credential) {
                    let presenters = ends.presenters(path, side, proof);
                    let readers = ends.readers(path, side.other(), proof);
                    for presenter in &presenters {
                        let pairs = readers.iter().map(|reader| (presenter, reader));
                        let pairs = pairs.filter(|(one, other)| one.by_tls && other.by_tls);
                        let pairs = pairs.filter(|(one, other)| !unchecked(credential, one, other));
                        relations.extend(pairs.map(|(presenter, reader)| {
                            let dialled = match side {
                                Side::Server => dialled::hosts(machine, path, presenter, reader),
                                Side::Client => Dialled::default(),
                            };
                            Relation {
                                client: path.client,
                                server: path.server,
                                usage: match side {
                                    Side::Server => Usage::Server,
                                    Side::Client => Usage::Client,
                                },
                                credential,
                                presenter: presenter.end.clone(),
                                reader: reader.end.clone(),
                                hosts: dialled.hosts,
                                unknown_hosts: dialled.unknown,
                            }
                        }));
                    }
                }
            }
        }
        relations
    }
}

/// What the kubelet signs for itself nobody checks who was not told to.
fn unchecked(credential: RowId, presenter: &Opened, reader: &Opened) -> bool {
    let mut shown = presenter.end.certificates.iter();
    credential == RowId::KubeletServing
        && reader.end.instance.is_none()
        && shown.next().is_some_and(Certificate::is_self_issued)
}

/// An end, and what it dials where it is a kubeconfig.
#[derive(Debug, Clone)]
pub(super) struct Opened {
    pub(super) end: End,
    /// As it is written: a name, or the URL of the server.
    pub(super) host: Option<String>,
    by_tls: bool,
}

/// What a file is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum For {
    Presenting,
    Checking,
}

/// Who goes by a file: a component, which of those that were found, and its flag.
type Told = (Option<Component>, Option<usize>, Option<&'static FlagSpec>);

struct Ends<'a> {
    observation: &'a Observation,
    machine: &'a Machine,
    /// What is in files, which several name.
    opened: BTreeMap<(String, FileUse, For), Option<Opened>>,
}

impl Ends<'_> {
    fn presenters(&mut self, path: &PathSpec, side: Side, proof: &Proof) -> Vec<Opened> {
        let component = match path.party(side) {
            Party::Component(component) => component,
            Party::Administrator => return self.by_hand(proof.credential, For::Presenting),
            _ => return Vec::new(),
        };
        let mut ends = self.told(component, proof.presented_by, For::Presenting);
        if proof.credential == Some(RowId::KubeletServing) {
            self.add_own_serving(&mut ends);
        }
        ends
    }

    fn readers(&mut self, path: &PathSpec, side: Side, proof: &Proof) -> Vec<Opened> {
        match path.party(side) {
            Party::Component(component) => self.told(component, proof.checked_by, For::Checking),
            Party::Administrator => {
                let files = [RowId::AdminConf, RowId::SuperAdminConf].into_iter();
                let ends = files.flat_map(|id| self.by_hand(Some(id), For::Checking));
                ends.collect()
            }
            Party::Pod => {
                let names = &["root-ca-file"];
                self.told(Component::KubeControllerManager, names, For::Checking)
            }
            _ => Vec::new(),
        }
    }

    /// The table's own kubeconfig of an administrator.
    fn by_hand(&mut self, id: Option<RowId>, what_for: For) -> Vec<Opened> {
        let artifact = id.map(|id| id.part(Part::Kubeconfig));
        let path = artifact.map(|artifact| self.machine.directories.path(artifact));
        let end = path.and_then(|path| {
            let nobody = (None, None, None);
            self.end(nobody, FileUse::Kubeconfig, &shown(&path), what_for)
        });
        end.into_iter().collect()
    }

    /// The files of a component's flags; the table's, where it is not known how it is run.
    fn told(&mut self, component: Component, names: &[&'static str], what_for: For) -> Vec<Opened> {
        let specs = names
            .iter()
            .filter_map(|name| FlagSpec::find(component, name));
        let specs: Vec<&FlagSpec> = specs.collect();
        let mut named: Vec<(Option<usize>, &FlagSpec, String)> = Vec::new();
        for (number, instance) in instances(self.machine, component) {
            for spec in &specs {
                let told = instance.flag(spec.name);
                if let Some(HostPath::At(file)) = told.map(|flag| instance.on_host(flag.text())) {
                    named.push((Some(number), spec, file));
                }
            }
        }
        if self.machine.instance(component).is_none() {
            let usual = specs.iter().map(|spec| (spec, self.usual(spec)));
            named.extend(usual.filter_map(|(spec, file)| Some((None, *spec, shown(&file?)))));
        }
        let mut ends: Vec<Opened> = Vec::new();
        for (instance, spec, file) in named {
            // What several flags name is read by one.
            let is_it = |one: &Opened| (one.end.instance, one.end.named()) == (instance, &*file);
            if !ends.iter().any(is_it) {
                let told = (Some(component), instance, Some(spec));
                ends.extend(self.end_of_flag(told, spec, &file, what_for));
            }
        }
        ends
    }

    /// The table's own file of a flag.
    fn usual(&self, spec: &FlagSpec) -> Option<PathBuf> {
        let artifact = spec.artifact()?;
        let directories = &self.machine.directories;
        let callers = directories.callers_file(artifact.id);
        if spec.role() == Some(Role::ServerTrust) && self.observation.is_taken(&callers) {
            return Some(callers);
        }
        Some(directories.path(artifact))
    }

    fn end_of_flag(
        &mut self,
        told: Told,
        spec: &FlagSpec,
        file: &str,
        what_for: For,
    ) -> Option<Opened> {
        let as_what = match (spec.role()?, what_for) {
            (Role::Kubeconfig, _) => FileUse::Kubeconfig,
            (Role::OwnCertificate, For::Presenting)
            | (Role::ClientTrust | Role::ServerTrust, For::Checking) => FileUse::Certificates,
            _ => return None,
        };
        self.end(told, as_what, file, what_for)
    }

    /// What a kubelet presents that is given no certificate: what it has asked for, else what it
    /// has signed for itself.
    fn add_own_serving(&mut self, ends: &mut Vec<Opened>) {
        let found: Vec<(Option<usize>, Option<&Instance>)> =
            instances(self.machine, Component::Kubelet)
                .map(|(number, instance)| (Some(number), Some(instance)))
                .collect();
        let unknown = [(None, None)];
        let all = if found.is_empty() {
            &unknown
        } else {
            found.as_slice()
        };
        for (number, instance) in all {
            let presents = ends.iter().any(|one| one.end.instance == *number);
            let value = |name| instance.and_then(|instance| instance.value(name));
            if presents || value("tlsCertFile").is_some() {
                continue;
            }
            let asks = instance.is_none_or(|one| one.switch("serverTLSBootstrap") == Some(true));
            let name = if asks {
                "kubelet-server-current.pem"
            } else {
                "kubelet.crt"
            };
            let directory = value("cert-dir").map(PathBuf::from);
            let directory = directory.unwrap_or_else(|| self.observation.kubelet().directory);
            let told = (Some(Component::Kubelet), *number, None);
            let file = shown(&directory.join(name));
            ends.extend(self.end(told, FileUse::Certificates, &file, For::Presenting));
        }
    }

    fn end(
        &mut self,
        (component, instance, flag): Told,
        as_what: FileUse,
        file: &str,
        what_for: For,
    ) -> Option<Opened> {
        let key = (file.to_owned(), as_what, what_for);
        let observation = self.observation;
        let opened = self.opened.entry(key);
        let opened = opened.or_insert_with(|| open(observation, as_what, file, what_for));
        let mut opened = opened.clone()?;
        opened.end.component = component;
        opened.end.instance = instance;
        opened.end.flag = flag.map(|spec| spec.name);
        Some(opened)
    }
}

fn open(observation: &Observation, as_what: FileUse, file: &str, what_for: For) -> Option<Opened> {
    let path = Path::new(file);
    let contents = observation.named_file(file, as_what).found;
    let mut opened = Opened {
        end: End {
            component: None,
            instance: None,
            flag: None,
            file: file.to_owned(),
            kubeconfig: None,
            row: observation.row(path),
            certificates: Arc::new([]),
        },
        host: None,
        by_tls: true,
    };
    let certificates = match contents.present()? {
        Contents::Certificates(certificates) => certificates,
        Contents::Kubeconfig { facts, client } => {
            opened.end.kubeconfig = Some(file.to_owned());
            // What has no scheme is dialled by TLS, as client-go does that has authorities or a
            // certificate.
            let scheme = facts
                .server
                .split_once("://")
                .map_or("https", |(scheme, _)| scheme);
            opened.by_tls = !facts.server.is_empty() && !scheme.eq_ignore_ascii_case("http");
            let written = facts.server_name.as_ref().unwrap_or(&facts.server);
            opened.host = Some(written.clone());
            match (what_for, &facts.client) {
                (For::Checking, _) => facts.trust.present()?,
                (For::Presenting, ClientFacts::Files { certificate, .. }) => {
                    let named = path.parent().unwrap_or(path).join(certificate);
                    opened.end.file = shown(&named);
                    client.as_ref()?.present()?
                }
                (For::Presenting, _) => client.as_ref()?.present()?,
            }
        }
        _ => return None,
    };
    opened.end.certificates = certificates.as_slice().into();
    Some(opened)
}

impl Observation {
    /// The row of the table whose file it is.
    fn row(&self, file: &Path) -> Option<RowId> {
        let mut artifacts = self.root().table().artifacts();
        let artifact = artifacts.find(|one| self.directories().path(*one) == file);
        artifact.map(|artifact| artifact.id)
    }
}

/// Those of a component that were found, with their numbers.
fn instances(machine: &Machine, component: Component) -> impl Iterator<Item = (usize, &Instance)> {
    let instances = machine.instances.iter().enumerate();
    instances.filter(move |(_, instance)| instance.component == component)
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
