//! Trees on disk, changed in transactions: `init`, `execute`, `commit`, `renew`, `undo`.
//!
//! Each is a method of [`Root`], plans and judges under the lock, and writes all or nothing. Each
//! has a sister that only says what it would do: [`rehearse_init`](Root::rehearse_init),
//! [`rehearse_commit`](Root::rehearse_commit), [`rehearse_renew`](Root::rehearse_renew),
//! [`rehearse_undo`](Root::rehearse_undo).
//!
//! # Init
//!
//! ```
//! use pkigen::disk::{Initialised, Outcome, Receipt};
//! use pkigen::{
//!     Cluster, Directories, FlagOptions, Node, Provider, Root, SoftwareKeys, SystemRandom,
//! };
//! use time::macros::datetime;
//!
//! # let directory = tempfile::tempdir()?;
//! # let prefix = directory.path();
//! let root = Root::new(prefix, Directories::default())?;
//! let node = Node::builder("cp1".parse()?, "192.0.2.10".parse()?);
//! let provider = Provider::new(&SoftwareKeys, &SystemRandom);
//! let now = datetime!(2026-11-23 12:00 UTC);
//!
//! let options = FlagOptions::new();
//! let done: Initialised = root.init(Cluster::builder(), node, &options, now, &provider)?;
//! assert_eq!(done.outcome, Outcome::Done);
//! let receipt: &Receipt = &done.receipt;
//! assert!(receipt.created.len() > 20);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Execute
//!
//! What was shown is what is done, or nothing.
//!
//! ```
//! # use pkigen::disk::Outcome;
//! # use pkigen::{
//! #     Cluster, Directories, FlagOptions, Node, Provider, Root, SoftwareKeys, SystemRandom,
//! # };
//! # use time::macros::datetime;
//! # let directory = tempfile::tempdir()?;
//! # let root = Root::new(directory.path(), Directories::default())?;
//! # let node = Node::builder("cp1".parse()?, "192.0.2.10".parse()?);
//! # let provider = Provider::new(&SoftwareKeys, &SystemRandom);
//! # let now = datetime!(2026-11-23 12:00 UTC);
//! let plan = root.plan_init(Cluster::builder(), node, now)?;
//! for (id, creation) in plan.creations() {
//!     println!("{id}: {:?}", creation.artifacts(id.row));
//! }
//! let done = root.execute(&plan, &FlagOptions::new(), &provider)?;
//! assert_eq!(done.outcome, Outcome::Done);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Commit
//!
//! Files of the embedder's own, before the same gate and in the same transaction.
//!
//! ```
//! # use pkigen::SystemRandom;
//! # use time::macros::datetime;
//! use pkigen::disk::{Changes, Committed, Outcome, Writing};
//! use pkigen::{Directories, Root, TreeFile};
//!
//! # let directory = tempfile::tempdir()?;
//! # let prefix = directory.path();
//! let mut writing = Writing::default();
//! writing.command = "our installer".to_owned();
//! let root = Root::new(prefix, Directories::default())?.with_writing(writing);
//! let policy = TreeFile::new("/etc/kubernetes/pki/policy.txt", b"deny".to_vec());
//! let changes = Changes::new().based_on(&policy.path, None).with_file(policy);
//! # let now = datetime!(2026-11-23 12:00 UTC);
//! let done: Committed = root.commit(&changes, now, &SystemRandom)?;
//! assert_eq!(done.outcome, Outcome::Done);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Renew, and undo
//!
//! ```
//! # use pkigen::{
//! #     Cluster, Directories, FlagOptions, Node, Provider, Root, SoftwareKeys, SystemRandom,
//! # };
//! # use time::macros::datetime;
//! use pkigen::disk::{History, RenewRule, Renewal, Undone};
//!
//! # let directory = tempfile::tempdir()?;
//! # let root = Root::new(directory.path(), Directories::default())?;
//! # let node = Node::builder("cp1".parse()?, "192.0.2.10".parse()?);
//! # let provider = Provider::new(&SoftwareKeys, &SystemRandom);
//! # let now = datetime!(2026-11-23 12:00 UTC);
//! # let options = FlagOptions::new();
//! # root.init(Cluster::builder(), node, &options, now, &provider)?;
//! let done: Renewal = root.renew(&RenewRule::all(), now, &provider)?;
//! assert!(done.renewed.len() > 10 && done.left_out.is_empty());
//! let undone: Undone = root.undo(None, now)?;
//! assert_eq!(undone.refusals, []);
//! let history: History = root.history()?;
//! assert_eq!(history.transactions.len(), 3);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub use pki_core::plan::renew::{RenewAction, RenewPlan, RenewProblem, RenewRule};
pub use pki_layout::{
    ChangedFile, Changes, Committed, Effect, Finished, History, Initialised, IssuedCertificate,
    LateWrite, Outcome, Receipt, RenewFailure, Renewal, RenewedCertificate, Root, Situation,
    Transaction, UndoRefusal, Undone, Writing,
};
