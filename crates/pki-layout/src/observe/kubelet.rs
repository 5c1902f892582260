//! The kubelet's configuration file and its drop-in directory.

use std::path::{Path, PathBuf};

use super::flag::{Form, Instance, ObservedFlag, Source, SourceKind, Spot};
use super::yaml::{self, Value};
use super::{Machine, Observation, Unread};
use crate::table::kubelet_files::{KUBELET_DIRECTORY, SERVER};
use crate::table::{Component, FlagSpec, Place};
use crate::tree::source::NotObserved;

/// Where kubeadm writes the kubelet's configuration.
const CONFIGURATION: &str = "/var/lib/kubelet/config.yaml";

/// Where the kubelet has what is its own.
pub(crate) struct KubeletPlaces {
    /// What it makes and rotates: `--cert-dir`.
    pub(crate) directory: PathBuf,
    /// Its configuration file: `--config`.
    configuration: PathBuf,
}

impl Observation {
    /// Where the kubelet has what is its own: as its unit says, else as kubeadm has it.
    pub(crate) fn kubelet(&self) -> KubeletPlaces {
        let mut units = Machine::default();
        self.add_units(&mut units);
        let told = units.instance(Component::Kubelet);
        let place = |name: &str, default: &str| {
            let told = told.and_then(|kubelet| kubelet.value(name));
            PathBuf::from(told.unwrap_or(default))
        };
        KubeletPlaces {
            directory: place("cert-dir", KUBELET_DIRECTORY),
            configuration: place("config", CONFIGURATION),
        }
    }

    /// Where the kubelet finds the manifests of static pods: as its configuration says, else where
    /// kubeadm writes them: beside the kubeconfigs and the directory of certificates, of which one may
    /// not be the one in use.
    pub(crate) fn static_pods(&self) -> PathBuf {
        let told = self.read_file(&self.kubelet().configuration).ok();
        let told = told.and_then(|text| yaml::parse(&text).ok());
        let told = told.and_then(|document| document.value.at("staticPodPath")?.value.as_flag());
        told.map(PathBuf::from)
            .filter(|path| path.is_absolute())
            .unwrap_or_else(|| self.usual_manifests())
    }

    fn usual_manifests(&self) -> PathBuf {
        let directories = self.directories();
        let usual = directories.kubeconfigs.join("manifests");
        let beside = directories.certificates.with_file_name("manifests");
        if self.is_absent(&usual) && !self.is_absent(&beside) {
            beside
        } else {
            usual
        }
    }

    /// Adds the fields that a kubelet's file has: before its flags, which win.
    pub(super) fn add_kubelet_configuration(
        &self,
        instance: &mut Instance,
        instead: Option<&Path>,
    ) -> Result<(), String> {
        let named = instance.value("config").map(PathBuf::from);
        let mut files: Vec<PathBuf> = instead.map(Path::to_owned).or(named).into_iter().collect();
        if let Some(directory) = instance.value("config-dir").map(PathBuf::from) {
            let names = match self.names_in(&directory) {
                Err(error) if NotObserved::of(&error).is_some() => {
                    instance.whole = false;
                    Vec::new()
                }
                names => names
                    .map_err(|error| format!("{} cannot be read: {error}", directory.display()))?,
            };
            let names = names.iter().filter(|name| {
                let extension = Path::new(name).extension();
                extension.is_some_and(|extension| extension == "conf")
            });
            files.extend(names.map(|name| directory.join(name)));
        }
        let mut flag = Vec::new();
        for file in files {
            let path = file.display().to_string();
            let text = match self.read_file(&file) {
                Err(error) if NotObserved::of(&error).is_some() => {
                    instance.whole = false;
                    continue;
                }
                text => {
                    text.map_err(|error| format!("names {path}, which cannot be read: {error}"))?
                }
            };
            let document =
                yaml::parse(&text).map_err(|reason| format!("names {path}, which {reason}"))?;
            flag.extend(fields(&document.value, &path));
        }
        flag.append(&mut instance.flags);
        instance.flags = flag;
        Ok(())
    }

    /// A kubelet of which only the configuration file is known.
    pub(super) fn add_kubelet_by_file(&self, machine: &mut Machine, instead: Option<&Path>) {
        let usual = self.kubelet().configuration;
        let path = instead.unwrap_or(&usual);
        let file = path.display().to_string();
        if self.is_observed(path) {
            machine.looked_at.push(file.clone());
        }
        if instead.is_none() && !self.is_taken(path) {
            return;
        }
        let source = Source {
            kind: SourceKind::Configuration,
            file: file.clone(),
        };
        let mut instance = Instance::new(Component::Kubelet, source);
        instance.whole = false;
        if let Err(reason) = self.add_kubelet_configuration(&mut instance, Some(path)) {
            let reason = reason
                .trim_start_matches(&format!("names {file}, which "))
                .to_owned();
            machine.unread.push(Unread { file, reason });
            return;
        }
        machine.instances.push(instance);
    }
}

impl Machine {
    /// A kubelet that asks for its serving certificate, with the file that it is to be in, where
    /// that is missing.
    pub(crate) fn awaited_serving(
        &self,
        is_missing: impl Fn(&str) -> bool,
    ) -> Option<(&Instance, String)> {
        let kubelets = self.instances.iter();
        let asking = kubelets.filter(|instance| {
            instance.component == Component::Kubelet
                && instance.switch("serverTLSBootstrap") == Some(true)
                && instance.value("tlsCertFile").is_none()
        });
        let mut files = asking.map(|instance| {
            let directory = instance.value("cert-dir").unwrap_or(KUBELET_DIRECTORY);
            let file = Path::new(directory).join(SERVER);
            (instance, file.display().to_string())
        });
        files.find(|(_, file)| is_missing(file))
    }
}

fn fields(document: &Value, file: &str) -> Vec<ObservedFlag> {
    let rows = FlagSpec::of(Component::Kubelet);
    let fields = rows.filter(|spec| spec.place == Place::KubeletConfiguration);
    fields
        .filter_map(|spec| {
            let node = document.at(spec.name)?;
            Some(ObservedFlag {
                name: spec.name.to_owned(),
                value: Some(node.value.as_flag()?),
                form: Form::Field(spec.name.to_owned()),
                spot: Spot::new(file, yaml::line(node)),
            })
        })
        .collect()
}
