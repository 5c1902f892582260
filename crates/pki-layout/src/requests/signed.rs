use pki_core::plan::renew::Difference;
use pki_core::text::hex;
use pki_core::{Certificate, RowId};
use serde::Serialize;

use super::Carried;
use crate::report::SCHEMA_VERSION;
use crate::view::schema::rfc3339;

/// What was signed.
#[derive(Debug)]
#[non_exhaustive]
pub struct Signed {
    /// What became of each request.
    pub rows: Vec<SignedRow>,
    /// What is to be carried back; nothing where a request was refused.
    pub carried: Carried,
}

/// What became of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignedRow {
    /// Which.
    pub row: RowId,
    /// Identifier of its key, as the request's manifest has it.
    pub key: String,
    /// What was issued.
    pub certificate: Option<Certificate>,
    /// Whether it ends with its authority, earlier than asked.
    pub clamped: bool,
    /// How what is asked for differs from what the table says.
    pub differences: Vec<Difference>,
    /// Whether it was issued all the same.
    pub accepted: bool,
}

/// The same for programs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SignReport {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// `CsrSignReport`.
    pub kind: &'static str,
    /// `done`, or `refused` where nothing was signed.
    pub outcome: &'static str,
    /// What became of each request.
    pub rows: Vec<SignReportRow>,
}

/// One request of a [`SignReport`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SignReportRow {
    /// Name of the row.
    pub name: String,
    /// Identifier of its key, in upper-case hexadecimal with colons.
    pub key: String,
    /// Whether it is an authority's own certificate.
    pub is_authority: bool,
    /// `signed`, `accepted` where it differs from the table and was signed all the same, or
    /// `refused`.
    pub action: &'static str,
    /// How it differs, each in words.
    pub differences: Vec<String>,
    /// Subject of the certificate.
    pub subject: Option<String>,
    /// The names that it serves.
    pub alternative_names: Vec<String>,
    /// When it ends.
    pub not_after: Option<String>,
    /// Whether that is earlier than asked, because its authority ends.
    pub clamped: bool,
    /// SHA-256, in lower-case hexadecimal.
    pub sha256: Option<String>,
}

impl Signed {
    /// Whether a request was refused.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.rows.iter().any(SignedRow::is_refused)
    }

    /// The report.
    #[must_use]
    pub fn report(&self) -> SignReport {
        SignReport {
            schema_version: SCHEMA_VERSION,
            kind: "CsrSignReport",
            outcome: if self.is_refused() { "refused" } else { "done" },
            rows: self.rows.iter().map(row).collect(),
        }
    }
}

impl SignedRow {
    fn is_refused(&self) -> bool {
        !self.differences.is_empty() && !self.accepted
    }
}

fn row(row: &SignedRow) -> SignReportRow {
    let certificate = row.certificate.as_ref();
    SignReportRow {
        name: row.row.to_string(),
        key: row.key.clone(),
        is_authority: row.row.spec().is_authority(),
        action: match (row.is_refused(), row.accepted) {
            (true, _) => "refused",
            (false, true) => "accepted",
            (false, false) => "signed",
        },
        differences: row.differences.iter().map(ToString::to_string).collect(),
        subject: certificate.map(|one| one.subject().to_string()),
        alternative_names: certificate.map_or_else(Vec::new, Certificate::alternative_names),
        not_after: certificate.map(|one| rfc3339(one.validity().not_after)),
        clamped: row.clamped,
        sha256: certificate.map(|one| hex::plain(&one.fingerprint())),
    }
}
