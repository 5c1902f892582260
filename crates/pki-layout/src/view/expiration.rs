//! What `check-expiration` found, as programs read it; the judging is
//! `pki_core::judge::expiration`.

mod summary;

use pki_core::RowId;
use pki_core::judge::expiration::{
    ExpirationFacts, Expirations, Judged, RenewedBy, State, Zone, percent_left,
};
use pki_core::observation::{Found, Whereabouts};
use serde::Serialize;
use time::OffsetDateTime;

pub use self::summary::{ExpirationSummary, NextExpiration};
use super::owner::OwnerRow;
use super::pending::PendingRow;
use super::remedy::{RemedyRow, Words};
use super::schema::{SCHEMA_VERSION, rfc3339};
use crate::observe::Pending;

/// When certificates expire: kubeadm's `output.kubeadm.k8s.io/v1alpha3`
/// `CertificateExpirationInfo` with the same field names and types, and more beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
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
    /// Directories and files that were asked for and could not be looked at, because the archive
    /// does not have them. Nothing is said of what is in them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_observed: Vec<String>,
    /// How many there are of each kind, and which is the next to expire.
    pub summary: ExpirationSummary,
    /// What kubeadm leaves out: the kubelet's certificates and further ones in bundles.
    pub other_certificates: Vec<OtherExpiration>,
    /// The key that signs service-account tokens, which does not expire.
    pub service_account_key: Option<ServiceAccountKey>,
    /// That nothing is where it was looked for, and where components are told to look.
    pub nothing_found: Option<String>,
    /// A transaction that was interrupted: what is shown may be half of what it was doing.
    pub pending_transaction: Option<PendingRow>,
    /// What is not wrong yet, and better done now than later.
    pub notes: Vec<ExpirationNote>,
    /// What is to be done about what is due, over, not there or not readable.
    pub remedies: Vec<ExpirationRemedy>,
}

/// What is worth knowing of a certificate with which nothing is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ExpirationNote {
    /// Its name.
    pub name: String,
    /// What.
    pub message: String,
}

/// What is to be done about some of the certificates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ExpirationRemedy {
    /// Their names; where nothing at all is there, the directory.
    pub names: Vec<String>,
    /// What to do.
    #[serde(flatten)]
    pub remedy: RemedyRow,
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
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
    /// Whether this node cannot do without it, as far as that can be told: then it is a finding
    /// that it is missing.
    pub needed: bool,
    /// `valid`, `due`, `expired`, `not yet valid`, `unreadable`, `missing` or `no certificate`.
    pub state: &'static str,
    /// How much of its life is left, in whole per cent; `null` where it has no dates.
    pub lifetime_left: Option<u8>,
    /// `green`: more than a quarter. `yellow`: a quarter or less. `red`: a tenth or less.
    /// `expired`: none. `null` where it has no dates.
    pub zone: Option<&'static str>,
    /// Its file.
    pub path: String,
    /// Its first second.
    pub not_before: Option<String>,
    /// Why it cannot be read.
    pub error: Option<String>,
    /// Whose it is.
    pub owner: OwnerRow,
}

/// A certificate that is no row of kubeadm's tables.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OtherExpiration {
    /// What it is called here.
    pub name: String,
    /// Its last second; `null` when it is missing or unreadable.
    pub expiration_date: Option<String>,
    /// Seconds that are left, truncated towards zero, negative when it has expired.
    pub residual_time: i64,
    /// `valid`, `due`, `expired`, `not yet valid`, `unreadable`, or `not checked` where its dates do
    /// not matter.
    pub state: &'static str,
    /// Who renews it: `operator`, `kubelet` or `nobody`.
    pub renewed_by: &'static str,
    /// How much of its life is left, in whole per cent; `null` where it has no dates.
    pub lifetime_left: Option<u8>,
    /// `green`: more than a quarter. `yellow`: a quarter or less. `red`: a tenth or less.
    /// `expired`: none. `null` where it has no dates.
    pub zone: Option<&'static str>,
    /// Its file.
    pub path: String,
    /// Its first second.
    pub not_before: Option<String>,
    /// Why it cannot be read.
    pub error: Option<String>,
    /// Whose it is, where it is a row; not there for further certificates of a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<OwnerRow>,
}

/// The key that signs service-account tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
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
    lifetime_left: Option<u8>,
    zone: Option<&'static str>,
    error: Option<String>,
}

impl ExpirationReport {
    /// The report on a judged survey, and on the transaction that was interrupted.
    #[must_use]
    pub fn new(
        expirations: &Expirations,
        judged: &Judged<'_>,
        pending: Option<&Pending>,
        words: Words<'_>,
    ) -> Self {
        let remedies = judged.advice().into_iter().map(|advice| ExpirationRemedy {
            names: advice.names,
            remedy: words(&advice.remedy),
        });
        let row = |id: RowId| judged.rows.iter().find(|(row, _)| row.id == id);
        let list = |ids: Vec<RowId>| {
            let rows = ids.into_iter().filter_map(row);
            let rows = rows.map(|(row, state)| {
                let Dates {
                    expiration_date,
                    residual_time,
                    not_before,
                    lifetime_left,
                    zone,
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
                    needed: row.needed,
                    state: state.name(),
                    lifetime_left,
                    zone,
                    path: row.path.clone(),
                    not_before,
                    error,
                    owner: OwnerRow::at_hand(row.id, expirations.node.as_ref()),
                }
            });
            let mut rows: Vec<ExpirationRow> = rows.collect();
            rows.sort_by(|one, other| one.name.cmp(&other.name));
            rows
        };
        let (authorities, leaves): (Vec<RowId>, Vec<RowId>) = judged
            .rows
            .iter()
            .map(|(row, _)| row.id)
            .partition(|id| id.spec().is_authority());
        let others = judged.others.iter().map(|(other, state)| {
            let Dates {
                expiration_date,
                residual_time,
                not_before,
                lifetime_left,
                zone,
                error,
            } = dates(&other.certificate, judged.at);
            OtherExpiration {
                name: other.name.clone(),
                expiration_date,
                residual_time,
                state: state.name(),
                renewed_by: match other.renewed_by {
                    // With an expired one it cannot ask for another.
                    RenewedBy::Kubelet if *state == State::Expired => "operator",
                    RenewedBy::Kubelet => "kubelet",
                    RenewedBy::Nobody => "nobody",
                    RenewedBy::Operator => "operator",
                },
                lifetime_left,
                zone,
                path: other.path.clone(),
                not_before,
                error,
                owner: other
                    .id
                    .map(|row| OwnerRow::at_hand(row, expirations.node.as_ref())),
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
            not_observed: Vec::new(),
            summary: summary::summary(judged),
            other_certificates: others.collect(),
            service_account_key: service_account_key(expirations, judged.at),
            nothing_found: nothing_found(&expirations.whereabouts),
            pending_transaction: pending.map(Pending::row),
            notes: notes(judged),
            remedies: remedies.collect(),
        }
    }
}

fn notes(judged: &Judged<'_>) -> Vec<ExpirationNote> {
    let rows = judged.rows.iter();
    let early = rows.filter(|(row, state)| judged.ends_early(row, *state));
    let told = early.map(|(row, _)| ExpirationNote {
        name: row.id.to_string(),
        message: "ends sooner than a certificate that it issues now; it can have new dates while \
                  nothing is wrong"
            .to_owned(),
    });
    let waiting = judged.requested.iter().map(|row| ExpirationNote {
        name: row.to_string(),
        message: row.spec().issuer.map_or_else(String::new, |authority| {
            format!("its certificate is asked for of {authority}, and has not come")
        }),
    });
    told.chain(waiting).collect()
}

pub(crate) fn nothing_found(whereabouts: &Whereabouts) -> Option<String> {
    let directory = &whereabouts.nothing.as_ref()?.directory;
    Some(format!("{directory}: {}", whereabouts.told()?))
}

fn service_account_key(expirations: &Expirations, at: OffsetDateTime) -> Option<ServiceAccountKey> {
    match &expirations.service_account {
        Found::Absent | Found::NotObserved => None,
        Found::Present(key) => Some(ServiceAccountKey {
            key_type: Some(key.key_type.to_string()),
            modified: Some(rfc3339(key.modified)),
            age: Some((at - key.modified).whole_seconds()),
            error: None,
        }),
        Found::Broken { reason } => Some(unread_key(reason.clone())),
        Found::Unreadable { reason } => Some(unread_key(format!("cannot be read: {reason}"))),
    }
}

fn unread_key(error: String) -> ServiceAccountKey {
    ServiceAccountKey {
        key_type: None,
        modified: None,
        age: None,
        error: Some(error),
    }
}

fn dates(certificate: &ExpirationFacts, at: OffsetDateTime) -> Dates {
    let without = |error| Dates {
        expiration_date: None,
        residual_time: 0,
        not_before: None,
        lifetime_left: None,
        zone: None,
        error,
    };
    match certificate {
        ExpirationFacts::Certificate(certificate) => {
            let validity = certificate.validity();
            Dates {
                expiration_date: Some(rfc3339(validity.not_after)),
                residual_time: (validity.not_after - at).whole_seconds(),
                not_before: Some(rfc3339(validity.not_before)),
                lifetime_left: Some(percent_left(validity, at)),
                zone: Some(Zone::of(validity, at).name()),
                error: None,
            }
        }
        ExpirationFacts::Absent | ExpirationFacts::NoCertificate => without(None),
        ExpirationFacts::Broken { reason } => without(Some(reason.clone())),
        ExpirationFacts::Unreadable { reason } => {
            without(Some(format!("cannot be read: {reason}")))
        }
    }
}
