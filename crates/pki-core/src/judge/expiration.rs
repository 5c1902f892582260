//! When what expires: facts about every certificate on a node, and what they mean at an instant.
//!
//! No private key is needed, and none is in here.

mod judge;
mod residual;
mod zone;

pub use judge::{Judged, State, judge};
pub use residual::residual;
use time::{Duration, OffsetDateTime};
pub use zone::{Zone, percent_left};

use crate::key::KeyType;
use crate::observation::Found;
use crate::spec::RowId;
use crate::x509::Certificate;

/// What certificates there are on a node, found by whoever can read its files.
#[derive(Debug, Clone, Default)]
pub struct Survey {
    /// The rows of the table, in its order.
    pub rows: Vec<SurveyRow>,
    /// What is no row of its own: further certificates of a file, and the kubelet's.
    pub others: Vec<SurveyOther>,
    /// The service-account key.
    pub service_account: Found<KeyAge>,
    /// Whether a transaction was interrupted.
    pub is_pending: bool,
}

/// A row of the table as it was found.
#[derive(Debug, Clone)]
pub struct SurveyRow {
    /// The row.
    pub id: RowId,
    /// Its file, as the running system names it.
    pub path: String,
    /// The certificate: an authority's first, a leaf, a kubeconfig's own.
    pub certificate: Surveyed,
    /// Whether its authority's key is kept elsewhere, or its own where it is an authority.
    pub externally_managed: bool,
    /// Who renews it.
    pub renewed_by: RenewedBy,
}

/// A certificate beside the rows.
#[derive(Debug, Clone)]
pub struct SurveyOther {
    /// What it is called in reports, such as `ca.crt #2`.
    pub name: String,
    /// Its file, as the running system names it.
    pub path: String,
    /// The certificate.
    pub certificate: Surveyed,
    /// Who renews it.
    pub renewed_by: RenewedBy,
}

/// What was found where a certificate is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Surveyed {
    /// No file.
    Absent,
    /// A certificate.
    Certificate(Box<Certificate>),
    /// A kubeconfig that authenticates without one: by a token, or a plugin.
    NoCertificate,
    /// Something that cannot be read, or is no certificate.
    Unreadable {
        /// Why.
        reason: String,
    },
}

/// Who renews a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RenewedBy {
    /// The operator, with this tool or another.
    Operator,
    /// The kubelet, by itself, at 70 to 90 per cent of its life.
    Kubelet,
    /// Nobody: it goes when its bundle is narrowed.
    Nobody,
}

/// What is known of a key without a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyAge {
    /// Type and size.
    pub key_type: KeyType,
    /// When its file was last written.
    pub modified: OffsetDateTime,
}

/// When a certificate counts as due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Threshold {
    /// Due when less than this is left. `None`: only what has expired.
    pub within: Option<Duration>,
}

impl Threshold {
    /// Whether a certificate is due: its residual time is within the threshold, or, where the
    /// kubelet renews it by itself, it has lived past nine tenths of its life and the kubelet
    /// should have.
    #[must_use]
    pub fn is_due(&self, certificate: &Certificate, by: RenewedBy, at: OffsetDateTime) -> bool {
        let validity = certificate.validity();
        let left = validity.not_after - at;
        let Some(within) = self.within else {
            return false;
        };
        match by {
            RenewedBy::Kubelet => {
                left < (validity.not_after - validity.not_before) / 10 && left <= within
            }
            RenewedBy::Operator | RenewedBy::Nobody => left <= within,
        }
    }
}
