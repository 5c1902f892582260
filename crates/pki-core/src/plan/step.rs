use crate::spec::{Artifact, CredentialId, RowId};
use crate::x509::{Certificate, Template};

/// One credential's part of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// The credential.
    pub id: CredentialId,
    /// What is done with it.
    pub action: Action,
    /// Why, in a few words.
    pub reason: String,
    /// SHA-256 of the certificates that were there when this was decided.
    pub expects: Vec<[u8; 32]>,
}

/// What is done with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// It stays, byte for byte.
    Keep {
        /// When it expires; `None` for what does not.
        expires: Option<time::OffsetDateTime>,
    },
    /// It is made.
    Create(Creation),
    /// It is asked for, and waits for its certificate from an authority that is elsewhere.
    Wait {
        /// The authority.
        authority: RowId,
    },
}

impl Action {
    /// Whether it waits for a certificate.
    #[must_use]
    pub const fn is_pending(&self) -> bool {
        matches!(self, Self::Wait { .. })
    }
}

/// What is made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Creation {
    /// An authority.
    Authority {
        /// Its certificate.
        template: Template,
        /// Whether somebody else keeps its key: its certificate alone is written then.
        elsewhere: bool,
        /// Whether the authority above signs it, and not it itself.
        below: bool,
    },
    /// A certificate and its key.
    Leaf(Template),
    /// A kubeconfig with a certificate and its key.
    Kubeconfig {
        /// The certificate.
        template: Template,
        /// URL of the API server.
        server: String,
    },
    /// A key pair without a certificate.
    KeyPair,
    /// The public key file of a key pair whose private key is there.
    PublicKey(crate::key::PublicKey),
}

impl Creation {
    /// The certificate it contains.
    #[must_use]
    pub const fn template(&self) -> Option<&Template> {
        match self {
            Self::Authority { template, .. }
            | Self::Leaf(template)
            | Self::Kubeconfig { template, .. } => Some(template),
            Self::KeyPair | Self::PublicKey(_) => None,
        }
    }

    /// Whether a key is generated for it.
    #[must_use]
    pub const fn needs_key(&self) -> bool {
        match self {
            Self::Authority { elsewhere, .. } => !*elsewhere,
            Self::PublicKey(_) => false,
            Self::Leaf(_) | Self::Kubeconfig { .. } | Self::KeyPair => true,
        }
    }

    /// The files it writes.
    #[must_use]
    pub fn artifacts(&self, row: RowId) -> Vec<Artifact> {
        match self {
            Self::PublicKey(_) => vec![row.part(crate::spec::Part::PublicKey)],
            Self::Authority {
                elsewhere: true, ..
            } => vec![row.part(crate::spec::Part::Certificate)],
            _ => row.spec().artifacts(),
        }
    }
}

impl Step {
    pub(super) fn keep(
        id: CredentialId,
        certificates: &[Certificate],
        reason: impl Into<String>,
    ) -> Self {
        Self {
            id,
            action: Action::Keep {
                expires: certificates
                    .first()
                    .map(|certificate| certificate.validity().not_after),
            },
            reason: reason.into(),
            expects: certificates.iter().map(Certificate::fingerprint).collect(),
        }
    }

    pub(super) fn wait(id: CredentialId, authority: RowId) -> Self {
        Self {
            id,
            action: Action::Wait { authority },
            reason: format!("asked of {authority}, whose key is not here"),
            expects: Vec::new(),
        }
    }

    pub(super) fn create(id: CredentialId, creation: Creation, reason: impl Into<String>) -> Self {
        Self {
            id,
            action: Action::Create(creation),
            reason: reason.into(),
            expects: Vec::new(),
        }
    }
}
