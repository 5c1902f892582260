//! Files that belong to no tree: what one holds, or the certificates and keys in it.

use std::path::Path;

use pki_core::Certificate;
use pki_core::key::{PrivateKey, PublicKey, SigningKey as _};
use zeroize::Zeroizing;

use crate::observe::parse::{found, parse_certificates};
use crate::tree::disk::read_file;
use crate::{InspectError, Inspected, inspect_text};

/// Reads a PEM file or a kubeconfig, whatever its name.
///
/// # Errors
///
/// [`InspectError`] when it cannot be read, or holds nothing that is understood.
pub fn inspect(path: &Path) -> Result<Inspected, InspectError> {
    let parent = path.parent().unwrap_or(Path::new(""));
    inspect_text(path, &text(path)?, |file| {
        found(read_file(&parent.join(file)), parse_certificates)
    })
}

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
    match PrivateKey::from_pem(&text(path)?) {
        Ok(key) => Ok(key.public_key().clone()),
        Err(error) => Err(content(path, error.to_string())),
    }
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
