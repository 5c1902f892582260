//! What an undo did, or why it did nothing.

use std::path::PathBuf;

use pki_core::judge::Offence;
use pki_core::judge::gate::told;
use pki_core::{NodeName, RowId};

use crate::observe::Sources;
use crate::store::{Finished, LateWrite};
use crate::table::KubernetesVersion;
use crate::{ChangedFile, Effect, Observation, Transaction};

/// What [`Root::undo`](crate::Root::undo) did.
#[derive(Debug)]
#[non_exhaustive]
pub struct Undone {
    /// The transaction that was taken back, or would be.
    pub transaction: Option<Transaction>,
    /// Number of the transaction that took it back, where the history keeps it.
    pub number: Option<u64>,
    /// Files that are as they were before it, or would be.
    pub files: Vec<ChangedFile>,
    /// The rows of the table that these files belong to.
    pub rows: Vec<RowId>,
    /// The node's name, where something there says it.
    pub node: Option<NodeName>,
    /// The version of Kubernetes that runs, where an image says it.
    pub running: Option<KubernetesVersion>,
    /// Why nothing was done.
    pub refusals: Vec<UndoRefusal>,
    /// Replaced files that have another name too, which keeps what they held.
    pub linked: Vec<PathBuf>,
    /// What other programs wrote to files while they were replaced.
    pub late: Vec<LateWrite>,
    /// What an earlier run had left undone, and was completed first. Where that was an undo
    /// itself, nothing more was done.
    pub recovered: Option<Finished>,
    /// Whether nothing was to be written.
    pub dry_run: bool,
}

/// Why a transaction cannot be taken back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UndoRefusal {
    /// There is none left to take back.
    #[error("there is no transaction to take back")]
    Nothing,
    /// There is none of that number.
    #[error("there is no transaction {number}")]
    Unknown {
        /// The number that was asked for.
        number: u64,
    },
    /// Its record is damaged, or that of a later one: which is the last is not known then.
    #[error("the record of transaction {number} {problem}")]
    Unreadable {
        /// Its number.
        number: u64,
        /// What is wrong with it.
        problem: String,
    },
    /// It is taken back already.
    #[error("transaction {number} is taken back already, by transaction {by}")]
    AlreadyUndone {
        /// Its number.
        number: u64,
        /// The transaction that took it back.
        by: u64,
    },
    /// It made authorities, or the key of service accounts, which would be gone, and nobody has
    /// said that it is this one that is to be taken back.
    #[error(
        "transaction {number} made {}, and taking it back removes {}",
        names.join(", "),
        if names.len() == 1 { "it" } else { "them" }
    )]
    Removes {
        /// Its number.
        number: u64,
        /// Names of the rows.
        names: Vec<String>,
    },
    /// It was taken back while it was made.
    #[error(
        "transaction {number} was taken back while it was made, because another program had changed \
         its files; what was there before is kept in its directory of .pkigen/backup"
    )]
    Withdrawn {
        /// Its number.
        number: u64,
    },
    /// What it replaced is not there any more.
    #[error("what transaction {number} replaced is not kept any more")]
    NotKept {
        /// Its number.
        number: u64,
    },
    /// Somebody, a later transaction perhaps, has changed one of its files.
    #[error(
        "{} is not as transaction {number} left it; what has changed it since comes first",
        path.display()
    )]
    ChangedSince {
        /// Its number.
        number: u64,
        /// The file.
        path: PathBuf,
    },
    /// The tree would be worse afterwards: one file of it.
    #[error("after taking back transaction {number}, {}", told(offences).join("; "))]
    Unsound {
        /// Its number.
        number: u64,
        /// What would be refused, and by whom.
        offences: Vec<Offence>,
    },
    /// It was made in other directories.
    #[error(
        "transaction {number} was made with the certificates in {} and the kubeconfigs in {}",
        certificates.display(),
        kubeconfigs.display()
    )]
    OtherDirectories {
        /// Its number.
        number: u64,
        /// Its certificate directory.
        certificates: PathBuf,
        /// Its kubeconfig directory.
        kubeconfigs: PathBuf,
    },
}

/// What taking a transaction back does to its files, in the order in which they are.
fn reversed_files(transaction: &Transaction) -> impl Iterator<Item = ChangedFile> {
    let is_replaced = |file: &&ChangedFile| file.effect == Effect::Replaced;
    let replaced = transaction.files.iter().filter(is_replaced);
    let others = transaction.files.iter().rev();
    let others = others.filter(move |file| !is_replaced(file));
    replaced.chain(others).map(|file| ChangedFile {
        path: file.path.clone(),
        effect: match file.effect {
            Effect::Created => Effect::Removed,
            Effect::Replaced => Effect::Replaced,
            Effect::Removed => Effect::Created,
        },
    })
}

impl Undone {
    /// What taking a transaction back does, on a node as it was before.
    pub(super) fn of(transaction: Option<Transaction>, observation: &Observation) -> Self {
        let files: Vec<ChangedFile> = transaction.iter().flat_map(reversed_files).collect();
        // Of what is not there any more nobody reads anything again.
        let there = files.iter().filter(|file| file.effect != Effect::Removed);
        Self {
            rows: observation.rows_of(there.map(|file| file.path.as_path())),
            node: observation.node_name(),
            running: observation
                .components(&Sources::on_disk())
                .kubernetes_version(),
            files,
            transaction,
            ..Self::refused(Vec::new())
        }
    }

    pub(super) fn refused(refusals: Vec<UndoRefusal>) -> Self {
        Self {
            transaction: None,
            number: None,
            files: Vec::new(),
            rows: Vec::new(),
            node: None,
            running: None,
            refusals,
            linked: Vec::new(),
            late: Vec::new(),
            recovered: None,
            dry_run: false,
        }
    }
}
