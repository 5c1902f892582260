//! What is dialled, and what a certificate serves: a name or an address.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use super::DnsName;

/// A host: a DNS name or an IP address.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Host {
    /// A DNS name.
    Dns(DnsName),
    /// An IP address, IPv4-mapped IPv6 already turned into IPv4.
    Ip(IpAddr),
}

impl From<IpAddr> for Host {
    fn from(address: IpAddr) -> Self {
        Self::Ip(address.to_canonical())
    }
}

impl From<DnsName> for Host {
    fn from(name: DnsName) -> Self {
        Self::Dns(name)
    }
}

impl Host {
    /// What a client is told to dial, as Go's `VerifyHostname` takes it: underscores are allowed,
    /// and a dot at the end, which says that the name is whole, is dropped.
    ///
    /// # Errors
    ///
    /// [`HostError`] when no client could dial it.
    pub fn dialled(text: &str) -> Result<Self, HostError> {
        let host = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
        if host.contains('_') {
            return DnsName::presented(&host).map(Self::Dns);
        }
        host.parse()
    }
}

/// An address is an address, and everything else must be a DNS name. Capitals are folded: DNS
/// compares without case.
impl FromStr for Host {
    type Err = HostError;

    fn from_str(text: &str) -> Result<Self, HostError> {
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(address.into());
        }
        let invalid = |why| HostError {
            text: text.to_owned(),
            why,
        };
        if text.contains('/') && !text.contains("://") {
            return Err(invalid("it is a network, not an address"));
        }
        if text.starts_with('[') || text.contains('%') {
            return Err(invalid(
                "write an IPv6 address without brackets and without a zone",
            ));
        }
        if text.contains(':') && !text.contains("://") {
            return Err(invalid("it has a port; give the host only"));
        }
        Ok(Self::Dns(text.to_ascii_lowercase().parse().map_err(
            |error: HostError| HostError {
                text: text.to_owned(),
                why: error.why,
            },
        )?))
    }
}

crate::serde_as_text!(Host);

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dns(name) => name.fmt(f),
            Self::Ip(address) => address.fmt(f),
        }
    }
}

/// A text that is no host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a usable DNS name or IP address: {why}")]
#[non_exhaustive]
pub struct HostError {
    /// What was given.
    pub text: String,
    /// What is wrong with it.
    pub why: &'static str,
}
