use super::KeyType;
use crate::key::RandomError;
use crate::text::FramingError;

/// A key could not be read, made or used. Never holds key material.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The file is empty.
    #[error("is empty")]
    Empty,
    /// The file has no PEM block at all.
    #[error("holds no PEM block; a private key file starts with -----BEGIN")]
    NotPem,
    /// PEM whose blocks its readers do not find.
    #[error("is not PEM as Go reads it: {0}")]
    Framing(#[from] FramingError),
    /// The file is DER.
    #[error("is DER, not PEM; convert it with `openssl pkey -inform DER -in FILE`")]
    Der,
    /// Larger than any key.
    #[error("is no key: {what} has {size} bytes, and at most {max} are read")]
    TooLong {
        /// `it`, the file, or `its block`.
        what: &'static str,
        /// How large it is.
        size: usize,
        /// The limit.
        max: usize,
    },
    /// More public keys than a file of them ever holds.
    #[error("holds {count} public keys, and at most {max} are read")]
    TooMany {
        /// How many there are.
        count: usize,
        /// The limit.
        max: usize,
    },
    /// PEM, but no private key in it.
    #[error("holds no private key, only {}", found.join(", "))]
    NoKey {
        /// The labels that were found.
        found: Vec<String>,
    },
    /// PEM, but no public key in it.
    #[error("holds no PUBLIC KEY block")]
    NoPublicKey,
    /// Encrypted with a passphrase: no Kubernetes component can read it.
    #[error(
        "is encrypted, and Kubernetes components cannot read encrypted keys; \
         decrypt it with `openssl pkey -in FILE -out NEW`"
    )]
    Encrypted,
    /// Encrypted in a way that is no longer used, or not known.
    #[error(
        "is encrypted by {name}, which is not read; encrypt it anew with \
         `openssl pkcs8 -topk8 -in FILE -out NEW`, and `-provider legacy -provider default` where \
         OpenSSL no longer has it by itself"
    )]
    Cipher {
        /// Name or object identifier of what encrypts it.
        name: String,
    },
    /// Encrypted with another passphrase, or damaged.
    #[error("does not open with this passphrase")]
    Passphrase,
    /// A passphrase without an octet in it.
    #[error("the passphrase is empty")]
    NoPassphrase,
    /// Encrypted so that opening it would take more time or memory than anybody means it to.
    #[error("is encrypted with {what}, and at most {max} are computed")]
    TooMuchWork {
        /// How much of what.
        what: String,
        /// The limit.
        max: String,
    },
    /// The block's content does not decode.
    #[error("does not decode as {form}: {reason}")]
    Decode {
        /// `PKCS#1`, `SEC1`, `PKCS#8` or `SPKI`.
        form: &'static str,
        /// What the decoder said.
        reason: String,
    },
    /// A kind of key that Kubernetes components or this crate do not use.
    #[error("is {name}; use RSA with at least 2048 bits, ECDSA P-256 or ECDSA P-384")]
    Unsupported {
        /// Name or object identifier of the algorithm.
        name: String,
    },
    /// An RSA key below 2048 or above 8192 bits.
    #[error("is RSA with {bits} bits; between 2048 and 8192 are accepted")]
    RsaSize {
        /// Length of the modulus in bits.
        bits: u32,
    },
    /// An RSA key whose public exponent Go's `crypto/rsa` refuses: above 2^31 - 1. Checking a
    /// signature takes time that grows with it.
    #[error("is RSA with a public exponent of {bits} bits; at most {max} are accepted")]
    RsaExponent {
        /// Length of the exponent in bits.
        bits: u32,
        /// The limit.
        max: u32,
    },
    /// A kind of key that needs a feature of this crate which is off.
    #[error("needs the feature {feature:?} of pki-core, which this was built without")]
    FeatureOff {
        /// The feature.
        feature: &'static str,
    },
    /// Generation failed.
    #[error("cannot generate a key of type {key_type}")]
    Generate {
        /// What was asked for.
        key_type: KeyType,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A key source made a key of another kind than it was asked for.
    #[error("the key that was made is {actual}, and {expected} was asked for")]
    OtherAlgorithm {
        /// What was asked for.
        expected: KeyType,
        /// What was made.
        actual: KeyType,
    },
    /// No randomness.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// Signing failed.
    #[error("cannot sign")]
    Sign {
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Writing the key as PEM failed.
    #[error("cannot encode the key: {reason}")]
    Encode {
        /// What the encoder said.
        reason: String,
    },
}

impl KeyError {
    /// A [`KeyError::Decode`] from whatever a decoder returns.
    pub(crate) fn decode(form: &'static str, error: impl std::fmt::Display) -> Self {
        Self::Decode {
            form,
            reason: error.to_string(),
        }
    }

    /// A [`KeyError::Encode`] from whatever an encoder returns.
    pub(crate) fn encode(error: impl std::fmt::Display) -> Self {
        Self::Encode {
            reason: error.to_string(),
        }
    }
}
