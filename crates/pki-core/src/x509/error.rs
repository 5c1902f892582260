use crate::key::KeyError;
use crate::text::FramingError;
use crate::x509::{NameError, SignatureError};

/// A certificate, or a request for one, could not be read.
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
    /// PEM whose blocks its readers do not find.
    #[error("is not PEM as Go reads it: {0}")]
    Framing(#[from] FramingError),
    /// PEM that does not decode.
    #[error("is not valid PEM: {reason}")]
    Pem {
        /// What the decoder said.
        reason: String,
    },
    /// PEM, but nothing of what is wanted in it.
    #[error("holds no {wanted} block, only {}", found.join(", "))]
    NoCertificate {
        /// The label that was looked for.
        wanted: &'static str,
        /// The labels that were found, the first few of them.
        found: Vec<String>,
    },
    /// Larger than any trust bundle.
    #[error("has {size} bytes, and at most {max} are read")]
    TooLong {
        /// How large it is.
        size: usize,
        /// The limit.
        max: usize,
    },
    /// More certificates than any trust bundle of a cluster holds.
    #[error("holds {count} {wanted} blocks; at most {max} are read")]
    TooMany {
        /// The label that was looked for.
        wanted: &'static str,
        /// How many there are.
        count: usize,
        /// The limit.
        max: usize,
    },
    /// A certificate with more of something than any real one has.
    #[error("{structure} {position} has {count} {what}, and at most {max} are read")]
    TooMuch {
        /// `certificate` or `certificate request`.
        structure: &'static str,
        /// Which block, counted from 1.
        position: usize,
        /// Of what.
        what: &'static str,
        /// How many there are.
        count: usize,
        /// The limit.
        max: usize,
    },
    /// A block whose content is not what its label says.
    #[error("{structure} {position} does not decode: {reason}")]
    Decode {
        /// `certificate` or `certificate request`.
        structure: &'static str,
        /// Which block, counted from 1.
        position: usize,
        /// What the decoder said.
        reason: String,
        /// Of what kind that is.
        malformed: Malformed,
    },
}

/// In what way a certificate does not decode, which decides who else cannot read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Malformed {
    /// Something follows the encoding.
    Trailing,
    /// A number that is not written as DER wants it: without octets, or with one too many.
    Number,
    /// A truth value that is neither.
    Boolean,
    /// A date that is none, or that is not written as RFC 5280 wants it.
    Time,
    /// An object identifier with an octet too many, or cut off.
    Identifier,
    /// A distinguished name.
    Name,
    /// An extension that is there twice.
    Twice,
    /// Two signature algorithms that differ.
    Algorithms,
    /// Something else.
    Structure,
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
    /// What came out of the signer does not verify with its own public key.
    #[error("the signer's signature does not fit its public key: {source}")]
    Signature {
        /// What is wrong with it.
        #[source]
        source: SignatureError,
    },
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
