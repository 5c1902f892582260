//! What nobody said.

use std::fmt;
use std::net::IpAddr;

use super::super::settings::{Source, Sourced};
use super::Setting;
use crate::spec::NodeName;

/// What no configuration and no caller says, and so was taken from the tree or from the host.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Assumption {
    /// What the node is called.
    NodeName {
        /// Its name.
        name: NodeName,
        /// What says so.
        source: Source,
    },
    /// Where the node is reached.
    AdvertiseAddress {
        /// Its address.
        address: IpAddr,
        /// What says so.
        source: Source,
        /// What was given that stands for it: the address of no host, `0.0.0.0` or `::`.
        stands_for: Option<Sourced<String>>,
    },
    /// What the cluster is like: keys of settings, as they are written in TOML, and their values.
    Cluster(Vec<(&'static str, String)>),
    /// The same, where it is so because nobody says anything else of a cluster that is there.
    Defaults(Vec<(&'static str, String)>),
}

impl Assumption {
    /// What was not said, where it is one thing.
    #[must_use]
    pub const fn setting(&self) -> Option<Setting> {
        match self {
            Self::NodeName { .. } => Some(Setting::NodeName),
            Self::AdvertiseAddress { .. } => Some(Setting::AdvertiseAddress),
            Self::Cluster(_) | Self::Defaults(_) => None,
        }
    }

    /// Whether it is the host that says so, about whom nothing in a tree need agree.
    #[must_use]
    pub const fn is_of_host(&self) -> bool {
        match self {
            Self::NodeName { source, .. } | Self::AdvertiseAddress { source, .. } => {
                matches!(source, Source::Detected(_))
            }
            Self::Cluster(_) | Self::Defaults(_) => false,
        }
    }
}

impl fmt::Display for Assumption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NodeName { name, source } => match source {
                Source::Detected(_) => write!(f, "the node is called {name}, as this host is"),
                source => write!(f, "the node is called {name}, as {source} has it"),
            },
            Self::AdvertiseAddress {
                address,
                source,
                stands_for,
            } => {
                write!(f, "the node is reached at {address}, ")?;
                match source {
                    Source::Detected(fact) => f.write_str(fact)?,
                    source => write!(f, "as {source} has it")?,
                }
                match stands_for {
                    Some(given) => write!(f, ", for the {} of {}", given.value, given.source),
                    None => Ok(()),
                }
            }
            Self::Cluster(values) | Self::Defaults(values) => {
                let whose = match self {
                    Self::Defaults(_) => {
                        "nobody says what the cluster of these authorities is like; taken is"
                    }
                    _ => "the cluster is as this tree has it:",
                };
                let values = values.iter().map(|(key, value)| format!("{key} {value}"));
                let values: Vec<String> = values.collect();
                write!(f, "{whose} {}", values.join(", "))
            }
        }
    }
}
