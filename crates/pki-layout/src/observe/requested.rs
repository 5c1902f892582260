//! What is asked for of authorities that are elsewhere, and waits for its certificate.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use pki_core::RowId;
use pki_core::text::hex;
use pki_core::x509::CertificateRequest;
use sha2::{Digest as _, Sha256};

use crate::error::RequestError;
use crate::manifest::{MANIFEST, RequestManifest, RequestRow};
use crate::table::directories::below;
use crate::{Directories, LayoutError, Observation};

/// A file of a request, where it waits.
pub(crate) fn waiting(directories: &Directories, name: &str, ending: &str) -> PathBuf {
    below(&directories.requests(), &format!("{name}.{ending}"))
}

/// What waits for certificates.
pub(crate) struct Requested {
    pub(crate) manifest: RequestManifest,
    /// SHA-256 of the manifest's file; `None` where there is none.
    pub(crate) digest: Option<[u8; 32]>,
}

impl Observation {
    /// What waits for certificates; nothing where there is no manifest.
    pub(crate) fn pending_requests(&self) -> Result<Requested, LayoutError> {
        let path = below(&self.directories().requests(), MANIFEST);
        if !self.is_taken(&path) {
            return Ok(Requested {
                manifest: RequestManifest::new(None, Vec::new()),
                digest: None,
            });
        }
        let broken = |reason: String| {
            LayoutError::Request(RequestError::Waiting {
                path: self.root().on_disk(&path),
                reason,
            })
        };
        let text = self
            .read_file(&path)
            .map_err(|error| broken(error.to_string()))?;
        Ok(Requested {
            manifest: RequestManifest::read(&text).map_err(broken)?,
            digest: Some(Sha256::digest(&*text).into()),
        })
    }

    /// Why nobody can tell what waits, where that is so: nothing is then known to wait.
    #[must_use]
    pub fn unusable_requests(&self) -> Option<LayoutError> {
        self.pending_requests().err()
    }

    /// The rows that wait, as far as that can be told.
    pub(crate) fn requested_rows(&self) -> BTreeSet<RowId> {
        let Ok(pending) = self.pending_requests() else {
            return BTreeSet::new();
        };
        let names = pending.manifest.requests.iter().map(|row| &row.name);
        names
            .filter_map(|name| self.root().table().find(name))
            .collect()
    }

    /// A request that waits here, as it was made.
    pub(crate) fn waiting_request(
        &self,
        row: &RequestRow,
    ) -> Result<CertificateRequest, LayoutError> {
        let path = waiting(self.directories(), &row.name, "csr");
        let broken = |reason: String| {
            LayoutError::Request(RequestError::WaitingRow {
                path: self.root().on_disk(&path),
                reason,
                name: row.name.clone(),
            })
        };
        let text = self
            .read_file(&path)
            .map_err(|error| broken(error.to_string()))?;
        one_request(&text, row).map_err(broken)
    }

    pub(crate) fn row_of(&self, row: &RequestRow, path: &Path) -> Result<RowId, LayoutError> {
        let found = self.root().table().find(&row.name);
        let found = found.filter(|id| id.spec().issuer.is_some());
        found.ok_or_else(|| {
            LayoutError::Request(RequestError::Waiting {
                path: self.root().on_disk(path),
                reason: format!("{:?} is no row of the table with a certificate", row.name),
            })
        })
    }
}

/// The one request of a file, which is the manifest's.
pub(crate) fn one_request(text: &[u8], row: &RequestRow) -> Result<CertificateRequest, String> {
    let requests = CertificateRequest::all_from_pem(text);
    let mut requests = requests.map_err(|error| error.to_string())?;
    let request = match requests.as_mut_slice() {
        [_] => requests.remove(0),
        more => {
            return Err(format!(
                "it holds {} requests, and one is expected",
                more.len()
            ));
        }
    };
    let actual = hex::plain(&request.fingerprint());
    if actual != row.sha256 {
        return Err(format!(
            "it is not the request of the manifest: its SHA-256 is {actual}, the manifest says {}",
            row.sha256
        ));
    }
    request
        .verify_signature()
        .map_err(|error| format!("who made it does not have its key: {error}"))?;
    Ok(request)
}
