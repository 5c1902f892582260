use std::fmt;

use super::CertificateFile;
use crate::x509::Usage;

/// Certificates that are named somewhere: by a component's flag or field, by a configuration, by
/// a kubeconfig for another user than the current context's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldFile {
    /// Who names them: `kube-apiserver --client-ca-file`.
    pub by: String,
    /// The file that says so: a manifest, a unit, a kubeconfig.
    pub told_in: String,
    /// The file, and what is in it; without a name where the flag is empty.
    pub file: CertificateFile,
    /// What of the file it is.
    pub part: ToldPart,
    /// What they are presented as; an authority's where they say who is believed.
    pub usage: Usage,
    /// Whether it is in the container: beneath something that is mounted there.
    pub is_mounted: bool,
}

/// What of a file is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ToldPart {
    /// All of it: PEM.
    File,
    /// A private key that is not there, in the place of which there is no certificate.
    Key,
    /// All of a kubeconfig, of which nothing could be read.
    Kubeconfig,
    /// The client certificate of a kubeconfig's user, in the file or in one that it names.
    User {
        /// The user.
        name: String,
        /// The contexts that use it.
        contexts: Vec<String>,
    },
    /// The authorities that a kubeconfig's current context trusts.
    Trust,
    /// A field of a configuration.
    Field(String),
}

/// As the subject of a sentence about the file.
impl fmt::Display for ToldPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File | Self::Key | Self::Kubeconfig => f.write_str("it"),
            Self::User { name, contexts } => {
                write!(f, "its user {name:?}, ")?;
                let contexts: Vec<String> = contexts.iter().map(|one| format!("{one:?}")).collect();
                match contexts.as_slice() {
                    [] => f.write_str("whom no context uses,"),
                    [one] => write!(f, "of the context {one},"),
                    all => write!(f, "of the contexts {},", all.join(" and ")),
                }
            }
            Self::Trust => f.write_str("its certificate-authority"),
            Self::Field(path) => write!(f, "its {path}"),
        }
    }
}
