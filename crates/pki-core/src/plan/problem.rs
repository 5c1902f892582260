use std::fmt;

use crate::authority::AuthorityError;
use crate::authority::path::PathError;
use crate::observation::Lapse;
use crate::spec::{Artifact, Owner, Part, RowId};
use crate::x509::{DistinguishedName, Host};

/// A file that is there but wrong, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// The file.
    pub file: Artifact,
    /// Whose it is.
    pub owner: Owner,
    /// What is wrong with it.
    pub problem: Problem,
    /// Whether it could be made anew: what issues it is here, or needs to be nowhere.
    pub can_be_made: bool,
    /// Whether nothing is read of it for the sake of its framing.
    pub is_misframed: bool,
    /// The row's files that are symbolic links, which are not written through.
    pub links: Vec<Artifact>,
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
    /// The public key in the certificate is none that can be told.
    PublicKey {
        /// What is wrong with it.
        reason: String,
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
    /// There is none of the table's certificates, or none of its kubeconfigs, and components are told
    /// of another directory: what would be made nobody would read.
    Elsewhere {
        /// The directory.
        directory: String,
        /// The component and its flag that name a file in it.
        by: String,
    },
    /// The nodes of a cluster share it, it is missing, and the cluster is not new: another file of
    /// it is here.
    Forgotten {
        /// The other file.
        beside: Artifact,
    },
    /// It must be made, and the key that was given for it is another authority's.
    SharedKey {
        /// Which.
        other: RowId,
    },
    /// The key that was given for it is not the authority's.
    OtherSigner {
        /// How they differ.
        reason: String,
    },
    /// It must be made, and the authority above cannot sign it.
    Superior {
        /// Whose certificate that is.
        subject: DistinguishedName,
        /// Why not.
        problem: String,
    },
    /// An authority that another one has issued than the one that was given to be above it.
    NotBelow {
        /// Subject and key identifier of who has issued it.
        actual: String,
        /// Those of who was to have.
        expected: String,
    },
    /// The authority's certificate cannot issue.
    Authority {
        /// Why.
        reason: String,
    },
    /// An authority whose life is over or has not begun, or a leaf that does not verify.
    Path(PathError),
    /// An authority whose life is over, and to which another one has to give new dates.
    EndedBelow(PathError),
    /// It serves fewer names than configured.
    MissingHosts {
        /// The names it lacks.
        missing: Vec<Host>,
    },
    /// A kubelet.conf that names a certificate which the kubelet cannot use any more.
    Lapsed {
        /// The certificate's file.
        file: String,
        /// Why.
        lapse: Lapse,
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
            Self::PublicKey { reason } => write!(f, "the certificate's key {reason}"),
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
            Self::Elsewhere { directory, by } => write!(
                f,
                "it is missing, as everything here is, and {by} names a file in {directory}: what \
                 would be made here nobody would read"
            ),
            Self::NotCopied => f.write_str("it is missing, and a joining node shares it"),
            Self::Forgotten { beside } => write!(
                f,
                "it is missing beside {beside}: the nodes of a cluster share it, and another one \
                 would be believed by none of them"
            ),
            Self::OtherSigner { reason } => {
                write!(f, "the key that was given for it is another: {reason}")
            }
            Self::SharedKey { other } => write!(
                f,
                "it is missing, and the key that was given for it is {other}'s too: authorities that \
                 share one let each other's clients in"
            ),
            Self::Superior { subject, problem } => write!(
                f,
                "it is missing, and the authority above it, {subject}, cannot sign it: {problem}"
            ),
            Self::NotBelow { actual, expected } => {
                write!(f, "it was issued by {actual}, and not by {expected}")
            }
            Self::Authority { reason } => f.write_str(reason),
            Self::Path(error) | Self::EndedBelow(error) => error.fmt(f),
            Self::MissingHosts { missing } => {
                let hosts: Vec<String> = missing.iter().map(ToString::to_string).collect();
                write!(f, "it does not serve {}", hosts.join(", "))
            }
            Self::Lapsed { file, lapse } => write!(f, "its certificate in {file} {lapse}"),
            Self::OtherTrust => {
                f.write_str("it trusts another authority than this cluster's ca.crt")
            }
        }
    }
}
