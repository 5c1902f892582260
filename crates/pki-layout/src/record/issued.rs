//! What is remembered of a certificate that was issued: who it makes of whoever has its key, and how
//! a log or a rule names it.

#[cfg(feature = "disk")]
use pki_core::text::hex;
#[cfg(feature = "disk")]
use pki_core::{Certificate, CredentialId, Owner};
use serde::{Deserialize, Serialize};
#[cfg(feature = "disk")]
use time::format_description::well_known::Rfc3339;

/// A certificate that was issued. Instants are RFC 3339 in UTC, digests lower-case hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Issued {
    /// Name of the row: `apiserver`, `kubelet.conf`, `user`.
    pub row: String,
    /// Name of the node or the user that it was issued for; `null` for the cluster's and the node's
    /// at hand.
    #[serde(default)]
    pub owner: Option<String>,
    /// Its common name: the user name that it logs in with.
    pub name: String,
    /// Its organizations: the groups that it logs in with.
    #[serde(default)]
    pub groups: Vec<String>,
    /// Serial number, with colons.
    pub serial_number: String,
    /// SHA-256 of its DER.
    pub sha256: String,
    /// First second.
    pub not_before: String,
    /// Last second.
    pub not_after: String,
    /// Subject of its issuer.
    pub issuer: String,
    /// Identifier of the key that signed it, with colons, where it names one.
    #[serde(default)]
    pub issuer_key: Option<String>,
    /// Why it was issued with rights that nobody gets by the way.
    #[serde(default)]
    pub reason: Option<String>,
}

impl Issued {
    #[cfg(feature = "disk")]
    pub(crate) fn of(id: &CredentialId, certificate: &Certificate) -> Self {
        let instant = |at: time::OffsetDateTime| at.format(&Rfc3339).unwrap_or_default();
        let subject = certificate.subject();
        let identifier = certificate.authority_key_identifier();
        Self {
            row: id.row.to_string(),
            owner: match &id.owner {
                Owner::Node(name) => Some(name.to_string()),
                Owner::User(name) => Some(name.to_string()),
                _ => None,
            },
            name: subject.common_name().unwrap_or_default().to_owned(),
            groups: subject.groups().map(str::to_owned).collect(),
            serial_number: hex::colons(certificate.serial_number().as_bytes()),
            sha256: hex::plain(&certificate.fingerprint()),
            not_before: instant(certificate.validity().not_before),
            not_after: instant(certificate.validity().not_after),
            issuer: certificate.issuer().to_string(),
            issuer_key: identifier.map(|octets| hex::colons(&octets)),
            reason: None,
        }
    }

    /// What the API server calls whoever shows it, in `authentication.kubernetes.io/credential-id`:
    /// since Kubernetes 1.32, staging/src/k8s.io/apiserver/pkg/authentication/request/x509.
    #[must_use]
    pub fn credential_id(&self) -> String {
        format!("X509SHA256={}", self.sha256)
    }
}
