use std::path::{Path, PathBuf};

use pki_core::{Part, RowId};

use super::file::FileUse;
use super::flag::{Form, HostPath, Instance, ObservedFlag, Source, SourceKind, Spot};
use super::{Machine, Observation, Unread};
use crate::table::{Component, FlagSpec, Role};
use crate::tree::source::NotObserved;

/// Where to look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sources {
    /// The directory of the static pods' manifests, instead of the kubelet's `staticPodPath`,
    /// which by default is `manifests` in that of kubeconfigs.
    pub manifests: Option<PathBuf>,
    /// The kubelet's configuration file, instead of the one that it was told, which by default is
    /// `/var/lib/kubelet/config.yaml`.
    pub kubelet_configuration: Option<PathBuf>,
    /// Whether units of systemd are looked at. Default no.
    pub units: bool,
    /// Whether command lines of running processes are looked at. Default no.
    pub processes: bool,
}

impl Sources {
    /// Everything that says on disk how components are started.
    pub(crate) fn on_disk() -> Self {
        Self::default().with_units(true)
    }

    /// With this directory of manifests, where one is given.
    #[must_use]
    pub fn with_manifests(mut self, directory: Option<PathBuf>) -> Self {
        self.manifests = directory;
        self
    }

    /// With this configuration of the kubelet, where one is given.
    #[must_use]
    pub fn with_kubelet_configuration(mut self, file: Option<PathBuf>) -> Self {
        self.kubelet_configuration = file;
        self
    }

    /// Whether units of systemd are looked at.
    #[must_use]
    pub fn with_units(mut self, wanted: bool) -> Self {
        self.units = wanted;
        self
    }

    /// Whether command lines of processes are looked at.
    #[must_use]
    pub fn with_processes(mut self, wanted: bool) -> Self {
        self.processes = wanted;
        self
    }
}

impl Observation {
    /// What the components of this machine were told and what is in the files that this names.
    /// Never fails: what cannot be read is a fact too. Asks no process and no network.
    #[must_use]
    pub fn machine(&self, sources: &Sources) -> Machine {
        let mut machine = self.components(sources);
        self.add_files(&mut machine);
        machine.told = self.told(&machine);
        machine.relations = self.relations(&machine);
        let kubelet_units = std::mem::take(&mut machine.kubelet_units);
        self.add_permissions(&mut machine, &kubelet_units);
        machine
    }

    /// What the components were told, without what is in the files that this names: the one
    /// reader of manifests, units, command lines and configuration files.
    pub(crate) fn components(&self, sources: &Sources) -> Machine {
        let mut machine = Machine {
            directories: self.directories().clone(),
            user: self.root().user(),
            ..Machine::default()
        };
        let manifests = sources.manifests.clone();
        let manifests = manifests.unwrap_or_else(|| self.static_pods());
        self.add_pods(&mut machine, &manifests);
        if sources.units {
            self.add_units(&mut machine);
        }
        if sources.processes {
            self.add_processes(&mut machine);
        }
        let instead = sources.kubelet_configuration.as_deref();
        if machine.instance(Component::Kubelet).is_none() {
            self.add_kubelet_by_file(&mut machine, instead);
        }
        self.add_configurations(&mut machine, instead);
        let pods = machine.instances.iter();
        let pods = pods.filter(|one| one.source.kind == SourceKind::Manifest);
        machine.manifests = pods
            .map(|one| (one.component, one.source.file.clone()))
            .collect();
        self.add_told_files(&mut machine);
        without_doubles(&mut machine.instances);
        self.add_by_hand(&mut machine);
        machine
    }

    /// The names in a directory; where it cannot be read, that is said. Of one that is not there,
    /// or was not looked at, none.
    pub(super) fn names_or_unread(&self, machine: &mut Machine, directory: &Path) -> Vec<String> {
        self.names_in(directory).unwrap_or_else(|error| {
            if NotObserved::of(&error).is_none() {
                machine.unread.push(Unread {
                    file: directory.display().to_string(),
                    reason: format!("cannot be read: {error}"),
                });
            }
            Vec::new()
        })
    }

    /// Reads the files that stand for flags. Where one cannot be read, what its component was
    /// told is not known.
    fn add_configurations(&self, machine: &mut Machine, instead: Option<&Path>) {
        let Machine {
            instances, unread, ..
        } = machine;
        instances.retain_mut(|instance| {
            let read = match instance.component {
                Component::Etcd => self.add_etcd_configuration(instance),
                Component::Kubelet if instance.source.kind != SourceKind::Configuration => {
                    self.add_kubelet_configuration(instance, instead)
                }
                _ => Ok(()),
            };
            if let Err(reason) = read {
                let file = instance.source.file.clone();
                unread.push(Unread { file, reason });
                return false;
            }
            true
        });
    }

    /// What nobody is told of and is used all the same: a kubelet's kubeconfig, as long as its
    /// command line is not known, and the files of etcdctl.
    fn add_by_hand(&self, machine: &mut Machine) {
        let default = |spec: &FlagSpec| {
            let path = self.directories().path(spec.artifact()?);
            let text = path.display().to_string();
            self.is_taken(&path).then(|| ObservedFlag {
                name: spec.name.to_owned(),
                spot: Spot::new(&text, None),
                value: Some(text),
                form: Form::Default,
            })
        };
        for instance in &mut machine.instances {
            if instance.component == Component::Kubelet && !instance.whole {
                let kubeconfig = FlagSpec::find(Component::Kubelet, "kubeconfig");
                instance.flags.extend(kubeconfig.and_then(default));
            }
        }
        let flags: Vec<ObservedFlag> = FlagSpec::of(Component::Etcdctl)
            .filter_map(default)
            .collect();
        if let Some(first) = flags.first() {
            let source = Source {
                kind: SourceKind::Table,
                file: first.text().to_owned(),
            };
            let mut instance = Instance::new(Component::Etcdctl, source);
            instance.whole = false;
            instance.flags = flags;
            machine.instances.push(instance);
        }
    }

    fn add_files(&self, machine: &mut Machine) {
        let mut wanted: Vec<(String, FileUse)> = Vec::new();
        for id in [RowId::AdminConf, RowId::SuperAdminConf] {
            let path = self.directories().path(id.part(Part::Kubeconfig));
            wanted.push((path.display().to_string(), FileUse::Kubeconfig));
        }
        for instance in &machine.instances {
            for (flag, spec) in instance.named_files() {
                for (path, as_what) in paths(flag, spec) {
                    if let HostPath::At(path) = instance.on_host(&path) {
                        wanted.push((path, as_what));
                    }
                }
            }
            if instance.component == Component::Kubelet {
                let directory = self.kubelet().directory;
                let directory = instance.value("cert-dir").map_or(directory, PathBuf::from);
                for name in ["kubelet-server-current.pem", "kubelet.crt"] {
                    let file = directory.join(name).display().to_string();
                    wanted.push((file, FileUse::Certificates));
                }
            }
        }
        for (path, as_what) in wanted {
            let read = || self.named_file(&path, as_what);
            machine
                .files
                .entry((path.clone(), as_what))
                .or_insert_with(read);
        }
    }
}

/// The files of a flag's value.
pub(crate) fn paths(flag: &ObservedFlag, spec: &FlagSpec) -> Vec<(String, FileUse)> {
    let text = flag.text().to_owned();
    match spec.role() {
        Some(Role::CertificateAndKey) => {
            // `certificate,key:name,name`; names are patterns and hold no slash.
            let files = text.split(':').next().unwrap_or_default();
            let uses = [FileUse::Certificates, FileUse::Anything];
            let files = files.split(',').map(str::to_owned);
            files.zip(uses).collect()
        }
        Some(Role::Configuration) if spec.name == "authentication-config" => {
            vec![(text, FileUse::Authentication)]
        }
        Some(role) => vec![(text, FileUse::of(role))],
        None => Vec::new(),
    }
}

/// Takes away what runs as its manifest or unit says: it has been looked at.
fn without_doubles(instances: &mut Vec<Instance>) {
    let mut known: Vec<(Component, Vec<(String, String)>)> = Vec::new();
    instances.retain(|instance| {
        let pairs = instance.flags.iter();
        let mut told: Vec<(String, String)> = pairs
            .map(|flag| (flag.name.clone(), flag.text().to_owned()))
            .collect();
        told.sort_unstable();
        let entry = (instance.component, told);
        let is_new = !known.contains(&entry);
        if is_new {
            known.push(entry);
        }
        is_new
    });
}
