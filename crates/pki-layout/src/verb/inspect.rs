//! Files that belong to no tree: what one holds, or the certificates and keys in it.

use std::path::Path;

use pki_core::Certificate;
use pki_core::judge::{self, Finding};
use pki_core::key::PublicKey;
use zeroize::Zeroizing;

use crate::observe::parse::{found, parse_certificates};
use crate::tree::disk::{read_file, read_given};
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

/// Every certificate of a PEM file that is trusted, in order, and what is wrong with it as a file.
///
/// # Errors
///
/// [`InspectError`] when it cannot be read, or holds none.
pub fn read_certificates(path: &Path) -> Result<(Vec<Certificate>, Vec<Finding>), InspectError> {
    let text = text(path)?;
    parse_certificates(&text).map_err(|reason| InspectError::Content {
        path: path.to_owned(),
        reason,
    })?;
    Ok(judge::certificates_file(&shown(path), &text))
}

/// Every certificate of a PEM file that is to be judged, and what is wrong with it as a file; none
/// where it cannot be understood.
///
/// # Errors
///
/// [`InspectError`] when the operating system does not let it be read.
pub fn judge_certificates(path: &Path) -> Result<(Vec<Certificate>, Vec<Finding>), InspectError> {
    Ok(judge::certificates_file(&shown(path), &text(path)?))
}

/// The public half of the private key in a PEM file that is to be judged, and what is wrong with
/// it as a file.
///
/// # Errors
///
/// [`InspectError`] when the operating system does not let it be read.
pub fn judge_key(path: &Path) -> Result<(Option<PublicKey>, Vec<Finding>), InspectError> {
    Ok(judge::key_file(&shown(path), &text(path)?))
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn text(path: &Path) -> Result<Zeroizing<Vec<u8>>, InspectError> {
    read_given(path).map_err(|source| InspectError::Read {
        path: path.to_owned(),
        source,
    })
}
