//! What a certificate may be used for.

use std::fmt;

use crate::key::KeyType;
use crate::x509::{Oid, Profile};

/// The role of a certificate, which decides its key usage (RFC 5280 section 4.2.1.3), extended
/// key usage (section 4.2.1.12) and basic constraints (section 4.2.1.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Usage {
    /// Signs other certificates.
    Authority,
    /// Presented by the side that dials.
    Client,
    /// Presented by both sides: etcd dials with its serving certificates too.
    Peer,
    /// Presented by the side that is dialled.
    Server,
}

impl Usage {
    /// The purposes of the extended key usage extension; none for an authority, which would
    /// restrict everything below it.
    #[must_use]
    pub const fn purposes(self) -> &'static [Purpose] {
        match self {
            Self::Authority => &[],
            Self::Client => &[Purpose::ClientAuth],
            Self::Peer => &[Purpose::ServerAuth, Purpose::ClientAuth],
            Self::Server => &[Purpose::ServerAuth],
        }
    }

    /// Whether a peer dials this certificate and checks its names.
    #[must_use]
    pub const fn serves(self) -> bool {
        matches!(self, Self::Peer | Self::Server)
    }

    /// The key usage bits in this profile, for a key of this type.
    #[must_use]
    pub const fn key_usage(self, profile: Profile, key_type: KeyType) -> KeyUsage {
        match (self, profile) {
            (Self::Authority, Profile::KubernetesIo) => KeyUsage {
                certificate_sign: true,
                crl_sign: true,
                digital_signature: true,
                key_encipherment: false,
            },
            (Self::Authority, Profile::Kubeadm) => KeyUsage {
                certificate_sign: true,
                crl_sign: false,
                digital_signature: true,
                key_encipherment: true,
            },
            // RFC 8813 forbids keyEncipherment with an EC key, and a client enciphers nothing.
            (_, Profile::KubernetesIo) => KeyUsage {
                certificate_sign: false,
                crl_sign: false,
                digital_signature: true,
                key_encipherment: self.serves() && key_type.is_rsa(),
            },
            (_, Profile::Kubeadm) => KeyUsage {
                certificate_sign: false,
                crl_sign: false,
                digital_signature: true,
                key_encipherment: true,
            },
        }
    }
}

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Authority => "authority",
            Self::Client => "client",
            Self::Peer => "server and client",
            Self::Server => "server",
        })
    }
}

/// A purpose of the extended key usage extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Purpose {
    /// id-kp-clientAuth
    ClientAuth,
    /// id-kp-serverAuth
    ServerAuth,
}

impl Purpose {
    /// Its object identifier.
    #[must_use]
    pub const fn oid(self) -> Oid {
        Oid::of(match self {
            Self::ClientAuth => const_oid::db::rfc5280::ID_KP_CLIENT_AUTH,
            Self::ServerAuth => const_oid::db::rfc5280::ID_KP_SERVER_AUTH,
        })
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::ClientAuth => "clientAuth",
            Self::ServerAuth => "serverAuth",
        })
    }
}

/// The names of the bits that are set, in their order in the bit string.
impl fmt::Display for KeyUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = [
            (self.digital_signature, "digitalSignature"),
            (self.key_encipherment, "keyEncipherment"),
            (self.certificate_sign, "keyCertSign"),
            (self.crl_sign, "cRLSign"),
        ]
        .into_iter()
        .filter_map(|(set, name)| set.then_some(name))
        .collect();
        f.write_str(&names.join(", "))
    }
}

/// Bits of the key usage extension that this crate sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a bit string whose bits are independent"
)]
pub struct KeyUsage {
    /// keyCertSign
    pub certificate_sign: bool,
    /// cRLSign
    pub crl_sign: bool,
    /// digitalSignature
    pub digital_signature: bool,
    /// keyEncipherment
    pub key_encipherment: bool,
}
