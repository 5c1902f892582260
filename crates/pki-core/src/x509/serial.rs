//! Serial numbers.

use std::fmt;

use crate::key::{Random, RandomError};
use crate::x509::Profile;

/// A certificate serial number: positive, non-zero, at most 20 octets (RFC 5280 section
/// 4.1.2.2).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SerialNumber(Vec<u8>);

impl SerialNumber {
    /// Draws a serial number: 128 random bits with the sign bit cleared, or 63 as kubeadm does.
    ///
    /// # Errors
    ///
    /// [`RandomError`].
    pub fn draw(profile: Profile, random: &dyn Random) -> Result<Self, RandomError> {
        let length = match profile {
            Profile::KubernetesIo => 16,
            Profile::Kubeadm => 8,
        };
        let mut bytes = vec![0; length];
        random.fill(&mut bytes)?;
        if let Some(first) = bytes.first_mut() {
            *first &= 0x7f;
        }
        // RFC 5280 forbids it, and in a source that works it is one of 2^63 at least.
        if bytes.iter().all(|byte| *byte == 0) {
            return Err(RandomError::stuck());
        }
        Ok(Self(bytes))
    }

    /// Whether it is the same number, whatever zero octets it is written with.
    pub(crate) fn is_same_number(&self, other: &Self) -> bool {
        let significant = |number: &Self| {
            let octets = number.0.iter().copied();
            octets.skip_while(|octet| *octet == 0).collect::<Vec<u8>>()
        };
        significant(self) == significant(other)
    }

    /// From big-endian octets as they stand in an existing certificate, of any length and sign.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }

    /// Big-endian octets.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// As OpenSSL prints it: without the zero octet that keeps a DER integer positive.
impl fmt::Display for SerialNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let octets = match self.0.as_slice() {
            [0, rest @ ..] if !rest.is_empty() => rest,
            octets => octets,
        };
        f.write_str(&crate::text::hex::colons(octets))
    }
}

impl fmt::Debug for SerialNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SerialNumber({self})")
    }
}
