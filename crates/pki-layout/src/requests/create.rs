use pki_core::issue::check_request;
use pki_core::key::{KeyAlgorithm, KeyRequest, PrivateKey, SigningKey};
use pki_core::plan::request::{RequestPlan, RequestRule, RequestSource, RequestStep};
use pki_core::text::hex;
use pki_core::x509::{Asked, CertificateRequest};
use pki_core::{ClusterBuilder, Inventory, NodeBuilder, Provider, RowId, Setup};
use serde::Serialize;
use time::OffsetDateTime;

use super::Carried;
use super::RequestError;
use crate::manifest::{ABOVE, MANIFEST, RequestManifest, RequestRow};
use crate::observe::requested::{key_of, waiting};
use crate::report::{RecoveredRow, SCHEMA_VERSION};
use crate::store::Finished;
use crate::table::directories::below;
use crate::view::schema::rfc3339;
use crate::{Changes, Committed, LayoutError, Observation, TreeFile};

/// What was asked for.
#[derive(Debug)]
#[non_exhaustive]
pub struct Requested {
    /// What was decided.
    pub plan: RequestPlan,
    /// Everything that is asked for now, also by earlier runs.
    pub manifest: RequestManifest,
    /// What is to be carried to whoever signs: the requests, and the manifest. No key.
    pub carried: Carried,
    /// What was written; `None` where nothing was to be, as for an authority's own certificate.
    pub committed: Option<Committed>,
    /// What was completed first.
    pub recovered: Option<Finished>,
}

/// The same for programs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CreateReport {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// `CsrCreateReport`.
    pub kind: &'static str,
    /// `done`, or `unchanged` where nothing new was asked for.
    pub outcome: &'static str,
    /// Names of the rows that are asked for by this run.
    pub requested: Vec<String>,
    /// Everything that waits for its certificate.
    pub waiting: Vec<RequestRow>,
    /// What was named and needs no request, each with why.
    pub left: Vec<String>,
    /// What was completed first, because it had been interrupted.
    pub recovered: Option<RecoveredRow>,
}

impl Requested {
    /// The report.
    #[must_use]
    pub fn report(&self) -> CreateReport {
        let steps = self.plan.steps.iter();
        let left = self.plan.left.iter();
        CreateReport {
            schema_version: SCHEMA_VERSION,
            kind: "CsrCreateReport",
            outcome: if self.plan.steps.is_empty() {
                "unchanged"
            } else {
                "done"
            },
            requested: steps.map(|step| step.id.row.to_string()).collect(),
            waiting: self.manifest.requests.clone(),
            left: left.map(|(row, why)| format!("{row}: {why}")).collect(),
            recovered: self.recovered.as_ref().map(Finished::row),
        }
    }

    /// Whether something was named that could not be asked for.
    #[must_use]
    pub fn has_findings(&self) -> bool {
        !self.plan.left.is_empty()
    }
}

impl Observation {
    /// Makes keys and requests for what is missing or due of authorities whose keys are elsewhere,
    /// and puts them where they wait. What is missing is asked for where the cluster is described.
    ///
    /// # Errors
    ///
    /// [`LayoutError`]. Nothing has changed then.
    pub fn create_requests(
        self,
        described: Option<(ClusterBuilder, NodeBuilder)>,
        mut rule: RequestRule,
        now: OffsetDateTime,
        provider: &Provider<'_>,
    ) -> Result<Requested, LayoutError> {
        let (observation, recovered) = self.completed()?;
        let pending = observation.pending_requests()?;
        let inventory = observation.inventory();
        let setup = match described {
            Some((cluster, node)) => {
                let cluster = cluster.table_or(observation.root().table());
                let cluster = cluster.profile_or(inventory.profile()).build()?;
                let node = node.build(&cluster)?;
                Some(Setup::new(cluster, node))
            }
            None => None,
        };
        rule.pending.clone_from(inventory.requested());
        let mut plan = RequestPlan::new(setup.as_ref(), &inventory, &rule, now)?;
        let mut authorities = inventory.table().rows().filter(|spec| spec.is_authority());
        if !authorities.any(|spec| !inventory.certificates(spec.id).is_empty()) {
            let directory = &observation.directories().certificates;
            return Err(LayoutError::Request(RequestError::NoneThere {
                path: observation.root().on_disk(directory),
            }));
        }
        let node = observation.asking(setup.as_ref(), &pending.manifest)?;
        let path = below(&observation.directories().requests(), MANIFEST);
        let mut rows = pending.manifest.requests;
        rows.retain(|row| {
            let mut steps = plan.steps.iter();
            !steps.any(|step| step.id.row.spec().name == row.name)
        });
        let mut carried = Carried::new();
        for row in &rows {
            let request = observation.waiting_request(row)?;
            let id = observation.row_of(row, &path)?;
            plan.left
                .extend(outdated(id, &request, setup.as_ref(), now)?);
            carried.push((row.file.clone(), request.to_pem().into_bytes()));
        }
        let mut changes = Changes::new().based_on(&path, pending.digest);
        for row in &pending.void {
            for ending in ["csr", "key"] {
                let file = waiting(observation.directories(), &row.name, ending);
                if !plan
                    .steps
                    .iter()
                    .any(|step| step.id.row.spec().name == row.name)
                {
                    changes = changes.without_file(file);
                }
            }
        }
        let mut is_new = false;
        // An authority's own key is where it was, and nothing has to be kept of its request.
        let mut of_authorities = Vec::new();
        for step in &plan.steps {
            let (row, csr, files) =
                observation.asked(step, setup.as_ref(), &inventory, now, provider)?;
            carried.push((row.file.clone(), csr));
            if row.is_of_authority() {
                of_authorities.push(row);
                continue;
            }
            is_new = true;
            changes = files.into_iter().fold(changes, Changes::with_file);
            rows.push(row);
        }
        let committed = if is_new {
            let (_, text) = observation.manifest(node.clone(), rows.clone())?;
            let changes = changes.with_file(TreeFile::new(path, text));
            let root = observation.root();
            Some(root.commit(&changes, now, provider.random)?)
        } else {
            None
        };
        rows.extend(of_authorities);
        let (manifest, text) = observation.manifest(node, rows)?;
        carried.push((MANIFEST.to_owned(), text));
        carried.sort();
        Ok(Requested {
            plan,
            manifest,
            carried,
            committed,
            recovered,
        })
    }

    /// The node that asks. What waits already is of one node.
    fn asking(
        &self,
        setup: Option<&Setup>,
        pending: &RequestManifest,
    ) -> Result<Option<String>, LayoutError> {
        let node = setup.map(|setup| setup.node().name().to_string());
        let node = node.or_else(|| self.node_name().map(|name| name.to_string()));
        let waiting = pending.node.clone();
        match (waiting.filter(|_| !pending.requests.is_empty()), node) {
            (Some(waiting), Some(node)) if waiting != node => {
                let path = below(&self.directories().requests(), MANIFEST);
                Err(LayoutError::Request(RequestError::OfAnotherNode {
                    path: self.root().on_disk(&path),
                    waiting,
                    node,
                }))
            }
            (waiting, node) => Ok(node.or(waiting)),
        }
    }

    /// The manifest of these requests, in the order of the table, and its text.
    fn manifest(
        &self,
        node: Option<String>,
        mut rows: Vec<RequestRow>,
    ) -> Result<(RequestManifest, Vec<u8>), LayoutError> {
        let table = self.root().table();
        rows.sort_by_key(|row| table.rows().position(|spec| spec.name == row.name));
        let manifest = RequestManifest::new(node, rows);
        let text = manifest.to_json().map_err(|error| {
            LayoutError::Request(RequestError::Unusable {
                path: MANIFEST.into(),
                reason: error.to_string(),
            })
        })?;
        Ok((manifest, text))
    }

    /// One request: what the manifest says of it, its text, and the files that wait with it.
    fn asked(
        &self,
        step: &RequestStep,
        setup: Option<&Setup>,
        inventory: &Inventory,
        now: OffsetDateTime,
        provider: &Provider<'_>,
    ) -> Result<(RequestRow, Vec<u8>, Vec<TreeFile>), LayoutError> {
        let id = step.id.row;
        if let RequestSource::SameKey(old) = &step.source {
            let authority = self.load_authority(id, inventory)?;
            let request = request(id, &Asked::of_certificate(old), authority.signer())?;
            let row = of_request(id, step, &request, self.replaced_by(id), now);
            return Ok((row, request.to_pem().into_bytes(), Vec::new()));
        }
        let (request, key) = make(id, &step.source, setup, provider)?;
        let row = of_request(id, step, &request, self.replaced_by(id), now);
        let csr = request.to_pem().into_bytes();
        let place = |ending| waiting(self.directories(), &row.name, ending);
        let pem = key.to_pem().map_err(|source| LayoutError::Key {
            path: place("key"),
            source,
        })?;
        let files = vec![
            TreeFile::new(place("key"), pem.as_bytes()),
            TreeFile::new(place("csr"), csr.clone()),
        ];
        Ok((row, csr, files))
    }
}

/// What waits, and is not what is described now: named, it is asked for anew.
fn outdated(
    id: RowId,
    request: &CertificateRequest,
    setup: Option<&Setup>,
    now: OffsetDateTime,
) -> Result<Option<(RowId, String)>, LayoutError> {
    let Some(setup) = setup else {
        return Ok(None);
    };
    let Some(template) = setup.site().template(id.spec(), now)? else {
        return Ok(None);
    };
    let differences = check_request(request, id.spec(), &template);
    if differences.is_empty() {
        return Ok(None);
    }
    let differences: Vec<String> = differences.iter().map(ToString::to_string).collect();
    let why = format!(
        "it waits as it was asked for before, and by what is said now it would be another: {}; \
         named, it is asked for anew",
        differences.join("; ")
    );
    Ok(Some((id, why)))
}

/// A key, and what is asked for it.
fn make(
    row: RowId,
    source: &RequestSource,
    setup: Option<&Setup>,
    provider: &Provider<'_>,
) -> Result<(CertificateRequest, PrivateKey), LayoutError> {
    let algorithm = match source {
        RequestSource::Template(_) => setup.map(|setup| setup.cluster().key_algorithm()),
        RequestSource::Certificate(old) => {
            let key = old
                .public_key()
                .map_err(|error| failed(row, format!("its key {error}")))?;
            KeyAlgorithm::of(key.key_type())
        }
        _ => None,
    };
    let algorithm =
        algorithm.ok_or_else(|| failed(row, "its kind of key is not made here".to_owned()))?;
    let wanted = KeyRequest::new(row.spec().name, algorithm);
    let key = provider.keys.generate(wanted, provider.random);
    let key = key.map_err(|error| failed(row, error.to_string()))?;
    let asked = match source {
        RequestSource::Template(template) => Asked::of_template(template, key.public_key())
            .map_err(|error| failed(row, error.to_string()))?,
        RequestSource::Certificate(old) => Asked::of_certificate(old),
        _ => {
            return Err(failed(
                row,
                "what is asked for is not known here".to_owned(),
            ));
        }
    };
    Ok((request(row, &asked, &key)?, key))
}

fn request(
    row: RowId,
    asked: &Asked,
    key: &dyn SigningKey,
) -> Result<CertificateRequest, LayoutError> {
    CertificateRequest::create(asked, key).map_err(|error| failed(row, error.to_string()))
}

fn failed(row: RowId, reason: String) -> LayoutError {
    LayoutError::Request(RequestError::Unusable {
        path: row.to_string().into(),
        reason,
    })
}

fn of_request(
    row: RowId,
    step: &RequestStep,
    request: &CertificateRequest,
    replaces: Option<String>,
    now: OffsetDateTime,
) -> RequestRow {
    let kubeconfig = step.kubeconfig.as_ref();
    RequestRow {
        name: row.to_string(),
        authority: step
            .authority
            .map_or_else(|| ABOVE.to_owned(), |authority| authority.to_string()),
        file: format!("{row}.csr"),
        sha256: hex::plain(&request.fingerprint()),
        created: rfc3339(now),
        key: key_of(request),
        replaces,
        subject: request.subject().to_string(),
        alternative_names: request.alternative_names(),
        purposes: request.purpose_names(),
        server: kubeconfig.map(|one| one.server.clone()),
        cluster: kubeconfig.map(|one| one.cluster.clone()),
    }
}
