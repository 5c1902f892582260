//! A node takes what the others share, and issues its own leaves.

use std::path::PathBuf;

use pki_core::judge::Offence;
use pki_core::{ClusterBuilder, NodeBuilder, Provider};
use serde::Serialize;
use time::OffsetDateTime;

use super::Shared;
use crate::report::{InitReport, SCHEMA_VERSION, Words};
use crate::view::schema::rfc3339;
use crate::{Committed, FlagOptions, Initialised, LayoutError, Outcome, Root};

/// What was packed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct BundleReport {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// `BundleReport`.
    pub kind: &'static str,
    /// `done`.
    pub outcome: &'static str,
    /// Where it is.
    pub file: String,
    /// What is in it, below the certificate directory.
    pub files: Vec<String>,
    /// The authorities whose keys are not in it, because they are kept elsewhere.
    pub without_key: Vec<String>,
    /// Until when it can be taken, where it ends.
    pub expires: Option<String>,
}

impl BundleReport {
    /// Of files that were packed into one.
    #[must_use]
    pub fn new(shared: &Shared, file: String, expires: Option<OffsetDateTime>) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            kind: "BundleReport",
            outcome: "done",
            file,
            files: shared.files.iter().map(|file| file.name.clone()).collect(),
            without_key: shared.keyless().iter().map(ToString::to_string).collect(),
            expires: expires.map(rfc3339),
        }
    }
}

/// What became of what came.
#[derive(Debug)]
#[non_exhaustive]
pub struct ImportedBundle {
    /// How the files that are shared were put in their places.
    pub shared: Committed,
    /// What was made beside them; nothing where they were refused.
    pub own: Option<Initialised>,
}

/// The same for programs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ImportBundleReport {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// `ImportBundleReport`.
    pub kind: &'static str,
    /// `done`, `planned` in a dry run, `unchanged`, or `refused`.
    pub outcome: &'static str,
    /// Files that are shared and were not there.
    pub shared: Vec<String>,
    /// What the files that are shared would make worse; nothing was written then.
    pub offences: Vec<String>,
    /// What was made beside them.
    pub own: Option<InitReport>,
}

impl Root {
    /// Puts what is shared in its place, in one transaction, and makes what is the node's own beside it.
    /// What is there already and is something else is not replaced.
    ///
    /// # Errors
    ///
    /// [`LayoutError`]. Either nothing has changed then, or what is shared is in its place and the same
    /// command goes on from there.
    pub fn import_bundle(
        &self,
        shared: &Shared,
        (cluster, node): (ClusterBuilder, NodeBuilder),
        options: &FlagOptions,
        now: OffsetDateTime,
        provider: &Provider<'_>,
    ) -> Result<ImportedBundle, LayoutError> {
        shared.check(now)?;
        self.check_free(shared)?;
        // Whether it describes a node at all is known before anything is written.
        let described = cluster.clone().build()?;
        node.clone().build(&described)?;
        let changes = shared.changes(self.directories())?;
        let committed = self.commit(&changes, now, provider.random)?;
        if committed.outcome == Outcome::Refused {
            return Ok(ImportedBundle {
                shared: committed,
                own: None,
            });
        }
        let node = node.further(true);
        let own = self.init(cluster, node, options, now, provider)?;
        Ok(ImportedBundle {
            shared: committed,
            own: Some(own),
        })
    }

    /// What [`import_bundle`](Self::import_bundle) would put in its place; writes nothing.
    ///
    /// # Errors
    ///
    /// As [`import_bundle`](Self::import_bundle).
    pub fn rehearse_bundle(
        &self,
        shared: &Shared,
        now: OffsetDateTime,
    ) -> Result<ImportedBundle, LayoutError> {
        shared.check(now)?;
        self.check_free(shared)?;
        let changes = shared.changes(self.directories())?;
        Ok(ImportedBundle {
            shared: self.rehearse_commit(&changes, now)?,
            own: None,
        })
    }

    /// Fails where a file is there already and is something else: of another cluster, or of another
    /// generation of this one.
    fn check_free(&self, shared: &Shared) -> Result<(), LayoutError> {
        let observation = self.observe_to_write();
        for file in &shared.files {
            let path = match &file.path {
                Some(path) => path.clone(),
                None => self.directories().certificates.join(&file.name),
            };
            let there = observation.read_file(&path);
            let is_other = match there {
                Ok(there) => *there != *file.contents(),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => false,
                Err(_) => true,
            };
            if is_other {
                let path = self.on_disk(&path);
                return Err(LayoutError::OtherShared { path });
            }
        }
        Ok(())
    }
}

impl ImportedBundle {
    /// The report of this run.
    #[must_use]
    pub fn report(&self, root: &Root, words: Words<'_>) -> ImportBundleReport {
        let own = self.own.as_ref();
        let is_new = !self.shared.created.is_empty();
        let paths = |paths: &[PathBuf]| {
            paths
                .iter()
                .map(|path| path.display().to_string())
                .collect()
        };
        ImportBundleReport {
            schema_version: SCHEMA_VERSION,
            kind: "ImportBundleReport",
            outcome: match (self.shared.outcome, own.map(|own| own.outcome)) {
                (Outcome::Refused, _) | (_, Some(Outcome::Refused)) => "refused",
                (Outcome::Planned, _) => "planned",
                (_, Some(Outcome::Done)) => "done",
                _ if is_new => "done",
                _ => "unchanged",
            },
            shared: paths(&self.shared.created),
            offences: self.shared.offences.iter().map(offence).collect(),
            own: own.map(|own| own.report(root, words)),
        }
    }
}

fn offence(offence: &Offence) -> String {
    format!("{}: {}", offence.file, offence.message)
}
