use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{PendingRow, SCHEMA_VERSION};
use crate::expiration::{Judged, RenewedBy, State, Survey, Surveyed};
use crate::inventory::Found;
use crate::spec::CertId;

/// When certificates expire: kubeadm's `output.kubeadm.k8s.io/v1alpha3`
/// `CertificateExpirationInfo` with the same field names and types, and more beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExpirationReport {
    /// `CertificateExpirationInfo`.
    pub kind: &'static str,
    /// `output.kubeadm.k8s.io/v1alpha3`.
    pub api_version: &'static str,
    /// Leaf certificates and kubeconfigs, sorted by name, as kubeadm lists them.
    pub certificates: Vec<ExpirationRow>,
    /// Authorities, sorted by name.
    pub certificate_authorities: Vec<ExpirationRow>,
    /// [`SCHEMA_VERSION`] of what follows, which kubeadm does not have.
    pub schema_version: u32,
    /// `unchanged`: nothing is due. `findings`: something is.
    pub outcome: &'static str,
    /// The instant that everything was judged by.
    pub at: String,
    /// What kubeadm leaves out: the kubelet's certificates and further ones in bundles.
    pub other_certificates: Vec<OtherExpiration>,
    /// The key that signs service-account tokens, which does not expire.
    pub service_account_key: Option<ServiceAccountKey>,
    /// A transaction that was interrupted: what is shown may be half of what it was doing.
    pub pending_transaction: Option<PendingRow>,
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExpirationRow {
    /// kubeadm's name for it.
    pub name: String,
    /// Its last second; `null` when it is missing or unreadable.
    pub expiration_date: Option<String>,
    /// Seconds that are left, truncated towards zero, negative when it has expired.
    pub residual_time: i64,
    /// Whether its authority's key is kept elsewhere.
    pub externally_managed: bool,
    /// Its authority; not there for an authority, nor for what is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_name: Option<String>,
    /// Whether there is no file.
    pub missing: bool,
    /// `valid`, `due`, `expired`, `not yet valid`, `unreadable`, `missing` or `no certificate`.
    pub state: &'static str,
    /// Its file.
    pub path: String,
    /// Its first second.
    pub not_before: Option<String>,
    /// Why it cannot be read.
    pub error: Option<String>,
}

/// A certificate that is no row of kubeadm's tables.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OtherExpiration {
    /// What it is called here.
    pub name: String,
    /// Its last second; `null` when it is missing or unreadable.
    pub expiration_date: Option<String>,
    /// Seconds that are left, truncated towards zero, negative when it has expired.
    pub residual_time: i64,
    /// `valid`, `due`, `expired`, `not yet valid` or `unreadable`.
    pub state: &'static str,
    /// Who renews it: `operator`, `kubelet` or `nobody`.
    pub renewed_by: &'static str,
    /// Its file.
    pub path: String,
    /// Its first second.
    pub not_before: Option<String>,
    /// Why it cannot be read.
    pub error: Option<String>,
}

/// The key that signs service-account tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceAccountKey {
    /// Type and size; `null` when it cannot be read.
    pub key_type: Option<String>,
    /// When its file was last written.
    pub modified: Option<String>,
    /// Seconds since then.
    pub age: Option<i64>,
    /// Why it cannot be read.
    pub error: Option<String>,
}

/// What is read off a certificate that may not be there.
struct Dates {
    expiration_date: Option<String>,
    residual_time: i64,
    not_before: Option<String>,
    error: Option<String>,
}

impl ExpirationReport {
    /// The report on a judged survey.
    #[must_use]
    pub fn new(survey: &Survey, judged: &Judged<'_>) -> Self {
        let row = |id: CertId| judged.rows.iter().find(|(row, _)| row.id == id);
        let list = |ids: Vec<CertId>| {
            let rows = ids.into_iter().filter_map(row);
            let rows = rows.map(|(row, state)| {
                let Dates {
                    expiration_date,
                    residual_time,
                    not_before,
                    error,
                } = dates(&row.certificate, judged.at);
                let missing = *state == State::Missing;
                ExpirationRow {
                    name: row.id.to_string(),
                    expiration_date,
                    residual_time,
                    externally_managed: row.externally_managed && !missing,
                    ca_name: row
                        .id
                        .spec()
                        .issuer
                        .filter(|_| !missing)
                        .map(|authority| authority.to_string()),
                    missing,
                    state: state.name(),
                    path: row.path.clone(),
                    not_before,
                    error,
                }
            });
            let mut rows: Vec<ExpirationRow> = rows.collect();
            rows.sort_by(|one, other| one.name.cmp(&other.name));
            rows
        };
        let (authorities, leaves): (Vec<CertId>, Vec<CertId>) = judged
            .rows
            .iter()
            .map(|(row, _)| row.id)
            .partition(|id| id.spec().is_authority());
        let others = judged.others.iter().map(|(other, state)| {
            let Dates {
                expiration_date,
                residual_time,
                not_before,
                error,
            } = dates(&other.certificate, judged.at);
            OtherExpiration {
                name: other.name.clone(),
                expiration_date,
                residual_time,
                state: state.name(),
                renewed_by: match other.renewed_by {
                    RenewedBy::Kubelet => "kubelet",
                    RenewedBy::Nobody => "nobody",
                    RenewedBy::Operator => "operator",
                },
                path: other.path.clone(),
                not_before,
                error,
            }
        });
        Self {
            kind: "CertificateExpirationInfo",
            api_version: "output.kubeadm.k8s.io/v1alpha3",
            certificates: list(leaves),
            certificate_authorities: list(authorities),
            schema_version: SCHEMA_VERSION,
            outcome: if judged.has_findings() {
                "findings"
            } else {
                "unchanged"
            },
            at: rfc3339(judged.at),
            other_certificates: others.collect(),
            service_account_key: service_account_key(survey, judged.at),
            pending_transaction: survey.pending.clone(),
        }
    }
}

fn service_account_key(survey: &Survey, at: OffsetDateTime) -> Option<ServiceAccountKey> {
    match &survey.service_account {
        Found::Absent => None,
        Found::Present(key) => Some(ServiceAccountKey {
            key_type: Some(key.key_type.to_string()),
            modified: Some(rfc3339(key.modified)),
            age: Some((at - key.modified).whole_seconds()),
            error: None,
        }),
        Found::Broken { reason } | Found::Unreadable { reason } => Some(ServiceAccountKey {
            key_type: None,
            modified: None,
            age: None,
            error: Some(reason.clone()),
        }),
    }
}

fn dates(certificate: &Surveyed, at: OffsetDateTime) -> Dates {
    let without = |error| Dates {
        expiration_date: None,
        residual_time: 0,
        not_before: None,
        error,
    };
    match certificate {
        Surveyed::Certificate(certificate) => {
            let validity = certificate.validity();
            Dates {
                expiration_date: Some(rfc3339(validity.not_after)),
                residual_time: (validity.not_after - at).whole_seconds(),
                not_before: Some(rfc3339(validity.not_before)),
                error: None,
            }
        }
        Surveyed::Absent | Surveyed::NoCertificate => without(None),
        Surveyed::Unreadable { reason } => without(Some(reason.clone())),
    }
}

fn rfc3339(instant: OffsetDateTime) -> String {
    instant.format(&Rfc3339).unwrap_or_default()
}
