//! When what expires: facts about every certificate on a node, and what they mean at an instant.
//!
//! No private key is needed, and none is in here.

mod advice;
mod judge;
mod remedies;
mod residual;
mod zone;

use std::collections::BTreeSet;

pub use advice::Advice;
pub use judge::{Judged, State, judge};
pub use remedies::renewal_of;
pub use residual::residual;
use time::OffsetDateTime;
pub use zone::{Zone, percent_left};

use crate::key::KeyType;
pub use crate::observation::RenewedBy;
use crate::observation::{Found, Whereabouts};
pub use crate::plan::renew::Threshold;
use crate::spec::{NodeName, RowId};
use crate::x509::{Certificate, Lifetime};

/// What certificates there are on a node, found by whoever can read its files.
#[derive(Debug, Clone, Default)]
pub struct Expirations {
    /// The rows of the table, in its order.
    pub rows: Vec<RowExpiration>,
    /// What is no row of its own: further certificates of a file, the kubelet's, and whatever else
    /// is named somewhere or lies in the directory of certificates.
    pub others: Vec<FurtherExpiration>,
    /// The service-account key.
    pub service_account: Found<KeyAge>,
    /// Whether a transaction was interrupted.
    pub is_pending: bool,
    /// The node's name, where something there says it.
    pub node: Option<NodeName>,
    /// Where files are, if not where they were looked for.
    pub whereabouts: Whereabouts,
    /// The rows whose certificates are asked for of an authority that is elsewhere, and have not come.
    pub requested: BTreeSet<RowId>,
    /// How long a certificate lives that is issued now, where somebody has said so; else a year.
    pub lifetime: Option<Lifetime>,
}

/// A row of the table as it was found.
#[derive(Debug, Clone)]
pub struct RowExpiration {
    /// The row.
    pub id: RowId,
    /// Its file, as the running system names it.
    pub path: String,
    /// The certificate: an authority's first, a leaf, a kubeconfig's own.
    pub certificate: ExpirationFacts,
    /// Whether its authority's key is kept elsewhere, or its own where it is an authority.
    pub externally_managed: bool,
    /// Who renews it.
    pub renewed_by: RenewedBy,
    /// Whether this node cannot do without it.
    pub needed: bool,
    /// Whether it is a kubeconfig whose certificate is in files that are somebody else's.
    pub left_alone: bool,
    /// The file of its key, where there is one.
    pub key: Option<String>,
    /// Its files that are symbolic links.
    pub links: Vec<String>,
}

/// A certificate beside the rows.
#[derive(Debug, Clone)]
pub struct FurtherExpiration {
    /// Its row, where it is one that kubeadm leaves out.
    pub id: Option<RowId>,
    /// What it is called in reports, such as `ca.crt #2`.
    pub name: String,
    /// Its file, as the running system names it.
    pub path: String,
    /// The certificate.
    pub certificate: ExpirationFacts,
    /// Who renews it.
    pub renewed_by: RenewedBy,
    /// The authority that it is above.
    pub above: Option<RowId>,
    /// Who names it, where it is no row's and somebody does: a component and its flag, a kubeconfig.
    pub named_by: Option<String>,
    /// Whether it cannot be issued here: its authority's key is kept elsewhere, or its files are
    /// somebody else's.
    pub elsewhere: bool,
    /// Whether it is a kubelet's that is gone, and nothing says whose it was.
    pub unidentified: bool,
    /// Its row's files that are symbolic links.
    pub links: Vec<String>,
    /// Whether anybody checks it. By what the kubelet has signed with an authority that it threw
    /// away nobody can.
    pub is_checked: bool,
}

/// What was found where a certificate is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExpirationFacts {
    /// No file.
    Absent,
    /// A certificate.
    Certificate(Box<Certificate>),
    /// A kubeconfig that authenticates without one: by a token, or a plugin.
    NoCertificate,
    /// Something that is no certificate.
    Broken {
        /// What is wrong with it.
        reason: String,
    },
    /// Something that cannot be read.
    Unreadable {
        /// What the operating system said.
        reason: String,
    },
}

/// What is known of a key without a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyAge {
    /// Type and size.
    pub key_type: KeyType,
    /// When its file was last written.
    pub modified: OffsetDateTime,
}
