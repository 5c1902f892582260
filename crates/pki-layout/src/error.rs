//! What stops a verb, in its sentences: a lock that is held, an archive that cannot be looked at.
//! The reason in them is worded by whoever found it; what to do about it, and with which command,
//! by whoever has one.

#[cfg(feature = "bundles")]
mod bundle;
mod operation;
#[cfg(feature = "disk")]
mod request;

use std::path::{Path, PathBuf};
use std::time::Duration;

#[cfg(feature = "bundles")]
pub use bundle::BundleError;
pub use operation::Operation;
use pki_core::key::KeyError;
use pki_core::x509::CertificateError;
use pki_core::{AuthorityError, ClusterError, IssueError, NameError};
#[cfg(feature = "disk")]
pub use request::RequestError;

/// The disk, or what is on it, got in the way. Always names a path and what was being done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LayoutError {
    /// The operating system refused.
    #[error("cannot {operation} {}", path.display())]
    Io {
        /// What was being done.
        operation: Operation,
        /// To what.
        path: PathBuf,
        /// Why it failed.
        #[source]
        source: std::io::Error,
    },
    /// A directory that is given must be absolute and go straight down.
    #[error("{} is not usable as {purpose}: {why}", path.display())]
    Directory {
        /// Which directory it is for.
        purpose: &'static str,
        /// The directory.
        path: PathBuf,
        /// What is wrong with it.
        why: &'static str,
    },
    /// What is made and what is looked for are not the same.
    #[error(
        "the cluster is made of other rows than the tree is looked at for; give the tree the \
         cluster's table with Root::with_table"
    )]
    OtherTable,
    /// A key was given for something that is no authority of the table.
    #[error("{name:?} is no authority, and a key that signs for it was given")]
    UnknownSigner {
        /// The name that it was given for.
        name: String,
    },
    /// A key was given where it is of no account.
    #[error(
        "a key that signs for {name:?} was given with the provider, and the tree does not have it; \
         give it to the tree with Root::with_signers"
    )]
    SignerOfProvider {
        /// The name that it was given for.
        name: String,
    },
    /// Requests, or what has come for them.
    #[cfg(feature = "disk")]
    #[error(transparent)]
    Request(#[from] RequestError),
    /// An authority's certificate is there, and its key is not.
    #[error("{} is not there, and the certificate beside it is: it signs nothing", path.display())]
    NoKey {
        /// The key's file.
        path: PathBuf,
    },
    /// A key is encrypted, and no passphrase was given.
    #[error("{} is encrypted, and no passphrase was given for it", path.display())]
    NoPassphrase {
        /// The key's file.
        path: PathBuf,
    },
    /// A configuration that names a module, and that others can write.
    #[error(
        "{} names a module, which is a program that is loaded, and others can change the file (mode \
         {mode:04o}); it is to be root's or yours, without write permission for group and others",
        path.display()
    )]
    Untrusted {
        /// The file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// A passphrase that others can read.
    #[error(
        "{} holds a passphrase, and others can read it (mode {mode:04o}); run `chmod 600` on it",
        path.display()
    )]
    PassphraseExposed {
        /// The file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// An authority's certificate could not be made.
    #[error("cannot make {}", path.display())]
    Sign {
        /// The certificate's file.
        path: PathBuf,
        /// Why.
        #[source]
        source: pki_core::SignError,
    },
    /// A plan was made from something else than is there now.
    #[error("what is there has changed since the plan was made; nothing was written")]
    PlanOutdated,
    /// An archive cannot be looked at.
    #[error("{} cannot be looked at: {reason}", path.display())]
    Archive {
        /// The archive.
        path: PathBuf,
        /// What is wrong with it, as a sentence about it.
        reason: String,
    },
    /// Only a directory can be changed.
    #[error(
        "{} is an archive, which is looked at and not changed; unpack it, and name the directory",
        path.display()
    )]
    ArchiveIsNotWritten {
        /// The archive.
        path: PathBuf,
    },
    /// Only a directory can be changed.
    #[error("the tree is in memory, which is looked at and not changed")]
    InMemory,
    /// Somebody else could swap files in a directory.
    #[error(
        "{} is not safe to keep private keys in: {why}; change its owner, mode or \
         access list, or choose another directory",
        path.display()
    )]
    Unsafe {
        /// The directory, or one above it.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A directory of the tree is a name for another.
    #[error(
        "{} is a symbolic link, and nothing is written through one; put the directory itself \
         there, or mount it",
        path.display()
    )]
    LinkedDirectory {
        /// The link.
        path: PathBuf,
    },
    /// Another run is writing.
    #[error(
        "{} is held by {holder}, after waiting for {} seconds",
        path.display(),
        waited.as_secs()
    )]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// Who holds it, as far as it says.
        holder: String,
        /// For how long it was waited for.
        waited: Duration,
    },
    /// The lock that a run held was taken away while it held it.
    #[error(
        "{} was removed or replaced while it was held, and another run may be writing; nothing was \
         changed",
        path.display()
    )]
    LockLost {
        /// The lock file.
        path: PathBuf,
    },
    /// A transaction was decided, and could be neither completed nor taken back.
    #[error("the change was decided and is not known to be complete")]
    Unfinished {
        /// The journal that says what is left to do.
        journal: PathBuf,
        /// What got in the way.
        #[source]
        source: Box<Self>,
    },
    /// An interrupted transaction cannot be completed: somebody else has been at its files.
    #[error(
        "an interrupted `{command}` cannot be completed: {} {why}",
        path.display()
    )]
    Conflict {
        /// The file that is in the way.
        path: PathBuf,
        /// What is wrong with it.
        why: &'static str,
        /// The command that was interrupted.
        command: String,
    },
    /// An interrupted transaction cannot be taken back: what was there before is not kept whole.
    #[error(
        "an interrupted `{command}` cannot be taken back: {} has no copy of what was there before",
        path.display()
    )]
    NoCopy {
        /// The file.
        path: PathBuf,
        /// The command that was interrupted.
        command: String,
        /// The journal that says what is left to do.
        journal: PathBuf,
    },
    /// A journal cannot be acted upon.
    #[error("{} {reason}; nothing is changed while it is there", path.display())]
    Journal {
        /// The journal.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A transaction of other directories has to be completed first.
    #[error(
        "an interrupted run was at work in {} as well, with the certificates in {} and the \
         kubeconfigs in {}",
        path.display(),
        certificates.display(),
        kubeconfigs.display()
    )]
    OtherDirectories {
        /// The directory that both have to do with.
        path: PathBuf,
        /// The certificate directory of that run.
        certificates: PathBuf,
        /// Its kubeconfig directory.
        kubeconfigs: PathBuf,
    },
    /// What was staged does not read back as what was written.
    #[error("{} does not read back as it was written; the disk or its driver is faulty", path.display())]
    ReadBack {
        /// The file.
        path: PathBuf,
    },
    /// A file appeared after it was looked for.
    #[error("{} has appeared meanwhile", path.display())]
    Appeared {
        /// The file.
        path: PathBuf,
    },
    /// A file is not what it was when the plan was made, or what a change is based on.
    #[error("{} has changed meanwhile", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// A file was changed by another program between the decision and the end of a transaction,
    /// which was taken back for it.
    #[error(
        "{} was changed by another program while this change was being made; everything else was \
         put back as it was",
        path.display()
    )]
    Overtaken {
        /// The file, which is as the other program has left it.
        path: PathBuf,
        /// The directory with a copy of what was there before, where that is kept.
        kept: Option<PathBuf>,
    },
    /// A file belongs to somebody whom this user may not give files to.
    #[error(
        "{} belongs to the user with the id {owner} and the group with the id {group}, whom this \
         user may not give files to; run this as root, or as a member of that group",
        path.display()
    )]
    NotGiven {
        /// The file.
        path: PathBuf,
        /// Its owner.
        owner: u32,
        /// Its group.
        group: u32,
    },
    /// An authority's key does not load.
    #[error("{}: the key cannot be used", path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: KeyError,
    },
    /// A file that should hold an authority's certificate.
    #[error("{}: the certificate cannot be used", path.display())]
    Certificate {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: CertificateError,
    },
    /// An authority's certificate and key are no authority.
    #[error("{}: the authority cannot be used", path.display())]
    Authority {
        /// The certificate file.
        path: PathBuf,
        /// Why.
        #[source]
        source: AuthorityError,
    },
    /// A key could not be written as PEM.
    #[error("cannot encode {}", path.display())]
    Encode {
        /// The file it was for.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A file is not one of the tree.
    #[error("{} is in neither directory of the tree", path.display())]
    Elsewhere {
        /// The file, as the running system sees it.
        path: PathBuf,
    },
    /// A transaction whose record could not be read again.
    #[error("this cannot be one change: its record {reason}; make it in several")]
    TooMany {
        /// What is wrong with it.
        reason: String,
    },
    /// A file that could not be read back.
    #[error("{} is larger than 1 MiB, which no file of a tree is", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// A file that should be text is not.
    #[error("{} is not text: it is not valid UTF-8", path.display())]
    NotText {
        /// The file.
        path: PathBuf,
    },
    /// What the nodes of a cluster share cannot be packed, or what came is not it.
    #[cfg(feature = "bundles")]
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// A file that nodes share is there, and is another one.
    #[cfg(feature = "bundles")]
    #[error(
        "{} is there already, and is not what came: it is of another cluster, or of another generation \
         of this one",
        path.display()
    )]
    OtherShared {
        /// The file.
        path: PathBuf,
    },
    /// A kubeconfig cannot be used.
    #[error("{} {problem}", path.display())]
    Kubeconfig {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: crate::kubeconfig::KubeconfigError,
    },
    /// The cluster's authority is not there.
    #[error("{} is not there: it is what callers believe the cluster by", path.display())]
    NoAuthority {
        /// Its certificate's file.
        path: PathBuf,
    },
    /// A node whose kubelet is to serve, and whose address nobody has given.
    #[error("{node} has no address, and its kubelet's serving certificate needs one")]
    NoAddress {
        /// The node.
        node: pki_core::NodeName,
    },
    /// A node that is the one at hand, whose files are in their places.
    #[error("{node} is the control-plane node at hand, whose own files are not carried away")]
    OwnNode {
        /// The node.
        node: pki_core::NodeName,
    },
    /// The description of the node does not hold together.
    #[cfg(feature = "config")]
    #[error(transparent)]
    Settings(Box<pki_core::config::SettingsError>),
    /// Rows that do not go with those of the tree.
    #[error(transparent)]
    Table(#[from] pki_core::spec::TableError),
    /// Issuing failed.
    #[error(transparent)]
    Issue(#[from] IssueError),
    /// The description of the cluster does not hold together.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// A file to be replaced is not a plain file of its directory.
    #[error("{} is not replaced: it is {what}", path.display())]
    NotReplaceable {
        /// The file.
        path: PathBuf,
        /// What it is.
        what: &'static str,
    },
    /// A subject cannot be encoded.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The flag sets cannot be rendered.
    #[error(transparent)]
    Flags(#[from] crate::flags::FlagsError),
}

impl LayoutError {
    /// Shorthand for the common case, for `map_err`.
    pub(crate) fn io<E: Into<std::io::Error>>(
        operation: Operation,
        path: &Path,
    ) -> impl FnOnce(E) -> Self {
        move |source| Self::Io {
            operation,
            path: path.to_owned(),
            source: source.into(),
        }
    }
}
