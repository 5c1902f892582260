use crate::key::KeyError;
use crate::name::NameError;

/// A certificate could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// The file is empty.
    #[error("is empty")]
    Empty,
    /// The file is DER.
    #[error("is DER, not PEM; convert it with `openssl x509 -inform DER -in FILE`")]
    Der,
    /// There is no PEM block in it.
    #[error("holds no PEM block; a certificate file starts with -----BEGIN CERTIFICATE-----")]
    NotPem,
    /// PEM that does not decode.
    #[error("is not valid PEM: {reason}")]
    Pem {
        /// What the decoder said.
        reason: String,
    },
    /// PEM, but no certificate in it.
    #[error("holds no CERTIFICATE block, only {}", found.join(", "))]
    NoCertificate {
        /// The labels that were found.
        found: Vec<String>,
    },
    /// More certificates than any trust bundle of a cluster holds.
    #[error("holds {count} certificates; at most {max} are read")]
    TooMany {
        /// How many there are.
        count: usize,
        /// The limit.
        max: usize,
    },
    /// A block whose content is no certificate.
    #[error("certificate {position} does not decode: {reason}")]
    Decode {
        /// Which block, counted from 1.
        position: usize,
        /// What the decoder said.
        reason: String,
    },
}

/// A certificate could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// The writer refused.
    #[error("cannot encode the certificate: {reason}")]
    Encode {
        /// What it said.
        reason: String,
    },
    /// The key could not sign.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The subject cannot be encoded.
    #[error(transparent)]
    Name(#[from] NameError),
    /// What was written does not read back as what was asked for.
    #[error("the certificate as written differs in its {field} from what was asked for")]
    ReadBack {
        /// Which part.
        field: &'static str,
    },
}

impl EncodeError {
    pub(crate) fn encode(error: impl std::fmt::Display) -> Self {
        Self::Encode {
            reason: error.to_string(),
        }
    }
}
