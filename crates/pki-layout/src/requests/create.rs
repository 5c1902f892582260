use std::collections::BTreeSet;

use pki_core::key::{KeyAlgorithm, KeyRequest, PrivateKey, SigningKey as _};
use pki_core::plan::request::{RequestPlan, RequestRule, RequestSource, RequestStep};
use pki_core::text::hex;
use pki_core::x509::{Asked, CertificateRequest};
use pki_core::{ClusterBuilder, NodeBuilder, Provider, RowId, Setup};
use serde::Serialize;
use time::OffsetDateTime;

use super::Carried;
use crate::manifest::{MANIFEST, RequestManifest, RequestRow};
use crate::observe::requested::waiting;
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
    /// Everything that waits now, also from earlier runs.
    pub manifest: RequestManifest,
    /// What is to be carried to whoever signs: the requests, and the manifest. No key.
    pub carried: Carried,
    /// What was written; `None` where nothing was to be.
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
            outcome: if self.committed.is_some() {
                "done"
            } else {
                "unchanged"
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
        let plan = RequestPlan::new(setup.as_ref(), &inventory, &rule, now)?;
        let mut rows = pending.manifest.requests;
        let again: BTreeSet<String> = plan
            .steps
            .iter()
            .map(|one| one.id.row.to_string())
            .collect();
        rows.retain(|row| !again.contains(&row.name));
        let directories = observation.directories();
        let mut carried = Carried::new();
        for row in &rows {
            let request = observation.waiting_request(row)?;
            carried.push((row.file.clone(), request.to_pem().into_bytes()));
        }
        let path = below(&directories.requests(), MANIFEST);
        let mut changes = Changes::new().based_on(&path, pending.digest);
        for step in &plan.steps {
            let (key, request, row) = make(step, setup.as_ref(), now, provider)?;
            let name = step.id.row.to_string();
            let pem = key.to_pem().map_err(|source| LayoutError::Key {
                path: waiting(directories, &name, "key"),
                source,
            })?;
            let key_file = TreeFile::new(waiting(directories, &name, "key"), pem.as_bytes());
            let csr = request.to_pem().into_bytes();
            let csr_file = TreeFile::new(waiting(directories, &name, "csr"), csr.clone());
            changes = changes.with_file(key_file).with_file(csr_file);
            carried.push((row.file.clone(), csr));
            rows.push(row);
        }
        let position = |row: &RequestRow| {
            observation
                .root()
                .table()
                .rows()
                .position(|spec| spec.name == row.name)
        };
        rows.sort_by_key(position);
        let node = setup.map(|setup| setup.node().name().to_string());
        let node = node.or_else(|| observation.node_name().map(|name| name.to_string()));
        let manifest = RequestManifest::new(node.or(pending.manifest.node), rows);
        let text = manifest.to_json().map_err(|error| LayoutError::Requests {
            path: path.clone(),
            reason: error.to_string(),
        })?;
        carried.push((MANIFEST.to_owned(), text.clone()));
        carried.sort();
        let committed = if plan.steps.is_empty() {
            None
        } else {
            let changes = changes.with_file(TreeFile::new(path, text));
            Some(observation.root().commit(&changes, now, provider.random)?)
        };
        Ok(Requested {
            plan,
            manifest,
            carried,
            committed,
            recovered,
        })
    }
}

fn make(
    step: &RequestStep,
    setup: Option<&Setup>,
    now: OffsetDateTime,
    provider: &Provider<'_>,
) -> Result<(PrivateKey, CertificateRequest, RequestRow), LayoutError> {
    let row = step.id.row;
    let failed = |reason: String| LayoutError::Requests {
        path: row.to_string().into(),
        reason,
    };
    let algorithm = match &step.source {
        RequestSource::Template(_) => setup.map(|setup| setup.cluster().key_algorithm()),
        RequestSource::Certificate(old) => {
            let key = old
                .public_key()
                .map_err(|error| failed(format!("its key {error}")))?;
            KeyAlgorithm::of(key.key_type())
        }
        _ => None,
    };
    let algorithm =
        algorithm.ok_or_else(|| failed("its kind of key is not made here".to_owned()))?;
    let request = KeyRequest::new(row.spec().name, algorithm);
    let key = provider.keys.generate(request, provider.random);
    let key = key.map_err(|error| failed(error.to_string()))?;
    let asked = match &step.source {
        RequestSource::Template(template) => Asked::of_template(template, key.public_key()),
        RequestSource::Certificate(old) => Ok(Asked::of_certificate(old)),
        _ => return Err(failed("what is asked for is not known here".to_owned())),
    };
    let request = asked.and_then(|asked| CertificateRequest::create(&asked, &key));
    let request = request.map_err(|error| failed(error.to_string()))?;
    let row = of_request(row, step, &request, now);
    Ok((key, request, row))
}

fn of_request(
    row: RowId,
    step: &RequestStep,
    request: &CertificateRequest,
    now: OffsetDateTime,
) -> RequestRow {
    let kubeconfig = step.kubeconfig.as_ref();
    RequestRow {
        name: row.to_string(),
        authority: step.authority.to_string(),
        file: format!("{row}.csr"),
        sha256: hex::plain(&request.fingerprint()),
        created: rfc3339(now),
        subject: request.subject().to_string(),
        alternative_names: request.alternative_names(),
        purposes: request.purpose_names(),
        server: kubeconfig.map(|one| one.server.clone()),
        cluster: kubeconfig.map(|one| one.cluster.clone()),
    }
}
