//! What may be done with a row's certificate: by its groups, which an earlier kubeadm may have
//! chosen otherwise, and by a binding of RBAC, which no disk shows.

use super::{CertSpec, RowId, Since};

/// What gives the holder of a row's certificate its rights, beside the groups that it is issued
/// with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rights {
    /// Groups that an earlier kubeadm issued it with: as right, and kept.
    pub earlier: &'static [EarlierGroups],
    /// The binding without which its own user and groups may do nothing.
    pub binding: Option<Binding>,
}

/// Groups that an earlier kubeadm issued a row with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct EarlierGroups {
    /// Which.
    pub groups: &'static [&'static str],
    /// The versions of kubeadm that did.
    pub versions: &'static str,
}

/// A `ClusterRoleBinding`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Binding {
    /// What it is called: kubeadm's own name.
    pub name: &'static str,
    /// The `ClusterRole`.
    pub role: &'static str,
    /// Who gets it.
    pub subject: BindingSubject,
    /// The first kubeadm that makes it when it sets up a cluster.
    pub by_kubeadm: Since,
}

/// Who gets a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BindingSubject {
    /// The user of this name.
    User(&'static str),
    /// Everybody in this group.
    Group(&'static str),
}

impl Rights {
    /// By the row's groups alone.
    pub(super) const BY_GROUPS: Self = Self {
        earlier: &[],
        binding: None,
    };

    /// By a binding.
    pub(super) const fn by(
        name: &'static str,
        role: &'static str,
        subject: BindingSubject,
        by_kubeadm: Since,
    ) -> Self {
        Self {
            binding: Some(Binding {
                name,
                role,
                subject,
                by_kubeadm,
            }),
            ..Self::BY_GROUPS
        }
    }

    /// With what an earlier kubeadm did.
    pub(super) const fn earlier(mut self, earlier: &'static [EarlierGroups]) -> Self {
        self.earlier = earlier;
        self
    }

    /// Who issued a row with exactly these groups, where the table says that somebody did.
    #[must_use]
    pub fn of_earlier(&self, groups: &[&str]) -> Option<&'static EarlierGroups> {
        let is_same = |one: &&EarlierGroups| {
            one.groups.len() == groups.len()
                && one.groups.iter().all(|group| groups.contains(group))
        };
        self.earlier.iter().find(is_same)
    }
}

impl EarlierGroups {
    /// The administrators' group, which a binding gives everything.
    pub(super) const ADMINISTRATORS: Self = Self {
        groups: &["kubeadm:cluster-admins"],
        versions: "1.29 to 1.36.0",
    };
    /// The group that no authorizer is asked about.
    pub(super) const MASTERS: Self = Self {
        groups: &["system:masters"],
        versions: "before 1.29",
    };
}

impl Binding {
    /// The command by which it is there.
    #[must_use]
    pub fn command(&self) -> String {
        let subject = match self.subject {
            BindingSubject::User(name) => format!("--user={name}"),
            BindingSubject::Group(name) => format!("--group={name}"),
        };
        format!(
            "kubectl create clusterrolebinding {} --clusterrole={} {subject}",
            self.name, self.role
        )
    }
}

impl CertSpec {
    /// Whether somebody grants rights by the groups of its certificate: the API server and kubelets
    /// do, which the cluster's authority issues for. etcd and extension servers read the common
    /// name alone.
    #[must_use]
    pub fn has_rights_by_groups(&self) -> bool {
        self.issuer == Some(RowId::ClusterCa)
    }

    /// What an earlier kubeadm gave it, where somebody grants rights by it.
    pub(crate) fn earlier_rights(&self, groups: &[&str]) -> Option<&'static EarlierGroups> {
        let earlier = self.rights.of_earlier(groups);
        earlier.filter(|_| self.has_rights_by_groups())
    }
}
