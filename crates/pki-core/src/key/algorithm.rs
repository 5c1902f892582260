use std::fmt;
use std::str::FromStr;

/// A key that can be asked for: what kubeadm's `encryptionAlgorithm` offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum KeyAlgorithm {
    /// ECDSA on NIST P-256 (secp256r1).
    EcdsaP256,
    /// ECDSA on NIST P-384 (secp384r1).
    EcdsaP384,
    /// RSA with a modulus of 2048 bits.
    Rsa2048,
    /// RSA with a modulus of 3072 bits.
    Rsa3072,
    /// RSA with a modulus of 4096 bits.
    Rsa4096,
}

impl KeyAlgorithm {
    /// Every algorithm, in the order help texts list them.
    pub const ALL: [Self; 5] = [
        Self::EcdsaP256,
        Self::EcdsaP384,
        Self::Rsa2048,
        Self::Rsa3072,
        Self::Rsa4096,
    ];

    /// The name in configuration files and on the command line, such as `ecdsa-p256`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::EcdsaP256 => "ecdsa-p256",
            Self::EcdsaP384 => "ecdsa-p384",
            Self::Rsa2048 => "rsa-2048",
            Self::Rsa3072 => "rsa-3072",
            Self::Rsa4096 => "rsa-4096",
        }
    }

    /// The algorithm that makes keys of this type and size, if it is one of these.
    #[must_use]
    pub fn of(key_type: KeyType) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.key_type() == key_type)
    }

    /// Whether a key takes tens of milliseconds to make; an EC key is made faster than a thread
    /// starts.
    #[must_use]
    pub const fn is_slow(self) -> bool {
        self.key_type().is_rsa()
    }

    /// The type of the keys it makes.
    #[must_use]
    pub const fn key_type(self) -> KeyType {
        match self {
            Self::EcdsaP256 => KeyType::EcdsaP256,
            Self::EcdsaP384 => KeyType::EcdsaP384,
            Self::Rsa2048 => KeyType::Rsa { bits: 2048 },
            Self::Rsa3072 => KeyType::Rsa { bits: 3072 },
            Self::Rsa4096 => KeyType::Rsa { bits: 4096 },
        }
    }
}

impl fmt::Display for KeyAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for KeyAlgorithm {
    type Err = UnknownAlgorithm;

    fn from_str(text: &str) -> Result<Self, UnknownAlgorithm> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.name() == text)
            .ok_or_else(|| UnknownAlgorithm {
                name: text.to_owned(),
            })
    }
}

crate::serde_as_text!(KeyAlgorithm);

/// A name that is none of [`KeyAlgorithm::ALL`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{}; use ecdsa-p256, ecdsa-p384, rsa-2048, rsa-3072 or rsa-4096",
    self.problem()
)]
#[non_exhaustive]
pub struct UnknownAlgorithm {
    /// What was given.
    pub name: String,
}

/// Algorithms of FIPS 204, in our spelling.
const NOT_MADE: [&str; 3] = ["ml-dsa-44", "ml-dsa-65", "ml-dsa-87"];

impl UnknownAlgorithm {
    fn problem(&self) -> String {
        if NOT_MADE.contains(&self.name.to_ascii_lowercase().as_str()) {
            format!("keys of {:?} are not made here yet", self.name)
        } else {
            format!("unknown key algorithm {:?}", self.name)
        }
    }
}

/// The type and size of a key that exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyType {
    /// ECDSA on NIST P-256.
    EcdsaP256,
    /// ECDSA on NIST P-384.
    EcdsaP384,
    /// RSA.
    Rsa {
        /// Length of the modulus in bits.
        bits: u32,
    },
}

impl KeyType {
    /// Whether this is an RSA key of any size.
    #[must_use]
    pub const fn is_rsa(self) -> bool {
        matches!(self, Self::Rsa { .. })
    }

    /// The scheme a key of this type signs with: SHA-256, or SHA-384 with P-384, as Go's
    /// `crypto/x509` chooses (`signingParamsForKey`).
    #[must_use]
    pub const fn signature_scheme(self) -> SignatureScheme {
        match self {
            Self::EcdsaP256 => SignatureScheme::EcdsaSha256,
            Self::EcdsaP384 => SignatureScheme::EcdsaSha384,
            Self::Rsa { .. } => SignatureScheme::RsaPkcs1Sha256,
        }
    }
}

impl fmt::Display for KeyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EcdsaP256 => f.pad("ECDSA P-256"),
            Self::EcdsaP384 => f.pad("ECDSA P-384"),
            Self::Rsa { bits } => f.pad(&format!("RSA {bits}")),
        }
    }
}

/// How a certificate is signed (RFC 8017 section 8.2, RFC 5758 section 3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignatureScheme {
    /// ecdsa-with-SHA256.
    EcdsaSha256,
    /// ecdsa-with-SHA384.
    EcdsaSha384,
    /// sha256WithRSAEncryption (PKCS#1 v1.5).
    RsaPkcs1Sha256,
}
