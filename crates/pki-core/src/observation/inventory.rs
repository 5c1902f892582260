//! What exists: facts about every file of the table, gathered by whoever can read them.
//!
//! One broken file never hides the rest: it is a fact like the others. No private key is in
//! here, only public halves.

use std::collections::{BTreeMap, BTreeSet};

use super::{Places, Rotated, Whereabouts};
use crate::authority::{Domain, Issuer};
use crate::key::PublicKey;
use crate::spec::{
    Artifact, CommonNameRule, CredentialId, Form, NodeName, Owner, OwnerKind, RowId, Table,
};
use crate::x509::{Certificate, Profile};

/// What was found in one place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Found<T> {
    /// Nothing.
    #[default]
    Absent,
    /// Nobody knows: what was looked at does not go so far.
    NotObserved,
    /// What is expected there.
    Present(T),
    /// Something whose content is not what is expected there.
    Broken {
        /// What is wrong with it.
        reason: String,
    },
    /// Something that could not be read at all.
    Unreadable {
        /// What the operating system said.
        reason: String,
    },
}

impl<T> Found<T> {
    /// Whether there is something, whatever it is.
    pub const fn is_there(&self) -> bool {
        !matches!(self, Self::Absent | Self::NotObserved)
    }

    /// Whether there is nothing.
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The same of what it means.
    pub fn map<U>(self, meaning: impl FnOnce(T) -> U) -> Found<U> {
        match self {
            Self::Absent => Found::Absent,
            Self::NotObserved => Found::NotObserved,
            Self::Present(content) => Found::Present(meaning(content)),
            Self::Broken { reason } => Found::Broken { reason },
            Self::Unreadable { reason } => Found::Unreadable { reason },
        }
    }

    /// What was found, if it is what is expected.
    pub const fn present(&self) -> Option<&T> {
        match self {
            Self::Present(content) => Some(content),
            _ => None,
        }
    }
}

/// What is there of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RowFacts {
    /// Of a certificate and its key.
    Pair {
        /// The certificate file: a leaf and its path, or the authorities that are believed.
        certificate: Found<Vec<Certificate>>,
        /// Public half of the key file.
        key: Found<PublicKey>,
    },
    /// Of a bare key pair.
    KeyPair {
        /// Public half of the private key file.
        private: Found<PublicKey>,
        /// The public key file.
        public: Found<Vec<PublicKey>>,
    },
    /// Of a kubeconfig.
    Kubeconfig(Found<KubeconfigFacts>),
}

impl RowFacts {
    /// Nothing, of a row in this form.
    #[must_use]
    pub fn absent(form: Form) -> Self {
        match form {
            Form::Pair { .. } => Self::Pair {
                certificate: Found::Absent,
                key: Found::Absent,
            },
            Form::KeyPair { .. } => Self::KeyPair {
                private: Found::Absent,
                public: Found::Absent,
            },
            Form::Kubeconfig { .. } => Self::Kubeconfig(Found::Absent),
        }
    }

    /// Whether any of the row's files is known to be there.
    #[must_use]
    pub fn is_there(&self) -> bool {
        match self {
            Self::Pair { certificate, key } => certificate.is_there() || key.is_there(),
            Self::KeyPair { private, public } => private.is_there() || public.is_there(),
            Self::Kubeconfig(found) => found.is_there(),
        }
    }

    /// Whether it is a kubeconfig whose certificate the kubelet renews itself.
    #[must_use]
    pub fn is_rotated(&self) -> bool {
        matches!(
            self,
            Self::Kubeconfig(Found::Present(KubeconfigFacts {
                client: ClientFacts::Files {
                    rotated: Some(_),
                    ..
                },
                ..
            }))
        )
    }

    /// Whether none of the row's files is there.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        match self {
            Self::Pair { certificate, key } => certificate.is_absent() && key.is_absent(),
            Self::KeyPair { private, public } => private.is_absent() && public.is_absent(),
            Self::Kubeconfig(found) => found.is_absent(),
        }
    }
}

/// What the current context of a kubeconfig says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct KubeconfigFacts {
    /// URL of the API server.
    pub server: String,
    /// The authorities it trusts; absent where it names none: client-go takes the machine's own
    /// then, or none where `skips_verification` is.
    pub trust: Found<Vec<Certificate>>,
    /// The file that it names for them, as the running system sees it.
    pub trust_file: Option<String>,
    /// How it authenticates.
    pub client: ClientFacts,
    /// The name that the API server's certificate must have, where it is not the one that is
    /// dialled (`tls-server-name`).
    pub server_name: Option<String>,
    /// Whether whatever the API server presents is taken (`insecure-skip-tls-verify`).
    pub skips_verification: bool,
    /// The user that the current context names.
    pub user: String,
    /// The contexts that use it: the current one, and others.
    pub contexts: Vec<String>,
    /// Every other user.
    pub others: Vec<KubeconfigUser>,
}

/// A user of a kubeconfig whom the current context does not name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KubeconfigUser {
    /// What it is called in there.
    pub name: String,
    /// The contexts that use it.
    pub contexts: Vec<String>,
    /// How it authenticates.
    pub client: ClientFacts,
}

impl KubeconfigFacts {
    /// Facts with all their parts.
    #[must_use]
    pub fn new(server: String, trust: Found<Vec<Certificate>>, client: ClientFacts) -> Self {
        Self {
            server,
            trust,
            trust_file: None,
            client,
            server_name: None,
            skips_verification: false,
            user: String::new(),
            contexts: Vec::new(),
            others: Vec::new(),
        }
    }
}

/// How a kubeconfig's user authenticates.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClientFacts {
    /// Certificate and key are in the file.
    Embedded {
        /// The certificate and its path.
        certificate: Found<Vec<Certificate>>,
        /// Public half of the key.
        key: Found<PublicKey>,
    },
    /// Certificate and key are in other files, as in a kubelet.conf that the kubelet rotates.
    Files {
        /// The certificate's path, as written.
        certificate: String,
        /// The key's path, as written.
        key: Option<String>,
        /// What is in them, where they are this node's own to renew: regular files beneath its
        /// directories, and no row of the table.
        own: Option<Box<FilePair>>,
        /// The same where they are the kubelet's to renew, and were looked at.
        rotated: Option<Box<Rotated>>,
    },
    /// By something else than a certificate: a token, a plugin.
    Other,
}

/// A certificate and a key in files that a kubeconfig names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilePair {
    /// The certificate and its path.
    pub certificate: Found<Vec<Certificate>>,
    /// Public half of the key.
    pub key: Found<PublicKey>,
}

/// What exists: facts by credential. Those of the cluster and of the node at hand are asked for
/// by row, those of others by their [`CredentialId`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inventory {
    table: Table,
    here: Owner,
    facts: BTreeMap<CredentialId, RowFacts>,
    places: BTreeMap<Domain, Places>,
    signers: BTreeMap<RowId, PublicKey>,
    superior: Option<Issuer>,
    requested: BTreeSet<RowId>,
    whereabouts: Whereabouts,
    pub(super) links: BTreeSet<Artifact>,
    pub(super) misframed: BTreeSet<Artifact>,
}

impl Default for Inventory {
    fn default() -> Self {
        Self::of(Owner::ThisNode)
    }
}

impl Inventory {
    /// Nothing exists: a fresh node, whose name does not matter.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// Nothing exists yet, and the node at hand has a name.
    #[must_use]
    pub fn of_node(name: NodeName) -> Self {
        Self::of(Owner::Node(name))
    }

    fn of(here: Owner) -> Self {
        Self {
            table: Table::kubernetes(),
            here,
            facts: BTreeMap::new(),
            places: BTreeMap::new(),
            signers: BTreeMap::new(),
            superior: None,
            requested: BTreeSet::new(),
            whereabouts: Whereabouts::default(),
            links: BTreeSet::new(),
            misframed: BTreeSet::new(),
        }
    }

    /// The same of the rows of another table than Kubernetes' own.
    #[must_use]
    pub fn with_table(self, table: Table) -> Self {
        Self { table, ..self }
    }

    /// The rows that were looked for.
    #[must_use]
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// Records that somebody signs for an authority with this key, wherever that is kept: what
    /// lies beside the certificate does not matter then.
    pub fn set_signer(&mut self, authority: RowId, key: PublicKey) {
        self.signers.insert(authority, key);
    }

    /// The key that somebody signs with for an authority.
    #[must_use]
    pub fn signer(&self, authority: RowId) -> Option<&PublicKey> {
        self.signers.get(&authority)
    }

    /// Records that a certificate is asked for of an authority that is elsewhere, and has not come.
    pub fn set_requested(&mut self, row: RowId) {
        self.requested.insert(row);
    }

    /// What is asked for and has not come.
    #[must_use]
    pub fn requested(&self) -> &BTreeSet<RowId> {
        &self.requested
    }

    /// Records what is to sign the authorities that are made: a root, or whatever a company has.
    pub fn set_superior(&mut self, superior: Issuer) {
        self.superior = Some(superior);
    }

    /// What is to sign the authorities that are made; without it each signs itself.
    #[must_use]
    pub fn superior(&self) -> Option<&Issuer> {
        self.superior.as_ref()
    }

    /// Records where files are, if not where they were looked for.
    pub fn set_whereabouts(&mut self, whereabouts: Whereabouts) {
        self.whereabouts = whereabouts;
    }

    /// Where files are, if not where they were looked for.
    #[must_use]
    pub fn whereabouts(&self) -> &Whereabouts {
        &self.whereabouts
    }

    /// Records the files of a domain's authority that are not the table's.
    pub fn set_places(&mut self, domain: Domain, places: Places) {
        self.places.insert(domain, places);
    }

    /// The files of a domain's authority that are not the table's.
    #[must_use]
    pub fn places(&self, domain: Domain) -> Option<&Places> {
        self.places.get(&domain)
    }

    /// The credential of a row at hand: the cluster's, or this node's.
    #[must_use]
    pub fn id(&self, row: RowId) -> CredentialId {
        let owner = match row.spec().owner {
            OwnerKind::Cluster => Owner::Cluster,
            OwnerKind::Node | OwnerKind::User => self.here.clone(),
        };
        CredentialId::new(row, owner)
    }

    /// Under what a credential of this node is kept, where it has no name here.
    pub(crate) fn local(&self, id: CredentialId, here: &NodeName) -> CredentialId {
        match &id.owner {
            Owner::Node(name) if name == here && self.here == Owner::ThisNode => self.id(id.row),
            _ => id,
        }
    }

    /// Records what is there of a row at hand.
    pub fn insert(&mut self, row: RowId, facts: RowFacts) {
        self.facts.insert(self.id(row), facts);
    }

    /// Records what is there of a credential.
    pub fn insert_of(&mut self, id: CredentialId, facts: RowFacts) {
        self.facts.insert(id, facts);
    }

    /// What is there of a row at hand; absent where nothing was recorded.
    #[must_use]
    pub fn row(&self, row: RowId) -> RowFacts {
        self.facts(row)
            .cloned()
            .unwrap_or_else(|| RowFacts::absent(row.spec().form))
    }

    /// What was recorded of a row at hand.
    #[must_use]
    pub fn facts(&self, row: RowId) -> Option<&RowFacts> {
        self.facts.get(&self.id(row))
    }

    /// What was recorded of a credential.
    #[must_use]
    pub fn facts_of(&self, id: &CredentialId) -> Option<&RowFacts> {
        self.facts.get(id)
    }

    /// The credentials that are of neither the cluster nor the node at hand.
    pub fn elsewhere(&self) -> impl Iterator<Item = &CredentialId> {
        self.facts
            .keys()
            .filter(|id| id.owner != Owner::Cluster && id.owner != self.here)
    }

    /// The certificates of a row's certificate file, where they are readable.
    #[must_use]
    pub fn certificates(&self, id: RowId) -> &[Certificate] {
        match self.facts(id) {
            Some(RowFacts::Pair { certificate, .. }) => {
                certificate.present().map_or(&[], Vec::as_slice)
            }
            _ => &[],
        }
    }

    /// Whether an authority's key is kept elsewhere: its certificate is there and its key is not,
    /// or somebody signs for it that has no certificate yet.
    #[must_use]
    pub fn is_external(&self, id: RowId) -> bool {
        match self.facts(id) {
            Some(RowFacts::Pair { certificate, key }) => {
                key.is_absent() && (!certificate.is_absent() || self.signer(id).is_some())
            }
            _ => false,
        }
    }

    /// The profile that the cluster's authorities were made by, told from their common names.
    /// `None` when there is none or its name is neither profile's.
    #[must_use]
    pub fn profile(&self) -> Option<Profile> {
        let authorities = self.table.rows().filter(|spec| spec.is_authority());
        authorities
            .filter(|spec| spec.common_name.kubernetes_io != spec.common_name.kubeadm)
            .find_map(|spec| {
                let name = self
                    .certificates(spec.id)
                    .first()?
                    .subject()
                    .common_name()?;
                Profile::ALL.into_iter().find(|profile| {
                    matches!(spec.common_name.of(*profile),
                        CommonNameRule::Fixed(expected) if expected == name)
                })
            })
    }
}
