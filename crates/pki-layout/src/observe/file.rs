//! What is in a file that somebody was told of.

use std::path::{Path, PathBuf};

use pki_core::Certificate;
use pki_core::key::PublicKey;
use pki_core::observation::{ClientFacts, Found, KubeconfigFacts};
use rustix::fs::{FileType, OFlags};

use super::yaml;
use crate::kubeconfig::Keys;
use crate::tree::read::parse_certificates;
use crate::{Role, Root};

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

impl Root {
    pub(super) fn named_file(&self, path: &str, as_what: FileUse) -> NamedFile {
        let at = Path::new(path);
        let found = match as_what {
            FileUse::Certificates => self.parsed(at, |text| {
                parse_certificates(text).map(Contents::Certificates)
            }),
            FileUse::Kubeconfig => self.parsed(at, |text| self.kubeconfig(at, text)),
            FileUse::PublicKeys => self.parsed(at, public_keys),
            FileUse::Authentication => self.parsed(at, authentication),
            FileUse::Anything => self.is_file(at),
        };
        NamedFile { found }
    }

    /// Whether there is a regular file. Not opened: it may be a private key.
    fn is_file(&self, path: &Path) -> Found<Contents> {
        let stat = self
            .open(path, OFlags::PATH)
            .and_then(|file| Ok(rustix::fs::fstat(&file)?));
        match stat {
            Ok(stat) => match FileType::from_raw_mode(stat.st_mode) {
                FileType::RegularFile => Found::Present(Contents::Anything),
                FileType::Directory => Found::Broken {
                    reason: "is a directory, not a file".to_owned(),
                },
                _ => Found::Broken {
                    reason: "is not a regular file".to_owned(),
                },
            },
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Found::Absent,
            Err(error) => Found::Unreadable {
                reason: error.to_string(),
            },
        }
    }

    fn kubeconfig(&self, path: &Path, text: &[u8]) -> Result<Contents, String> {
        let beside = |file: &Path| path.parent().unwrap_or(path).join(file);
        let load = |file: PathBuf| self.parsed(&file, parse_certificates);
        let facts = crate::kubeconfig::read(text, Keys::Leave, |file| load(beside(file)))?;
        let client = match &facts.client {
            ClientFacts::Embedded { certificate, .. } => Some(certificate.clone()),
            ClientFacts::Files { certificate, .. } => {
                let file = beside(Path::new(certificate));
                let shown = file.display().to_string();
                Some(match load(file) {
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
        Ok(Contents::Kubeconfig { facts, client })
    }
}

/// kube-apiserver takes a private key too, of which the public half counts; it is not opened.
fn public_keys(text: &[u8]) -> Result<Contents, String> {
    match PublicKey::all_from_pem(text) {
        Ok(keys) => Ok(Contents::PublicKeys(keys.len())),
        Err(error) => match parse_certificates(text) {
            Ok(certificates) => Ok(Contents::PublicKeys(certificates.len())),
            Err(_) if is_private(text) => Ok(Contents::PublicKeys(1)),
            Err(_) => Err(error.to_string()),
        },
    }
}

fn is_private(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok_and(|text| text.contains("PRIVATE KEY-----"))
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
