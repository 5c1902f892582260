//! What the certificates of a Kubernetes cluster are, and how they are made and checked.
//!
//! This crate decides and computes. It does not read or write files, look at the environment,
//! ask for the time or print: the instant, the source of randomness and the keys are arguments,
//! and what exists is an [`Inventory`] that somebody else has gathered (`pki-layout` does, from
//! a directory).
//!
//! ```text
//! TOML or kubeadm's YAML    ─► Cluster, Node   from text; behind the feature `config`
//! Cluster + Node + User     ─► Setup     whom credentials are for, each validated once
//! Setup + Inventory + now   ─► Plan      pure; every step with its reason
//! Plan + authorities + keys ─► Bundle    in memory, each certificate checked
//! ```
//!
//! # Features
//!
//! `config` (configuration files), `rsa` (keys of RSA are made and used), `system-random`
//! (`SystemRandom`) and `threads` (slow or
//! many keys are made on every processor at once), all on by default. What RSA keys are is known
//! without: they are shown, and [`KeyError::FeatureOff`](key::KeyError::FeatureOff) else.
//!
//! # Example
//!
#![cfg_attr(feature = "system-random", doc = "```")]
#![cfg_attr(not(feature = "system-random"), doc = "```ignore")]
//! use pki_core::key::SoftwareKeys;
//! use pki_core::{
//!     Authorities, Cluster, Inventory, Node, Plan, Provider, RowId, Setup, SystemRandom,
//! };
//! use time::macros::datetime;
//!
//! let cluster = Cluster::builder().build()?;
//! let node = Node::builder("cp1".parse()?, "192.0.2.10".parse()?).build(&cluster)?;
//! let setup = Setup::new(cluster, node);
//! let plan = Plan::init(&setup, &Inventory::empty(), datetime!(2026-11-23 12:00 UTC))?;
//! let bundle = plan.issue(Authorities::new(), &Provider::new(&SoftwareKeys, &SystemRandom))?;
//! let apiserver = bundle.get(&setup.site().id(RowId::Apiserver));
//! let certificate = apiserver.and_then(|content| content.certificate());
//! assert_eq!(certificate.map(|one| one.subject().to_string()).as_deref(), Some("CN=kube-apiserver"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod authority;
pub mod cluster;
#[cfg(feature = "config")]
pub mod config;
pub mod issue;
pub mod judge;
pub mod key;
pub mod observation;
pub mod plan;
pub mod remedy;
pub mod spec;
pub mod text;
pub mod x509;

pub use authority::{Authority, AuthorityError, SignError};
pub use cluster::{
    Cluster, ClusterBuilder, ClusterError, Etcd, Node, NodeBuilder, Setup, Site, User,
};
pub use issue::{Authorities, Bundle, IssueError, Progress, Provider};
#[cfg(feature = "system-random")]
pub use key::SystemRandom;
pub use key::{Random, RandomError, SeededRandom, Signers};
pub use observation::Inventory;
pub use plan::Plan;
pub use spec::{
    Artifact, CERTS, CertSpec, CredentialId, Form, Need, NodeName, Owner, Part, RowId, Table,
    UserName,
};
/// Instants are its [`OffsetDateTime`](time::OffsetDateTime); here, so that an embedder has the
/// version that this crate means.
pub use time;

/// Before this instant no release of these crates was made: a clock that says less was never set,
/// as that of a machine without one of its own. The crates take any instant that they are given;
/// whoever reads a clock for them compares.
pub const EARLIEST_NOW: time::OffsetDateTime = time::macros::datetime!(2026-01-01 0:00 UTC);
pub use x509::{
    BACKDATE, Certificate, DistinguishedName, DnsName, Host, KeyUsage, Lifetime, LifetimeError,
    NameError, Profile, Purpose, SerialNumber, SubjectAltNames, Template, Usage, Validity,
};
