//! What the control-plane nodes of a cluster share, carried from one to the next: the authorities, the
//! key pair of service-account tokens, and with an external etcd the API server's client pair for it.
//! Never a leaf that is a node's own: that is issued where it is used.
//!
//! Carried in a file that age encrypts, or in the Secrets of kubeadm and of Cluster API.

mod capi;
mod import;
mod kubeadm;
mod sealed;
mod secret;
mod shared;

pub use crate::error::BundleError;
pub use capi::{CapiCluster, from_capi, to_capi};
pub use import::{BundleReport, ImportBundleReport, ImportedBundle};
pub use kubeadm::{CertificateKey, from_kubeadm, to_kubeadm};
pub use sealed::{Opener, Sealer, open, seal};
pub use shared::{Shared, SharedFile};
