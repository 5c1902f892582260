use std::fmt;
use std::str::FromStr;

use super::ClusterError;
use crate::x509::DnsName;

/// Name of a node: a lower-case DNS subdomain (RFC 1123), as the Node object has it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeName(DnsName);

impl NodeName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub(crate) fn to_dns_name(&self) -> DnsName {
        self.0.clone()
    }
}

impl fmt::Display for NodeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for NodeName {
    type Err = ClusterError;

    fn from_str(text: &str) -> Result<Self, ClusterError> {
        let invalid = |why| ClusterError::NodeName {
            name: text.to_owned(),
            why,
        };
        if text.starts_with('*') {
            return Err(invalid("a node's name cannot be a wildcard"));
        }
        match text.parse() {
            Ok(name) => Ok(Self(name)),
            Err(error) => Err(invalid(error.why)),
        }
    }
}
