use std::fmt;

use crate::authority::AuthorityError;
use crate::authority::path::PathError;
use crate::spec::{Artifact, Form, Owner, Part, RowId};
use crate::x509::Host;

/// A file that is there but wrong, why, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// The file.
    pub file: Artifact,
    /// Whose it is.
    pub owner: Owner,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// Its content is not what belongs there.
    Broken {
        /// What is wrong.
        reason: String,
    },
    /// The operating system does not let it be read.
    Unreadable {
        /// What it said.
        reason: String,
    },
    /// A key whose certificate is missing.
    KeyWithoutCertificate,
    /// A certificate whose key is missing.
    CertificateWithoutKey,
    /// A public key whose private key is missing.
    PublicKeyWithoutKey,
    /// Key and certificate do not belong together.
    KeyMismatch {
        /// Identifier of the certificate's key.
        expected: String,
        /// Identifier of the key that is there.
        actual: String,
    },
    /// The public key file holds other keys than the private key's.
    PublicKeyMismatch {
        /// Identifier of the private key's.
        expected: String,
        /// Identifiers of what is there.
        actual: String,
    },
    /// The authority that should have signed it is not there.
    NoAuthority {
        /// The authority.
        authority: RowId,
    },
    /// It must be made, and the authority's key is not here.
    ExternalAuthority {
        /// The authority.
        authority: RowId,
    },
    /// A node that joins shares it with the first one, and it is missing.
    NotCopied,
    /// The authority's certificate cannot issue.
    Authority {
        /// Why.
        reason: String,
    },
    /// An authority whose life is over or has not begun, or a leaf that does not verify.
    Path(PathError),
    /// It serves fewer names than configured.
    MissingHosts {
        /// The names it lacks.
        missing: Vec<Host>,
    },
    /// A kubeconfig that trusts another authority than this cluster's.
    OtherTrust,
}

impl Problem {
    pub(super) fn authority(error: &AuthorityError) -> Self {
        Self::Authority {
            reason: error.to_string(),
        }
    }

    /// Whether the machine is at fault and not the content.
    #[must_use]
    pub const fn is_environment(&self) -> bool {
        matches!(self, Self::Unreadable { .. })
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broken { reason } => write!(f, "it {reason}"),
            Self::Unreadable { reason } => write!(f, "it cannot be read: {reason}"),
            Self::KeyWithoutCertificate => f.write_str("the key is there, its certificate is not"),
            Self::CertificateWithoutKey => f.write_str("the certificate is there, its key is not"),
            Self::PublicKeyWithoutKey => {
                f.write_str("the public key is there, its private key is not")
            }
            Self::KeyMismatch { expected, actual } => write!(
                f,
                "the key belongs to another certificate: its identifier is {actual}, the \
                 certificate's is {expected}"
            ),
            Self::PublicKeyMismatch { expected, actual } => write!(
                f,
                "it does not hold the public half of the private key beside it: that has the \
                 identifier {expected}, here is {actual}"
            ),
            Self::NoAuthority { authority } => write!(
                f,
                "it is there, but the authority that should have signed it is not: {} is missing",
                authority
                    .spec()
                    .artifacts()
                    .first()
                    .map_or_else(String::new, ToString::to_string)
            ),
            Self::ExternalAuthority { authority } => write!(
                f,
                "it is missing and cannot be made: its authority's {} is not here",
                authority.part(Part::Key)
            ),
            Self::NotCopied => f.write_str("it is missing, and a joining node shares it"),
            Self::Authority { reason } => f.write_str(reason),
            Self::Path(error) => error.fmt(f),
            Self::MissingHosts { missing } => {
                let hosts: Vec<String> = missing.iter().map(ToString::to_string).collect();
                write!(f, "it does not serve {}", hosts.join(", "))
            }
            Self::OtherTrust => {
                f.write_str("it trusts another authority than this cluster's ca.crt")
            }
        }
    }
}

impl Refusal {
    /// What to do about it, in one sentence. `path` says how files are named to the reader.
    #[must_use]
    pub fn remedy(&self, path: impl Fn(Artifact) -> String) -> String {
        let row = self.file.id;
        let join = |files: &[Artifact]| {
            let names: Vec<String> = files.iter().map(|file| path(*file)).collect();
            names.join(" and ")
        };
        let files = join(&row.spec().artifacts());
        match &self.problem {
            Problem::Unreadable { .. } => {
                "run as root, or as the user who owns the directory".to_owned()
            }
            Problem::NotCopied => format!("copy {files} from the first control-plane node"),
            problem if row.spec().is_authority() => authority_remedy(problem, &files),
            Problem::KeyWithoutCertificate | Problem::CertificateWithoutKey => format!(
                "put the missing one of {files} back; or move the other away, and the pair is \
                 made afresh"
            ),
            Problem::PublicKeyWithoutKey => format!(
                "put {} back, the key that signs this cluster's tokens; or move {} away, and \
                 every token signed so far becomes invalid",
                path(row.part(Part::Key)),
                path(self.file)
            ),
            Problem::NoAuthority { authority } => format!(
                "put {} back; or move {files} away too, and everything is made afresh",
                join(&authority.spec().artifacts())
            ),
            Problem::ExternalAuthority { authority } => format!(
                "have the external authority issue {files}, or put {} back",
                path(authority.part(Part::Key))
            ),
            // Made afresh, the pair would be another one, and what the old one signed is void.
            _ if self.file.part == Part::PublicKey => format!(
                "move {} away, and it is rebuilt from the private key",
                path(self.file)
            ),
            _ if row == RowId::ServiceAccount => format!(
                "put the right {} back, the key that signs this cluster's tokens; or move {files} \
                 away, and every token signed so far becomes invalid",
                path(self.file)
            ),
            Problem::Path(PathError::Expired { .. }) => {
                format!("renew it with `pkigen renew {row}`")
            }
            _ => match row.spec().form {
                Form::Kubeconfig { .. } => format!("move {files} away, and it is made afresh"),
                _ => format!("move {files} away, and the pair is made afresh"),
            },
        }
    }
}

fn authority_remedy(problem: &Problem, files: &str) -> String {
    match problem {
        Problem::KeyWithoutCertificate => format!(
            "put the certificate of {files} back; or, where nothing trusts it yet, move the key \
             away, and the authority is made afresh"
        ),
        _ => format!(
            "put the right {files} back; or move everything signed by it away too, and start with \
             a new authority"
        ),
    }
}
