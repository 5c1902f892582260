use serde::Serialize;

use super::RecoveredRow;

/// What `init` did, or with `dryRun` would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InitReport {
    /// [`SCHEMA_VERSION`](super::SCHEMA_VERSION).
    pub schema_version: u32,
    /// `InitReport`.
    pub kind: &'static str,
    /// `done`, `unchanged`, `refused`, or `planned` in a dry run.
    pub outcome: &'static str,
    /// Whether nothing was to be written.
    pub dry_run: bool,
    /// Name of the node.
    pub node: String,
    /// Its address.
    pub advertise_address: String,
    /// Profile of what is new.
    pub profile: String,
    /// Algorithm of new keys.
    pub key_algorithm: String,
    /// The rows of the table that concern this node, in its order. Empty after a refusal.
    pub rows: Vec<InitRow>,
    /// Bindings and flag sets that were written, or would be.
    pub derived_files: Vec<String>,
    /// What is there but wrong.
    pub refusals: Vec<RefusalRow>,
    /// What is worth knowing.
    pub warnings: Vec<String>,
    /// What an earlier run had left undone, and was completed first.
    pub recovered: Option<RecoveredRow>,
    /// When the first of the leaf certificates expires.
    pub first_expiration: Option<String>,
}

/// One row of the table in an [`InitReport`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InitRow {
    /// Name of the row, as kubeadm spells it.
    pub name: String,
    /// What it is.
    pub title: String,
    /// `create` or `keep`.
    pub action: &'static str,
    /// Why.
    pub reason: String,
    /// When the certificate expires.
    pub expires: Option<String>,
    /// SHA-256 of the certificate that was issued, in lower-case hexadecimal.
    pub sha256: Option<String>,
    /// The files.
    pub files: Vec<String>,
}

/// Something that is there but wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RefusalRow {
    /// The file.
    pub file: String,
    /// What is wrong with it.
    pub problem: String,
    /// What to do.
    pub remedy: String,
}
