//! What `init` did, as programs read it.

use std::collections::BTreeMap;
use std::path::Path;

use pki_core::judge::gate::{grouped, verdict};
use pki_core::plan::{Action, Step};
use pki_core::remedy::Command;
use pki_core::text::hex;
use pki_core::{Artifact, CredentialId, RowId};
use serde::Serialize;
use time::OffsetDateTime;

use crate::report::{
    OwnerRow, RecoveredRow, RemedyRow, RestartRow, SCHEMA_VERSION, Words, restart_rows,
};
use crate::verb::offence::what_to_do;
use crate::view::schema::rfc3339;
use crate::{Finished, Initialised, IssuedCertificate, Outcome, Root, Situation};

/// What `init` did, or with `dryRun` would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct InitReport {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// `InitReport`.
    pub kind: &'static str,
    /// `done`, `unchanged`, `refused`, or `planned` in a dry run.
    pub outcome: &'static str,
    /// Whether nothing was to be written.
    pub dry_run: bool,
    /// Name of the node.
    pub node: String,
    /// Its address.
    pub advertise_address: String,
    /// Profile of what is new.
    pub profile: String,
    /// Algorithm of new keys.
    pub key_algorithm: String,
    /// What signs the authorities that are made, where they do not sign themselves.
    pub superior: Option<SuperiorRow>,
    /// The rows of the table that concern this node, in its order. Empty after a refusal.
    pub rows: Vec<InitRow>,
    /// Bindings, flag sets and bundles of authorities that were written, or would be.
    pub derived_files: Vec<String>,
    /// What is there but wrong, or what would be refused where it was written.
    pub refusals: Vec<RefusalRow>,
    /// What is worth knowing.
    pub warnings: Vec<String>,
    /// What other programs wrote to files at the moment at which they were replaced, and where it is kept.
    pub late_writes: Vec<String>,
    /// What an earlier run had left undone, and was completed first.
    pub recovered: Option<RecoveredRow>,
    /// When the first of the leaf certificates expires.
    pub first_expiration: Option<String>,
    /// What the files are for: `new` where somebody starts the components, `kubeadm-init`,
    /// `kubeadm-join`, `further` where it becomes a further node of a cluster, or `running` where an API server is told of here.
    pub situation: &'static str,
    /// The rows whose names have their rights by a binding that the kubeadm of this version does
    /// not make; with `kubeadm-init` only, and where the version is known.
    pub not_bound_by_kubeadm: Vec<&'static str>,
    /// What the readers of the certificates that were made need, where they run.
    pub readers: Vec<RestartRow>,
}

/// What is above the authorities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SuperiorRow {
    /// Its subject.
    pub subject: String,
    /// When its certificate expires.
    pub expires: String,
}

/// One row of the table in an [`InitReport`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct InitRow {
    /// Name of the row, as kubeadm spells it.
    pub name: String,
    /// Whose it is.
    pub owner: OwnerRow,
    /// What it is.
    pub title: String,
    /// `create`, `keep`, or `wait` where its certificate is asked for and has not come.
    pub action: &'static str,
    /// Why.
    pub reason: String,
    /// When the certificate expires.
    pub expires: Option<String>,
    /// SHA-256 of the certificate that was issued, in lower-case hexadecimal.
    pub sha256: Option<String>,
    /// The files.
    pub files: Vec<String>,
}

/// Something that is there but wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RefusalRow {
    /// The file.
    pub file: String,
    /// What is wrong with it.
    pub problem: String,
    /// What to do.
    #[serde(flatten)]
    pub remedy: RemedyRow,
}

impl Initialised {
    /// The report of this run, with the paths of this root's directories.
    #[must_use]
    pub fn report(&self, root: &Root, words: Words<'_>) -> InitReport {
        let cluster = self.plan.cluster();
        let node = self.plan.setup().node();
        let path = |artifact: Artifact| root.directories().path(artifact).display().to_string();
        let written = self.receipt.created.iter().chain(&self.receipt.replaced);
        let steps: &[Step] = match self.outcome {
            Outcome::Refused => &[],
            _ => self.plan.steps(),
        };
        let leaves = steps
            .iter()
            .filter(|step| !step.id.row.spec().is_authority());
        let issued = self.receipt.certificates.iter();
        let issued = issued.map(|one| (&one.id, one)).collect();
        let rows: Vec<InitRow> = steps.iter().map(|step| row(step, &issued, &path)).collect();
        InitReport {
            schema_version: SCHEMA_VERSION,
            kind: "InitReport",
            outcome: match self.outcome {
                Outcome::Done => "done",
                Outcome::Planned => "planned",
                Outcome::Refused => "refused",
                Outcome::Unchanged => "unchanged",
            },
            dry_run: self.dry_run,
            node: node.name().to_string(),
            advertise_address: node.advertise_address().to_string(),
            profile: cluster.profile().to_string(),
            key_algorithm: cluster.key_algorithm().to_string(),
            superior: root.superior().map(|superior| SuperiorRow {
                subject: superior.issuing().subject().to_string(),
                expires: rfc3339(superior.issuing().validity().not_after),
            }),
            derived_files: written
                .map(|path| path.display().to_string())
                .filter(|path| !rows.iter().any(|row| row.files.contains(path)))
                .collect(),
            rows,
            refusals: self.refusals(root, words),
            warnings: self
                .plan
                .warnings()
                .iter()
                .map(ToString::to_string)
                .collect(),
            late_writes: self.late.iter().map(ToString::to_string).collect(),
            recovered: self.recovered.as_ref().map(Finished::row),
            first_expiration: leaves.filter_map(expires).min().map(rfc3339),
            situation: match self.situation {
                Situation::New => "new",
                Situation::KubeadmInit => "kubeadm-init",
                Situation::KubeadmJoin => "kubeadm-join",
                Situation::Further => "further",
                Situation::Running => "running",
            },
            not_bound_by_kubeadm: self.not_bound_by_kubeadm(),
            readers: self.readers(),
        }
    }

    fn not_bound_by_kubeadm(&self) -> Vec<&'static str> {
        let version = self
            .version
            .filter(|_| self.situation == Situation::KubeadmInit);
        let Some(version) = version else {
            return Vec::new();
        };
        let rows = self.plan.steps().iter().map(|step| step.id.row.spec());
        let unbound = rows.filter(|spec| {
            let binding = spec.rights.binding;
            binding.is_some_and(|binding| version < binding.by_kubeadm.version)
        });
        unbound.map(|spec| spec.name).collect()
    }

    fn readers(&self) -> Vec<RestartRow> {
        if self.situation != Situation::Running {
            return Vec::new();
        }
        let issued = self.receipt.certificates.iter();
        let issued: Vec<RowId> = issued.map(|certificate| certificate.id.row).collect();
        restart_rows(&issued, self.version.unwrap_or_default())
    }

    fn refusals(&self, root: &Root, words: Words<'_>) -> Vec<RefusalRow> {
        let on_disk = |artifact: Artifact| root.path(artifact).display().to_string();
        let wrong = self.plan.refusals().iter().map(|refusal| RefusalRow {
            file: on_disk(refusal.file),
            problem: refusal.problem.to_string(),
            remedy: words(&refusal.remedy(on_disk)),
        });
        // What is not there is not renewed.
        let makes = |name: &str| {
            let mut steps = self.plan.steps().iter();
            steps.any(|step| {
                let is_made = matches!(step.action, Action::Create(_));
                is_made && (name == "all" || step.id.row.spec().name == name)
            })
        };
        let is_no_way = |command: &Command| match command {
            Command::Renew { names, .. } => names.iter().any(|name| makes(name)),
            _ => false,
        };
        let groups = grouped(&self.offences);
        let worse = groups.iter().map(|group| {
            let file = group.first().map(|one| root.on_disk(Path::new(&one.file)));
            RefusalRow {
                file: file.unwrap_or_default().display().to_string(),
                problem: format!("it {}", verdict(group)),
                remedy: what_to_do(group, is_no_way, root, words),
            }
        });
        wrong.chain(worse).collect()
    }
}

fn row(
    step: &Step,
    issued: &BTreeMap<&CredentialId, &IssuedCertificate>,
    path: &impl Fn(Artifact) -> String,
) -> InitRow {
    let spec = step.id.row.spec();
    let (action, artifacts) = match &step.action {
        Action::Create(creation) => ("create", creation.artifacts(step.id.row)),
        Action::Wait { .. } => ("wait", spec.artifacts()),
        _ => ("keep", spec.artifacts()),
    };
    InitRow {
        name: spec.name.to_owned(),
        owner: OwnerRow::of(&step.id, None),
        title: spec.title.to_owned(),
        action,
        reason: step.reason.clone(),
        expires: expires(step).map(rfc3339),
        sha256: issued
            .get(&step.id)
            .map(|certificate| hex::plain(&certificate.sha256)),
        files: artifacts.into_iter().map(path).collect(),
    }
}

fn expires(step: &Step) -> Option<OffsetDateTime> {
    match &step.action {
        Action::Create(creation) => creation
            .template()
            .map(|template| template.validity.not_after),
        Action::Keep { expires } => *expires,
        _ => None,
    }
}
