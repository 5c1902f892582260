//! Which flag of which component names which file: the second table.

mod rows;

use pki_core::{Artifact, RowId};
pub use rows::FLAGS;

use super::Component;

/// One row of [`FLAGS`].
#[derive(Debug)]
#[non_exhaustive]
pub struct FlagSpec {
    /// Who reads it.
    pub component: Component,
    /// Where it is written.
    pub place: Place,
    /// The flag's name without dashes, or the field's dotted path.
    pub name: &'static str,
    /// What it is set to.
    pub value: FlagValue,
    /// When it is there.
    pub when: When,
    /// What it is for, in one line.
    pub purpose: &'static str,
}

/// Where a component is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Place {
    /// On its command line.
    Flag,
    /// In the kubelet's configuration file, `KubeletConfiguration` of
    /// `kubelet.config.k8s.io/v1beta1`.
    KubeletConfiguration,
    /// In the file that this flag of the component names. The path of such a field has `[]` for
    /// the items of a list.
    FileOf(&'static str),
}

/// What a row is set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FlagValue {
    /// Path of a file of the certificate table.
    ///
    /// With external etcd, a file of etcd's rows stands for the external file that takes its
    /// place; where there is none, the row does not apply.
    File {
        /// Which file.
        artifact: Artifact,
        /// What the component uses it for.
        role: Role,
    },
    /// Always this text.
    Text(&'static str),
    /// Yes or no.
    Switch(bool),
    /// Worked out from the cluster and the options.
    Computed(ComputedValue),
    /// Nothing of ours: only an [`Override`](crate::flags::Override), or somebody's own manifest, sets
    /// it.
    Given(Takes),
}

/// What a flag or a field takes, whoever sets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Takes {
    /// Yes or no. A flag without a value is yes.
    Switch,
    /// Text that is no path of a file, or a list of such.
    Text,
    /// The path of a file.
    File(Role),
}

/// What a component uses a file for.
///
/// One file may have several roles: `ca.crt` is what servers and callers believe, and the issuing
/// certificate to kube-controller-manager. They part while an authority is replaced, because a
/// bundle then holds two certificates and `--cluster-signing-cert-file` takes exactly one; and
/// where an intermediate signs and callers believe its root.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Role {
    /// Private half of the certificate it presents or issues with.
    PrivateKey,
    /// The certificate it presents.
    OwnCertificate,
    /// The authorities whose clients it accepts; any number.
    ClientTrust,
    /// The authorities whose servers it believes, or that it hands on for others to believe; any
    /// number.
    ServerTrust,
    /// The one certificate in whose name it issues others.
    IssuingCertificate,
    /// The identity it shows to the API server, with the authority to trust and the address.
    Kubeconfig,
    /// The private key it signs service-account tokens with.
    TokenSigningKey,
    /// The public key it checks service-account tokens with.
    TokenVerificationKey,
    /// A certificate and its key, as `certificate,key` with optional host names after it.
    CertificateAndKey,
    /// Bearer tokens and whose they are.
    TokenList,
    /// Certificates that are no longer accepted (RFC 5280 5).
    RevocationList,
    /// More options.
    Configuration,
}

/// A value that depends on the cluster or on the options.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ComputedValue {
    /// URL of the issuer of service-account tokens.
    ServiceAccountIssuer,
    /// URLs of the external etcd members, joined by commas.
    ExternalEtcdEndpoints,
    /// Where etcdctl finds etcd: the local member by its loopback address, which its
    /// certificate always holds, or the external members.
    EtcdctlEndpoints,
    /// [`FlagOptions::cluster_signing_duration`](crate::FlagOptions::cluster_signing_duration).
    ClusterSigningDuration,
    /// `bootstrap-kubelet.conf` in the kubeconfig directory. It holds a token and is made for a
    /// joining node, so it is no row of the certificate table.
    BootstrapKubeconfig,
}

/// When a row applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum When {
    /// In every cluster, as far as it has a value.
    Always,
    /// Where etcd runs on the control-plane nodes.
    LocalEtcd,
    /// Where etcd runs elsewhere.
    ExternalEtcd,
    /// Where the kubelet has a serving certificate of the cluster's authority.
    KubeletServing,
    /// In every cluster; but empty where the cluster authority's key is not on the node, as
    /// kubeadm has it.
    EmptyWithoutClusterCaKey,
    /// Unless an override sets the flag named here, which excludes this one.
    UnlessGiven(&'static str),
    /// Where an option or an override asks for it.
    OnRequest,
}

impl FlagSpec {
    /// The row of a component's flag, by its name without dashes or by its field's path.
    #[must_use]
    pub fn find(component: Component, name: &str) -> Option<&'static Self> {
        Self::of(component).find(|spec| spec.name == name)
    }

    /// The rows of a component, sorted by name.
    pub fn of(component: Component) -> impl Iterator<Item = &'static Self> {
        FLAGS.iter().filter(move |spec| spec.component == component)
    }

    /// The rows that hold a file of this certificate, key pair or kubeconfig.
    pub fn reading(id: RowId) -> impl Iterator<Item = &'static Self> {
        FLAGS
            .iter()
            .filter(move |spec| spec.artifact().is_some_and(|artifact| artifact.id == id))
    }

    /// The file it holds, if it holds one of the certificate table.
    #[must_use]
    pub const fn artifact(&self) -> Option<Artifact> {
        match self.value {
            FlagValue::File { artifact, .. } => Some(artifact),
            _ => None,
        }
    }

    /// What it takes.
    #[must_use]
    pub const fn takes(&self) -> Takes {
        match self.value {
            FlagValue::File { role, .. } => Takes::File(role),
            FlagValue::Computed(ComputedValue::BootstrapKubeconfig) => {
                Takes::File(Role::Kubeconfig)
            }
            FlagValue::Text(_) | FlagValue::Computed(_) => Takes::Text,
            FlagValue::Switch(_) => Takes::Switch,
            FlagValue::Given(takes) => takes,
        }
    }

    /// What its file is used for, if it takes one.
    #[must_use]
    pub const fn role(&self) -> Option<Role> {
        match self.takes() {
            Takes::File(role) => Some(role),
            _ => None,
        }
    }

    /// Whether this project sets it in some cluster.
    #[must_use]
    pub const fn is_ours(&self) -> bool {
        !matches!(self.value, FlagValue::Given(_))
    }
}
