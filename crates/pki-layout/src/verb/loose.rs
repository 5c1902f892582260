//! Certificates and keys in files that belong to no tree.

use std::path::Path;

use pki_core::Certificate;
use pki_core::key::PublicKey;
use zeroize::Zeroizing;

use crate::InspectError;
use crate::observe::parse::{parse_certificates, parse_public_half};
use crate::tree::disk::read_file;

/// Every certificate of a PEM file, in order.
///
/// # Errors
///
/// [`InspectError`] when it cannot be read, or holds none.
pub fn read_certificates(path: &Path) -> Result<Vec<Certificate>, InspectError> {
    parse_certificates(&text(path)?).map_err(|reason| content(path, reason))
}

/// The public half of the private key in a PEM file.
///
/// # Errors
///
/// [`InspectError`] when it cannot be read, or holds none.
pub fn read_public_half(path: &Path) -> Result<PublicKey, InspectError> {
    parse_public_half(&text(path)?).map_err(|reason| content(path, reason))
}

fn text(path: &Path) -> Result<Zeroizing<Vec<u8>>, InspectError> {
    read_file(path).map_err(|source| InspectError::Read {
        path: path.to_owned(),
        source,
    })
}

fn content(path: &Path, reason: String) -> InspectError {
    InspectError::Content {
        path: path.to_owned(),
        reason,
    }
}
