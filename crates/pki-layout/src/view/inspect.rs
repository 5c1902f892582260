//! What a file holds, recognised by its content.

mod fill;
pub(crate) mod report;

use std::path::{Path, PathBuf};

use pki_core::Certificate;
use pki_core::key::{self, KeyError, PrivateKey, PublicKey, SigningKey as _};
use pki_core::observation::{Found, KubeconfigFacts};
use pki_core::text::{Framing, FramingError};
use pki_core::x509::{CertificateError, CertificateRequest, SignatureError};

/// The content of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Inspected {
    /// PEM: certificates, a private key, or both, as the kubelet keeps them; requests for
    /// certificates, public keys.
    Pem {
        /// The certificates, in order.
        certificates: Vec<Certificate>,
        /// The requests for certificates, in order.
        requests: Vec<CertificateRequest>,
        /// Public half of the private key.
        private_key: Option<PublicKey>,
        /// The public keys.
        public_keys: Vec<PublicKey>,
        /// How its blocks are framed, where not everybody reads that alike: one may be missing
        /// above.
        framing: Option<FramingError>,
    },
    /// A kubeconfig.
    Kubeconfig(Box<KubeconfigFacts>),
}

/// A file that cannot be shown.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InspectError {
    /// The operating system does not let it be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What it said.
        source: std::io::Error,
    },
    /// It is none of what is understood.
    #[error("{} {reason}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

impl InspectError {
    /// Whether the machine is at fault and not the content.
    #[must_use]
    pub fn is_environment(&self) -> bool {
        match self {
            Self::Read { source, .. } => source.kind() != std::io::ErrorKind::InvalidData,
            Self::Content { .. } => false,
        }
    }
}

/// Reads what a PEM file or a kubeconfig holds, whatever its name: `path` is what is said of it.
/// `named` reads the file of authorities that a kubeconfig names, as it names it.
///
/// # Errors
///
/// [`InspectError::Content`] when it holds nothing that is understood.
///
/// ```
/// use std::path::Path;
///
/// use pki_core::observation::Found;
/// use pki_layout::inspect_text;
///
/// let nonsense = inspect_text(Path::new("x"), b"nonsense", |_| Found::NotObserved);
/// assert_eq!(nonsense.unwrap_err().to_string(), "x is neither PEM nor a kubeconfig");
/// ```
pub fn inspect_text(
    path: &Path,
    text: &[u8],
    named: impl Fn(&Path) -> Found<Vec<Certificate>>,
) -> Result<Inspected, InspectError> {
    let failed = |reason: String| InspectError::Content {
        path: path.to_owned(),
        reason,
    };
    if looks_like_kubeconfig(text) {
        return crate::kubeconfig::read(text, named)
            .map(|facts| Inspected::Kubeconfig(Box::new(facts)))
            .map_err(|error| failed(error.reason));
    }
    let certificates = listed(Certificate::all_from_pem(text)).map_err(failed)?;
    let requests = listed(CertificateRequest::all_from_pem(text)).map_err(failed)?;
    let private_key = match PrivateKey::from_pem(text) {
        Ok(key) => Some(key.public_key().clone()),
        Err(KeyError::NoKey { .. }) => None,
        Err(error) => return Err(failed(error.to_string())),
    };
    let public_keys = match PublicKey::all_from_pem(text) {
        Ok(keys) => keys,
        Err(KeyError::NoPublicKey) => Vec::new(),
        Err(error) => return Err(failed(error.to_string())),
    };
    if certificates.is_empty()
        && requests.is_empty()
        && private_key.is_none()
        && public_keys.is_empty()
    {
        return Err(failed(
            "holds no certificate, no request for one and no key".to_owned(),
        ));
    }
    Ok(Inspected::Pem {
        certificates,
        requests,
        private_key,
        public_keys,
        framing: key::framing(text),
    })
}

/// What a file holds of one kind. What holds a key holds no certificate, mostly.
fn listed<T>(read: Result<Vec<T>, CertificateError>) -> Result<Vec<T>, String> {
    match read {
        Ok(found) => Ok(found),
        Err(CertificateError::NoCertificate { .. }) => Ok(Vec::new()),
        Err(CertificateError::NotPem) => Err("is neither PEM nor a kubeconfig".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

impl Inspected {
    /// Whether a request for a certificate is not signed by its own key.
    #[must_use]
    pub fn has_wrong_signature(&self) -> bool {
        match self {
            Self::Pem { requests, .. } => {
                let mut requests = requests.iter();
                requests.any(|request| request.verify_signature() == Err(SignatureError::Wrong))
            }
            Self::Kubeconfig(_) => false,
        }
    }

    /// What is wrong with the parts of a kubeconfig, or that a block of PEM is not shown.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        let facts = match self {
            Self::Kubeconfig(facts) => facts,
            Self::Pem { framing, .. } => {
                let is_missing = |error: &FramingError| {
                    matches!(error.framing, Framing::CutInto { .. } | Framing::CutOff)
                };
                let framing = framing.filter(is_missing);
                return framing.iter().map(ToString::to_string).collect();
            }
        };
        let mut problems = Vec::new();
        problems.extend(problem(&facts.trust));
        if facts.skips_verification {
            problems.push("it has insecure-skip-tls-verify".to_owned());
        }
        if let pki_core::observation::ClientFacts::Embedded { certificate, key } = &facts.client {
            problems.extend(problem(certificate));
            problems.extend(problem(key));
        }
        problems
    }
}

fn problem<T>(found: &Found<T>) -> Option<String> {
    match found {
        Found::Broken { reason } | Found::Unreadable { reason } => Some(format!("it {reason}")),
        _ => None,
    }
}

/// A kubeconfig is YAML; PEM has its marker before anything that looks like a key of YAML.
pub(crate) fn looks_like_kubeconfig(text: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(text) else {
        return false;
    };
    let keys = [
        "apiVersion",
        "clusters",
        "contexts",
        "current-context",
        "kind",
        "users",
    ];
    text.lines().any(|line| {
        let key = line.split(':').next().unwrap_or_default();
        keys.contains(&key.trim_matches(['"', '\'', ' ']))
    }) || text.trim_start().starts_with('{')
}
