//! Why settings do not describe a cluster. A message starts with the place, where there is one.

use std::fmt;

use super::super::settings::Source;
use crate::cluster::ClusterError;
use crate::x509::Host;

/// A setting that a cluster cannot do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Setting {
    /// Name of the node.
    NodeName,
    /// Address that the node is reached at.
    AdvertiseAddress,
}

impl Setting {
    /// Its key in TOML: `node-name`.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::NodeName => "node-name",
            Self::AdvertiseAddress => "advertise-address",
        }
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.key())
    }
}

/// Settings that describe no cluster.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// A value that cannot be read.
    #[error("{at}: {}", quoted(value, problem))]
    Value {
        /// Where it was given.
        at: Source,
        /// What was given.
        value: String,
        /// What is wrong with it.
        problem: String,
    },

    /// Something else where an address belongs.
    #[error("{at}: {value:?} is not an IP address; write one such as 192.0.2.10 or 2001:db8::10")]
    NotAnAddress {
        /// Where it was given.
        at: Source,
        /// What was given.
        value: String,
    },

    /// One host twice among the further names of one certificate.
    #[error("{at}: {host} is given twice; remove one")]
    GivenTwice {
        /// Where it was given again.
        at: Source,
        /// The host.
        host: Host,
    },

    /// A client certificate for an external etcd without its key, or the key without it.
    #[error("{at}: the client certificate and its key go together; give both")]
    HalfPair {
        /// Where the one was given.
        at: Source,
    },

    /// Names of a local etcd's certificates laid over an external etcd.
    #[error("{at}: the configuration has an external etcd, whose certificates are not made here")]
    EtcdIsExternal {
        /// Where the names were given.
        at: Source,
        /// Where the external etcd is.
        external: Source,
    },

    /// A file that has to say everything leaves something out.
    #[error("the configuration does not say {setting}")]
    Missing {
        /// What is not said.
        setting: Setting,
    },

    /// Neither a configuration nor the tree that is there says it, and no host is asked.
    #[error("neither the configuration nor the tree says {setting}")]
    Unsaid {
        /// What is not said.
        setting: Setting,
    },

    /// What was left to the host, the host does not know.
    #[error("the configuration leaves {setting} to the host, which does not know it")]
    HostUnknown {
        /// What is not known.
        setting: Setting,
    },

    /// Values that do not fit together.
    #[error("{}{error}", prefix(at.as_ref()))]
    Cluster {
        /// Where the one that is wrong was given; `None` for a default, and for what concerns
        /// several.
        at: Option<Source>,
        /// What is wrong.
        error: ClusterError,
    },
}

/// The standard library's messages do not repeat what they could not read.
fn quoted(value: &str, problem: &str) -> String {
    if problem.contains(value) {
        problem.to_owned()
    } else {
        format!("{value:?}: {problem}")
    }
}

fn prefix(place: Option<&Source>) -> String {
    place.map_or_else(String::new, |place| format!("{place}: "))
}
