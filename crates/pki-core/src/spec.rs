//! The table: every certificate, key pair and kubeconfig of a control plane, as data.
//!
//! Plan, issuing, reports and help are generated from [`CERTS`]; adding a certificate is adding
//! a row. Every issuer stands before what it signs, and the order of the rows is the order of
//! work.

mod component;
mod further;
mod host;
mod kubeadm;
mod own;
mod owner;
mod party;
mod profile;
mod rights;
mod table;
mod version;

use std::hash::{Hash, Hasher};
use std::{cmp, fmt};

pub use component::{Component, UnknownComponent};
pub use further::{KUBE_PROXY, USER};
pub use host::HostRule;
pub use kubeadm::{
    ENCRYPTION_ALGORITHMS, EncryptionAlgorithm, KUBEADM_ETCD, KubeadmApi, KubeadmApiSpec,
    KubeadmEtcd, PUBLIC_KEYS_ECDSA_GONE,
};
pub use own::{Table, TableError};
pub use owner::{CredentialId, NodeName, Owner, OwnerKind, OwnerNameError, UserName};
pub use party::Party;
pub use profile::ByProfile;
pub use rights::{Binding, BindingSubject, EarlierGroups, Rights};
pub use table::{CERTS, RowId};
pub use version::{InvalidKubernetesVersion, KubernetesVersion, Since, Standing};

use crate::authority::Domain;
use crate::x509::Usage;

/// One row of a [`Table`]. Rows are told apart by their names, of which no table has one twice.
#[derive(Debug)]
#[non_exhaustive]
pub struct CertSpec {
    /// Which row.
    pub id: RowId,
    /// kubeadm's name for it, as `renew` and reports use it: `etcd-server`.
    pub name: &'static str,
    /// One line for help texts, plans and reports.
    pub title: &'static str,
    /// Whose it is.
    pub owner: OwnerKind,
    /// The authority that signs it; `None` for a self-signed authority and for a bare key pair.
    pub issuer: Option<RowId>,
    /// The user name it carries.
    pub common_name: ByProfile<CommonNameRule>,
    /// The groups it carries, as organization names.
    pub groups: &'static [&'static str],
    /// What else decides what may be done with it.
    pub rights: Rights,
    /// What it is for; `None` for a bare key pair.
    pub usage: Option<Usage>,
    /// The names it serves.
    pub hosts: &'static [HostRule],
    /// The form it is kept in.
    pub form: Form,
    /// When there is one.
    pub need: Need,
}

/// Where a common name comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CommonNameRule {
    /// Always the same.
    Fixed(&'static str),
    /// The node's name.
    NodeName,
    /// `system:node:` and the node's name, as the Node authorizer wants it.
    NodeUser,
    /// The user's name.
    UserName,
    /// A bare key pair has none.
    None,
}

/// The form in which a row is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Form {
    /// `<stem>.crt` and `<stem>.key`, relative to the certificate directory.
    Pair {
        /// Path without its ending, such as `etcd/server`.
        stem: &'static str,
    },
    /// `<stem>.key` and `<stem>.pub`: a key pair without a certificate.
    KeyPair {
        /// Path without its ending.
        stem: &'static str,
    },
    /// A kubeconfig with everything embedded, relative to the kubeconfig directory.
    Kubeconfig {
        /// File name.
        file: &'static str,
        /// Which API server it dials.
        server: ServerRule,
    },
}

/// Which address of the API server a kubeconfig holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ServerRule {
    /// The control-plane endpoint where there is one, else this node's.
    ControlPlaneEndpoint,
    /// This node's API server.
    LocalEndpoint,
    /// This node's API server; but in profile `kubeadm`, whose kubeadm is older than this, the
    /// control-plane endpoint.
    LocalEndpointSince(Since),
}

/// When a row applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Need {
    /// On every control-plane node.
    Always,
    /// Where no kubeconfig of an administrator is yet, or where it is asked for.
    FirstNode,
    /// Unless the tree is made for `kubeadm join`, which makes it itself.
    NotForJoin,
    /// Where etcd runs on the control-plane nodes.
    LocalEtcd,
    /// Where the kubelet's serving certificate is asked for.
    KubeletServing,
}

/// One file of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Part {
    /// The certificate file, `.crt`.
    Certificate,
    /// The private key file, `.key`.
    Key,
    /// The public key file, `.pub`.
    PublicKey,
    /// The kubeconfig.
    Kubeconfig,
}

/// A file of the table: a row and a part of it. Displays as its path below the certificate or
/// kubeconfig directory, such as `etcd/server.crt`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Artifact {
    /// The row.
    pub id: RowId,
    /// The part.
    pub part: Part,
}

impl fmt::Display for Artifact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ending = match self.part {
            Part::Certificate => "crt",
            Part::Key => "key",
            Part::PublicKey => "pub",
            Part::Kubeconfig => "conf",
        };
        match self.id.spec().form {
            Form::Pair { stem } | Form::KeyPair { stem } => write!(f, "{stem}.{ending}"),
            Form::Kubeconfig { file, .. } => f.write_str(file),
        }
    }
}

impl RowId {
    /// The domain that it is signed in, or signs in; none of a row of an embedder's own that no
    /// authority of Kubernetes signs.
    #[must_use]
    pub fn domain(self) -> Option<Domain> {
        match self.spec().issuer.unwrap_or(self) {
            Self::ClusterCa => Some(Domain::Cluster),
            Self::FrontProxyCa => Some(Domain::FrontProxy),
            Self::EtcdCa => Some(Domain::Etcd),
            Self::ServiceAccount => Some(Domain::ServiceAccounts),
            _ => None,
        }
    }

    /// Whether it is a kubeconfig that is handed on, to people and to the nodes that join, whose
    /// kubelets take what it trusts for what their clients come from.
    #[must_use]
    pub const fn is_handed_on(self) -> bool {
        matches!(self, Self::AdminConf | Self::SuperAdminConf)
    }

    /// One file of the row.
    #[must_use]
    pub const fn part(self, part: Part) -> Artifact {
        Artifact { id: self, part }
    }
}

/// Its name.
impl fmt::Debug for RowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.spec().name)
    }
}

impl fmt::Display for RowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.spec().name)
    }
}

impl PartialEq for CertSpec {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for CertSpec {}

impl PartialOrd for CertSpec {
    fn partial_cmp(&self, other: &Self) -> Option<cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for CertSpec {
    fn cmp(&self, other: &Self) -> cmp::Ordering {
        self.name.cmp(other.name)
    }
}

impl Hash for CertSpec {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl CertSpec {
    /// Whether it signs others.
    #[must_use]
    pub fn is_authority(&self) -> bool {
        self.usage == Some(Usage::Authority)
    }

    /// Path without its ending, or the file name of a kubeconfig.
    #[must_use]
    pub const fn stem(&self) -> &'static str {
        match self.form {
            Form::Pair { stem } | Form::KeyPair { stem } => stem,
            Form::Kubeconfig { file, .. } => file,
        }
    }

    /// Its files.
    #[must_use]
    pub fn artifacts(&self) -> Vec<Artifact> {
        let parts: &[Part] = match self.form {
            Form::Pair { .. } => &[Part::Certificate, Part::Key],
            Form::KeyPair { .. } => &[Part::Key, Part::PublicKey],
            Form::Kubeconfig { .. } => &[Part::Kubeconfig],
        };
        parts.iter().map(|part| self.id.part(*part)).collect()
    }
}
