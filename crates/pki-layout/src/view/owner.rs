//! Whose a credential is, as programs read it.

use pki_core::spec::OwnerKind;
use pki_core::{CredentialId, NodeName, Owner, RowId};
use serde::Serialize;

/// Whose a credential is: with the row's name it says which one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OwnerRow {
    /// `cluster`, `node` or `user`.
    pub kind: &'static str,
    /// The node's or the user's name; `null` of the cluster's, and where nothing names them.
    pub name: Option<String>,
}

/// A credential, as programs read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CredentialRow {
    /// Name of its row.
    pub name: String,
    /// Whose it is.
    pub owner: OwnerRow,
}

impl CredentialRow {
    /// What is found at hand of a row.
    pub(crate) fn at_hand(row: RowId, here: Option<&NodeName>) -> Self {
        Self {
            name: row.to_string(),
            owner: OwnerRow::at_hand(row, here),
        }
    }
}

impl OwnerRow {
    /// The owner of a credential; `here` is the name of the node at hand, where something says it.
    #[must_use]
    pub fn of(id: &CredentialId, here: Option<&NodeName>) -> Self {
        let here = here.map(ToString::to_string);
        let (kind, name) = match &id.owner {
            Owner::Cluster => ("cluster", None),
            Owner::Node(name) => ("node", Some(name.to_string())),
            Owner::User(name) => ("user", Some(name.to_string())),
            _ => return Self::of_row(id.row, here),
        };
        Self { kind, name }
    }

    /// The owner of what is found at hand of a row.
    pub(crate) fn at_hand(row: RowId, here: Option<&NodeName>) -> Self {
        Self::of_row(row, here.map(ToString::to_string))
    }

    fn of_row(row: RowId, here: Option<String>) -> Self {
        let (kind, name) = match row.spec().owner {
            OwnerKind::Cluster => ("cluster", None),
            OwnerKind::User => ("user", None),
            _ => ("node", here),
        };
        Self { kind, name }
    }
}
