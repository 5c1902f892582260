//! What is in a file that somebody was told of.

use std::path::Path;

use pki_core::Certificate;
use pki_core::observation::{ClientFacts, Found, KubeconfigFacts};
use pki_core::text::FramingError;

use super::parse::unread;
use super::{Observation, yaml};
use crate::table::Role;
use crate::tree::source::{Kind, Links};

/// What a file is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum FileUse {
    /// Certificates in PEM.
    Certificates,
    /// A kubeconfig.
    Kubeconfig,
    /// Public keys, be it those of private keys or certificates.
    PublicKeys,
    /// kube-apiserver's `AuthenticationConfiguration`.
    Authentication,
    /// Anything: it is not opened.
    Anything,
}

/// A file that was named.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NamedFile {
    /// What is in it.
    pub found: Found<Contents>,
    /// How it is framed, where nothing is read for its sake.
    pub framing: Option<FramingError>,
}

/// What is in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Contents {
    /// Certificates, at least one.
    Certificates(Vec<Certificate>),
    /// A kubeconfig's current context.
    Kubeconfig {
        /// What it says.
        facts: Box<KubeconfigFacts>,
        /// The client certificate, also where it is in a file of its own; `None` where the user
        /// shows something else.
        client: Option<Found<Vec<Certificate>>>,
    },
    /// So many public keys.
    PublicKeys(usize),
    /// How callers are authenticated.
    Authentication {
        /// Whether who shows nothing is served: what `anonymous.enabled` says.
        anonymous: Option<bool>,
        /// Whether that is so for some requests only.
        conditions: bool,
    },
    /// Something.
    Anything,
}

impl FileUse {
    /// What a file of this role is read as.
    #[must_use]
    pub const fn of(role: Role) -> Self {
        match role {
            Role::OwnCertificate
            | Role::ClientTrust
            | Role::ServerTrust
            | Role::IssuingCertificate => Self::Certificates,
            Role::Kubeconfig => Self::Kubeconfig,
            Role::TokenVerificationKey => Self::PublicKeys,
            _ => Self::Anything,
        }
    }
}

impl Observation {
    pub(super) fn named_file(&self, path: &str, as_what: FileUse) -> NamedFile {
        let at = Path::new(path);
        let found = match as_what {
            FileUse::Certificates => self.certificates(at).map(Contents::Certificates),
            FileUse::Kubeconfig => self.kubeconfig(at).map(|facts| self.with_client(at, facts)),
            FileUse::PublicKeys => self.token_keys(at),
            FileUse::Authentication => self.parsed(at, authentication),
            FileUse::Anything => self.is_file(at),
        };
        let framing = match (as_what, &found) {
            (FileUse::Certificates | FileUse::PublicKeys, Found::Broken { .. }) => self.framing(at),
            _ => None,
        };
        NamedFile {
            found,
            framing: framing.filter(|error| error.framing.hides()),
        }
    }

    /// Whether there is a regular file. Not opened: it may be a private key.
    fn is_file(&self, path: &Path) -> Found<Contents> {
        match self.status(path, Links::Follow) {
            Ok(status) => match status.kind {
                Kind::File => Found::Present(Contents::Anything),
                Kind::Directory => Found::Broken {
                    reason: "is a directory, not a file".to_owned(),
                },
                _ => Found::Broken {
                    reason: "is not a regular file".to_owned(),
                },
            },
            Err(error) => unread(&error),
        }
    }

    fn with_client(&self, path: &Path, facts: KubeconfigFacts) -> Contents {
        let beside = |file: &Path| path.parent().unwrap_or(path).join(file);
        let client = match &facts.client {
            ClientFacts::Embedded { certificate, .. } => Some(certificate.clone()),
            ClientFacts::Files { certificate, .. } => {
                let file = beside(Path::new(certificate));
                let shown = file.display().to_string();
                Some(match self.certificates(&file) {
                    Found::Absent => Found::Broken {
                        reason: format!("names {shown}, which is not there"),
                    },
                    Found::Broken { reason } => Found::Broken {
                        reason: format!("names {shown}, which {reason}"),
                    },
                    found => found,
                })
            }
            _ => None,
        };
        let facts = Box::new(facts);
        Contents::Kubeconfig { facts, client }
    }

    /// kube-apiserver takes a private key too, of which the public half counts.
    fn token_keys(&self, path: &Path) -> Found<Contents> {
        let found = self.public_keys(path);
        let count = match (&found, self.certificates(path)) {
            (Found::Broken { .. }, Found::Present(certificates)) => certificates.len(),
            (Found::Broken { .. }, _) if self.is_private(path) => 1,
            _ => return found.map(|keys| Contents::PublicKeys(keys.len())),
        };
        Found::Present(Contents::PublicKeys(count))
    }
}

/// `AuthenticationConfiguration` of `apiserver.config.k8s.io`.
fn authentication(text: &[u8]) -> Result<Contents, String> {
    let document = yaml::parse(text)?;
    let enabled = document.value.at("anonymous.enabled");
    let enabled = enabled.and_then(|node| node.value.text());
    let conditions = document.value.at("anonymous.conditions");
    Ok(Contents::Authentication {
        anonymous: enabled.map(|text| text == "true"),
        conditions: conditions.is_some_and(|node| !node.value.items().is_empty()),
    })
}
