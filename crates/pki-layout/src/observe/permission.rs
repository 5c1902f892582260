//! Modes and owners of what the CIS benchmark is about.

use std::path::{Path, PathBuf};

use pki_core::{Part, RowId};

use super::flag::{HostPath, SourceKind};
use super::{Machine, Observation, Unread};
use crate::table::{Component, FileSet, Role};
use crate::tree::source::{Kind, Links};

/// Mode and owner of a file or directory; of a link, those of what it leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Permission {
    /// Where it is.
    pub path: String,
    /// Which item it is for.
    pub set: FileSet,
    /// The low twelve bits of `st_mode`.
    pub mode: u32,
    /// Numbers of the user and the group it belongs to.
    pub owner: (u32, u32),
}

/// Where kube-proxy's kubeconfig is by kube-bench's list.
const PROXY_CONF: &str = "/var/lib/kube-proxy/kubeconfig.conf";
/// Where the pod network is configured.
const CNI: &str = "/etc/cni/net.d";
/// etcd's data, where no flag says otherwise and as kubeadm has it.
const ETCD_DATA: &str = "/var/lib/etcd";
/// No tree of certificates is deeper.
pub(super) const MOST_LEVELS: usize = 6;

impl Observation {
    pub(super) fn add_permissions(&self, machine: &mut Machine, kubelet_units: &[PathBuf]) {
        let mut wanted: Vec<(PathBuf, FileSet)> = Vec::new();
        let directories = self.directories();
        self.pki(machine, &directories.certificates, 0, &mut wanted);
        for id in [RowId::AdminConf, RowId::SuperAdminConf] {
            wanted.push((
                directories.path(id.part(Part::Kubeconfig)),
                FileSet::AdminConf,
            ));
        }
        for (id, set) in [
            (RowId::SchedulerConf, FileSet::SchedulerConf),
            (RowId::ControllerManagerConf, FileSet::ControllerManagerConf),
            (RowId::KubeletConf, FileSet::KubeletConf),
        ] {
            wanted.push((directories.path(id.part(Part::Kubeconfig)), set));
        }
        wanted.push((PathBuf::from(PROXY_CONF), FileSet::ProxyConf));
        for name in self.names_or_unread(machine, Path::new(CNI)) {
            wanted.push((Path::new(CNI).join(name), FileSet::Cni));
        }
        let units = kubelet_units.iter().cloned();
        wanted.extend(units.map(|path| (path, FileSet::KubeletService)));
        wanted.extend(told(machine));
        for (path, set) in wanted {
            self.add_permission(machine, &path, set);
        }
    }

    /// Everything below the certificate directory. What pkigen keeps for itself is in there too,
    /// and what is a backup of a key has another name than a key.
    fn pki(
        &self,
        machine: &mut Machine,
        directory: &Path,
        level: usize,
        wanted: &mut Vec<(PathBuf, FileSet)>,
    ) {
        wanted.push((directory.to_owned(), FileSet::Pki));
        if level >= MOST_LEVELS {
            machine.unread.push(Unread {
                file: directory.display().to_string(),
                reason: format!("is below {MOST_LEVELS} others, and was not looked into"),
            });
            return;
        }
        for name in self.names_or_unread(machine, directory) {
            let path = directory.join(&name);
            if self.is_directory(&path) {
                self.pki(machine, &path, level + 1, wanted);
                continue;
            }
            match path.extension().and_then(|end| end.to_str()) {
                Some("crt") => wanted.push((path.clone(), FileSet::PkiCertificates)),
                Some("key") => wanted.push((path.clone(), FileSet::PkiKeys)),
                _ => {}
            }
            wanted.push((path, FileSet::Pki));
        }
    }

    /// A directory itself; a link to one is not followed, so that none leads round in circles.
    fn is_directory(&self, path: &Path) -> bool {
        let status = self.status(path, Links::Stay);
        status.is_ok_and(|status| status.kind == Kind::Directory)
    }

    fn add_permission(&self, machine: &mut Machine, path: &Path, set: FileSet) {
        let status = self.status(path, Links::Follow);
        let path = path.display().to_string();
        let known = machine
            .permissions
            .iter()
            .any(|one| one.path == path && one.set == set);
        if let Ok(status) = status
            && !known
        {
            machine.permissions.push(Permission {
                path,
                set,
                mode: status.mode,
                owner: status.owner,
            });
        }
    }
}

/// The files that instances were told of.
fn told(machine: &Machine) -> Vec<(PathBuf, FileSet)> {
    let mut wanted = Vec::new();
    for instance in &machine.instances {
        let host = |text: &str| match instance.on_host(text) {
            HostPath::At(path) => Some(PathBuf::from(path)),
            _ => None,
        };
        let mut want = |text: Option<&str>, set: FileSet| {
            wanted.extend(text.and_then(&host).map(|path| (path, set)));
        };
        match instance.component {
            Component::Etcd => {
                let data = instance.value("data-dir").unwrap_or(ETCD_DATA);
                want(Some(data), FileSet::EtcdData);
            }
            Component::KubeScheduler => {
                want(instance.value("kubeconfig"), FileSet::SchedulerConf);
            }
            Component::KubeControllerManager => {
                want(instance.value("kubeconfig"), FileSet::ControllerManagerConf);
            }
            Component::Kubelet => {
                want(instance.value("kubeconfig"), FileSet::KubeletConf);
                let ca = instance.value("authentication.x509.clientCAFile");
                want(ca, FileSet::KubeletCa);
                let fields = instance.flags.iter();
                for flag in fields.filter(|flag| matches!(flag.form, super::Form::Field(_))) {
                    want(Some(&flag.spot.file), FileSet::KubeletConfiguration);
                }
            }
            _ => {}
        }
        for (flag, spec) in instance.named_files() {
            let is_key = matches!(spec.role(), Some(Role::PrivateKey | Role::TokenSigningKey));
            // A certificate in its place is wrong in another way.
            if is_key
                && Path::new(flag.text())
                    .extension()
                    .is_none_or(|end| end != "crt")
            {
                want(Some(flag.text()), FileSet::PkiKeys);
            }
        }
        if instance.source.kind == SourceKind::Manifest {
            let set = FileSet::Manifest(instance.component);
            wanted.push((PathBuf::from(&instance.source.file), set));
        }
    }
    wanted
}
