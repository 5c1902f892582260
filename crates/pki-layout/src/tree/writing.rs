use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use pki_core::judge::Rule;

/// How commands that write get along with others: how long they wait, what they keep, and what
/// they tell about themselves.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Writing {
    /// How long to wait for another run to finish. 30 seconds.
    pub lock_timeout: Duration,
    /// Of how many transactions the replaced files are kept, for [`undo`](crate::Root::undo),
    /// those that took another back aside. Is remembered with the tree; `None` leaves it as it is,
    /// three where nobody has said. `None`.
    pub keep: Option<usize>,
    /// Whether there are copies and records of transactions that are done: without them `keep` is
    /// of no meaning, the history is empty and nothing can be taken back. While a transaction is
    /// under way there are copies all the same, since it may have to be. `true`.
    pub backups: bool,
    /// Whether flag sets and bindings are written, below `pkigen` in the kubeconfig directory.
    /// Bundles of authorities, which flags name, are written all the same. `true`.
    pub derived: bool,
    /// Owner and group of files that are new, by number; those of the user who writes, where there
    /// are none. What is replaced keeps its own, and directories are always the user's.
    pub owner: Option<(u32, u32)>,
    /// The command, as the history and whoever waits for it are told.
    pub command: String,
    /// Rules that a change may break: somebody takes the responsibility, and the history says so.
    pub accept: Vec<Rule>,
    /// Is `false` while names are changing, which takes about a millisecond: a program that ends
    /// when it is told to may wait for that. The journal completes what is interrupted all the
    /// same.
    pub interruptible: Arc<AtomicBool>,
}

impl Default for Writing {
    fn default() -> Self {
        Self {
            lock_timeout: Duration::from_secs(30),
            keep: None,
            backups: true,
            derived: true,
            owner: None,
            command: "pkigen".to_owned(),
            accept: Vec::new(),
            interruptible: Arc::new(AtomicBool::new(true)),
        }
    }
}
