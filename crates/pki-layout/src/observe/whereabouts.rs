//! Where a node's files are, if not where they were looked for.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use pki_core::observation::{Elsewhere, NothingFound, Whereabouts, is_control_plane};
use pki_core::{Form, Part, RowId};

use super::flag::SourceKind;
use super::{HostPath, Machine, Observation};
use crate::table::kubelet_files::BOOTSTRAP;
use crate::table::{Component, Role};
use crate::tree::source::{Kind, Links, NotObserved};

impl Observation {
    pub(super) fn whereabouts(&self, components: &Machine) -> Whereabouts {
        let (elsewhere, is_told_of) = self.elsewhere(components);
        let mut whereabouts = Whereabouts {
            nothing: self.nothing_found(components),
            elsewhere,
            has_kubelet: self.has_kubelet(components),
        };
        if whereabouts.nothing.is_none() && !is_told_of && self.is_unused(&whereabouts) {
            whereabouts.nothing = Some(NothingFound {
                directory: self.directories().certificates.display().to_string(),
                kubeconfigs: None,
                dangling: false,
                unused: true,
            });
        }
        whereabouts
    }

    /// Whether everybody was told of one directory of certificates, and this is another.
    fn is_unused(&self, whereabouts: &Whereabouts) -> bool {
        let Some(told) = whereabouts.certificates() else {
            return false;
        };
        let identity = |path: &Path| self.status(path, Links::Follow).ok()?.identity;
        let told = identity(Path::new(told));
        told.is_some() && told != identity(&self.directories().certificates)
    }

    /// Static pods run in a kubelet. Its own unit may tell it of no kubeconfig: it runs them alone
    /// then.
    fn has_kubelet(&self, components: &Machine) -> bool {
        let kubelet = components.instance(Component::Kubelet);
        let told = kubelet.filter(|one| one.source.kind != SourceKind::Configuration);
        let runs_pods = || {
            let mut pods = components.instances.iter();
            // A member of etcd that is a machine of its own has a kubelet that stands alone.
            pods.any(|one| {
                one.source.kind == SourceKind::Manifest && one.component != Component::Etcd
            })
        };
        let reads = told.map_or_else(runs_pods, |kubelet| kubelet.value("kubeconfig").is_some());
        let named = told.and_then(|kubelet| kubelet.value("bootstrap-kubeconfig"));
        let usual = || self.directories().kubeconfigs.join(BOOTSTRAP);
        reads && self.is_absent(&named.map_or_else(usual, PathBuf::from))
    }

    /// Whether any file of a row is there.
    pub(crate) fn is_there(&self, id: RowId) -> bool {
        let artifacts = id.spec().artifacts();
        artifacts.iter().any(|artifact| self.exists(*artifact))
    }

    fn nothing_found(&self, components: &Machine) -> Option<NothingFound> {
        let directories = self.directories();
        let table = self.root().table();
        let (kubeconfigs, others): (Vec<_>, Vec<_>) = table
            .artifacts()
            .partition(|artifact| artifact.part == Part::Kubeconfig);
        let absent = |artifact| self.is_absent(&directories.path(artifact));
        if !others.into_iter().all(absent) {
            return None;
        }
        let none_at_all = kubeconfigs.into_iter().all(absent);
        // A worker has the authority's certificate, and that may be anywhere.
        let is_control_plane = is_control_plane(|id| self.is_there(id))
            || components.instance(Component::KubeApiserver).is_some();
        let certificates = &directories.certificates;
        let stays = self.status(certificates, Links::Stay);
        let dangling = stays.is_ok_and(|status| status.kind == Kind::Link)
            && self.is_absent_behind(certificates);
        (none_at_all || is_control_plane || dangling).then(|| NothingFound {
            directory: certificates.display().to_string(),
            kubeconfigs: none_at_all.then(|| directories.kubeconfigs.display().to_string()),
            dangling,
            unused: false,
        })
    }

    /// Whether it is known that there is nothing.
    pub(super) fn is_absent(&self, path: &Path) -> bool {
        let status = self.status(path, Links::Stay);
        status.is_err_and(|error| NotObserved::of(&error).is_none() && is_not_found(&error))
    }

    fn is_absent_behind(&self, link: &Path) -> bool {
        let status = self.status(link, Links::Follow);
        status.is_err_and(|error| is_not_found(&error))
    }

    /// What takes the place of rows' files: all who read one were told of another.
    /// Whether anybody was told of a certificate of the table where it is looked for goes with it.
    fn elsewhere(&self, components: &Machine) -> (BTreeMap<RowId, Elsewhere>, bool) {
        let mut told: BTreeMap<RowId, Elsewhere> = BTreeMap::new();
        let mut usual: Vec<RowId> = Vec::new();
        for instance in &components.instances {
            for (flag, spec) in instance.named_files() {
                let (Some(artifact), Some(role)) = (spec.artifact(), spec.role()) else {
                    continue;
                };
                let is_kubeconfig = matches!(artifact.id.spec().form, Form::Kubeconfig { .. });
                let is_key = matches!(role, Role::PrivateKey | Role::TokenSigningKey);
                let HostPath::At(file) = instance.on_host(flag.text()) else {
                    continue;
                };
                if !Path::new(&file).is_absolute() || is_key && !is_kubeconfig {
                    continue;
                }
                if Path::new(&file) == self.directories().path(artifact) {
                    usual.push(artifact.id);
                } else {
                    let by = format!("{} {}", instance.component, flag.shown());
                    told.entry(artifact.id).or_insert(Elsewhere { by, file });
                }
            }
        }
        told.retain(|id, _| !usual.contains(id));
        let is_pair = |row: &RowId| !matches!(row.spec().form, Form::Kubeconfig { .. });
        (told, usual.iter().any(is_pair))
    }
}

fn is_not_found(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory
    )
}
