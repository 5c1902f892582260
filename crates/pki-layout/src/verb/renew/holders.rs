//! What is left to be done about the copies of a renewed authority's certificate, as programs read
//! it.

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
            row.spec().is_authority() && !self.left_out.contains_key(row) && !has_failed(row)
        })
    }

    /// By when the readers that read at start only have to have been restarted: the end of the
    /// first old certificate that ends.
    pub(super) fn restart_before(&self) -> Option<OffsetDateTime> {
        let ends = self.authorities().filter_map(|row| {
            let step = self.plan.steps().iter().find(|step| step.id.row == row)?;
            Some(step.action.old()?.validity().not_after)
        });
        ends.min()
    }

    /// What holds a copy and was not written.
    pub(super) fn copy_rows(&self, root: &Root, words: Words<'_>) -> Vec<CopyRow> {
        let own = |row: RowId| root.directories().path(row.part(Part::Certificate));
        let mut rows = Vec::new();
        for authority in self.authorities() {
            let file = own(authority).display().to_string();
            let holders = HOLDERS.iter().filter(|one| one.authority == authority);
            rows.extend(holders.map(|holder| row(holder, &file, words)));
        }
        let authority = self.authorities().next();
        let elsewhere = self.copies_elsewhere.iter().map(|path| CopyRow {
            authority: authority.map(|row| row.to_string()).unwrap_or_default(),
            place: path.display().to_string(),
            how: "it lies in neither of the directories that are written: put the new certificate \
                  in the place of the old one"
                .to_owned(),
            command: None,
        });
        rows.extend(elsewhere);
        rows
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
