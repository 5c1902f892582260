//! Permissions, in octal, with their reasons.

use pki_core::{Artifact, Part, Profile};

/// Directories: components run as other users may look up names in them.
pub(crate) const DIRECTORY: u32 = 0o755;
/// Certificates and flag sets are no secrets.
pub(crate) const PUBLIC: u32 = 0o644;
/// Private keys and kubeconfigs, for their owner alone.
pub(crate) const SECRET: u32 = 0o600;

/// The mode of a file of the table.
#[must_use]
pub fn mode_of(artifact: Artifact, profile: Profile) -> u32 {
    match artifact.part {
        Part::Key | Part::Kubeconfig => SECRET,
        // kubeadm writes sa.pub with its writer of keys.
        Part::PublicKey if profile == Profile::Kubeadm => SECRET,
        _ => PUBLIC,
    }
}
