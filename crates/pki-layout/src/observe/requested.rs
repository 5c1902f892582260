//! What is asked for of authorities that are elsewhere, and waits for its certificate.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

#[cfg(feature = "config")]
use pki_core::config::{Source, Sourced};
use pki_core::observation::{ClientFacts, Found};
use pki_core::text::hex;
use pki_core::x509::CertificateRequest;
use pki_core::{Certificate, Form, Part, RowId};
use sha2::{Digest as _, Sha256};

use crate::error::{Operation, RequestError};
use crate::manifest::{MANIFEST, RequestManifest, RequestRow};
use crate::table::directories::below;
use crate::{Directories, LayoutError, Observation};

fn is_key(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|one| one == "key")
}

/// A file of a request, where it waits.
pub(crate) fn waiting(directories: &Directories, name: &str, ending: &str) -> PathBuf {
    below(&directories.requests(), &format!("{name}.{ending}"))
}

/// What waits for certificates.
pub(crate) struct Requested {
    pub(crate) manifest: RequestManifest,
    /// What waited, and in whose place another certificate has been put meanwhile.
    pub(crate) void: Vec<RequestRow>,
    /// SHA-256 of the manifest's file; `None` where there is none.
    pub(crate) digest: Option<[u8; 32]>,
}

impl Observation {
    /// What waits for certificates; nothing where there is no manifest.
    pub(crate) fn pending_requests(&self) -> Result<Requested, LayoutError> {
        let path = below(&self.directories().requests(), MANIFEST);
        if !self.is_taken(&path) {
            // Keys that are of no use without it are not to be replaced by others in passing.
            let directory = self.directories().requests();
            let files = match self.names_in(&directory) {
                // An archive has parts of a tree, and nothing is made in it.
                Err(_) if self.root().is_in_memory() => Vec::new(),
                // What is no directory, or below what is none, is said where it is to be written.
                Err(error) if error.kind() == ErrorKind::NotADirectory => Vec::new(),
                files => files.map_err(LayoutError::io(
                    Operation::Read,
                    &self.root().on_disk(&directory),
                ))?,
            };
            if let Some(left) = files.iter().find(|name| is_key(name)) {
                return Err(LayoutError::Request(RequestError::Waiting {
                    path: self.root().on_disk(&path),
                    reason: format!("it is not there, and {left} is"),
                }));
            }
            return Ok(Requested {
                manifest: RequestManifest::new(None, Vec::new()),
                void: Vec::new(),
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
        let mut manifest = RequestManifest::read(&text).map_err(broken)?;
        let (void, requests) = manifest
            .requests
            .into_iter()
            .partition(|row| self.is_void(row));
        manifest.requests = requests;
        Ok(Requested {
            manifest,
            void,
            digest: Some(Sha256::digest(&*text).into()),
        })
    }

    /// Whether another certificate has come in its place than was there when it was asked for.
    fn is_void(&self, row: &RequestRow) -> bool {
        let id = self.root().table().find(&row.name);
        let there = id.and_then(|id| self.replaced_by(id));
        there.is_some() && there != row.replaces
    }

    /// SHA-256 of the certificate that is in the place of a row, as a request names it.
    pub(crate) fn replaced_by(&self, row: RowId) -> Option<String> {
        let path = |part| self.directories().path(row.part(part));
        let leaf = |chain: &Found<Vec<Certificate>>| chain.present()?.first().cloned();
        let leaf = if let Form::Kubeconfig { .. } = row.spec().form {
            let facts = self.kubeconfig(&path(Part::Kubeconfig));
            match &facts.present()?.client {
                ClientFacts::Embedded { certificate, .. } => leaf(certificate),
                ClientFacts::Files { own: Some(own), .. } => leaf(&own.certificate),
                _ => None,
            }
        } else {
            leaf(&self.certificates(&path(Part::Certificate)))
        };
        leaf.map(|leaf| hex::plain(&leaf.fingerprint()))
    }

    /// The node that has asked for what waits.
    #[cfg(feature = "config")]
    pub(crate) fn asking_node(&self) -> Option<Sourced<String>> {
        let node = self.pending_requests().ok()?.manifest.node?;
        let path = below(&self.directories().requests(), MANIFEST);
        let source = Source::Tree(path.display().to_string());
        Some(Sourced::new(node, source))
    }

    /// Why nobody can tell what waits, or what of it is of no use, where that is so.
    #[must_use]
    pub fn unusable_requests(&self) -> Option<LayoutError> {
        match self.pending_requests() {
            Err(error) => Some(error),
            Ok(pending) => {
                let mut rows = pending.manifest.requests.iter();
                rows.find_map(|row| self.waiting_request(row).err())
            }
        }
    }

    /// Fails where what waits cannot be told, or is of no use: it would be made once more.
    pub(crate) fn check_requests(&self) -> Result<(), LayoutError> {
        self.unusable_requests().map_or(Ok(()), Err)
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
        let broken_at = |ending: &str, reason: String| {
            let path = waiting(self.directories(), &row.name, ending);
            LayoutError::Request(RequestError::WaitingRow {
                path: self.root().on_disk(&path),
                reason,
                name: row.name.clone(),
            })
        };
        let broken = |reason| broken_at("csr", reason);
        let path = waiting(self.directories(), &row.name, "csr");
        let text = self
            .read_file(&path)
            .map_err(|error| broken(error.to_string()))?;
        let request = one_request(&text, row).map_err(broken)?;
        // Without its key the certificate is of no use.
        let key = self.public_half(&waiting(self.directories(), &row.name, "key"));
        let why = match key {
            Found::Present(key) if key.spki_der() == request.spki_der() => return Ok(request),
            Found::Present(_) => "it is not the key of the request".to_owned(),
            Found::Absent => "it is not there".to_owned(),
            Found::Broken { reason } => format!("it {reason}"),
            // That is said where it is to be used.
            Found::Unreadable { .. } | Found::NotObserved => return Ok(request),
        };
        Err(broken_at("key", why))
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

/// The identifier of a request's key, as people compare it.
pub(crate) fn key_of(request: &CertificateRequest) -> String {
    let key = request.public_key();
    key.map_or_else(
        |error| error.to_string(),
        |key| key.identifier().to_string(),
    )
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
