use serde::Serialize;

use super::RecoveredRow;

/// What `renew` did, or with `dryRun` would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RenewReport {
    /// [`SCHEMA_VERSION`](super::SCHEMA_VERSION).
    pub schema_version: u32,
    /// `RenewReport`.
    pub kind: &'static str,
    /// `done`, `unchanged` where nothing was renewed, `planned` in a dry run; with `partial`
    /// something that should have been renewed was not.
    pub outcome: &'static str,
    /// Whether nothing was to be written.
    pub dry_run: bool,
    /// The rows that were asked for, in the order of the table.
    pub rows: Vec<RenewRow>,
    /// Files that were replaced, or would be.
    pub replaced_files: Vec<String>,
    /// The minor version of Kubernetes that the readers are of.
    pub kubernetes_version: String,
    /// What is worth knowing.
    pub warnings: Vec<String>,
    /// What an earlier run had left undone, and was completed first.
    pub recovered: Option<RecoveredRow>,
    /// What the readers of the renewed certificates need.
    pub readers: Vec<RestartRow>,
}

/// One row of a [`RenewReport`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RenewRow {
    /// Name of the row.
    pub name: String,
    /// `renewed`, `renew` in a dry run, `as configured`, `not due`, `missing`, `external`,
    /// `left alone` or `failed`.
    pub action: &'static str,
    /// What else is to be said.
    pub detail: Option<String>,
    /// How it differed from the configuration, where that was asked.
    pub differences: Vec<String>,
    /// When it expired or would have.
    pub old_expiration: Option<String>,
    /// When it expires now.
    pub new_expiration: Option<String>,
    /// Serial number of the new certificate.
    pub serial_number: Option<String>,
    /// SHA-256 of the new certificate, in lower-case hexadecimal.
    pub sha256: Option<String>,
}

/// What the reader of a renewed certificate needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RestartRow {
    /// Name of the certificate.
    pub certificate: String,
    /// Who reads it.
    pub reader: String,
    /// When it reads it again, in words.
    pub when: String,
    /// What becomes of connections that are open, in words.
    pub connections: String,
    /// The command that restarts it, where it has to be restarted.
    pub restart: Option<String>,
    /// What else to know.
    pub note: Option<String>,
}
