//! What commands report, as programs read it: field names and types are stable within a schema
//! version. Instants are RFC 3339 in UTC, paths are those of the running system.

use serde::Serialize;

/// The version of every object in this module.
pub const SCHEMA_VERSION: u32 = 1;

/// What `init` did, or with `dryRun` would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InitReport {
    /// [`SCHEMA_VERSION`].
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

/// What files hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InspectReport {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// `InspectReport`.
    pub kind: &'static str,
    /// Each file, in the order given.
    pub files: Vec<InspectedFile>,
}

/// One file of an [`InspectReport`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
#[serde(rename_all = "camelCase")]
pub struct InspectedFile {
    /// Its path, as given.
    pub path: String,
    /// Why it cannot be shown.
    pub error: Option<String>,
    /// The certificates in it, in order.
    pub certificates: Vec<CertificateReport>,
    /// The private keys in it: their public halves.
    pub private_keys: Vec<KeyReport>,
    /// The public keys in it.
    pub public_keys: Vec<KeyReport>,
    /// Its current context, where it is a kubeconfig.
    pub kubeconfig: Option<KubeconfigReport>,
}

/// A certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CertificateReport {
    /// Whom it names.
    pub subject: String,
    /// Who signed it.
    pub issuer: String,
    /// Serial number, in hexadecimal.
    pub serial_number: String,
    /// First second.
    pub not_before: String,
    /// Last second.
    pub not_after: String,
    /// `valid`, `expired` or `not yet valid` at the instant asked about.
    pub state: &'static str,
    /// Whether basic constraints say it is an authority.
    pub authority: bool,
    /// Its key.
    pub key: KeyReport,
    /// Key usage bits.
    pub key_usage: Vec<String>,
    /// Purposes of the extended key usage.
    pub extended_key_usage: Vec<String>,
    /// Subject alternative names, each with its type.
    pub subject_alternative_names: Vec<String>,
    /// Subject key identifier.
    pub subject_key_identifier: Option<String>,
    /// Authority key identifier.
    pub authority_key_identifier: Option<String>,
    /// SHA-256 of the DER, in lower-case hexadecimal.
    pub sha256: String,
    /// Whether the private key beside it in the same file is its own.
    pub key_matches: Option<bool>,
}

/// A key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyReport {
    /// Type and size.
    pub key_type: String,
    /// Identifier (RFC 7093 section 2, method 1); the same for a certificate and its key.
    pub identifier: Option<String>,
}

/// The current context of a kubeconfig.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KubeconfigReport {
    /// URL of the API server.
    pub server: String,
    /// How it authenticates: `certificate`, `certificate file PATH` or `other`.
    pub authentication: String,
    /// The authorities it trusts.
    pub trust: Vec<CertificateReport>,
    /// What is wrong with its parts.
    pub problems: Vec<String>,
}
