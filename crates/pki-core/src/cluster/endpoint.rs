use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use super::ClusterError;
use crate::x509::Host;

/// The stable address of a control plane: `name`, `name:port`, `192.0.2.1:6443`, `[2001:db8::1]`
/// or `[2001:db8::1]:6443`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Endpoint {
    host: Host,
    port: Option<u16>,
}

impl Endpoint {
    /// Name or address.
    #[must_use]
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// Port, where one is given; else it is the API server's.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        self.port
    }
}

impl FromStr for Endpoint {
    type Err = ClusterError;

    fn from_str(text: &str) -> Result<Self, ClusterError> {
        let invalid = |why: String| ClusterError::Endpoint {
            endpoint: text.to_owned(),
            why,
        };
        if text.contains("://") {
            return Err(invalid("it is a URL; write host or host:port".to_owned()));
        }
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(Self {
                host: address.into(),
                port: None,
            });
        }
        let (host, port) = if let Some(rest) = text.strip_prefix('[') {
            let (address, after) = rest
                .split_once(']')
                .ok_or_else(|| invalid("the bracket is not closed".to_owned()))?;
            let address: Ipv6Addr = address
                .parse()
                .map_err(|_| invalid("there is no IPv6 address in the brackets".to_owned()))?;
            let port =
                match after {
                    "" => None,
                    after => Some(after.strip_prefix(':').ok_or_else(|| {
                        invalid("only a port can follow the brackets".to_owned())
                    })?),
                };
            (IpAddr::from(address).into(), port)
        } else {
            let (host, port) = match text.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (text, None),
            };
            let host: Host = host.parse().map_err(|error: crate::x509::HostError| {
                invalid(format!("{:?} is not a host: {}", error.text, error.why))
            })?;
            if matches!(&host, Host::Dns(name) if name.as_str().starts_with('*')) {
                return Err(invalid("nobody can dial a wildcard".to_owned()));
            }
            (host, port)
        };
        let port = match port {
            None => None,
            Some(port) => match port.parse::<u16>() {
                Ok(port) if port > 0 => Some(port),
                _ => return Err(invalid(format!("{port:?} is not a port"))),
            },
        };
        Ok(Self { host, port })
    }
}

crate::serde_as_text!(Endpoint);

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            Host::Ip(IpAddr::V6(address)) => write!(f, "[{address}]")?,
            host => host.fmt(f)?,
        }
        match self.port {
            Some(port) => write!(f, ":{port}"),
            None => Ok(()),
        }
    }
}
