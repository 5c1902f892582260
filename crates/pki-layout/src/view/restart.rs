//! What the readers of changed files need, as programs read it.

use pki_core::RowId;
use serde::Serialize;

use crate::table::KubernetesVersion;
use crate::table::reload::{Advice, advice};

/// What the reader of a renewed certificate needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RestartRow {
    /// Name of the certificate.
    pub certificate: String,
    /// Who reads it.
    pub reader: String,
    /// When it reads it again, in words.
    pub when: String,
    /// What becomes of connections that are open, in words.
    pub connections: String,
    /// The command that restarts it, where it has to be restarted.
    pub restart: Option<String>,
    /// What else to know.
    pub note: Option<String>,
}

/// [`advice`], as reports have it.
#[must_use]
pub fn restart_rows(changed: &[RowId], version: KubernetesVersion) -> Vec<RestartRow> {
    let rows = advice(changed, version).into_iter().map(
        |Advice {
             id,
             reader,
             behaviour,
         }| RestartRow {
            certificate: id.to_string(),
            reader: reader.to_owned(),
            when: behaviour.reload.words().to_owned(),
            connections: behaviour.connections.words().to_owned(),
            restart: behaviour.restart,
            note: (!behaviour.note.is_empty()).then(|| behaviour.note.to_owned()),
        },
    );
    rows.collect()
}
