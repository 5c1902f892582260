//! The rows at hand: those of Kubernetes, and an embedder's own.

use super::{
    Artifact, ByProfile, CERTS, CertSpec, CommonNameRule, Form, HostRule, Need, OwnerKind, Rights,
    RowId,
};
use crate::x509::{Host, Usage};

/// The rows that there are, each issuer before what it signs: plans are made of them, and they say
/// what a tree is looked at for.
///
/// ```
/// use pki_core::spec::{CertSpec, Form, OwnerKind, Table};
/// use pki_core::{RowId, Usage};
///
/// static WEBHOOK: CertSpec = CertSpec::own(&WEBHOOK, "webhook", Form::Pair { stem: "webhook" })
///     .titled("what our admission webhook presents to the API server")
///     .owned_by(OwnerKind::Node)
///     .issued_by(RowId::ClusterCa, Usage::Server)
///     .named("webhook.example.org");
///
/// let table = Table::kubernetes().with([&WEBHOOK])?;
/// assert_eq!(table.find("webhook"), Some(RowId::Own(&WEBHOOK)));
/// # Ok::<(), pki_core::spec::TableError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    own: Vec<&'static CertSpec>,
}

/// Rows that make no table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// Another row is called so, or is kept in files of that name.
    #[error("the row {row} has the name or the files of another: {name}")]
    Duplicate {
        /// The later row.
        row: RowId,
        /// What both have.
        name: &'static str,
    },
    /// A row that says it is another.
    #[error("the row {name} is declared as {id}; its first argument is the row itself")]
    Identity {
        /// Its name.
        name: &'static str,
        /// What it says it is.
        id: RowId,
    },
    /// What should sign is no row before it, or is no authority.
    #[error(
        "the row {row} is to be signed by {issuer}, which is no authority of the table before it"
    )]
    Issuer {
        /// The row.
        row: RowId,
        /// What should sign it.
        issuer: RowId,
    },
    /// A name that is neither a DNS name nor an address.
    #[error("the row {row} is to serve {name:?}, which is neither a DNS name nor an address")]
    Host {
        /// The row.
        row: RowId,
        /// What it is to serve.
        name: &'static str,
    },
    /// A certificate that nothing signs.
    #[error("the row {row} has a certificate, and no authority that signs it")]
    NoIssuer {
        /// The row.
        row: RowId,
    },
    /// An authority that is not the cluster's own root.
    #[error("the row {row} is an authority: it signs itself, and it is the cluster's")]
    Authority {
        /// The row.
        row: RowId,
    },
    /// A kubeconfig or a pair that has no certificate, or a bare key pair that has one.
    #[error("the row {row} is kept in a form that does not go with what it is for")]
    Form {
        /// The row.
        row: RowId,
    },
}

impl Table {
    /// The rows of a Kubernetes control plane.
    #[must_use]
    pub const fn kubernetes() -> Self {
        Self { own: Vec::new() }
    }

    /// These rows too, after those that are there.
    ///
    /// # Errors
    ///
    /// [`TableError`] for a row that does not go with those before it.
    pub fn with(
        mut self,
        rows: impl IntoIterator<Item = &'static CertSpec>,
    ) -> Result<Self, TableError> {
        for spec in rows {
            self.check(spec)?;
            self.own.push(spec);
        }
        Ok(self)
    }

    /// Every row, in order of work.
    pub fn rows(&self) -> impl Iterator<Item = &'static CertSpec> {
        CERTS.iter().chain(&self.own).copied()
    }

    /// Every file, in the same order.
    pub fn artifacts(&self) -> impl Iterator<Item = Artifact> {
        self.rows().flat_map(CertSpec::artifacts)
    }

    /// The rows that an authority signs.
    pub fn signed_by(&self, authority: RowId) -> impl Iterator<Item = &'static CertSpec> {
        self.rows()
            .filter(move |spec| spec.issuer == Some(authority))
    }

    /// The row with this name, as kubeadm spells it, or with this file stem.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<RowId> {
        self.rows()
            .find(|spec| spec.name == name || spec.stem() == name)
            .map(|spec| spec.id)
    }

    fn check(&self, spec: &'static CertSpec) -> Result<(), TableError> {
        let row = spec.id;
        let own = spec.hosts.iter().filter_map(|rule| match rule {
            HostRule::Own(name) => Some(*name),
            _ => None,
        });
        for name in own {
            if name.parse::<Host>().is_err() {
                return Err(TableError::Host { row, name });
            }
        }
        if !std::ptr::eq(row.spec(), spec) {
            return Err(TableError::Identity {
                name: spec.name,
                id: row,
            });
        }
        if let Some(name) = [spec.name, spec.stem()]
            .into_iter()
            .find(|name| self.find(name).is_some())
        {
            return Err(TableError::Duplicate { row, name });
        }
        if spec.is_authority() && (spec.issuer.is_some() || spec.owner != OwnerKind::Cluster) {
            return Err(TableError::Authority { row });
        }
        if matches!(spec.form, Form::KeyPair { .. }) != spec.usage.is_none()
            || matches!(spec.form, Form::Kubeconfig { .. }) && spec.usage != Some(Usage::Client)
        {
            return Err(TableError::Form { row });
        }
        match spec.issuer {
            Some(issuer)
                if !self
                    .rows()
                    .any(|one| one.id == issuer && one.is_authority()) =>
            {
                Err(TableError::Issuer { row, issuer })
            }
            None if spec.usage.is_some() && !spec.is_authority() => {
                Err(TableError::NoIssuer { row })
            }
            _ => Ok(()),
        }
    }
}

impl CertSpec {
    /// A row of an embedder's own: the static itself, its name, and the form it is kept in. A
    /// bare key pair of the cluster's, until the rest is said.
    #[must_use]
    pub const fn own(this: &'static Self, name: &'static str, form: Form) -> Self {
        Self {
            id: RowId::Own(this),
            name,
            title: name,
            owner: OwnerKind::Cluster,
            issuer: None,
            common_name: ByProfile::same(CommonNameRule::None),
            groups: &[],
            rights: Rights::BY_GROUPS,
            usage: None,
            hosts: &[],
            form,
            need: Need::Always,
        }
    }

    /// One line for help texts, plans and reports.
    #[must_use]
    pub const fn titled(mut self, title: &'static str) -> Self {
        self.title = title;
        self
    }

    /// Whose it is.
    #[must_use]
    pub const fn owned_by(mut self, owner: OwnerKind) -> Self {
        self.owner = owner;
        self
    }

    /// A self-signed authority.
    #[must_use]
    pub const fn authority(mut self) -> Self {
        self.usage = Some(Usage::Authority);
        self
    }

    /// Which authority signs it, and what for.
    #[must_use]
    pub const fn issued_by(mut self, issuer: RowId, usage: Usage) -> Self {
        self.issuer = Some(issuer);
        self.usage = Some(usage);
        self
    }

    /// The common name it carries, in every profile.
    #[must_use]
    pub const fn named(self, common_name: &'static str) -> Self {
        self.named_by(CommonNameRule::Fixed(common_name))
    }

    /// Where the common name it carries comes from.
    #[must_use]
    pub const fn named_by(mut self, rule: CommonNameRule) -> Self {
        self.common_name = ByProfile::same(rule);
        self
    }

    /// The groups it carries, as organization names.
    #[must_use]
    pub const fn in_groups(mut self, groups: &'static [&'static str]) -> Self {
        self.groups = groups;
        self
    }

    /// The names it serves.
    #[must_use]
    pub const fn serving(mut self, hosts: &'static [HostRule]) -> Self {
        self.hosts = hosts;
        self
    }
}
