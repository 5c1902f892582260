//! Parsers that are nobody's interface, for the fuzz targets and for the tests that damage files.
//!
//! Only with the feature `fuzzing`, and no part of what this crate promises: it may change in any
//! version.

use pki_core::Certificate;
use pki_core::key::PrivateKey;
use pki_core::observation::{Found, KubeconfigFacts};
use zeroize::Zeroizing;

use crate::kubeconfig;
use crate::store::{Record, digest};

/// Reads a kubeconfig; the files that it names count as absent.
///
/// # Errors
///
/// What is wrong with it, in words.
pub fn kubeconfig(text: &[u8]) -> Result<KubeconfigFacts, String> {
    kubeconfig::read(text, |_| Found::Absent, kubeconfig::public_half)
}

/// Replaces certificate and key of a kubeconfig's current user.
///
/// # Errors
///
/// Why that cannot be done, in words.
pub fn splice(
    text: &str,
    chain: &[Certificate],
    key: &PrivateKey,
) -> Result<Zeroizing<String>, String> {
    kubeconfig::splice(text, chain, key, None)
}

/// Reads a journal, and writes it again.
///
/// # Errors
///
/// What is wrong with it, in words.
pub fn journal(text: &[u8]) -> Result<Vec<u8>, String> {
    Record::decode(text)?.encode()
}

/// Gives a damaged journal the checksum that it would have, so that what is behind the checksum
/// is reached.
#[must_use]
pub fn sealed(journal: &[u8]) -> Vec<u8> {
    let lines: Vec<&[u8]> = journal.splitn(3, |byte| *byte == b'\n').take(2).collect();
    let mut text = lines.join(&b'\n');
    text.push(b'\n');
    text.extend(format!("{}\n", digest(&text)).into_bytes());
    text
}
