//! What is left to be done about the copies of a renewed authority's certificate, as programs read
//! it.

use std::collections::BTreeSet;

use pki_core::plan::renew::{RenewAction, RenewStep};
use pki_core::remedy::{Command, Remedy};
use pki_core::{Part, RowId};
use serde::Serialize;
use time::OffsetDateTime;

use crate::report::{StepRow, Words};
use crate::table::{HOLDERS, HolderSpec, Refresh};
use crate::{Renewal, Root};

/// A copy of an authority's old certificate that the run did not replace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CopyRow {
    /// Name of the authority.
    pub authority: String,
    /// Where the copy is.
    pub place: String,
    /// How it gets the new one, in words.
    pub how: String,
    /// The command that does it, where there is one. `FILE` stands for a copy of the authority's
    /// file over there.
    pub command: Option<String>,
}

impl Renewal {
    /// The authorities that are renewed, or would be.
    fn authorities(&self) -> impl Iterator<Item = RowId> {
        let rows = self.plan.renewals().map(|id| id.row);
        let has_failed = |row: &RowId| self.failures.iter().any(|one| one.id.row == *row);
        rows.filter(move |row| {
            row.spec().is_authority()
                && !self.left_out.contains_key(row)
                && !self.unchanged.contains(row)
                && !has_failed(row)
        })
    }

    /// By when the readers that read at start only have to have been restarted: the end of the
    /// first old certificate that ends.
    pub(super) fn restart_before(&self) -> Option<OffsetDateTime> {
        self.authorities().next()?;
        self.first_end
    }

    /// Whether it is not an authority's own certificate that is new, but one above it.
    fn is_above(&self, authority: RowId) -> bool {
        let above = |step: &RenewStep| {
            step.id.row == authority
                && matches!(step.action, RenewAction::Take { is_above: true, .. })
        };
        self.plan.steps().iter().any(above)
    }

    /// What holds a copy and was not written.
    pub(super) fn copy_rows(
        &self,
        exchanged: &BTreeSet<RowId>,
        root: &Root,
        words: Words<'_>,
    ) -> Vec<CopyRow> {
        let own = |row: RowId| root.path(row.part(Part::Certificate));
        let mut rows = Vec::new();
        for authority in self.authorities() {
            let file = own(authority).display().to_string();
            let is_above = self.is_above(authority);
            // What is above it is in the hands of whoever gave it here.
            let file = if is_above { "the same" } else { &file };
            let holders = HOLDERS.iter().filter(|one| one.authority == authority);
            let holders = holders.filter(|one| one.holds_above || !is_above);
            rows.extend(holders.map(|holder| row(holder, file, words)));
        }
        for authority in exchanged {
            let file = own(*authority).display().to_string();
            let holders = HOLDERS.iter().filter(|one| one.authority == *authority);
            rows.extend(holders.map(|holder| match holder.refresh {
                Refresh::Taken => of_other_nodes(holder, words),
                _ => row(holder, &file, words),
            }));
        }
        let elsewhere = self.copies_left.iter().map(|copy| CopyRow {
            authority: copy.authority.to_string(),
            place: copy.path.display().to_string(),
            how: format!(
                "{}: put the new certificate in the place of the old one",
                copy.why
            ),
            command: None,
        });
        rows.extend(elsewhere);
        rows
    }
}

/// Another authority is not taken over by its certificate alone.
fn of_other_nodes(holder: &HolderSpec, words: Words<'_>) -> CopyRow {
    let anew = words(&Remedy::run(Command::Renew {
        names: vec!["all".to_owned()],
        reconcile: true,
        reuse_key: false,
        accept: Vec::new(),
    }));
    let command = anew.ways.into_iter().flatten().find_map(|step| match step {
        StepRow::Run(argv) => Some(argv.join(" ")),
        _ => None,
    });
    CopyRow {
        authority: holder.authority.to_string(),
        place: holder.place.to_owned(),
        how:
            "a worker joins again; on a control-plane node put the authority's files in place, its \
              key too, and run there:"
                .to_owned(),
        command,
    }
}

fn row(holder: &HolderSpec, file: &str, words: Words<'_>) -> CopyRow {
    let (how, command) = match holder.refresh {
        Refresh::ByItself(who) => (who.to_owned(), None),
        Refresh::Shell(command) => ("replace it:".to_owned(), Some(command.replace("{}", file))),
        Refresh::CopiedAgain => ("copy them again".to_owned(), None),
        Refresh::Taken => {
            let take = words(&Remedy::run(Command::Take {
                name: holder.authority.to_string(),
                file: "FILE".to_owned(),
                there: true,
            }));
            let command = take.ways.into_iter().flatten().find_map(|step| match step {
                StepRow::Run(argv) => Some(argv.join(" ")),
                _ => None,
            });
            (
                format!("copy {file} there as FILE, and run there:"),
                command,
            )
        }
    };
    CopyRow {
        authority: holder.authority.to_string(),
        place: holder.place.to_owned(),
        how,
        command,
    }
}
