//! Permissions of what waits to be put in place, in octal, with their reasons.

pub(crate) use crate::tree::mode::DIRECTORY;

/// The staging directory holds private keys for a moment.
pub(crate) const STAGING_DIRECTORY: u32 = 0o700;
/// From birth: the mode of the place is set before the name is.
pub(crate) const STAGED: u32 = 0o600;
