//! Whose a credential is.

use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;
use std::sync::Arc;

use super::RowId;
use crate::text::is_unseen;
use crate::x509::{DnsName, Host};

/// Whose the credentials of a row are: the column of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum OwnerKind {
    /// The cluster's: there is one, and every node that holds it holds the same.
    Cluster,
    /// A node's: each has its own.
    Node,
    /// A user's: each has their own.
    User,
}

/// Whose a credential is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Owner {
    /// The cluster's.
    Cluster,
    /// That of the node at hand, whose name nobody has said: what is found in a tree.
    ThisNode,
    /// A node's.
    Node(NodeName),
    /// A user's.
    User(UserName),
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cluster => f.write_str("the cluster"),
            Self::ThisNode => f.write_str("this node"),
            Self::Node(name) => name.fmt(f),
            Self::User(name) => name.fmt(f),
        }
    }
}

/// A credential: a row of the table, and whose it is. The key of plans, inventories, bundles
/// and reports; cloning it copies no text.
///
/// Displays as the row's name, which says everything where one node is at hand; with `{:#}` as
/// `apiserver of cp1`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CredentialId {
    /// The row.
    pub row: RowId,
    /// Whose it is.
    pub owner: Owner,
}

impl CredentialId {
    /// A row's credential of an owner.
    #[must_use]
    pub const fn new(row: RowId, owner: Owner) -> Self {
        Self { row, owner }
    }
}

impl fmt::Display for CredentialId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.owner {
            Owner::Cluster => self.row.fmt(f),
            owner if f.alternate() => write!(f, "{} of {owner}", self.row),
            _ => self.row.fmt(f),
        }
    }
}

/// Something cannot be the name of an owner.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name:?} cannot be a {owner}'s name: {why}")]
#[non_exhaustive]
pub struct OwnerNameError {
    /// Whose name it was to be: `node` or `user`.
    pub owner: &'static str,
    /// What was given.
    pub name: String,
    /// What is wrong with it.
    pub why: &'static str,
}

/// Name of a node: a lower-case DNS subdomain (RFC 1123), as the Node object has it. An IPv4 address
/// is one too.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeName(Arc<Called>);

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Called {
    Name(DnsName),
    Address { text: String, address: Ipv4Addr },
}

impl NodeName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &*self.0 {
            Called::Name(name) => name.as_str(),
            Called::Address { text, .. } => text,
        }
    }

    /// What a certificate has of it. An address is only looked for among the addresses: kubeadm
    /// writes it as a DNS name as well, which nobody reads.
    pub(crate) fn to_host(&self) -> Host {
        match &*self.0 {
            Called::Name(name) => Host::Dns(name.clone()),
            Called::Address { address, .. } => Host::Ip((*address).into()),
        }
    }
}

impl fmt::Display for NodeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for NodeName {
    type Err = OwnerNameError;

    fn from_str(text: &str) -> Result<Self, OwnerNameError> {
        let invalid = |why| OwnerNameError {
            owner: "node",
            name: text.to_owned(),
            why,
        };
        if text.starts_with('*') {
            return Err(invalid("a node's name cannot be a wildcard"));
        }
        if let Ok(address) = text.parse() {
            let text = text.to_owned();
            return Ok(Self(Arc::new(Called::Address { text, address })));
        }
        match text.parse() {
            Ok(name) => Ok(Self(Arc::new(Called::Name(name)))),
            Err(error) => Err(invalid(error.why)),
        }
    }
}

crate::serde_as_text!(NodeName);

/// Name of a user as RBAC knows them: the common name of their certificate.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserName(Arc<str>);

impl UserName {
    /// A name that may be one of a component's own, which begins with `system:`: whoever has a
    /// certificate of it has that component's rights.
    ///
    /// # Errors
    ///
    /// [`OwnerNameError`] for what is no name of anybody.
    pub fn privileged(text: &str) -> Result<Self, OwnerNameError> {
        let why = if text.is_empty() {
            "it is empty"
        } else if text.chars().any(is_unseen) {
            "it has a control character in it, or one that is not seen"
        } else if text.trim() != text {
            "it begins or ends with a blank"
        } else {
            return Ok(Self(text.into()));
        };
        Err(OwnerNameError {
            owner: "user",
            name: text.to_owned(),
            why,
        })
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for UserName {
    type Err = OwnerNameError;

    fn from_str(text: &str) -> Result<Self, OwnerNameError> {
        if text.starts_with("system:") {
            return Err(OwnerNameError {
                owner: "user",
                name: text.to_owned(),
                why: "names that begin with system: are the components' own",
            });
        }
        Self::privileged(text)
    }
}

crate::serde_as_text!(UserName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_may_be_named_by_its_address() {
        let name: NodeName = "192.0.2.10".parse().unwrap();
        assert_eq!(name.to_string(), "192.0.2.10");
        assert_eq!(name.to_host(), "192.0.2.10".parse().unwrap());
        let name: NodeName = "cp1.example.org".parse().unwrap();
        assert_eq!(name.to_host(), "cp1.example.org".parse().unwrap());
        // Colons are in no RFC 1123 subdomain; a bare number at the end no verifier takes.
        for text in ["2001:db8::1", "192.0.2", "192.0.2.010", "CP1", ""] {
            assert!(text.parse::<NodeName>().is_err(), "{text}");
        }
    }
}
