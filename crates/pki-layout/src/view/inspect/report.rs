use serde::Serialize;

/// What files hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct InspectReport {
    /// [`SCHEMA_VERSION`](crate::report::SCHEMA_VERSION).
    pub schema_version: u32,
    /// `InspectReport`.
    pub kind: &'static str,
    /// Each file, in the order given.
    pub files: Vec<InspectedFile>,
}

/// One file of an [`InspectReport`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct InspectedFile {
    /// Its path, as given.
    pub path: String,
    /// Why it cannot be shown.
    pub error: Option<String>,
    /// What of it is not shown below, of a file of PEM.
    pub problems: Vec<String>,
    /// The certificates in it, in order.
    pub certificates: Vec<CertificateReport>,
    /// The requests for certificates in it, in order.
    pub certificate_requests: Vec<CertificateRequestReport>,
    /// The private keys in it: their public halves.
    pub private_keys: Vec<KeyReport>,
    /// The public keys in it.
    pub public_keys: Vec<KeyReport>,
    /// What its contexts use, where it is a kubeconfig.
    pub kubeconfig: Option<KubeconfigReport>,
}

/// A certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
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
    /// What it is signed by, by the algorithm's usual name, else its object identifier.
    pub signature_algorithm: String,
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

/// A request for a certificate (PKCS#10). All of it is what somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CertificateRequestReport {
    /// Whom it asks to name.
    pub subject: String,
    /// The key it asks to certify.
    pub key: KeyReport,
    /// `valid`, or what is wrong with its signature by that key.
    pub signature: String,
    /// Whether it asks to be an authority.
    pub authority: bool,
    /// Key usage bits it asks for.
    pub key_usage: Vec<String>,
    /// Purposes it asks for.
    pub extended_key_usage: Vec<String>,
    /// Alternative names it asks for, each with its type.
    pub subject_alternative_names: Vec<String>,
    /// Object identifiers of further extensions it asks for.
    pub other_extensions: Vec<String>,
    /// Object identifiers of its other attributes, such as a challenge password.
    pub other_attributes: Vec<String>,
    /// SHA-256 of the DER, in lower-case hexadecimal.
    pub sha256: String,
    /// Whether the private key beside it in the same file is its own.
    pub key_matches: Option<bool>,
}

/// A key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct KeyReport {
    /// Type and size; the name of a kind that nothing here uses, such as `ML-DSA-65`.
    pub key_type: String,
    /// Identifier (RFC 7093 section 2, method 1); the same for a certificate and its key.
    pub identifier: Option<String>,
}

/// A kubeconfig: its current context, and every other user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct KubeconfigReport {
    /// URL of the API server.
    pub server: String,
    /// How it authenticates: `certificate`, `certificate file PATH` or `other`.
    pub authentication: String,
    /// The user of the current context.
    pub user: String,
    /// The contexts that use it.
    pub contexts: Vec<String>,
    /// The authorities it trusts.
    pub trust: Vec<CertificateReport>,
    /// What is wrong with its parts.
    pub problems: Vec<String>,
    /// Every other user.
    pub other_users: Vec<KubeconfigUserReport>,
}

/// A user of a kubeconfig whom the current context does not name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct KubeconfigUserReport {
    /// What it is called in there.
    pub name: String,
    /// The contexts that use it.
    pub contexts: Vec<String>,
    /// How it authenticates: `certificate`, `certificate file PATH` or `other`.
    pub authentication: String,
    /// Its certificate and what follows it.
    pub certificates: Vec<CertificateReport>,
    /// Its private key: the public half.
    pub private_keys: Vec<KeyReport>,
    /// What is wrong with it.
    pub problems: Vec<String>,
}
