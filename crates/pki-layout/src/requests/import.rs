use std::collections::BTreeSet;

use pki_core::authority::Issuer;
use pki_core::issue::check_answer;
use pki_core::judge::gate::told;
use pki_core::observation::{AuthorityFacts, is_control_plane};
use pki_core::plan::renew::Difference;
use pki_core::text::hex;
use pki_core::x509::CertificateRequest;
use pki_core::{Certificate, Form, Inventory, Part, Random, RowId, Usage};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;

use super::Carried;
use super::RequestError;
use super::carried::of_file;
use super::finished::Answered;
use crate::manifest::{MANIFEST, RequestManifest, RequestRow};
use crate::observe::requested::waiting;
use crate::report::{RecoveredRow, RestartRow, SCHEMA_VERSION, restart_rows};
use crate::store::Finished;
use crate::table::KubernetesVersion;
use crate::table::directories::below;
use crate::view::schema::rfc3339;
use crate::{Changes, Committed, LayoutError, Observation, Outcome, TreeFile};

/// What was taken.
#[derive(Debug)]
#[non_exhaustive]
pub struct Imported {
    /// What became of each request, in the order of the table.
    pub rows: Vec<ImportedRow>,
    /// Files that came and are in PKCS#7, which is not read: `openssl pkcs7 -print_certs` makes PEM of
    /// them.
    pub not_read: Vec<String>,
    /// What was written, or would have been; `None` where nothing was to be.
    pub committed: Option<Committed>,
    /// Whether `init` has something left to make on a node that is to be a control plane: the key of
    /// tokens, and what goes with it.
    pub unfinished: bool,
    /// What was completed first.
    pub recovered: Option<Finished>,
}

/// What became of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImportedRow {
    /// Which.
    pub row: RowId,
    /// Its certificate, where it has come and is right.
    pub certificate: Option<Certificate>,
    /// How what has come differs from what was asked for.
    pub differences: Vec<Difference>,
    /// Whether nobody waits for it any more: another certificate has been put in its place.
    pub is_void: bool,
}

impl ImportedRow {
    /// `taken`, `refused`, `waiting` where nothing has come, or `void`.
    #[must_use]
    pub fn action(&self) -> &'static str {
        match (&self.certificate, self.differences.is_empty()) {
            _ if self.is_void => "void",
            (_, false) => "refused",
            (Some(_), true) => "taken",
            (None, true) => "waiting",
        }
    }
}

/// The same for programs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ImportReport {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// `CsrImportReport`.
    pub kind: &'static str,
    /// `done`, `partial` where some still wait, `refused` where nothing was written, `unchanged`
    /// where nothing has come.
    pub outcome: &'static str,
    /// What became of each request.
    pub rows: Vec<ImportReportRow>,
    /// Files that came and are in PKCS#7, which is not read.
    pub not_read: Vec<String>,
    /// What was completed first, because it had been interrupted.
    pub recovered: Option<RecoveredRow>,
    /// Why nothing was written, where its readers would not accept it.
    pub refused_by_readers: Vec<String>,
    /// Whether `init` has something left to make here: the key of tokens, and what goes with it.
    pub unfinished: bool,
    /// What the readers of the certificates need.
    pub readers: Vec<RestartRow>,
}

/// One request of an [`ImportReport`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ImportReportRow {
    /// Name of the row.
    pub name: String,
    /// As [`ImportedRow::action`].
    pub action: &'static str,
    /// How what has come differs, each in words.
    pub differences: Vec<String>,
    /// When it ends.
    pub not_after: Option<String>,
    /// SHA-256 of the certificate, in lower-case hexadecimal.
    pub sha256: Option<String>,
}

impl Imported {
    /// Whether something was refused, or still waits.
    #[must_use]
    pub fn has_findings(&self) -> bool {
        let is_done = |row: &ImportedRow| matches!(row.action(), "taken" | "void");
        !self.rows.iter().all(is_done) || self.is_refused()
    }

    fn is_refused(&self) -> bool {
        let offended = self.committed.as_ref();
        offended.is_some_and(|one| one.outcome == Outcome::Refused)
            || self.rows.iter().any(|row| row.action() == "refused")
    }

    /// The report, with what readers of this version need.
    #[must_use]
    pub fn report(&self, version: KubernetesVersion) -> ImportReport {
        let is_done = self
            .committed
            .as_ref()
            .is_some_and(|one| one.outcome == Outcome::Done);
        let taken = self.rows.iter().filter(|row| row.action() == "taken");
        let taken: Vec<RowId> = taken.map(|row| row.row).collect();
        let offences = self.committed.as_ref().map(|one| told(&one.offences));
        ImportReport {
            schema_version: SCHEMA_VERSION,
            kind: "CsrImportReport",
            outcome: match (is_done, self.is_refused()) {
                (_, true) => "refused",
                (false, false) => "unchanged",
                (true, false) if self.has_findings() => "partial",
                (true, false) => "done",
            },
            rows: self.rows.iter().map(row).collect(),
            not_read: self.not_read.clone(),
            recovered: self.recovered.as_ref().map(Finished::row),
            unfinished: is_done && self.unfinished,
            refused_by_readers: offences.unwrap_or_default(),
            readers: if is_done {
                restart_rows(&taken, version)
            } else {
                Vec::new()
            },
        }
    }
}

fn row(row: &ImportedRow) -> ImportReportRow {
    let certificate = row.certificate.as_ref();
    ImportReportRow {
        name: row.row.to_string(),
        action: row.action(),
        differences: row.differences.iter().map(ToString::to_string).collect(),
        not_after: certificate.map(|one| rfc3339(one.validity().not_after)),
        sha256: certificate.map(|one| hex::plain(&one.fingerprint())),
    }
}

impl Observation {
    /// Takes what has come for the requests that wait here: compares it with what was asked for,
    /// writes certificates, keys and finished kubeconfigs in one transaction, judged as the tree would
    /// become, and what has come waits no more. Where anything that has come is not what was asked
    /// for, nothing is written.
    ///
    /// # Errors
    ///
    /// [`LayoutError`]. Nothing has changed then.
    pub fn import_answers(
        self,
        carried: &Carried,
        now: OffsetDateTime,
        random: &dyn Random,
    ) -> Result<Imported, LayoutError> {
        let (observation, recovered) = self.completed()?;
        let imported = observation.import_settled(carried, now, random);
        match (imported, recovered) {
            // It had been interrupted when all was decided.
            (Err(LayoutError::Request(RequestError::NothingAskedFor { .. })), Some(recovered)) => {
                Ok(Imported {
                    rows: Vec::new(),
                    not_read: Vec::new(),
                    unfinished: false,
                    committed: None,
                    recovered: Some(recovered),
                })
            }
            (imported, recovered) => imported.map(|imported| Imported {
                recovered,
                ..imported
            }),
        }
    }

    /// The same where no earlier run is to be completed.
    fn import_settled(
        &self,
        carried: &Carried,
        now: OffsetDateTime,
        random: &dyn Random,
    ) -> Result<Imported, LayoutError> {
        let pending = self.pending_requests()?;
        let path = below(&self.directories().requests(), MANIFEST);
        if pending.manifest.requests.is_empty() {
            return Err(LayoutError::Request(RequestError::NothingAskedFor {
                path: self.root().on_disk(&path),
            }));
        }
        let inventory = self.inventory();
        let files = certificates_of(carried);
        let not_read = other_forms(carried);
        let void = pending.void.iter().filter_map(|row| {
            Some(ImportedRow {
                row: self.root().table().find(&row.name)?,
                certificate: None,
                differences: Vec::new(),
                is_void: true,
            })
        });
        let mut rows: Vec<ImportedRow> = void.collect();
        let mut answered = Vec::new();
        let mut left = Vec::new();
        for request_row in pending.manifest.requests.clone() {
            let id = self.row_of(&request_row, &path)?;
            let request = self.waiting_request(&request_row)?;
            let (chain, differences) = compare(&request, &request_row, id, &files, &inventory, now);
            rows.push(ImportedRow {
                row: id,
                certificate: chain.first().cloned(),
                differences,
                is_void: false,
            });
            if chain.is_empty() {
                left.push(request_row);
            } else {
                answered.push(Answered {
                    row: request_row,
                    id,
                    chain,
                });
            }
        }
        let is_refused = rows.iter().any(|row| !row.differences.is_empty());
        if is_refused || answered.is_empty() {
            return Ok(Imported {
                rows,
                not_read,
                unfinished: false,
                committed: None,
                recovered: None,
            });
        }
        let mut changes = Changes::new().based_on(&path, pending.digest);
        for one in &answered {
            let path = self.directories().path(one.id.part(Part::Kubeconfig));
            let is_spliced = matches!(one.id.spec().form, Form::Kubeconfig { .. });
            if let Some(text) = self.read_file(&path).ok().filter(|_| is_spliced) {
                changes = changes.based_on(path, Some(Sha256::digest(&*text).into()));
            }
            for file in self.finished(one, &inventory)? {
                changes = changes.with_file(file);
            }
        }
        let done = answered.iter().map(|one| &one.row).chain(&pending.void);
        for row in done {
            for ending in ["csr", "key"] {
                changes = changes.without_file(waiting(self.directories(), &row.name, ending));
            }
        }
        let answered_rows: BTreeSet<RowId> = answered.iter().map(|one| one.id).collect();
        let manifest = RequestManifest::new(pending.manifest.node, left);
        changes = if manifest.requests.is_empty() {
            changes.without_file(path)
        } else {
            let text = manifest.to_json().map_err(|error| {
                LayoutError::Request(RequestError::Unusable {
                    path: path.clone(),
                    reason: error.to_string(),
                })
            })?;
            changes.with_file(TreeFile::new(path, text))
        };
        let committed = self.root().commit(&changes, now, random)?;
        Ok(Imported {
            rows,
            not_read,
            unfinished: is_control_plane(|row| self.is_there(row) || answered_rows.contains(&row))
                && !self.is_there(RowId::ServiceAccount),
            committed: Some(committed),
            recovered: None,
        })
    }
}

/// The certificates that have come, by the files that they are in.
fn certificates_of(carried: &Carried) -> Vec<(&str, Vec<Certificate>)> {
    let files = carried.iter().filter_map(|(name, content)| {
        let certificates = of_file(content).ok()?;
        Some((name.as_str(), certificates))
    });
    files.collect()
}

/// The files of a kind that Windows' and Java's authorities send, which is not read here.
fn other_forms(carried: &Carried) -> Vec<String> {
    // id-signedData, RFC 5652 section 5.1.
    let signed_data = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];
    let is_pkcs7 = |content: &[u8]| {
        let head = content.get(..64).unwrap_or(content);
        let is_der = head.windows(signed_data.len()).any(|at| at == signed_data);
        is_der || content.windows(16).any(|at| at == b"-----BEGIN PKCS7")
    };
    let files = carried.iter().filter(|(_, content)| is_pkcs7(content));
    files.map(|(name, _)| name.clone()).collect()
}

/// The certificate of a request with the path above it, and how it differs from what was asked for.
fn compare(
    request: &CertificateRequest,
    row: &RequestRow,
    id: RowId,
    files: &[(&str, Vec<Certificate>)],
    inventory: &Inventory,
    now: OffsetDateTime,
) -> (Vec<Certificate>, Vec<Difference>) {
    let all = || files.iter().flat_map(|(_, certificates)| certificates);
    let of_key = all().filter(|one| one.spki_der() == request.spki_der());
    let newest = of_key.max_by_key(|one| one.validity().not_after);
    // Under the request's name something else may have come, which is not the same as nothing.
    let stem = row.file.strip_suffix(".csr").unwrap_or(&row.file);
    let named = || {
        let mut names = files.iter().filter(|(name, _)| {
            let name = name.strip_suffix(".crt").or(name.strip_suffix(".pem"));
            name == Some(stem)
        });
        names.find_map(|(_, certificates)| certificates.first())
    };
    let Some(leaf) = newest.or_else(named) else {
        return (Vec::new(), Vec::new());
    };
    let authority = id
        .spec()
        .issuer
        .map(|authority| inventory.authority(authority));
    let trust = authority
        .as_ref()
        .map(AuthorityFacts::trust)
        .unwrap_or_default();
    let mut known: Vec<Certificate> = authority.map(|one| one.certificates()).unwrap_or_default();
    known.extend(all().filter(|one| one.is_authority()).cloned());
    let above = Issuer::new(leaf.clone(), &known);
    let above = above.above().iter().filter(|one| !one.is_self_issued());
    let chain: Vec<Certificate> = std::iter::once(leaf).chain(above).cloned().collect();
    let usage = id.spec().usage.unwrap_or(Usage::Client);
    let differences = check_answer(request, usage, &chain, &trust, now);
    (chain, differences)
}
