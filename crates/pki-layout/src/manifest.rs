//! What is carried between a node and whoever signs for it: lists of requests and of certificates, with
//! their digests.

use serde::{Deserialize, Serialize};

/// Version of these: a reader refuses another one.
const SCHEMA_VERSION: u32 = 1;

/// What issues for an authority of the tree, where that does not sign itself.
pub(crate) const ABOVE: &str = "root-ca";

/// The manifest's name, in a tree as in what is carried.
pub(crate) const MANIFEST: &str = "manifest.json";

/// What is asked for. It lies beside the requests, and is carried with them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RequestManifest {
    /// 1.
    pub schema_version: u32,
    /// `RequestManifest`.
    pub kind: String,
    /// The node that asks, where its name is known.
    pub node: Option<String>,
    /// The requests, in the order of the table.
    pub requests: Vec<RequestRow>,
}

/// One request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RequestRow {
    /// Name of the credential's row, such as `apiserver` or `scheduler.conf`.
    pub name: String,
    /// Name of the row of the authority that is to issue; `root-ca` for an authority's own
    /// certificate.
    pub authority: String,
    /// The file with the request.
    pub file: String,
    /// SHA-256 of the request's DER, in lower-case hexadecimal.
    pub sha256: String,
    /// When it was made, RFC 3339.
    pub created: String,
    /// Identifier of its key (RFC 7093, method 1), in upper-case hexadecimal with colons: to be compared
    /// by those who carry it.
    #[serde(default)]
    pub key: String,
    /// SHA-256 of the certificate that was in its place when it was asked for, in lower-case hexadecimal;
    /// nothing where there was none. Where another one is by now, nobody waits for this one.
    #[serde(default)]
    pub replaces: Option<String>,
    /// Subject, as RFC 4514 writes it.
    pub subject: String,
    /// Alternative names, each with its type.
    pub alternative_names: Vec<String>,
    /// Purposes, such as `serverAuth`.
    pub purposes: Vec<String>,
    /// URL of the API server, for a kubeconfig that is to be made.
    pub server: Option<String>,
    /// Name of the cluster in it.
    pub cluster: Option<String>,
}

/// What was issued, carried with the certificates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CertificateManifest {
    /// 1.
    pub schema_version: u32,
    /// `CertificateManifest`.
    pub kind: String,
    /// The certificates, in the order of the requests.
    pub certificates: Vec<CertificateRow>,
}

/// One certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CertificateRow {
    /// Name of the credential's row.
    pub name: String,
    /// The file: the certificate, and the path above it.
    pub file: String,
    /// SHA-256 of the certificate's DER, in lower-case hexadecimal.
    pub sha256: String,
    /// When it ends, RFC 3339.
    pub not_after: String,
}

impl RequestRow {
    /// Whether it is an authority's own, which what is above it issues.
    #[must_use]
    pub fn is_of_authority(&self) -> bool {
        self.authority == ABOVE
    }
}

impl RequestManifest {
    pub(crate) fn new(node: Option<String>, requests: Vec<RequestRow>) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            kind: "RequestManifest".to_owned(),
            node,
            requests,
        }
    }

    /// What is wrong with one that was read, if anything is.
    pub(crate) fn read(text: &[u8]) -> Result<Self, String> {
        let manifest: Self =
            serde_json::from_slice(text).map_err(|error| format!("it does not decode: {error}"))?;
        if manifest.kind != "RequestManifest" {
            return Err(format!(
                "it is a {:?}, not a RequestManifest",
                manifest.kind
            ));
        }
        if manifest.schema_version != SCHEMA_VERSION {
            return Err(format!(
                "its schema is {}, and {SCHEMA_VERSION} is known here",
                manifest.schema_version
            ));
        }
        let is_plain = |name: &str| {
            !name.is_empty() && !name.contains(['/', '\0']) && name != "." && name != ".."
        };
        let mut names = std::collections::BTreeSet::new();
        for row in &manifest.requests {
            if !is_plain(&row.name) || !is_plain(&row.file) {
                return Err("a name in it is none of a file".to_owned());
            }
            if !names.insert(&row.name) {
                return Err(format!("{} is in it twice", row.name));
            }
        }
        Ok(manifest)
    }

    /// As JSON, for a file.
    pub(crate) fn to_json(&self) -> Result<Vec<u8>, serde_json::Error> {
        json(self)
    }
}

impl CertificateManifest {
    pub(crate) fn new(certificates: Vec<CertificateRow>) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            kind: "CertificateManifest".to_owned(),
            certificates,
        }
    }

    pub(crate) fn to_json(&self) -> Result<Vec<u8>, serde_json::Error> {
        json(self)
    }
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
    let mut text = serde_json::to_vec_pretty(value)?;
    text.push(b'\n');
    Ok(text)
}
