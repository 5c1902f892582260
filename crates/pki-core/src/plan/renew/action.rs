//! What is done with a credential.

use time::OffsetDateTime;

use super::{Difference, RenewProblem};
use crate::spec::RowId;
use crate::x509::{Certificate, Host, Template, Validity};

/// What is done with a row.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum RenewAction {
    /// It is issued again.
    Renew {
        /// What is there now, and its path.
        chain: Vec<Certificate>,
        /// The new life.
        validity: Validity,
        /// Whether that is shorter than asked, because the authority ends.
        clamped: bool,
    },
    /// It is issued as the configuration says.
    Reissue(Box<Reissue>),
    /// An authority's certificate that was issued elsewhere takes the place of the old one.
    Take {
        /// What is there now.
        old: Box<Certificate>,
        /// What was issued elsewhere.
        new: Box<Certificate>,
        /// Whether it is above the one that issues here, which stays as it is.
        is_above: bool,
    },
    /// What is beside its certificate in its kubeconfig is written as the configuration says.
    Adapt(Box<Adaptation>),
    /// It is as the configuration says.
    AsConfigured,
    /// It has time left.
    NotDue {
        /// Until when.
        not_after: OffsetDateTime,
    },
    /// There is no file.
    Missing,
    /// Its authority's key is kept elsewhere.
    External {
        /// The authority.
        authority: RowId,
    },
    /// It is somebody else's to renew.
    NotOurs {
        /// Whose, or why.
        reason: String,
    },
    /// It cannot be renewed as it is.
    Broken {
        /// Why.
        problem: RenewProblem,
    },
}

/// How a row is issued as the configuration says.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Reissue {
    /// What is there now, and its path.
    pub chain: Vec<Certificate>,
    /// What is issued.
    pub template: Template,
    /// How the two differ.
    pub differences: Vec<Difference>,
    /// What else changes in a kubeconfig.
    pub kubeconfig: Option<KubeconfigChange>,
    /// The names that the configuration does not have, and that stay.
    pub kept: Vec<Host>,
    /// The kubeconfigs here that dial one of these.
    pub dialling: Vec<String>,
}

/// How a kubeconfig becomes what the configuration says, whose certificate stays as it is.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Adaptation {
    /// The file that its certificate is in, as it is named there.
    pub file: String,
    /// What changes.
    pub change: KubeconfigChange,
    /// How what is there differs.
    pub differences: Vec<Difference>,
}

/// What changes in a kubeconfig beside the certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KubeconfigChange {
    /// URL of the API server.
    pub server: String,
    /// The authorities it trusts; `None` where it names none, and that stays so.
    pub trust: Option<Vec<Certificate>>,
}

impl RenewAction {
    /// Whether there is a new certificate then.
    #[must_use]
    pub const fn issues(&self) -> bool {
        matches!(
            self,
            Self::Renew { .. } | Self::Reissue(_) | Self::Take { .. }
        )
    }

    /// The certificate that is there now, where there will be a new one.
    #[must_use]
    pub fn old(&self) -> Option<&Certificate> {
        match self {
            Self::Renew { chain, .. } => chain.first(),
            Self::Reissue(reissue) => reissue.chain.first(),
            Self::Take { old, .. } => Some(old),
            _ => None,
        }
    }

    /// How long the new certificate lives, where there will be one.
    #[must_use]
    pub fn life(&self) -> Option<Validity> {
        match self {
            Self::Renew { validity, .. } => Some(*validity),
            Self::Reissue(reissue) => Some(reissue.template.validity),
            Self::Take { new, .. } => Some(new.validity()),
            _ => None,
        }
    }
}
