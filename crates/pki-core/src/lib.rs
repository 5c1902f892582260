//! What the certificates of a Kubernetes cluster are, and how they are made and checked.
//!
//! This crate decides and computes. It does not read or write files, look at the environment,
//! ask for the time or print: the instant, the source of randomness and the keys are arguments,
//! and what exists is an [`Inventory`] that somebody else has gathered (`pki-layout` does, from
//! a directory).
//!
//! ```text
//! Cluster + Inventory + now ─► Plan      pure; every step with its reason
//! Plan + authorities + keys ─► Bundle    in memory, each certificate checked
//! ```
//!
//! # Example
//!
//! ```
//! use pki_core::key::SoftwareKeys;
//! use pki_core::{Authorities, CertId, Cluster, Inventory, Plan, Provider, SystemRandom};
//! use time::macros::datetime;
//!
//! let cluster = Cluster::builder("cp1".parse()?, "192.0.2.10".parse()?).build()?;
//! let plan = Plan::init(&cluster, &Inventory::empty(), datetime!(2026-11-23 12:00 UTC))?;
//! let bundle = plan.issue(Authorities::new(), &Provider::new(&SoftwareKeys, &SystemRandom))?;
//! let certificate = bundle.get(CertId::Apiserver).and_then(|content| content.certificate());
//! assert_eq!(certificate.map(|one| one.subject().to_string()).as_deref(), Some("CN=kube-apiserver"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod authority;
pub mod check;
pub mod cluster;
pub mod expiration;
pub mod hex;
pub mod instant;
pub mod inventory;
pub mod issue;
pub mod key;
mod name;
mod pem;
pub mod plan;
mod provider;
mod random;
pub mod renew;
pub mod report;
pub mod san;
mod serial;
pub mod spec;
pub mod text;
mod usage;
mod validity;
pub mod verify;
pub mod x509;

pub use authority::{Authorities, Authority, AuthorityError, SignError};
pub use cluster::{Cluster, ClusterBuilder, ClusterError, Etcd};
pub use inventory::Inventory;
pub use issue::{Bundle, IssueError};
pub use name::{DistinguishedName, NameError};
pub use plan::Plan;
pub use provider::{Progress, Provider};
pub use random::{Random, RandomError, SystemRandom};
pub use san::{DnsName, Host, SubjectAltNames};
pub use serial::SerialNumber;
pub use spec::{Artifact, CERTS, CertId, CertSpec, Form, Need, Part, Profile};
pub use usage::{KeyUsage, Purpose, Usage};
pub use validity::{BACKDATE, Lifetime, LifetimeError, Validity};
pub use x509::{Certificate, Template};
