//! When each reader of a file reads it again: what a change asks to be restarted.
//!
//! Kubernetes 1.36 with kubeadm's flags, and what was different before. Sources: client-go's
//! `transport`, the API server's `dynamiccertificates`, etcd's `transport/listener.go`; each row
//! names its own.

mod table;
#[cfg(test)]
mod tests;

use pki_core::spec::Party;
use pki_core::{Artifact, Part, RowId};
pub use table::RELOADS;

use crate::table::{Component, KubernetesVersion};

/// When a reader reads a file again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reload {
    /// Once, when it starts.
    AtStart,
    /// At every TLS handshake.
    PerHandshake,
    /// When the file changes.
    OnChange,
    /// Every five minutes.
    EveryFiveMinutes,
    /// Whenever somebody runs it.
    PerCall,
}

impl Reload {
    /// What the reader does, in words that follow its name.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::AtStart => "reads it at start only",
            Self::PerHandshake => "reads it at every handshake",
            Self::OnChange => "notices the change",
            Self::EveryFiveMinutes => "reads it again within 5 minutes",
            Self::PerCall => "reads it at every call",
        }
    }
}

/// What a change does to connections that are open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Connections {
    /// They go on, with what they were opened with.
    Kept,
    /// They are closed, and opened again with what is new.
    Closed,
    /// They stay open, and every further request on them is judged by what is new.
    Rechecked,
    /// They end with the restart that the change needs.
    Restart,
    /// The reader holds none that depend on it.
    None,
}

impl Connections {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Kept => "open connections go on",
            Self::Closed => "open connections are closed and opened again",
            Self::Rechecked => "further requests on open connections are judged by it",
            Self::Restart => "the restart ends its connections",
            Self::None => "no connection depends on it",
        }
    }
}

/// What is read: a file, or a part of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Material {
    /// A certificate with its key, as what its reader presents.
    Pair(RowId),
    /// The certificates of an authority, as what its reader trusts.
    Trust(RowId),
    /// The certificate of an authority with its key, as what its reader issues with.
    Issuing(RowId),
    /// A bare key.
    Key(Artifact),
    /// The client certificate in a kubeconfig.
    Identity(RowId),
    /// The client certificate of a kubeconfig that names files instead of holding them.
    IdentityFiles(RowId),
    /// The authorities in a kubeconfig, `certificate-authority-data`.
    KubeconfigTrust(RowId),
    /// A file of [`KUBELET_FILES`](crate::table::KUBELET_FILES), by its name.
    KubeletFile(&'static str),
    /// Whatever file the flag names: none that is made here.
    Named,
}

impl Material {
    /// The row of the certificate table that it is of.
    #[must_use]
    pub const fn id(self) -> Option<RowId> {
        match self {
            Self::Pair(id)
            | Self::Trust(id)
            | Self::Issuing(id)
            | Self::Identity(id)
            | Self::IdentityFiles(id)
            | Self::KubeconfigTrust(id) => Some(id),
            Self::Key(artifact) => Some(artifact.id),
            Self::KubeletFile(_) | Self::Named => None,
        }
    }

    /// Whether a renewal of this certificate changes it: of an authority, what everybody trusts
    /// who trusts it.
    #[must_use]
    pub fn changes_with(self, renewed: RowId) -> bool {
        match self {
            Self::Pair(id) | Self::Identity(id) | Self::Trust(id) | Self::Issuing(id) => {
                id == renewed
            }
            Self::KubeconfigTrust(id) => id.spec().issuer == Some(renewed),
            _ => false,
        }
    }

    /// The files that hold it, as far as they are of the certificate table.
    #[must_use]
    pub fn artifacts(self) -> Vec<Artifact> {
        match self {
            Self::Pair(id) | Self::Issuing(id) => {
                vec![id.part(Part::Certificate), id.part(Part::Key)]
            }
            Self::Trust(id) => vec![id.part(Part::Certificate)],
            Self::Key(artifact) => vec![artifact],
            Self::Identity(id) | Self::IdentityFiles(id) | Self::KubeconfigTrust(id) => {
                vec![id.part(Part::Kubeconfig)]
            }
            Self::KubeletFile(_) | Self::Named => Vec::new(),
        }
    }
}

/// A row of [`RELOADS`]: one reader of one thing.
#[derive(Debug)]
#[non_exhaustive]
pub struct ReloadSpec {
    /// What is read.
    pub material: Material,
    /// Who reads it.
    pub reader: Party,
    /// The flags or fields of the reader that name it, a certificate's before its key's. Empty
    /// where it is told otherwise.
    pub flags: &'static [&'static str],
    /// When it reads it again.
    pub reload: Reload,
    /// What becomes of open connections.
    pub connections: Connections,
    /// What was different before, the newest first.
    pub older: &'static [Older],
    /// What else to know.
    pub note: &'static str,
    /// Where this is to be seen: a file of Kubernetes 1.36 or of etcd 3.6.
    pub source: &'static str,
}

/// What a row was in older versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Older {
    /// The first version in which it is no longer so.
    pub before: KubernetesVersion,
    /// When it was read again.
    pub reload: Reload,
    /// What was to be known.
    pub note: &'static str,
    /// Where the change is to be seen.
    pub source: &'static str,
}

/// How a row is in one version.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Behaviour {
    /// When it is read again.
    pub reload: Reload,
    /// What becomes of open connections.
    pub connections: Connections,
    /// What else to know; may be empty.
    pub note: &'static str,
    /// The command that restarts the reader, where it has to be; as it is for a static pod, or
    /// for the kubelet under systemd.
    pub restart: Option<String>,
}

impl ReloadSpec {
    /// How it is in this version; newer ones than are known are taken to be like the newest.
    #[must_use]
    pub fn behaviour(&self, version: KubernetesVersion) -> Behaviour {
        // The oldest change that the version comes before is the one that had not yet been made.
        let older = self.older.iter().rev().find(|older| version < older.before);
        let (reload, note) =
            older.map_or((self.reload, self.note), |older| (older.reload, older.note));
        let restart = match (reload, self.reader) {
            (Reload::AtStart, Party::Component(component)) => restart(component),
            _ => None,
        };
        Behaviour {
            reload,
            connections: match (older, reload) {
                (Some(_), Reload::AtStart) => Connections::Restart,
                _ => self.connections,
            },
            note,
            restart,
        }
    }

    /// The rows of a certificate, key pair or kubeconfig.
    pub fn of(id: RowId) -> impl Iterator<Item = &'static Self> {
        RELOADS
            .iter()
            .filter(move |row| row.material.id() == Some(id))
    }

    /// The rows of a component's flag or field.
    pub fn of_flag(component: Component, name: &str) -> impl Iterator<Item = &'static Self> {
        RELOADS.iter().filter(move |row| {
            row.reader == Party::Component(component) && row.flags.contains(&name)
        })
    }
}

/// The command that restarts a component, where it is something that runs; where it does not run
/// the command does nothing.
///
/// The kubelet starts a stopped container of a static pod again, with its files as they are now.
/// `crictl stop` kills at once unless it is given a time. Whoever has a lease to release is given
/// some, so that another leads in two seconds and not in twenty; kube-apiserver would use it to
/// wait for open watches, and be away for longer.
#[must_use]
pub fn restart(component: Component) -> Option<String> {
    let stop = match component {
        Component::Kubelet => return Some("systemctl restart kubelet".to_owned()),
        Component::Etcdctl => return None,
        Component::KubeControllerManager | Component::KubeScheduler => "crictl stop -t 30",
        _ => "crictl stop",
    };
    // An unanchored name would stop every container that has it in its own.
    Some(format!(
        "crictl ps --quiet --name '^{component}$' | xargs -r {stop}"
    ))
}

/// The order in which components are restarted: the kubelet, without which no static pod comes
/// back, and then what others need before these.
const ORDER: [Component; 5] = [
    Component::Kubelet,
    Component::Etcd,
    Component::KubeApiserver,
    Component::KubeControllerManager,
    Component::KubeScheduler,
];

/// What to know of restarting static pods, in sentences.
pub const STATIC_PODS: &str = "The kubelet starts a stopped static pod again, and only while it runs itself. \
     A second restart soon after the first takes 10 seconds longer.";

/// What to do about one renewed certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Advice {
    /// The certificate.
    pub id: RowId,
    /// Who reads it.
    pub reader: &'static str,
    /// What its reader does, and what is to be done about it.
    pub behaviour: Behaviour,
}

/// What to do after these certificates were renewed: what has to be restarted, in the order in
/// which that is to be done, then the rest in the order of the table.
#[must_use]
pub fn advice(renewed: &[RowId], version: KubernetesVersion) -> Vec<Advice> {
    let place = |party: Party| ORDER.iter().position(|one| party == Party::Component(*one));
    let mut ordered: Vec<(usize, Advice)> = RELOADS
        .iter()
        .filter_map(|row| {
            let id = row.material.id()?;
            let mut renewed = renewed.iter();
            let changes = renewed.any(|one| row.material.changes_with(*one));
            changes.then(|| {
                let behaviour = row.behaviour(version);
                let place = place(row.reader).filter(|_| behaviour.restart.is_some());
                let reader = row.reader.called();
                let advice = Advice {
                    id,
                    reader,
                    behaviour,
                };
                (place.unwrap_or(ORDER.len()), advice)
            })
        })
        .collect();
    ordered.sort_by_key(|(place, _)| *place);
    ordered.into_iter().map(|(_, advice)| advice).collect()
}
