//! What a map of a cluster is drawn from: who is there, what protects each path, and how each
//! certificate is.
//!
//! Filled from the tables alone, or from what is on a node's disk.

mod disk;
#[cfg(test)]
mod tests;

use std::net::IpAddr;

use pki_core::judge::expiration::State;
use pki_core::{CERTS, Form, Host, Part, RowId};
use time::OffsetDateTime;

use crate::table::paths::{PATHS, PathSpec, Protection};
use crate::table::{Component, KubernetesVersion};

/// Everything that a map shows.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct MapFacts {
    /// Where it comes from.
    pub source: Source,
    /// Names of the control-plane nodes, never none. The first is the one whose files were read,
    /// unless that is none.
    pub nodes: Vec<String>,
    /// The node whose files were read, where it is none of these: a worker, or a member of etcd
    /// alone.
    pub outside: Option<String>,
    /// Where etcd is.
    pub etcd: EtcdPlace,
    /// Components that were looked for on the first node and are not there.
    pub missing: Vec<Component>,
    /// One for each row of [`PATHS`], in its order, but for those that nothing sets up.
    pub paths: Vec<PathFact>,
    /// One for each row of [`CERTS`], in its order, then what else there is.
    pub certificates: Vec<CertificateFact>,
    /// The instant that certificates were judged by.
    pub at: OffsetDateTime,
    /// The version of Kubernetes. Default the newest that is known.
    pub version: KubernetesVersion,
}

/// Where a [`MapFacts`] comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// The tables: nothing was read.
    Tables(Setup),
    /// The files of a node.
    Disk,
}

/// Who set the cluster up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Setup {
    /// kubeadm, with its defaults.
    Kubeadm,
    /// The flags that this project sets, the kubelet's serving certificate among them.
    Ours,
}

/// Where etcd is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EtcdPlace {
    /// A member on each control-plane node.
    Local,
    /// Elsewhere, at these addresses as far as they are known.
    External(Vec<String>),
    /// There is none, or it was not found.
    Missing,
}

/// What protects a path.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PathFact {
    /// The row.
    pub path: &'static PathSpec,
    /// What protects it.
    pub protection: Protection,
    /// What takes protection away from it, in a few words each.
    pub gaps: Vec<String>,
    /// What keeps it from working, in a few words each.
    pub faults: Vec<String>,
}

/// A certificate, key pair or kubeconfig.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CertificateFact {
    /// Its row; `None` for what is no row, such as the kubelet's own.
    pub id: Option<RowId>,
    /// The row's name, or what reports call it.
    pub name: String,
    /// Its file, as the running system names it.
    pub file: String,
    /// How it is; `None` where nothing was read, and of a bare key pair.
    pub state: Option<State>,
    /// Its first and last second.
    pub validity: Option<(OffsetDateTime, OffsetDateTime)>,
    /// What an authority is below, by its common name, where it does not sign itself.
    pub below: Option<String>,
}

/// The most control-plane nodes that a map has room for.
pub const MAX_NODES: usize = 9;

/// What stands for the name of a node that nothing names.
pub const UNNAMED: &str = "control-plane node";

impl EtcdPlace {
    /// Elsewhere, at the hosts of these URLs.
    #[must_use]
    pub fn external<'a>(urls: impl IntoIterator<Item = &'a str>) -> Self {
        Self::External(urls.into_iter().filter_map(host).collect())
    }
}

/// The host of a URL, as it is written in one.
fn host(url: &str) -> Option<String> {
    Some(match Host::of_url(url.trim())? {
        Host::Ip(IpAddr::V6(address)) => format!("[{address}]"),
        host => host.to_string(),
    })
}

impl MapFacts {
    /// What the tables say of a cluster with these control-plane nodes.
    #[must_use]
    pub fn of_tables(
        setup: Setup,
        nodes: Vec<String>,
        etcd: EtcdPlace,
        directories: &crate::Directories,
        at: OffsetDateTime,
    ) -> Self {
        let always = PATHS.iter().filter(|path| path.set_up_by.is_empty());
        let paths = always.map(|path| PathFact {
            path,
            protection: match setup {
                Setup::Kubeadm => path.kubeadm.protection(),
                Setup::Ours => path.ours.protection(),
            },
            gaps: Vec::new(),
            faults: Vec::new(),
        });
        let certificates = CERTS.iter().map(|spec| CertificateFact {
            id: Some(spec.id),
            name: spec.name.to_owned(),
            file: file(spec.id, directories),
            state: None,
            validity: None,
            below: None,
        });
        Self {
            source: Source::Tables(setup),
            missing: Vec::new(),
            nodes,
            outside: None,
            etcd,
            paths: paths.collect(),
            certificates: certificates.collect(),
            at,
            version: KubernetesVersion::default(),
        }
    }

    /// Adds control-plane nodes, up to [`MAX_NODES`]; the first stands in for the node that
    /// nothing names.
    pub fn add_nodes(&mut self, names: impl IntoIterator<Item = String>) {
        for name in names {
            if self.nodes.contains(&name) {
                continue;
            }
            let unnamed = self.nodes.iter_mut().find(|known| *known == UNNAMED);
            if let Some(unnamed) = unnamed {
                *unnamed = name;
            } else if self.nodes.len() < MAX_NODES {
                self.nodes.push(name);
            }
        }
    }

    /// Whether a component was looked for on a node and is not there.
    #[must_use]
    pub fn is_missing(&self, component: Component, node: usize) -> bool {
        let no_etcd = component == Component::Etcd && self.etcd == EtcdPlace::Missing;
        no_etcd || (node == 0 && self.missing.contains(&component))
    }

    /// How a row of the certificate table is.
    #[must_use]
    pub fn certificate(&self, id: RowId) -> Option<&CertificateFact> {
        self.certificates.iter().find(|fact| fact.id == Some(id))
    }
}

/// The file of a row that is shown for it.
fn file(id: RowId, directories: &crate::Directories) -> String {
    let part = match id.spec().form {
        Form::KeyPair { .. } => Part::Key,
        Form::Kubeconfig { .. } => Part::Kubeconfig,
        _ => Part::Certificate,
    };
    directories.path(id.part(part)).display().to_string()
}
