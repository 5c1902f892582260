//! What has been done to a tree, from the records that transactions leave.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::record::{Change, Record};
use crate::store::Past;
use crate::{LayoutError, Root};

/// A transaction that is done.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Transaction {
    /// Counts them, from 1.
    pub number: u64,
    /// The command that made it.
    pub command: String,
    /// When, in RFC 3339.
    pub at: String,
    /// The transaction that it took back.
    pub undoes: Option<u64>,
    /// The transaction that took it back.
    pub undone_by: Option<u64>,
    /// The rules that somebody took the responsibility for.
    pub accepted: Vec<String>,
    /// The files, in the order in which they changed.
    pub files: Vec<ChangedFile>,
    /// Whether everything is kept that taking it back needs.
    pub is_kept: bool,
    /// Whether it was taken back while it was made, because somebody else had changed these files:
    /// what was there before is kept.
    pub is_withdrawn: bool,
}

/// A file of a [`Transaction`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChangedFile {
    /// Its path in the running system.
    pub path: PathBuf,
    /// What happened to it.
    pub effect: Effect,
}

/// What a transaction did to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Effect {
    /// It was not there before.
    Created,
    /// It had another content before.
    Replaced,
    /// It is not there any more.
    Removed,
}

/// The transactions of a tree.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct History {
    /// The oldest first. The last hundred are remembered.
    pub transactions: Vec<Transaction>,
    /// Records that cannot be read: their numbers, and why.
    pub unreadable: Vec<(u64, String)>,
}

impl Root {
    /// What has been done here. Takes no lock and writes nothing.
    ///
    /// # Errors
    ///
    /// [`LayoutError::Io`] when it cannot be read.
    pub fn history(&self) -> Result<History, LayoutError> {
        Ok(self.past()?.as_ref().map(History::of).unwrap_or_default())
    }
}

impl History {
    pub(crate) fn of(past: &Past) -> Self {
        let mut history = Self::default();
        for number in &past.numbers {
            match past.record(*number) {
                Ok(record) => match transaction(past, &record) {
                    Ok(transaction) => history.transactions.push(transaction),
                    Err(error) => history.unreadable.push((*number, error.to_string())),
                },
                Err(why) => history.unreadable.push((*number, why)),
            }
        }
        let undone = undone(&history.transactions);
        for transaction in &mut history.transactions {
            transaction.undone_by = undone.get(&transaction.number).copied();
        }
        history
    }

    /// The transaction that `undo` takes back when none is named: the last one that is neither
    /// taken back already nor takes back another itself.
    #[must_use]
    pub fn last(&self) -> Option<&Transaction> {
        let mut transactions = self.transactions.iter().rev();
        transactions
            .find(|one| one.undoes.is_none() && one.undone_by.is_none() && !one.is_withdrawn)
    }

    /// The transaction of this number.
    #[must_use]
    pub fn find(&self, number: u64) -> Option<&Transaction> {
        self.transactions.iter().find(|one| one.number == number)
    }
}

fn transaction(past: &Past, record: &Record) -> Result<Transaction, LayoutError> {
    let mut is_kept = true;
    for change in record.changes.iter().filter(|one| one.before.is_some()) {
        is_kept &= past.copy(record.number, change)?.is_some();
    }
    Ok(Transaction {
        number: record.number,
        command: record.command.clone(),
        at: record.at.clone(),
        undoes: record.undoes,
        undone_by: None,
        accepted: record.accepted.clone(),
        files: record.changes.iter().map(changed).collect(),
        is_kept,
        is_withdrawn: record.withdrawn,
    })
}

fn changed(change: &Change) -> ChangedFile {
    ChangedFile {
        path: change.path.clone(),
        effect: match (&change.before, &change.after) {
            (None, _) => Effect::Created,
            (Some(_), Some(_)) => Effect::Replaced,
            (Some(_), None) => Effect::Removed,
        },
    }
}

/// Which transactions are taken back, and by which: to take back one that took back another is to
/// do that one again.
fn undone(transactions: &[Transaction]) -> BTreeMap<u64, u64> {
    let undoes: BTreeMap<u64, u64> = transactions
        .iter()
        .filter_map(|one| Some((one.number, one.undoes?)))
        .collect();
    let mut undone = BTreeMap::new();
    for (number, taken_back) in &undoes {
        undone.insert(*taken_back, *number);
        if let Some(done_again) = undoes.get(taken_back) {
            undone.remove(done_again);
        }
    }
    undone
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(undoes: &[Option<u64>]) -> History {
        let transactions = undoes
            .iter()
            .enumerate()
            .map(|(index, undoes)| Transaction {
                number: u64::try_from(index).unwrap() + 1,
                command: String::new(),
                at: String::new(),
                undoes: *undoes,
                undone_by: None,
                accepted: Vec::new(),
                files: Vec::new(),
                is_kept: true,
                is_withdrawn: false,
            });
        let mut transactions: Vec<Transaction> = transactions.collect();
        let undone = undone(&transactions);
        for one in &mut transactions {
            one.undone_by = undone.get(&one.number).copied();
        }
        History {
            transactions,
            unreadable: Vec::new(),
        }
    }

    #[test]
    fn each_undo_goes_one_further_back() {
        let last = |undoes: &[Option<u64>]| history(undoes).last().map(|one| one.number);
        assert_eq!(last(&[]), None);
        assert_eq!(last(&[None, None]), Some(2));
        assert_eq!(last(&[None, None, Some(2)]), Some(1));
        assert_eq!(last(&[None, None, Some(2), Some(1)]), None);
        assert_eq!(last(&[None, None, Some(2), None]), Some(4));
    }

    /// 3 takes back 2, and 4 takes back 3: 2 is in force again.
    #[test]
    fn an_undo_can_be_taken_back() {
        let history = history(&[None, None, Some(2), Some(3)]);
        let undone_by = |number| history.find(number).unwrap().undone_by;
        assert_eq!(undone_by(2), None);
        assert_eq!(undone_by(3), Some(4));
        assert_eq!(history.last().map(|one| one.number), Some(2));
    }
}
