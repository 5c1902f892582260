//! The certificates of a Kubernetes control plane, for installers.
//!
//! A facade: the paved path of [`pki_core`] (what certificates there are, configuration from text,
//! plan, issue, verify; no files) and [`pki_layout`] (directories, reading, writing, flags,
//! kubeconfigs). Everything else is in those two. The command of the same name is in the crate
//! `pki-cli`.
//!
//! One module for each step of the way, with an example: what it is for ([`cluster`], [`table`],
//! [`config`]) and with which keys ([`key`]); what is to be made ([`plan`]), making it in memory
//! ([`issue`], [`renew`]) or on disk ([`disk`]); what is told about it ([`flags`], [`kubeconfig`]); and
//! judging what there is ([`check`], [`verify`]). What they have in common is here. The guide for
//! embedders, with async callers, Secrets and keys that are elsewhere, is `docs/embedding.md`.
//!
//! # Features
//!
//! All of them are on by default but `insight`.
//!
//! | Feature | With it | Without it |
//! |---|---|---|
//! | `config` | configuration files: TOML, and kubeadm's YAML ([`config`]) | the builders |
//! | `disk` | trees on disk: looking at them, the transaction, `init`, `renew`, `undo`; Linux alone | everything else, of values: plans, bundles and their files, kubeconfig text, flags, trees in memory and in archives, judging; on any system, without rustix |
//! | `insight` | `explain`, `audit` and `map` of [`pki_layout`] | their tables alone |
//! | `rsa` | keys of RSA are made, read and signed with, and signatures checked | [`key::KeyError::FeatureOff`]; public keys are shown, their signatures said not to be checked |
//! | `system-random` | `SystemRandom`, the operating system's generator (`disk` has it) | the embedder's own [`key::Random`] |
//! | `threads` | slow or many keys are made on every processor at once | one after the other |
//!
//! # Example
//!
//! Complete a tree, as `pkigen init` does:
//!
#![cfg_attr(feature = "disk", doc = "```")]
#![cfg_attr(not(feature = "disk"), doc = "```ignore")]
//! use pkigen::{
//!     Cluster, Directories, FlagOptions, Node, Provider, Root, SoftwareKeys, SystemRandom,
//! };
//! use time::macros::datetime;
//!
//! # let directory = tempfile::tempdir()?;
//! # let prefix = directory.path();
//! let root = Root::new(prefix, Directories::default())?;
//! let node = Node::builder("cp1".parse()?, "192.0.2.10".parse()?);
//! let provider = Provider::new(&SoftwareKeys, &SystemRandom);
//! let now = datetime!(2026-11-23 12:00 UTC);
//!
//! let done = root.init(Cluster::builder(), node, &FlagOptions::new(), now, &provider)?;
//! assert_eq!(done.outcome, pkigen::Outcome::Done);
//! assert!(prefix.join("etc/kubernetes/pki/apiserver.crt").exists());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(feature = "disk")]
#[doc = include_str!("../docs/embedding.md")]
pub mod guide {}

pub mod check;
pub mod cluster;
#[cfg(feature = "config")]
pub mod config;
#[cfg(feature = "disk")]
pub mod disk;
pub mod flags;
pub mod issue;
pub mod key;
pub mod plan;
pub mod renew;
pub mod table;
pub mod verify;

#[cfg(feature = "system-random")]
pub use pki_core::SystemRandom;
pub use pki_core::key::{KeyAlgorithm, SoftwareKeys};
pub use pki_core::{
    self, Bundle, Certificate, Cluster, Inventory, Node, Plan, Profile, Provider, RowId, Setup,
    time,
};
#[cfg(feature = "disk")]
pub use pki_layout::Outcome;
pub use pki_layout::{
    self, Directories, FlagOptions, LayoutError, Observation, Root, TreeFile, kubeconfig,
};
